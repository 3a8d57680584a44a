"""The bot's machine: its process, which can die at any commit and any send, and its disk."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from bot import app as app_module
from bot import delivery as delivery_module
from bot import roles
from bot.app import App
from bot.channels.base import Raw
from bot.pacing import TELEGRAM_PACE
from handlers.rolls import desk
from tests.torture import faults
from tests.torture.faults import DEATHS, Fault
from tests.torture.loop import Killed, VirtualLoop, WallClock
from tests.torture.town import Town
from tests.torture.town_channel import TownChannel
from tests.torture.world import TOWN

TICK_SECONDS = 12.0
"""The clock ticks every second; here more seldom, because a tick costs the most of all."""
IDLE_TICK = 150.0
LOOK_SECONDS = 300.0
"""Nobody else writes to this database: nothing is found by looking that was not woken for."""
UNLIMITED_PAGES = 1073741823


class Machine:
    """Runs one process after the other on one disk."""

    def __init__(
        self, engine: Engine, loop: VirtualLoop, town: Town, clock: WallClock, rng: random.Random
    ) -> None:
        self.engine = engine
        self.loop = loop
        self.town = town
        self.clock = clock
        self.rng = rng
        self.dead = False
        self.processes = 0
        self.deaths: list[float] = []
        self.crashes: list[str] = []
        self.passed: Counter[faults.Kind] = Counter()
        self.stored: list[str] = []
        """Events in the order in which they were first stored for good."""
        self.idle = False
        self._plan = {(f.kind, f.at): f for f in town.plan}
        self._storing: Sequence[str] = ()
        self._main: asyncio.Task[None] | None = None
        self._downtime = 1.0
        self._full = False
        self._blocker: sqlite3.Connection | None = None

    # --- the process

    async def run(self) -> None:
        """Keep the bot running until cancelled, as its supervisor would."""
        while True:
            self.dead = False
            self.processes += 1
            self._main = self.loop.create_task(self._process())
            try:
                await asyncio.wait([self._main])
            except asyncio.CancelledError:
                self.dead = True
                self._main.cancel()
                await asyncio.wait([self._main])
                raise
            if not self.dead:
                self.crashes.append(repr(self._main.exception()))
            elif not self._main.cancelled():
                self._main.exception()
            self.town.hung_up()
            await asyncio.sleep(self._downtime)

    def _process(self) -> Coroutine[Any, Any, None]:
        channel = TownChannel(self.town, self.processes, self.point)
        app = App(
            self.engine,
            {TOWN: channel},
            self.clock,
            paces={TOWN: TELEGRAM_PACE},
            rng=random.Random(self.rng.random()),
        )
        app.delivery.monotonic = app.delivery._resting.monotonic = self.loop.time
        for lane in app.delivery.lanes.values():
            lane.limiter.monotonic = lane.breaker.monotonic = self.loop.time
        store = app.intake._store
        app.intake._store = lambda arrived: self._store(store, arrived)
        app.schedule.run = lambda wake: self._tick(app, wake)  # type: ignore[method-assign]
        return app.run()

    async def _tick(self, app: App, wake: asyncio.Event) -> None:
        """Time for what is due; like the scheduler it lives through any error."""
        while True:
            await asyncio.sleep(IDLE_TICK if self.idle else TICK_SECONDS)
            with suppress(Exception):
                await asyncio.to_thread(app.tick)
            wake.set()

    def _store(
        self, store: Callable[[Sequence[tuple[str, Raw]]], object], arrived: Sequence[Any]
    ) -> object:
        self._storing = [raw.event_id for _, raw in arrived]
        try:
            return store(arrived)
        finally:
            self._storing = ()

    # --- its death

    def point(self, kind: faults.Kind) -> None:
        """A moment at which the process may die.

        Raises:
            Killed: it does, or has long done so.
        """
        if self.dead:
            raise Killed
        fault = self._plan.get((kind, self.passed[kind]))
        self.passed[kind] += 1
        if fault is not None and kind in DEATHS:
            self._downtime = fault.more
            self.die()

    def die(self) -> None:
        """Kill -9.

        Raises:
            Killed: always.
        """
        self.dead = True
        self.deaths.append(self.loop.time())
        assert self._main is not None
        self._main.cancel()
        raise Killed

    # --- its disk

    def strike(self, fault: Fault) -> None:
        """What a fault does to the machine at its second."""
        if fault.kind is faults.Kind.JUMP:
            self.clock.jump += timedelta(seconds=fault.more)
        elif fault.kind is faults.Kind.FULL:
            self._full = True
            self.loop.call_later(fault.more, self._free_disk)
        elif fault.kind is faults.Kind.LOCKED and self._blocker is None:
            self._blocker = sqlite3.connect(
                str(self.engine.url.database), isolation_level=None, check_same_thread=False
            )
            self._blocker.execute("BEGIN IMMEDIATE")
            self.loop.call_later(fault.more, self.unlock)

    def _free_disk(self) -> None:
        self._full = False

    def unlock(self) -> None:
        """Whoever held the database lets go."""
        if self._blocker is not None:
            self._blocker.close()
            self._blocker = None

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Its engine fails and dies as planned, as long as this lasts."""
        dialect: Any = self.engine.dialect
        commit = dialect.do_commit
        dialect.do_commit = lambda connection: self._commit(commit, connection)
        event.listen(self.engine, "begin", self._begin)
        event.listen(self.engine, "checkout", self._checkout)
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(roles, "CHECK_SECONDS", LOOK_SECONDS)
                patch.setattr(app_module, "LOOK_SECONDS", LOOK_SECONDS)
                patch.setattr(delivery_module, "LOOK_SECONDS", LOOK_SECONDS)
                patch.setattr(app_module, "gc", _NoCollector)
                patch.setattr(desk, "workbook", _workbook)
                yield
        finally:
            event.remove(self.engine, "begin", self._begin)
            event.remove(self.engine, "checkout", self._checkout)
            del dialect.do_commit
            self.unlock()

    def _begin(self, _connection: object) -> None:
        if self.dead:
            raise Killed

    def _checkout(self, connection: Any, record: Any, _proxy: object) -> None:
        if record.info.get("full", False) is not self._full:
            pages = 1 if self._full else UNLIMITED_PAGES
            connection.execute(f"PRAGMA max_page_count={pages}")
            record.info["full"] = self._full

    def _commit(self, commit: Callable[[Any], None], connection: Any) -> None:
        self.point(faults.Kind.BEFORE_COMMIT)
        number = self.passed[faults.Kind.FULL_COMMIT]
        self.passed[faults.Kind.FULL_COMMIT] += 1
        if (faults.Kind.FULL_COMMIT, number) in self._plan:
            raise sqlite3.OperationalError("database or disk is full")
        commit(connection)
        self.stored += [one for one in dict.fromkeys(self._storing) if one not in self.stored]
        self.point(faults.Kind.AFTER_COMMIT)


def _workbook(*_: object) -> tuple[str, bytes]:
    """A list as a file: that the real one can be opened is for other tests."""
    return "danh-sach.xlsx", b"PK"


class _NoCollector:
    """A start tidies up the whole process, which here plays many."""

    collect = freeze = staticmethod(lambda: None)
