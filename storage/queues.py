"""How much waits, and for how long: numbers only, for whoever watches the machine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, or_, select

from storage.database import Session
from storage.inbox import Inbox, InboxState
from storage.mail import Outbox, OutboxState

UNWORKED = (InboxState.NEW, InboxState.FAILED, InboxState.SET_ASIDE)
UNSENT = tuple(state for state in OutboxState if state is not OutboxState.SENT)


@dataclass(frozen=True, slots=True)
class Depths:
    """What waits: rows by state, and since when the longest-waiting one does."""

    inbox: dict[str, int]
    outbox: dict[str, int]
    oldest_event: datetime | None
    oldest_message: datetime | None


def depths(session: Session, now: datetime) -> Depths:
    """The queues as they are. What has been worked or sent is not counted: those are too many."""
    inbox = session.exec(
        select(Inbox.state, func.count())
        .where(col(Inbox.state).in_(UNWORKED))
        .group_by(Inbox.state)
    )
    outbox = session.exec(
        select(Outbox.state, func.count())
        .where(col(Outbox.state).in_(UNSENT))
        .group_by(Outbox.state)
    )
    event = session.exec(
        select(Inbox.received_at).where(Inbox.state == InboxState.NEW).order_by(col(Inbox.id))
    ).first()
    since = func.coalesce(Outbox.not_before, Outbox.created_at)
    message = session.exec(
        select(func.min(since)).where(
            Outbox.state == OutboxState.QUEUED,
            or_(col(Outbox.not_before).is_(None), col(Outbox.not_before) <= now),
        )
    ).one()
    return Depths(
        {**dict.fromkeys(UNWORKED, 0), **dict(inbox.all())},
        {**dict.fromkeys(UNSENT, 0), **dict(outbox.all())},
        event,
        message,
    )
