"""One date as it stands in a cell → its year, month and day, without judging whose it is."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from storage.vietnamese import fold

_SERIAL_ZERO = date(1899, 12, 30)
_MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr, {9: "Sept"})
    for number, name in (names.items() if isinstance(names, dict) else enumerate(names))
    if name
}
_MONTHS |= {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9}
_MONTHS |= {"xi": 11, "xii": 12}  # a lone X stands for what is not known
_CLOCK = re.compile(r"[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]m)?z?$")
_FILLER = re.compile(
    r"\([^)\d]*\)|\(?\b\d{1,3} ?(?:t|tuoi)\b\)?|\b(?:ngay|thang|nam|sinh|sn|ns|khoang|chung|do|uoc|hoi|vao|am lich|duong lich|al|dl)\b"
    r"|\b(?:tuoi )?(?:(?:giap|at|binh|dinh|mau|ky|canh|tan|nham|quy) )?"
    r"(?:ty|suu|dan|mao|meo|thin|ngo|mui|than|dau|tuat|hoi)\b(?=.*\d{4})"
    r"|(?<=\d{4} )(?:tuoi )?(?:(?:giap|at|binh|dinh|mau|ky|canh|tan|nham|quy) )?"
    r"(?:ty|suu|dan|mao|meo|thin|ngo|mui|than|dau|tuat|hoi)\b"
    r"|\bx+\b"
)
_MONTH_WORD = re.compile(r"\b(?:thang|thg|th|t)[ .]?(?=\d)")
_MONTH_SPOKEN = {
    "gieng": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8,
    "chin": 9, "muoi mot": 11, "muoi hai": 12, "muoi": 10, "chap": 12,
}  # fmt: skip
_SPOKEN = re.compile(rf"\bthang ({'|'.join(_MONTH_SPOKEN)})\b")
_LETTER_O = re.compile(r"(?<=\d)o(?![a-z])|(?<![a-z])o(?=\d)")
_LETTER_L = re.compile(r"(?<=\d)[li](?![a-z])|(?<![a-z])[li](?=\d)")
_GROUPED = re.compile(r"(\d{1,2})[.,](\d{3})")
_DATE_AND_WORDS = re.compile(
    r"(\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|(?:19|20)\d{2}(?= ?[-,;]))[ ,;:(-]+[^\d]+"
)
_TOKENS = re.compile(r"\d+|[a-z]+")
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Parts:
    """Year, month and day as written; 0 is unknown. `two` says that two dates stand there."""

    year: int = 0
    month: int = 0
    day: int = 0
    short: bool = False  # the year has two digits
    two: bool = False
    flipped: bool = False  # can only be read month first


def written(year: int, month: int, day: int) -> str | None:
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


def from_cell(value: date) -> Parts:
    """A date cell."""
    return year_shown_as_day(Parts(value.year, value.month, value.day))


def year_shown_as_day(parts: Parts) -> Parts:
    """The year alone, typed into a cell that shows dates: 1970 looks like 23/05/1905."""
    if parts.year != 1905 or not written(parts.year, parts.month, parts.day) or not parts.day:
        return parts
    serial = (date(parts.year, parts.month, parts.day) - _SERIAL_ZERO).days
    return Parts(serial) if 1900 <= serial <= 2100 else parts


def from_number(value: float) -> Parts | None:
    """A number cell: a year, a serial, or 12.1970."""
    if not 0 < value < 1e8:
        return None
    if 1 <= value < 13 and value % 1:  # 10.1970 is October 1970
        return from_text(f"{value:.4f}")
    return _from_digits(str(int(value)))


def _from_digits(digits: str) -> Parts | None:
    """Digits without any sign between: a year, a serial of Excel, or a date run together."""
    number = int(digits)
    if len(digits) == 2:
        return Parts(number, short=True)
    if len(digits) in {4, 5} and 1000 <= number <= 60000:
        if number <= 2100:
            return Parts(number)
        day = _SERIAL_ZERO + timedelta(days=number)
        return Parts(day.year, day.month, day.day)
    if len(digits) == 6 and int(digits[:2]) <= 12 and _YEAR.fullmatch(digits[2:]):
        return Parts(int(digits[2:]), int(digits[:2]))
    if len(digits) == 6:
        return Parts(number % 100, int(digits[2:4]), int(digits[:2]), short=True)
    if len(digits) in {7, 8}:
        digits = digits.zfill(8)
        if not _YEAR.fullmatch(digits[4:]) and _YEAR.fullmatch(digits[:4]):
            return Parts(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        return Parts(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    return None


@lru_cache(maxsize=4096)  # years and feast days repeat
def from_text(text: str) -> Parts | None:
    """A date in words and signs; None where nobody could read one."""
    words = _CLOCK.sub("", fold(text))
    if beside := _DATE_AND_WORDS.fullmatch(words):  # the place she was born at
        words = beside[1]
    if grouped := _GROUPED.fullmatch(words):  # 1.970, or a serial shown as 28,123
        return _from_digits(grouped[1] + grouped[2])
    words = _SPOKEN.sub(lambda found: f" {_MONTH_SPOKEN[found[1]]} ", words)
    words = _LETTER_L.sub("1", _LETTER_O.sub("0", words))
    words = _MONTH_WORD.sub(" ", words)
    tokens = _TOKENS.findall(_FILLER.sub(" ", words))
    years = {token for token in tokens if _YEAR.fullmatch(token)}
    if len(years) > 1:
        return Parts(two=True)
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


def _with_month_name(tokens: list[str], month: int) -> Parts | None:
    """12-Dec-1970, Dec-70; 12-Dec has lost its year."""
    at = next(index for index, token in enumerate(tokens) if not token.isdecimal())
    numbers = [int(token) for token in tokens if token.isdecimal()]
    long = [len(token) == 4 for token in tokens if token.isdecimal()]
    if len(numbers) == 1:
        if long[0] or (at == 0 and numbers[0] > 31):
            return Parts(numbers[0], month, short=not long[0])
        return Parts(month=month, day=numbers[0])
    if len(numbers) == 2 and (at == 1 or (at == 0 and not long[0])):
        return Parts(numbers[1], month, numbers[0], short=not long[1])
    return None


def _in_order(tokens: list[str]) -> Parts | None:
    """Day, month, year; year first if it has four digits; the month first if it must be."""
    numbers = [int(token) for token in tokens]
    if len(numbers) == 2:
        first, second = numbers
        if len(tokens[0]) == 4:
            return Parts(first, second)
        if len(tokens[1]) == 4:
            return Parts(second, first if first <= 12 else 0)
        if first <= 12 and 31 < second < 100:
            return Parts(second, first, short=True)
        return Parts(month=second, day=first)
    if len(numbers) != 3:
        return None
    if len(tokens[0]) == 4:
        year, month, day = numbers
        return Parts(year, month, day)
    day, month, year = numbers
    if len(tokens[2]) not in {2, 4} or day > 99 or month > 99:
        return None
    if month > 12 >= day:
        return Parts(year, day, month, short=len(tokens[2]) == 2, flipped=True)
    return Parts(year, month, day, short=len(tokens[2]) == 2)
