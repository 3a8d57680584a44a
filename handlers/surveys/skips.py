"""Skip rules as a clerk writes them: "nếu không -> câu 3", "nếu câu 1 = Không → câu 3".

A rule is a condition, an arrow (->, =>, →, "thì", "chuyển", "sang") and a target ("câu 3", "3",
"kết thúc"). Without a condition it always applies. Conditions: có or không; the number or the
words of an option, several joined by "hoặc" or a comma; for numbers and scales "3", "< 3",
"dưới 3", "trên 3", "từ 3 trở lên".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.surveys.forms import CHOICES, Condition, FormProblem, Question, QuestionKind, Skip
from storage.vietnamese import fold, normalise

_RULE = re.compile(r"^(?:nếu|neu)\b|^(?:-+>|=+>|→|⇒|➔|➜)", re.IGNORECASE)
_BULLETED = re.compile(r"^[-+•*]\s*(?:nếu|neu)\b", re.IGNORECASE)
_ARROW = re.compile(
    r"\s*(?:-+>|=+>|→|⇒|➔|➜|,?\s*\b(?:thì|thi)\b)\s*"
    r"|\s*,?\s*\b(?=(?:chuyển|chuyen|sang|nhảy|nhay|đến câu|den cau)\b)",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"(?:(?:chuyen|sang|nhay|qua|den|toi|hoi|lam|thi|tiep)\s+)*(?:cau\s*)?(?:hoi\s*)?(?:so\s*)?(\d{1,3})"
)
_END = re.compile(r"(?:(?:thi|la)\s+)?(?:ket thuc|het|xong|dung|ngung|cuoi)(?:\s+.*)?")
_OWNER = re.compile(
    r"^(?:câu|cau)\s*(?:hỏi\s*|hoi\s*)?(\d{1,3})\s*(?:(?:=|là|la|chọn|chon|trả lời|tra loi|:)\s*)?",
    re.IGNORECASE,
)
_OR = re.compile(r",?\s*\b(?:hoặc|hoac|hay)\b\s*", re.IGNORECASE)
_OR_COMMA = re.compile(r"\s*(?:,|;|\bhoặc\b|\bhoac\b|\bhay\b)\s*", re.IGNORECASE)
_FILLER = re.compile(r"^(?:(?:trả lời|tra loi|chọn|chon|đáp|là|la|=)\s*)+", re.IGNORECASE)
_SIGNS = (
    (re.compile(r"(?:>=|≥|tu)\s*(-?\d+)(?:\s*tro len)?"), ">="),
    (re.compile(r"(?:<=|≤|toi da|khong qua)\s*(-?\d+)"), "<="),
    (re.compile(r"(?:<|duoi|nho hon|it hon)\s*(-?\d+)"), "<"),
    (re.compile(r"(?:>|tren|lon hon|nhieu hon|hon)\s*(-?\d+)"), ">"),
    (re.compile(r"(?:=|bang)?\s*(-?\d+)"), "="),
)


def is_skip(line: str) -> bool:
    """Whether a line is meant as a rule: it begins with "nếu" or an arrow.

    Behind a bullet it needs an arrow too: "- Nếu có thời gian" is an option.
    """
    return bool(_RULE.match(line) or (_BULLETED.match(line) and _ARROW.search(line)))


def owner_of(rule: str) -> int | None:
    """The number of the question a rule names itself ("nếu câu 1 = …"), if it does."""
    match = _OWNER.match(_condition(rule))
    return int(match[1]) if match else None


def read_skip(
    rule: str, line: int, index: int, questions: Sequence[Question], labels: Sequence[int]
) -> Skip | FormProblem:
    """The rule as it belongs to question `index`; `labels` are the numbers people see."""
    to = _target(rule, labels)
    if isinstance(to, str):
        return FormProblem(to, line, rule)
    if to is not None and to <= index:
        return FormProblem("skip_backwards", line, rule)
    words = _OWNER.sub("", _condition(rule))
    if not words:
        return Skip(to)
    conditions = [
        _read_condition(part, questions[index]) for part in _parts(words, questions[index])
    ]
    if any(one is None for one in conditions):
        return FormProblem("skip_condition", line, rule)
    return Skip(to, tuple(one for one in conditions if one is not None))


def _condition(rule: str) -> str:
    words = re.sub(r"^(?:[-+•*]\s*)?(?:nếu|neu)\b\s*", "", normalise(rule), flags=re.IGNORECASE)
    arrow = _ARROW.search(words)
    return words[: arrow.start()].strip(" ,") if arrow else words


def _target(rule: str, labels: Sequence[int]) -> int | str | None:
    """An index, None for the end, or the code of what is wrong."""
    words = normalise(rule)
    arrow = _ARROW.search(words)
    if arrow is None:
        return "skip_unclear"
    aim = fold(words[arrow.end() :]).strip(" .")
    if match := _TARGET.fullmatch(aim):
        label = int(match[1])
        return labels.index(label) if label in labels else "skip_unknown"
    return None if _END.fullmatch(aim) else "skip_unclear"


def _parts(words: str, question: Question) -> list[str]:
    """Alternatives; an option's words may themselves hold a comma or "hoặc"."""
    ways = ([words], _OR.split(words), _OR_COMMA.split(words))
    return next(
        (way for way in ways if all(_read_condition(one, question) for one in way)), ways[0]
    )


def _read_condition(words: str, question: Question) -> Condition | None:
    words = _FILLER.sub("", words.strip(" \"'“”"))
    if question.kind is QuestionKind.YES_NO:
        value = {"co": 1, "khong": 0, "ko": 0, "roi": 1, "chua": 0}.get(fold(words))
        return None if value is None else Condition("=", value)
    if question.kind in CHOICES:
        number = option_number(words, question.options)
        return None if number is None else Condition("=", number)
    if question.kind in {QuestionKind.NUMBER, QuestionKind.SCALE}:
        for pattern, sign in _SIGNS:
            if match := pattern.fullmatch(fold(words)):
                return Condition(sign, int(match[1]))
    return None


def option_number(words: str, options: Sequence[str]) -> int | None:
    """Number (from 1) of the option meant: its words first, with or without marks, or its number.

    Without marks two options may look the same; then none is meant.
    """
    said = normalise(words).lower().strip(" .!\"'“”")
    for same in (str.lower, fold):
        alike = [
            number
            for number, option in enumerate(options, 1)
            if same(option).strip(" .!") == same(said)
        ]
        if alike:
            return alike[0] if len(alike) == 1 else None
    match = re.fullmatch(r"(?:(?:số|so|ý|y|câu|cau|chọn|chon)\s*)?(\d{1,2})\s*[.)]?", said)
    if match and 1 <= int(match[1]) <= len(options):
        return int(match[1])
    listed = re.fullmatch(r"(\d{1,2})\s*[.):-]\s*(.+)", said)
    if listed and option_number(listed[2], options) == int(listed[1]):
        return int(listed[1])
    return None
