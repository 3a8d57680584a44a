"""Days in a Vietnamese line: 28/11, thứ bảy tuần sau, sáng mai, rằm tháng 11, ngày 15.

A week starts on Monday. Nothing is guessed: what can be two days is given as two days.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.understanding.day_words import (
    AT_WEEKDAY,
    BARE_DAY,
    FEAST_BEFORE,
    FEASTS_BY_THE_SUN,
    LUNAR,
    MAI_BEFORE,
    MONTH_NAMES,
    MUNG,
    NAME_BEFORE,
    NO_DATE_BEFORE,
    NUMERIC,
    ORDINAL_BEFORE,
    RECURS_AFTER,
    RELATIVE,
    WEEKDAYS,
    WRITTEN,
)
from handlers.understanding.hours import part_of_day
from handlers.understanding.lunar import RAM, lunar_in_month, next_lunar, solar_of
from handlers.understanding.numbers import spoken_number
from handlers.understanding.text import Line, spellings

YEARS = range(2000, 2100)
Said = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Day:
    """A day as it was said: what it can mean (nothing: impossible).

    `weekday` (Monday 0) when only that was said, so that it may stand beside a date; `passed` is
    the nearer day that a bare 28/11 would have been, had it not gone by.
    """

    days: tuple[date, ...]
    weekday: int | None = None
    passed: date | None = None
    part: str | None = None
    start: int = 0
    end: int = 0


def take_days(line: Line, today: date) -> list[Day]:
    """Take every day out of the line. A feast's date ("họp mặt 20/10") only if it is the only one."""
    found = _take(line, today, feasts=False) or _take(line, today, feasts=True)
    return sorted(found, key=lambda day: day.start)


def next_weekday(weekday: int, today: date) -> date:
    """The next such day that is not past; Monday is 0."""
    return today + timedelta((weekday - today.weekday()) % 7)


def _take(line: Line, today: date, *, feasts: bool) -> list[Day]:
    found = []
    for pattern, read in _FORMS:
        for match in pattern.finditer(line.low):
            before = line.low[max(0, match.start() - 40) : match.start()]
            feast = not feasts and not match["part"] and FEAST_BEFORE.search(before)
            if feast or not _stands(match, before, line):
                continue
            if day := read(match.groupdict(), today):
                found.append(_placed(day, match))
                line.cut(*match.span())
    return found


def _placed(day: Day, match: re.Match[str]) -> Day:
    said = match.groupdict()
    part = said.get("part") or said.get("after") or said.get("inner")
    return Day(day.days, day.weekday, day.passed, part_of_day(part) or day.part, *match.span())


def _stands(match: re.Match[str], before: str, line: Line) -> bool:
    """Whether it is a date at all, and no house number, name or "for the second time"."""
    said = match.groupdict()
    if RECURS_AFTER.match(line.low, match.end()):
        return False
    if said.get("d") and NO_DATE_BEFORE.search(before):
        return False
    if said.get("mot") and MAI_BEFORE.search(before):
        return False
    if said.get("ordinal") and ORDINAL_BEFORE.search(before):
        return False
    if said.get("mai") and not said["part"] and not said["lead"]:
        named = line.text[match.start("mai")].isupper() and match.start() > 0
        return not NAME_BEFORE.search(before) and (not named or line.text.isupper())
    return True


def _lunar(said: Said, today: date) -> Day:
    month = said.get("m")
    day = RAM if said.get("ram") else _number(said.get("d"))
    if day is None:
        return Day(())
    if (ahead := _months_ahead(said)) is not None:
        found = lunar_in_month(day, ahead, today)
        return Day((found,) if found else ())
    number = _month(month) if month else None
    if said.get("tet"):
        number = 1 if said.get("mung") else 12
    leap = bool(said.get("leap"))
    if number and (year := said.get("y")):
        found = solar_of(day, number, int(year), leap=leap)
    else:
        found = next_lunar(day, number, today, leap=leap)
    return Day((found,) if found else ())


def _months_ahead(said: Said) -> int | None:
    """0 for "tháng này", 1 for "tháng tới" and "tháng sau" (which without a mark may be June)."""
    month, marked = said.get("m") or "", said.get("word") == "tháng"
    if month in spellings("này"):
        return 0
    return 1 if month in spellings("tới") or (month == "sau" and marked) else None


def _mung(said: Said, today: date) -> Day | None:
    """Mùng 8/3 is a solar feast; mùng 1 tháng 11 alone is a day of either calendar."""
    day = _number(said.get("d"))
    if day is None or not 1 <= day <= 10:
        return None
    month = _month(said["m"]) if said["m"] else None
    solar = _of_month(day, None, today) if month is None else _on(day, month, said["y"], today)
    if said["solar"] or said["y"] or (day, month) in FEASTS_BY_THE_SUN:
        return solar
    lunar = next_lunar(day, month, today)
    return Day(tuple(sorted({*solar.days, *([lunar] if lunar else [])})))


