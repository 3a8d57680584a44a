"""Questions and answers as they are stored, and as they are read aloud.

An answer is kept as plain text: an option's number, "1,3" for several, "1" or "0" for yes or no,
a number, an ISO date, words as they are, and "" where it was left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec

from handlers.surveys.forms import CHOICES, Question, QuestionKind, SurveyForm, Value, walk
from handlers.understanding.spoken import speak_number
from storage.anonymous import UNSAID
from storage.surveys import Survey

BALLOTS = "*"
"""Among the counters of a question with several choices: how many people ticked anything."""
YES, NO = "Có", "Không"
LEFT_OUT = "(bỏ qua)"
KINDS: Mapping[QuestionKind, str] = {
    QuestionKind.YES_NO: "Có / Không",
    QuestionKind.ONE_CHOICE: "Chọn một",
    QuestionKind.SEVERAL_CHOICES: "Chọn nhiều",
    QuestionKind.SCALE: "Chấm điểm",
    QuestionKind.NUMBER: "Ghi con số",
    QuestionKind.SHORT_TEXT: "Ghi bằng chữ",
    QuestionKind.DATE: "Ghi ngày",
}
COUNTED = CHOICES | {QuestionKind.YES_NO, QuestionKind.SCALE}
"""Kinds whose possible answers are known beforehand."""
IN_GROUP = frozenset({QuestionKind.YES_NO, QuestionKind.ONE_CHOICE, QuestionKind.SCALE})
"""Kinds that one press in a group can answer."""


def form_of(survey: Survey) -> SurveyForm:
    """The form of a survey whose questions are complete."""
    questions = tuple(question_of(one) for one in survey.questions)
    return SurveyForm(survey.title, questions, bool(survey.anonymous))


def question_of(written: Mapping[str, Any]) -> Question:
    """One stored question."""
    return msgspec.convert(dict(written), Question)


def written(question: Question) -> dict[str, Any]:
    """A question as it is stored."""
    found: dict[str, Any] = msgspec.to_builtins(question)
    return found


def is_short(form: SurveyForm) -> bool:
    """Whether the whole survey is one question that a group can answer."""
    return len(form.questions) == 1 and form.questions[0].kind in IN_GROUP


def encode(value: Value) -> str:
    """An answer as it is stored."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


def decode(question: Question, text: str) -> Value:
    """A stored answer to a question."""
    if not text:
        return None
    if question.kind is QuestionKind.YES_NO:
        return text == "1"
    if question.kind is QuestionKind.SEVERAL_CHOICES:
        return tuple(int(part) for part in text.split(","))
    if question.kind is QuestionKind.DATE:
        return date.fromisoformat(text)
    if question.kind is QuestionKind.SHORT_TEXT:
        return text
    return int(text) if text.lstrip("-").isdecimal() else float(text)


def decoded(form: SurveyForm, answers: Mapping[str, str]) -> dict[int, Value]:
    """The stored answers of one run."""
    return {int(index): decode(form.questions[int(index)], text) for index, text in answers.items()}


def on_the_way(form: SurveyForm, answers: Mapping[str, str]) -> tuple[dict[int, str], int | None]:
    """The stored answers that count, by question, and the question to ask next (None: done)."""
    way, following = walk(form, decoded(form, answers))
    return {index: answers[str(index)] for index in way}, following


def possible(question: Question) -> tuple[str, ...]:
    """Every answer of a counted kind; of several choices, each option for itself."""
    if question.kind is QuestionKind.YES_NO:
        return ("1", "0")
    if question.kind is QuestionKind.SCALE:
        assert question.least is not None and question.most is not None
        return tuple(str(step) for step in range(question.least, question.most + 1))
    return tuple(str(number) for number in range(1, len(question.options) + 1))


def label(question: Question, value: str) -> str:
    """One possible answer in words."""
    if question.kind is QuestionKind.YES_NO:
        return YES if value == "1" else NO
    return question.options[int(value) - 1] if question.kind in CHOICES else value


def speak(question: Question, text: str) -> str:
    """A stored answer in words."""
    if text == UNSAID:
        return text
    value = decode(question, text)
    if value is None:
        return LEFT_OUT
    if isinstance(value, tuple):
        return "; ".join(question.options[number - 1] for number in value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if question.kind in COUNTED:
        return label(question, text)
    return value if isinstance(value, str) else speak_number(value)


def without(question: Question, *, removed: int) -> Question:
    """The question with its skips still right after question `removed` is taken out."""
    skips = tuple(
        replace(skip, to=skip.to - 1) if skip.to is not None and skip.to > removed else skip
        for skip in question.skips
    )
    return replace(question, skips=skips)
