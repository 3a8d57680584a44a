"""`chihoi run` with an Official Account alone, as an operator starts it."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from bot.web import zalo_oa_hook
from storage.database import open_engine
from storage.migrations import upgrade
from tests.channels.fake_oa import FakeOa
from tests.channels.zalo_listening import until
from tests.oa_cast import authorise
from tests.running import PROGRAM

pytestmark = pytest.mark.slow


async def test_an_account_alone_is_served_once_it_is_authorised(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'union.db'}"
    upgrade(database)
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    async with FakeOa() as server:
        process = await asyncio.create_subprocess_exec(
            *PROGRAM,
            env={
                "PATH": os.environ["PATH"],
                "CHIHOI_DATABASE_URL": database,
                "CHIHOI_SECRET_KEY": "k" * 32,
                "CHIHOI_PUBLIC_URL": f"http://127.0.0.1:{port}",
                "CHIHOI_PORT": str(port),
                "CHIHOI_ZALO_OA_APP_ID": server.app_id,
                "CHIHOI_ZALO_OA_APP_SECRET": server.app_secret,
                "CHIHOI_ZALO_OA_SECRET": server.secret,
                "CHIHOI_ZALO_OA_ID": server.id,
                "CHIHOI_ZALO_OA_API": server.url,
            },
            stdout=PIPE,
            stderr=PIPE,
        )
        url = f"http://127.0.0.1:{port}{zalo_oa_hook.PATH}"

        async def bring(body: bytes, headers: dict[str, str]) -> int:
            async with server.client.post(url, data=body, headers=headers) as answer:
                return answer.status

        server.webhook = bring
        lan = server.person("Lan")
        await until(lambda: _listens(port), seconds=30)
        await lan.says("chào em")  # before anybody has authorised us: it waits
        assert process.stderr is not None
        async with asyncio.timeout(30):
            told = await process.stderr.readuntil(b"chihoi channel oa login")
        authorise(open_engine(database), server)
        await until(lambda: lan.chat.oa, seconds=45)
        process.send_signal(signal.SIGTERM)
        out, err = await process.communicate()

    assert process.returncode == 0
    assert server.statuses == [200]
    assert "trợ lý tự động" in lan.chat.oa[0].text
    written = (told + out + err).decode()
    for secret in (server.app_secret, server.secret, "access-1", "refresh-1"):
        assert secret not in written
    assert "Traceback" not in written


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
