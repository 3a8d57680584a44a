"""What a draft still lacks, and the question that asks its author for it: one at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from handlers.access import LEADERS
from handlers.chat import Call, Choice, Reply
from handlers.surveys.forms import CHOICES, MAX_QUESTIONS, Question, QuestionKind, Skip
from handlers.surveys.values import KINDS, label, question_of
from handlers.understanding.hours import END_OF_DAY
from handlers.understanding.spoken import speak_date
from handlers.understanding.zone import ZONE, local_date
from storage import surveys, units
from storage.members import RoleKind
from storage.surveys import Survey
from storage.units import Unit

RANGES = ((1, 5), (1, 10), (0, 10))
DAYS_OFFERED = (1, 3, 7, 14)
UNITS_OFFERED = 40
MAY_SKIP = frozenset({QuestionKind.YES_NO, QuestionKind.ONE_CHOICE})
"""Kinds of which an author is offered skips step by step; a form may have more."""
Step = tuple[str, int | None]
"""What is asked, and of which question (an index; None: of the survey)."""


def missing(survey: Survey) -> Step | None:
    """The first thing the draft still lacks; None when it is complete."""
    if not survey.title:
        return "title", None
    for index, one in enumerate(survey.questions):
        for key in order(one):
            if key not in one:
                return ("range" if key == "least" else key), index
    if not survey.questions:
        return "text", 0
    if survey.more:
        return "more", len(survey.questions) - 1
    if not survey.deadline_known:
        return "deadline", None
    if survey.anonymous is None:
        return "secret", None
    return ("scope", None) if survey.scope_id is None else None


def order(one: dict[str, Any]) -> tuple[str, ...]:
    """What is asked about a question, in order."""
    kind = one.get("kind")
    own = ("options",) if kind in CHOICES else ("least",) if kind == QuestionKind.SCALE else ()
    return ("text", "kind", *own, "required")


def ask(call: Call, survey: Survey, step: Step) -> Reply:
    """The question for one step; words may answer it as well as buttons."""
    field, index = step
    at = "-" if index is None else index
    one = survey.questions[index] if index is not None and index < len(survey.questions) else {}
    context = {
        "title": survey.title,
        "number": (index or 0) + 1,
        "text": one.get("text", ""),
        "kind": KINDS[QuestionKind(one["kind"])] if "kind" in one else "",
        "options": one.get("options", ()),
        "again": bool(one.get(field)) or (field == "title" and bool(survey.title)),
        "full": len(survey.questions) >= MAX_QUESTIONS,
        "skips": skip_words(question_of(one)) if field == "more" else [],
    }
    line = f"survey_put {survey.number} {field} {at}"
    choices = _choices(call, survey, field, index, line)
    if missing(survey) is None:
        whole = Choice("↩️ Về bản xem trước", f"survey_preview {survey.number}", numbered=False)
        choices = (*choices, whole)
    elif survey.title:
        back = Choice("↩️ Sửa bước trước", f"survey_back {survey.number}", numbered=False)
        choices = (*choices, back)
    expects = "" if field == "more" else line
    return Reply(f"surveys/ask_{field}.j2", context, choices=choices, expects=expects, private=True)


def _choices(
    call: Call, survey: Survey, field: str, index: int | None, line: str
) -> tuple[Choice, ...]:
    if field == "kind":
        return tuple(Choice(words, f"{line} {kind}") for kind, words in KINDS.items())
    if field == "range":
        return tuple(Choice(f"{low} đến {high}", f"{line} {low}-{high}") for low, high in RANGES)
    if field == "required":
        yes = Choice("Bắt buộc trả lời", f"{line} yes")
        return yes, Choice("Được bỏ qua", f"{line} no")
    if field == "more":
        return _what_next(survey, index or 0)
    if field == "deadline":
        return _deadlines(call.now, line)
    if field == "secret":
        named = Choice("👤 Có tên: em ghi ai trả lời gì", f"{line} no")
        return named, Choice("🔒 Kín: không ai biết phiếu của ai", f"{line} yes")
    return scopes(call, survey) if field == "scope" else ()


def _what_next(survey: Survey, index: int) -> tuple[Choice, ...]:
    own = survey.number
    more = Choice("➕ Thêm câu nữa", f"survey_put {own} more - yes")
    done = Choice("✅ Đủ rồi", f"survey_put {own} more - no")
    skip = Choice("↪️ Thêm điều kiện bỏ qua", f"survey_skip {own} {index}")
    may_skip = survey.questions[index]["kind"] in MAY_SKIP
    room = len(survey.questions) < MAX_QUESTIONS
    edit = Choice("✏️ Sửa câu này", f"survey_question {own} {index}")
    return (*((more,) if room else ()), done, *((skip,) if may_skip else ()), edit)


def _deadlines(now: datetime, line: str) -> tuple[Choice, ...]:
    today = local_date(now)
    ends = [datetime.combine(today + timedelta(days), END_OF_DAY, ZONE) for days in DAYS_OFFERED]
    offered = [Choice(f"Hết {speak_date(end)}", f"{line} @{int(end.timestamp())}") for end in ends]
    return (*offered, Choice("Không có hạn", f"{line} none"))


def scopes(
    call: Call, survey: Survey, within: Unit | None = None, owner: int = 0
) -> tuple[Choice, ...]:
    """Whom a person may ask: a branch she leads, all below a unit of hers, or one of these."""
    line = f"survey_put {survey.number} scope"
    if within is not None:
        return tuple(_below(call, survey, within, owner))
    led = [units.get(call.session, unit_id) for unit_id in call.actor.units(*LEADERS)]
    choices = [Choice(unit.name, f"{line} {unit.id} {unit.id}") for unit in led if unit is not None]
    for unit_id in call.actor.units(RoleKind.OFFICER):
        unit = units.get(call.session, unit_id)
        if unit is not None:
            choices.append(Choice(f"Tất cả: {unit.name}", f"{line} {unit_id} {unit_id}"))
            choices += _below(call, survey, unit, unit_id)
    return tuple(choices[:UNITS_OFFERED])


def _below(call: Call, survey: Survey, unit: Unit, owner: int) -> list[Choice]:
    assert unit.id is not None
    choices = []
    for child in units.children(call.session, unit.id):
        inner = bool(units.children(call.session, child.id or 0))
        name = f"Tất cả: {child.name}" if inner else child.name
        choices.append(Choice(name, f"survey_put {survey.number} scope {owner} {child.id}"))
        if inner:
            line = f"survey_within {survey.number} {owner} {child.id}"
            choices.append(Choice(f"▸ Chọn trong {child.name}", line))
    return choices


def only_scope(call: Call) -> int | None:
    """The branch, if the person could ask no other."""
    led = call.actor.units(*LEADERS)
    if call.actor.units(RoleKind.OFFICER) or len(led) != 1:
        return None
    return None if units.children(call.session, led[0]) else led[0]


def back(survey: Survey, *, fixed_scope: bool) -> None:
    """Take back the last thing that was asked and is known."""
    if survey.scope_id is not None and not fixed_scope:
        survey.scope_id = None
    elif survey.anonymous is not None:
        survey.anonymous = None
    elif survey.deadline_known:
        survey.deadline, survey.deadline_known = None, False
    elif not survey.more:
        survey.more = True
    elif survey.questions:
        last = dict(survey.questions[-1])
        known = [key for key in order(last) if key in last]
        if known:
            last.pop(known[-1])
            last.pop("skips", None)
        survey.questions = [*survey.questions[:-1], *([last] if known else [])]
    else:
        survey.title = ""


def skip_words(question: Question) -> list[tuple[str, int | None]]:
    """Each rule of a question: its condition in words, and the number asked next (None: end)."""
    found: list[tuple[str, int | None]] = []
    for skip in question.skips:
        to = None if skip.to is None else skip.to + 1
        found.append((_condition_words(question, skip), to))
    return found


def _condition_words(question: Question, skip: Skip) -> str:
    numeric = question.kind in {QuestionKind.NUMBER, QuestionKind.SCALE}
    said = [
        f"{one.sign} {one.value:g}" if numeric else f"“{label(question, f'{one.value:g}')}”"
        for one in skip.conditions
    ]
    return " hoặc ".join(said)


def proceed(call: Call, survey: Survey) -> Reply | None:
    """Ask for the first thing the draft still lacks; None when it is complete."""
    if survey.scope_id is None and (only := only_scope(call)) is not None:
        survey.unit_id = survey.scope_id = only
    surveys.save(call.session, survey, call.now)
    step = missing(survey)
    return ask(call, survey, step) if step is not None else None
