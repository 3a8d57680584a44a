"""Channels over which nothing is sent for now, and a sign of life from those that are down."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from bot.lanes import Lane, has_news
from storage import detours
from storage.database import Session

log = structlog.get_logger()
LOOK_SECONDS = 1.0
PING_SECONDS = 10.0


@dataclass
class Resting:
    """Knows which lanes rest, as the database says, and asks those that are down to answer."""

    monotonic: Callable[[], float]
    _held: frozenset[str] = frozenset()
    _looked: float = float("-inf")
    _answers: deque[tuple[Lane, bool]] = field(default_factory=deque)

    def look(self, session: Session) -> None:
        """Learn now and then which channels are to be left alone."""
        if self.monotonic() - self._looked >= LOOK_SECONDS:
            self._held = detours.held(session)
            self._looked = self.monotonic()

    def look_anew(self) -> None:
        """The next look counts, however soon."""
        self._looked = float("-inf")

    def rests(self, lane: Lane) -> bool:
        """Whether nothing may be taken for a lane: it is held, or has only just come back, and
        what waits for it may be out of date.
        """
        return lane.channel.name in self._held or (has_news(lane) and not lane.breaker.is_open)

    def wants_ping(self, lane: Lane) -> bool:
        """Whether a lane that is down has nothing to send that would show that it is back."""
        down = lane.breaker.is_open and lane.channel.name not in self._held
        return down and lane.breaker.wait() == 0.0 and not lane.outgoing.known

    async def ping(self, lane: Lane) -> None:
        """Ask for a sign of life; what came of it counts from the next turn on."""
        alive = False
        try:
            async with asyncio.timeout(PING_SECONDS):
                await lane.channel.open()
            alive = True
        except Exception as error:  # noqa: BLE001 - whatever it is: no sign of life
            log.info("no_sign_of_life", channel=lane.channel.name, reason=type(error).__name__)
        self._answers.append((lane, alive))

    def settle(self) -> None:
        """Write down what the pings came to."""
        while self._answers:
            lane, alive = self._answers.popleft()
            if alive:
                lane.breaker.worked()
            else:
                lane.breaker.failed()


def remember(session: Session, lane: Lane) -> None:
    """At a start: a channel known to be down still is until it shows itself."""
    standing = detours.standing(session, lane.channel.name)
    if standing is not None and standing.by == "breaker":
        lane.breaker.is_open, lane.down_since = True, standing.since
