"""Repetition in a Vietnamese line ("ngày 15 hằng tháng") as an RFC 5545 rule, and its days.

A rule never needs to know when it began: none has an INTERVAL. It is kept as its string.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from itertools import islice

from dateutil.rrule import rrulestr

from handlers.understanding.day_words import WEEKDAYS
from handlers.understanding.hours import PART, part_of_day
from handlers.understanding.text import Line, spellings, vi
from handlers.understanding.zone import ZONE, local

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FIRST_MONTHS, MIDDLE_MONTHS, LAST_MONTHS = "1,4,7,10", "2,5,8,11", "3,6,9,12"

_FIRST = "(?:đầu(?: tiên)?|thứ nhất|thứ 1|1)"
_SECOND = "(?:thứ hai|thứ nhì|thứ 2|hai|giữa|2)"
_THIRD = "(?:thứ ba|thứ 3|ba|3)"
_LAST = "(?:cuối(?: cùng)?)"
_NTH = f"(?P<nth>{_FIRST}|{_SECOND}|{_THIRD}|thứ tư|thứ 4|4|{_LAST})"
_EVERY = r"(?:(?:của|vào|định kỳ) )?(?:hằng|hàng|mỗi|từng) (?P<unit>tuần|tháng|quý)\b(?: (?:một|1) lần\b)?"
_WEEKDAY = (
    rf"(?:(?P<part>{PART}) )?(?:thứ\s?(?P<wd>[2-7])|thứ (?P<ww>hai|ba|tư|năm|sáu|bảy|bẩy)"
    r"|t\.?(?P<t>[2-7])|(?P<cn>(?:chủ|chúa)\s?(?:nhật|nhựt)|cn))\b"
)
_LEAD = r"\b(?:(?:định kỳ|vào|lúc) ){0,2}"
_DAY = (
    rf"(?:(?P<part>{PART}) )?ngày (?:(?P<day>[0-9]{{1,2}})\b|(?P<last>{_LAST}))"
    rf"(?: (?:của )?tháng {_NTH})?"
)
_NTH_WEEKDAY = rf"{_WEEKDAY}(?: (?:của )?(?:tuần )?(?:lễ )?{_NTH}\b)"
_JOIN = r"\s*,?\s*(?:(?:vào|của|thì|trong) )?"
_FORMS = tuple(
    vi(form)
    for form in (
        rf"{_LEAD}{_DAY}{_JOIN}{_EVERY}",
        rf"{_LEAD}{_EVERY}{_JOIN}{_DAY}",
        rf"{_LEAD}{_NTH_WEEKDAY}{_JOIN}{_EVERY}",
        rf"{_LEAD}{_EVERY}{_JOIN}{_NTH_WEEKDAY}",
        rf"{_LEAD}{_WEEKDAY}{_JOIN}{_EVERY}",
        rf"{_LEAD}{_EVERY}{_JOIN}{_WEEKDAY}(?! tuần)",
        rf"{_LEAD}(?:hằng|hàng|mỗi) {_WEEKDAY}(?! tuần)",
    )
)
_CUE = vi(r"\b(?:hằng|hàng|mỗi|từng) (?:tuần|tháng|quý)\b")
_NUMBERS = {
    spelling: number
    for number, words in enumerate(("đầu nhất", "hai nhì giữa", "ba", "tư"), start=1)
    for word in words.split()
    for spelling in spellings(word)
}
Said = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Repeat:
    """A rule read from a line; `part` of the day, if one was said with the weekday."""

    rule: str
    part: str | None
    said: str


def take_repeat(line: Line) -> Repeat | None:
    """Take the repetition out of a line; None if it has none that names its day."""
    for form in _FORMS:
        for match in form.finditer(line.low):
            if rule := _rule(match.groupdict()):
                line.cut(*match.span())
                return Repeat(rule, part_of_day(match["part"]), line.said(*match.span()))
    return None


def speaks_of_repeating(line: Line) -> bool:
    """Whether "hằng tháng" or its like still stands in the line."""
    return bool(_CUE.search(line.low))


def at_hour(rule: str, hour: time) -> str:
    """The rule with its hour, so that it says all by itself."""
    return f"{rule};BYHOUR={hour.hour};BYMINUTE={hour.minute};BYSECOND=0"


def next_occurrences(rule: str, after: datetime, count: int) -> tuple[datetime, ...]:
    """The next `count` moments of a rule later than `after` (aware), on Vietnam's clock.

    A rule without an hour falls at midnight.
    """
    wall = local(after).replace(tzinfo=None)
    # what the rule leaves open (the hour) is taken from its start: midnight
    rules = rrulestr(rule, dtstart=datetime.combine(wall.date(), time.min))
    later = islice(rules.xafter(wall), count)
    return tuple(moment.replace(tzinfo=ZONE) for moment in later)


def _rule(said: Said) -> str | None:
    unit = said.get("unit")
    if "day" in said:
        return _by_day(said)
    weekday = CODES[_weekday(said)]
    if not unit or unit in spellings("tuần"):
        return None if said.get("nth") else f"FREQ=WEEKLY;BYDAY={weekday}"
    nth = _nth(said)
    if nth is None:
        return None
    months = f"BYMONTH={LAST_MONTHS if nth < 0 else FIRST_MONTHS};" if _quarterly(said) else ""
    return f"FREQ=MONTHLY;{months}BYDAY={nth}{weekday}"


def _by_day(said: Said) -> str | None:
    """A day each month, or in one month of each quarter: the first unless another is said.

    The 29th to 31st fall on the last day of a month that is too short to have them.
    """
    day, nth = int(said["day"] or 0), _nth(said)
    quarterly = _quarterly(said)
    if said["unit"] in spellings("tuần") or (nth and not quarterly) or (said["day"] and not day):
        return None
    months = {
        None: FIRST_MONTHS,
        1: FIRST_MONTHS,
        2: MIDDLE_MONTHS,
        3: LAST_MONTHS,
        -1: LAST_MONTHS,
    }
    if day > 31 or nth not in months:
        return None
    if said["last"]:
        days, months[None] = "BYMONTHDAY=-1", LAST_MONTHS
    elif day > 28:
        days = f"BYMONTHDAY={','.join(map(str, range(28, day + 1)))};BYSETPOS=-1"
    else:
        days = f"BYMONTHDAY={day}"
    return f"FREQ=MONTHLY;{f'BYMONTH={months[nth]};' if quarterly else ''}{days}"


def _quarterly(said: Said) -> bool:
    return said.get("unit") in spellings("quý")


def _weekday(said: Said) -> int:
    digit = said["wd"] or said["t"]
    return int(digit) - 2 if digit else WEEKDAYS.get(said["ww"] or "", 6)


def _nth(said: Said) -> int | None:
    words = (said.get("nth") or "").split()
    if not words:
        return None
    if words[0] in spellings("cuối"):
        return -1
    last = words[0] if words[0] in spellings("đầu") else words[-1]
    return int(last) if last.isdecimal() else _NUMBERS[last]
