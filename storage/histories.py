"""What became of a member: every change with its day and hand, mergers, and moves between units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlmodel import Column, Field, SQLModel, col, select

from storage.database import Session, Utc
from storage.members import Member


class Happened(StrEnum):
    """What is written into a member's history."""

    ADDED = "added"
    EDITED = "edited"
    IMPORTED = "imported"  # a sheet brought other facts
    MOVED = "moved"  # to another unit
    AWAY = "away"
    LEFT = "left"
    DIED = "died"
    RETURNED = "returned"
    MERGED = "merged"  # two records were taken for one person
    SEPARATED = "separated"


class MemberEvent(SQLModel, table=True):
    """One change. `changes` are the fields, each with its value before and after."""

    __tablename__ = "member_event"
    __table_args__ = (Index("ix_member_event_member_id_id", "member_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(
        sa_column=Column(ForeignKey("member.id", ondelete="CASCADE"), nullable=False)
    )
    kind: str
    changes: dict[str, list[Any]] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )
    reason: str = ""
    by_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    )
    at: datetime = Field(sa_type=Utc)
    undone_at: datetime | None = Field(default=None, sa_type=Utc)


class Merger(SQLModel, table=True):
    """Two records taken for one person: `member_id` goes on, `shadow_id` is kept as it was.

    `taken` is what the first took over: fields with their values before, roles and accounts.
    """

    __table_args__ = (Index("ix_merger_member_id", "member_id"),)
    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(
        sa_column=Column(ForeignKey("member.id", ondelete="CASCADE"), nullable=False)
    )
    shadow_id: int = Field(
        sa_column=Column(ForeignKey("member.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    status: str  # of the shadow before
    taken: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    by_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    )
    at: datetime = Field(sa_type=Utc)
    undone_at: datetime | None = Field(default=None, sa_type=Utc)


class Move(SQLModel, table=True):
    """A member on her way to another unit, whose leader has to say yes."""

    __tablename__ = "member_move"
    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(
        sa_column=Column(ForeignKey("member.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    from_id: int = Field(foreign_key="unit.id")
    to_id: int = Field(foreign_key="unit.id", index=True)
    chat: str  # who asked is told there
    at: datetime = Field(sa_type=Utc)
    decided_at: datetime | None = Field(default=None, sa_type=Utc)
    accepted: bool = False


def note(
    session: Session,
    member_id: int,
    kind: Happened,
    now: datetime,
    *,
    changes: Mapping[str, Sequence[Any]] | None = None,
    reason: str = "",
    by: int | None = None,
) -> MemberEvent:
    """Write one line of a member's history."""
    row = MemberEvent(
        member_id=member_id,
        kind=kind,
        changes={name: list(pair) for name, pair in (changes or {}).items()},
        reason=reason,
        by_id=by,
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def event(session: Session, event_id: int) -> MemberEvent | None:
    """One line of somebody's history."""
    return session.get(MemberEvent, event_id)


def of_member(session: Session, member_id: int, limit: int) -> list[MemberEvent]:
    """A member's history, newest first."""
    return list(
        session.exec(
            select(MemberEvent)
            .where(MemberEvent.member_id == member_id)
            .order_by(col(MemberEvent.id).desc())
            .limit(limit)
        )
    )


def merge(session: Session, row: Merger) -> Merger:
    """Keep a merger; it has its id afterwards."""
    session.add(row)
    session.flush()
    return row


def merger(session: Session, merger_id: int) -> Merger | None:
    """A merger, for nobody else meanwhile."""
    return session.exec(select(Merger).where(Merger.id == merger_id).with_for_update()).first()


def mergers_of(session: Session, member_id: int) -> list[Merger]:
    """Whom a member was taken for the same as, and still is."""
    return list(
        session.exec(
            select(Merger)
            .where(Merger.member_id == member_id, col(Merger.undone_at).is_(None))
            .order_by(col(Merger.id))
        )
    )


def newest_mergers(
    session: Session, unit_ids: Sequence[int], since: datetime, limit: int
) -> list[Merger]:
    """Mergers of members of these units since a moment that stand, newest first."""
    return list(
        session.exec(
            select(Merger)
            .join(Member, col(Member.id) == col(Merger.member_id))
            .where(
                col(Member.unit_id).in_(unit_ids),
                Merger.at >= since,
                col(Merger.undone_at).is_(None),
            )
            .order_by(col(Merger.id).desc())
            .limit(limit)
        )
    )


def shadows(session: Session) -> dict[int, int]:
    """Who is a shadow, and of whom."""
    rows = session.exec(
        select(Merger.shadow_id, Merger.member_id).where(col(Merger.undone_at).is_(None))
    )
    return dict(rows.all())


def ask_move(session: Session, row: Move) -> Move:
    """Keep a wish to move; it has its id afterwards."""
    session.add(row)
    session.flush()
    return row


def move(session: Session, move_id: int) -> Move | None:
    """A wish to move, for nobody else meanwhile."""
    return session.exec(select(Move).where(Move.id == move_id).with_for_update()).first()
