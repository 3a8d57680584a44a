"""Events that arrive together are stored together, and none is acknowledged before it is."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from bot.channels.base import Raw
from bot.intake import Arrived, Intake


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
    intake = Intake(store)
    calls = [asyncio.ensure_future(intake.keep("fake", [raw(str(n))])) for n in range(6)]
    await asyncio.sleep(0.05)

    assert not any(call.done() for call in calls), "none is acknowledged before it is stored"
    store.open.set()
    await asyncio.gather(*calls)
    assert store.batches == [["0"], ["1", "2", "3", "4", "5"]]


async def test_one_that_cannot_be_stored_fails_alone() -> None:
    store = Store()
    store.open.clear()
    intake = Intake(store)
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
    intake = Intake(store)
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
