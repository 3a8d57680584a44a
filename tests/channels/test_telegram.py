"""Telegram over real HTTP: both ways in, everything out, and what goes wrong in between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
import uvicorn
from sqlalchemy import Engine
from sqlmodel import select

from bot.app import App
from bot.channels.base import DeliveryError, Post
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_updates import Me, decode, event_id, raw_update
from bot.web import telegram_hook
from bot.web.site import site
from handlers.chat import Kind
from storage import accounts
from storage.database import reading
from storage.inbox import Inbox, InboxState
from tests.channels.fake_telegram import ApiError, errors
from tests.channels.fake_telegram.methods import METHODS
from tests.telegram_cast import TelegramCast

ME = Me(7_100_000_001, "chihoi_thu_bot")


@pytest.fixture
async def cast(engine: Engine) -> AsyncIterator[TelegramCast]:
    async with TelegramCast(engine) as cast:
        yield cast
        assert cast.server.problems == []


def inbox(cast: TelegramCast) -> list[Inbox]:
    with reading(cast.engine) as session:
        return list(session.exec(select(Inbox).order_by(Inbox.id)))  # type: ignore[arg-type]


async def test_help_in_private_and_in_a_group(cast: TelegramCast) -> None:
    await cast.an.says("trợ giúp")
    await cast.an.says("/trogiup@chihoi_thu_bot", cast.k8)

    assert "trợ giúp" in cast.an.text
    assert "trợ giúp" in cast.k8.text


async def test_a_command_for_another_bot_is_left_alone(cast: TelegramCast) -> None:
    await cast.an.says("/trogiup@another_bot", cast.k8)

    assert cast.k8.bot == []


async def test_a_poison_update_is_stored_set_aside_and_passed(cast: TelegramCast) -> None:
    cast.server.poison()
    await cast.an.says("trợ giúp")

    poison, good = inbox(cast)
    assert poison.state == InboxState.SET_ASIDE
    assert "planet" in poison.body
    assert good.state == InboxState.WORKED
    assert "trợ giúp" in cast.an.text


async def test_an_update_sent_twice_is_worked_once(cast: TelegramCast) -> None:
    await cast.an.says("trợ giúp")
    (row,) = inbox(cast)
    assert ":" in row.event_id
    before = len(cast.an.texts)
    await cast.app.receive("telegram", [raw_update(row.body.encode())[1]])
    await cast.settle()

    assert len(inbox(cast)) == 1
    assert len(cast.an.texts) == before


async def test_a_flood_answer_is_waited_out(cast: TelegramCast) -> None:
    flood = errors.too_many(3)
    cast.server.fault("sendMessage", error=flood)
    await cast.an.says("trợ giúp")
    assert cast.an.texts == []
    assert cast.app.delivery.limiters["telegram"].wait("telegram:1", group=False) > 2  # type: ignore[operator]

    cast.app.delivery.__post_init__()  # a moment later
    await cast.passes(seconds=3)
    assert "trợ giúp" in cast.an.text


async def test_a_lost_answer_is_resent_once_and_marked(cast: TelegramCast) -> None:
    cast.server.fault("sendMessage", after_effect=True, cut=True)
    await cast.an.says("trợ giúp")

    assert len(cast.an.texts) == 2
    (row,) = cast.outbox()
    assert row.note == "sent once before; the answer was lost"


async def test_an_answer_the_client_cannot_read_still_counts_as_sent(
    cast: TelegramCast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A field that a newer server adds must not make every message look lost."""
    strange = {"message_id": 4242, "chat": {"id": "not a number"}}
    monkeypatch.setitem(METHODS, "sendMessage", lambda _server, _params: strange)
    cast.server.checks = False
    await cast.an.says("trợ giúp")

    (row,) = cast.outbox()
    assert (row.state, row.message_id) == ("sent", "4242")


async def test_it_serves_though_the_menu_cannot_be_set(engine: Engine) -> None:
    cast = TelegramCast(engine)
    cast.server.fault("setMyCommands", error=ApiError(400, "Bad Request"), times=None)
    cast.server.fault("deleteWebhook", error=ApiError(400, "Bad Request"), times=None)
    async with cast:
        await cast.an.says("trợ giúp")
        assert "trợ giúp" in cast.an.text


async def test_a_server_error_is_retried(cast: TelegramCast) -> None:
    cast.server.fault("sendMessage", error=ApiError(502, "Bad Gateway"))
    await cast.an.says("trợ giúp")
    assert cast.an.texts == []

    await cast.passes(seconds=6)
    assert len(cast.an.texts) == 1


async def test_somebody_who_blocked_the_bot_is_not_written_to(cast: TelegramCast) -> None:
    await cast.people["an"].blocks_bot()
    await cast.settle()
    with reading(cast.engine) as session:
        found = accounts.by_address(session, f"telegram:{cast.people['an'].id}")
        assert found is not None and found.blocked


