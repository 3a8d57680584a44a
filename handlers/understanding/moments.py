"""A moment in a free Vietnamese line: which day, which hour, and what is doubtful about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from handlers.understanding.dates import Day, take_days
from handlers.understanding.hours import Hour, take_hours
from handlers.understanding.text import Line
from handlers.understanding.zone import ZONE, local


class Problem(StrEnum):
    """What a person must be asked, or (ROLLED only) shown."""

    NO_DATE = "no_date"
    NO_HOUR = "no_hour"
    IMPOSSIBLE = "impossible"  # no calendar or clock has it: 31/2, 25 giờ, 15 giờ sáng
    SEVERAL = "several"  # `days` has them
    AMBIGUOUS_HOUR = "ambiguous_hour"  # `hours` has them
    PAST = "past"
    RECURRENCE = "recurrence"  # "hằng tháng", but not on which day
    ROLLED = "rolled"  # 5/11 said on 16/11: taken as next year's, "ngày 5" as next month's


@dataclass(frozen=True, slots=True)
class Moment:
    """What a line says about when. `day` and `hour` are None while they are doubtful.

    Of a PAST moment both are kept, so that it can be said which. `until` is the end hour of
    "19h-21h"; `options` every moment still to come that the line can mean, to choose from by number;
    `passed` the nearer day of a ROLLED one; `said` the words this rests on; `rest` the line without.
    """

    day: date | None
    hour: time | None
    until: time | None
    problems: tuple[Problem, ...]
    days: tuple[date, ...]
    hours: tuple[time, ...]
    options: tuple[datetime, ...]
    passed: date | None
    said: str
    rest: str

    @property
    def at(self) -> datetime | None:
        """The moment, aware, in Vietnam; None unless it is clear and not past."""
        if self.day is None or self.hour is None or set(self.problems) - {Problem.ROLLED}:
            return None
        return datetime.combine(self.day, self.hour, ZONE)


def find_moment(text: str, now: datetime, *, default_hour: time | None = None) -> Moment:
    """The moment a line names, seen from `now` (aware). `default_hour` when it names no hour."""
    line = Line(text)
    return take_moment(line, now, default_hour=default_hour)


def take_moment(
    line: Line, now: datetime, *, default_hour: time | None = None, part: str | None = None
) -> Moment:
    """The same, taken out of a line being read; `part` of the day if it was read already."""
    clock = local(now)
    found_days = take_days(line, clock.date())
    part = next((day.part for day in found_days if day.part), part)
    found_hours = take_hours(line, part)
    days, impossible = settle(found_days)
    hours = _hours(found_hours, default_hour)
    impossible = impossible or any(not hour.readings for hour in found_hours)
    days, hours = _not_past(found_days, days, hours, clock)
    spans = [(day.start, day.end) for day in found_days]
    spans += [(hour.start, hour.end) for hour in found_hours]
    problems = _problems(found_days, days, hours, clock, impossible=impossible)
    if not found_hours and default_hour is None:
        problems.append(Problem.NO_HOUR)
    return Moment(
        day=days[0] if len(days) == 1 and not impossible else None,
        hour=hours[0] if len(hours) == 1 and not impossible else None,
        until=found_hours[0].until if len(found_hours) == 1 else None,
        problems=tuple(problems),
        days=days,
        hours=hours,
        options=tuple(_options(days, hours, clock)),
        passed=_passed(found_days, days),
        said=", ".join(line.said(*span) for span in sorted(spans)),
        rest=line.rest(),
    )


def settle(found: Sequence[Day]) -> tuple[tuple[date, ...], bool]:
    """The days that all that was said agrees on, or all of them; and whether one is impossible.

    A weekday beside a date only confirms it: "thứ bảy 28/11" is one day, "thứ sáu 28/11" two.
    """
    possible = [day for day in found if day.days]
    firm = [set(day.days) for day in possible if day.weekday is None]
    plain = [day for day in possible if day.weekday is not None]
    impossible = len(possible) < len(found)
    if not firm:
        return tuple(sorted({one for day in plain for one in day.days})), impossible
    days = set.intersection(*firm) or set.union(*firm)
    if len({day.weekday for day in plain}) == 1:
        days = _with_weekday(days, plain[0], found)
    elif plain:
        days |= {one for day in plain for one in day.days}
    return tuple(sorted(days)), impossible


def _with_weekday(days: set[date], plain: Day, found: Sequence[Day]) -> set[date]:
    weekday = plain.weekday
    if agreeing := {day for day in days if day.weekday() == weekday}:
        return agreeing
    passed = {day.passed for day in found if day.passed and day.passed.weekday() == weekday}
    if passed:
        return passed
    assert weekday is not None
    return days | {day + timedelta(weekday - day.weekday()) for day in days}


def _hours(found: Sequence[Hour], default: time | None) -> tuple[time, ...]:
    if not found:
        return (default,) if default else ()
    agreed = set.intersection(*(set(hour.readings) for hour in found))
    return tuple(sorted(agreed or {one for hour in found for one in hour.readings}))


def _not_past(
    found: Sequence[Day], days: tuple[date, ...], hours: tuple[time, ...], clock: datetime
) -> tuple[tuple[date, ...], tuple[time, ...]]:
    """Today leaves only the hours to come; a plain weekday said too late is next week's."""
    if days != (clock.date(),) or not hours:
        return days, hours
    ahead = tuple(hour for hour in hours if hour > clock.time())
    if all(day.weekday is not None for day in found):
        next_week = days[0] + timedelta(7)
        if not ahead:
            return (next_week,), hours
        return (days if ahead == hours else (*days, next_week)), hours
    return days, ahead or hours


def _options(
    days: tuple[date, ...], hours: tuple[time, ...], clock: datetime
) -> Iterator[datetime]:
    for day in days:
        for hour in hours:
            moment = datetime.combine(day, hour, ZONE)
            if moment > clock:
                yield moment


def _passed(found: Sequence[Day], days: tuple[date, ...]) -> date | None:
    if len(days) != 1:
        return None
    return next((day.passed for day in found if day.passed and days[0] in day.days), None)


def _problems(
    found: Sequence[Day],
    days: tuple[date, ...],
    hours: tuple[time, ...],
    clock: datetime,
    *,
    impossible: bool,
) -> list[Problem]:
    problems = []
    if impossible:
        problems.append(Problem.IMPOSSIBLE)
    if not found:
        problems.append(Problem.NO_DATE)
    if len(days) > 1:
        problems.append(Problem.SEVERAL)
    if len(hours) > 1:
        problems.append(Problem.AMBIGUOUS_HOUR)
    latest = hours[-1] if hours else time.max
    if days and datetime.combine(days[-1], latest, ZONE) <= clock:
        problems.append(Problem.PAST)
    if _passed(found, days):
        problems.append(Problem.ROLLED)
    return problems
