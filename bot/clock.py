"""The only reader of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """This moment, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place


class MovableClock:
    """A clock that can be set, and runs on from there unless it is held."""

    def __init__(self, start: datetime, *, held: bool = False) -> None:
        self._system = SystemClock()
        self._held = held
        self.set(start)

    def now(self) -> datetime:
        """This moment in the clock's own world."""
        if self._held:
            return self._start
        return self._start + (self._system.now() - self._set_at)

    def set(self, moment: datetime) -> None:
        """Go to a moment, forward or back."""
        self._start = moment.astimezone(UTC)
        self._set_at = self._system.now()

    def advance(self, step: timedelta) -> None:
        """Go on by `step`."""
        self.set(self.now() + step)
