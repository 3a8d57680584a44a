"""What an author's words and presses write into her draft, each checked as it comes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from handlers.access import leads, row_id
from handlers.chat import Call
from handlers.directives.drafting import read_moment
from handlers.errors import NotYoursError, Refusal
from handlers.surveys.access import place
from handlers.surveys.drafts import FormDraft, QuestionDraft, build
from handlers.surveys.forms import (
    CHOICES,
    MAX_QUESTIONS,
    MAX_TITLE,
    QuestionKind,
    SurveyForm,
)
from handlers.surveys.kinds import read_kind, read_marking
from handlers.surveys.steps import order
from handlers.surveys.values import written
from handlers.understanding.deadlines import read_deadline
from handlers.understanding.moments import Problem
from handlers.understanding.zone import ZONE
from storage import units
from storage.surveys import Survey
from storage.vietnamese import fold, normalise

_AS_TEXT, _AS_CHOICES = "chữ", "nhiều lựa chọn"
"""Kinds as a form writes them, to have a half-written question judged like one of a form."""
LAST_SECOND = 2**33
"""In the year 2242: what a forged button may not go beyond."""
_BULLET = re.compile(r"^(?:[-+•*–—☐□]|\d{1,2}\s*[.)]|[a-lA-L][.)])\s*(?=\S)")
_RANGE = re.compile(r"(?:tu\s*)?(-?\d{1,3})\s*(?:-|–|den|toi|/)\s*(-?\d{1,3})")


def fill(call: Call, survey: Survey, field: str, at: str, words: str) -> None:
    """Write one field of a draft; `at` is the question's index, or what else the field needs.

    Raises:
        NotYoursError: there is no such field or question.
        Refusal: these words will not do; it waits for others.
    """
    setter = SETTERS.get(field)
    if setter is None:
        raise NotYoursError
    setter(call, survey, at, words)


def take_form(survey: Survey, form: SurveyForm, now: datetime) -> None:
    """Write a whole form into a draft; what it says nothing about is asked."""
    survey.title = form.title
    survey.questions = [written(question) for question in form.questions]
    survey.more = False
    survey.anonymous = form.anonymous
    moment = read_deadline(form.deadline, now) if form.deadline else None
    if moment is not None and moment.at is not None and moment.at > now:
        survey.deadline, survey.deadline_known = moment.at, True


def _problem(code: str, line: str, detail: str = "") -> Refusal:
    return Refusal("surveys/problem.j2", code=code, detail=detail, expects=line)


def _line(survey: Survey, field: str, at: str) -> str:
    return f"survey_put {survey.number} {field} {at}"


def _has_words(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _title(call: Call, survey: Survey, at: str, words: str) -> None:
    title, line = normalise(words), _line(survey, "title", at)
    if not _has_words(title):
        raise _problem("no_title", line)
    if len(title) > MAX_TITLE:
        raise _problem("title_too_long", line)
    survey.title = title


def _question(survey: Survey, at: str, known: str = "") -> dict[str, Any]:
    """A copy of the question at an index; one past the last begins a new one. `known` is what
    must have been said of it before.
    """
    index = place(at, len(survey.questions) + 1)
    one = dict(survey.questions[index]) if index < len(survey.questions) else {}
    if known and known not in one:
        raise NotYoursError
    return one


def _put(survey: Survey, at: str, one: dict[str, Any]) -> None:
    index = int(at)
    survey.questions = [*survey.questions[:index], one, *survey.questions[index + 1 :]]


def _text(call: Call, survey: Survey, at: str, words: str) -> None:
    one, line = _question(survey, at), _line(survey, "text", at)
    marking = read_marking(normalise(words))
    if not _has_words(marking.text):
        raise _problem("question_empty", line)
    one["text"] = marking.text
    if marking.kind is not None:
        one = _of_kind(one, marking.kind)
        if marking.least is not None:
            one["least"], one["most"] = marking.least, marking.most
    if marking.required:
        one["required"] = True
    _put(survey, at, _checked(one, line))


def _of_kind(one: dict[str, Any], kind: QuestionKind) -> dict[str, Any]:
    """The question with another kind: what belonged to the old one goes."""
    if one.get("kind") == kind:
        return one
    kept: dict[str, Any] = {key: one[key] for key in ("text", "required") if key in one}
    return {**kept, "kind": str(kind)}


def _kind(call: Call, survey: Survey, at: str, words: str) -> None:
    one = _question(survey, at, "text")
    if words in set(QuestionKind):
        kind: QuestionKind | None = QuestionKind(words)
    else:
        marking = read_kind(normalise(words))
        kind = marking.kind if marking else None
    if kind is None:
        raise _problem("kind_unknown", _line(survey, "kind", at))
    _put(survey, at, _of_kind(one, kind))


def _options(call: Call, survey: Survey, at: str, words: str) -> None:
    one, line = _question(survey, at, "kind"), _line(survey, "options", at)
    parts = words.splitlines() if "\n" in words.strip() else words.split(";")
    options = [normalise(_BULLET.sub("", part.strip())) for part in parts]
    options = [option for option in options if _has_words(option)]
    one.pop("skips", None)
    one["options"] = options
    _put(survey, at, _checked(one, line))


def _range(call: Call, survey: Survey, at: str, words: str) -> None:
    one, line = _question(survey, at, "kind"), _line(survey, "range", at)
    match = _RANGE.fullmatch(fold(words))
    if match is None:
        raise _problem("bad_range", line)
    one.pop("skips", None)
    one["least"], one["most"] = int(match[1]), int(match[2])
    _put(survey, at, _checked(one, line))


def _checked(one: dict[str, Any], line: str) -> dict[str, Any]:
    """The question, if as far as it goes it keeps the rules of every form."""
    words = _AS_TEXT
    if "least" in one and one["kind"] == QuestionKind.SCALE:
        words = f"thang {one['least']}-{one['most']}"
    elif "options" in one and one["kind"] in CHOICES:
        words = _AS_CHOICES
    draft = QuestionDraft(1, 1, one["text"], words)
    draft.options = [(1, option) for option in one.get("options", ())]
    reading = build(FormDraft(title=(1, "-"), questions=[draft]))
    if reading.problems:
        problem = reading.problems[0]
        raise _problem(problem.code, line, problem.detail)
    return one


def _required(call: Call, survey: Survey, at: str, words: str) -> None:
    one = _question(survey, at, "kind")
    said = {"yes": True, "bat buoc": True, "no": False, "duoc bo qua": False}
    answer = said.get(fold(words))
    if answer is None:
        raise _problem("required_unclear", _line(survey, "required", at))
    one["required"] = answer
    _put(survey, at, one)


def _more(call: Call, survey: Survey, at: str, words: str) -> None:
    if words == "no":
        survey.more = False
    elif words == "yes" and all(key in one for one in survey.questions for key in order(one)):
        if len(survey.questions) >= MAX_QUESTIONS:
            raise _problem("too_many_questions", "")
        survey.more, survey.questions = True, [*survey.questions, {}]


def _deadline(call: Call, survey: Survey, at: str, words: str) -> None:
    if words == "none":
        survey.deadline = None
    else:
        survey.deadline = future(call, words, _line(survey, "deadline", at))
    survey.deadline_known = True


def future(call: Call, words: str, line: str) -> datetime:
    """A deadline still to come, picked or in words.

    Raises:
        Refusal: it is doubtful, or past; `line` waits for another.
    """
    if words.startswith("@") and row_id(words[1:]) < LAST_SECOND:
        moment = datetime.fromtimestamp(int(words[1:]), ZONE)
    else:
        moment = read_moment(words, call.now, line, deadline=True)
    if moment <= call.now:
        raise Refusal("directives/doubtful_moment.j2", problem=Problem.PAST, expects=line)
    return moment


def _secret(call: Call, survey: Survey, at: str, words: str) -> None:
    said = {"yes": True, "kin": True, "no": False, "co ten": False, "khong kin": False}
    answer = said.get(fold(words))
    if answer is None:
        raise _problem("secret_unclear", _line(survey, "secret", at))
    survey.anonymous = answer


def _scope(call: Call, survey: Survey, at: str, words: str) -> None:
    owner, unit = row_id(at), row_id(words)
    inside = units.subtree(call.session, [owner]) if owner else []
    if unit not in inside or not leads(call.session, call.actor, owner):
        raise NotYoursError
    survey.unit_id, survey.scope_id = owner, unit


SETTERS: Mapping[str, Callable[[Call, Survey, str, str], None]] = {
    "title": _title,
    "text": _text,
    "kind": _kind,
    "options": _options,
    "range": _range,
    "required": _required,
    "more": _more,
    "deadline": _deadline,
    "secret": _secret,
    "scope": _scope,
}
