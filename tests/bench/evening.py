"""An evening: 2,575 replies in a minute while a directive goes to 244 groups, and 244 single sends.

The stub holds the bot to Telegram's limits, and every answer takes its 60 ± 40 ms.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import union
from tests.bench.measuring import peak_mb
from tests.bench.stub import Stub
from tests.bench.union import Union

MINUTE = 60.0
DELAY = (0.060, 0.040)
SLACK = 10.0
SENDS_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Evening:
    """What was seen; times in seconds."""

    p50: float
    p99: float
    tally_gap: float
    refused: int
    directive: float
    rss_mb: float


async def play(database: Path, world: Union) -> Evening:
    """Let everybody answer at a random moment of one minute."""
    rng = random.Random(3)
    moments = sorted(rng.uniform(0, MINUTE) for _ in range(world.members))
    members = rng.sample(range(1, world.members + 1), world.members)
    async with Stub(limits=True, delay=DELAY) as stub:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.ours", str(database), stub.url, "evening"),
            stdout=asyncio.subprocess.PIPE,
            limit=2**24,
        )
        assert process.stdout is not None
        committed: dict[int, float] = {}
        try:
            async with asyncio.TaskGroup() as group:
                reading = group.create_task(_read(process.stdout, committed))
                await stub.polled.wait()
                began = time.time()
                pushed: dict[int, float] = {}
                for number, (at, member) in enumerate(zip(moments, members, strict=True), 1):
                    await asyncio.sleep(max(0.0, began + at - time.time()))
                    body = union.update(number, member, world.branch_of(member))
                    pushed[number] = time.time()
                    stub.push(number, body)
                await asyncio.sleep(SLACK)
                memory = peak_mb(process.pid)
                process.kill()
                await reading
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
    waits = sorted(committed[number] - at for number, at in pushed.items())
    return Evening(
        waits[len(waits) // 2],
        waits[len(waits) * 99 // 100],
        _smallest_gap(list(stub.edits.values())),
        stub.refused,
        max(stub.sent_at) - min(stub.sent_at),
        memory,
    )


async def single_sends(database: Path) -> tuple[float, int]:
    """Seconds from the first to the last of 244 single sends, and how many were refused."""
    async with Stub(limits=True, delay=DELAY) as stub:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.ours", str(database), stub.url, "evening"),
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(SENDS_PATIENCE):
                while len(stub.sent_at) < union.BRANCHES:
                    await asyncio.sleep(0.05)
        finally:
            process.kill()
            await process.wait()
    return max(stub.sent_at) - min(stub.sent_at), stub.refused


async def _read(lines: asyncio.StreamReader, committed: dict[int, float]) -> None:
    while line := await lines.readline():
        if line.startswith(b"["):
            numbers, moment = json.loads(line)
            committed.update(dict.fromkeys(numbers, moment))


def _smallest_gap(edits: Sequence[Sequence[float]]) -> float:
    return min(
        (later - at for own in edits for at, later in itertools.pairwise(own)),
        default=MINUTE,
    )
