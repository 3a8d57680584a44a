"""Looks now and then whether all is well, and has people told where it is not."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog

from bot import machine
from bot.app import App
from handlers import alarms, capacity
from handlers.chat import Moment
from storage.database import begin

log = structlog.get_logger()
LOOK_SECONDS = 300.0


@dataclass
class Watch:
    """Watches over one union's process."""

    app: App

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                if await asyncio.to_thread(self.look):
                    self.app.delivery.wake.set()
            except Exception as error:  # noqa: BLE001 - a database that is busy or full: look again
                log.warning("watch_failed", reason=type(error).__name__)

    def look(self) -> int:
        """Look once; how many messages were queued. What is wrong also stands in the log."""
        app, now = self.app, self.app.clock.now()
        found = machine.room(app.engine)
        free = found[0] if found and machine.is_low(*found) else None
        with begin(app.engine) as session:
            moment = Moment(session, now, app.dispatcher.links(), app.rng)
            tight, moved = capacity.keep(moment, app.plans)
            told = alarms.look(moment, free, tight)
            replies = [*moved, *(reply for kind in told.values() for reply in kind)]
            queued = app.dispatcher.say(session, replies, now=now, origin="watch")
        for kind, people in told.items():
            log.error("alarm", kind=kind, free=free, told=len(people))
        return queued
