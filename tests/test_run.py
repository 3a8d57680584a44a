"""`chihoi run` as an operator starts it: a real process, killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from storage.migrations import upgrade
from tests.channels.fake_telegram import FakeTelegram
from tests.running import PROGRAM, Union

pytestmark = pytest.mark.slow


@pytest.fixture
async def union(tmp_path: Path) -> AsyncIterator[Union]:
    upgrade(f"sqlite:///{tmp_path / 'union.db'}")
    async with FakeTelegram() as server:
        union = Union(tmp_path, server)
        yield union
        if union.process is not None and union.process.returncode is None:
            await union.stop(signal.SIGKILL)
        assert server.problems == []


async def test_it_serves_is_healthy_and_stops_gently(union: Union) -> None:
    await union.start()
    an = union.server.person("An")
    await an.starts()
    await an.says("trợ giúp")
    await an.chat.hears("trợ giúp", within=10)
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{union.port}/health") as answer,
    ):
        assert await answer.json() == {"status": "ok", "problems": []}

    code, written = await union.stop(signal.SIGTERM)
    assert code == 0
    assert "Traceback" not in written
    assert union.server.token not in written
    assert "trợ giúp" not in written


async def test_killed_between_hearing_and_answering_it_answers_when_it_is_back(
    union: Union,
) -> None:
    await union.start()
    an = union.server.person("An")
    await an.starts()
    await an.chat.hears(within=10)
    slow = union.server.fault("sendMessage", delay=30.0, times=None)
    since = union.server.changed
    await an.says("trợ giúp")
    async with asyncio.timeout(10):
        while not any(r.method == "sendMessage" for r in union.server.requests[-1:]):
            await asyncio.sleep(0.02)
    await union.stop(signal.SIGKILL)
    slow.times = 0

    await union.start()
    await an.chat.hears("trợ giúp", since=since, within=15)


async def test_a_database_that_was_not_migrated_is_said_in_one_line(
    union: Union, tmp_path: Path
) -> None:
    process = await asyncio.create_subprocess_exec(
        *PROGRAM,
        env={
            "PATH": os.environ["PATH"],
            "CHIHOI_DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}",
            "CHIHOI_SECRET_KEY": "k" * 32,
            "CHIHOI_TELEGRAM_TOKEN": union.server.token,
        },
        stderr=PIPE,
    )
    _, err = await process.communicate()

    assert process.returncode == 2
    assert err.decode() == "chihoi: the database is not up to date; run `chihoi migrate` first\n"


async def test_a_port_that_is_taken_is_said_in_one_line(union: Union, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", union.port)):
        process = await asyncio.create_subprocess_exec(
            *PROGRAM,
            env={
                "PATH": os.environ["PATH"],
                "CHIHOI_DATABASE_URL": f"sqlite:///{tmp_path / 'union.db'}",
                "CHIHOI_SECRET_KEY": "k" * 32,
                "CHIHOI_TELEGRAM_TOKEN": union.server.token,
                "CHIHOI_TELEGRAM_API": union.server.url,
                "CHIHOI_PORT": str(union.port),
            },
            stderr=PIPE,
        )
        _, err = await process.communicate()

    assert process.returncode == 2
    assert "cannot be used" in err.decode()
    assert len(err.decode().splitlines()) == 1
