"""Dates of birth and of joining as people type them and as Excel damages them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from handlers.members.grids import Cell
from handlers.members.notes import Code, Note
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

_SERIAL_ZERO = date(1899, 12, 30)
_MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr, {9: "Sept"})
    for number, name in (names.items() if isinstance(names, dict) else enumerate(names))
    if name
}
_CLOCK = re.compile(r"[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]m)?z?$")
_FILLER = re.compile(
    r"\([^)\d]*\)|\b(?:ngay|thang|nam|sinh|sn|ns|khoang|chung|do|uoc|hoi|vao|am lich|duong lich|al|dl)\b"
    r"|\bx+\b"
)
_MONTH_WORD = re.compile(r"\b(?:thang|thg|th|t)[ .]?(?=\d)")
_LETTER_O = re.compile(r"(?<=\d)o|o(?=\d)")
_TOKENS = re.compile(r"\d+|[a-z]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NOTHING = re.compile(r"[\W_x]*|nu|nam|khong|khong co|khong ro|chua ro|k", re.IGNORECASE)
_DAY_FIRST = re.compile(r"\s*(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(?:\d{4}|\d{2})\s*")


@dataclass(frozen=True, slots=True)
class When:
    """A date as far as it could be read: YYYY, YYYY-MM or YYYY-MM-DD, or nothing."""

    text: str = ""
    error: Note | None = None
    doubt: Note | None = None
    warning: Note | None = None


@dataclass(frozen=True, slots=True)
class Habit:
    """How the writer of one column puts dates; found by `habit_of`."""

    month_first: bool = False  # 12/25/1970
    cells_swapped: bool = False  # Excel took 05/12 for 12 May and left 25/12 as text
    mixed: bool = False  # both orders occur, so 05/06/1970 may be either


@dataclass(frozen=True, slots=True)
class _Parts:
    """Year, month and day as written; 0 is unknown. `two` says that two dates stand there."""

    year: int = 0
    month: int = 0
    day: int = 0
    short: bool = False  # the year has two digits
    two: bool = False
    flipped: bool = False  # can only be read month first


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


def read_birth(value: Cell, today: date, habit: Habit | None = None) -> When:
    """A date of birth; what cannot be true is an error, what nobody can read a warning."""
    parts = _read(value, habit or Habit())
    shown = _shown(value)
    if parts is None:
        return When(warning=Note(Code.BIRTH_UNREADABLE, (shown,)) if shown else None)
    if parts.two:
        return When(doubt=Note(Code.TWO_BIRTHS, (shown,)))
    if not parts.year and not parts.short:
        return When(warning=Note(Code.BIRTH_NO_YEAR, (shown,)))
    year = _century(parts.year, today.year - 15) if parts.short else parts.year
    text = _written(year, parts.month, parts.day)
    if text is None:
        return When(error=Note(Code.BIRTH_IMPOSSIBLE, (shown,)))
    return _judge(text, parts, shown, today, habit or Habit())


def _judge(text: str, parts: _Parts, shown: str, today: date, habit: Habit) -> When:
    age = today.year - int(text[:4])
    if text > today.isoformat()[: len(text)]:
        return When(error=Note(Code.BIRTH_FUTURE, (shown,)))
    if age > OLDEST:
        return When(error=Note(Code.BIRTH_IMPOSSIBLE, (shown,)))
    if age < CHILD:
        return When(error=Note(Code.BIRTH_CHILD, (shown, str(age))))
    if age < ADULT:
        return When(text, doubt=Note(Code.UNDER_AGE, (shown, str(age))))
    warning = None
    if age > VERY_OLD:
        warning = Note(Code.BIRTH_VERY_OLD, (shown, str(age)))
    elif parts.flipped or (habit.month_first and parts.day):
        warning = Note(Code.MONTH_FIRST, (shown,))
    elif habit.mixed and 0 < parts.day <= 12 and parts.day != parts.month:
        warning = Note(Code.DAY_OR_MONTH, (shown,))
    return When(text, warning=warning)


def read_joined(value: Cell, today: date) -> When:
    """A date of joining or leaving; what is no date of the Union's time is only warned about."""
    parts = _read(value, Habit())
    shown = _shown(value)
    if parts is None and not shown:
        return When()
    text = None
    if parts is not None and not parts.two and (parts.year or parts.short):
        year = _century(parts.year, today.year) if parts.short else parts.year
        text = _written(year, parts.month, parts.day)
    if text is None or not str(FOUNDED) <= text <= today.isoformat()[: len(text)]:
        return When(warning=Note(Code.JOINED_UNREADABLE, (shown,)))
    return When(text)


def _shown(value: Cell) -> str:
    """The cell as a person would quote it; empty for "", "x", "-", "không rõ"."""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = normalise(str(value))
    return "" if _NOTHING.fullmatch(fold(text)) else text


def _century(short: int, newest: int) -> int:
    return 2000 + short if 2000 + short <= newest else 1900 + short


def _written(year: int, month: int, day: int) -> str | None:
    """As stored, or None where the calendar has no such day."""
    if not 1 <= year <= 9999 or month > 12:
        return None
    if not month:
        return f"{year:04}"
    if not day:
        return f"{year:04}-{month:02}"
    if day > calendar.monthrange(year, month)[1]:
        return None
    return f"{year:04}-{month:02}-{day:02}"


