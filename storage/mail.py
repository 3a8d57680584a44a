"""What goes out, and its fate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, Integer, UniqueConstraint, bindparam, or_
from sqlmodel import Field, SQLModel, col, func, select, update

from storage.database import Session, Utc, inserting, table
from storage.quick import Quick

PROMPTS = 20
"""How many of a chat's last messages are looked through for the last question."""


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
        Index("ix_outbox_subject_chat", "subject", "chat"),
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


_OUTBOX = table(Outbox)
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
_POST = Quick(
    lambda name: inserting(_OUTBOX, name).on_conflict_do_nothing(index_elements=["key"]),
    writes=("key", "channel", "chat", "created_at", *_UNSAID),
    unsaid=_UNSAID,
)


def post(session: Session, **columns: Any) -> int:
    """Queue a message, once for ever under its `key`; 0 if it was queued before, else 1.

    Needs key, channel, chat and created_at.
    """
    return _POST.count(session, columns)


def latest(session: Session, chat: str, subject: str) -> Outbox | None:
    """The newest message in `chat` that shows `subject`."""
    return session.exec(
        select(Outbox)
        .where(Outbox.chat == chat, Outbox.subject == subject, Outbox.how == "message")
        .order_by(col(Outbox.id).desc())
        .limit(1)
    ).first()


def only_queued(session: Session, chat: str, subject: str) -> bool:
    """Whether what shows `subject` in `chat` is still to go out, and none of it has."""
    states = session.exec(
        select(Outbox.state)
        .where(Outbox.chat == chat, Outbox.subject == subject, Outbox.how == "message")
        .distinct()
    ).all()
    gone = {OutboxState.FAILED, OutboxState.BLOCKED, OutboxState.EXPIRED}
    return set(states) - gone == {OutboxState.QUEUED}


@dataclass(frozen=True, slots=True)
class Shown:
    """How far a message has come."""

    id: int
    state: str
    created_at: datetime
    sent_at: datetime | None


_SHOWN = Quick(
    select(_OUTBOX.c.id, _OUTBOX.c.state, _OUTBOX.c.created_at, _OUTBOX.c.sent_at)
    .where(
        _OUTBOX.c.chat == bindparam("chat"),
        _OUTBOX.c.subject == bindparam("subject"),
        _OUTBOX.c.how == "message",
    )
    .order_by(_OUTBOX.c.id.desc())
    .limit(1)
)


def shown(session: Session, chat: str, subject: str) -> Shown | None:
    """How far the newest message in `chat` that shows `subject` has come."""
    rows = _SHOWN.rows(session, {"chat": chat, "subject": subject})
    return Shown(*rows[0]) if rows else None


def get(session: Session, number: int) -> Outbox:
    """A message that is there, by its id."""
    return session.get_one(Outbox, number)


_LAST_EDIT = Quick(
    select(_OUTBOX.c.sent_at)
    .where(
        _OUTBOX.c.chat == bindparam("chat"),
        _OUTBOX.c.subject == bindparam("subject"),
        _OUTBOX.c.how == "edit",
        or_(_OUTBOX.c.state == OutboxState.SENT, _OUTBOX.c.state == OutboxState.SENDING),
    )
    .order_by(_OUTBOX.c.id.desc())
    .limit(1)
)


def last_edit(session: Session, chat: str, subject: str, now: datetime) -> datetime | None:
    """When the message that shows `subject` was last edited: `now` if that is on its way."""
    rows = _LAST_EDIT.rows(session, {"chat": chat, "subject": subject})
    return (rows[0][0] or now) if rows else None


_REWORD = Quick(
    update(_OUTBOX)
    .where(
        _OUTBOX.c.chat == bindparam("in_chat"),
        _OUTBOX.c.subject == bindparam("about"),
        _OUTBOX.c.how == bindparam("way"),
        _OUTBOX.c.state == OutboxState.QUEUED,
    )
    .values(body=bindparam("said"))
)


