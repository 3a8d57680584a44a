"""How often somebody has tried something that must not be tried without end."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel, col, delete, func, select

from storage.database import Session, Utc


class Attempt(SQLModel, table=True):
    """One try."""

    __table_args__ = (Index("ix_attempt_address_kind", "address", "kind"),)
    id: int | None = Field(default=None, primary_key=True)
    address: str
    kind: str
    at: datetime = Field(sa_type=Utc)


def note(session: Session, address: str, kind: str, now: datetime) -> None:
    """Remember a try."""
    session.add(Attempt(address=address, kind=kind, at=now))
    session.flush()


def since(session: Session, address: str, kind: str, moment: datetime) -> int:
    """How many tries there were after a moment; older ones are forgotten."""
    mine = (col(Attempt.address) == address, col(Attempt.kind) == kind)
    session.exec(delete(Attempt).where(*mine, col(Attempt.at) <= moment))
    return session.exec(select(func.count()).select_from(Attempt).where(*mine)).one()


def drop(session: Session, before: datetime) -> None:
    """Forget old tries."""
    session.exec(delete(Attempt).where(col(Attempt.at) < before))
