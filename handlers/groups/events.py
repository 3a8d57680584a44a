"""What happens to a group: the bot comes in, is put out, hears more or less, the group moves."""

from __future__ import annotations

from handlers.access import LEADERS, answering_chats, officer_chats
from handlers.chat import Call, Moment, Replies, Reply
from handlers.quiet import quiet_until
from handlers.understanding.zone import local_date
from storage import groups, members, units
from storage.detours import channel_of
from storage.groups import Group, GroupState


def added(call: Call, rest: str) -> Replies:
    """The bot was let in, or its rights there changed."""
    incoming = call.incoming
    known = groups.by_address(call.session, incoming.chat)
    is_new = known is None or known.state == GroupState.GONE
    heard_before = known.hears_all if known is not None else None
    group = groups.ensure(
        call.session, address=incoming.chat, title=incoming.chat_title, now=call.now
    )
    group.state = GroupState.ACTIVE
    if is_new:
        group.added_by = incoming.sender
    if incoming.hears_all is not None:
        group.hears_all = incoming.hears_all
    call.session.add(group)
    call.session.flush()
    unit = units.get(call.session, group.unit_id) if group.unit_id is not None else None
    if is_new:
        context = {"unit": unit.name if unit else "", "hears_all": group.hears_all}
        return [Reply("groups/hello.j2", context)]
    if unit is not None and heard_before != group.hears_all:
        return hearing(call.moment(), group)
    return []


def hearing(moment: Moment, group: Group, also: str = "") -> Replies:
    """What the bot hears in this group, told in private to whoever answers for its unit."""
    assert group.unit_id is not None
    unit = units.get(moment.session, group.unit_id)
    assert unit is not None
    context = {
        "title": group.title,
        "unit": unit.name,
        "hears_all": group.hears_all,
        "by_right": moment.links.in_group(channel_of(group.address)).admins_hear,
    }
    doors = answering_chats(moment.session, group.unit_id, local_date(moment.now))
    everyone = dict.fromkeys([*doors, also] if also else doors)
    return [Reply("groups/hearing.j2", context, to=door) for door in everyone]


def removed(call: Call, rest: str) -> Replies:
    """The bot was put out."""
    return lost(call.moment(), call.incoming.chat)


def lost(moment: Moment, address: str, *, muted: bool = False) -> Replies:
    """A group is closed to the bot: whoever answers for its unit learns of it, once.

    `muted`: the bot still sits there, but may not write.
    """
    group = groups.by_address(moment.session, address)
    if group is None or group.state == GroupState.GONE:
        return []
    group.state = GroupState.GONE
    moment.session.add(group)
    moment.session.flush()
    if group.unit_id is None:
        return []
    unit = units.get(moment.session, group.unit_id)
    assert unit is not None
    left = len(groups.of_unit(moment.session, group.unit_id))
    context = {
        "title": group.title,
        "unit": unit.name,
        "left": left,
        "muted": muted,
        "owned": moment.links.in_group(channel_of(address)).owns_rooms,
    }
    doors = answering_chats(moment.session, group.unit_id, local_date(moment.now))
    return [Reply("groups/lost.j2", context, to=door) for door in doors]


def joined(call: Call, rest: str) -> Replies:
    """Somebody came into the group. Whom nobody knows yet is told how to make herself known: once
    a day in each group, however many come.
    """
    if call.group is None or call.group.unit_id is None or call.actor.member_ids:
        return []
    key = f"welcome:{call.group.id}:{local_date(call.now):%Y%m%d}"
    return [Reply("groups/welcome.j2", key=key, bulk=True, not_before=quiet_until(call.now))]


def left(call: Call, rest: str) -> Replies:
    """Somebody went: where it was the unit's leader, the level above learns that the group has
    none.
    """
    session, today = call.session, local_date(call.now)
    unit_id = call.group.unit_id if call.group is not None else None
    unit = units.get(session, unit_id) if unit_id is not None else None
    if call.group is None or unit is None or unit.parent_id is None:
        return []
    if unit.id not in call.actor.units(*LEADERS):
        return []
    name = members.get_many(session, call.actor.member_ids)[0].name
    context = {"name": name, "unit": unit.name, "title": call.group.title}
    key = f"left:{call.group.id}:{call.incoming.event_id}"
    return [
        Reply("groups/leader_left.j2", context, to=door, key=f"{key}:{door}")
        for door in officer_chats(session, unit.parent_id, today)
    ]


def migrated(call: Call, rest: str) -> None:
    """The group got a new address."""
    groups.move(call.session, call.incoming.chat, call.incoming.moved_to)