def reword_unsent(session: Session, chat: str, subject: str, how: str, body: str) -> bool:
    """Put another body into the edit or repeat of `subject` that has not gone out yet, if any."""
    values = {"in_chat": chat, "about": subject, "way": how, "said": body}
    return _REWORD.count(session, values) > 0


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


_NEWEST = (
    select(_OUTBOX.c.id, _OUTBOX.c.subject, _OUTBOX.c.choices)
    .where(_OUTBOX.c.chat == bindparam("chat"), _OUTBOX.c.how == "message", _OUTBOX.c.subject != "")
    .order_by(_OUTBOX.c.id.desc())
    .limit(PROMPTS)
    .subquery()
)
_PROMPT = Quick(
    select(_NEWEST.c.subject)
    .where(func.json_array_length(_NEWEST.c.choices) > 1)
    .order_by(_NEWEST.c.id.desc())
    .limit(1)
)


def newest_prompt(session: Session, chat: str) -> str:
    """The subject of the last message in `chat` that offered a choice; "" if none did.

    Only the newest few are looked at: a prompt that far up is not what a bare "1" answers.
    """
    return _PROMPT.scalar(session, {"chat": chat}) or ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A message that offers choices, and the platform's id of it."""

    subject: str
    message_id: str
    choices: list[str]


def open_prompts(session: Session, chat: str) -> list[Prompt]:
    """What still offers a choice in `chat`, by the last message about each thing; newest first."""
    rows = session.exec(
        select(Outbox.subject, Outbox.message_id, Outbox.choices)
        .where(Outbox.chat == chat, Outbox.how == "message", Outbox.subject != "")
        .order_by(col(Outbox.id).desc())
        .limit(PROMPTS)
    )
    newest: dict[str, Prompt] = {}
    for row in rows:
        newest.setdefault(row[0], Prompt(row[0], row[1], list(row[2])))
    return [prompt for prompt in newest.values() if prompt.choices]


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


def known(session: Session, keys: Sequence[str]) -> set[str]:
    """Which of these keys something was queued under before."""
    return set(session.exec(select(Outbox.key).where(col(Outbox.key).in_(keys))))


def known_beginning(session: Session, prefix: str) -> set[str]:
    """Every key that begins so and under which something was queued."""
    between = (col(Outbox.key) >= prefix, col(Outbox.key) < f"{prefix}\U0010ffff")
    return set(session.exec(select(Outbox.key).where(*between)))


def in_state(session: Session, state: OutboxState) -> list[Outbox]:
    """Every message in a state."""
    return list(session.exec(select(Outbox).where(Outbox.state == state).order_by(col(Outbox.id))))


def is_sending(session: Session, chat: str) -> bool:
    """Whether a message for this chat is on its way just now."""
    query = select(Outbox.id).where(Outbox.chat == chat, Outbox.state == OutboxState.SENDING)
    return session.exec(query.limit(1)).first() is not None


def block(session: Session, chat: str) -> None:
    """Give up all that is queued for a chat that is closed to the bot."""
    session.exec(
        update(Outbox)
        .where(col(Outbox.chat) == chat, col(Outbox.state) == OutboxState.QUEUED)
        .values(state=OutboxState.BLOCKED)
    )


_RECALL = Quick(
    update(_OUTBOX)
    .where(
        _OUTBOX.c.state == OutboxState.QUEUED,
        func.substr(_OUTBOX.c.key, 1, bindparam("length", type_=Integer)) == bindparam("prefix"),
    )
    .values(state=OutboxState.EXPIRED, note="recalled")
)


def recall(session: Session, key_prefix: str) -> None:
    """Give up what is queued under keys that begin so: what it says is no longer true."""
    _RECALL.count(session, {"prefix": key_prefix, "length": len(key_prefix)})


def readdress(session: Session, old: str, new: str) -> None:
    """A chat has a new address: what is queued for it goes there, and what it has seen counts as
    seen there, what is on its way just now too. But there no message has the number it had.
    """
    session.exec(
        update(Outbox)
        .where(
            col(Outbox.chat) == old,
            or_(col(Outbox.state) == OutboxState.QUEUED, col(Outbox.how) == "message"),
        )
        .values(chat=new, message_id="")
    )