def _read(value: Cell, habit: Habit) -> _Parts | None:
    if isinstance(value, date):
        parts = _from_cell(value)
        if habit.cells_swapped and parts.day:
            return _Parts(parts.year, parts.day, parts.month, flipped=True)
        return parts
    if isinstance(value, bool) or not isinstance(value, float | int | str):
        return None
    if isinstance(value, float | int):
        return _from_number(float(value))
    typed = _from_text(value)
    if typed:
        typed = _year_shown_as_day(typed)
    if typed and habit.month_first and typed.day and not typed.flipped and typed.day <= 12:
        return _Parts(typed.year, typed.day, typed.month, short=typed.short)
    return typed


def _from_cell(value: date) -> _Parts:
    return _year_shown_as_day(_Parts(value.year, value.month, value.day))


def _year_shown_as_day(parts: _Parts) -> _Parts:
    """The year alone, typed into a cell that shows dates: 1970 looks like 23/05/1905."""
    if parts.year != 1905 or not _written(parts.year, parts.month, parts.day) or not parts.day:
        return parts
    serial = (date(parts.year, parts.month, parts.day) - _SERIAL_ZERO).days
    return _Parts(serial) if 1900 <= serial <= 2100 else parts


def _from_number(value: float) -> _Parts | None:
    if not 0 < value < 1e8:
        return None
    if value < 13 and value % 1:  # 10.1970 is October 1970
        return _from_text(f"{value:.4f}")
    return _from_digits(str(int(value)))


def _from_digits(digits: str) -> _Parts | None:
    """Digits without any sign between: a year, a serial of Excel, or a date run together."""
    number = int(digits)
    if len(digits) == 2:
        return _Parts(number, short=True)
    if len(digits) in {4, 5} and 1000 <= number <= 60000:
        if number <= 2100:
            return _Parts(number)
        day = _SERIAL_ZERO + timedelta(days=number)
        return _Parts(day.year, day.month, day.day)
    if len(digits) == 6 and int(digits[:2]) <= 12 and _YEAR.fullmatch(digits[2:]):
        return _Parts(int(digits[2:]), int(digits[:2]))
    if len(digits) == 6:
        return _Parts(number % 100, int(digits[2:4]), int(digits[:2]), short=True)
    if len(digits) in {7, 8}:
        digits = digits.zfill(8)
        if not _YEAR.fullmatch(digits[4:]) and _YEAR.fullmatch(digits[:4]):
            return _Parts(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        return _Parts(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    return None


@lru_cache(maxsize=4096)  # years and feast days repeat
def _from_text(text: str) -> _Parts | None:
    words = _CLOCK.sub("", fold(text))
    words = _MONTH_WORD.sub(" ", _LETTER_O.sub("0", words))
    tokens = _TOKENS.findall(_FILLER.sub(" ", words))
    years = {token for token in tokens if _YEAR.fullmatch(token)}
    if len(years) > 1:
        return _Parts(two=True)
    named = [_MONTHS[token] for token in tokens if token in _MONTHS]
    if any(not token.isdecimal() and token not in _MONTHS for token in tokens) or len(named) > 1:
        return None
    if not tokens or any(len(token) > 8 for token in tokens):
        return None
    if len(tokens) == 1 and not named:
        return _from_digits(tokens[0])
    if named:
        return _with_month_name(tokens, named[0])
    return _in_order(tokens)


def _with_month_name(tokens: list[str], month: int) -> _Parts | None:
    """12-Dec-1970, Dec-70; 12-Dec has lost its year."""
    at = next(index for index, token in enumerate(tokens) if not token.isdecimal())
    numbers = [int(token) for token in tokens if token.isdecimal()]
    long = [len(token) == 4 for token in tokens if token.isdecimal()]
    if len(numbers) == 1:
        if long[0] or (at == 0 and numbers[0] > 31):
            return _Parts(numbers[0], month, short=not long[0])
        return _Parts(month=month, day=numbers[0])
    if len(numbers) == 2 and (at == 1 or (at == 0 and not long[0])):
        return _Parts(numbers[1], month, numbers[0], short=not long[1])
    return None


def _in_order(tokens: list[str]) -> _Parts | None:
    """Day, month, year; year first if it has four digits; the month first if it must be."""
    numbers = [int(token) for token in tokens]
    if len(numbers) == 2:
        first, second = numbers
        if len(tokens[0]) == 4:
            return _Parts(first, second)
        if len(tokens[1]) == 4:
            return _Parts(second, first if first <= 12 else 0)
        if first <= 12 and 31 < second < 100:
            return _Parts(second, first, short=True)
        return _Parts(month=second, day=first)
    if len(numbers) != 3:
        return None
    if len(tokens[0]) == 4:
        year, month, day = numbers
        return _Parts(year, month, day)
    day, month, year = numbers
    if len(tokens[2]) not in {2, 4} or day > 99 or month > 99:
        return None
    if month > 12 >= day:
        return _Parts(year, day, month, short=len(tokens[2]) == 2, flipped=True)
    return _Parts(year, month, day, short=len(tokens[2]) == 2)