async def test_a_group_that_became_a_supergroup_is_still_the_same(cast: TelegramCast) -> None:
    group = cast.rooms["g8"]
    await group.migrate()  # type: ignore[union-attr]
    await cast.settle()
    await cast.an.says("/trogiup", cast.k8)

    assert "trợ giúp" in cast.k8.text


async def test_the_webhook_stores_before_it_answers_and_checks_the_secret(
    cast: TelegramCast,
) -> None:
    word = telegram_hook.secret("k" * 32)
    config = uvicorn.Config(
        site([telegram_hook.route(cast.app.receive, word)], webhooks=[telegram_hook.PATH]),
        port=0,
        log_config=None,
        log_level="error",
    )
    server = uvicorn.Server(config)
    serving = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{port}{telegram_hook.PATH}"
    hooked = TelegramChannel(cast.server.token, api=cast.server.url, webhook=(url, word))
    cast._listening.cancel()
    app = App(cast.engine, {"telegram": hooked}, cast.clock)
    await hooked.open()
    listening = asyncio.ensure_future(hooked.listen(app.receive))
    await cast.people["an"].says("trợ giúp")
    await cast.server.settled()
    await app.settle()
    try:
        assert "trợ giúp" in cast.an.text
        async with aiohttp.ClientSession() as client:
            for secret, body, status in (
                ("wrong", "{}", 403),
                (word, "not json", 400),
                (word, json.dumps({"update_id": 5}), 200),
            ):
                headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
                async with client.post(url, data=body, headers=headers) as response:
                    assert response.status == status
    finally:
        listening.cancel()
        await hooked.close()
        server.should_exit = True
        await serving


def update(**parts: object) -> str:
    return json.dumps({"update_id": 9, **parts})


def message(text: str, entities: list[dict[str, object]] | None = None, **more: object) -> object:
    return {
        "message_id": 1,
        "date": 1_790_000_000,
        "chat": {"id": -5, "type": "group", "title": "CH"},
        "from": {"id": 7, "first_name": "An", "last_name": "Võ Thị"},
        "text": text,
        "entities": entities or [],
        **more,
    }


def test_a_mention_is_heard_and_cut_out_behind_an_emoji() -> None:
    entity = {"type": "mention", "offset": 3, "length": 15}
    heard = decode(update(message=message("🌸 @chihoi_thu_bot có mặt", [entity])), "telegram", ME)

    assert heard is not None
    assert (heard.text, heard.to_bot, heard.sender_name) == ("🌸 có mặt", True, "Võ Thị An")


def test_what_is_no_business_of_ours_is_nothing() -> None:
    assert decode(update(poll={"id": "1"}), "telegram", ME) is None
    assert decode(update(message=message("")), "telegram", ME) is None


def test_a_bot_made_administrator_hears_all() -> None:
    change = {
        "chat": {"id": -5, "type": "supergroup", "title": "CH"},
        "from": {"id": 7, "first_name": "An"},
        "date": 1_790_000_000,
        "old_chat_member": {"status": "member"},
        "new_chat_member": {"status": "administrator"},
    }
    heard = decode(update(my_chat_member=change), "telegram", ME)

    assert heard is not None
    assert (heard.kind, heard.hears_all) == (Kind.BOT_ADDED, True)


def test_update_ids_that_restart_do_not_collide() -> None:
    first = event_id(update(message=message("a")).encode())
    later = event_id(update(message=message("a") | {"date": 1_800_000_000}).encode())  # type: ignore[operator]
    press = event_id(update(callback_query={"id": "77", "from": {"id": 1}}).encode())

    assert len({first, later, press}) == 3


async def test_a_server_that_does_not_hold_the_line_is_not_flooded(cast: TelegramCast) -> None:
    before = len(cast.server.calls("getUpdates"))
    cast.server.updates.poll = _at_once  # type: ignore[assignment,method-assign]
    await cast.people["an"].says("trợ giúp")  # ends the poll that is held
    await asyncio.sleep(0.5)

    assert len(cast.server.calls("getUpdates")) - before < 5


async def _at_once(params: object, closing: object) -> list[object]:
    return []


async def test_a_proxy_that_is_down_is_waited_for() -> None:
    channel = TelegramChannel("1:x", proxy="socks5://127.0.0.1:1")
    opening = asyncio.ensure_future(channel.open())
    await asyncio.sleep(0.3)
    try:
        assert not opening.done()
        with pytest.raises(DeliveryError) as refused:
            await channel.send(Post("telegram:1", "x"))
        assert refused.value.retryable and not refused.value.in_doubt
    finally:
        opening.cancel()
        await channel.close()
