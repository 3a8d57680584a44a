"""Timed work that PostgreSQL ended because it and an answer waited for each other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bot.app import App
from bot.clock import MovableClock
from handlers.chat import Moment, Reply, Tick
from tests.cast import MONDAY_8AM
from tests.channels.fake_channel import FakeChannel


class DeadlockError(Exception):
    """As the driver tells it (postgresql.org/docs: errcodes-appendix)."""

    sqlstate = "40P01"


@pytest.mark.parametrize("guarded", [True, False])
def test_it_is_done_at_the_next_tick_and_not_put_off(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> None:
    met: list[int] = []
    done: list[int] = []

    def remind(_moment: Moment, item: int) -> list[Reply]:
        if item == 1 and len(met) < 2:  # with another in its transaction, and then alone
            met.append(item)
            raise OperationalError("UPDATE", {}, DeadlockError())
        done.append(item)
        return []

    if not guarded:
        monkeypatch.setattr("bot.dispatch.is_collision", lambda _error: False)
    dispatcher = App(engine, {"fake": FakeChannel()}, MovableClock(MONDAY_8AM)).dispatcher
    ticks = {"reminders": Tick(lambda _session, _now: [n for n in (1, 2) if n not in done], remind)}
    dispatcher.tick(ticks, MONDAY_8AM)
    assert done == [2]

    dispatcher.tick(ticks, MONDAY_8AM + timedelta(seconds=1))
    assert done == ([2, 1] if guarded else [2])
