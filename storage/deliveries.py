"""The way of a message from the outbox to its fate, in few and cheap statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import String, and_, bindparam, case, func, or_, select, update

from storage import blobs
from storage.blobs import Blob, BlobUpload
from storage.database import Session, table
from storage.groups import Group, GroupState
from storage.mail import Outbox, OutboxState
from storage.quick import Quick, filled, slots

_OUTBOX = table(Outbox)
_C = _OUTBOX.c
UNSURE = (OutboxState.IN_DOUBT, OutboxState.FAILED)


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
    key: str


_ROW: tuple[Any, ...] = (
    _C.id, _C.channel, _C.chat, _C.how, _C.body, _C.subject, _C.attempts, _C.not_before,
    _C.expires_at, _C.doubted_at, _C.key,
)  # fmt: skip
_QUEUED = Quick(
    select(_C.id, _C.chat, _C.how, _C.bulk, _C.not_before, _C.attempts)
    .where(
        _C.state == OutboxState.QUEUED,
        _C.bulk == bindparam("bulk"),
        _C.id > bindparam("after"),
        _C.channel == bindparam("channel"),
    )
    .order_by(_C.id)
    .limit(bindparam("most"))
)
_SENT = Quick(
    update(_OUTBOX)
    .where(_C.id == bindparam("row"))
    .values(
        state=OutboxState.SENT,
        sent_at=bindparam("at"),
        message_id=case((_C.chat == bindparam("to"), bindparam("message", type_=String)), else_=""),
    )
)


def queued(
    session: Session, channel: str, *, bulk: bool, after: int, most: int
) -> list[tuple[Any, ...]]:
    """(id, chat, how, bulk, not_before, attempts) of what waits on a channel behind a row, oldest
    first.
    """
    asked = {"channel": channel, "bulk": bulk, "after": after, "most": most}
    return _QUEUED.rows(session, asked)


@lru_cache
def _claimable(count: int) -> Quick:
    these = _C.id.in_(slots("row", count))
    waiting = select(*_ROW).where(these, _C.state == OutboxState.QUEUED)
    return Quick(waiting.with_for_update())


def claimable(session: Session, ids: Sequence[int]) -> dict[int, Row]:
    """Those of these rows that still wait, for nobody else meanwhile."""
    found = _claimable(len(ids)).rows(session, filled("row", ids)) if ids else []
    return {row[0]: Row(*row) for row in found}


_SENDING = Quick(
    update(_OUTBOX)
    .where(_C.id == bindparam("row"))
    .values(state=OutboxState.SENDING, attempts=_C.attempts + 1)
)


def set_sending(session: Session, ids: Sequence[int]) -> None:
    """They are being sent: should we die now, they are in doubt."""
    if ids:
        _SENDING.each(session, [{"row": row} for row in ids])


def set_sent(session: Session, sent: Iterable[tuple[int, str, str]], now: datetime) -> None:
    """(row, chat, message id) of what has arrived. If the chat has moved meanwhile, the number is
    not one of its new address.
    """
    values = [
        {"row": row, "to": chat, "message": message, "at": now} for row, chat, message in sent
    ]
    if values:
        _SENT.each(session, values)


def change(session: Session, row: int, **values: Any) -> None:
    """Write down something else about a row."""
    session.connection().execute(update(_OUTBOX).where(_C.id == row).values(**values))


def sending(session: Session, channel: str) -> list[Row]:
    """What a sender was sending when it died."""
    query = select(*_ROW).where(_C.state == OutboxState.SENDING, _C.channel == channel)
    return [Row(*row) for row in session.connection().execute(query.order_by(_C.id))]


_SHOWN = Quick(
    select(_C.state, _C.message_id)
    .where(
        _C.chat == bindparam("chat"),
        _C.subject == bindparam("subject"),
        _C.how == "message",
        _C.id < bindparam("before"),
    )
    .order_by(_C.id.desc())
    .limit(1)
)


def shown(session: Session, chat: str, subject: str, before: int) -> tuple[str, str] | None:
    """(state, message id) of the newest message in `chat` that shows `subject`, of those queued
    before the row `before`: a change that waited for a later one would hold it up for ever.
    """
    found = _SHOWN.rows(session, {"chat": chat, "subject": subject, "before": before})
    return (found[0][0], found[0][1]) if found else None


_NEWER = Quick(
    select(_C.id)
    .where(
        _C.chat == bindparam("chat"),
        _C.subject == bindparam("subject"),
        or_(_C.how == "edit", _C.how == "delete"),
        _C.id > bindparam("row"),
        or_(_C.state == OutboxState.SENDING, _C.state == OutboxState.SENT),
    )
    .limit(1)
)


def overtaken(session: Session, row: Row) -> bool:
    """Whether a newer change of the same message has gone ahead of one that must be tried again."""
    values = {"chat": row.chat, "subject": row.subject, "row": row.id}
    return row.attempts > 0 and bool(_NEWER.rows(session, values))


@lru_cache
def _uploads(count: int) -> Quick:
    columns = table(BlobUpload).c
    these = columns.blob_id.in_(slots("blob", count))
    return Quick(
        select(columns.blob_id, columns.ref).where(these, columns.channel == bindparam("channel"))
    )


@lru_cache
def _facts(count: int) -> Quick:
    columns = table(Blob).c
    these = columns.id.in_(slots("blob", count))
    return Quick(select(columns.id, columns.name, columns.mime).where(these))


def uploads(session: Session, blob_ids: Iterable[int], channel: str) -> dict[int, str]:
    """The channel's own ids of those files that were uploaded to it before."""
    asked = list(blob_ids)
    return dict(_uploads(len(asked)).rows(session, {"channel": channel, **filled("blob", asked)}))


