"""The words in brackets behind a question: its kind, its bounds, whether it must be answered."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.surveys.forms import QuestionKind
from storage.vietnamese import fold

_RANGE = r"(?:tu )?(?P<least>-?\d{1,6})\s?(?:-|–|den|toi|\.\.|/)\s?(?P<most>-?\d{1,6})"
_PATTERNS = (
    (QuestionKind.YES_NO, r"co ?[/,-]? ?(?:hoac )?(?:khong|ko)"),
    (
        QuestionKind.SEVERAL_CHOICES,
        r"(?:duoc )?(?:chon )?nhieu(?: (?:lua chon|dap an|phuong an|y))?",
    ),
    (
        QuestionKind.ONE_CHOICE,
        r"(?:chi )?(?:chon )?(?:1|mot)(?: (?:lua chon|dap an|phuong an|y))?|lua chon",
    ),
    (QuestionKind.SCALE, rf"(?:thang|muc|cham)(?: (?:diem|do))? {_RANGE}"),
    (QuestionKind.SCALE, r"1\s?[-–]\s?(?P<steps>[3-9]|10)"),
    (QuestionKind.SCALE, r"(?:thang|cham)(?: diem)? (?P<steps>\d{1,2})"),
    (QuestionKind.NUMBER, rf"so(?: (?:luong|nguoi|tien|lan))?(?:,? {_RANGE})?"),
    (QuestionKind.DATE, r"ngay(?:[ ,/-]*thang)?(?:[ ,/-]*nam)?"),
    (
        QuestionKind.SHORT_TEXT,
        r"(?:tu )?(?:ghi|viet)(?: (?:chu|ngan))?|chu|tra loi(?: ngan)?|y kien(?: khac)?|van ban",
    ),
)
_KINDS = tuple((kind, re.compile(pattern)) for kind, pattern in _PATTERNS)
_BRACKET = re.compile(r"\(([^()]*)\)[\s.:]*$")
_MUST = frozenset({"bat buoc", "*"})
_MAY = frozenset({"khong bat buoc", "tuy chon"})


@dataclass(frozen=True, slots=True)
class Marking:
    """A question's words without their brackets, and what these said (kind None: nothing)."""

    text: str
    kind: QuestionKind | None = None
    required: bool = False
    least: int | None = None
    most: int | None = None


def read_marking(text: str) -> Marking:
    """Takes kind and "*" from the end of a question; other brackets are part of its words."""
    marking = Marking(text.strip())
    while True:
        words = marking.text
        if words.endswith("*"):
            marking = _said(marking, words.rstrip("* "), required=True)
            continue
        bracket = _BRACKET.search(words)
        inside = read_kind(bracket[1]) if bracket else None
        if bracket is None or inside is None:
            return marking
        marking = _said(marking, words[: bracket.start()].rstrip(), inside, inside.required)


def read_kind(words: str) -> Marking | None:
    """What words such as "nhiều lựa chọn, bắt buộc" say; None if they name no kind."""
    parts = [part.strip() for part in words.split(",")]
    said = {fold(part) for part in parts}
    rest = ", ".join(part for part in parts if fold(part) not in _MUST | _MAY)
    required = bool(said & _MUST)
    if not rest:
        return Marking("", required=required)
    if "tháng" in rest.lower() and "ngày" not in rest.lower():
        return None  # a month is not a "thang điểm"
    for kind, pattern in _KINDS:
        if match := pattern.fullmatch(fold(rest)):
            return Marking("", kind, required, *_bounds(match))
    return None


def _bounds(match: re.Match[str]) -> tuple[int | None, int | None]:
    found = match.groupdict()
    if found.get("steps"):
        return 1, int(match["steps"])
    if found.get("least"):
        return int(match["least"]), int(match["most"])
    return None, None


def _said(
    marking: Marking, text: str, inside: Marking | None = None, required: bool = False
) -> Marking:
    source = inside if inside and inside.kind else marking
    return Marking(text, source.kind, marking.required or required, source.least, source.most)
