"""How many must be there for a vote to count, by each unit's own rule."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field, SQLModel, col, select

from storage import units
from storage.database import Session


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
    line = units.lineage(session, unit_id)
    found = session.exec(select(QuorumRule).where(col(QuorumRule.unit_id).in_(line)))
    rules = {rule.unit_id: rule.share for rule in found}
    return next((rules[above] for above in line if above in rules), "")


def set_rule(session: Session, unit_id: int, share: str) -> None:
    """Give a unit a rule of its own."""
    session.merge(QuorumRule(unit_id=unit_id, share=share))
