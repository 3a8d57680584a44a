"""What an offered answer to a survey means, for telling open questions of a group apart."""

from __future__ import annotations

from handlers.access import row_id
from handlers.chat import Call
from handlers.surveys.access import own_people
from handlers.surveys.answers import AnswerProblem, check_answer
from handlers.surveys.values import encode, form_of, label, possible
from storage import surveys
from storage.surveys import Survey, SurveyState


def means(call: Call, rest: str, text: str) -> str:
    """`survey_pick` SURVEY VALUE in words, if it is open to her and this is what she says."""
    number, _, value = rest.partition(" ")
    survey = _running(call, number)
    if survey is None:
        return ""
    question = form_of(survey).questions[0]
    if text:
        said = check_answer(question, text)
        if said is None or isinstance(said, AnswerProblem) or encode(said) != value:
            return ""
    return f"{survey.title}: {label(question, value)}" if value in possible(question) else ""


def begins(call: Call, rest: str, text: str) -> str:
    """`survey_start` SURVEY in words: only a number picks it."""
    survey = _running(call, rest.partition(" ")[0])
    return f"{survey.title}: trả lời riêng" if survey is not None and not text else ""


def _running(call: Call, number: str) -> Survey | None:
    survey = surveys.get(call.session, row_id(number))
    if survey is None or survey.state != SurveyState.OPEN:
        return None
    over = survey.deadline is not None and survey.deadline <= call.now
    hers = not call.actor.member_ids or own_people(call, survey)
    return survey if hers and not over else None
