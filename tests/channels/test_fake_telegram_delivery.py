"""How the fake Telegram brings updates, reads bodies, and breaks on order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.clock import MovableClock
from tests.channels.fake_telegram import ApiError, FakeTelegram, Fault, errors
from tests.channels.telegram_spec import Upload

SECRET = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    clock = MovableClock(datetime(2026, 11, 16, 1, tzinfo=UTC), held=True)
    async with FakeTelegram(clock=clock, pace=0.01) as server:
        yield server


class Receiver:
    """A bot's own address: keeps what it is brought; `answers` are given in turn, then 200."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers: list[web.Response] = []

    async def take(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        self.secrets.append(request.headers.get(SECRET))
        return self.answers.pop(0) if self.answers else web.Response()

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.got]


@pytest.fixture
async def receiver(server: FakeTelegram) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    async with TestServer(app) as http:
        url = str(http.make_url("/hook"))
        await server.call("setWebhook", {"url": url, "secret_token": "chi_em-8"})
        yield receiver
        await server.call("deleteWebhook")


async def numbers(server: FakeTelegram, **params: Any) -> list[int]:
    return [update["update_id"] for update in await server.call("getUpdates", params)]


async def post(server: FakeTelegram, method: str, **body: Any) -> tuple[int, Any]:
    url = f"{server.url}/bot{server.token}/{method}"
    async with aiohttp.ClientSession() as http, http.post(url, **body) as answer:
        return answer.status, await answer.json()


async def test_an_update_stays_until_a_higher_offset_confirms_it(server: FakeTelegram) -> None:
    lan = server.person("Lan")
    await lan.starts()
    for text in ("một", "hai", "ba"):
        await lan.says(text)
    first, second, third, fourth = await numbers(server)
    assert await numbers(server, limit=2) == [first, second]
    assert await numbers(server, offset=third) == [third, fourth]
    assert await numbers(server, offset=-1) == [fourth]
    assert await numbers(server, offset=fourth + 1) == []
    server.updates.restart_ids(40)
    await lan.says("sau một tuần vắng")
    assert await numbers(server, offset=fourth + 1) == [40]


async def test_a_lost_confirmation_brings_the_same_updates_again(server: FakeTelegram) -> None:
    lan = server.person("Lan")
    await lan.starts()
    (first,) = await numbers(server)
    server.updates.deliver_again()
    assert await numbers(server, offset=first + 1) == [first]
    assert await numbers(server, offset=first + 1) == []


async def test_updates_can_come_late_and_grow_too_old(server: FakeTelegram) -> None:
    lan = server.person("Lan")
    server.updates.hold()
    await lan.starts()
    assert await numbers(server) == []
    server.updates.release()
    assert len(await numbers(server)) == 1
    assert isinstance(server.clock, MovableClock)
    server.clock.advance(timedelta(hours=24))
    assert await numbers(server) == []


async def test_kinds_nobody_asked_for_stay_away(server: FakeTelegram) -> None:
    lan = server.person("Lan")
    await numbers(server, allowed_updates=["callback_query"])
    await lan.starts()
    assert await numbers(server) == []
    await numbers(server, allowed_updates=[])
    await lan.says("chào")
    assert len(await numbers(server)) == 1
    assert "chat_member" not in server.updates.allowed


async def test_a_poison_update_breaks_a_typed_client_but_not_a_raw_one(
    server: FakeTelegram,
) -> None:
    poison = server.poison()
    assert await numbers(server) == [poison.id]
    assert server.problems == []


async def test_a_webhook_is_tried_again_until_it_takes_the_update(
    server: FakeTelegram, receiver: Receiver
) -> None:
    receiver.answers = [
        web.Response(status=500),
        web.Response(status=503, headers={"Retry-After": "2"}),
    ]
    lan = server.person("Lan")
    await lan.starts()
    await lan.says("hai")
    await server.settled()
    assert receiver.texts() == ["/start", "/start", "/start", "hai"]
    assert receiver.secrets == ["chi_em-8"] * 4
    assert len({update["update_id"] for update in receiver.got}) == 2
    with pytest.raises(ApiError, match="can't use getUpdates method while webhook is active"):
        await server.call("getUpdates")


async def test_a_webhook_may_get_an_update_twice_late_or_in_the_wrong_order(
    server: FakeTelegram, receiver: Receiver
) -> None:
    lan = server.person("Lan")
    server.updates.deliver_again()
    await lan.starts()
    await server.settled()
    assert receiver.texts() == ["/start", "/start"]
    server.updates.hold()
    await lan.says("một")
    await lan.says("hai")
    server.updates.release(backwards=True)
    await server.settled()
    assert receiver.texts()[2:] == ["hai", "một"]


async def test_a_webhook_s_answer_may_carry_a_call(
    server: FakeTelegram, receiver: Receiver
) -> None:
    lan = server.person("Lan")
    call = {"method": "sendMessage", "chat_id": lan.id, "text": "chào chị"}
    receiver.answers = [web.json_response(call)]
    await lan.starts()
    await lan.chat.hears("chào chị")


