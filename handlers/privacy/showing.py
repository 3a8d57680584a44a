"""`/dulieucuatoi`, `/dulieuhoivien`, `/aidaxem`: what is kept of a person, and who has looked at it."""

from __future__ import annotations

from handlers import audit
from handlers.chat import Call, Choice, Reply
from handlers.errors import Refusal
from handlers.members.finding import own_units
from handlers.privacy import gathering, words
from handlers.privacy.subjects import Subject, chosen, done_at_once, subject
from handlers.understanding.people import spell
from storage import about_person, members, privacy
from storage.audit import Deed
from storage.members import Member
from storage.privacy import Right
from storage.vietnamese import fold, phone

SHOWN = 15
"""So many deeds are named in one message."""
FOUND = 8


def mine(call: Call, rest: str) -> Reply:
    """All that is kept of the speaker, and what she may do about it."""
    return _show(call, chosen(call, "mydata", rest))


def of_member(call: Call, rest: str) -> Reply:
    """The same of somebody without an account, for her leader who was asked by her."""
    if not rest:
        own_units(call)
        return Reply("privacy/ask_whom.j2", expects="data_of")
    if rest.isascii() and rest.isdecimal() and len(rest) < 9:
        return _show(call, subject(call, rest))
    within = own_units(call)
    found = members.search(call.session, phone(rest) or fold(rest), within, FOUND)
    if not found:
        raise Refusal("members/nobody_found.j2", words=rest, expects="data_of")
    audit.saw(call, Deed.FOUND, found)
    if len(found) == 1:
        return _show(call, Subject(found[0], own=found[0].id in call.actor.member_ids))
    choices = tuple(Choice(spell(member), f"data_of {member.id}") for member in found)
    return Reply("privacy/which_member.j2", choices=choices)


def _show(call: Call, about: Subject) -> Reply:
    member = about.member
    if about.own:
        done_at_once(call, about, Right.VIEW)
    else:
        audit.saw(call, Deed.CARD, [member])
    context = {
        "own": about.own,
        "name": member.name,
        "lines": gathering.register_lines(call.session, member),
        "sensitive": list(gathering.sensitive_lines(call.session, about.id)),
        "accounts": len(about_person.accounts(call.session, about.id)),
        "rolls": len(about_person.rolls(call.session, about.id)),
        "answers": len(about_person.answers(call.session, about.id)),
        "consents": list(gathering.consent_lines(call.session, about.id)),
        "waiting": _waiting(call, member),
    }
    return Reply("privacy/show.j2", context, choices=_choices(about), columns=2)


def _waiting(call: Call, member: Member) -> list[str]:
    assert member.id is not None
    rows = privacy.of_member(call.session, member.id, member.created_at)
    return [words.RIGHTS[row.kind] for row in rows if row.state == privacy.RequestState.OPEN]


def _choices(about: Subject) -> tuple[Choice, ...]:
    number = about.id
    return (
        Choice("✏️ Sửa", f"data_fix {number}"),
        Choice("📄 Lấy bản đầy đủ", f"data_export {number}"),
        Choice("👀 Ai đã xem", f"seen {number}"),
        Choice("🤝 Lời đồng ý", f"data_consent {number}"),
        Choice("✋ Yêu cầu khác", f"data_other {number}"),
        Choice("🗑️ Xoá dữ liệu", f"data_erase {number}"),
    )


def seen(call: Call, rest: str) -> Reply:
    """Who saw or changed a person's data: she herself asks, or whoever leads her."""
    about = chosen(call, "seen", rest)
    lines = list(gathering.seen_lines(call.session, about.member, SHOWN + 1))
    context = {
        "own": about.own,
        "name": about.member.name,
        "lines": lines[:SHOWN],
        "more": len(lines) > SHOWN,
    }
    back = Choice("Quay lại", f"{'mydata' if about.own else 'data_of'} {about.id}")
    return Reply("privacy/seen.j2", context, choices=(back,))
