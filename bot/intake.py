"""Group commit: events that arrive while others are being stored are stored together next.

When too much waits to be worked, storing waits too: whoever brings events then brings them more
slowly (a poll is not made, a webhook's answer comes late), and nothing is dropped.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from bot.channels.base import Raw

Arrived = tuple[str, Raw]
Waiting = tuple[Sequence[Arrived], asyncio.Future[None]]
AT_ONCE = 500
"""Most events in one transaction."""
LOOK_EVERY = 500
"""After so many events it is looked whether too much waits."""
ROOM_PAUSE = 0.2
LONGEST_WAIT = 20.0
"""Seconds; a platform that waits longer for its webhook's answer calls again."""


class Intake:
    """Stores events through `store`, a blocking function, one transaction at a time; `crowded`,
    another, says whether too much waits to be worked.
    """

    def __init__(
        self, store: Callable[[Sequence[Arrived]], object], crowded: Callable[[], bool]
    ) -> None:
        self._store = store
        self._crowded = crowded
        self._since_look = 0
        self._looking = asyncio.Lock()
        self._waiting: deque[Waiting] = deque()
        self._storing = False

    async def keep(self, channel: str, raws: Sequence[Raw]) -> None:
        """Store events; when this returns they are committed.

        Whoever comes while nothing is being stored also stores what arrives meanwhile.
        """
        await self._find_room(len(raws))
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append(([(channel, raw) for raw in raws], stored))
        if not self._storing:
            self._storing = True
            some: list[Waiting] = []
            try:
                while self._waiting:
                    some = self._next()
                    await self._store_all(some)
            finally:
                self._storing = False
                for _, untold in [*some, *self._waiting]:
                    untold.cancel()  # we are cancelled: theirs will be sent again
                self._waiting.clear()
        await stored

    async def _find_room(self, events: int) -> None:
        self._since_look += events
        if self._since_look < LOOK_EVERY:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_WAIT), self._looking:  # one looks for all
                while self._since_look >= LOOK_EVERY:
                    if not await asyncio.to_thread(self._crowded):
                        self._since_look = 0
                        return
                    await asyncio.sleep(ROOM_PAUSE)

    def _next(self) -> list[Waiting]:
        some: list[Waiting] = []
        count = 0
        while self._waiting and count < AT_ONCE:
            some.append(self._waiting.popleft())
            count += len(some[-1][0])
        return some

    async def _store_all(self, some: Sequence[Waiting]) -> None:
        fault = await self._stored([event for events, _ in some for event in events])
        for events, stored in some:
            if fault is not None and len(some) > 1:  # one that cannot be stored harms no other
                own = await self._stored(events)
            else:
                own = fault
            if stored.cancelled():
                continue
            if own is None:
                stored.set_result(None)
            else:
                stored.set_exception(own)

    async def _stored(self, events: Sequence[Arrived]) -> Exception | None:
        try:
            await asyncio.to_thread(self._store, events)
        except Exception as error:  # noqa: BLE001 - whoever waits for it is told
            return error
        return None
