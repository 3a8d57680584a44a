"""`chihoi run` as a process of its own, against the fake Bot API server."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

from bot.clock import SystemClock
from storage import mail
from storage.database import begin, open_engine
from storage.migrations import upgrade
from tests.channels.fake_telegram import FakeTelegram

PROGRAM = [sys.executable, "-c", "from bot.cli import main; main()", "run"]
STARTS_WITHIN = 60.0


class Union:
    """A union's folder and the process that serves it."""

    def __init__(self, folder: Path, server: FakeTelegram) -> None:
        self.folder = folder
        self.server = server
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.process: Process | None = None

    async def start(self, **settings: str) -> None:
        """Start it and wait until it polls."""
        polls = len(self.server.calls("getUpdates"))
        self.process = await asyncio.create_subprocess_exec(
            *PROGRAM, env=self._environment(settings), stdout=PIPE, stderr=PIPE
        )
        async with asyncio.timeout(STARTS_WITHIN):
            while len(self.server.calls("getUpdates")) == polls:
                assert self.process.returncode is None, await self.process.communicate()
                await asyncio.sleep(0.05)

    async def command(self, *words: str, **settings: str) -> int:
        """Run another command of the program beside it; its exit code."""
        process = await asyncio.create_subprocess_exec(
            *PROGRAM[:-1], *words, env=self._environment(settings), stdout=PIPE, stderr=PIPE
        )
        await process.communicate()
        assert process.returncode is not None
        return process.returncode

    def _environment(self, settings: dict[str, str]) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "CHIHOI_DATABASE_URL": f"sqlite:///{self.folder / 'union.db'}",
            "CHIHOI_SECRET_KEY": "k" * 32,
            "CHIHOI_TELEGRAM_TOKEN": self.server.token,
            "CHIHOI_TELEGRAM_API": self.server.url,
            "CHIHOI_PORT": str(self.port),
            **settings,
        }

    async def stop(self, how: signal.Signals) -> tuple[int, str]:
        """Stop it; its exit code and what it wrote."""
        assert self.process is not None
        self.process.send_signal(how)
        async with asyncio.timeout(15):
            out, err = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, (out + err).decode()


async def queue_broadcast(folder: Path, server: FakeTelegram, groups: int) -> None:
    """Make a union's database, with a directive waiting for so many groups of the server."""
    url = f"sqlite:///{folder / 'union.db'}"
    upgrade(url)
    lan = server.person("Lan")
    engine = open_engine(url)
    with begin(engine) as session:
        for number in range(groups):
            group = server.group(f"CH {number}", members=[lan])
            await server.add_bot(group, by=lan)
            mail.post(
                session, key=f"directive:{number}", channel="telegram",
                chat=f"telegram:{group.id}", body='{"text":"Văn bản số 7"}', bulk=True,
                created_at=SystemClock().now(),
            )  # fmt: skip
    engine.dispose()
    server.updates.clear()
