"""Chat groups and the units they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, bindparam
from sqlmodel import Field, SQLModel, col, select

from storage import detours, mail
from storage.database import Session, Utc, table
from storage.objects import find
from storage.quick import Quick


class GroupState(StrEnum):
    """Whether the bot can speak in a group."""

    ACTIVE = "active"
    GONE = "gone"  # removed, or the group is deleted
    RELAY = "relay"  # the bot's plan has no room for it: the leader passes on what is for it


class Group(SQLModel, table=True):
    """A chat group the bot has seen; bound to a unit once `/ketnoi` was given."""

    __tablename__ = "chat_group"
    __table_args__ = (Index("ix_chat_group_unit_id", "unit_id"),)
    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True)
    title: str = ""
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    main: bool = False
    hears_all: bool | None = None
    state: str = GroupState.ACTIVE
    added_by: str = ""  # address of whoever let the bot in
    bound_by: int | None = Field(default=None, foreign_key="account.id")
    bound_at: datetime | None = Field(default=None, sa_type=Utc)
    seen_at: datetime = Field(sa_type=Utc)


_GROUP = table(Group)
_AT = Quick(select(_GROUP.c.id).where(_GROUP.c.address == bindparam("address")))


def by_address(session: Session, address: str) -> Group | None:
    """The group of an address. Asked at every event, so one that is loaded is not looked for."""
    loaded: dict[str, Group] = session.info.setdefault("groups", {})
    group = loaded.get(address)
    if group is not None and group in session and group.address == address:
        return group
    found = _AT.scalar(session, {"address": address})
    group = find(session, Group, found) if found is not None else None
    if group is not None:
        loaded[address] = group
    return group


def load(session: Session, addresses: Sequence[str]) -> list[Group]:
    """Load the groups of these addresses at once."""
    found = list(session.exec(select(Group).where(col(Group.address).in_(addresses))))
    session.info.setdefault("groups", {}).update({group.address: group for group in found})
    return found


def load_of(session: Session, unit_ids: Sequence[int]) -> None:
    """Load the groups of these units at once, so that asking for each costs little."""
    found = session.exec(select(Group).where(col(Group.unit_id).in_(unit_ids)))
    session.info.setdefault("groups", {}).update({group.address: group for group in found})


def get(session: Session, group_id: int) -> Group | None:
    """The group with this id."""
    return session.get(Group, group_id)


_SERVED = Quick(
    select(_GROUP.c.id)
    .where(_GROUP.c.unit_id == bindparam("unit"), _GROUP.c.state != GroupState.GONE)
    .order_by(_GROUP.c.main.desc(), _GROUP.c.id)
)
_OF_UNIT = Quick(
    select(_GROUP.c.id)
    .where(_GROUP.c.unit_id == bindparam("unit"), _GROUP.c.state == GroupState.ACTIVE)
    .order_by(_GROUP.c.main.desc(), _GROUP.c.id)
)


def of_unit(session: Session, unit_id: int, *, closed_too: bool = False) -> list[Group]:
    """The groups of a unit the bot can speak in, main one first; those whose channel is down only
    if they are asked for.
    """
    closed = frozenset() if closed_too else detours.closed(session)
    found = (find(session, Group, row[0]) for row in _OF_UNIT.rows(session, {"unit": unit_id}))
    return [
        group
        for group in found
        if group is not None and detours.channel_of(group.address) not in closed
    ]


def on_relay(session: Session, unit_id: int) -> list[Group]:
    """The groups of a unit the plan has no room for, or whose channel is down: its leader passes on
    what they are to see.
    """
    closed = detours.closed(session)
    found = (find(session, Group, row[0]) for row in _SERVED.rows(session, {"unit": unit_id}))
    return [
        group
        for group in found
        if group is not None
        and (group.state == GroupState.RELAY or detours.channel_of(group.address) in closed)
    ]


def units_of(session: Session, channel: str) -> list[int]:
    """The units with a bound group of a channel the bot sits in."""
    query = select(Group.unit_id).where(*_on(channel)).distinct()
    return [unit_id for unit_id in session.exec(query) if unit_id is not None]


def of_channel(
    session: Session, channel: str, unit_ids: Sequence[int] | None = None
) -> list[Group]:
    """The bound groups of a channel the bot sits in, in the order of their units; of these units
    only, if they are named.
    """
    query = select(Group).where(*_on(channel))
    if unit_ids is not None:
        query = query.where(col(Group.unit_id).in_(unit_ids))
    return list(session.exec(query.order_by(col(Group.unit_id), col(Group.id))))


def _on(channel: str) -> tuple[Any, ...]:
    address = col(Group.address)
    return (
        address.startswith(f"{channel}:", autoescape=True),
        ~address.like(f"{channel}:%:%"),  # `zalo_bot:2:x` is one of `zalo_bot:2`
        Group.state == GroupState.ACTIVE,
        col(Group.unit_id).is_not(None),
    )


def unbound(session: Session, added_by: str = "", limit: int = 10) -> list[Group]:
    """Groups the bot sits in that belong to no unit yet, the newest first."""
    query = select(Group).where(col(Group.unit_id).is_(None), Group.state == GroupState.ACTIVE)
    if added_by:
        query = query.where(Group.added_by == added_by)
    return list(session.exec(query.order_by(col(Group.id).desc()).limit(limit)))


def make_main(session: Session, group: Group) -> None:
    """The main group of its unit, in place of the one before."""
    for other in session.exec(select(Group).where(Group.unit_id == group.unit_id)):
        other.main = other.id == group.id
        session.add(other)


def unbind(session: Session, group: Group) -> None:
    """A group belongs to no unit any more; the unit's next group becomes the main one."""
    unit_id, was_main = group.unit_id, group.main
    group.unit_id, group.main, group.bound_by, group.bound_at = None, False, None, None
    session.add(group)
    session.flush()
    others = of_unit(session, unit_id, closed_too=True) if unit_id is not None else []
    if was_main and others:
        make_main(session, others[0])


def ensure(session: Session, *, address: str, title: str, now: datetime) -> Group:
    """The group of an address, made on first sight."""
    group = by_address(session, address)
    if group is None:
        group = Group(address=address, title=title, seen_at=now)
        session.add(group)
    elif title and title != group.title:
        group.title = title
        session.add(group)
    session.flush()
    return group


def move(session: Session, old: str, new: str) -> Group | None:
    """A group became a supergroup: same group, new address, and its queued mail with it.

    The new address may have been seen first, as a group of no unit: then that row gives way.
    """
    group, seen = by_address(session, old), by_address(session, new)
    if group is seen:
        return group
    if group is not None and seen is not None and seen.unit_id is None:
        session.delete(seen)
        session.flush()
        seen = None
    if group is not None and seen is None:
        group.address, group.state = new, GroupState.ACTIVE
        session.add(group)
        session.flush()
    mail.readdress(session, old, new)
    return group
