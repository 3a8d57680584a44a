r"""The word lists of `handlers/understanding/words`, ready to be looked up.

`[tag]` opens a list; phrases stand between " / " or on lines of their own; `(a|b|)` chooses,
`{name}` repeats what `{name} = a | b` said, `\d` is any number, `#` opens a remark, and a `*`
before a word asks for its marks.

Phrases with choices are never written out: their ways are walked word by word, and what was walked
once is kept. So the lists are ready in a few milliseconds, and long choices cost nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

from handlers.understanding.text import spellings
from storage.vietnamese import fold

TONES = "\u0300\u0301\u0303\u0309\u0323"
_FOLDER = Path(__file__).parent.parent / "words"
_SIGNS = re.compile(r"[()|]|[^\s()|]+")
_NO_WORDS = re.compile(r"#.*|\[.\]|\{\w+\}|[()|*=]| / ")
_OLD_RULE = {
    f"{pair[0]}{new}": f"{old}{pair[1]}"
    for pair, olds, news in (
        ("oa", "òóỏõọ", "àáảãạ"), ("oe", "òóỏõọ", "èéẻẽẹ"), ("uy", "ùúủũụ", "ỳýỷỹỵ")
    )
    for old, new in zip(olds, news, strict=True)
}  # fmt: skip
_TONELESS = {
    ord(letter): unicodedata.normalize(
        "NFC", "".join(sign for sign in unicodedata.normalize("NFD", letter) if sign not in TONES)
    )
    for letter in "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
}
_NEW_RULE = re.compile(rf"(?<!q)(?:{'|'.join(_OLD_RULE)})(?!\w)")
NUMBER = "0"
"""Stands for every number where phrases are compared."""
_Way: TypeAlias = "tuple[str, tuple[_Way, ...]] | str"
_Ways: TypeAlias = "tuple[_Way, ...]"
"""What may follow: a word and its own ways, or, where a phrase is complete, its tag."""
_Begun: TypeAlias = "list[tuple[tuple[str, ...], _Ways]]"
"""Phrases whose first words were walked: those words in proper spelling, and the ways on."""


class Phrase(NamedTuple):
    """One phrase of a list: its words in proper spelling, and the list's tag."""

    words: tuple[str, ...]
    tag: str


class _Place:
    """Where one is after some words: the phrases complete here, and those that go on."""

    __slots__ = ("_after", "_begun", "phrases")

    def __init__(self, begun: _Begun) -> None:
        tags: dict[tuple[str, ...], str] = {}
        self._begun: dict[str, _Begun] = {}
        for words, ways in begun:
            for way in _opened(ways):
                if isinstance(way, str):
                    tags[words] = way  # the later list wins
                    continue
                word, following = way
                walked = (*words, word.lstrip("*"))
                for spelling in _typed(word):
                    self._begun.setdefault(spelling, []).append((walked, following))
        self.phrases = [Phrase(words, tag) for words, tag in tags.items()]
        self._after: dict[str, _Place] = {}

    def after(self, word: str) -> _Place | None:
        """Where this word, as it was typed, leads."""
        place = self._after.get(word)
        if place is None and word in self._begun:
            place = self._after[word] = _Place(self._begun.pop(word))
        return place


