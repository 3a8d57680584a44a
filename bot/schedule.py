"""APScheduler as the clock: twice a second it asks the database what is due."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from bot.clock import Clock

TICK_SECONDS = 0.5
"""What is due is queued within a second of its moment, even in a minute full of it."""


class Schedule:
    """Calls `tick` twice a second in a worker thread, never twice at a time."""

    def __init__(self, clock: Clock, tick: Callable[[], None]) -> None:
        self.clock = clock
        self.tick = tick

    async def run(self, wake: asyncio.Event) -> None:
        """Tick until cancelled; `wake` is set after each, so that delivery looks."""

        async def once() -> None:
            await asyncio.to_thread(self.tick)
            wake.set()

        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(
            once, IntervalTrigger(seconds=TICK_SECONDS), max_instances=1, coalesce=True
        )
        scheduler.start()
        try:
            await asyncio.Event().wait()
        finally:
            scheduler.shutdown(wait=False)
