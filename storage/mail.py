"""What came in and what goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint, bindparam, or_
from sqlmodel import Field, SQLModel, col, func, select, update

from storage.database import Connection, Session, Utc, dialect, inserting, table

PICTURE = "image/png"
PROMPTS = 20
"""How many of a chat's last messages are looked through for the last question."""


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


class OutboxState(StrEnum):
    """The fate of a message."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    FAILED = "failed"
    BLOCKED = "blocked"
    EXPIRED = "expired"


class Outbox(SQLModel, table=True):
    """A message to send; `key` makes sure that it is queued once."""

    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_outbox_state_bulk_id", "state", "bulk", "id"),
        Index("ix_outbox_chat_subject", "chat", "subject"),
        Index("ix_outbox_chat_message_id", "chat", "message_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str
    channel: str
    chat: str
    how: str = "message"
    body: str = ""
    choices: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    subject: str = ""
    bulk: bool = False
    state: str = OutboxState.QUEUED
    created_at: datetime = Field(sa_type=Utc)
    not_before: datetime | None = Field(default=None, sa_type=Utc)
    expires_at: datetime | None = Field(default=None, sa_type=Utc)
    attempts: int = 0
    sent_at: datetime | None = Field(default=None, sa_type=Utc)
    message_id: str = ""
    note: str = ""
    doubted_at: datetime | None = Field(default=None, sa_type=Utc)  # when an answer was lost


_INBOX, _OUTBOX = table(Inbox), table(Outbox)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event to work."""

    id: int
    channel: str
    body: str


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
    query = select(_INBOX.c.id, _INBOX.c.channel, _INBOX.c.body).where(
        _INBOX.c.state == InboxState.NEW, _INBOX.c.channel.in_(channels)
    )
    if skip:
        query = query.where(_INBOX.c.chat.not_in(skip))
    if only is not None:
        query = query.where(_INBOX.c.chat.in_(only))
    rows = session.exec(query.order_by(_INBOX.c.id).limit(limit))
    return [Waiting(*row) for row in rows]


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


def close_events(connection: Connection, endings: Sequence[Ending], now: datetime) -> None:
    """Write down how events ended, all in two statements."""
    for statement, forget in ((_CLOSE, False), (_FORGET, True)):
        values = [
            {"event": end.event, "ended": end.state, "at": now, "why": end.note}
            for end in endings
            if end.forget is forget
        ]
        if values:
            connection.execute(statement, values)


@lru_cache
def _post(name: str) -> Any:
    return inserting(_OUTBOX, name).on_conflict_do_nothing(index_elements=["key"])


_UNSAID: dict[str, Any] = {
    "how": "message",
    "body": "",
    "choices": [],
    "subject": "",
    "bulk": False,
    "state": OutboxState.QUEUED,
    "not_before": None,
    "expires_at": None,
    "attempts": 0,
    "sent_at": None,
    "message_id": "",
    "note": "",
}


def post(session: Session, **columns: Any) -> int:
    """Queue a message, once for ever under its `key`; 0 if it was queued before, else 1.

    Needs key, channel, chat and created_at.
    """
    session.flush()
    done: Any = session.connection().execute(_post(dialect(session)), {**_UNSAID, **columns})
    return int(done.rowcount)


def latest(session: Session, chat: str, subject: str) -> Outbox | None:
    """The newest message in `chat` that shows `subject`."""
    return session.exec(
        select(Outbox)
        .where(Outbox.chat == chat, Outbox.subject == subject, Outbox.how == "message")
        .order_by(col(Outbox.id).desc())
        .limit(1)
    ).first()


def unsent_change(session: Session, chat: str, subject: str, how: str) -> Outbox | None:
    """An edit or repeat of `subject` that has not gone out yet."""
    return session.exec(
        select(Outbox)
        .where(
            Outbox.chat == chat,
            Outbox.subject == subject,
            Outbox.how == how,
            Outbox.state == OutboxState.QUEUED,
        )
        .order_by(col(Outbox.id).desc())
        .limit(1)
    ).first()


