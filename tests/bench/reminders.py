"""10,000 reminders due in one minute: how late each is queued, and how long the loop waits.

`python -m tests.bench.reminders DATABASE COUNT` is the measured process.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.app import App
from bot.clock import SystemClock
from bot.dispatch import Dispatcher
from bot.roles import Role
from handlers.chat import Tick
from storage.database import open_engine
from storage.meetings import Meeting, Reminder
from tests.bench.measuring import report
from tests.bench.union import Union
from tests.channels.fake_channel import FakeChannel

COUNT = 10_000
LEAD = 3.0
"""Seconds from the start of the process to the first of them."""
MINUTE = 60.0


class Watched(Dispatcher):
    """Notes when the reminders of a meeting are committed."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.queued: dict[int, float] = {}

    def _fire(self, noun: str, tick: Tick, items: Sequence[int], now: datetime) -> int:
        found = super()._fire(noun, tick, items, now)
        if noun == "meetings.due":
            self.queued.update(dict.fromkeys(items, time.time()))
        return found


def fill(database: Path, world: Union, count: int, first: datetime) -> dict[int, float]:
    """Meetings whose last reminder is due one after the other; when each is."""
    step = timedelta(seconds=MINUTE / count)
    due = {number: first + step * (number - 1) for number in range(1, count + 1)}
    engine = open_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        connection.execute(insert(Meeting), [_meeting(n, at, world) for n, at in due.items()])
        connection.execute(
            insert(Reminder),
            [
                {"meeting_id": number, "kind": "T-15m", "due_at": at, "state": "waiting"}
                for number, at in due.items()
            ],
        )
    engine.dispose()
    return {number: at.timestamp() for number, at in due.items()}


def _meeting(number: int, at: datetime, world: Union) -> Mapping[str, Any]:
    return {
        "id": number,
        "unit_id": number % world.branches + 1,
        "scope": "unit",
        "title": "Sinh hoạt chi hội",
        "mode": "hall",
        "place": "Nhà văn hóa khóm",
        "link": "",
        "starts_at": at + timedelta(minutes=15),
        "state": "called",
        "revision": 0,
        "called_by": 1,
        "called_at": at - timedelta(days=1),
    }


async def measure(database: Path, count: int) -> None:
    """Keep time until the last is queued, and report."""
    world = Union()
    first = datetime.now(UTC) + timedelta(seconds=LEAD)  # noqa: TID251 - a measure
    due = fill(database, world, count, first)
    engine = open_engine(f"sqlite:///{database}")
    channel = FakeChannel("telegram")
    app = App(engine, {"telegram": channel}, SystemClock())
    watched = app.dispatcher = Watched(engine, app.channels)
    lags: list[float] = []
    running = asyncio.ensure_future(app.run(frozenset({Role.CLOCK})))
    until = first.timestamp() + MINUTE * 2
    while len(watched.queued) < count and time.time() < until:
        before = time.perf_counter()
        await asyncio.sleep(0.002)
        lags.append(time.perf_counter() - before - 0.002)
    running.cancel()
    late = sorted(watched.queued.get(number, until) - at for number, at in due.items())
    lags.sort()
    report(
        late=late[-1],
        late_p99=late[len(late) * 99 // 100],
        blocked=lags[-1],
        blocked_p99=lags[len(lags) * 99 // 100],
        cpu=time.process_time() / count,
    )


if __name__ == "__main__":
    asyncio.run(measure(Path(sys.argv[1]), int(sys.argv[2])))