async def test_bodies_may_be_urlencoded_json_or_multipart(server: FakeTelegram) -> None:
    lan = server.person("Lan")
    await lan.starts()
    fields = {"chat_id": str(lan.id), "text": "một"}
    assert (await post(server, "sendMessage", data=fields))[0] == 200
    assert (await post(server, "SENDMESSAGE", json={"chat_id": lan.id, "text": "hai"}))[0] == 200

    async def pieces() -> AsyncIterator[bytes]:
        yield b"%PDF"
        yield b"-1.7"

    media = {"type": "document", "media": "attach://Zx9_random"}
    form = aiohttp.FormData({"chat_id": str(lan.id), "document": "attach://k7"}, quote_fields=False)
    form.add_field("k7", pieces(), filename="Kế hoạch 109.pdf")
    status, sent = await post(server, "sendDocument", data=form)
    assert status == 200
    request = server.requests[-1]
    assert request.params["document"] == Upload("Kế hoạch 109.pdf", b"%PDF-1.7")
    assert set(request.params) == {"chat_id", "document"}
    form = aiohttp.FormData({"chat_id": str(lan.id), "media": json.dumps(media)})
    form.add_field("message_id", str(sent["result"]["message_id"]))
    form.add_field("Zx9_random", b"moi", filename="moi.pdf")
    assert (await post(server, "editMessageMedia", data=form))[0] == 200
    assert lan.chat.last.document is not None
    assert lan.chat.last.document.content == b"moi"
    assert server.problems == []


async def test_what_the_api_does_not_know(server: FakeTelegram) -> None:
    assert (await post(server, "sendFax"))[1]["description"] == "Not Found: method not found"
    assert (await post(server, "getMe", data=b"[1", headers={"Content-Type": "application/json"}))[
        0
    ] == 400
    token = server.token
    server.token = f"{token}x"
    other = f"{server.url}/bot{token}/getMe"
    async with aiohttp.ClientSession() as http:
        async with http.get(other) as answer:
            assert await answer.json() == {
                "ok": False,
                "error_code": 401,
                "description": "Unauthorized",
            }
        async with http.get(f"{server.url}/botnonsense/getMe") as answer:
            assert answer.status == 404
        async with http.get(f"{server.url}/file/bot{server.token}/documents/x") as answer:
            assert answer.status == 404


async def test_a_call_of_the_wrong_form_is_noted_though_it_works(server: FakeTelegram) -> None:
    lan = server.person("Lan")
    await lan.starts()
    await server.call("sendMessage", {"chat_id": lan.id, "text": "a", "reply_to_message_id": 5})
    assert server.problems == ["sendMessage.reply_to_message_id: unknown field"]


async def test_faults_strike_the_calls_they_are_meant_for(server: FakeTelegram) -> None:
    lan, an = server.person("Lan"), server.person("An")
    await lan.starts()
    await an.starts()
    server.fault("sendMessage", chat=an.id, skip=1, times=2, error=errors.server_error())
    for person in (lan, an, an, an, an, lan):
        await server.call_quietly("sendMessage", {"chat_id": person.id, "text": "chào"})
    assert [request.ok for request in server.calls("sendMessage")] == [
        True,
        True,
        False,
        False,
        True,
        True,
    ]
    server.fault("sendMessage", error=errors.gateway_page())
    async with aiohttp.ClientSession() as http:
        url = f"{server.url}/bot{server.token}/sendMessage"
        async with http.post(url, json={"chat_id": lan.id, "text": "a"}) as answer:
            assert (answer.status, answer.content_type) == (502, "text/html")
    server.fault("sendMessage", error=errors.too_many(3))
    async with (
        aiohttp.ClientSession() as http,
        http.post(url, json={"chat_id": lan.id, "text": "a"}) as answer,
    ):
        assert (answer.status, answer.headers["Retry-After"]) == (429, "3")


async def test_an_answer_can_come_too_late_though_the_message_was_sent(
    server: FakeTelegram,
) -> None:
    lan = server.person("Lan")
    await lan.starts()
    server.fault("sendMessage", delay=30, after_effect=True)
    with pytest.raises(TimeoutError):
        await post(
            server,
            "sendMessage",
            json={"chat_id": lan.id, "text": "đến rồi"},
            timeout=aiohttp.ClientTimeout(total=0.1),
        )
    assert lan.chat.last.text == "đến rồi"


async def test_a_script_may_choose_the_mishap_of_every_call(server: FakeTelegram) -> None:
    lan = server.person("Lan")
    await lan.starts()
    server.faults.script = lambda method, params: (
        Fault(cut=True, after_effect=True) if params.get("text") == "đứt" else None
    )
    await server.call("sendMessage", {"chat_id": lan.id, "text": "lành"})
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await post(server, "sendMessage", json={"chat_id": lan.id, "text": "đứt"})
    assert [message.text for message in lan.chat.bot_messages] == ["lành", "đứt"]


async def test_waiting_says_what_was_heard_instead(server: FakeTelegram) -> None:
    lan = server.person("Lan")
    await lan.starts()
    await server.call("sendMessage", {"chat_id": lan.id, "text": "chào"})
    with pytest.raises(AssertionError, match=r"never heard 'tạm biệt'; the bot said:\n- 'chào'"):
        await lan.chat.hears("tạm biệt", within=0.02)
    with pytest.raises(AssertionError, match="sees no button 'Có'"):
        await lan.presses("Có")
    with pytest.raises(AssertionError, match="has not pressed Start"):
        await server.person("Mơ").says("chào")
    waiting = asyncio.ensure_future(lan.chat.hears("sắp tới"))
    await asyncio.sleep(0)
    await server.call("sendMessage", {"chat_id": lan.id, "text": "sắp tới"})
    assert (await waiting).text == "sắp tới"
