r"""The word lists of `handlers/understanding/words`, ready to be looked up.

`[tag]` opens a list; phrases stand between " / " or on lines of their own; `(a|b|)` chooses,
`{name}` repeats what `{name} = a | b` said, `\d` is any number, `#` opens a remark, and a `*`
before a word asks for its marks.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

from handlers.understanding.text import spellings
from storage.vietnamese import fold

_FOLDER = Path(__file__).parent.parent / "words"
_SIGNS = re.compile(r"[()|]|[^()|]+")
NUMBER = "0"
"""Stands for every number where phrases are compared."""


class Phrase(NamedTuple):
    """One phrase of a list: its words in proper spelling, the list's tag, if it needs its marks."""

    words: tuple[str, ...]
    tag: str
    marked: bool = False

    def spelt(self, typed: list[str]) -> bool:
        """Whether these words are this phrase, however they are spelt."""
        if self.marked:
            return tuple(typed) == self.words
        return all(
            want == NUMBER or word in spellings(want)
            for word, want in zip(typed, self.words, strict=True)
        )


class Lexicon(NamedTuple):
    """Phrases by their words without marks, and how long those that begin so can be."""

    phrases: dict[str, tuple[Phrase, ...]]
    longest: dict[str, int]
    vocabulary: dict[str, str]

    def at(self, words: list[str], folded: list[str], start: int) -> tuple[int, list[Phrase]]:
        """The longest phrases that begin here and are spelt so; (0, []) if there are none."""
        end = min(len(words), start + self.longest.get(folded[start], 0))
        for stop in range(end, start, -1):
            found = self.phrases.get(" ".join(folded[start:stop]))
            if found and (right := [p for p in found if p.spelt(words[start:stop])]):
                return stop - start, right
        return 0, []


@cache
def lexicon(*names: str) -> Lexicon:
    """The lists of these files together."""
    phrases: dict[str, dict[tuple[str, ...], Phrase]] = {}
    longest: dict[str, int] = {}
    vocabulary: dict[str, str] = {}
    for name in names:
        for tag, line in _lists((_FOLDER / f"{name}.txt").read_text(encoding="utf-8")):
            for text in _expanded(line):
                plain = text.replace("\\d", NUMBER).replace("*", "").lower()
                words = tuple(map(sys.intern, plain.split()))  # shared: 19 MB instead of 33
                if not words:
                    continue
                folded = " ".join(map(_folded, words))
                phrases.setdefault(folded, {})[words] = Phrase(
                    words, tag, "*" in text
                )  # the later list wins
                first = folded.split()[0]
                longest[first] = max(longest.get(first, 0), len(words))
                vocabulary.update(zip(words, words, strict=True))
    return Lexicon(
        {key: tuple(found.values()) for key, found in phrases.items()}, longest, vocabulary
    )


@cache
def _folded(word: str) -> str:
    return fold(word)


def _lists(text: str) -> list[tuple[str, str]]:
    macros: dict[str, str] = {}
    found, tag = [], ""
    for line in (line.strip() for line in text.splitlines()):
        if not line or line.startswith("#"):
            continue
        if opened := re.fullmatch(r"\[(.)\]", line):
            tag = opened[1]
        elif named := re.fullmatch(r"(\{\w+\}) = (.+)", line):
            macros[named[1]] = f"({named[2]})"
        else:
            for name, choices in macros.items():
                line = line.replace(name, choices)  # noqa: PLW2901 - the same line, written out
            found += [(tag, phrase.strip()) for phrase in line.split(" / ")]
    return found


def _expanded(line: str) -> list[str]:
    """Every phrase that a line with choices stands for."""
    return _choices(_SIGNS.findall(line), 0)[0]


def _choices(signs: list[str], at: int) -> tuple[list[str], int]:
    """What stands from here to the closing bracket, and where that is."""
    found: list[str] = []
    begun = [""]
    while at < len(signs) and signs[at] != ")":
        if signs[at] == "|":
            found += begun
            begun = [""]
        elif signs[at] == "(":
            inner, at = _choices(signs, at + 1)
            begun = [f"{one} {two}" for one in begun for two in inner]
        else:
            begun = [f"{one} {signs[at].strip()}" for one in begun]
        at += 1
    return found + begun, at


@cache
def given_names() -> frozenset[str]:
    """Common given names, in lower case with their marks."""
    lines = (_FOLDER / "names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(" ".join(line for line in lines if not line.startswith("#")).split())


@cache
def typed_so() -> dict[str, str]:
    """Short, southern and young spellings, each with the proper words it stands for."""
    found: dict[str, str] = {}
    for line in (_FOLDER / "spellings.txt").read_text(encoding="utf-8").splitlines():
        proper, equals, others = line.partition(" = ")
        if equals and not line.startswith("#"):
            found.update((other, proper) for other in others.split())
    return found
