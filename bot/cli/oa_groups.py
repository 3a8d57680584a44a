"""`chihoi channel oa groups`, `create`, `bind` and `invite`: groups the account owns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.errors import CommandError
from bot.cli.oa_desk import Desk
from bot.cli.oa_desk import desk as opened_desk

if TYPE_CHECKING:
    from bot.channels.zalo_oa_rooms import OaRoom, OaRooms
    from handlers.chat import Replies
    from storage.database import Session
    from storage.groups import Group
    from storage.units import Unit

Code = Annotated[str, typer.Argument(help="Code of the unit, such as P5-K8")]


def groups() -> None:
    """List the account's groups and their units; unknown ones can be bound from then on."""
    from storage.database import begin  # noqa: PLC0415

    with opened_desk() as desk:
        found = desk.ask(desk.rooms.all)
        with begin(desk.engine) as session:
            for room in found:
                print(f"{room.id}  {room.name}  {_unit_name(session, _known(session, room))}")
    if not found:
        print("the account has no group; see `chihoi channel oa create --help`")


def _unit_name(session: Session, group: Group) -> str:
    from storage import units  # noqa: PLC0415

    unit = units.get(session, group.unit_id) if group.unit_id is not None else None
    return unit.code if unit else "(bound to no unit)"


def _known(session: Session, room: OaRoom) -> Group:
    """The group's row, made on first sight."""
    from bot.channels.zalo_oa import NAME  # noqa: PLC0415
    from bot.channels.zalo_oa_events import GROUP  # noqa: PLC0415
    from bot.clock import SystemClock  # noqa: PLC0415
    from storage import groups as stored  # noqa: PLC0415

    group = stored.ensure(
        session, address=f"{NAME}:{GROUP}{room.id}", title=room.name, now=SystemClock().now()
    )
    group.hears_all = True
    session.add(group)
    session.flush()
    return group


def _unit(session: Session, code: str) -> Unit:
    from storage import units  # noqa: PLC0415

    unit = units.by_code(session, code)
    if unit is None:
        raise CommandError(f"there is no unit {code}")
    return unit


def bind(
    group_id: Annotated[str, typer.Argument(help="As `chihoi channel oa groups` lists it")],
    code: Code,
) -> None:
    """Bind one of the account's groups to a unit."""
    with opened_desk() as desk:
        found = desk.ask(desk.rooms.all)
        room = next((room for room in found if room.id == group_id), None)
        if room is None:
            raise CommandError(f"the account has no group {group_id}")
        _bind(desk, room, code)


def _bind(desk: Desk, room: OaRoom, code: str) -> None:
    from handlers.groups import bind_to  # noqa: PLC0415
    from storage.database import begin  # noqa: PLC0415

    with begin(desk.engine) as session:
        unit, group = _unit(session, code), _known(session, room)
        if group.unit_id is not None:
            raise CommandError(f"it is bound already, to {_unit_name(session, group)}")
        _tell(desk, session, lambda moment: bind_to(moment, group, unit), f"bind:{room.id}")
        print(f"{room.id} is bound to {unit.code} {unit.name}")


def _tell(desk: Desk, session: Session, replies: Callable[..., Replies], origin: str) -> None:
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.dispatch import Dispatcher  # noqa: PLC0415
    from handlers.chat import Moment  # noqa: PLC0415

    now = SystemClock().now()
    served = Dispatcher(desk.engine, {desk.channel.name: desk.channel}, desk.settings.public_url)
    told = replies(Moment(session, now, served.links()))
    served.say(session, told, now=now, origin=f"oa:{origin}:{now.timestamp():.0f}")


def create(
    code: Code,
    name: Annotated[str, typer.Option(help="What the group is called")],
    admin: Annotated[
        list[str], typer.Option(help="Id of an admin of the account, see `people`; may be repeated")
    ],
) -> None:
    """Make a group for a unit, with everybody of it who is known on the account, and bind it."""
    from bot.channels.zalo_oa_rooms import MOST_INVITED, OaRoom  # noqa: PLC0415
    from storage.database import reading  # noqa: PLC0415

    with opened_desk() as desk:
        with reading(desk.engine) as session:
            members = [id_ for id_ in _ids(session, _unit(session, code)) if id_ not in admin]
        chosen = [*admin, *members][:MOST_INVITED]
        asset = _free_asset(desk, len(chosen))
        made, link = desk.ask(lambda: desk.rooms.create(name, asset, chosen))
        print(f"made {made} with {len(chosen)} people; others come in by {link or 'invitation'}")
        _bind(desk, OaRoom(made, name), code)


def _free_asset(desk: Desk, size: int) -> str:
    """The smallest place that is free and has room; else any that is free."""
    from bot.channels.zalo_oa_rooms import KINDS  # noqa: PLC0415

    free = [asset for asset in desk.ask(desk.rooms.assets) if asset.is_free]
    if not free:
        raise CommandError("no package with a free place for a group: buy one in Zalo's OA Manager")
    large = [asset for asset in free if KINDS[asset.kind] >= size]
    return (large or free)[0].id


def _ids(session: Session, unit: Unit) -> list[str]:
    """The ids on the account of those members of a unit who are known there."""
    from bot.channels.zalo_oa import NAME  # noqa: PLC0415
    from storage import accounts, members  # noqa: PLC0415
    from storage.detours import channel_of  # noqa: PLC0415

    people = [member.id for member in members.of_unit(session, unit.id or 0) if member.id]
    doors = accounts.reachable(session, people)
    talks = dict.fromkeys(chat for chats in doors.values() for chat in chats)
    return [chat.rpartition(":")[2] for chat in talks if channel_of(chat) == NAME]


def invite(code: Code) -> None:
    """Invite into a unit's groups everybody of it who is known on the account and not in them."""
    from bot.channels.zalo_oa import NAME  # noqa: PLC0415
    from bot.channels.zalo_oa_events import GROUP  # noqa: PLC0415
    from storage import groups as stored  # noqa: PLC0415
    from storage.database import reading  # noqa: PLC0415

    with opened_desk() as desk:
        with reading(desk.engine) as session:
            unit = _unit(session, code)
            known, found = _ids(session, unit), stored.of_unit(session, unit.id or 0)
            start = f"{NAME}:{GROUP}"
            ours = [g.address.removeprefix(start) for g in found if g.address.startswith(start)]
        if not ours:
            raise CommandError(f"{code} has no group of the account's")
        for group_id in ours:
            new, inside = desk.ask(partial(_fill, desk.rooms, group_id, known))
            print(f"{group_id}: invited {new}, {inside} are in it")


async def _fill(rooms: OaRooms, group_id: str, known: list[str]) -> tuple[int, int]:
    """How many were invited, and how many are in the group."""
    inside = set(await rooms.members(group_id))
    new = [id_ for id_ in known if id_ not in inside]
    await rooms.invite(group_id, new)
    return len(new), len(inside)
