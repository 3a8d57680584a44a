"""A burst of answers on PostgreSQL, worked by one or two processes beside one that sends.

`python -m tests.bench.burst URL ROLE …` is one of those processes.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Engine, insert
from sqlmodel import col, func, select

from bot.app import App
from bot.clock import SystemClock
from bot.logs import configure
from bot.roles import Role
from handlers.chat import Incoming, Kind
from storage import signals
from storage.database import begin, open_engine, reading
from storage.inbox import Inbox, InboxState
from storage.signals import Signal
from tests.bench import province
from tests.bench.province import Province
from tests.channels.fake_channel import FakeChannel

PATIENCE = 300.0
WARM = 200
"""So many answers come first: statements are compiled, connections opened."""
SENDING = ("delivery", "clock")


async def serve(url: str, roles: Sequence[str]) -> None:
    """Do the work of these roles until killed."""
    configure()  # not on standard output: nobody reads that any more once we are ready
    channel = FakeChannel(name=province.CHANNEL)
    app = App(open_engine(url), {channel.name: channel}, SystemClock())
    async with asyncio.TaskGroup() as group:
        group.create_task(app.run(frozenset(Role(role) for role in roles)))
        await asyncio.sleep(1)
        sys.stdout.write("ready\n")
        sys.stdout.flush()


def answers(size: Province, first: int, count: int) -> list[dict[str, object]]:
    """Inbox rows of so many presses, each in the group of the member's branch."""
    people = [m for m in range(1, size.members + 1) if size.has_account(m)]
    rows: list[dict[str, object]] = []
    for number in range(first, first + count):
        member = people[number % len(people)]
        branch = size.branch_of(member)
        chat, now = province.group_address(branch), datetime.now(UTC)  # noqa: TID251 - a measure
        incoming = Incoming(
            channel=province.CHANNEL,
            event_id=f"burst-{number}",
            chat=chat,
            sender=province.address(member),
            at=now,
            kind=Kind.PRESS,
            text=f"mark {branch + 1} present",
            message_id=province.PROMPT,
            press_id=f"p{number}",
        )
        rows.append(
            {
                "channel": province.CHANNEL,
                "event_id": incoming.event_id,
                "chat": chat,
                "body": msgspec.json.encode(incoming).decode(),
                "received_at": now,
                "state": InboxState.NEW.value,
                "note": "",
            }
        )
    return rows


async def worked(engine: Engine, rows: Sequence[dict[str, object]]) -> float:
    """Seconds from the burst's arrival until the last of it is committed."""
    with begin(engine) as session:
        session.execute(insert(Inbox), list(rows))
        signals.tell(session, Signal.INBOX)
    began = time.perf_counter()
    async with asyncio.timeout(PATIENCE):
        while True:
            with reading(engine) as session:
                new = select(func.count()).where(col(Inbox.state) == InboxState.NEW)
                if not session.exec(new).one():
                    return time.perf_counter() - began
            await asyncio.sleep(0.05)


async def throughput(url: str, size: Province, workers: int, count: int, first: int) -> float:
    """Answers a second, of a burst that meets so many warm workers."""
    processes = [await _started(url, ["worker"]) for _ in range(workers)]
    processes.append(await _started(url, SENDING))
    engine = open_engine(url)
    try:
        await worked(engine, answers(size, first, WARM))
        return count / await worked(engine, answers(size, first + WARM, count))
    finally:
        engine.dispose()
        for process in processes:
            process.send_signal(signal.SIGKILL)
            await process.wait()


async def _started(url: str, roles: Sequence[str]) -> Process:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.burst", url, *roles),
        stdout=PIPE,
        stderr=DEVNULL,
        env={**os.environ, "PYTHONPATH": "."},
    )
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        while await process.stdout.readline() != b"ready\n":
            assert process.returncode is None
    return process


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2:]))
