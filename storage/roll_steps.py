"""What was done to a roll, as it was written down."""

from __future__ import annotations

from sqlmodel import col, select

from storage.database import Session
from storage.rolls import RollStep


def steps(session: Session, roll_id: int) -> list[RollStep]:
    """All that was done to a roll, in order."""
    return list(
        session.exec(select(RollStep).where(RollStep.roll_id == roll_id).order_by(col(RollStep.id)))
    )


def closings(session: Session, roll_id: int) -> list[RollStep]:
    """Every close of a roll, in order."""
    return [step for step in steps(session, roll_id) if step.what == "closed"]
