"""How the text of a document is made comparable before it is read."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from storage.vietnamese import normalise

_SAME = {0: None, 0x2010: "-", 0x2011: "-"}
CAPITALS = "A-ZÀ-ÝĂĐĨŨƠƯ" + "".join(map(chr, range(0x1EA0, 0x1EFA, 2)))
"""Vietnamese capital letters, to stand inside [] of a regular expression."""


def tidy(text: str) -> str:
    """One spelling of every letter, single spaces, no empty lines."""
    lines = (normalise(line.translate(_SAME)) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


@lru_cache(maxsize=4096)
def _bare(letter: str) -> str:
    if letter in "đĐ":
        return "d"
    return unicodedata.normalize("NFD", letter)[0].lower()[0]


def plain(text: str) -> str:
    """Small letters without marks, of exactly the same length: a match can be cut from `text`."""
    return "".join(map(_bare, text))


def is_upper(text: str) -> bool:
    """Whether every letter is a capital and there is at least one."""
    return text.upper() == text and text.lower() != text


def unspaced(line: str) -> str:
    """Joins a line typed with a space after every letter, as titles and stamps sometimes are."""
    words = line.split(" ")
    if len(words) >= 3 and all(len(word) <= 1 for word in words):
        return "".join(words)
    return line


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut between words."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.-") + "…"


def capitalised(text: str) -> str:
    """The same with a capital first letter."""
    return text[:1].upper() + text[1:]
