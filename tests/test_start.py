"""A start while the database is busy or full: it takes longer, and nothing ends."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import suppress

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bot import app as app_module
from bot.app import App
from bot.clock import SystemClock
from storage.database import is_away
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
