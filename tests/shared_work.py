"""A union on PostgreSQL, and the processes of `chihoi run --role …` that share its work."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from pathlib import Path

from tests.channels.fake_telegram import FakeTelegram

PROGRAM = [sys.executable, "-c", "from bot.cli import main; main()", "run"]
STARTS_WITHIN = 120.0
STANDS_BY = 1.0
"""Seconds from serving pages to having asked Telegram who we are."""


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


class Shared:
    """A union on PostgreSQL and the processes that share its work."""

    def __init__(self, url: str, server: FakeTelegram, folder: Path) -> None:
        self.url, self.server, self.folder = url, server, folder
        self.processes: dict[str, Process] = {}

    async def start(self, name: str, role: str) -> None:
        """Start one, and wait until it is up."""
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        with (self.folder / f"{name}.log").open("w") as log:
            self.processes[name] = await asyncio.create_subprocess_exec(
                *PROGRAM,
                "--role",
                role,
                env={
                    "PATH": os.environ["PATH"],
                    "CHIHOI_DATABASE_URL": self.url,
                    "CHIHOI_SECRET_KEY": "k" * 32,
                    "CHIHOI_TELEGRAM_TOKEN": self.server.token,
                    "CHIHOI_TELEGRAM_API": self.server.url,
                    "CHIHOI_PORT": str(port),
                },
                stdout=DEVNULL,
                stderr=log,
            )
        async with asyncio.timeout(STARTS_WITHIN):
            while not await _answers(port):
                await asyncio.sleep(0.2)
        await asyncio.sleep(STANDS_BY)

    async def kill(self, name: str) -> None:
        process = self.processes.pop(name)
        process.kill()
        await process.wait()

    async def close(self) -> None:
        for process in self.processes.values():
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            async with asyncio.timeout(15):
                await process.wait()
