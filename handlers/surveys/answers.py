"""Reads one answer to one question: understood, left out, or asked back with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.surveys.forms import MAX_ANSWER, Question, QuestionKind, Value
from handlers.surveys.skips import option_number
from handlers.understanding.numbers import spoken_number
from storage.vietnamese import fold, normalise

_POLITE = re.compile(
    r"^(?:(?:dạ|da|vâng|vang|thưa)\s+(?=\S))+|\s+(?:ạ|nha|nhé|nhe|nghen|nhen|nghe)\s*[.!]*$",
    re.IGNORECASE,
)
_LEFT_OUT = frozenset({"bo qua", "-"})
_YES = frozenset({"co", "roi", "co roi", "dung", "yes", "1"})
_NO = frozenset({"khong", "khong co", "chua", "chua co", "ko", "k", "kg"})
_NO |= {"hong", "hok", "hem", "khum", "no", "0", "2"}
_SEPARATOR = re.compile(
    r"\s*(?:[,;/+&\n]|\bvà\b|\bva\b|\bvới\b|\bvoi\b)\s*|\s+(?=\d{1,2}\b)", re.IGNORECASE
)
_NUMBER = re.compile(
    r"(?P<whole>[+-]?\d{1,3}(?:\.\d{3})+|[+-]?\d{1,12})(?:(?P<comma>[.,])(?P<part>\d{1,6}))?(?P<unit>(?:\s*[^\W\d]+){0,2})"
)
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
    said = fold(words)
    if said in _YES:
        return True
    return False if said in _NO else AnswerProblem("unclear")


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
    """Digits as written here (1.200 and 2,5), a unit behind them, or the number in words."""
    match = _NUMBER.fullmatch(words)
    if match is None:
        return spoken_number(words.lower())
    if _MANY & set(fold(match["unit"]).split()):
        return None
    if match["comma"] == "," and len(match["part"]) == 3:
        return None  # "1,200" is 1.2 here and 1200 elsewhere
    whole = match["whole"].replace(".", "")
    return float(f"{whole}.{match['part']}") if match["part"] else int(whole)


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
