"""A deadline as an officer types it: "17g ngày 19/11", "trước ngày 05/12/2026", "hết tháng 11".

Without an hour it is the end of that day; "trước ngày 5" is the end of the 5th, as offices read it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from handlers.understanding.dates import YEARS
from handlers.understanding.hours import END_OF_DAY
from handlers.understanding.moments import Moment, Problem, find_moment
from handlers.understanding.text import Line, vi
from handlers.understanding.zone import local

LATELY = timedelta(days=180)
_MONTH_END = vi(
    r"\b(?:hết|cuối|trong) tháng (?P<month>[0-9]{1,2})(?:(?:/| năm )(?P<year>[0-9]{4}))?(?![\w/])"
)


def read_deadline(text: str, now: datetime) -> Moment:
    """The deadline that a line names, seen from `now` (aware).

    A bare day that went by lately is a past deadline, not one of next year.
    """
    moment = find_moment(text, now, default_hour=END_OF_DAY)
    if Problem.NO_DATE in moment.problems and (last_day := _month_end(text, now)):
        return find_moment(f"{last_day:%d/%m/%Y}", now, default_hour=END_OF_DAY)
    if moment.passed and local(now).date() - moment.passed <= LATELY:
        others = tuple(one for one in moment.problems if one is not Problem.ROLLED)
        return replace(
            moment,
            day=moment.passed,
            days=(moment.passed,),
            problems=(*others, Problem.PAST),
            options=(),
            passed=None,
        )
    return moment


def _month_end(text: str, now: datetime) -> date | None:
    match = _MONTH_END.search(Line(text).low)
    if match is None or not 1 <= int(match["month"]) <= 12:
        return None
    today, month = local(now).date(), int(match["month"])
    year = int(match["year"] or today.year + (month < today.month))
    if year not in YEARS:
        return None
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(1)
