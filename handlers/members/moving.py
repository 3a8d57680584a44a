"""`move 5`: a member goes to another branch; its leader says yes, unless one officer leads both."""

from __future__ import annotations

from handlers import audit
from handlers.access import access_member, access_unit, answering_chats, leads, may_vouch, row_id
from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import NotYoursError, Refusal
from handlers.members.editing import write
from handlers.members.placing import key
from handlers.members.standing import end_roles
from handlers.understanding.zone import local_date
from storage import histories, members, units
from storage.histories import Happened, Move
from storage.members import Member
from storage.units import Unit

SHOWN = 10


def move(call: Call, rest: str) -> Reply | Replies:
    """`move 5`, `move 5 khóm 1`, `move 5 to 12`: where she goes, then asked or done."""
    id_, _, said = rest.partition(" ")
    member = access_member(call.session, call.actor, row_id(id_))
    if not may_vouch(call.session, call.actor, member, local_date(call.now)):
        raise Refusal("members/leave_officer.j2", name=member.name)
    word, _, goal = said.partition(" ")
    if word == "to":
        unit = units.get(call.session, row_id(goal))
        if unit is None or unit.id == member.unit_id or unit.id not in _branches(call, member):
            raise NotYoursError
        return _to(call, member, unit)
    if not said.strip():
        return Reply("members/move_where.j2", {"name": member.name}, expects=f"move {member.id}")
    found = _called(call, member, said)
    if not found:
        raise Refusal("members/move_nowhere.j2", said=said, expects=f"move {member.id}")
    labels = units.labels(call.session, found)
    choices = tuple(
        Choice(labels[unit.id or 0][:60], f"move {member.id} to {unit.id}") for unit in found
    )
    return Reply("members/move_sure.j2", {"name": member.name}, choices=choices)


def _called(call: Call, member: Member, said: str) -> list[Unit]:
    """The other branches that some words may mean: "khóm 1", "CH K1", a code, an old name."""
    within = _branches(call, member) - {member.unit_id}
    named = units.named(call.session, said, [*within])
    alike = [unit for unit in units.load(call.session, [*within]) if key(unit.name) == key(said)]
    return list({unit.id: unit for unit in (*named, *alike)}.values())[:SHOWN]


def _branches(call: Call, member: Member) -> set[int]:
    """The branches of her whole union."""
    top = units.lineage(call.session, member.unit_id)[-1]
    return {unit.id for unit in units.leaves(call.session, top) if unit.id is not None}


def _to(call: Call, member: Member, unit: Unit) -> Reply | Replies:
    assert unit.id is not None and member.id is not None
    old = units.get(call.session, member.unit_id)
    assert old is not None
    context = {"name": member.name, "old": old.name, "new": unit.name}
    if leads(call.session, call.actor, unit.id):
        _go(call, member, unit)
        return Reply("members/moved.j2", context, choices=(Choice("Xem thẻ", f"card {member.id}"),))
    doors = answering_chats(call.session, unit.id, local_date(call.now))
    if not doors:
        raise Refusal("members/move_nobody.j2", name=member.name, new=unit.name)
    wish = histories.ask_move(
        call.session,
        Move(
            member_id=member.id,
            from_id=member.unit_id,
            to_id=unit.id,
            chat=call.actor.private_chat,
            at=call.now,
        ),
    )
    choices = (
        Choice("Nhận", f"move_end {wish.id} yes"),
        Choice("Không nhận", f"move_end {wish.id} no"),
    )
    asked = [
        Reply("members/move_ask.j2", context, to=door, choices=choices, subject=f"move:{wish.id}")
        for door in doors
    ]
    return [Reply("members/move_asked.j2", context), *asked]


def move_end(call: Call, rest: str) -> Reply | Replies:
    """The leader of the other branch takes her, or does not."""
    id_, _, word = rest.partition(" ")
    wish = histories.move(call.session, row_id(id_))
    if wish is None:
        raise NotYoursError
    unit = access_unit(call.session, call.actor, wish.to_id)
    member = members.get(call.session, wish.member_id)
    if wish.decided_at is not None or member is None or member.unit_id != wish.from_id:
        return Reply("members/held_settled.j2")
    old = units.get(call.session, wish.from_id)
    assert old is not None
    wish.decided_at, wish.accepted = call.now, word == "yes"
    call.session.add(wish)
    if wish.accepted:
        _go(call, member, unit)
    context = {"name": member.name, "old": old.name, "new": unit.name, "accepted": wish.accepted}
    told = Reply("members/move_told.j2", context, to=wish.chat)
    return [Reply("members/move_done.j2", context), *([told] if wish.chat else [])]


def _go(call: Call, member: Member, unit: Unit) -> None:
    old = units.get(call.session, member.unit_id)
    assert old is not None and unit.id is not None and member.id is not None
    end_roles(call, member)
    member.unit_id = unit.id
    write(call, member, {"team": ""})
    histories.note(
        call.session,
        member.id,
        Happened.MOVED,
        call.now,
        changes={"unit": [old.name, unit.name]},
        by=audit.acting(call.actor),
    )
