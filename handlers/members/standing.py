"""`leave 5`, `back 5`: who is away, has left or has died, and who is counted again."""

from __future__ import annotations

from handlers import audit
from handlers.access import access_member, may_vouch, row_id
from handlers.chat import Call, Choice, Reply
from handlers.errors import NotYoursError, Refusal
from handlers.members.editing import write
from handlers.understanding.zone import local_date
from storage import histories, members
from storage.histories import Happened
from storage.members import LeftReason, Member, MemberStatus

AWAY = "away"
REASONS = {
    AWAY: "Đi làm xa (vẫn là hội viên)",
    LeftReason.MOVED: "Chuyển đi nơi khác",
    LeftReason.ASKED: "Xin ra khỏi Hội",
    LeftReason.DIED: "Đã mất",
}


def leave(call: Call, rest: str) -> Reply:
    """Why she is not counted any more; it is asked once more before it is written."""
    id_, _, more = rest.partition(" ")
    member = access_member(call.session, call.actor, row_id(id_))
    reason, _, sure = more.partition(" ")
    context = {"name": member.name, "reason": reason}
    if member.status == MemberStatus.LEFT:
        return Reply("members/left_already.j2", context)
    if reason not in REASONS:
        choices = [Choice(label, f"leave {member.id} {key}") for key, label in REASONS.items()]
        return Reply("members/leave_why.j2", context, choices=tuple(choices))
    if reason == AWAY:
        _change(call, member, Happened.AWAY, {"status": MemberStatus.AWAY.value})
        return Reply("members/gone.j2", {**context, "roles": 0}, choices=_after(member))
    if member.id in call.actor.member_ids:
        raise Refusal("members/leave_own.j2")
    if not may_vouch(call.session, call.actor, member, local_date(call.now)):
        raise Refusal("members/leave_officer.j2", name=member.name)
    if sure != "yes":
        choices = [Choice("Đúng vậy", f"leave {member.id} {reason} yes"), Choice("Thôi", "cancel")]
        return Reply("members/leave_sure.j2", context, choices=tuple(choices))
    roles = end_roles(call, member)
    happened = Happened.DIED if reason == LeftReason.DIED else Happened.LEFT
    day = local_date(call.now).isoformat()
    values = {"status": MemberStatus.LEFT.value, "left_on": day, "left_reason": reason}
    _change(call, member, happened, values)
    return Reply("members/gone.j2", {**context, "roles": roles}, choices=_after(member))


def back(call: Call, rest: str) -> Reply:
    """She is counted again; her offices are given anew, if they are."""
    member = access_member(call.session, call.actor, row_id(rest))
    assert member.id is not None
    if member.status == MemberStatus.ACTIVE:
        return Reply("members/back.j2", {"name": member.name, "again": True})
    if member.left_reason == LeftReason.MERGED:
        raise NotYoursError  # she is separated, not brought back
    values = {"status": MemberStatus.ACTIVE.value, "left_on": "", "left_reason": ""}
    _change(call, member, Happened.RETURNED, values)
    choices = (Choice("Xem thẻ", f"card {member.id}"),)
    return Reply("members/back.j2", {"name": member.name, "again": False}, choices=choices)


def end_roles(call: Call, member: Member) -> int:
    """Her offices end today; how many."""
    today = local_date(call.now)
    held = members.roles_of(call.session, [member.id or 0], today)
    for role in held:
        members.end_role(call.session, role.id or 0, today)
    return len(held)


def _change(call: Call, member: Member, happened: Happened, values: dict[str, str]) -> None:
    assert member.id is not None
    changes = {name: [getattr(member, name), value] for name, value in values.items()}
    write(call, member, values)
    by = audit.acting(call.actor)
    histories.note(call.session, member.id, happened, call.now, changes=changes, by=by)


def _after(member: Member) -> tuple[Choice, ...]:
    return (
        Choice("Nhầm, cho trở lại", f"back {member.id}"),
        Choice("Xem thẻ", f"card {member.id}"),
    )