def _written(said: Said, today: date) -> Day | None:
    spoken = said["dw"]
    if spoken and not said["lead"]:
        return None  # "hai tháng một lần"
    day = _number(spoken or said["d"])
    if not day:
        return None
    if _months_ahead(said) is not None:
        return _of_month(day, said["m"], today)
    return _on(day, _month(said["m"]), said["y"], today)


def _numeric(said: Said, today: date) -> Day | None:
    day, month = int(said["d"] or 0), int(said["m"] or 0)
    if said["y"]:
        return _on(day, month, said["y"], today)
    if (day, month) == (24, 7) and not said["lead"]:
        return None  # round the clock
    # 1.5 is a number, "8-10" a range, "5/7 hội viên" a share
    least = {".": 12, "-": month, "–": month}.get(said["sep"] or "", 0)
    if said["people"] is not None:
        least = month
    if day <= least and not said["lead"]:
        return None
    return _on(day, month, None, today) if 1 <= day < 40 and 1 <= month < 20 else None


def _weekday(said: Said, today: date) -> Day:
    digit = said["wd"] or said["t"]
    weekday = int(digit) - 2 if digit else WEEKDAYS.get(said["ww"] or "", 6)
    week = said["wpre"] or said["week"] or ""
    # "thu bay toi": unmarked, this "toi" after a weekday is the evening
    part = "tối" if week == "toi" else None
    if len(week.split()) < 2:
        return Day((next_weekday(weekday, today),), weekday=weekday, part=part)
    monday = today - timedelta(today.weekday())
    return Day((monday + timedelta(weekday + 7 * _weeks(week)),))


def _weeks(week: str) -> int:
    last = week.rsplit(maxsplit=1)[-1]
    if last in spellings("nữa"):
        return 2
    if last in {"sau", *spellings("tới")}:
        return 1
    return 0 if last in spellings("này") else -1


def _relative(said: Said, today: date) -> Day | None:
    part, lead = said["part"], (said["lead"] or "").strip()
    by_day = lead in spellings("ngày")
    ahead: tuple[int, ...] = ()
    if (count := _number(said["n"])) is not None:
        ahead = (7 * count if said["weeks"] else count,)
    elif said["nay"] and (part or (lead and not by_day)):
        ahead = (0,)
    elif said["mai"]:
        ahead = (1,)
    elif said["mot"] and (part or lead or said["mot"] == "mốt"):
        ahead = (2,)
    elif said["kia"] and (part or by_day):
        # two days on in the North, three in the South, where two is "mốt"
        ahead = (2, 3)
    elif said["kia"] and lead:
        ahead = (-2,)
    elif said["qua"] and (part or lead):
        ahead = (-1,)
    return Day(tuple(today + timedelta(days) for days in ahead)) if ahead else None


def _bare(said: Said, today: date) -> Day | None:
    day = _number(said["d"])
    if day is None or not 1 <= day <= 31 or not said.get("lead"):
        return None
    return _of_month(day, said["month"], today)


def _of_month(day: int, month: str | None, today: date) -> Day:
    """A day of this month or the next; if no month is said, the first that is not past."""
    if month:
        found = _in_month(today, 0 if month.split()[-1] in spellings("này") else 1, day)
        return Day((found,) if found else ())
    this_month = _in_month(today, 0, day)
    # of any two months that follow each other one has 31 days
    days = (_in_month(today, ahead, day) for ahead in range(3))
    found = next(one for one in days if one is not None and one >= today)
    return Day((found,), passed=None if found == this_month else this_month)


def _in_month(today: date, ahead: int, day: int) -> date | None:
    years, month = divmod(today.month - 1 + ahead, 12)
    return _date(today.year + years, month + 1, day)


def _on(day: int, month: int, year: str | None, today: date) -> Day:
    if year:
        number = int(year) + (2000 if len(year) == 2 else 0)
        found = _date(number, month, day)
        return Day((found,) if found else ())
    this_year = _date(today.year, month, day)
    if this_year is not None and this_year >= today:
        return Day((this_year,))
    found = _date(today.year + 1, month, day)
    return Day((found,), passed=this_year) if found and this_year else Day(())


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def _number(words: str | None) -> int | None:
    if not words:
        return None
    return int(words) if words.isdecimal() else spoken_number(words)


def _month(words: str | None) -> int:
    """The number of a month, 0 when it has none: no date then."""
    return MONTH_NAMES.get(words or "") or _number(words) or 0


_Read = Callable[[Said, date], Day | None]
_FORMS: tuple[tuple[re.Pattern[str], _Read], ...] = (
    (AT_WEEKDAY, _weekday),  # before those that begin with "từ": without marks it is "thứ tư"
    *((pattern, _lunar) for pattern in LUNAR),
    (MUNG, _mung),
    (WRITTEN, _written),
    (NUMERIC, _numeric),
    (RELATIVE, _relative),
    (BARE_DAY, _bare),
)
