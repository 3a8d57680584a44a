"""`chihoi run` with Zalo alone, as an operator starts it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from bot.web.zalo_hook import path, secret
from storage.migrations import upgrade
from tests.channels.fake_zalo import FakeZalo
from tests.channels.zalo_listening import until
from tests.running import PROGRAM

pytestmark = pytest.mark.slow
KEY = "k" * 32


@pytest.mark.parametrize("webhook", ["0", "1"])
async def test_zalo_alone_is_served(tmp_path: Path, webhook: str) -> None:
    database = f"sqlite:///{tmp_path / 'union.db'}"
    upgrade(database)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    async with FakeZalo() as server:
        process = await asyncio.create_subprocess_exec(
            *PROGRAM,
            env={
                "PATH": os.environ["PATH"],
                "CHIHOI_DATABASE_URL": database,
                "CHIHOI_SECRET_KEY": KEY,
                "CHIHOI_PUBLIC_URL": f"http://127.0.0.1:{port}",
                "CHIHOI_PORT": str(port),
                "CHIHOI_ZALO_BOT_TOKEN": server.token,
                "CHIHOI_ZALO_BOT_API": server.url,
                "CHIHOI_ZALO_BOT_WEBHOOK": webhook,
            },
            stdout=PIPE,
            stderr=PIPE,
        )
        lan = server.person("Lan")
        await until(lambda: server.webhook or server.polling, seconds=30)
        await lan.says("chào em")
        await until(lambda: lan.chat.bot, seconds=15)
        process.send_signal(signal.SIGTERM)
        out, err = await process.communicate()

    assert process.returncode == 0
    assert "trợ lý tự động" in lan.chat.bot[0].text
    written = (out + err).decode()
    assert server.token not in written and "Traceback" not in written
    if webhook == "1":
        assert server.webhook == (f"http://127.0.0.1:{port}{path(1)}", secret(KEY, 1))
