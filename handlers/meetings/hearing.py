"""What a person's words add to a draft, and what must be asked back before it is sure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from handlers.chat import Choice
from handlers.understanding.meeting_lines import MeetingLine, Mode, read_meeting
from handlers.understanding.moments import Problem
from handlers.understanding.recurrence import at_hour, next_occurrences
from handlers.understanding.spoken import speak_date, speak_hour, speak_moment
from handlers.understanding.zone import ZONE, local
from storage.meetings import MeetingDraft
from storage.vietnamese import fold

OFFERED = 8
"""Most moments offered to choose from."""
TITLE_LENGTH = 200
PLACE_LENGTH = 200
LINK_LENGTH = 500
_PARTS = ((11, "sáng"), (13, "trưa"), (18, "chiều"), (24, "tối"))
_NO_TITLE = {"hop", "moi hop", "cuoc hop"}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why it is not yet sure when the meeting is; `choices` if one of a few moments is meant."""

    problem: str
    choices: tuple[Choice, ...] = ()
    context: dict[str, Any] = field(default_factory=dict)


def hear_line(draft: MeetingDraft, text: str, now: datetime) -> Doubt | None:
    """Fill a draft from one line that may say everything."""
    line = read_meeting(text, now)
    if fold(line.title) not in _NO_TITLE:
        draft.title = line.title[:TITLE_LENGTH]
    _set_where(draft, line)
    return _set_when(draft, line, now)


def hear_when(draft: MeetingDraft, text: str, now: datetime) -> Doubt | None:
    """Fill in the time: an hour alone keeps the day, a day alone keeps the hour.

    A place said along with it is taken as well.
    """
    line = read_meeting(text, now)
    _set_where(draft, line)
    return _set_when(draft, line, now)


def hear_where(draft: MeetingDraft, text: str, now: datetime) -> None:
    """Fill in place, link or both; words that are neither are taken as the place."""
    line = read_meeting(f"tại {text}", now)
    if line.mode is None:
        draft.place, draft.mode = _place(text), Mode.IN_PERSON
    else:
        _set_where(draft, line)


def set_mode(draft: MeetingDraft, mode: Mode) -> None:
    """Set how people take part, and forget what does not belong to it."""
    draft.mode = mode
    draft.place = "" if mode is Mode.ONLINE else draft.place
    draft.link = "" if mode is Mode.IN_PERSON else draft.link


def _set_where(draft: MeetingDraft, line: MeetingLine) -> None:
    """A link beside a place known before, or the other way round, makes both ways possible."""
    if line.link and len(line.link) <= LINK_LENGTH:
        draft.link = line.link
    draft.place = _place(line.place) if line.place else draft.place
    other = {Mode.ONLINE: draft.place, Mode.IN_PERSON: draft.link}
    if line.mode is not None:
        draft.mode = Mode.BOTH if other.get(line.mode) else line.mode


def _place(text: str) -> str:
    words = " ".join(text.split())[:PLACE_LENGTH]
    return words[:1].upper() + words[1:]


def _set_when(draft: MeetingDraft, line: MeetingLine, now: datetime) -> Doubt | None:
    problems = set(line.problems)
    if doubt := _unusable(line, problems):
        return doubt
    dated = Problem.NO_DATE not in problems
    if draft.rest and dated and not line.recurrence:
        return Doubt(Problem.RECURRENCE, context={"said": line.moment.said})
    known = local(draft.starts_at).time() if draft.starts_at else None
    if line.recurrence or dated:
        draft.rule, draft.day, draft.starts_at = line.recurrence or "", line.moment.day, None
    if line.starts is not None:
        draft.starts_at, draft.day = line.starts, line.starts.date()
        return None
    if Problem.SEVERAL in problems:
        return _which_moment(draft, line)
    if not draft.rule and draft.day is None:
        return Doubt(Problem.NO_DATE)
    if Problem.AMBIGUOUS_HOUR in problems:
        draft.starts_at = None
        return _which_hour(draft, line.moment.hours)
    hour = line.moment.hour or known
    return at(draft, hour, now) if hour else no_hour(draft)


def _unusable(line: MeetingLine, problems: set[Problem]) -> Doubt | None:
    """Why nothing of what was said about the time can be taken into the draft."""
    for problem in (Problem.IMPOSSIBLE, Problem.RECURRENCE):
        if problem in problems:
            return Doubt(problem, context={"said": line.moment.said})
    if problems >= {Problem.NO_DATE, Problem.NO_HOUR}:
        return Doubt(Problem.NO_DATE)
    if Problem.PAST in problems and not line.recurrence and len(line.moment.days) == 1:
        return Doubt(Problem.PAST, context={"said": _passed(line)})
    return None


def at(draft: MeetingDraft, hour: time, now: datetime) -> Doubt | None:
    """Set the hour of the day, or of the rhythm, that is already known."""
    if not draft.rule:
        assert draft.day is not None, "an hour is asked once the day is known"
        return on(draft, datetime.combine(draft.day, hour, ZONE), now)
    draft.rule = at_hour(draft.rule.partition(";BYHOUR")[0], hour)
    since = now
    if draft.day:  # "từ 05/12": where the rhythm begins
        since = max(now, datetime.combine(draft.day, time.min, ZONE) - timedelta(seconds=1))
    return on(draft, next_occurrences(draft.rule, since, 1)[0], now)


def on(draft: MeetingDraft, starts_at: datetime, now: datetime) -> Doubt | None:
    """Set the moment, unless it is past."""
    if starts_at <= now:
        draft.starts_at = None
        return Doubt(Problem.PAST, context={"said": speak_moment(starts_at)})
    draft.starts_at, draft.day = starts_at, local(starts_at).date()
    return None


def _which_moment(draft: MeetingDraft, line: MeetingLine) -> Doubt:
    moments = line.moment.options[:OFFERED]
    choices = [
        Choice(speak_moment(each), f"meet_at {draft.id} {int(each.timestamp())}")
        for each in moments
    ]
    if not line.moment.hours:
        days = line.moment.days[:OFFERED]
        choices = [Choice(speak_date(each), f"meet_day {draft.id} {each}") for each in days]
    problem = Problem.SEVERAL if choices else Problem.PAST
    return Doubt(problem, tuple(choices), {"said": line.moment.said})


def _passed(line: MeetingLine) -> str:
    """A day that is over is named alone; of today's the hour tells why it is too late."""
    hour, day = line.moment.hour, line.moment.days[0]
    return speak_moment(datetime.combine(day, hour, ZONE)) if hour else speak_date(day)


def _which_hour(draft: MeetingDraft, hours: tuple[time, ...]) -> Doubt:
    choices = tuple(
        Choice(_hour_label(hour), f"meet_hour {draft.id} {hour:%H%M}") for hour in hours[:OFFERED]
    )
    return Doubt(Problem.AMBIGUOUS_HOUR, choices, _day_of(draft))


def no_hour(draft: MeetingDraft) -> Doubt:
    """The day is known; its hour must be asked."""
    return Doubt(Problem.NO_HOUR, context=_day_of(draft))


def _hour_label(hour: time) -> str:
    part = next(part for until, part in _PARTS if hour.hour < until)
    spoken = time(hour.hour if hour.hour <= 12 else hour.hour - 12, hour.minute)
    return f"{speak_hour(spoken)} {part} ({hour:%H:%M})"


def _day_of(draft: MeetingDraft) -> dict[str, Any]:
    return {"day": speak_date(draft.day) if draft.day else ""}
