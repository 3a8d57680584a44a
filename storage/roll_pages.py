"""Pages of one roll that a leader opens: the screen at the door, and her list for a hall without
signal; and what was sent from such a list.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlmodel import Column, Field, SQLModel, col, delete, select, update

from storage.database import Session, Utc, inserting, table
from storage.passes import digest
from storage.quick import Quick


class PageKind(StrEnum):
    """What a link opens."""

    SCREEN = "screen"
    LIST = "list"


class RollPage(SQLModel, table=True):
    """A link a leader was given; of its token a digest is kept."""

    __tablename__ = "roll_page"
    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(unique=True)
    kind: str
    roll_id: int = Field(
        sa_column=Column(ForeignKey("roll.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    account_id: int = Field(
        sa_column=Column(ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    created_at: datetime = Field(sa_type=Utc)
    expires_at: datetime = Field(sa_type=Utc, index=True)
    revoked_at: datetime | None = Field(default=None, sa_type=Utc)


class RollTick(SQLModel, table=True):
    """The key a telephone gave to one tick: what is sent twice is taken once."""

    __tablename__ = "roll_tick"
    roll_id: int = Field(
        sa_column=Column(ForeignKey("roll.id", ondelete="CASCADE"), primary_key=True)
    )
    key: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Utc, index=True)


def add(
    session: Session,
    token: str,
    kind: PageKind,
    *,
    roll_id: int,
    account_id: int,
    now: datetime,
    expires_at: datetime,
) -> RollPage:
    """A new link."""
    row = RollPage(
        digest=digest(token),
        kind=kind,
        roll_id=roll_id,
        account_id=account_id,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row


def by_token(session: Session, token: str) -> RollPage | None:
    """The link with this token, whatever its state."""
    return session.exec(select(RollPage).where(RollPage.digest == digest(token))).first()


def get(session: Session, page_id: int) -> RollPage | None:
    """The link with this id."""
    return session.get(RollPage, page_id)


def revoke(session: Session, roll_id: int, now: datetime) -> int:
    """No link to a page of this roll opens anything any more; how many there were."""
    standing = (
        col(RollPage.roll_id) == roll_id,
        col(RollPage.revoked_at).is_(None),
        col(RollPage.expires_at) > now,
    )
    return session.exec(update(RollPage).where(*standing).values(revoked_at=now)).rowcount


_TAKE = Quick(
    lambda name: inserting(table(RollTick), name).on_conflict_do_nothing(),
    writes=("roll_id", "key", "at"),
)


def take(session: Session, roll_id: int, key: str, now: datetime) -> bool:
    """Whether this tick is here for the first time; the next time it is not."""
    return _TAKE.count(session, {"roll_id": roll_id, "key": key, "at": now}) == 1


def drop_old(session: Session, before: datetime) -> None:
    """Forget links that ran out, and ticks that were sent, before a moment."""
    session.exec(delete(RollPage).where(col(RollPage.expires_at) < before))
    session.exec(delete(RollTick).where(col(RollTick.at) < before))
