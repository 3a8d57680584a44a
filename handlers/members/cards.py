"""One member's card: what is kept of her, and what may be done about her."""

from __future__ import annotations

from typing import Any

from handlers import audit
from handlers.access import access_member, row_id
from handlers.chat import Call, Choice, Reply
from handlers.members.editing import told
from handlers.understanding.zone import local, local_date
from storage import accounts, clubs, histories, members, units
from storage.audit import Deed
from storage.members import Member, MemberStatus
from storage.vietnamese import display_phone

LINES = 15
"""So many lines of a history are shown."""


def card(call: Call, rest: str) -> Reply:
    """One member's card."""
    return show(call, access_member(call.session, call.actor, row_id(rest)))


def show(call: Call, member: Member) -> Reply:
    """The card of a member the speaker has access to."""
    assert member.id is not None
    audit.saw(call, Deed.CARD, [member])
    unit = units.get(call.session, member.unit_id)
    assert unit is not None
    above = units.get(call.session, unit.parent_id) if unit.parent_id else None
    context = {
        "name": member.name,
        "alias": member.alias,
        "birth": member.birth,
        "team": member.team,
        "unit": unit.name,
        "above": above.name if above else "",
        "phone": display_phone(member.phone),
        "no_phone": member.no_phone,
        "address": member.address,
        "job": member.job,
        "joined": member.joined,
        "status": member.status,
        "left_reason": member.left_reason,
        "left_on": member.left_on,
        "roles": _roles(call, member),
        "clubs": [club.name for club in clubs.of_member(call.session, member.id)],
        "linked": bool(accounts.linked(call.session, [member.id])),
    }
    return Reply("members/card.j2", context, choices=_choices(call, member), columns=2)


def _roles(call: Call, member: Member) -> list[dict[str, str]]:
    roles = []
    for role in members.roles_of(call.session, [member.id or 0], local_date(call.now)):
        place = units.get(call.session, role.unit_id)
        assert place is not None
        elsewhere = place.name if place.id != member.unit_id else ""
        roles.append({"kind": role.kind, "team": role.team, "unit": elsewhere})
    return roles


def _choices(call: Call, member: Member) -> tuple[Choice, ...]:
    id_ = member.id
    found = [Choice("Sửa", f"edit {id_}")]
    if member.status == MemberStatus.ACTIVE:
        found.append(Choice("Nghỉ, rời Hội", f"leave {id_}"))
    else:
        found.append(Choice("Trở lại", f"back {id_}"))
    if member.status != MemberStatus.LEFT:
        found += [
            Choice("Chuyển chi hội", f"move {id_}"),
            Choice("CLB, tổ nhóm", f"clubs_of {id_}"),
            Choice("Gộp hồ sơ trùng", f"merge {id_}"),
        ]
    found += [
        Choice(f"Tách: {other.name}"[:40], f"separate {merger.id}")
        for merger in histories.mergers_of(call.session, id_ or 0)[-2:]
        if (other := members.get(call.session, merger.shadow_id)) is not None
    ]
    return (*found, Choice("Lịch sử", f"history {id_}"), Choice("Tìm người khác", "find"))


def history(call: Call, rest: str) -> Reply:
    """What was changed about a member, when and by whom; newest first."""
    member = access_member(call.session, call.actor, row_id(rest))
    assert member.id is not None
    audit.saw(call, Deed.CARD, [member], "history")
    lines: list[dict[str, Any]] = []
    for event in histories.of_member(call.session, member.id, LINES):
        by = members.get(call.session, event.by_id) if event.by_id else None
        lines.append(
            {
                "day": local(event.at).date(),
                "kind": event.kind,
                "changes": told(event.changes),
                "reason": event.reason,
                "by": by.name if by else "",
                "undone": event.undone_at is not None,
            }
        )
    context = {"name": member.name, "lines": lines, "since": local(member.created_at).date()}
    return Reply("members/history.j2", context, choices=(Choice("Xem thẻ", f"card {member.id}"),))
