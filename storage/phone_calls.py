"""Who telephones whom of those that have not answered a roll, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey, bindparam
from sqlmodel import Field, SQLModel, col, select

from storage.database import Session, Utc, table
from storage.members import Member
from storage.quick import Quick
from storage.rolls import Roll, RollState


class PhoneCall(SQLModel, table=True):
    """Somebody has taken it upon herself to call a member; `result` is "" until she has."""

    __tablename__ = "roll_phone_call"
    roll_id: int = Field(
        sa_column=Column(
            ForeignKey("roll.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    member_id: int = Field(foreign_key="member.id", primary_key=True, index=True)
    caller_id: int | None = Field(default=None, foreign_key="member.id")
    taken_at: datetime = Field(sa_type=Utc)
    result: str = ""
    called_at: datetime | None = Field(default=None, sa_type=Utc)


def get(session: Session, roll_id: int, member_id: int) -> PhoneCall | None:
    """Who calls this member, and what came of it; None while nobody does."""
    return session.get(PhoneCall, (roll_id, member_id))


def of_roll(session: Session, roll_id: int) -> dict[int, PhoneCall]:
    """All calls of a roll, by the member called."""
    found = session.exec(select(PhoneCall).where(PhoneCall.roll_id == roll_id))
    return {call.member_id: call for call in found}


def take(
    session: Session, roll_id: int, member_ids: Sequence[int], caller_id: int | None, now: datetime
) -> int:
    """Let somebody call those of these people whom nobody calls yet; how many that were."""
    taken = of_roll(session, roll_id)
    fresh = [member_id for member_id in member_ids if member_id not in taken]
    session.add_all(
        PhoneCall(roll_id=roll_id, member_id=member_id, caller_id=caller_id, taken_at=now)
        for member_id in fresh
    )
    session.flush()
    return len(fresh)


def let_go(session: Session, call: PhoneCall) -> None:
    """Nobody calls her any more."""
    session.delete(call)
    session.flush()


def callers(session: Session, roll_id: int) -> dict[int, str]:
    """The names of those who call, by their member id."""
    rows = session.exec(
        select(Member.id, Member.name)
        .join(PhoneCall, col(PhoneCall.caller_id) == Member.id)
        .where(PhoneCall.roll_id == roll_id)
        .distinct()
    )
    return {member_id: name for member_id, name in rows if member_id is not None}


_ROLL = table(Roll).c
_DUE = Quick(
    select(_ROLL.id)
    .where(
        _ROLL.chased.is_(False),
        _ROLL.answer_by <= bindparam("before"),
        _ROLL.state == RollState.OPEN,
    )
    .order_by(_ROLL.answer_by)
    .limit(bindparam("most"))
)


def due(session: Session, before: datetime, limit: int) -> list[int]:
    """Open rolls whose deadline has passed, of which the leader has not been told."""
    return _DUE.column(session, {"before": before, "most": limit})
