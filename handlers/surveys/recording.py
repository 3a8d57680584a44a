"""Answers become part of a survey: by name, or as a ballot that leads to nobody."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.chat import Call
from handlers.surveys.forms import QuestionKind, SurveyForm
from handlers.surveys.values import BALLOTS, COUNTED
from storage import forgetting, survey_answers, survey_runs
from storage.database import Session
from storage.members import Member
from storage.survey_runs import SurveyRun
from storage.surveys import Survey


def run_key(survey_id: int, member_id: int) -> str:
    """What the key of every message of one run begins with."""
    return f"run:{survey_id}:{member_id}:"


def record(
    call: Call,
    survey: Survey,
    member: Member,
    answers: Mapping[int, str],
    *,
    by_link: bool = False,
) -> None:
    """Keep a member's answers by name, in place of earlier ones; she has answered."""
    survey_answers.record(
        call.session,
        survey.number,
        member,
        answers,
        at=call.now,
        by=call.actor.account_id,
        by_link=by_link,
    )
    survey_runs.take(call.session, survey.number, member)


def cast(
    call: Call, survey: Survey, form: SurveyForm, member: Member, answers: Mapping[int, str]
) -> bool:
    """Count a member's anonymous ballot, and forget how she gave it; False if she had voted.

    Whatever replies to this must `forget`: only then is the event itself blanked, and the log.
    """
    if not survey_runs.take(call.session, survey.number, member):
        return False
    chosen: list[tuple[int, str]] = []
    texts: list[tuple[int, str]] = []
    for index, answer in answers.items():
        kind = form.questions[index].kind
        if kind is QuestionKind.SEVERAL_CHOICES:
            ticks = [part for part in answer.split(",") if part]
            chosen += [(index, part) for part in (*ticks, *([BALLOTS] if ticks else []))]
        elif answer:
            (chosen if kind in COUNTED else texts).append((index, answer))
    survey_answers.cast(
        call.session, survey.number, member.unit_id, chosen=chosen, texts=texts, rng=call.rng
    )
    assert member.id is not None
    run = survey_runs.run(call.session, survey.number, member.id)
    if run is not None:
        discard(call.session, survey, run)
    return True


def discard(session: Session, survey: Survey, run: SurveyRun) -> None:
    """Answers that were being given vanish; of an anonymous survey with every word about them."""
    if survey.anonymous:
        key = run_key(survey.number, run.member_id)
        forgetting.forget_talk(session, run.chats, run.after, key)
    survey_runs.drop_run(session, run)
