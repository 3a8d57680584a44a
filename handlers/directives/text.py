"""How the text of a document is made comparable before it is read."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\x00"))
_SAME = str.maketrans({"Ð": "Đ", "ð": "đ", "\u00a0": " ", "\u2010": "-", "\u2011": "-", "\t": " "})

CAPITALS = "A-ZÀ-ÝĂĐĨŨƠƯ" + "".join(map(chr, range(0x1EA0, 0x1EFA, 2)))
"""Vietnamese capital letters, to stand inside [] of a regular expression."""


def tidy(text: str) -> str:
    """Composed letters, one spelling of Đ, single spaces, no empty lines."""
    composed = unicodedata.normalize("NFC", text).translate(_INVISIBLE).translate(_SAME)
    lines = (re.sub(r" +", " ", line).strip() for line in composed.splitlines())
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
