"""A member's surveys: those she may still answer, and what is kept of her."""

from __future__ import annotations

from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import Refusal
from handlers.mine import Part
from handlers.surveys.access import own_people
from storage import members, survey_runs, surveys
from storage.members import Member
from storage.surveys import Survey


def _open_surveys(call: Call) -> list[Survey]:
    people = members.get_many(call.session, call.actor.member_ids)
    return surveys.opened(call.session, [member.unit_id for member in people])


def offered(call: Call) -> Reply:
    """The surveys open to her, in private."""
    if not call.actor.member_ids:
        raise Refusal("surveys/join_first.j2")
    found = _open_surveys(call)
    choices = tuple(Choice(f"✍️ {s.title}", f"survey_start {s.number}") for s in found)
    return Reply("surveys/offered.j2", {"count": len(found)}, choices=choices, private=True)


def mine(call: Call) -> list[Part]:
    """For `/cuatoi`: each open survey, and whether she has answered it."""
    return [
        _part(call, survey, member)
        for survey in _open_surveys(call)
        for member in own_people(call, survey)
    ]


def _part(call: Call, survey: Survey, member: Member) -> Part:
    assert member.id is not None
    taken = bool(survey_runs.who_took(call.session, survey.number, [member.id]))
    begun = survey_runs.run(call.session, survey.number, member.id) is not None
    context = {
        "title": survey.title,
        "name": member.name if len(call.actor.member_ids) > 1 else "",
        "anonymous": bool(survey.anonymous),
        "taken": taken,
        "begun": begun,
        "deadline": survey.deadline,
    }
    verb = "Sửa" if taken else "Trả lời tiếp" if begun else "Trả lời"
    line = f"survey_start {survey.number} {member.id}"
    can = not (taken and survey.anonymous)
    whose = f" ({context['name']})" if context["name"] else ""
    choices = (Choice(f"✏️ {verb}{whose}: {survey.title}", line),) if can else ()
    return Part("surveys/mine.j2", context, choices)


def hear(call: Call, text: str) -> Replies | None:
    """A member says "khảo sát" in private."""
    if not call.incoming.private or text.strip().lower() not in {"khảo sát", "khao sat"}:
        return None
    return [offered(call)] if call.actor.member_ids else None
