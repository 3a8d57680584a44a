"""What it costs to start: CPU to the first poll, and memory at rest.

`python -m tests.bench.starting off` starts our bot without Telegram and rests; `library` only
imports what aiogram needs for a bot.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.bench.measuring import cpu_seconds
from tests.bench.stub import Stub

REST = 1.5
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Start:
    """CPU seconds to the first poll (or until nothing more happened), and MB at rest."""

    cpu: float
    rss_mb: float


async def until_polled(module: str, database: Path) -> Start:
    """Start a bot that polls."""
    async with Stub() as stub:
        process = subprocess.Popen(  # noqa: ASYNC220 - it is only started here
            [sys.executable, "-m", module, str(database), stub.url],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(PATIENCE):
                await stub.polled.wait()
            cpu = cpu_seconds(process.pid)
            await asyncio.sleep(REST)
            return Start(cpu, resident_mb(process.pid))
        finally:
            process.kill()
            process.wait()


def resting(what: str, database: Path) -> Start:
    """Start a process that says when it is up."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.starting", what, str(database)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        process.stdout.readline()
        cpu = cpu_seconds(process.pid)
        time.sleep(REST)
        return Start(cpu, resident_mb(process.pid))
    finally:
        process.kill()
        process.wait()


def resident_mb(pid: int) -> float:
    """The memory a process has now."""
    return float(psutil.Process(pid).memory_info().rss) / 2**20


async def _off(database: str) -> None:
    from bot.app import App  # noqa: PLC0415 - what is measured
    from bot.channels.platform import Platform  # noqa: PLC0415
    from bot.channels.sandbox import SANDBOX, SandboxChannel  # noqa: PLC0415
    from bot.clock import SystemClock  # noqa: PLC0415
    from storage.database import open_engine  # noqa: PLC0415

    clock = SystemClock()
    channel = SandboxChannel(SANDBOX, Platform(), clock.now, "")
    app = App(open_engine(f"sqlite:///{database}"), {SANDBOX: channel}, clock)
    running = asyncio.ensure_future(app.run())
    await asyncio.sleep(0.2)
    sys.stdout.write("up\n")
    sys.stdout.flush()
    await running


def _library() -> None:
    import aiogram  # noqa: F401, PLC0415 - what is measured
    from aiogram.client.session.aiohttp import AiohttpSession  # noqa: F401, PLC0415

    sys.stdout.write("up\n")
    sys.stdout.flush()
    time.sleep(PATIENCE)


if __name__ == "__main__":
    if sys.argv[1] == "off":
        asyncio.run(_off(sys.argv[2]))
    else:
        _library()
