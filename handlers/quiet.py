"""Quiet hours: when what goes to many people must wait."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from handlers.understanding.zone import local

QUIET_FROM = time(21)
QUIET_UNTIL = time(6, 30)
"""Vietnamese wall clock: bulk after nine in the evening waits for the morning."""


def quiet_until(now: datetime) -> datetime | None:
    """When bulk may go, if it must wait now; None if it may go at once."""
    here = local(now)
    if QUIET_UNTIL <= here.time() < QUIET_FROM:
        return None
    day = here.date() + timedelta(days=1 if here.time() >= QUIET_FROM else 0)
    return datetime.combine(day, QUIET_UNTIL, here.tzinfo)
