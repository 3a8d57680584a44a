"""A confirmed survey on its way: some seconds to stop it, never at night, then every group."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.chat import Call, Choice, Moment, Replies, Reply
from handlers.errors import Refusal
from handlers.quiet import quiet_until
from handlers.surveys import showing
from handlers.surveys.access import access_draft, access_survey, door_of
from handlers.surveys.forms import QuestionKind
from handlers.surveys.preview import branches, preview
from handlers.surveys.reminding import first_reminder
from handlers.surveys.steps import ask, missing
from handlers.surveys.values import BALLOTS, COUNTED, form_of, possible
from handlers.understanding.moments import Problem
from storage import groups, survey_answers, surveys
from storage.database import Session
from storage.surveys import Survey, SurveyState

REGRET = timedelta(seconds=20)
"""How long a survey of many units may still be stopped."""


def send(call: Call, rest: str) -> Reply | Replies:
    """`survey_send DRAFT`: the one confirmation. To one branch it goes at once, to many after a
    moment for second thoughts, at night in the morning.
    """
    draft = access_draft(call.session, call.actor, rest)
    step = missing(draft)
    if step is not None:
        return ask(call, draft, step)
    assert draft.scope_id is not None
    asked = branches(call.session, draft.scope_id)
    wait = REGRET if len(asked) > 1 else timedelta(0)
    leaves_at = quiet_until(call.now + wait) or call.now + wait
    if draft.deadline is not None and draft.deadline <= leaves_at:
        line = f"survey_put {draft.number} deadline -"
        past = {"problem": Problem.PAST}
        return Reply("directives/doubtful_moment.j2", past, expects=line, private=True)
    draft.state, draft.open_at = SurveyState.SCHEDULED, leaves_at
    surveys.save(call.session, draft, call.now)
    if leaves_at <= call.now:
        return fire(call.moment(), draft.number)
    soon = leaves_at - call.now <= REGRET
    return Reply(
        "surveys/scheduled.j2",
        {"soon": soon, "seconds": int(REGRET.total_seconds()), "at": leaves_at},
        choices=(Choice("✋ Dừng lại", f"survey_stop {draft.number}"),),
        private=True,
    )


def stop(call: Call, rest: str) -> Replies:
    """`survey_stop SURVEY`: before it goes; it becomes a draft again."""
    survey = access_survey(call.session, call.actor, rest)
    if survey.state != SurveyState.SCHEDULED:
        raise Refusal("surveys/too_late.j2")
    survey.state, survey.open_at = SurveyState.DRAFT, None
    survey.author_id = call.actor.account_id
    surveys.save(call.session, survey, call.now)
    return [Reply("surveys/not_sent.j2"), preview(call, survey)]


def due(session: Session, now: datetime) -> list[int]:
    """Confirmed surveys whose moment has come."""
    return surveys.due_to_open(session, now)


def fire(moment: Moment, survey_id: int) -> Replies:
    """Show it to every unit it asks, and tell its author."""
    survey = surveys.get(moment.session, survey_id)
    if survey is None or survey.state != SurveyState.SCHEDULED or survey.scope_id is None:
        return []
    asked = branches(moment.session, survey.scope_id)
    survey.state, survey.opened_at, survey.open_at = SurveyState.OPEN, moment.now, None
    survey.remind_at = first_reminder(moment.now)
    surveys.save(moment.session, survey, moment.now)
    surveys.ask_units(moment.session, survey_id, asked)
    if survey.anonymous:
        _lay_out_counters(moment.session, survey, asked)
    groups.load_of(moment.session, asked)
    replies: Replies = []
    for unit_id in asked:
        replies += showing.show(moment, survey, unit_id)
    told = Reply(
        "surveys/going_out.j2",
        {"title": survey.title, "units": len(asked)},
        to=door_of(moment.session, survey),
        key=f"survey:{survey_id}:going",
        choices=(Choice("📋 Theo dõi khảo sát", f"survey_manage {survey_id}"),),
    )
    return [*replies, *([told] if told.to else [])]


def _lay_out_counters(session: Session, survey: Survey, asked: list[int]) -> None:
    counted = []
    for index, question in enumerate(form_of(survey).questions):
        values = possible(question) if question.kind in COUNTED else ()
        several = question.kind is QuestionKind.SEVERAL_CHOICES
        counted += [(index, value) for value in (*values, *((BALLOTS,) if several else ()))]
    rows = ((unit_id, index, value) for unit_id in asked for index, value in counted)
    survey_answers.lay_out(session, survey.number, rows)
