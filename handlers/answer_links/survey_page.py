"""A survey as a page: all questions at once, or one a page where some are skipped.

Answers travel in the form itself until they are whole. So nothing half said is ever stored, and
of an anonymous survey nothing at all but the ballot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handlers.answer_links.opening import LinkError, Opened
from handlers.chat import Call, Moment, Replies
from handlers.errors import Refusal
from handlers.surveys import asking, recording, showing
from handlers.surveys.access import access_answerer, access_running
from handlers.surveys.answers import AnswerProblem
from handlers.surveys.forms import Question, QuestionKind, SurveyForm, Value
from handlers.surveys.questioning import LEFT_OUT
from handlers.surveys.values import encode, form_of, label, on_the_way, possible, speak
from storage import survey_answers, survey_runs, surveys
from storage.surveys import Survey, SurveyState

Form = Mapping[str, list[str]]
BACK, SEND, SHOWN = "lui", "gui", "o"
"""Names of the form's own fields: one question back, send the ballot, what is asked on this page."""


@dataclass(frozen=True, slots=True)
class Step:
    """Where she is: `asked` are shown now, `said` was answered before (by question, as stored)."""

    asked: tuple[int, ...] = ()
    said: dict[int, str] = field(default_factory=dict)
    problems: dict[int, AnswerProblem] = field(default_factory=dict)
    typed: dict[int, list[str]] = field(default_factory=dict)
    whole: bool = False


def _survey(moment: Moment, found: Opened) -> Survey:
    survey = surveys.get(moment.session, int(found.number))
    asked = survey and surveys.asked_unit(moment.session, survey.number, found.row.unit_id)
    if survey is None or asked is None:
        raise LinkError("unknown")
    return survey


def is_open(survey: Survey, moment: Moment) -> bool:
    """Whether it may be answered now."""
    over = survey.deadline is not None and survey.deadline <= moment.now
    return survey.state == SurveyState.OPEN and not over


def about(moment: Moment, found: Opened) -> dict[str, Any]:
    """What is asked."""
    survey = _survey(moment, found)
    return {
        "title": survey.title,
        "total": len(survey.questions),
        "anonymous": bool(survey.anonymous),
        "deadline": survey.deadline,
        "open": is_open(survey, moment),
        "closed_at": survey.closed_at,
    }


def show(moment: Moment, found: Opened) -> dict[str, Any]:
    """What she answered by name, or the questions.

    By the link of a group she sees only what she said in this sitting: another who knows her
    year must not read it.
    """
    survey = _survey(moment, found)
    form = form_of(survey)
    assert found.member is not None and found.member.id is not None
    member_id = found.member.id
    taken = bool(survey_runs.who_took(moment.session, survey.number, [member_id]))
    kept = survey_answers.rows_of(moment.session, survey.number, member_id)
    if found.by_group and any(not row.by_link for row in kept):
        return {"taken": True, "summary": [], "elsewhere": True, "answers": {}}
    if found.by_group and any(found.since is None or row.at < found.since for row in kept):
        kept = []
    answers = {row.question: row.value for row in kept}
    return {
        "taken": taken,
        "summary": summary(form, answers),
        "elsewhere": False,
        "answers": answers,
    }


def summary(form: SurveyForm, answers: Mapping[int, str]) -> list[tuple[int, str, str]]:
    """(number, question, answer) of all that was answered."""
    asked = form.questions
    return [(at + 1, asked[at].text, speak(asked[at], said)) for at, said in answers.items()]


def by_pages(form: SurveyForm) -> bool:
    """Whether questions are asked one a page: an answer decides what comes next."""
    return any(question.skips for question in form.questions)


def begin(form: SurveyForm, answers: Mapping[int, str]) -> Step:
    """The first page, with earlier answers filled in."""
    typed = {at: typed_in(form.questions[at], said) for at, said in answers.items()}
    asked = (0,) if by_pages(form) else tuple(range(len(form.questions)))
    return Step(asked, typed=typed)


def typed_in(question: Question, said: str) -> list[str]:
    """A stored answer as it stands in the form."""
    if question.kind is QuestionKind.SEVERAL_CHOICES:
        return said.split(",") if said else []
    if question.kind is QuestionKind.NUMBER:
        return [said.replace(".", ",")]
    return [speak(question, said) if question.kind is QuestionKind.DATE and said else said]


