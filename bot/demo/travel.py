"""Moving a world's clock forward so that everything due on the way fires, each at its own time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

import structlog

from bot.app import App
from bot.clock import MovableClock
from handlers import TICKS
from storage import inbox, mail
from storage.database import Session, reading
from storage.mail import OutboxState

log = structlog.get_logger()
STRIDE = timedelta(minutes=10)
"""How far ahead is looked: shorter than the shortest time a reminder stays useful (15 minutes)."""
STRIDES = 36
STEP = timedelta(minutes=1)
FURTHEST = timedelta(days=400)
PATIENCE = 500
"""How many looks, 10 ms apart, a step waits for the bot to finish speaking."""


class TravelError(Exception):
    """The moment cannot be gone to: it is past, or too far away."""


@dataclass(frozen=True, slots=True)
class Journey:
    """From when to when the clock is being moved."""

    start: datetime
    goal: datetime


class Traveller:
    """Walks one clock forward; `note` is called at each step."""

    def __init__(self, app: App, clock: MovableClock, note: Callable[[], None]) -> None:
        self.app = app
        self.clock = clock
        self.note = note
        self.journey: Journey | None = None
        self._called = asyncio.Event()

    def go(self, goal: datetime) -> None:
        """Set out for a moment; the walk itself happens in `run`.

        Raises:
            TravelError: the moment is past or more than 400 days away.
        """
        now = self.clock.now()
        if not now < goal <= now + FURTHEST:
            raise TravelError
        self.journey = Journey(now, goal)
        self._called.set()

    def stop(self) -> None:
        """Stay where the clock is now."""
        self.journey = None

    async def run(self) -> None:
        """Walk whenever told to, until cancelled."""
        while True:
            await self._called.wait()
            self._called.clear()
            try:
                await self.walk()
            except Exception:
                log.exception("journey_failed")  # the world lives on, at the time it has reached
                self.journey = None

    async def walk(self) -> None:
        """Go to the journey's goal, step by step."""
        while (journey := self.journey) is not None:
            now = self.clock.now()
            if now >= journey.goal:
                self.journey = None
                return
            await self._arrive(await asyncio.to_thread(self._next_stop, now, journey.goal))

    async def _arrive(self, moment: datetime) -> None:
        self.clock.set(max(moment, self.clock.now()))
        self.note()
        await asyncio.to_thread(self.app.tick)
        self.app.delivery.wake.set()
        for _ in range(PATIENCE):
            if await asyncio.to_thread(self._is_quiet):
                return
            await asyncio.sleep(0.01)

    def _next_stop(self, now: datetime, goal: datetime) -> datetime:
        """The next minute if anything happens in the coming stride, else the end of the quiet."""
        minute = now.replace(second=0, microsecond=0)
        stops = [minute + STRIDE * number for number in range(1, STRIDES + 1)]
        with reading(self.app.engine) as session:
            quiet = list(takewhile(lambda stop: not self._is_due(session, stop), stops))
        return min(quiet[-1] if quiet else minute + STEP, goal)

    def _is_due(self, session: Session, moment: datetime) -> bool:
        """Whether anything would happen at a moment."""
        return bool(mail.due(session, moment, list(self.app.channels), 1)) or any(
            tick.due(session, moment) for tick in TICKS.values()
        )

    def _is_quiet(self) -> bool:
        """Whether all that has come in is worked and all that may go is gone."""
        now, channels = self.clock.now(), list(self.app.channels)
        with reading(self.app.engine) as session:
            return not (
                inbox.waiting(session, channels, 1)
                or mail.due(session, now, channels, 1)
                or mail.in_state(session, OutboxState.SENDING)
            )
