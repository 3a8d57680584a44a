"""What is done once a day, and when it was last done."""

from __future__ import annotations

from datetime import date

from sqlalchemy import bindparam
from sqlmodel import Field, SQLModel, select

from storage.database import Session, table
from storage.quick import Quick


class Chore(SQLModel, table=True):
    """A daily chore and the day it was last done."""

    name: str = Field(primary_key=True)
    done_on: date


_CHORE = table(Chore).c
_DONE_ON = Quick(select(_CHORE.done_on).where(_CHORE.name == bindparam("name")))


def is_done(session: Session, name: str, day: date) -> bool:
    """Whether the chore has been done on that day, or later."""
    done_on = _DONE_ON.scalar(session, {"name": name})
    return done_on is not None and done_on >= day


def done(session: Session, name: str, day: date) -> None:
    """Write down that it was done."""
    session.merge(Chore(name=name, done_on=day))


def last_done(session: Session, name: str) -> date | None:
    """The day the chore was last done; None if never."""
    row = session.get(Chore, name)
    return row.done_on if row else None
