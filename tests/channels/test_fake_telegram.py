"""One conversation, told over real HTTP by aiogram and by python-telegram-bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.channels.fake_telegram import FakeTelegram, errors
from tests.channels.fake_telegram.clients import (
    Client,
    RefusedError,
    aiogram_client,
    ptb_client,
    whole_aiogram,
)
from tests.channels.telegram_spec import Upload

OPENERS: dict[str, Callable[[FakeTelegram], AbstractAsyncContextManager[Client]]] = {
    "aiogram": aiogram_client,
    "python-telegram-bot": ptb_client,
}
pytestmark = [pytest.mark.slow, pytest.mark.sqlite]  # two whole libraries are loaded for it
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (640).to_bytes(4) + (360).to_bytes(4)


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server
        assert server.problems == []


@pytest.fixture(params=list(OPENERS))
async def client(
    request: pytest.FixtureRequest, server: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Client]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with OPENERS[request.param](server) as client:
        yield client


def keyboard(*labels: str) -> dict[str, object]:
    row = [{"text": label, "callback_data": str(place)} for place, label in enumerate(labels)]
    return {"inline_keyboard": [row]}


async def refusal(call: Awaitable[object]) -> tuple[str, int]:
    with pytest.raises(RefusedError) as refused:
        await call
    return refused.value.kind, refused.value.value


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.01)


@pytest.mark.slow
@pytest.mark.sqlite
async def test_a_roll_call_in_a_group(server: FakeTelegram, client: Client) -> None:
    lan, an = server.person("Lan"), server.person("An", username="an_khom8")
    group = server.group("CH Khóm 8", members=[lan, an])
    await server.add_bot(group, by=lan, payload="MA123")
    await lan.says("/diemdanh", chat=group)

    assert (await client.do("getMe"))["can_read_all_group_messages"] is False
    added, welcome, start, command = await client.updates()
    assert added["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert welcome["message"]["new_chat_members"][0]["username"] == server.bot.username
    assert start["message"]["text"] == f"/start@{server.bot.username} MA123"
    assert command["message"]["entities"][0]["type"] == "bot_command"
    assert command["message"]["chat"] == {"id": group.id, "title": "CH Khóm 8", "type": "group"}

    roll = await client.do(
        "sendMessage",
        chat_id=group.id,
        text="<b>Điểm danh</b> &amp; chào",
        parse_mode="HTML",
        reply_markup=keyboard("Có mặt", "Vắng"),
    )
    place = {"chat_id": group.id, "message_id": roll["message_id"]}
    assert group.last.text == "Điểm danh & chào"
    assert group.last.html == "<b>Điểm danh</b> &amp; chào"
    assert group.last.labels == ["Có mặt", "Vắng"]

    async def answer() -> None:
        (update,) = await client.updates()
        press = update["callback_query"]
        assert (press["data"], press["from"]["username"]) == ("0", "an_khom8")
        assert press["message"]["message_id"] == roll["message_id"]
        await client.do("answerCallbackQuery", callback_query_id=press["id"], text="Đã ghi")
        markup = keyboard("Có mặt")
        await client.do("editMessageText", **place, text="Có mặt: 1", reply_markup=markup)

    toast, _ = await asyncio.gather(an.presses("Có mặt"), answer())
    assert (toast, an.toasts) == ("Đã ghi", ["Đã ghi"])
    assert (group.last.text, group.last.edited, group.last.labels) == ("Có mặt: 1", 1, ["Có mặt"])
    with pytest.raises(RefusedError, match=r"(?i)message is not modified: specified new message"):
        await client.do("editMessageReplyMarkup", **place, reply_markup=keyboard("Có mặt"))

    said = await an.says("dạ có mặt", chat=group, reply_to=group.last)
    (reply,) = await client.updates()
    assert reply["message"]["reply_to_message"]["message_id"] == roll["message_id"]
    thumb = [{"type": "emoji", "emoji": "👍"}]
    await client.do("setMessageReaction", chat_id=group.id, message_id=said.id, reaction=thumb)
    assert said.reactions == ["👍"]
    await client.do("deleteMessage", **place)
    assert group.bot_messages == []
    commands = [{"command": "diemdanh", "description": "Mở điểm danh"}]
    await client.do("setMyCommands", commands=commands)
    assert await client.do("getMyCommands") == commands


async def test_files_go_both_ways(server: FakeTelegram, client: Client) -> None:
    hoa = server.person("Hoa")
    await hoa.starts()
    await hoa.sends_file("109-KH-BTV.pdf", b"%PDF-1.7 ke hoach", caption="Gửi các chi hội")
    _, directive = await client.updates()
    document = directive["message"]["document"]
    assert directive["message"]["caption"] == "Gửi các chi hội"
    assert document["mime_type"] == "application/pdf"
    assert await client.download(document["file_id"]) == b"%PDF-1.7 ke hoach"

    workbook = Upload("Danh sách điểm danh.xlsx", b"PK" * 70_000)
    sent = await client.do("sendDocument", chat_id=hoa.id, document=workbook, caption="Của chị đây")
    got = hoa.chat.last.document
    assert got is not None
    assert (got.name, len(got.content)) == ("Danh sách điểm danh.xlsx", 140_000)
    assert hoa.chat.last.text == "Của chị đây"
    await client.do("sendDocument", chat_id=hoa.id, document=sent["document"]["file_id"])
    assert hoa.chat.last.document is got

    await client.do("sendPhoto", chat_id=hoa.id, photo=Upload("bieu-do.png", PNG))
    picture = hoa.chat.last.photo
    assert picture is not None
    assert picture.photo == (640, 360)

    heavy = await hoa.sends_file("phim.mp4", size=60 * 1024 * 1024)
    assert heavy.document is not None
    with pytest.raises(RefusedError, match=r"(?i)file is too big"):
        await client.do("getFile", file_id=heavy.document.file_id)


async def test_refusals_become_each_library_s_own_exceptions(
    server: FakeTelegram, client: Client
) -> None:
    lan, mai = server.person("Lan"), server.person("Mai")
    group = server.group("CH Khóm 8", members=[lan, mai])
    await server.add_bot(group, by=lan)

    server.fault("sendMessage", error=errors.too_many(7))
    assert await refusal(client.do("sendMessage", chat_id=group.id, text="một")) == (
        "retry_after",
        7,
    )
    await client.do("sendMessage", chat_id=group.id, text="một")
    server.fault("sendMessage", error=errors.server_error(502, "Bad Gateway"))
    assert await refusal(client.do("sendMessage", chat_id=group.id, text="hai")) == ("network", 0)

    to_mai = {"chat_id": mai.id, "text": "chào chị"}
    assert await refusal(client.do("sendMessage", **to_mai)) == ("forbidden", 0)
    await mai.starts()
    await client.do("sendMessage", **to_mai)
    await mai.blocks_bot()
    with pytest.raises(RefusedError, match="bot was blocked by the user"):
        await client.do("sendMessage", **to_mai)
    assert await refusal(client.do("sendMessage", chat_id=99, text="ai")) == ("bad_request", 0)

    old_id = group.id
    new_id = await group.migrate()
    moved = await refusal(client.do("sendMessage", chat_id=old_id, text="ba"))
    assert moved == ("migrated", new_id)
    await client.do("sendMessage", chat_id=new_id, text="ba")
    assert [message.text for message in group.bot_messages] == ["ba"]
    *_, blocked, leaving, arriving = await client.updates()
    assert blocked["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert leaving["message"]["migrate_to_chat_id"] == new_id
    assert arriving["message"]["migrate_from_chat_id"] == old_id
    member = await client.do("getChatMember", chat_id=new_id, user_id=server.bot.id)
    assert member["status"] == "member"
    assert (await client.do("getChat", chat_id=new_id))["type"] == "supergroup"
    await group.kick_bot()
    with pytest.raises(RefusedError, match="bot was kicked from the supergroup chat"):
        await client.do("sendMessage", chat_id=new_id, text="bốn")


async def test_a_cut_line_hides_whether_the_message_arrived(
    server: FakeTelegram, client: Client
) -> None:
    lan = server.person("Lan")
    await lan.starts()
    server.fault("sendMessage", cut=True)
    assert await refusal(client.do("sendMessage", chat_id=lan.id, text="mất")) == ("network", 0)
    server.fault("sendMessage", cut=True, after_effect=True)
    assert await refusal(client.do("sendMessage", chat_id=lan.id, text="đến")) == ("network", 0)
    assert [message.text for message in lan.chat.bot_messages] == ["đến"]


async def test_the_newer_of_two_pollers_wins(server: FakeTelegram, client: Client) -> None:
    older = asyncio.ensure_future(refusal(client.updates()))
    await until(lambda: bool(server.calls("getUpdates")))
    lan = server.person("Lan")
    newer = asyncio.ensure_future(server.call("getUpdates", {"timeout": 5}))
    assert await older == ("conflict", 0)
    await lan.starts()
    assert [u["message"]["text"] for u in await newer] == ["/start"]


async def test_a_python_telegram_bot_application_polls_and_answers(server: FakeTelegram) -> None:
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update  # noqa: PLC0415
    from telegram.ext import (  # noqa: PLC0415
        ApplicationBuilder,
        CallbackQueryHandler,
        CommandHandler,
        ContextTypes,
    )

    async def roll(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message is not None
        markup = InlineKeyboardMarkup([[InlineKeyboardButton("Có mặt", callback_data="co")]])
        await update.message.reply_text("Điểm danh", reply_markup=markup, do_quote=True)

    async def mark(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer("Đã ghi")
        await update.callback_query.edit_message_text("Có mặt: 1")

    builder = ApplicationBuilder().token(server.token)
    builder = builder.base_url(f"{server.url}/bot").base_file_url(f"{server.url}/file/bot")
    app = builder.build()
    app.add_handler(CommandHandler("diemdanh", roll))
    app.add_handler(CallbackQueryHandler(mark))
    lan = server.person("Lan")
    group = server.group("CH Khóm 8", members=[lan], supergroup=True)
    await server.add_bot(group, by=lan)
    async with app:
        assert app.updater is not None
        await app.updater.start_polling(poll_interval=0, timeout=5)
        await app.start()
        said = await lan.says("/diemdanh", chat=group)
        asked = await group.hears("Điểm danh")
        assert asked.reply_to is said
        asked_at = asked.changed
        assert await lan.presses("Có mặt") == "Đã ghi"
        assert (await group.hears("Có mặt: 1", since=asked_at)).labels == []
        await server.settled()
        await app.updater.stop()
        await app.stop()


async def test_an_aiogram_dispatcher_answers_its_webhook(server: FakeTelegram) -> None:
    whole_aiogram()
    from aiogram import Bot, Dispatcher, F  # noqa: PLC0415
    from aiogram.client.session.aiohttp import AiohttpSession  # noqa: PLC0415
    from aiogram.client.telegram import TelegramAPIServer  # noqa: PLC0415
    from aiogram.types import Message  # noqa: PLC0415
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler  # noqa: PLC0415

    async def echo(message: Message) -> None:
        await message.answer(f"nghe rồi: {message.text}")

    dispatcher = Dispatcher()
    dispatcher.message.register(echo, F.text)
    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    async with Bot(server.token, session=session) as bot:
        handler = SimpleRequestHandler(dispatcher, bot, secret_token="chi-minh-em_biet")
        app = web.Application()
        handler.register(app, path="/hook")
        async with TestServer(app) as receiver:
            hook = str(receiver.make_url("/hook"))
            await bot.set_webhook(hook, secret_token="chi-minh-em_biet")
            lan = server.person("Lan")
            await lan.starts("MA123")
            await lan.chat.hears("nghe rồi: /start MA123")
            assert (await bot.get_webhook_info()).pending_update_count == 0
            await bot.set_webhook(hook, secret_token="sai")
            await lan.says("ai đó?")
            await until(lambda: server.webhook is not None and server.webhook.last_error)
            info = await bot.get_webhook_info()
            assert info.last_error_message == "Wrong response from the webhook: 401 Unauthorized"
            assert info.pending_update_count == 1
            await bot.delete_webhook()
