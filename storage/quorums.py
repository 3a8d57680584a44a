"""How many must be there for a vote to count, by each unit's own rule."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field, SQLModel

from storage import units
from storage.database import Session
from storage.objects import find


class QuorumRule(SQLModel, table=True):
    """The rule of a unit and of those below it that have none of their own."""

    __tablename__ = "quorum_rule"
    unit_id: int = Field(
        sa_column=Column(
            ForeignKey("unit.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    share: str


def of_unit(session: Session, unit_id: int) -> str:
    """The rule that a unit falls under: its own, else that of the nearest above; "" for none."""
    rules = (find(session, QuorumRule, above) for above in units.lineage(session, unit_id))
    return next((rule.share for rule in rules if rule is not None), "")


def set_rule(session: Session, unit_id: int, share: str) -> None:
    """Give a unit a rule of its own."""
    session.merge(QuorumRule(unit_id=unit_id, share=share))
