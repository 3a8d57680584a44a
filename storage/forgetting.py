"""Words that have served are dropped: after some days, or with an anonymous answer at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, delete, func, select, update

from storage.database import Session
from storage.inbox import Inbox, InboxState
from storage.mail import Outbox, OutboxState


def drop_old_bodies(session: Session, before: datetime) -> None:
    """Drop the words of events worked and messages sent before `before`; keys stay.

    A message's body goes too once it can no longer be edited or answered by number.
    """
    session.exec(
        update(Inbox)
        .where(
            col(Inbox.state) == InboxState.WORKED,
            col(Inbox.worked_at) < before,
            col(Inbox.body) != "",
        )
        .values(body="")
    )
    done = [OutboxState.SENT, OutboxState.EXPIRED, OutboxState.BLOCKED]
    session.exec(
        update(Outbox)
        .where(col(Outbox.state).in_(done), col(Outbox.created_at) < before, col(Outbox.body) != "")
        .values(body="")
    )


def newest_event(session: Session) -> int:
    """The id of the event stored last; 0 if there is none."""
    return session.exec(select(func.max(Inbox.id))).one() or 0


def forget_talk(session: Session, chats: Sequence[str], after: int, key_prefix: str) -> None:
    """Drop the words of the events of these chats that came after event `after`, and what was
    said under keys that begin so.

    The events lose their chat as well, and messages and answers to presses are deleted, because
    how many there were tells which way a survey went. What is being sent just now is emptied.
    """
    session.exec(
        update(Inbox)
        .where(
            col(Inbox.id) > after, col(Inbox.chat).in_(chats), col(Inbox.state) != InboxState.NEW
        )
        .values(body="", chat="")
    )
    spun = (col(Outbox.chat).in_(chats), col(Outbox.how) == "toast")
    session.exec(delete(Outbox).where(*spun, col(Outbox.state) != OutboxState.SENDING))
    # a range, not LIKE: the unique index on `key` serves it
    said = (col(Outbox.key) >= key_prefix, col(Outbox.key) < f"{key_prefix}\U0010ffff")
    session.exec(delete(Outbox).where(*said, col(Outbox.state) != OutboxState.SENDING))
    session.exec(update(Outbox).where(*said).values(body="{}", choices=[], subject=""))
