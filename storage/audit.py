"""Who saw or changed whose data: rows that the database itself lets nobody change or delete.

Triggers (migration `privacy`) refuse both on SQLite and on PostgreSQL; only what is older than
`KEEP_DAYS` may go. Rows hold numbers, never names, so that they may outlive an erasure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Index, func, insert, or_, type_coerce
from sqlmodel import Field, SQLModel, col, delete, select

from storage.database import Session, Utc, dialect

KEEP_DAYS = 1095
"""Three years: how long a complaint or a fine may follow; the triggers know it too."""


class Deed(StrEnum):
    """What was done with somebody's data."""

    FOUND = "found"  # her name came up in a search
    CARD = "card"
    LIST = "list"  # names of a whole unit were shown or sent
    EXPORT = "export"
    IMPORT = "import"
    CHANGED = "changed"
    CONSENT = "consent"
    ERASED = "erased"


class Access(SQLModel, table=True):
    """One deed. Without a member it was about everybody of a unit and below: `people` of them.

    `account_id` and `actor_id` (a member) are who did it; both empty is the operator, on the
    command line. `detail` names fields or lists, in code words. No foreign keys: the people may go.
    """

    __tablename__ = "data_access"
    __table_args__ = (
        Index("ix_data_access_member_id_id", "member_id", "id"),
        Index("ix_data_access_unit_id_id", "unit_id", "id"),
        Index("ix_data_access_at", "at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Utc)
    deed: str
    account_id: int | None = None
    actor_id: int | None = None
    unit_id: int | None = None
    member_id: int | None = None
    people: int = 1
    detail: str = ""


def note(
    session: Session,
    deed: Deed,
    *,
    at: datetime,
    account_id: int | None,
    actor_id: int | None,
    about: Sequence[tuple[int, int]] = (),
    unit_id: int | None = None,
    people: int = 0,
    detail: str = "",
) -> None:
    """Write down a deed: about each (member, unit) of `about`, or else about a whole unit."""
    shared = {
        "at": at,
        "deed": deed,
        "account_id": account_id,
        "actor_id": actor_id,
        "detail": detail,
    }
    if unit_id is not None:
        rows = [{**shared, "unit_id": unit_id, "member_id": None, "people": people}]
    else:
        rows = [{**shared, "unit_id": unit, "member_id": m, "people": 1} for m, unit in about]
    if rows:
        session.execute(insert(Access), rows)


def about(
    session: Session, member_id: int, unit_ids: Sequence[int], since: datetime, limit: int
) -> list[Access]:
    """Deeds about a person, or about all of one of these units (her own and those above), newest
    first. `since` is when she came into the register: an id may have been another's before.
    """
    whole = col(Access.member_id).is_(None) & col(Access.unit_id).in_(unit_ids)
    return list(
        session.exec(
            select(Access)
            .where(or_(col(Access.member_id) == member_id, whole), col(Access.at) >= since)
            .order_by(col(Access.id).desc())
            .limit(limit)
        )
    )


def within(
    session: Session,
    unit_ids: Sequence[int],
    limit: int | None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Access]:
    """Deeds about people of these units, newest first."""
    query = select(Access).where(col(Access.unit_id).in_(unit_ids)).order_by(col(Access.id).desc())
    if since is not None:
        query = query.where(col(Access.at) >= since)
    if until is not None:
        query = query.where(col(Access.at) < until)
    return list(session.exec(query.limit(limit) if limit is not None else query))


def drop_old(session: Session, before: datetime) -> int:
    """Delete what is old by this clock and by the database's own, which the triggers go by; how
    many.
    """
    theirs: Any = func.now() - timedelta(days=KEEP_DAYS)
    if dialect(session) == "sqlite":
        theirs = func.datetime("now", f"-{KEEP_DAYS} days")
    old = (col(Access.at) < before, type_coerce(col(Access.at), DateTime) < theirs)
    return int(session.exec(delete(Access).where(*old)).rowcount)
