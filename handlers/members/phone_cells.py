"""Cells with phones: the number to call, whose it is, or that there is none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.members.grids import Cell, plain
from handlers.members.notes import Code, Note
from storage.vietnamese import fold, normalise, phones

_NO_PHONE = re.compile(
    r"\b(?:khong|ko|k|chua) (?:co )?(?:so )?(?:dien thoai|dt|sdt|dtdd|zalo)\b|^(?:khong|ko|kg|k|chua)(?: co)?$"
)
_NO_NUMBER = re.compile(r"[\W_x0]*", re.IGNORECASE)
_PHONE_WORDS = {"zalo", "sdt", "dt", "dd", "so", "tel", "mobile", "dien thoai", "va", "hoac"}
_WORDS_BESIDE = re.compile(r"[^\W\d_][^\d,;/()]*")


def says_no_phone(text: str) -> bool:
    """Whether some words say that she has none."""
    return _NO_PHONE.search(fold(text)) is not None


def read_phones(cells: Sequence[Cell], beside_name: str) -> tuple[str, bool, str, tuple[Note, ...]]:
    """The number to call, whether she has none, whose it is, and what else to say."""
    found: list[str] = []
    remarks: list[str] = []
    unread: list[str] = []
    none = False
    for cell in cells:
        text = plain(cell)
        numbers = phones(text)
        found += [number for number in numbers if number not in found]
        if numbers:
            remarks += [] if numbers == [text] else _words_beside(text)
        elif says_no_phone(text):
            none = True
        elif not _NO_NUMBER.fullmatch(text):
            unread.append(normalise(text))
    if not found and beside_name:
        found = [beside_name]
    notes = []
    if unread:
        notes.append(Note(Code.PHONE_UNREADABLE, (", ".join(unread),)))
    if len(found) > 1:
        notes.append(Note(Code.OTHER_PHONES, (", ".join(found[1:]),)))
    first = found[0] if found else ""
    return first, none, f"{first} ({', '.join(remarks)})" if remarks else "", tuple(notes)


def _words_beside(text: str) -> list[str]:
    """Whose number it is: "con gái" in "0912 345 678 (con gái)"."""
    words = (found.strip(" .:-") for found in _WORDS_BESIDE.findall(normalise(text)))
    return [word for word in words if len(word) > 1 and fold(word) not in _PHONE_WORDS]
