"""`/ketnoi`, `/huyketnoi`, `/nhomchinh`: which unit a group belongs to."""

from __future__ import annotations

from handlers.access import access_unit, leads, led_units, row_id
from handlers.catching_up import offer_group
from handlers.chat import Call, Choice, Moment, Replies, Reply, Who
from handlers.errors import NotYoursError, Refusal
from handlers.groups.events import hearing
from storage import groups, units
from storage.groups import Group, GroupState
from storage.units import Unit
from storage.vietnamese import fold

SHOWN = 10


def bind(call: Call, rest: str) -> Reply | Replies:
    """Bind this group to a unit by its code; in private, choose the group first."""
    if call.incoming.private:
        return _choose_room(call, rest)
    group = groups.ensure(
        call.session, address=call.incoming.chat, title=call.incoming.chat_title, now=call.now
    )
    group.state = GroupState.ACTIVE
    if call.incoming.hears_all is not None:
        group.hears_all = call.incoming.hears_all
    return _bind(call, group, _unit(call, "bind", rest))


def bindroom(call: Call, rest: str) -> Reply | Replies:
    """The same from private. `rest`: id of the group, then the unit's code."""
    id_, _, code = rest.partition(" ")
    if id_ not in {str(group.id) for group in _free_rooms(call)}:
        raise Refusal("groups/no_free_room.j2")
    group = groups.get(call.session, int(id_))
    assert group is not None
    return _bind(call, group, _unit(call, f"bindroom {id_}", code))


def _choose_room(call: Call, code: str) -> Reply | Replies:
    rooms = _free_rooms(call)
    if not rooms:
        raise Refusal("groups/no_free_room.j2")
    unit = f" {code}" if code and units.by_code(call.session, code) is not None else ""
    choices = tuple(
        Choice(room.title or f"Nhóm số {room.id}", f"bindroom {room.id}{unit}") for room in rooms
    )
    return Reply("groups/which_room.j2", choices=choices)


def _free_rooms(call: Call) -> list[Group]:
    """Groups of no unit: all of them for an officer, for a leader those she let the bot into.

    Raises:
        NotYoursError: the person answers for no unit.
    """
    if call.actor.stands(Who.OFFICER):
        return groups.unbound(call.session, limit=SHOWN)
    if call.actor.stands(Who.LEADER):
        return groups.unbound(call.session, added_by=call.actor.address, limit=SHOWN)
    raise NotYoursError


def _unit(call: Call, line: str, words: str) -> Unit:
    """The unit named by its code or its own name. Without words a leader means her own; an
    officer, who answers for many, is asked.
    """
    session = call.session
    mine = led_units(session, call.actor)
    if not mine:
        raise NotYoursError
    reach = units.subtree(session, [unit.id for unit in mine if unit.id is not None])
    if words:
        found = units.named(session, words, reach)
    else:
        found = [] if call.actor.stands(Who.OFFICER) else mine
    if len(found) == 1:
        assert found[0].id is not None
        return access_unit(session, call.actor, found[0].id)
    if not found:
        below = [unit for id_ in reach if (unit := units.get(session, id_)) is not None]
        found = [u for u in below if fold(words) in fold(u.name) and not u.closed]
        found.sort(key=lambda unit: bool(groups.of_unit(session, unit.id or 0)))
    raise Refusal(
        "groups/which_unit.j2",
        choices=tuple(Choice(_label(call, unit), f"{line} {unit.code}") for unit in found[:SHOWN]),
        words=words,
        found=len(found),
        more=len(found) > SHOWN,
        example=mine[0].code,
    )


def _label(call: Call, unit: Unit) -> str:
    """The unit's name, with the one above where another of the same name may be meant."""
    above = units.get(call.session, unit.parent_id) if unit.parent_id else None
    return f"{unit.name}, {above.name}" if above else unit.name


def _bind(call: Call, group: Group, unit: Unit) -> Reply | Replies:
    assert unit.id is not None
    if group.unit_id == unit.id:
        call.session.add(group)
        return Reply("groups/bound_already.j2", {"unit": unit.name})
    if group.unit_id is not None:
        other = units.get(call.session, group.unit_id)
        hers = leads(call.session, call.actor, group.unit_id)
        raise Refusal("groups/bound_elsewhere.j2", unit=other.name if other else "", hers=hers)
    said = bind_to(call.moment(), group, unit, call.actor.account_id, call.actor.private_chat)
    if call.incoming.private:
        said.insert(1, Reply("groups/bound_there.j2", said[0].context))
    return said


def bind_to(
    moment: Moment, group: Group, unit: Unit, by: int | None = None, also: str = ""
) -> Replies:
    """A group of no unit belongs to this one from now on: what the group and those who answer for
    it are told, and whoever is in the private talk `also`.
    """
    assert unit.id is not None
    group.main = not groups.of_unit(moment.session, unit.id, closed_too=True)
    group.unit_id, group.bound_by, group.bound_at = unit.id, by, moment.now
    moment.session.add(group)
    moment.session.flush()
    context = {"unit": unit.name, "main": group.main, "title": group.title}
    said = [Reply("groups/bound.j2", context, to=group.address)]
    return [*said, *offer_group(moment, group), *hearing(moment, group, also=also)]


def _group(call: Call, rest: str, line: str) -> Group:
    """A bound group of a unit that is hers: named by id, the one spoken in, or chosen."""
    first = rest.partition(" ")[0]
    group = groups.get(call.session, row_id(first)) if row_id(first) else call.group
    if group is None and call.incoming.private:
        mine = [unit.id for unit in led_units(call.session, call.actor) if unit.id is not None]
        reach = units.subtree(call.session, mine)
        rooms = [
            room for id_ in reach for room in groups.of_unit(call.session, id_, closed_too=True)
        ]
        if not rooms:
            raise Refusal("groups/none_bound.j2")
        choices = tuple(
            Choice(room.title or f"Nhóm số {room.id}", f"{line} {room.id}")
            for room in rooms[:SHOWN]
        )
        raise Refusal("groups/which_bound.j2", choices=choices, more=len(rooms) > SHOWN)
    if group is None or group.unit_id is None:
        raise Refusal("groups/not_bound.j2")
    access_unit(call.session, call.actor, group.unit_id)
    return group


def unbind(call: Call, rest: str) -> Reply | Replies:
    """Undo the binding, once that is confirmed."""
    group = _group(call, rest, "unbind")
    unit = units.get(call.session, group.unit_id or 0)
    assert unit is not None
    context = {"unit": unit.name, "title": group.title}
    if rest.rpartition(" ")[2] != "yes":
        choices = (
            Choice("Đúng, bỏ kết nối", f"unbind {group.id} yes"),
            Choice("Thôi, giữ nguyên", "cancel"),
        )
        return Reply("groups/unbind_sure.j2", context, choices=choices)
    groups.unbind(call.session, group)
    said = [Reply("groups/unbound.j2", context, to=group.address)]
    if call.incoming.chat != group.address:
        said.append(Reply("groups/unbound.j2", context))
    return said


def mainroom(call: Call, rest: str) -> Reply:
    """Make a group the main one of its unit."""
    group = _group(call, rest, "mainroom")
    unit = units.get(call.session, group.unit_id or 0)
    assert unit is not None
    groups.make_main(call.session, group)
    return Reply("groups/main.j2", {"unit": unit.name, "title": group.title})
