"""Where the answers of people went whom a reorganisation took out of an open roll's unit."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ForeignKey
from sqlmodel import Column, Field, SQLModel, col, select

from storage import rolls
from storage.database import Session
from storage.rolls import Roll

MOVED = "moved"
"""The state of a roll that went into another one as a whole."""


class RollHeir(SQLModel, table=True):
    """For the people of `unit_id` the roll `roll_id` is now `heir_id`."""

    __tablename__ = "roll_heir"
    roll_id: int = Field(
        sa_column=Column(
            ForeignKey("roll.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    unit_id: int = Field(
        sa_column=Column(ForeignKey("unit.id"), primary_key=True, autoincrement=False)
    )
    heir_id: int = Field(
        sa_column=Column(ForeignKey("roll.id", ondelete="CASCADE"), nullable=False, index=True)
    )


def get(session: Session, roll_id: int) -> Roll | None:
    """The roll with this id, or the one into which it went as a whole."""
    roll = rolls.get(session, roll_id)
    return followed(session, roll, [roll.unit_id]) if roll is not None else None


def followed(session: Session, roll: Roll, unit_ids: Sequence[int]) -> Roll:
    """The roll that a line about this one means, said by people of these units; itself unless a
    reorganisation took it, or them, elsewhere.
    """
    seen = set()
    while roll.number not in seen and (roll.state == MOVED or roll.unit_id not in unit_ids):
        seen.add(roll.number)
        query = select(RollHeir.heir_id).where(RollHeir.roll_id == roll.number)
        if roll.state != MOVED:
            query = query.where(col(RollHeir.unit_id).in_(unit_ids))
        heir = session.exec(query.limit(1)).first()
        found = session.get(Roll, heir) if heir is not None else None
        if found is None:
            return roll
        roll = found
    return roll
