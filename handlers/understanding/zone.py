"""The one zone the union lives in: stored in UTC, shown here."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def local(moment: datetime) -> datetime:
    """The wall clock in Vietnam at a moment."""
    return moment.astimezone(ZONE)


def local_date(moment: datetime) -> date:
    """The day in Vietnam at a moment."""
    return moment.astimezone(ZONE).date()
