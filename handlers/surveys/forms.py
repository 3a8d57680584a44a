"""A survey's form: its questions, their skip rules, and the way through them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MAX_QUESTIONS = 20
MAX_OPTIONS = 12
MAX_TITLE = 120
MAX_QUESTION = 300
MAX_OPTION = 80
MAX_ANSWER = 500
MAX_SCALE_STEPS = 10
"""A scale has at most so many steps above its lowest: more would not fit under a message."""


class QuestionKind(StrEnum):
    """What is asked for, and so how an answer is read."""

    ONE_CHOICE = "one_choice"
    SEVERAL_CHOICES = "several_choices"
    YES_NO = "yes_no"
    NUMBER = "number"
    SHORT_TEXT = "short_text"
    DATE = "date"
    SCALE = "scale"


CHOICES = frozenset({QuestionKind.ONE_CHOICE, QuestionKind.SEVERAL_CHOICES})

Value = bool | int | float | str | date | tuple[int, ...] | None
"""An answer: options are numbered from 1, several of them a tuple in order; None is left out."""

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """What an answer must be for a rule to apply; `sign` other than "=" is for numbers only.

    For choices `value` is an option's number, for yes/no 1 or 0.
    """

    sign: str
    value: float

    def holds(self, answer: Value) -> bool:
        """Whether it applies to an answer; never to one left out."""
        if isinstance(answer, tuple):
            return self.value in answer
        if not isinstance(answer, int | float):
            return False
        return _COMPARE[self.sign](answer, self.value)


@dataclass(frozen=True, slots=True)
class Skip:
    """After this question go on with question `to` (an index; None ends the survey).

    Applies if any condition holds, or always if there is none.
    """

    to: int | None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question; `least` and `most` bound a number or a scale."""

    text: str
    kind: QuestionKind
    required: bool = False
    options: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    skips: tuple[Skip, ...] = ()


@dataclass(frozen=True, slots=True)
class SurveyForm:
    """A whole form; `deadline` is the clerk's own words, read and confirmed elsewhere.

    `anonymous` and `deadline` are None where the form says nothing about them.
    """

    title: str
    questions: tuple[Question, ...]
    anonymous: bool | None = None
    deadline: str | None = None


@dataclass(frozen=True, slots=True)
class FormProblem:
    """What is wrong and in which line (from 1; 0: the form as a whole); `detail` quotes it."""

    code: str
    line: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class FormReading:
    """A form, or everything that is wrong with it at once."""

    form: SurveyForm | None
    problems: tuple[FormProblem, ...] = ()


def walk(form: SurveyForm, answers: Mapping[int, Value]) -> tuple[tuple[int, ...], int | None]:
    """Indices of the questions answered on the way, and of the next one (None: all done).

    Answers off the way, left from before something was changed, are not among them.
    """
    way: list[int] = []
    index: int | None = 0
    while index is not None and index < len(form.questions):
        if index not in answers:
            return tuple(way), index
        way.append(index)
        index = _after(form.questions[index], index, answers[index])
    return tuple(way), None


def _after(question: Question, index: int, answer: Value) -> int | None:
    for skip in question.skips:
        if not skip.conditions or any(one.holds(answer) for one in skip.conditions):
            return skip.to
    return index + 1