def file_facts(session: Session, blob_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """(name, type) of files, without their contents."""
    asked = list(blob_ids)
    rows = _facts(len(asked)).rows(session, filled("blob", asked))
    return {row[0]: (row[1], row[2]) for row in rows}


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


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message to a group that may not have arrived (`in_doubt`), or surely has not."""

    id: int
    title: str
    unit_id: int
    subject: str
    created_at: datetime
    state: str


def doubts_in(session: Session, unit_ids: Sequence[int], since: datetime) -> list[Doubt]:
    """What has not surely arrived in groups of these units the bot sits in, newest first."""
    group = table(Group).c
    query = (
        select(_C.id, group.title, group.unit_id, _C.subject, _C.created_at, _C.state)
        .join(table(Group), group.address == _C.chat)
        .where(
            _C.state.in_(UNSURE),
            _C.how == "message",
            _C.created_at >= since,
            group.unit_id.in_(unit_ids),
            group.state == GroupState.ACTIVE,
        )
        .order_by(_C.id.desc())
    )
    return [Doubt(*row) for row in session.connection().execute(query)]


def unsure(session: Session, limit: int) -> list[tuple[int, str, str, str, datetime, str]]:
    """(id, channel, chat, state, when queued, note) of what has not surely arrived, newest first."""
    query = (
        select(_C.id, _C.channel, _C.chat, _C.state, _C.created_at, _C.note)
        .where(_C.state.in_(UNSURE), _C.how == "message")
        .order_by(_C.id.desc())
        .limit(limit)
    )
    return [tuple(row) for row in session.connection().execute(query)]


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit's group, how the bot stands in it, and how many messages to it are in which state."""

    unit_id: int
    address: str
    group: str
    states: dict[str, int]


def by_group(session: Session, since: datetime, subject: str = "") -> list[Standing]:
    """Every bound group, with the messages queued for it since a moment, or those of them alone
    that show a subject.
    """
    group = table(Group).c
    hers = [_C.chat == group.address, _C.how == "message", _C.created_at >= since]
    if subject:
        hers.append(_C.subject == subject)
    query = (
        select(group.unit_id, group.address, group.state, _C.state, func.count(_C.id))
        .select_from(table(Group).outerjoin(_OUTBOX, and_(*hers)))
        .where(group.unit_id.is_not(None))
        .group_by(group.unit_id, group.address, group.state, _C.state)
        .order_by(group.unit_id, group.address, _C.state)
    )
    found: dict[str, Standing] = {}
    for unit_id, address, standing, state, count in session.connection().execute(query):
        one = found.setdefault(address, Standing(unit_id, address, standing, {}))
        if state is not None:
            one.states[state] = count
    return list(found.values())


def chat_of(session: Session, row: int) -> str:
    """The chat of a row; "" if there is none."""
    found = session.connection().execute(select(_C.chat).where(_C.id == row)).scalar()
    return str(found or "")


def resend(session: Session, row: int, now: datetime) -> bool:
    """Queue anew what is in doubt or was given up; whether it was. What was in doubt is marked."""
    done: Any = session.connection().execute(
        update(_OUTBOX)
        .where(_C.id == row, _C.state.in_((*UNSURE, OutboxState.BLOCKED)), _C.body != "")
        .values(
            state=OutboxState.QUEUED,
            not_before=None,
            expires_at=None,
            attempts=0,
            doubted_at=case((_C.state == OutboxState.IN_DOUBT, now), else_=_C.doubted_at),
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
