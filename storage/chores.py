"""What is done once a day, and when it was last done."""

from __future__ import annotations

from datetime import date

from sqlmodel import Field, SQLModel

from storage.database import Session


class Chore(SQLModel, table=True):
    """A daily chore and the day it was last done."""

    name: str = Field(primary_key=True)
    done_on: date


def is_done(session: Session, name: str, day: date) -> bool:
    """Whether the chore has been done on that day, or later."""
    row = session.get(Chore, name)
    return row is not None and row.done_on >= day


def done(session: Session, name: str, day: date) -> None:
    """Write down that it was done."""
    session.merge(Chore(name=name, done_on=day))


def last_done(session: Session, name: str) -> date | None:
    """The day the chore was last done; None if never."""
    row = session.get(Chore, name)
    return row.done_on if row else None
