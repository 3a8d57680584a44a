"""Replies to a roll call: what one costs, with and without sending."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import ours_world, rival_work, union
from tests.bench.hooking import WARM
from tests.bench.measuring import cpu_seconds, peak_mb
from tests.bench.stub import Stub
from tests.bench.union import Union

QUIET = 6.5
"""Seconds without an edit after which no tally is behind: they come at most every 6 s."""
PATIENCE = 180.0


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of one reply, and the most memory the process had."""

    cpu: float
    rss_mb: float


class Worlds:
    """Databases to copy for each run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._runs = 0

    def fresh(self, bot: str, world: Union) -> Path:
        """A database of its own for one run."""
        template = self.folder / f"{bot}-{world.members}-{world.branches}.db"
        if not template.exists():
            if bot == "ours":
                ours_world.build(template, world, datetime.now(UTC))  # noqa: TID251 - a measure
            else:
                rival_work.build(template, world)
        self._runs += 1
        copy = self.folder / f"run-{self._runs}.db"
        shutil.copyfile(template, copy)
        return copy

    def drop(self, path: Path) -> None:
        """Forget a run's database."""
        for end in ("", "-wal", "-shm"):
            Path(f"{path}{end}").unlink(missing_ok=True)


def hooked(worlds: Worlds, bot: str, count: int, world: Union | None = None) -> Cost:
    """Without sending: the process measures itself."""
    size = world or Union()
    kind = "ours" if bot == "ours" else "rival"
    database = worlds.fresh(kind, size)
    command = [sys.executable, "-m", f"tests.bench.{bot}", str(database), "hook", str(count)]
    if bot == "ours":
        command += [str(size.branches), str(size.members)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    worlds.drop(database)
    if done.returncode:
        raise RuntimeError(done.stderr)
    figures = json.loads(done.stdout.splitlines()[-1])
    return Cost(figures["cpu"], figures["rss_mb"])


async def answered(worlds: Worlds, bot: str, count: int) -> Cost:
    """With sending: polled from the stub, until every answer and every tally has arrived."""
    kind = "ours" if bot == "ours" else "rival"
    database = worlds.fresh(kind, Union())
    async with Stub() as stub:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", f"tests.bench.{bot}", str(database), stub.url),
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(PATIENCE):
                await stub.polled.wait()
                updates = list(enumerate(union.updates(Union(), WARM + count), 1))
                for number, body in updates[:WARM]:
                    stub.push(number, body)
                while stub.answers < WARM:
                    await asyncio.sleep(0.05)
                await asyncio.sleep(0.5)
                before = cpu_seconds(process.pid)
                for number, body in updates[WARM:]:
                    stub.push(number, body)
                while stub.answers < WARM + count or time.time() - stub.last_edit < QUIET:
                    await asyncio.sleep(0.05)
            cost = (cpu_seconds(process.pid) - before) / count
            return Cost(cost, peak_mb(process.pid))
        finally:
            process.kill()
            await process.wait()
            worlds.drop(database)
