"""Events that arrive together are stored together, and none is acknowledged before it is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from bot.app import App
from bot.channels.base import Raw
from bot.clock import MovableClock
from bot.intake import LOOK_EVERY, Arrived, Intake
from storage.database import Engine
from tests.cast import MONDAY_8AM
from tests.channels.fake_channel import FakeChannel


class Store:
    """Keeps what it is given, once it is let."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.kept: list[str] = []
        self.open = threading.Event()
        self.open.set()

    def __call__(self, arrived: Sequence[Arrived]) -> None:
        assert self.open.wait(5)
        keys = [raw.event_id for _, raw in arrived]
        self.batches.append(keys)
        if "bad" in keys:
            raise OSError
        self.kept += keys


def raw(key: str) -> Raw:
    return Raw(key, "{}")


async def test_what_arrives_while_one_is_stored_is_stored_at_once_after_it() -> None:
    store = Store()
    store.open.clear()
    intake = Intake(store, lambda: False)
    calls = [asyncio.ensure_future(intake.keep("fake", [raw(str(n))])) for n in range(6)]
    await asyncio.sleep(0.05)

    assert not any(call.done() for call in calls), "none is acknowledged before it is stored"
    store.open.set()
    await asyncio.gather(*calls)
    assert store.batches == [["0"], ["1", "2", "3", "4", "5"]]


async def test_one_that_cannot_be_stored_fails_alone() -> None:
    store = Store()
    store.open.clear()
    intake = Intake(store, lambda: False)
    calls = [asyncio.ensure_future(intake.keep("fake", [raw(key)])) for key in ("1", "bad", "2")]
    await asyncio.sleep(0.05)
    store.open.set()

    first, bad, last = await asyncio.gather(*calls, return_exceptions=True)
    assert (first, last) == (None, None)
    assert isinstance(bad, OSError)
    assert store.kept == ["1", "2"]
    await intake.keep("fake", [raw("3")])
    assert store.kept == ["1", "2", "3"]


async def test_whoever_waits_is_told_when_storing_is_given_up() -> None:
    store = Store()
    store.open.clear()
    intake = Intake(store, lambda: False)
    leader = asyncio.ensure_future(intake.keep("fake", [raw("1")]))
    await asyncio.sleep(0.05)
    waiting = asyncio.ensure_future(intake.keep("fake", [raw("2")]))
    await asyncio.sleep(0.05)
    leader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leader
    with pytest.raises(asyncio.CancelledError):
        await waiting
    store.open.set()
    await intake.keep("fake", [raw("3")])
    assert "2" not in store.kept, "it was never acknowledged: it will be sent again"


class Crowd:
    """Too much waits to be worked, until it does not."""

    def __init__(self) -> None:
        self.waits = True
        self.looks = 0

    def __call__(self) -> bool:
        self.looks += 1
        return self.waits


async def test_when_too_much_waits_whoever_brings_more_waits_too_and_nothing_is_dropped() -> None:
    store, crowd = Store(), Crowd()
    intake = Intake(store, crowd)
    await intake.keep("fake", [raw(str(n)) for n in range(LOOK_EVERY - 1)])
    assert crowd.looks == 0, "it is not looked at every event"

    late = asyncio.ensure_future(intake.keep("fake", [raw("late")]))
    await asyncio.sleep(0.05)
    assert not late.done()
    crowd.waits = False
    await late
    assert store.kept[-1] == "late"


async def test_it_waits_so_long_and_then_stores_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.intake.LONGEST_WAIT", 0.05)
    store = Store()
    intake = Intake(store, Crowd())
    await intake.keep("fake", [raw(str(n)) for n in range(LOOK_EVERY)])

    assert len(store.kept) == LOOK_EVERY


def test_it_is_crowded_when_more_waits_than_the_most(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = App(engine, {"fake": FakeChannel()}, MovableClock(MONDAY_8AM))
    monkeypatch.setattr("bot.dispatch.MOST_WAITING", 2)
    app.dispatcher.receive([("fake", raw(str(n))) for n in range(2)], MONDAY_8AM)
    assert not app.dispatcher.crowded()
    app.dispatcher.receive([("fake", raw("3"))], MONDAY_8AM)
    assert app.dispatcher.crowded()
