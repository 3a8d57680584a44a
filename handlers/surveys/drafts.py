"""A form as written, checked and turned into questions: shared by text and workbook forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from handlers.surveys.forms import (
    CHOICES,
    MAX_OPTION,
    MAX_OPTIONS,
    MAX_QUESTION,
    MAX_QUESTIONS,
    MAX_SCALE_STEPS,
    MAX_TITLE,
    FormProblem,
    FormReading,
    Question,
    QuestionKind,
    Skip,
    SurveyForm,
)
from handlers.surveys.kinds import Marking, read_kind, read_marking
from handlers.surveys.skips import owner_of, read_skip
from storage.vietnamese import fold

_YES = frozenset(["co", "x", "yes", "1", "dung", ""])
_NO = frozenset(["khong", "ko", "no", "0"])
_YES_NO = ("co", "khong")

Written = tuple[int, str]
"""A line's number (from 1) and its words."""


@dataclass(slots=True)
class QuestionDraft:
    """A question as written."""

    line: int
    label: int
    text: str
    kind: str = ""
    required: bool = False
    options: list[Written] = field(default_factory=list)
    rules: list[Written] = field(default_factory=list)


@dataclass(slots=True)
class FormDraft:
    """A form as written; `secret` is None where nothing was said about it."""

    title: Written = (0, "")
    deadline: str = ""
    secret: Written | None = None
    questions: list[QuestionDraft] = field(default_factory=list)
    problems: list[FormProblem] = field(default_factory=list)


def build(draft: FormDraft) -> FormReading:
    """The form, or all that is wrong with it in the order of its lines."""
    problems = [*draft.problems, *_whole_problems(draft)]
    questions: list[Question] = []
    for one in draft.questions:
        question, problem = _question(one)
        questions.append(question)
        problems += [problem] if problem else _question_problems(one, question)
    labels = [one.label for one in draft.questions]
    for one in draft.questions:
        for line, rule in one.rules:
            problem = _add_skip(questions, labels, one, line, rule)
            problems += [problem] if problem else []
    if problems:
        return FormReading(None, tuple(sorted(problems, key=lambda problem: problem.line)))
    anonymous = said_yes(draft.secret[1]) if draft.secret else None
    return FormReading(
        SurveyForm(draft.title[1], tuple(questions), anonymous, draft.deadline or None)
    )


def said_yes(words: str) -> bool | None:
    """What stands behind "Kín:" or under "Bắt buộc"; nothing at all means yes, None unclear."""
    if fold(words) in _YES:
        return True
    return False if fold(words) in _NO else None


def _whole_problems(draft: FormDraft) -> Iterator[FormProblem]:
    line, title = draft.title
    if not title:
        yield FormProblem("no_title", line)
    if len(title) > MAX_TITLE:
        yield FormProblem("title_too_long", line, title)
    if draft.secret and said_yes(draft.secret[1]) is None:
        yield FormProblem("secret_unclear", *draft.secret)
    if not draft.questions:
        yield FormProblem("no_questions")
    if len(draft.questions) > MAX_QUESTIONS:
        extra = draft.questions[MAX_QUESTIONS]
        yield FormProblem("too_many_questions", extra.line, extra.text)
    labels = [0, *(one.label for one in draft.questions)]
    for before, one in zip(labels, draft.questions, strict=False):
        if one.label <= before:
            yield FormProblem("number_order", one.line, str(one.label))


def _question(one: QuestionDraft) -> tuple[Question, FormProblem | None]:
    marking = read_marking(one.text)
    options = tuple(words for _, words in one.options)
    named = read_kind(one.kind) if one.kind else marking
    problem = None if named else FormProblem("kind_unknown", one.line, one.kind)
    named = named or marking
    kind = named.kind or _usual_kind(options)
    least, most = _bounds(kind, named)
    if kind is QuestionKind.YES_NO and tuple(map(fold, options)) == _YES_NO:
        options = ()
    required = one.required or marking.required or named.required
    return Question(marking.text, kind, required, options, least, most), problem


def _usual_kind(options: Sequence[str]) -> QuestionKind:
    if not options:
        return QuestionKind.SHORT_TEXT
    alike = tuple(map(fold, options)) == _YES_NO
    return QuestionKind.YES_NO if alike else QuestionKind.ONE_CHOICE


def _bounds(kind: QuestionKind, named: Marking) -> tuple[int | None, int | None]:
    if kind is QuestionKind.SCALE and named.least is None:
        return 1, 5
    return named.least, named.most


def _question_problems(one: QuestionDraft, question: Question) -> Iterator[FormProblem]:
    if not question.text:
        yield FormProblem("question_empty", one.line)
    if len(question.text) > MAX_QUESTION:
        yield FormProblem("question_too_long", one.line, question.text)
    if question.least is not None and question.most is not None:
        steps = question.most - question.least
        if steps < 1 or (question.kind is QuestionKind.SCALE and steps > MAX_SCALE_STEPS):
            yield FormProblem("bad_range", one.line, one.text)
    if question.kind in CHOICES:
        yield from _option_problems(one)
    elif question.options:
        yield FormProblem("options_unwanted", one.options[0][0], one.options[0][1])


def _option_problems(one: QuestionDraft) -> Iterator[FormProblem]:
    if len(one.options) < 2:
        yield FormProblem("too_few_options", one.line, one.text)
    if len(one.options) > MAX_OPTIONS:
        yield FormProblem("too_many_options", *one.options[MAX_OPTIONS])
    seen: set[str] = set()
    for number, (line, words) in enumerate(one.options, 1):
        if words.isdecimal() and words != str(number):
            yield FormProblem("option_number", line, words)  # a reply "1" would mean two things
        if len(words) > MAX_OPTION:
            yield FormProblem("option_too_long", line, words)
        if words.lower() in seen:
            yield FormProblem("option_twice", line, words)
        seen.add(words.lower())


def _add_skip(
    questions: list[Question], labels: Sequence[int], one: QuestionDraft, line: int, rule: str
) -> FormProblem | None:
    owner = owner_of(rule) or one.label
    if owner not in labels:
        return FormProblem("skip_unknown", line, rule)
    index = labels.index(owner)
    skip = read_skip(rule, line, index, questions, labels)
    if isinstance(skip, Skip):
        questions[index] = replace(questions[index], skips=(*questions[index].skips, skip))
        return None
    return skip
