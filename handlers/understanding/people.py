"""A person's name and year of birth, as people type them about themselves."""

from __future__ import annotations

import re
from datetime import date

from storage.members import Member
from storage.vietnamese import fold, tidy_name

NAME_LENGTH = 60
NAME_WORDS = range(2, 8)
OLDEST, YOUNGEST = 110, 10
"""Years of age a person who asks to be recognised may have."""
_YEAR = re.compile(r"(?<!\d)(?:\d{1,2}\s*[/.\-]\s*){0,2}((?:19|20)\d{2})(?!\d)")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{2})(?!\d)")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’.\-][^\W\d_]+)*\.?")
_OPENINGS = (
    "ho va ten toi la", "ho va ten la", "ho va ten", "ho ten toi la", "ho ten la", "ho ten",
    "ten toi la", "ten em la", "ten la", "toi ten la", "toi ten", "toi la", "em ten la", "em ten",
    "em la", "minh ten la", "minh ten", "minh la", "chi ten la", "chi ten",
)  # fmt: skip
_CLOSINGS = ("sinh vao nam", "sinh ngay", "sinh nam", "nam sinh", "sinh", "sn", "ns")


def read_name(text: str) -> str:
    """A full name, each word with a capital; "" if this is none.

    Some words people put around it ("tôi tên là …, sinh năm …") are left out.
    """
    words = text.replace(",", " ").replace(":", " ").split()
    words = _without(words, _OPENINGS, at_start=True)
    words = _without(words, _CLOSINGS, at_start=False)
    name = " ".join(words)
    if len(words) not in NAME_WORDS or len(name) > NAME_LENGTH:
        return ""
    if not all(_LETTERS.fullmatch(word) for word in words):
        return ""
    return tidy_name(name)


def read_year(text: str, today: date) -> str:
    """A year of birth as YYYY, also from a date or from its last two digits; "" if there is none."""
    found = _YEAR.search(text)
    if found is not None:
        year = int(found[1])
    elif (short := _SHORT_YEAR.search(text)) is not None:
        year = 1900 + int(short[1])
        if today.year - year > OLDEST - 10:
            year += 100
    else:
        return ""
    return str(year) if YOUNGEST <= today.year - year <= OLDEST else ""


def read_person(text: str, today: date) -> tuple[str, str]:
    """Name and year from one message ("Võ Thị An, 1980"); what is missing is ""."""
    found = _YEAR.search(text)
    if found is None:
        return read_name(text), ""
    return read_name(f"{text[: found.start()]} {text[found.end() :]}"), read_year(found[0], today)


def spell(member: Member) -> str:
    """A member as a leader tells her from others: "Võ Thị An, Tổ 1, sinh 1980"."""
    born = f"sinh {member.birth[:4]}" if member.birth else ""
    return ", ".join(part for part in (member.name, member.team, born) if part)


def _without(words: list[str], phrases: tuple[str, ...], *, at_start: bool) -> list[str]:
    for phrase in phrases:
        count = len(phrase.split())
        part = words[:count] if at_start else words[-count:]
        if fold(" ".join(part)) == phrase:
            return words[count:] if at_start else words[:-count]
    return words
