"""Channels that are down for a while, and how far their open prompts have been moved elsewhere."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, bindparam, text
from sqlmodel import Column, Field, SQLModel, col, func, select

from storage.database import Session, Utc, table
from storage.objects import Objects, find
from storage.quick import Quick


class DetourState(StrEnum):
    """How far it is."""

    SUSPECTED = "suspected"  # the channel answers nobody; it may be back before `begins_at`
    ON = "on"  # nothing is shown over the channel; what is open goes by other doors
    ENDING = "ending"  # it is back: what is open is being brought back
    OVER = "over"


class Way(StrEnum):
    """How a unit is reached meanwhile."""

    GROUP = "group"  # another of its groups
    TALKS = "talks"  # everybody in private
    RELAY = "relay"  # its leader passes it on, whoever can be asked in private besides
    NONE = "none"  # nobody: what is for it waits


class Detour(SQLModel, table=True):
    """One time that a channel was down. `by` is "operator", who ends it, or "breaker", which does
    so itself; `mail_upto` is the last queued message that was looked at, `mailed_at` when all were.
    """

    __table_args__ = (
        Index(
            "uq_detour_of_channel",
            "channel",
            unique=True,
            sqlite_where=text("state IN ('suspected', 'on')"),
            postgresql_where=text("state IN ('suspected', 'on')"),
        ),
        Index("ix_detour_state", "state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    by: str
    state: str = DetourState.ON
    since: datetime = Field(sa_type=Utc)
    begins_at: datetime = Field(sa_type=Utc)
    until: datetime | None = Field(default=None, sa_type=Utc)
    mail_upto: int = 0
    mailed_at: datetime | None = Field(default=None, sa_type=Utc)
    moved_at: datetime | None = Field(default=None, sa_type=Utc)
    back_at: datetime | None = Field(default=None, sa_type=Utc)


class DetourUnit(SQLModel, table=True):
    """One unit's part: how it is reached meanwhile, and whether its groups have been brought up to
    date since.
    """

    __tablename__ = "detour_unit"
    detour_id: int = Field(
        sa_column=Column(ForeignKey("detour.id", ondelete="CASCADE"), primary_key=True)
    )
    unit_id: int = Field(foreign_key="unit.id", primary_key=True)
    way: str
    prompts: int = 0  # how much was open
    asked: int = 0  # how many private talks were written to
    back_at: datetime | None = Field(default=None, sa_type=Utc)


_DETOUR = table(Detour)
_CLOSED = Quick(select(_DETOUR.c.channel).where(_DETOUR.c.state == DetourState.ON))


def channel_of(address: str) -> str:
    """The channel of an address: all but its last part."""
    return address.rpartition(":")[0]


def closed(session: Session) -> frozenset[str]:
    """The channels over which nothing is shown now; asked at every event, so once a session."""
    found: frozenset[str] | None = session.info.get("closed")
    if found is None:
        found = frozenset(row[0] for row in _CLOSED.rows(session, {}))
        session.info["closed"] = found
    return found


_HELD = Quick(
    select(_DETOUR.c.channel).where(
        (_DETOUR.c.state == DetourState.ENDING)
        | ((_DETOUR.c.state == DetourState.ON) & (_DETOUR.c.by == "operator"))
    )
)


def held(session: Session) -> frozenset[str]:
    """The channels over which nothing is sent: an operator said so, or what waits for them is just
    being brought up to date. One the breaker has closed still sends now and then, to see.
    """
    return frozenset(_HELD.column(session, {}))


def change(session: Session, detour: Detour, state: DetourState) -> Detour:
    """Go on to another state."""
    detour.state = state
    session.add(detour)
    session.flush()
    session.info.pop("closed", None)
    return detour


def get(session: Session, detour_id: int) -> Detour | None:
    """The detour with this id."""
    return find(session, Detour, detour_id)


_STANDING = Objects(
    Detour,
    select(Detour).where(
        _DETOUR.c.channel == bindparam("channel"),
        (_DETOUR.c.state == DetourState.SUSPECTED) | (_DETOUR.c.state == DetourState.ON),
    ),
)


def standing(session: Session, channel: str) -> Detour | None:
    """What is known of a channel that is down, or thought to be."""
    return _STANDING.first(session, {"channel": channel})


_DUE = Quick(
    select(_DETOUR.c.id)
    .where(
        ((_DETOUR.c.state == DetourState.SUSPECTED) & (_DETOUR.c.begins_at <= bindparam("now")))
        | ((_DETOUR.c.state == DetourState.ON) & _DETOUR.c.moved_at.is_(None))
        | (_DETOUR.c.state == DetourState.ENDING)
    )
    .order_by(_DETOUR.c.id)
)


def due(session: Session, now: datetime) -> list[int]:
    """Detours that begin now, or in which units still wait to be moved, or to be brought back."""
    return _DUE.column(session, {"now": now})


_UNMAILED = Quick(
    select(_DETOUR.c.id).where(_DETOUR.c.state == DetourState.ON, _DETOUR.c.mailed_at.is_(None))
)


def unmailed(session: Session) -> list[int]:
    """Detours in which queued messages have not all been looked at."""
    return _UNMAILED.column(session, {})


def ending(session: Session, channel: str) -> list[Detour]:
    """Those of a channel that are just ending."""
    query = select(Detour).where(Detour.channel == channel, Detour.state == DetourState.ENDING)
    return list(session.exec(query))


def all_standing(session: Session) -> list[Detour]:
    """Every channel that is down, or thought to be."""
    states = [DetourState.SUSPECTED, DetourState.ON]
    query = select(Detour).where(col(Detour.state).in_(states))
    return list(session.exec(query.order_by(col(Detour.channel))))


def parts(session: Session, detour_id: int) -> list[DetourUnit]:
    """Every unit's part so far."""
    query = select(DetourUnit).where(DetourUnit.detour_id == detour_id)
    return list(session.exec(query.order_by(col(DetourUnit.unit_id))))


def last_unit(session: Session, detour_id: int) -> int:
    """The unit with the highest id that has a part; they are moved in this order."""
    query = select(func.max(DetourUnit.unit_id)).where(DetourUnit.detour_id == detour_id)
    return session.exec(query).one() or 0