class Lexicon:
    """The phrases of some lists, and every word in them."""

    def __init__(self, phrases: Iterable[_Ways], vocabulary: frozenset[str]) -> None:
        self.vocabulary = vocabulary
        self._begun: dict[str, list[_Ways]] = {}
        for ways in phrases:
            for first in frozenset(_firsts(ways)):
                self._begun.setdefault(first, []).append(ways)
        self._first: dict[str, _Place] = {}
        self._toneless: dict[str, str] = {}

    def toned(self, word: str) -> str:
        """The only word of the lists that is typed so if its tone is left out: "măt", "bân"."""
        if not self._toneless:
            for known in sorted(self.vocabulary):
                bare = known.translate(_TONELESS)
                self._toneless[bare] = "" if bare in self._toneless else known
        return self._toneless.get(word, "")

    def at(self, words: Sequence[str], start: int) -> tuple[int, Sequence[Phrase]]:
        """The longest phrases that begin here and are spelt so; (0, ()) if there are none."""
        length = 0
        found: Sequence[Phrase] = ()
        place, end = self._first_place(words[start]), start + 1
        while place is not None:
            if place.phrases:
                length, found = end - start, place.phrases
            place = place.after(words[end]) if end < len(words) else None
            end += 1
        return length, found

    def _first_place(self, word: str) -> _Place | None:
        bare = fold(word)
        place = self._first.get(bare)
        if place is None and bare in self._begun:
            ways = (way for ways in self._begun.pop(bare) for way in _opened(ways))
            begun = tuple(way for way in ways if way[0] == bare or _folded(way[0]) == bare)
            place = self._first[bare] = _Place([((), begun)])
        return place and place.after(word)


@cache
def lexicon(*names: str) -> Lexicon:
    """The lists of these files together."""
    files = [_read(name) for name in names]
    vocabulary = frozenset[str]().union(*(words for _, words in files))
    return Lexicon((ways for phrases, _ in files for ways in phrases), vocabulary)


@cache
def _read(name: str) -> tuple[list[_Ways], frozenset[str]]:
    """The phrases of a file, and its words."""
    shared = frozenset[str]() if name == "choices" else _read("choices")[1]
    text = placed((_FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
    phrases: list[_Ways] = []
    tag = ""
    for line in text.splitlines():
        if not line.strip() or line[0] == "#":
            continue
        if line[0] == "[":
            tag = line[1]
            continue
        chosen, equals, choices = line.partition(" = ")
        if equals:
            _CHOICES[chosen] = ["(", *_signs(choices), ")"]
        else:
            phrases += [_ways(_signs(phrase), (tag,)) for phrase in line.split(" / ")]
    words = frozenset(_SIGNS.findall(_NO_WORDS.sub(" ", text.lower())))
    return phrases, words | shared


def _signs(phrase: str) -> list[str]:
    return [NUMBER if sign == r"\d" else sign for sign in _SIGNS.findall(phrase.lower())]


_CHOICES: dict[str, list[str]] = {}
"""What each `{name}` stands for."""


def _firsts(ways: _Ways) -> Iterator[str]:
    """The words, without marks, with which these ways begin."""
    for way in ways:
        if not isinstance(way, str):
            yield from _first_of(way[0])


@cache
def _first_of(word: str) -> tuple[str, ...]:
    opened = _opened(((word, ()),))
    return tuple(_folded(way[0]) for way in opened if not isinstance(way, str))


def _opened(ways: _Ways) -> Iterator[_Way]:
    """The ways with `{name}` written out, as far as the next word."""
    for way in ways:
        if isinstance(way, str) or way[0][0] != "{":
            yield way
        else:
            yield from _opened(_ways(_CHOICES[way[0]].copy(), way[1]))


def placed(word: str) -> str:
    """The tone where the old rule puts it, as most people type: "hòa" for "hoà", but "quý"."""
    return _NEW_RULE.sub(lambda end: _OLD_RULE[end[0]], word)


def _ways(signs: list[str], following: _Ways) -> _Ways:
    """The ways from the nearest opening bracket to the end of the signs, which are used up."""
    found: _Ways = ()
    ways = following
    while signs and (sign := signs.pop()) != "(":
        if sign == ")":
            ways = _ways(signs, ways)
        elif sign == "|":
            found, ways = found + ways, following
        else:
            ways = ((sign, ways),)
    return found + ways


@cache
def _folded(word: str) -> str:
    return fold(word.lstrip("*"))


@cache
def _typed(word: str) -> frozenset[str]:
    """How a word of the lists is typed; with a star only as it is written."""
    return frozenset({word[1:]}) if word.startswith("*") else spellings(word)


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
