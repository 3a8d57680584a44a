"""A restored union must not say again what it said after the backup was made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, update

from storage.database import Connection, table
from storage.mail import Outbox, OutboxState

NOTE = "restored from a backup; it may have been sent"
_OUTBOX = table(Outbox)


def hold_mail(connection: Connection, now: datetime) -> int:
    """Put in doubt what was waiting when the backup was made and has been due since; how many.

    What is due later goes out at its time.
    """
    due = or_(_OUTBOX.c.not_before.is_(None), _OUTBOX.c.not_before <= now)
    done = connection.execute(
        update(_OUTBOX)
        .where(_OUTBOX.c.state.in_([OutboxState.QUEUED, OutboxState.SENDING]), due)
        .values(state=OutboxState.IN_DOUBT, note=NOTE)
    )
    return done.rowcount
