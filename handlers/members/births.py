"""Dates of birth and of joining as people type them and as Excel damages them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from handlers.members.grids import Cell
from handlers.members.notes import Code, Note
from handlers.members.written_dates import (
    Parts,
    from_cell,
    from_number,
    from_text,
    written,
    year_shown_as_day,
)
from storage.vietnamese import fold, normalise

ADULT = 18
"""Age from which one may join (statutes of the Union, 2022)."""
CHILD = 10
"""Below this age a date of birth is a slip, not a young member."""
OLDEST = 120
VERY_OLD = 105
FOUNDED = 1930
"""The Union exists since 20/10/1930; nobody joined before."""
MIN_SAMPLE = 4
"""So many cells of a column make a habit of its writer."""

_NOTHING = re.compile(r"[\W_x]*|nu|nam|khong|khong co|khong ro|chua ro|k", re.IGNORECASE)
_UNSURE = re.compile(r"\?|\b(?:khoang|chung|do|uoc|hinh nhu|am lich|al)\b")
_DAY_FIRST = re.compile(r"\s*(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(?:\d{4}|\d{2})\s*")


@dataclass(frozen=True, slots=True)
class When:
    """A date as far as it could be read: YYYY, YYYY-MM or YYYY-MM-DD, or nothing."""

    text: str = ""
    doubt: Note | None = None
    warning: Note | None = None


@dataclass(frozen=True, slots=True)
class Habit:
    """How the writer of one column puts dates; found by `habit_of`."""

    month_first: bool = False  # 12/25/1970
    cells_swapped: bool = False  # Excel took 05/12 for 12 May and left 25/12 as text
    mixed: bool = False  # both orders occur, so 05/06/1970 may be either


def habit_of(values: Iterable[Cell]) -> Habit:
    """How a column of dates is written, judged by those that can be read in one way only."""
    cells: list[date] = []
    day_first = month_first = either = 0
    for value in values:
        if isinstance(value, date):
            cells.append(value)
        elif isinstance(value, str) and (found := _DAY_FIRST.fullmatch(value)):
            first, second = int(found[1]), int(found[2])
            day_first += 12 < first <= 31 and second <= 12
            month_first += 12 < second <= 31 and first <= 12
            either += first <= 12 and second <= 12
    return Habit(
        month_first=month_first >= 2 and not day_first,
        cells_swapped=len(cells) >= MIN_SAMPLE
        and all(cell.day <= 12 for cell in cells)
        and day_first >= MIN_SAMPLE
        and not either
        and not month_first,
        mixed=bool(day_first) and month_first >= max(2, day_first / 4),
    )


@lru_cache(maxsize=4096, typed=True)  # True is 1.0 to a dictionary
def read_birth(value: Cell, today: date, habit: Habit | None = None) -> When:
    """A date of birth. What nobody can read is left out with a warning.

    A day the calendar lacks leaves the year; a year that cannot be hers is for a person to decide:
    either way somebody with a name stays in the list.
    """
    parts = _read(value, habit or Habit())
    shown = _shown(value)
    if parts is None:
        return When(warning=Note(Code.BIRTH_UNREADABLE, (shown,)) if shown else None)
    if parts.two:
        return When(doubt=Note(Code.TWO_BIRTHS, (shown,)))
    if not parts.year and not parts.short:
        return When(warning=Note(Code.BIRTH_NO_YEAR, (shown,)))
    year = _century(parts.year, today.year - 15) if parts.short else parts.year
    text = written(year, parts.month, parts.day)
    found = _judge(text or f"{year:04}", parts, shown, today, habit or Habit())
    if text is None and not found.doubt:
        return When(found.text, warning=Note(Code.BIRTH_NO_SUCH_DAY, (shown,)))
    return found


def _judge(text: str, parts: Parts, shown: str, today: date, habit: Habit) -> When:
    age = today.year - int(text[:4])
    if text > today.isoformat()[: len(text)]:
        return When(doubt=Note(Code.BIRTH_FUTURE, (shown,)))
    if age > OLDEST or (parts.short and age > VERY_OLD):  # "12": neither 1912 nor 2012 is likely
        return When(doubt=Note(Code.BIRTH_IMPOSSIBLE, (shown,)))
    if age < CHILD:
        return When(doubt=Note(Code.BIRTH_CHILD, (shown, str(age))))
    if age < ADULT:
        return When(text, doubt=Note(Code.UNDER_AGE, (shown, str(age))))
    warning = None
    if age > VERY_OLD:
        warning = Note(Code.BIRTH_VERY_OLD, (shown, str(age)))
    elif parts.flipped or (habit.month_first and parts.day):
        warning = Note(Code.MONTH_FIRST, (shown,))
    elif _UNSURE.search(fold(shown)):
        warning = Note(Code.BIRTH_UNSURE, (shown,))
    elif habit.mixed and 0 < parts.day <= 12 and parts.day != parts.month:
        warning = Note(Code.DAY_OR_MONTH, (shown,))
    return When(text, warning=warning)


@lru_cache(maxsize=4096, typed=True)
def typed_birth(words: str, today: date) -> str:
    """A date of birth as somebody types it by hand: of a day that does not exist the year alone is
    not taken for it, for whoever typed it can be asked. "" if it cannot be read.
    """
    found = read_birth(words, today)
    slip = found.warning is not None and found.warning.code is Code.BIRTH_NO_SUCH_DAY
    return "" if slip else found.text


def read_joined(value: Cell, today: date) -> When:
    """A date of joining or leaving; what is no date of the Union's time is only warned about."""
    parts = _read(value, Habit())
    shown = _shown(value)
    if parts is None and not shown:
        return When()
    text = None
    if parts is not None and not parts.two and (parts.year or parts.short):
        year = _century(parts.year, today.year) if parts.short else parts.year
        text = written(year, parts.month, parts.day)
    if text is None or not str(FOUNDED) <= text <= today.isoformat()[: len(text)]:
        return When(warning=Note(Code.JOINED_UNREADABLE, (shown,)))
    return When(text)


def _shown(value: Cell) -> str:
    """The cell as a person would quote it; empty for "", "x", "-", "không rõ"."""
    if isinstance(value, date):
        return f"{value.day:02}/{value.month:02}/{value.year}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = normalise(str(value))
    return "" if _NOTHING.fullmatch(fold(text)) else text


def _century(short: int, newest: int) -> int:
    return 2000 + short if 2000 + short <= newest else 1900 + short


def _read(value: Cell, habit: Habit) -> Parts | None:
    if isinstance(value, date):
        parts = from_cell(value)
        if habit.cells_swapped and parts.day:
            return Parts(parts.year, parts.day, parts.month, flipped=True)
        return parts
    if isinstance(value, bool) or not isinstance(value, float | int | str):
        return None
    if isinstance(value, float | int):
        return from_number(float(value))
    typed = from_text(value)
    if typed:
        typed = year_shown_as_day(typed)
    if typed and habit.month_first and typed.day and not typed.flipped and typed.day <= 12:
        return Parts(typed.year, typed.day, typed.month, short=typed.short)
    return typed
