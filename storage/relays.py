"""Texts a leader passes on by hand, for units no bot can enter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint, bindparam
from sqlmodel import Field, SQLModel, col, func, select

from storage.database import Session, Utc, table
from storage.objects import Objects, find


class Relay(SQLModel, table=True):
    """One text for one unit to pass on, and when its leader said she had."""

    __table_args__ = (UniqueConstraint("unit_id", "subject"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    subject: str  # "directive:12"
    asked_at: datetime = Field(sa_type=Utc)
    reached: int = 0  # how many leaders could be written to
    passed_at: datetime | None = Field(default=None, sa_type=Utc)
    passed_by: int | None = Field(default=None, foreign_key="account.id")


def ensure(session: Session, unit_id: int, subject: str, *, reached: int, now: datetime) -> Relay:
    """The relay of a subject to a unit, made once."""
    row = session.exec(
        select(Relay).where(Relay.unit_id == unit_id, Relay.subject == subject)
    ).first()
    if row is None:
        row = Relay(unit_id=unit_id, subject=subject, asked_at=now, reached=reached)
    row.reached = max(row.reached, reached)
    session.add(row)
    session.flush()
    return row


def get(session: Session, relay_id: int) -> Relay | None:
    """The relay with this id."""
    return find(session, Relay, relay_id)


def about(session: Session, subject: str) -> list[Relay]:
    """Every relay of a subject."""
    return list(
        session.exec(select(Relay).where(Relay.subject == subject).order_by(col(Relay.unit_id)))
    )


def of_unit(session: Session, unit_id: int, subject: str) -> Relay | None:
    """The relay of a subject to a unit, if there is one."""
    query = select(Relay).where(Relay.unit_id == unit_id, Relay.subject == subject)
    return session.exec(query).first()


_RELAY = table(Relay)
_UNPASSED = Objects(
    Relay,
    select(Relay)
    .where(
        _RELAY.c.passed_at.is_(None),
        _RELAY.c.reached > 0,
        _RELAY.c.asked_at >= bindparam("since"),
        _RELAY.c.asked_at <= bindparam("before"),
    )
    .order_by(_RELAY.c.unit_id, _RELAY.c.id),
)


def unpassed(session: Session, since: datetime, before: datetime) -> list[Relay]:
    """What leaders were asked to pass on in a span of time, and have not said they did."""
    return _UNPASSED.all(session, {"since": since, "before": before})


def waiting(session: Session, since: datetime, subject: str = "") -> dict[int, int]:
    """By unit: how many texts of since then, or of a subject, nobody has said she passed on."""
    query = select(Relay.unit_id, func.count()).where(
        col(Relay.passed_at).is_(None), col(Relay.asked_at) >= since
    )
    if subject:
        query = query.where(Relay.subject == subject)
    return dict(session.exec(query.group_by(col(Relay.unit_id))).all())
