"""The way of a message from the outbox to its fate, in few and cheap statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from storage import blobs
from storage.blobs import Blob, BlobUpload
from storage.database import Session, table
from storage.mail import Outbox, OutboxState

_OUTBOX = table(Outbox)
_C = _OUTBOX.c


@dataclass(frozen=True, slots=True)
class Row:
    """What sending needs to know of an outbox row; `doubted_at` is when an answer was lost."""

    id: int
    channel: str
    chat: str
    how: str
    body: str
    subject: str
    attempts: int
    not_before: datetime | None
    expires_at: datetime | None
    doubted_at: datetime | None


_ROW: tuple[Any, ...] = (
    _C.id, _C.channel, _C.chat, _C.how, _C.body, _C.subject, _C.attempts, _C.not_before,
    _C.expires_at, _C.doubted_at,
)  # fmt: skip
_QUEUED = (
    select(_C.id, _C.chat, _C.how, _C.bulk, _C.not_before)
    .where(
        _C.state == OutboxState.QUEUED,
        _C.bulk == bindparam("bulk"),
        _C.id > bindparam("after"),
        _C.channel == bindparam("channel"),
    )
    .order_by(_C.id)
    .limit(bindparam("most"))
)
_SENT = (
    update(_OUTBOX)
    .where(_C.id == bindparam("row"))
    .values(state=OutboxState.SENT, sent_at=bindparam("at"), message_id=bindparam("message"))
)


def queued(
    session: Session, channel: str, *, bulk: bool, after: int, most: int
) -> Sequence[tuple[int, str, str, bool, datetime | None]]:
    """(id, chat, how, bulk, not_before) of what waits on a channel behind a row, oldest first."""
    asked = {"channel": channel, "bulk": bulk, "after": after, "most": most}
    return [tuple(row) for row in session.connection().execute(_QUEUED, asked)]


def claimable(session: Session, ids: Sequence[int]) -> dict[int, Row]:
    """Those of these rows that still wait, for nobody else meanwhile."""
    query = select(*_ROW).where(_C.id.in_(ids), _C.state == OutboxState.QUEUED)
    found = session.connection().execute(query.with_for_update())
    return {row.id: Row(*row) for row in found}


def set_sending(session: Session, ids: Sequence[int]) -> None:
    """They are being sent: should we die now, they are in doubt."""
    if ids:
        session.connection().execute(
            update(_OUTBOX)
            .where(_C.id.in_(ids))
            .values(state=OutboxState.SENDING, attempts=_C.attempts + 1)
        )


def set_sent(session: Session, sent: Iterable[tuple[int, str]], now: datetime) -> None:
    """(row, message id) of what has arrived."""
    values = [{"row": row, "message": message, "at": now} for row, message in sent]
    if values:
        session.connection().execute(_SENT, values)


def change(session: Session, row: int, **values: Any) -> None:
    """Write down something else about a row."""
    session.connection().execute(update(_OUTBOX).where(_C.id == row).values(**values))


def sending(session: Session, channel: str) -> list[Row]:
    """What a sender was sending when it died."""
    query = select(*_ROW).where(_C.state == OutboxState.SENDING, _C.channel == channel)
    return [Row(*row) for row in session.connection().execute(query.order_by(_C.id))]


def shown(session: Session, chat: str, subject: str) -> tuple[str, str] | None:
    """(state, message id) of the newest message in `chat` that shows `subject`."""
    query = (
        select(_C.state, _C.message_id)
        .where(_C.chat == chat, _C.subject == subject, _C.how == "message")
        .order_by(_C.id.desc())
        .limit(1)
    )
    found = session.connection().execute(query).first()
    return (found[0], found[1]) if found else None


def uploads(session: Session, blob_ids: Iterable[int], channel: str) -> dict[int, str]:
    """The channel's own ids of those files that were uploaded to it before."""
    columns = table(BlobUpload).c
    query = select(columns.blob_id, columns.ref).where(
        columns.blob_id.in_(list(blob_ids)), columns.channel == channel
    )
    return {row[0]: row[1] for row in session.connection().execute(query)}


def file_facts(session: Session, blob_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(name, type) of files, without their contents."""
    columns = table(Blob).c
    query = select(columns.id, columns.name, columns.mime).where(columns.id.in_(list(blob_ids)))
    return {row[0]: (row[1], row[2]) for row in session.connection().execute(query)}


def content(session: Session, blob_id: int) -> bytes:
    """A file's bytes, read for the first upload only."""
    blob = blobs.get(session, blob_id)
    assert blob is not None
    found = blob.content
    session.expunge(blob)
    return found


def forget_upload(session: Session, blob_id: int, channel: str) -> None:
    """The channel knows its own id of a file no more."""
    row = session.get(BlobUpload, (blob_id, channel))
    if row is not None:
        session.delete(row)
        session.flush()


def states(session: Session, subject: str) -> dict[str, tuple[int, str, datetime | None]]:
    """By chat: the newest message under a subject (row, state, when it was sent)."""
    query = (
        select(_C.chat, _C.id, _C.state, _C.sent_at)
        .where(_C.subject == subject, _C.how == "message")
        .order_by(_C.id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in session.connection().execute(query)}


def doubtful(session: Session, limit: int, chats: Sequence[str] | None = None) -> list[Outbox]:
    """Messages that may or may not have arrived, the newest first; in some chats, or in all."""
    query = select(Outbox).where(_C.state == OutboxState.IN_DOUBT, _C.how == "message")
    if chats is not None:
        query = query.where(_C.chat.in_(chats))
    return list(session.scalars(query.order_by(_C.id.desc()).limit(limit)))


def resend(session: Session, row: int, expires_at: datetime | None) -> bool:
    """Queue anew what is in doubt or was given up; whether it was. Its mark says so."""
    again = (OutboxState.IN_DOUBT, OutboxState.FAILED, OutboxState.BLOCKED)
    done: Any = session.connection().execute(
        update(_OUTBOX)
        .where(_C.id == row, _C.state.in_(again))
        .values(
            state=OutboxState.QUEUED,
            not_before=None,
            attempts=0,
            expires_at=expires_at,
            note="resent by hand",
        )
    )
    return bool(done.rowcount)


def counts(session: Session) -> dict[tuple[str, str], int]:
    """How many messages are in each state, by (channel, state)."""
    query = select(_C.channel, _C.state, func.count()).group_by(_C.channel, _C.state)
    return {(row[0], row[1]): row[2] for row in session.connection().execute(query)}


def oldest_waiting(session: Session, now: datetime) -> datetime | None:
    """When what has waited longest, of what may go now, was queued."""
    due = _C.not_before.is_(None) | (_C.not_before <= now)
    query = select(func.min(_C.created_at)).where(_C.state == OutboxState.QUEUED, due)
    found: datetime | None = session.connection().execute(query).scalar()
    return found
