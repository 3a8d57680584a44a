"""Whether two records of one name are one person, by everything a secretary would look at."""

from __future__ import annotations

import re
from enum import StrEnum

from handlers.members.rows import KnownMember, PersonRow
from storage.vietnamese import fold, spelling

FULL = len("YYYY-MM-DD")
LONG = 5
"""A short word may be another with any letter changed; "Ngyễn" can only be "Nguyễn"."""
_AREA = re.compile(r"\b(?:khom|ap|to|khu pho|khu vuc|phuong|xa|p)\.? ?\d+[a-z]?\b")


Person = PersonRow | KnownMember


class Likeness(StrEnum):
    """How two records stand to each other; all but the first two are for a person to decide."""

    SAME = "same"
    OTHER = "other"
    NO_BIRTH = "no_birth"
    OTHER_BIRTH = "other_birth"
    OTHER_FACTS = "other_facts"
    MARKS = "marks"
    NEARLY = "nearly"
    ELSEWHERE = "elsewhere"


def alike(row: Person, other: Person, *, of_file: bool) -> Likeness:
    """Two records of one unit whose names fold alike. `of_file`: both stand in one file."""
    if spelling(row.name) == spelling(other.name):
        return _of_one_name(row, other, of_file=of_file)
    if _fit(row.birth, other.birth):
        full = same_surely(row, other)
        sure = _bare(row, other) and (full or _agree(row.phone, other.phone))
        return Likeness.SAME if sure else Likeness.MARKS
    if row.birth and other.birth:
        return Likeness.OTHER
    return Likeness.MARKS if _agree(row.phone, other.phone) or _bare(row, other) else Likeness.OTHER


def _of_one_name(row: Person, other: Person, *, of_file: bool) -> Likeness:
    if not row.birth or not other.birth:
        return _without_birth(row, other, of_file=of_file)
    if _fit(row.birth, other.birth):
        full = len(row.birth) == len(other.birth) == FULL
        apart = _contradict(row, other, of_file=of_file)
        return Likeness.OTHER_FACTS if not full and apart else Likeness.SAME
    if row.birth[:4] != other.birth[:4]:
        one_day = len(row.birth) == len(other.birth) == FULL and row.birth[4:] == other.birth[4:]
        slip = one_day and _one_digit(row.birth[:4], other.birth[:4])
        near = _agree(row.phone, other.phone) or slip
        return Likeness.OTHER_BIRTH if near else Likeness.OTHER
    return Likeness.OTHER if _namesakes(row, other) else Likeness.OTHER_BIRTH


def _one_digit(one: str, two: str) -> bool:
    """Two years that one key struck wrongly, or two struck in the wrong order, tells apart."""
    apart = [pair for pair in zip(one, two, strict=True) if pair[0] != pair[1]]
    return len(apart) == 1 or (len(apart) == 2 and apart[0] == apart[1][::-1])


def _without_birth(row: Person, other: Person, *, of_file: bool) -> Likeness:
    """One name and no birth on one side at least: only more than the name can decide."""
    house = _agree(_house(row), _house(other)) and not _differ(row.phone, other.phone)
    if house or _agree(row.phone, other.phone):
        return Likeness.SAME
    bare_again = row.birth == other.birth and row.phone == other.phone
    if not of_file and bare_again and not _differ(row.address, other.address):
        return Likeness.SAME
    return Likeness.NO_BIRTH


def of_another_unit(row: Person, other: Person) -> bool:
    """Whether someone of another unit may be the same person, moved or listed twice."""
    if spelling(row.name) != spelling(other.name) or not _fit(row.birth, other.birth):
        return False
    full = len(row.birth) == len(other.birth) == FULL
    return full or _agree(row.phone, other.phone)


def same_surely(row: Person, other: Person) -> bool:
    """Of two records of one spelling: one whole birthday, and no phone against it."""
    full = len(row.birth) == FULL and row.birth == other.birth
    return full and not _differ(row.phone, other.phone)


def _fit(one: str, two: str) -> bool:
    """Both births are known and neither contradicts the other: 1970 and 1970-05-12."""
    return bool(one and two) and (one.startswith(two) or two.startswith(one))


def _agree(one: str, two: str) -> bool:
    return bool(one) and one == two


def _differ(one: str, two: str) -> bool:
    return bool(one and two) and fold(one) != fold(two)


def _bare(row: Person, other: Person) -> bool:
    return row.name.isascii() or other.name.isascii()


def _contradict(row: Person, other: Person, *, of_file: bool) -> bool:
    """Where only a year is known: two facts against, and none for, one person.

    Within one file another phone or house is enough: a later list may bring a new one.
    """
    pairs = ((row.phone, other.phone), (row.address, other.address), (row.team, other.team))
    against = sum(_differ(one, two) for one, two in pairs)
    moved = _differ(row.phone, other.phone) or _differ(_house(row), _house(other))
    many = 1 if of_file and moved else 2
    return not _share(row, other) and against >= many


def nearly(one: Person, other: Person) -> bool:
    """Whether two names that fold otherwise may be one: "Ng. Thị Hoa", "Trần Mai", a slip.

    Births that fit and one phone, or one day of birth, must stand behind it.
    """
    if not _fit(one.birth, other.birth):
        return False
    words, others = fold(one.name).split(), fold(other.name).split()
    if _agree(one.phone, other.phone):
        return words[-1:] == others[-1:] or _one_slip(words, others)
    same_day = len(one.birth) == FULL and one.birth == other.birth
    return same_day and (_abridged(words, others) or _one_slip(words, others, least=LONG))


def _abridged(one: list[str], two: list[str]) -> bool:
    """The same family and given name, and no middle name of the shorter that the longer lacks."""
    short, long = sorted((one, two), key=len)
    ends = short[0][:1] == long[0][:1] and short[-1] == long[-1]
    return ends and len(short) < len(long) and set(short[1:]) <= set(long)


def _one_slip(one: list[str], two: list[str], *, least: int = 3) -> bool:
    """One word of so many letters differs by one left out, added or changed."""
    if len(one) != len(two):
        return False
    pairs = [(first, second) for first, second in zip(one, two, strict=True) if first != second]
    return len(pairs) == 1 and min(map(len, pairs[0])) >= least and _one_letter(*pairs[0])


def _one_letter(one: str, two: str) -> bool:
    short, long = sorted((one, two), key=len)
    same = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), None)
    if same is None:
        return len(long) == len(short) + 1
    return short[same + (len(short) == len(long)) :] == long[same + 1 :]


def _share(row: Person, other: Person) -> bool:
    return _agree(row.phone, other.phone) or _agree(_house(row), _house(other))


def _house(person: Person) -> str:
    """The address, if it says more than the hamlet that everyone lives in."""
    folded = fold(person.address)
    return folded if any(letter.isdigit() for letter in _AREA.sub("", folded)) else ""


def _namesakes(row: Person, other: Person) -> bool:
    """Two full dates of one year that no slip explains, with another phone or address."""
    if len(row.birth) != FULL or len(other.birth) != FULL:
        return False
    month, day = row.birth[5:7], row.birth[8:]
    other_month, other_day = other.birth[5:7], other.birth[8:]
    slip = month == other_month or day == other_day or (month, day) == (other_day, other_month)
    apart = _differ(row.phone, other.phone) or _differ(row.address, other.address)
    return apart and not slip and not _share(row, other)
