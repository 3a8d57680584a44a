"""Reminding those who have not answered: each day at most once, and never at night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from handlers import audience
from handlers.chat import Call, Choice, Moment, Replies, Reply
from handlers.errors import Refusal
from handlers.quiet import quiet_until
from handlers.surveys import showing
from handlers.surveys.access import access_view
from handlers.surveys.values import form_of
from handlers.understanding.zone import ZONE, local, local_date
from storage import accounts, survey_runs, surveys
from storage.database import Session
from storage.members import Member
from storage.surveys import Survey, SurveyState, SurveyUnit

AT = time(18, 30)
"""When the silent are reminded by themselves: after work, before the evening news."""
UNITS_AT_ONCE = 10
"""So many units are reminded in one transaction: of a province there are some hundred messages to
write, and what comes in waits for it. The others follow with the next ticks.
"""
NOT_BEFORE = timedelta(hours=6)
"""How long a new survey is left in peace."""


def first_reminder(opened_at: datetime) -> datetime:
    """When a survey opened now reminds by itself for the first time."""
    return next_reminder(opened_at + NOT_BEFORE)


def next_reminder(after: datetime) -> datetime:
    """The next evening after a moment."""
    day = local_date(after)
    evening = datetime.combine(day, AT, ZONE)
    return evening if evening > after else datetime.combine(day + timedelta(1), AT, ZONE)


def due(session: Session, now: datetime) -> list[int]:
    """Surveys whose evening has come."""
    return surveys.due_to_remind(session, now)


def fire(moment: Moment, survey_id: int) -> Replies:
    """The evening's reminder; an evening slept through is left out."""
    survey = surveys.get(moment.session, survey_id)
    if survey is None or survey.state != SurveyState.OPEN:
        return []
    day = local_date(moment.now)
    parts = _waiting(surveys.asked_units(moment.session, survey_id), day)
    quiet = quiet_until(moment.now) is not None
    goes_on = len(parts) > UNITS_AT_ONCE and not quiet
    survey.remind_at = moment.now if goes_on else next_reminder(moment.now)
    moment.session.add(survey)
    return [] if quiet else remind_units(moment, survey, parts[:UNITS_AT_ONCE], None)


def _waiting(parts: Sequence[SurveyUnit], day: date) -> list[SurveyUnit]:
    return [part for part in parts if part.reminded_on is None or part.reminded_on < day]


def press(call: Call, rest: str) -> Reply | Replies:
    """`survey_remind SURVEY`: a leader reminds hers, who made the survey all; at night it waits
    for the morning, whose reminder it is then.
    """
    view = access_view(call.session, call.actor, rest)
    if view.survey.state != SurveyState.OPEN:
        raise Refusal("surveys/not_open.j2")
    later = quiet_until(call.now)
    parts = surveys.asked_units(call.session, view.survey.number)
    parts = [part for part in parts if part.unit_id in view.unit_ids]
    day = local_date(later or call.now)
    left = _waiting(parts, day)
    if not left:
        raise Refusal("surveys/reminded_today.j2")
    replies = remind_units(call.moment(), view.survey, left, later)
    return [*replies, Reply("surveys/reminded.j2", {"later": later, "any": bool(replies)})]


def remind_units(
    moment: Moment, survey: Survey, parts: Sequence[SurveyUnit], later: datetime | None
) -> Replies:
    """One line with a count in each group, and a word in private to whom it can be said."""
    day = local_date(later or moment.now)
    waiting = _waiting(parts, day)
    silent = survey_runs.silent(moment.session, survey.number, [p.unit_id for p in waiting])
    counts = Counter(member.unit_id for member in silent)
    replies: Replies = []
    for part in waiting:
        part.reminded_on = day
        moment.session.add(part)
        if count := counts[part.unit_id]:
            replies += _group_line(moment, survey, part.unit_id, count, day, later)
    return [*replies, *_private_words(moment, survey, silent, day, later)]


def _group_line(
    moment: Moment, survey: Survey, unit_id: int, count: int, day: date, later: datetime | None
) -> Replies:
    reply = Reply(
        "surveys/reminder_group.j2",
        {**showing.facts(moment, survey, form_of(survey)), "count": count},
        key=f"survey:{survey.number}:remind:{day}",
        bulk=True,
        not_before=later,
        expires_at=_useful_until(survey, later or moment.now),
    )
    return audience.change(moment, unit_id, reply)


def _private_words(
    moment: Moment,
    survey: Survey,
    silent: Sequence[Member],
    day: date,
    later: datetime | None,
) -> Replies:
    """A household hears it once, at the first door of each."""
    ids = [member.id for member in silent if member.id is not None]
    doors = accounts.reachable(moment.session, ids)
    at_door: dict[str, list[Member]] = {}
    for member in silent:
        if member.id in doors:
            at_door.setdefault(doors[member.id][0], []).append(member)
    facts = showing.facts(moment, survey, form_of(survey))
    return [
        Reply(
            "surveys/reminder.j2",
            {**facts, "names": [m.name for m in people] if len(people) > 1 else []},
            to=door,
            choices=(Choice("✍️ Trả lời", f"survey_start {survey.number}"),),
            key=f"survey:{survey.number}:remind:{day}:{door}",
            bulk=True,
            not_before=later,
            expires_at=_useful_until(survey, later or moment.now),
        )
        for door, people in at_door.items()
    ]


def _useful_until(survey: Survey, sent_at: datetime) -> datetime:
    """Later than that evening's end, or the deadline, nobody is served by it."""
    here = local(sent_at)
    tonight = datetime.combine(here.date(), time(21), ZONE)
    return min(tonight, survey.deadline) if survey.deadline else tonight
