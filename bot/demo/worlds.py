"""Which world a visitor plays in: the one at home, or on a practice server one of her own."""

from __future__ import annotations

import asyncio
import re
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog

from bot.demo import files
from bot.demo.world import World
from storage.migrations import upgrade

log = structlog.get_logger()
HOME = "home"
RUNNING_MOST = 24
"""Worlds awake at once on a practice server."""
KEPT_MOST = 400
"""Worlds on disk, about 2 MB each; those longest away are forgotten."""
IDLE_SECONDS = 600.0
LOOK_SECONDS = 30.0
_VISITOR = re.compile(r"[0-9a-f]{32}")


class FullError(Exception):
    """Every place on the practice server is taken at the moment."""


class Worlds(Protocol):
    """What the pages ask for a world."""

    shared: bool

    async def of(self, visitor: str) -> World:
        """The world of a visitor, awake."""
        ...


def new_visitor() -> str:
    """A name for a visitor that nobody can guess."""
    return secrets.token_hex(16)


def is_visitor(name: str) -> bool:
    """Whether this could be such a name; it becomes a folder's."""
    return _VISITOR.fullmatch(name) is not None


@dataclass
class _Awake:
    world: World
    task: asyncio.Task[None]
    seen: float


class WorldKeeper:
    """Wakes worlds on demand, each a task of `group`, and puts idle ones to sleep."""

    def __init__(
        self,
        folder: Path,
        group: asyncio.TaskGroup,
        public_url: str,
        *,
        shared: bool,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder = folder
        self.shared = shared
        self._group = group
        self._public_url = public_url
        self._monotonic = monotonic
        self._awake: dict[str, _Awake] = {}
        self._waking = asyncio.Lock()

    async def of(self, visitor: str) -> World:
        """The world of a visitor, awake; on a practice server made for her on first sight.

        Raises:
            FullError: too many are playing just now.
        """
        name = visitor if self.shared and is_visitor(visitor) else HOME
        async with self._waking:
            found = self._awake.get(name) or await self._wake(name)
        found.seen = self._monotonic()
        return found.world

    async def _wake(self, name: str) -> _Awake:
        if len(self._awake) >= RUNNING_MOST:
            await self._send_to_sleep(self._idle(LOOK_SECONDS)[:1])
        if len(self._awake) >= RUNNING_MOST:
            raise FullError
        place = self.folder / files.WORLDS / name
        await asyncio.to_thread(self._prepare, place)
        world = World(place, self._public_url)
        task = self._group.create_task(self._live(name, world))
        task.add_done_callback(lambda _task: self._end(name, world))
        self._awake[name] = _Awake(world, task, self._monotonic())
        return self._awake[name]

    def _prepare(self, place: Path) -> None:
        if not place.exists():
            self._make_room()
            files.copy(self.folder, f"{files.WORLDS}/{place.name}")
            upgrade(f"sqlite:///{place / files.UNION}")

    def _make_room(self) -> None:
        """Forget the worlds longest away, so that the disk does not fill."""
        kept = [p for p in (self.folder / files.WORLDS).glob("*") if p.name not in self._awake]
        kept.sort(key=lambda p: (p / files.PLATFORM).stat().st_mtime)
        for place in kept[: max(0, len(kept) - KEPT_MOST + 1)]:
            shutil.rmtree(place, ignore_errors=True)

    async def _live(self, name: str, world: World) -> None:
        try:
            await world.run()
        except Exception:
            log.exception("world_ended", world=name)  # its next visit wakes it anew

    def _end(self, name: str, world: World) -> None:
        """Also for a world whose task was cancelled before its first step."""
        del self._awake[name]
        world.close()

    def _idle(self, seconds: float) -> list[str]:
        """Worlds nobody has looked at for so long, longest first."""
        limit = self._monotonic() - seconds
        names = [name for name, awake in self._awake.items() if awake.seen <= limit]
        return sorted(names, key=lambda name: self._awake[name].seen)

    async def _send_to_sleep(self, names: list[str]) -> None:
        tasks = [self._awake[name].task for name in names]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def tend(self) -> None:
        """Put idle worlds of a practice server to sleep, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self.shared:
                async with self._waking:
                    await self._send_to_sleep(self._idle(IDLE_SECONDS))

    async def close(self) -> None:
        """Put every world to sleep."""
        async with self._waking:
            await self._send_to_sleep(list(self._awake))
