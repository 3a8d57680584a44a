"""Who has paid her dues: ticks of the branch's leader, seen by her alone; no sums of money."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlmodel import Column, Field, SQLModel, col, delete, select

from storage.database import Session, Utc


class DuesTick(SQLModel, table=True):
    """One member has paid for one year."""

    __tablename__ = "dues_tick"
    __table_args__ = (Index("ix_dues_tick_unit_id_year", "unit_id", "year"),)
    member_id: int = Field(
        sa_column=Column(
            ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    unit_id: int = Field(foreign_key="unit.id")
    at: datetime = Field(sa_type=Utc)


def paid(session: Session, unit_id: int, year: int) -> set[int]:
    """Who of a unit has paid for a year."""
    rows = select(DuesTick.member_id).where(DuesTick.unit_id == unit_id, DuesTick.year == year)
    return set(session.exec(rows).all())


def tick(
    session: Session, unit_id: int, year: int, member_ids: Sequence[int], now: datetime
) -> list[int]:
    """These have paid; those of whom it was not known yet."""
    known = set(
        session.exec(
            select(DuesTick.member_id).where(
                DuesTick.year == year, col(DuesTick.member_id).in_(member_ids)
            )
        )
    )
    new = [member for member in dict.fromkeys(member_ids) if member not in known]
    session.add_all(
        DuesTick(member_id=member, year=year, unit_id=unit_id, at=now) for member in new
    )
    session.flush()
    return new


def untick(session: Session, unit_id: int, year: int, member_ids: Sequence[int]) -> int:
    """These have not paid after all; how many were ticked."""
    done = session.exec(
        delete(DuesTick).where(
            col(DuesTick.unit_id) == unit_id,
            col(DuesTick.year) == year,
            col(DuesTick.member_id).in_(member_ids),
        )
    )
    return int(done.rowcount)
