"""What came in: stored before it is acknowledged, kept by its key for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import Index, UniqueConstraint, bindparam
from sqlmodel import Field, SQLModel, select, update

from storage.database import Connection, Session, Utc, dialect, inserting, table
from storage.quick import Quick, filled, slots


class InboxState(StrEnum):
    """How far an event has come."""

    NEW = "new"
    WORKED = "worked"
    FAILED = "failed"  # a bug: rolled back, kept for a person to look at
    SET_ASIDE = "set_aside"  # could not even be read


class Inbox(SQLModel, table=True):
    """An event, stored before it is acknowledged; its key stays for ever."""

    __table_args__ = (
        UniqueConstraint("channel", "event_id"),
        Index("ix_inbox_state_id", "state", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    channel: str
    event_id: str
    chat: str = ""
    body: str = ""
    received_at: datetime = Field(sa_type=Utc)
    state: str = InboxState.NEW
    worked_at: datetime | None = Field(default=None, sa_type=Utc)
    note: str = ""


_INBOX = table(Inbox)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event to work."""

    id: int
    channel: str
    body: str
    received_at: datetime


@lru_cache
def _receive(name: str) -> Any:
    known = ["channel", "event_id"]
    return inserting(_INBOX, name).on_conflict_do_nothing(index_elements=known)


def receive(session: Session, rows: Sequence[Mapping[str, Any]]) -> int:
    """Store events not seen before, all in one statement; how many those were. A repeat leaves
    nothing. Each row has the columns channel, event_id, chat, body and received_at.
    """
    if not rows:
        return 0
    values = [{"state": InboxState.NEW, "note": "", **row} for row in rows]
    done: Any = session.connection().execute(_receive(dialect(session)), values)
    return int(done.rowcount)


@lru_cache
def _waiting(channels: int, skip: int, only: int | None) -> Quick:
    """Of so many channels, leaving out so many chats, or of so many chats."""
    chat = _INBOX.c.chat
    query = select(_INBOX.c.id, _INBOX.c.channel, _INBOX.c.body, _INBOX.c.received_at)
    query = query.where(
        _INBOX.c.state == InboxState.NEW, _INBOX.c.channel.in_(slots("channel", channels))
    )
    if skip:
        query = query.where(chat.not_in(slots("skip", skip)))
    if only is not None:
        query = query.where(chat.in_(slots("only", only)))
    return Quick(query.order_by(_INBOX.c.id).limit(bindparam("most")))


def waiting(
    session: Session,
    channels: Sequence[str],
    limit: int,
    skip: Sequence[str] = (),
    only: Sequence[str] | None = None,
) -> list[Waiting]:
    """Events of these channels to work, oldest first, leaving out the chats in `skip`, or
    of the chats in `only`.
    """
    if not channels or only == []:
        return []
    query = _waiting(len(channels), len(skip), None if only is None else len(only))
    values = filled("channel", channels) | filled("skip", skip) | filled("only", only or ())
    return [Waiting(*row) for row in query.rows(session, {**values, "most": limit})]


def waits_more_than(session: Session, most: int) -> bool:
    """Whether more events than this wait to be worked."""
    query = select(_INBOX.c.id).where(_INBOX.c.state == InboxState.NEW)
    return session.exec(query.order_by(_INBOX.c.id).offset(most).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Ending:
    """How an event ended; `forget` drops its words at once, `scrub` from the log as well."""

    event: int
    state: InboxState
    note: str = ""
    forget: bool = False
    scrub: bool = False


_CLOSE = (
    update(_INBOX)
    .where(_INBOX.c.id == bindparam("event"))
    .values(state=bindparam("ended"), worked_at=bindparam("at"), note=bindparam("why"))
)
_FORGET = _CLOSE.values(body="")


def close(connection: Connection, endings: Sequence[Ending], now: datetime) -> None:
    """Write down how events ended, all in two statements."""
    for statement, forget in ((_CLOSE, False), (_FORGET, True)):
        values = [
            {"event": end.event, "ended": end.state, "at": now, "why": end.note}
            for end in endings
            if end.forget is forget
        ]
        if values:
            connection.execute(statement, values)
