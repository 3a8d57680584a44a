"""Reads one answer to one question: understood, left out, or asked back with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.surveys.forms import MAX_ANSWER, Question, QuestionKind, Value
from handlers.surveys.skips import option_number
from handlers.understanding.answers import read_number
from handlers.understanding.replies import Meaning, understand
from storage.vietnamese import fold, normalise

_POLITE = re.compile(
    r"^(?:(?:dạ|da|vâng|vang|thưa)\s+(?=\S))+|\s+(?:ạ|nha|nhé|nhe|nghen|nhen|nghe)\s*[.!]*$",
    re.IGNORECASE,
)
_LEFT_OUT = frozenset({"bo qua", "-"})
_YES_NO = ("Có", "Không")
"""As printed with their numbers where there are no buttons."""
_SEPARATOR = re.compile(
    r"\s*(?:[,;/+&\n]|\bvà\b|\bva\b|\bvới\b|\bvoi\b)\s*|\s+(?=\d{1,2}\b)", re.IGNORECASE
)
_LONGEST_NUMBER = 60
_WITH_UNIT = re.compile(r"([\d.,]+)((?:\s*[^\W\d_]+){1,2})")
_MANY = frozenset({"nghin", "ngan", "k", "trieu", "tr", "ty", "ti"})
_MANY |= {"chuc", "ta", "tram", "ruoi", "phan", "cu"}
"""Words that would multiply a number; whoever writes them is asked for digits."""
_DATE = re.compile(r"(?:ngay\s+)?(\d{1,2})\s*(?:[/.-]|thang)\s*(\d{1,2})\s*(?:[/.-]|nam)\s*(\d{4})")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """Why an answer is asked for again; `least` and `most` are what it must lie between."""

    code: str
    least: int | None = None
    most: int | None = None


def check_answer(question: Question, text: str) -> Value | AnswerProblem:
    """The value of an answer. None means left out, which a required question refuses.

    Choices may be given by number or by words, with or without marks; nothing is guessed: what
    fits two options, or none, is asked back.
    """
    words = normalise(text)
    is_option = option_number(words, question.options) is not None
    if not words or (fold(words) in _LEFT_OUT and not is_option):
        return AnswerProblem("required") if question.required else None
    if question.kind is QuestionKind.SHORT_TEXT:
        return _short_text(text)
    bare = _POLITE.sub("", words).strip(" .!")
    return _READERS[question.kind](question, bare)


def _short_text(text: str) -> str | AnswerProblem:
    lines = "\n".join(filter(None, map(normalise, text.splitlines())))
    return AnswerProblem("too_long", most=MAX_ANSWER) if len(lines) > MAX_ANSWER else lines


def _yes_no(_question: Question, words: str) -> bool | AnswerProblem:
    number = option_number(words, _YES_NO)
    if number:
        return number == 1
    said = understand(words, "yes_no")
    if said.proxy or said.meaning is Meaning.UNCLEAR:
        return AnswerProblem("unclear")
    return said.meaning is Meaning.YES


def _one_choice(question: Question, words: str) -> int | AnswerProblem:
    number = option_number(words, question.options)
    if number is not None:
        return number
    several = _several(question, words)
    if isinstance(several, tuple) and len(several) > 1:
        return AnswerProblem("only_one")
    return AnswerProblem("no_such_option", 1, len(question.options))


def _several(question: Question, words: str) -> tuple[int, ...] | AnswerProblem:
    whole = option_number(words, question.options)
    if whole is not None:
        return (whole,)
    numbers = _chosen(_SEPARATOR.split(words), question.options)
    if not numbers:
        return AnswerProblem("no_such_option", 1, len(question.options))
    return tuple(sorted(set(numbers)))


def _chosen(parts: Sequence[str], options: Sequence[str]) -> list[int]:
    """Number of each part; nothing if one of them is unknown."""
    numbers = [option_number(part, options) for part in parts if part.strip()]
    return [] if None in numbers else [number for number in numbers if number is not None]


def _number(question: Question, words: str) -> float | AnswerProblem:
    value = _read_number(words)
    if value is None:
        return AnswerProblem("not_a_number", question.least, question.most)
    return _bounded(question, value)


def _scale(question: Question, words: str) -> float | AnswerProblem:
    value = _read_number(re.sub(r"^(?:mức|muc|điểm|diem)\s+", "", words, flags=re.IGNORECASE))
    if not isinstance(value, int):
        return AnswerProblem("not_a_step", question.least, question.most)
    return _bounded(question, value)


def _bounded(question: Question, value: float) -> float | AnswerProblem:
    if question.least is not None and value < question.least:
        return AnswerProblem("too_small", question.least, question.most)
    if question.most is not None and value > question.most:
        return AnswerProblem("too_large", question.least, question.most)
    return value


def _read_number(words: str) -> int | float | None:
    """As numbers are read everywhere, with a sign and any unit ("12 công đất") besides."""
    if len(words) > _LONGEST_NUMBER:
        return None
    sign = -1 if words.startswith("-") else 1
    words = words.lstrip("+-").strip()
    value = read_number(words)
    unit = _WITH_UNIT.fullmatch(words)
    if value is None and unit and not _MANY & set(fold(unit[2]).split()):
        value = read_number(unit[1])
    if value is None:
        said = understand(words, "quantity")
        value = None if said.proxy else said.number
    if value is None:
        return None
    return sign * (int(value) if value == int(value) else float(value))


def _date(_question: Question, words: str) -> date | AnswerProblem:
    match = _DATE.fullmatch(fold(words))
    try:
        on = date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        on = None
    if on is None or not _FIRST_YEAR <= on.year <= _LAST_YEAR:
        return AnswerProblem("not_a_date")
    return on


_READERS: dict[QuestionKind, Callable[[Question, str], Value | AnswerProblem]] = {
    QuestionKind.YES_NO: _yes_no,
    QuestionKind.ONE_CHOICE: _one_choice,
    QuestionKind.SEVERAL_CHOICES: _several,
    QuestionKind.NUMBER: _number,
    QuestionKind.SCALE: _scale,
    QuestionKind.DATE: _date,
}
