"""Pages of ours for Zalo: its webhooks, and the way into a bot."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import uvicorn

from bot.channels.zalo_bot import ZaloBotChannel, name_of
from bot.web import zalo_door, zalo_hook
from bot.web.site import site
from tests.channels.fake_zalo import FakeZalo
from tests.channels.zalo_listening import polling, until

DEEP = b'{"a":' * 9000 + b"1" + b"}" * 9000


class Hooked:
    """Our own pages under a real address, and the events they took."""

    def __init__(self, numbers: tuple[int, ...] = (1,)) -> None:
        self.got: list[tuple[str, str]] = []
        self.words = {number: zalo_hook.secret("k" * 32, number) for number in numbers}
        self.url = ""

    async def receive(self, channel: str, raws: Any) -> None:
        self.got += [(channel, raw.event_id) for raw in raws]

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[Hooked]:
        routes = [
            zalo_hook.route(self.receive, name_of(number), number, word)
            for number, word in self.words.items()
        ]
        pages = site(routes, "https://chihoi.test", [route.path for route in routes])
        server = uvicorn.Server(
            uvicorn.Config(pages, port=0, log_config=None, log_level="warning", lifespan="off")
        )
        serving = asyncio.ensure_future(server.serve())
        await until(lambda: server.started)
        self.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        yield self
        server.should_exit = True
        await serving


@pytest.mark.parametrize("wrapped", [False, True])
async def test_the_webhook_takes_what_brings_the_word_for_its_bot(wrapped: bool) -> None:
    async with Hooked((1, 2)).serving() as pages, FakeZalo(wrapped=wrapped) as server:
        hook = (f"{pages.url}{zalo_hook.path(2)}", pages.words[2])
        channel = ZaloBotChannel(server.token, number=2, api=server.url, webhook=hook)
        await channel.open()
        async with polling(channel):
            await until(lambda: server.webhook)
            lan = server.person("Lan")
            await lan.says("một")
            event = {"event_name": "x", "message": {"message_id": "1"}}
            forged = await server.call_webhook(event, secret=pages.words[1])
            wordless = await server.call_webhook(event, secret=None)
        await channel.close()

    assert pages.got == [("zalo_bot:2", f"message.text.received:{lan.chat.messages[0].id}")]
    assert (forged, wordless) == (403, 200)


async def test_a_trial_call_that_fails_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.BACK_OFF", (0.01, 0.01, 0.01))
    async with Hooked().serving() as pages, FakeZalo() as server:
        server.unverified = 2
        hook = (f"{pages.url}{zalo_hook.path(1)}", pages.words[1])
        channel = ZaloBotChannel(server.token, api=server.url, webhook=hook)
        await channel.open()
        async with polling(channel):
            await until(lambda: len(server.calls("setWebhook")) == 3)
        await channel.close()


async def test_what_is_no_event_is_refused_and_too_much_is_not_read() -> None:
    async with Hooked().serving() as pages, FakeZalo() as server:
        url, headers = f"{pages.url}{zalo_hook.path(1)}", {"X-Bot-Api-Secret-Token": pages.words[1]}
        statuses = []
        for body in (b"{", DEEP, b"x" * (zalo_hook.BODY_LIMIT + 1), b""):
            async with server.client.post(url, data=body, headers=headers) as answer:
                statuses.append(answer.status)

    assert statuses == [400, 400, 413, 200]
    assert pages.got == []


@contextlib.asynccontextmanager
async def shown(path: str) -> AsyncIterator[tuple[int, str]]:
    """The status and the words of a page that leads into the first bot."""
    routes = [zalo_door.route({"1": "https://zalo.me/123"})]
    server = uvicorn.Server(
        uvicorn.Config(
            site(routes, ""), port=0, log_config=None, log_level="warning", lifespan="off"
        )
    )
    serving = asyncio.ensure_future(server.serve())
    await until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        yield answer.status, await answer.text()
    server.should_exit = True
    await serving


async def test_a_link_leads_to_a_page_that_tells_what_to_send() -> None:
    link = zalo_door.pattern("", 1).format(code="A4M2-HB1G_1")
    async with shown(link) as (status, words):
        assert status == 200
        assert 'href="https://zalo.me/123"' in words and "start A4M2-HB1G_1" in words
    for wrong in ("/zalo/mo/2/ABC", "/zalo/mo/1/%3Cscript%3E", f"/zalo/mo/1/{'a' * 65}"):
        async with shown(wrong) as (status, words):
            assert status == 404 and "script" not in words