def take(form: SurveyForm, sent: Form, earlier: Mapping[int, str]) -> Step:
    """Read one page of answers, and find what to ask next; `earlier` is what she said last time."""
    said: dict[int, str] = {}
    problems: dict[int, AnswerProblem] = {}
    typed: dict[int, list[str]] = {}
    for at, question in enumerate(form.questions):
        if f"c{at}" not in sent and f"co{at}" not in sent:
            continue
        given = sent.get(f"c{at}", [])
        value = read(question, given)
        if isinstance(value, AnswerProblem):
            problems[at], typed[at] = value, given
        else:
            said[at] = encode(value)
    if BACK in sent:
        before = {at: one for at, one in said.items() if str(at) not in sent.get(SHOWN, [])}
        return _one_back(form, before) if before else begin(form, said)
    way, following = on_the_way(form, {str(at): one for at, one in said.items()})
    if following is None:
        return Step(said=way, whole=True)
    if by_pages(form):
        if not sent and form.questions[following].required:
            problems[following] = AnswerProblem("required")
        if following in earlier:
            typed.setdefault(following, typed_in(form.questions[following], earlier[following]))
        return Step((following,), way, problems, typed)
    typed |= {at: typed_in(form.questions[at], one) for at, one in said.items()}
    missing = {
        at: problems.get(at, AnswerProblem("required"))
        for at in range(len(form.questions))
        if at not in said
    }
    return Step(tuple(range(len(form.questions))), {}, missing, typed)


def _one_back(form: SurveyForm, said: Mapping[int, str]) -> Step:
    """The question answered last, once more."""
    way, _ = on_the_way(form, {str(at): one for at, one in said.items()})
    if not by_pages(form):
        return begin(form, way)
    *before, last = way
    typed = {last: typed_in(form.questions[last], way[last])}
    return Step((last,), {at: way[at] for at in before}, typed=typed)


def read(question: Question, given: list[str]) -> Value | AnswerProblem:
    """One answer of a form. What is chosen comes as a number, what is typed in words."""
    if question.kind is QuestionKind.SEVERAL_CHOICES:
        numbers = sorted({int(one) for one in given if one in possible(question)})
        if not numbers:
            return AnswerProblem("none_picked") if question.required else None
        return tuple(numbers)
    words = given[0] if given else ""
    if question.kind is QuestionKind.YES_NO and words in {"0", "1"}:
        return words == "1"
    if question.kind is QuestionKind.ONE_CHOICE and words in possible(question):
        return int(words)  # an option may itself be called "2"
    return asking.read(question, words or LEFT_OUT)


def questions(form: SurveyForm, step: Step) -> list[dict[str, Any]]:
    """The questions of a page, ready for a template."""
    return [_question(form, step, at) for at in step.asked]


def _question(form: SurveyForm, step: Step, at: int) -> dict[str, Any]:
    question = form.questions[at]
    options = [(value, label(question, value)) for value in possible(question)]
    closed = question.kind not in {QuestionKind.NUMBER, QuestionKind.SHORT_TEXT, QuestionKind.DATE}
    return {
        "at": at,
        "question": question,
        "kind": question.kind,
        "options": options if closed else [],
        "typed": step.typed.get(at, []),
        "problem": step.problems.get(at),
    }


def record(call: Call, found: Opened, answers: Mapping[int, str]) -> Replies:
    """Keep whole answers: by name, or as a ballot that leads to nobody.

    Raises:
        Refusal: it is closed; or she has answered where she is better known.
    """
    survey = access_running(call, found.number)
    assert found.member is not None
    member = access_answerer(call, survey, str(found.member.id))
    if survey.anonymous:
        if not recording.cast(call, survey, form_of(survey), member, answers):
            raise Refusal("surveys/already_cast.j2", forget=True)
        if found.by_group:
            surveys.note_by_link(call.session, survey.number, member.unit_id)
    else:
        if show(call.moment(), found)["elsewhere"]:
            raise Refusal("surveys/already_cast.j2")
        recording.record(call, survey, member, answers, by_link=found.by_group)
        run = survey_runs.run(call.session, survey.number, member.id or 0)
        if run is not None:
            survey_runs.drop_run(call.session, run)
    return showing.tally(call.moment(), survey, member.unit_id)
