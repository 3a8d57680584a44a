"""What a unit's groups see of a survey: one prompt, and under it counts, never names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers import audience
from handlers.chat import Choice, How, Moment, Replies, Reply
from handlers.rolls.showing import TALLY_EVERY
from handlers.surveys.forms import QuestionKind, SurveyForm
from handlers.surveys.values import form_of, is_short, label, possible
from storage import pasts, survey_answers, survey_runs, surveys, units
from storage.database import Session
from storage.detours import channel_of
from storage.surveys import Survey, SurveyState, SurveyUnit

COLUMNS = {QuestionKind.YES_NO: 2, QuestionKind.SCALE: 5}
SECONDS_A_QUESTION = 20
TALLIES_AT_ONCE = 50
START = "s-"
"""What a start link to a survey begins with."""


def doors(moment: Moment, survey: Survey, channel: str) -> tuple[Choice, ...]:
    """The ways into a private talk: one press or, for who never opened one, a link."""
    link = moment.links.start_link(f"{START}{survey.number}", channel)
    press = Choice("✍️ Trả lời riêng với em", f"survey_start {survey.number}")
    return (press, Choice("Lần đầu? Mở trò chuyện riêng", url=link)) if link else (press,)


def answers(survey: Survey, form: SurveyForm) -> tuple[Choice, ...]:
    """The answers to a one-question survey, as buttons.

    Of an anonymous one they are never numbers: a number typed in a group is read by everybody.
    """
    question = form.questions[0]
    return tuple(
        Choice(
            label(question, value),
            f"survey_pick {survey.number} {value}",
            numbered=not survey.anonymous,
        )
        for value in possible(question)
    )


def prompt(moment: Moment, survey: Survey, unit_id: int) -> Reply:
    """A survey's one message in a unit's groups, as it stands now."""
    form = form_of(survey)
    short = is_short(form)
    context = {**facts(moment, survey, form), **_figures(moment.session, survey, form, unit_id)}
    return Reply(
        "surveys/prompt.j2",
        context,
        choices=answers(survey, form) if short and context["open"] else (),
        columns=COLUMNS.get(form.questions[0].kind, 1) if short else 1,
        subject=f"survey:{survey.number}",
        bulk=True,
    )


def facts(moment: Moment, survey: Survey, form: SurveyForm) -> dict[str, Any]:
    """What every message about a survey may say."""
    unit = units.get(moment.session, survey.unit_id)
    assert unit is not None
    if survey.closed_at is not None:
        unit = pasts.unit_on(moment.session, survey.unit_id, survey.closed_at)
    question = form.questions[0]
    return {
        "title": survey.title,
        "unit": unit.name,
        "question": question.text,
        "options": [label(question, value) for value in possible(question)],
        "total": len(form.questions),
        "minutes": max(1, round(len(form.questions) * SECONDS_A_QUESTION / 60)),
        "short": is_short(form),
        "anonymous": bool(survey.anonymous),
        "deadline": survey.deadline,
        "open": survey.state in {SurveyState.DRAFT, SurveyState.SCHEDULED, SurveyState.OPEN},
        "link": moment.links.start_link(f"{START}{survey.number}"),
        "relayed": False,
        "paged": bool(moment.links.public_url),  # the page's link stands below
    }


def _figures(session: Session, survey: Survey, form: SurveyForm, unit_id: int) -> dict[str, Any]:
    """How many answered; of a one-question survey with names also what."""
    number = survey.number
    answered = survey_runs.answered_in(session, number, unit_id)
    shown: list[tuple[str, int]] = []
    if answered and is_short(form) and not survey.anonymous:
        question = form.questions[0]
        found = survey_answers.counts(session, number, unit_id).get((unit_id, 0), Counter())
        shown = [(label(question, value), found[value]) for value in possible(question)]
    return {
        "answered": answered,
        "asked": _asked(session, survey, unit_id),
        "shown": shown,
    }


def _asked(session: Session, survey: Survey, unit_id: int) -> int:
    """How many a unit is asked; of a closed survey how many it was, wherever they are now."""
    if survey.closed_at is not None:
        return surveys.asked(session, survey.number).get(unit_id, 0)
    return survey_runs.asked_in(session, survey.number, unit_id)


def _with_doors(moment: Moment, survey: Survey, replies: Iterable[Reply]) -> Replies:
    """Each group gets the link of its own channel."""
    return [_with_door(moment, survey, reply) for reply in replies]


def _with_door(moment: Moment, survey: Survey, reply: Reply) -> Reply:
    if reply.template != "surveys/prompt.j2" or reply.context["relayed"]:
        return reply
    private = not reply.context["short"] or survey.anonymous
    if not private or survey.state != SurveyState.OPEN:
        return reply
    ways = doors(moment, survey, channel_of(reply.to))
    return replace(reply, choices=(*reply.choices, *ways))


def show(moment: Moment, survey: Survey, unit_id: int) -> Replies:
    """The prompt for every group of a unit; relay where there is none."""
    shown = audience.show(moment, unit_id, prompt(moment, survey, unit_id))
    return _with_doors(moment, survey, shown)


def everywhere(moment: Moment, survey: Survey, reply: Reply) -> Replies:
    """`reply` for the groups of every unit asked; relay where there is none."""
    return [
        shown
        for part in surveys.asked_units(moment.session, survey.number)
        for shown in audience.show(moment, part.unit_id, reply)
    ]


def tally(moment: Moment, survey: Survey, unit_id: int) -> Replies:
    """Bring a unit's groups up to date: at once, or a few seconds later if they just were."""
    row = surveys.asked_unit(moment.session, survey.number, unit_id)
    if row is None:
        return []
    if row.tally_at is not None and moment.now - row.tally_at < TALLY_EVERY:
        row.stale = True
        moment.session.add(row)
        return []
    return tally_now(moment, survey, row)


def tally_now(moment: Moment, survey: Survey, row: SurveyUnit, *, bulk: bool = False) -> Replies:
    """Bring a unit's groups up to date."""
    row.stale, row.tally_at, row.tallies = False, moment.now, row.tallies + 1
    moment.session.add(row)
    reply = replace(
        prompt(moment, survey, row.unit_id),
        how=How.TALLY,
        bulk=bulk,
        key=f"survey:{survey.number}:tally:{row.unit_id}:{row.tallies}",
    )
    return _with_doors(moment, survey, audience.change(moment, row.unit_id, reply))


def due(session: Session, now: datetime) -> list[int]:
    """Asked units whose groups are behind."""
    return surveys.due_tallies(session, now - TALLY_EVERY, TALLIES_AT_ONCE)


def fire(moment: Moment, row_id: int) -> Replies:
    """Show the newest count."""
    row = surveys.unit_part(moment.session, row_id)
    survey = surveys.get(moment.session, row.survey_id) if row is not None else None
    return tally_now(moment, survey, row) if row is not None and survey is not None else []
