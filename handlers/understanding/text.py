"""A line being read: patterns in proper Vietnamese, and what remains once pieces are understood."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from storage.vietnamese import fold

TAKEN = "\0"
_HOOK, _TILDE = "\u0309", "\u0303"
_DROPPED = dict.fromkeys(map(ord, "\0\u00ad\u200b\u200c\u2060\ufeff"))
_MARKED = re.compile(r"\\.|\(\?P<\w+>|[^\W\d_]+| ")
_GAP = re.compile(rf"(?:[\s,;:.()\-–]|{TAKEN})*{TAKEN}(?:[\s,;:.()\-–]|{TAKEN})*")


def clean(text: str) -> str:
    """NFC, no invisible characters, single spaces, line ends kept."""
    text = unicodedata.normalize("NFC", text).translate(_DROPPED)
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"[^\S\n]+", " ", text)).strip()


@lru_cache(maxsize=2048)
def spellings(word: str) -> frozenset[str]:
    """How a lower-case word is typed: right, without marks, or with hỏi and ngã exchanged.

    The South says the two tones alike, so "bãy" and "nghĩ" for "bảy" and "nghỉ" are everyday
    spelling; other wrong marks make another word ("mốt" is not "một").
    """
    marks = unicodedata.normalize("NFD", word)
    swapped = marks.translate(str.maketrans(_HOOK + _TILDE, _TILDE + _HOOK))
    return frozenset({word, fold(word), unicodedata.normalize("NFC", swapped)})


def vi(pattern: str) -> re.Pattern[str]:
    """A regular expression whose marked words match in all their spellings, and " " any blanks."""

    def widen(match: re.Match[str]) -> str:
        piece = match[0]
        if piece == " ":
            return r"\s+"
        if piece.startswith(("\\", "(")) or piece.isascii():
            return piece
        return f"(?:{'|'.join(sorted(spellings(piece), reverse=True))})"

    return re.compile(_MARKED.sub(widen, pattern))


class Line:
    """A text from which understood pieces are taken, one pattern after another."""

    def __init__(self, text: str) -> None:
        self.text = clean(text)
        # one for one, so that a place in `low` is the same place in `text`
        lowered = (c.lower() if len(c.lower()) == 1 else c for c in self.text)
        self.low = "".join(lowered).replace("ð", "đ")

    def cut(self, start: int, end: int) -> None:
        """Take an understood piece out: no later pattern sees it."""
        self.low = self.low[:start] + TAKEN * (end - start) + self.low[end:]

    def said(self, start: int, end: int) -> str:
        """The words there, as they were typed."""
        return " ".join(self.text[start:end].split())

    def rest(self) -> str:
        """What nobody took, on one line, without the commas and brackets left hanging."""
        pairs = zip(self.text, self.low, strict=True)
        left = "".join(TAKEN if low == TAKEN else char for char, low in pairs)
        left = _GAP.sub(_joint, left.replace("\n", ". "))
        return " ".join(left.split()).strip(" ,;:-–(")


def _joint(gap: re.Match[str]) -> str:
    if not gap.start() or gap.end() == len(gap.string):
        return ""
    return next((f"{mark} " for mark in ".,;" if mark in gap[0]), " ")
