"""What is wrong with the machine or the program, and when people were last told."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel, col, func, select

from storage.database import Session, Utc
from storage.inbox import Inbox, InboxState


class Alarm(SQLModel, table=True):
    """One kind of trouble, and when people were last told of it."""

    kind: str = Field(primary_key=True)
    told_at: datetime = Field(sa_type=Utc)


def told_at(session: Session, kind: str) -> datetime | None:
    """When people were last told of this kind; None if never."""
    row = session.get(Alarm, kind)
    return row.told_at if row else None


def note_told(session: Session, kind: str, now: datetime) -> None:
    """Write down that they have been told."""
    session.merge(Alarm(kind=kind, told_at=now))


def not_worked(session: Session, since: datetime | None) -> int:
    """Events that could not be read or worked, and came in after a moment."""
    query = select(func.count()).where(
        col(Inbox.state).in_([InboxState.SET_ASIDE, InboxState.FAILED])
    )
    if since is not None:
        query = query.where(col(Inbox.received_at) > since)
    return session.exec(query).one()


def first_event(session: Session) -> datetime | None:
    """When the union's first event came in."""
    return session.exec(select(Inbox.received_at).order_by(col(Inbox.id))).first()
