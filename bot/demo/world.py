"""One invented world: a union, its chats, its bot and a clock of its own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import App
from bot.channels.platform import Platform
from bot.channels.sandbox import HAND, LIMITS, SandboxChannel
from bot.clock import MovableClock
from bot.demo.files import PLATFORM, UNION
from bot.demo.travel import Traveller
from bot.file_links import FileLinks
from handlers.detours import deciding
from storage import blobs, detours
from storage.database import begin, open_engine, reading

BEGINNING = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
"""Monday 16/11/2026, 08:00 in Vietnam."""
CLOCK = "clock"
NOTE_SECONDS = 1.0


class World:
    """A world on its two files. It must be `closed` after its `run` has ended."""

    def __init__(self, folder: Path, public_url: str = "", *, held: datetime | None = None) -> None:
        self.engine = open_engine(f"sqlite:///{folder / UNION}")
        self.platform = Platform(folder / PLATFORM)
        self.clock = MovableClock(held or self._resumed(), held=held is not None)
        pattern = f"{public_url}/?start={{code}}"
        self.channels = {
            name: SandboxChannel(name, self.platform, self.clock.now, pattern, self._picture)
            for name in LIMITS
        }
        self.links = FileLinks(public_url, self.platform.value("world"))
        self.app = App(
            self.engine,
            {name: channel for name, channel in self.channels.items() if name != HAND},
            self.clock,
            public_url=public_url,
            file_links=self.links,
        )
        for channel in self.channels.values():
            channel.connect(self.app.receive)
        self.traveller = Traveller(self.app, self.clock, self.note_time)

    def _resumed(self) -> datetime:
        """When it was left, and past what a kill may have cost: time never runs back."""
        noted = self.platform.value(CLOCK)
        if not noted:
            return BEGINNING
        return datetime.fromisoformat(noted) + timedelta(seconds=NOTE_SECONDS)

    def _picture(self, address: str) -> tuple[str, str, bytes] | None:
        """What a platform gets that fetches a picture from us."""
        blob = self.links.opened(address.rpartition("/")[2], self.clock.now())
        if blob is None:
            return None
        with reading(self.engine) as session:
            found = blobs.get(session, blob)
            return (found.name, found.mime, found.content) if found is not None else None

    def cut(self, channel: str, *, down: bool) -> None:
        """Lose a channel, or get it back, as an operator would say so."""
        put = deciding.put_down if down else deciding.put_up
        with begin(self.engine) as session:
            put(session, channel, self.clock.now())

    def lost(self) -> list[str]:
        """The channels that are down."""
        with reading(self.engine) as session:
            return sorted(detours.closed(session))

    def note_time(self) -> None:
        """Write the time down, for the next start."""
        self.platform.remember(CLOCK, self.clock.now().isoformat())

    async def run(self) -> None:
        """Live until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.app.run())
            group.create_task(self.traveller.run())
            while True:
                self.note_time()
                await asyncio.sleep(NOTE_SECONDS)

    def close(self) -> None:
        """Write the time down and let the files go."""
        self.note_time()
        self.platform.close()
        self.engine.dispose()