def by_message(session: Session, chat: str, message_id: str) -> Outbox | None:
    """Our own message with this platform id."""
    if not message_id:
        return None
    return session.exec(
        select(Outbox)
        .where(Outbox.chat == chat, Outbox.message_id == message_id, Outbox.how == "message")
        .order_by(col(Outbox.id).desc())
        .limit(1)
    ).first()


_PROMPTS = (
    select(_OUTBOX.c.subject, _OUTBOX.c.choices)
    .where(_OUTBOX.c.chat == bindparam("chat"), _OUTBOX.c.how == "message", _OUTBOX.c.subject != "")
    .order_by(_OUTBOX.c.id.desc())
    .limit(PROMPTS)
)


def newest_prompt(session: Session, chat: str) -> str:
    """The subject of the last message in `chat` that offered a choice; "" if none did.

    Only the newest few are looked at: a prompt that far up is not what a bare "1" answers.
    """
    session.flush()
    rows = session.connection().execute(_PROMPTS, {"chat": chat})
    return next((subject for subject, choices in rows if len(choices) > 1), "")


def due(session: Session, now: datetime, channels: Sequence[str], limit: int) -> list[Outbox]:
    """The next message of each chat that may go now: people's replies first, then bulk.

    One a chat, so that a chat with much to hear never hides the others.
    """
    found: dict[str, Outbox] = {}
    for bulk in (False, True):
        first = (
            select(func.min(Outbox.id))
            .where(
                Outbox.state == OutboxState.QUEUED,
                col(Outbox.bulk).is_(bulk),
                col(Outbox.channel).in_(channels),
                or_(col(Outbox.not_before).is_(None), col(Outbox.not_before) <= now),
            )
            .group_by(Outbox.chat)
        )
        rows = select(Outbox).where(col(Outbox.id).in_(first)).order_by(col(Outbox.id))
        for row in session.exec(rows.limit(limit)):
            found.setdefault(row.chat, row)
    return list(found.values())[:limit]


def fates(session: Session, subject_like: str) -> list[tuple[str, str, datetime | None, str]]:
    """(chat, state, sent_at, note) of every message whose subject matches a LIKE pattern."""
    rows = session.exec(
        select(Outbox.chat, Outbox.state, Outbox.sent_at, Outbox.note)
        .where(col(Outbox.subject).like(subject_like), Outbox.how == "message")
        .order_by(col(Outbox.id))
    )
    return [(chat, state, sent_at, note) for chat, state, sent_at, note in rows]


def in_state(session: Session, state: OutboxState) -> list[Outbox]:
    """Every message in a state."""
    return list(session.exec(select(Outbox).where(Outbox.state == state).order_by(col(Outbox.id))))


def next_due(session: Session, now: datetime) -> datetime | None:
    """When the next message that must still wait may go."""
    return session.exec(
        select(func.min(Outbox.not_before)).where(
            Outbox.state == OutboxState.QUEUED, col(Outbox.not_before) > now
        )
    ).one()


def block(session: Session, chat: str) -> None:
    """Give up all that is queued for a chat that is closed to the bot."""
    session.exec(
        update(Outbox)
        .where(col(Outbox.chat) == chat, col(Outbox.state) == OutboxState.QUEUED)
        .values(state=OutboxState.BLOCKED)
    )


def recall(session: Session, key_prefix: str) -> None:
    """Give up what is queued under keys that begin so: what it says is no longer true."""
    session.exec(
        update(Outbox)
        .where(
            col(Outbox.state) == OutboxState.QUEUED,
            col(Outbox.key).startswith(key_prefix, autoescape=True),
        )
        .values(state=OutboxState.EXPIRED, note="recalled")
    )


def readdress(session: Session, old: str, new: str) -> None:
    """Send what is queued for a chat to its new address."""
    session.exec(
        update(Outbox)
        .where(col(Outbox.chat) == old, col(Outbox.state) == OutboxState.QUEUED)
        .values(chat=new)
    )


def counts(session: Session) -> dict[str, int]:
    """How many messages are in each state."""
    return dict(session.exec(select(Outbox.state, func.count()).group_by(Outbox.state)).all())
