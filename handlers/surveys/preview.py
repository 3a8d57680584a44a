"""A whole draft before it goes out: as members will see it, and how many will."""

from __future__ import annotations

from typing import Any

from handlers.chat import Call, Choice, Reply
from handlers.surveys import showing
from handlers.surveys.forms import SurveyForm
from handlers.surveys.steps import skip_words
from handlers.surveys.values import KINDS, form_of
from storage import groups, members, units
from storage.database import Session
from storage.surveys import Survey


def branches(session: Session, scope_id: int) -> list[int]:
    """The branches whose members a survey of this scope asks."""
    return [unit.id for unit in units.leaves(session, scope_id) if unit.id is not None]


def preview(call: Call, draft: Survey) -> Reply:
    """The group's message, every question, and the count of units, groups and members."""
    assert draft.scope_id is not None
    form = form_of(draft)
    scope = units.get(call.session, draft.scope_id)
    assert scope is not None
    asked = branches(call.session, draft.scope_id)
    rooms = [len(groups.of_unit(call.session, unit_id)) for unit_id in asked]
    context = {
        **showing.facts(call.moment(), draft, form),
        "answered": 0,
        "asked": 0,
        "shown": [],
        "questions": questions_in_words(form),
        "scope": scope.name,
        "units": len(asked),
        "groups": sum(rooms),
        "without": rooms.count(0),
        "members": members.count(call.session, asked),
    }
    return Reply("surveys/preview.j2", context, choices=_steps(draft), columns=2, private=True)


def questions_in_words(form: SurveyForm) -> list[dict[str, Any]]:
    """Every question with its kind, options and skips."""
    return [
        {
            "text": question.text,
            "kind": KINDS[question.kind],
            "required": question.required,
            "options": question.options,
            "least": question.least,
            "most": question.most,
            "skips": skip_words(question),
        }
        for question in form.questions
    ]


def _steps(draft: Survey) -> tuple[Choice, ...]:
    own = draft.number
    return (
        Choice("📨 Gửi", f"survey_send {own}"),
        Choice("Sửa câu hỏi", f"survey_question {own}"),
        Choice("➕ Thêm câu", f"survey_put {own} more - yes"),
        Choice("Sửa tiêu đề", f"survey_edit {own} title -"),
        Choice("Sửa hạn", f"survey_edit {own} deadline -"),
        Choice("Kín hay có tên", f"survey_edit {own} secret -"),
        Choice("Sửa nơi nhận", f"survey_edit {own} scope -"),
        Choice("🗑 Bỏ bản nháp", f"survey_drop {own}"),
    )
