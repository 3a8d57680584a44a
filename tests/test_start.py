"""A start while the database is busy or full: it takes longer, and nothing ends."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot import app as app_module
from bot.app import App
from bot.clock import SystemClock
from storage.database import is_away, reading
from storage.detours import Detour, DetourState
from tests.channels.fake_channel import FakeChannel

BUSY = sqlite3.OperationalError("database is locked")


async def test_a_start_waits_for_the_database(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "RETRY_PAUSE", 0.01)
    app = App(engine, {"fake": FakeChannel()}, SystemClock())
    recover, tries = app.delivery.recover, []

    def busy_twice(name: str) -> int:
        tries.append(name)
        if len(tries) < 3:
            raise OperationalError("BEGIN IMMEDIATE", None, BUSY)
        return recover(name)

    app.delivery.recover = busy_twice  # type: ignore[method-assign]
    running = asyncio.ensure_future(app.run())
    async with asyncio.timeout(10):
        while len(tries) < 3 or not app.delivery.serving:
            assert not running.done(), running.exception()
            await asyncio.sleep(0.01)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running

    assert tries == ["fake"] * 3


def test_the_drivers_own_errors_are_the_databases_too() -> None:
    assert is_away(BUSY)
    assert is_away(OperationalError("", None, BUSY))
    assert not is_away(ValueError())


class Shut(FakeChannel):
    """A channel that opens only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = False
        self.let = asyncio.Event()

    async def open(self) -> None:
        await self.let.wait()
        self.ready = True


async def test_a_channel_that_does_not_open_counts_as_down_until_it_does(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app_module, "OPENS_WITHIN", 0.01)
    channel = Shut()
    app = App(engine, {"fake": channel}, SystemClock())
    running = asyncio.ensure_future(app.run())

    async def becomes(state: DetourState) -> None:
        async with asyncio.timeout(10):
            while _states(engine) != [state]:
                assert not running.done(), running.exception()
                await asyncio.sleep(0.01)

    await becomes(DetourState.SUSPECTED)
    channel.let.set()
    await becomes(DetourState.OVER)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


def _states(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.exec(select(Detour.state)))
