"""Rows of a sheet that nobody could decide but a person: kept until she does."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index
from sqlmodel import Column, Field, SQLModel, col, func, select

from storage.database import Session, Utc


class HeldState(StrEnum):
    """What a person has made of a row."""

    OPEN = "open"
    SAME = "same"  # the member beside it
    OTHER = "other"  # somebody of her own, or several
    DROPPED = "dropped"


class HeldRow(SQLModel, table=True):
    """A row as it would be stored, why it waits, and whom it may be.

    `digest` keeps the same row of the same list from waiting twice.
    """

    __tablename__ = "held_row"
    __table_args__ = (Index("ix_held_row_unit_id_state", "unit_id", "state"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    other_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    )
    digest: str = Field(unique=True)
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    code: str
    args: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    file: str
    line: str
    ground: str
    state: str = HeldState.OPEN
    at: datetime = Field(sa_type=Utc)
    put_off_at: datetime | None = Field(default=None, sa_type=Utc)
    decided_at: datetime | None = Field(default=None, sa_type=Utc)
    by_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("member.id", ondelete="SET NULL"), index=True)
    )


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> int:
    """Keep the rows that do not wait yet and were never decided; how many."""
    if not rows:
        return 0
    digests = [row["digest"] for row in rows]
    known = set(session.exec(select(HeldRow.digest).where(col(HeldRow.digest).in_(digests))).all())
    new = {row["digest"]: HeldRow(**row) for row in rows if row["digest"] not in known}
    session.add_all(new.values())
    session.flush()
    return len(new)


def decided(session: Session, digests: Sequence[str]) -> set[str]:
    """Which of these rows a person has decided."""
    rows = select(HeldRow.digest).where(
        col(HeldRow.digest).in_(digests), HeldRow.state != HeldState.OPEN
    )
    return set(session.exec(rows).all())


def get(session: Session, row_id: int) -> HeldRow | None:
    """A row, for nobody else meanwhile."""
    return session.exec(select(HeldRow).where(HeldRow.id == row_id).with_for_update()).first()


def count(session: Session, unit_ids: Sequence[int]) -> int:
    """How many rows of these units wait."""
    return session.exec(
        select(func.count())
        .select_from(HeldRow)
        .where(col(HeldRow.unit_id).in_(unit_ids), HeldRow.state == HeldState.OPEN)
    ).one()


def waiting(session: Session, unit_ids: Sequence[int], limit: int) -> list[HeldRow]:
    """Rows of these units that wait: those never put off first, then the longest put off."""
    return list(
        session.exec(
            select(HeldRow)
            .where(col(HeldRow.unit_id).in_(unit_ids), HeldRow.state == HeldState.OPEN)
            .order_by(
                col(HeldRow.put_off_at).is_not(None), col(HeldRow.put_off_at), col(HeldRow.id)
            )
            .limit(limit)
        )
    )


def drop_of(session: Session, names: Collection[str], birth: str, phone: str) -> None:
    """Delete rows about somebody, decided or not: by her name, unless another birth stands beside
    it, or by her phone.
    """
    for row in session.exec(select(HeldRow)).all():
        said = row.facts
        hers = said.get("name") in names and said.get("birth", "") in {"", birth}
        if hers or (phone and said.get("phone") == phone):
            session.delete(row)
    session.flush()
