"""SIGTERM in the middle of a broadcast: what is on its way gets its answer, the rest stays queued."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select

from storage.database import open_engine, reading
from storage.mail import Outbox
from tests.channels.fake_telegram import FakeGroup, FakeTelegram
from tests.running import Union, queue_broadcast

pytestmark = pytest.mark.slow
GROUPS = 40


@pytest.fixture
async def union(tmp_path: Path) -> AsyncIterator[Union]:
    """A union with a directive waiting for forty groups, and its process not yet started."""
    async with FakeTelegram() as server:
        await queue_broadcast(tmp_path, server, GROUPS)
        running = Union(tmp_path, server)
        yield running
        if running.process is not None and running.process.returncode is None:
            await running.stop(signal.SIGKILL)


def states(union: Union, file: Path | None = None) -> Counter[str]:
    engine = open_engine(f"sqlite:///{file or union.folder / 'union.db'}")
    with reading(engine) as session:
        found = Counter(session.exec(select(Outbox.state)))
    engine.dispose()
    return found


def arrived(server: FakeTelegram) -> int:
    """How many messages the groups have."""
    return sum(
        message.from_bot
        for group in server.groups.values()
        if isinstance(group, FakeGroup)
        for message in group.messages
    )


async def under_way(union: Union, number: int) -> None:
    async with asyncio.timeout(10):
        while len(union.server.calls("sendMessage")) < number:
            await asyncio.sleep(0.01)


async def test_what_is_on_its_way_gets_its_answer_written(union: Union) -> None:
    union.server.fault("sendMessage", delay=1.5, times=None)
    await union.start()
    await under_way(union, 5)
    started = time.monotonic()
    code, written = await union.stop(signal.SIGTERM)

    assert code == 0, written
    assert time.monotonic() - started < 10
    assert "Traceback" not in written
    found = states(union)
    assert set(found) <= {"queued", "sent"}
    assert found["sent"] == arrived(union.server) >= 5
    assert found["queued"] == GROUPS - found["sent"] > 0


async def test_an_answer_that_never_comes_does_not_hold_it(union: Union) -> None:
    union.server.fault("sendMessage", delay=60.0, times=None)
    await union.start()
    await under_way(union, 1)
    started = time.monotonic()
    code, written = await union.stop(signal.SIGTERM)

    assert code == 0, written
    assert time.monotonic() - started < 10
    assert states(union)["sending"] >= 1  # the next start tells these apart


async def test_a_second_signal_ends_it_at_once(union: Union) -> None:
    union.server.fault("sendMessage", delay=60.0, times=None)
    await union.start()
    await under_way(union, 1)
    assert union.process is not None
    union.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(0.5)
    assert union.process.returncode is None
    started = time.monotonic()
    code, _ = await union.stop(signal.SIGTERM)

    assert code == 128 + signal.SIGTERM
    assert time.monotonic() - started < 2


async def test_a_backup_in_the_middle_of_it_says_nothing_twice(union: Union) -> None:
    union.server.fault("sendMessage", delay=0.3, times=None)
    await union.start()
    await under_way(union, 3)
    backup, restored = union.folder / "union.backup", union.folder / "restored.db"
    assert await union.command("backup", str(backup)) == 0
    assert union.process is not None
    assert union.process.returncode is None
    await union.stop(signal.SIGKILL)
    await asyncio.sleep(0.5)  # what was on its way arrives
    before = arrived(union.server)

    address = f"sqlite:///{restored}"
    assert await union.command("restore", str(backup), CHIHOI_DATABASE_URL=address) == 0
    await union.start(CHIHOI_DATABASE_URL=address)
    await asyncio.sleep(1.0)
    await union.stop(signal.SIGTERM)

    assert before > 0
    assert arrived(union.server) == before
    found = states(union, restored)
    assert found["in_doubt"] > 0
    assert found["in_doubt"] + found["sent"] == GROUPS
