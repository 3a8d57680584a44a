"""Zalo's bots over real HTTP: both ways in, everything out, and what goes wrong in between."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import select

from bot.channels.base import DeliveryError, Post, Raw
from bot.channels.zalo_api import API, NoAnswerError, ZaloError
from bot.channels.zalo_bot import ZaloBotChannel, name_of
from bot.channels.zalo_errors import PATIENT, failure
from bot.channels.zalo_styles import styled, units
from bot.channels.zalo_updates import Me, decode, raw_event, without_mention
from bot.render import plain
from bot.web import zalo_hook
from bot.web.site import site
from handlers.chat import File, Incoming, Kind
from storage.database import reading
from storage.inbox import Inbox
from tests.channels.fake_zalo import FakeZalo
from tests.zalo_cast import ZaloCast

ME = Me("1234567890123456789", "bot.chihoi", "Bot Chi hội", can_join_groups=True)
PAYLOADS = Path(__file__).parent / "fake_zalo" / "payloads"
CERTAINTIES = {"certain", "probable", "unknown"}
AN = "zalo_bot:f0e1d2c3b4a596877869"
ROOM = "zalo_bot:99aa88bb77cc66dd55ee"


@pytest.fixture
async def cast(engine: Engine) -> AsyncIterator[ZaloCast]:
    async with ZaloCast(engine) as cast:
        yield cast
        assert cast.server.problems == []


@pytest.fixture
async def server() -> AsyncIterator[FakeZalo]:
    async with FakeZalo() as server:
        yield server


@pytest.fixture
async def channel(server: FakeZalo) -> AsyncIterator[ZaloBotChannel]:
    channel = ZaloBotChannel(server.token, api=server.url, poll_floor=0.0)
    await channel.open()
    yield channel
    await channel.close()


def payload(name: str) -> tuple[str, Incoming | None]:
    """The key an event is stored under, and what is read out of it."""
    written = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    assert written["certainty"] in CERTAINTIES and written["source"]
    raw = raw_event(json.dumps(written["body"]).encode())
    assert raw is not None
    return raw.event_id, decode(raw.body, "zalo_bot", ME)


def read(name: str) -> Incoming:
    found = payload(name)[1]
    assert found is not None
    return found


def test_a_private_message_is_read_flat_and_wrapped() -> None:
    flat, wrapped = read("private_text_flat"), read("private_text_wrapped")

    assert (flat.chat, flat.sender, flat.private) == (AN, AN, True)
    assert flat.text == "/start ABC123"  # as a link with a code would have said it
    assert flat.at.year == 2026 and flat.at.microsecond == 123_000
    assert wrapped.text == "có mặt" and wrapped.sender_name == "An"
    assert payload("private_text_flat")[0] == payload("private_text_wrapped")[0]


def test_a_group_calls_the_bot_by_name_or_quotes_it() -> None:
    named, quoted = read("group_mention"), read("group_quote_without_a_field")

    assert (named.chat, named.text, named.private) == (ROOM, "có mặt", False)
    assert named.to_bot and quoted.to_bot
    assert not named.quote_known and not quoted.quote_known
    assert named.hears_all is False
    told = read("group_quote_with_a_field")
    assert told.quote_known and told.reply_to == "aa00bb11cc22dd33ee44"


def test_a_field_named_by_a_setting_is_the_only_one_believed() -> None:
    body = json.dumps(json.loads((PAYLOADS / "group_quote_with_a_field.json").read_text())["body"])

    found = decode(body, "zalo_bot", ME, quote_field="answered.id")

    assert found is not None and not found.quote_known


def test_pictures_come_by_address_and_what_cannot_be_read_is_told() -> None:
    live, documented = read("image_live"), read("image_documented")

    assert live.kind is documented.kind is Kind.FILE
    assert (
        live.file == documented.file == File("https://photo.example/1.jpg", "anh.jpg", "image/jpeg")
    )
    assert live.text == "giấy mời"
    for name in ("voice", "unsupported"):
        file = read(name).file
        assert file is not None and file.problem == "unsupported"
    for name in ("sticker", "reaction", "own_echo", "unsupported_without_message"):
        assert payload(name)[1] is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("@Bot Chi hội có mặt", "có mặt"),
        ("@bot  chi HỘI: 2", "2"),
        ("dạ @Bot Chi hội em có mặt", "dạ em có mặt"),
        ("@Bot Chi hội", ""),
        ("@Bot Chi hộiX 2", "@Bot Chi hộiX 2"),
        ("/hop mai\n19g30 @Bot Chi hội", "/hop mai\n19g30"),
    ],
)
def test_the_mention_is_not_part_of_the_words(said: str, meant: str) -> None:
    assert without_mention(said, ("", "Bot Chi hội")) == meant


def test_styles_count_in_utf16() -> None:
    text, styles = styled(
        '📋 <b>Điểm danh</b>: <i>họp &amp; <u>vui</u></i> <a href="https://x">đây</a>'
    )

    assert text == "📋 Điểm danh: họp & vui đây: https://x"
    assert styles == [
        {"start": 3, "len": 9, "st": ["b"]},
        {"start": 14, "len": 6, "st": ["i"]},
        {"start": 20, "len": 3, "st": ["i", "u"]},
    ]


@given(st.lists(st.tuples(st.sampled_from(["", "b", "i", "code"]), st.text("aă😀 \n", max_size=9))))
def test_styled_words_are_the_plain_words_and_styles_lie_within(
    parts: list[tuple[str, str]],
) -> None:
    markup = "".join(f"<{tag}>{text}</{tag}>" if tag else text for tag, text in parts)

    text, styles = styled(markup)

    assert text == plain(markup)
    assert all(s["start"] >= 0 and s["start"] + s["len"] <= units(text) for s in styles)


@pytest.mark.parametrize(
    ("error", "facts"),
    [
        (ZaloError(401, "Unauthorized"), {"retryable", "down"}),
        (ZaloError(403, "Internal server error"), {"retryable"}),
        (ZaloError(429, "Quota exceeded"), {"retryable", "retry_after"}),
        (ZaloError(400, "chat not found"), {"blocked"}),
        (ZaloError(404, "Chat not found"), {"blocked"}),
        (ZaloError(404, "Not Found"), {"retryable", "down"}),
        (ZaloError(400, "text is invalid"), set()),
        (ZaloError(502, "HTTP 502"), {"retryable", "down"}),
        (ZaloError(504, "HTTP 504"), {"in_doubt", "down"}),
        (NoAnswerError("TimeoutError", left=True), {"in_doubt", "down"}),
        (NoAnswerError("ClientConnectorError", left=False), {"retryable", "down"}),
    ],
)
def test_errors_are_facts(error: ZaloError | NoAnswerError, facts: set[str]) -> None:
    found = failure(error)

    names = ("retryable", "retry_after", "blocked", "in_doubt", "down")
    assert {name for name in names if getattr(found, name)} == facts


def test_a_quota_that_stays_used_up_means_the_channel_is_down() -> None:
    held = [failure(ZaloError(429, ""), refusals) for refusals in range(PATIENT + 1)]

    assert [e.retry_after for e in held[:5]] == [1, 2, 4, 8, 16]
    assert held[-1].down and not held[-1].retry_after


def test_an_event_that_is_none_is_no_event() -> None:
    assert raw_event(b"") is None
    assert raw_event(b"{}") is None
    assert raw_event(b'{"ok":true,"result":{"url":""}}') is None


async def test_several_bots_have_names_of_their_own(server: FakeZalo) -> None:
    assert [name_of(number) for number in (1, 2)] == ["zalo_bot", "zalo_bot:2"]
    second = ZaloBotChannel(server.token, number=2, api=server.url)
    await second.open()
    lan = server.person("Lan")
    await lan.says("chào em")
    await second.send(Post(f"zalo_bot:2:{lan.id}", "Dạ em chào chị"))
    await second.close()

    assert lan.chat.messages[-1].text == "Dạ em chào chị"
    assert API.startswith("https://")


async def test_words_styles_and_pictures_go_out(server: FakeZalo, channel: ZaloBotChannel) -> None:
    lan = server.person("Lan")
    await lan.says("chào")
    to = f"zalo_bot:{lan.id}"

    sent = await channel.send(Post(to, "<b>Mời họp</b> &amp; vui"))
    await channel.send(Post(to, "<b>Kết quả</b>", picture="https://hoi.example/tep/1"))

    words, picture = lan.chat.bot
    assert (sent.message_id, words.text) == (words.id, "Mời họp & vui")
    assert words.styles == [{"start": 0, "len": 7, "st": ["b"]}]
    assert (picture.text, picture.picture) == ("Kết quả", "https://hoi.example/tep/1")
    assert channel.limits.called == "Bot Chi hội"


async def test_styles_that_are_refused_are_given_up(
    server: FakeZalo, channel: ZaloBotChannel
) -> None:
    lan = server.person("Lan")
    await lan.says("chào")
    server.fault("sendMessage", code=400, description="text_styles is invalid")

    for word in ("một", "hai"):
        await channel.send(Post(f"zalo_bot:{lan.id}", f"<b>{word}</b>"))

    assert [m.text for m in lan.chat.bot] == ["một", "hai"]
    assert ["text_styles" in call for call in server.calls("sendMessage")] == [True, False, False]


@pytest.mark.parametrize("after", [False, True])
async def test_a_cut_line_leaves_doubt(
    server: FakeZalo, channel: ZaloBotChannel, after: bool
) -> None:
    lan = server.person("Lan")
    await lan.says("chào")
    server.fault("sendMessage", cut=True, after_effect=after)

    with pytest.raises(DeliveryError) as told:
        await channel.send(Post(f"zalo_bot:{lan.id}", "một"))

    assert told.value.in_doubt and len(lan.chat.bot) == after
    assert not channel.limits.resend_in_doubt


async def test_a_chat_that_is_closed_is_known_to_be(
    server: FakeZalo, channel: ZaloBotChannel
) -> None:
    group, stranger = server.group("CH"), server.person("Lạ")
    group.bot_inside = False

    for chat in (group.id, stranger.id, "nobody"):
        with pytest.raises(DeliveryError) as told:
            await channel.send(Post(f"zalo_bot:{chat}", "x"))
        assert told.value.blocked


async def test_the_quota_is_waited_for_and_then_the_channel_is_down(server: FakeZalo) -> None:
    server.month = 0
    lan = server.person("Lan")
    await lan.says("chào")
    channel = ZaloBotChannel(server.token, api=server.url)
    told = []
    for _ in range(PATIENT + 1):
        with pytest.raises(DeliveryError) as failed:
            await channel.send(Post(f"zalo_bot:{lan.id}", "x"))
        told.append(failed.value)
    await channel.close()

    assert told[0].retry_after == 1 and told[-1].down


async def test_what_zalo_cannot_do_is_refused_before_it_is_tried(
    server: FakeZalo, channel: ZaloBotChannel
) -> None:
    for call in (
        channel.edit(Post("zalo_bot:1", "x"), "1"),
        channel.delete("zalo_bot:1", "1"),
        channel.react("zalo_bot:1", "1", "👍"),
    ):
        with pytest.raises(DeliveryError):
            await call
    await channel.toast("zalo_bot:1", "", "")
    assert [name for name, _ in server.requests] == ["getMe"]


async def test_a_picture_is_fetched_while_its_address_is_good(
    server: FakeZalo, channel: ZaloBotChannel
) -> None:
    assert (
        await channel.fetch(File(f"{server.url}/pictures/1.png", "anh.jpg")) == b"\x89PNG picture"
    )
    for address in (f"{server.url}/gone", "file:///etc/passwd", ""):
        with pytest.raises(DeliveryError, match="unavailable"):
            await channel.fetch(File(address, "anh.jpg"))


@contextlib.asynccontextmanager
async def polling(channel: ZaloBotChannel) -> AsyncIterator[list[Raw]]:
    """A channel that listens; what it received."""
    got: list[Raw] = []

    async def receive(name: str, raws: Any) -> None:
        got.extend(raws)

    task = asyncio.ensure_future(channel.listen(receive))
    yield got
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def until(true: Any) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.01)


async def test_polling_goes_on_through_empty_polls_pages_and_a_forgotten_webhook(
    server: FakeZalo, channel: ZaloBotChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_bot.BACK_OFF", (0.01,))
    lan = server.person("Lan")
    server.fault("getUpdates", code=408, description="Request timeout")
    server.fault("getUpdates", page=502)
    server.fault("getUpdates", code=400, description="Webhook is set")
    async with polling(channel) as got:
        await lan.says("một")
        await until(lambda: len(got) == 1)

    assert [name for name, _ in server.requests].count("deleteWebhook") == 2
    assert json.loads(got[0].body)["message"]["text"] == "một"


async def test_polls_are_a_second_apart(server: FakeZalo) -> None:
    assert ZaloBotChannel(server.token)._poll_floor == 1.0


async def test_a_replayed_event_counts_once(engine: Engine) -> None:
    async with ZaloCast(engine, replays=3) as cast:
        await cast.lan.says("điểm danh", cast.k8)
        await cast.an.presses("Có mặt", cast.k8)
        with reading(engine) as session:
            keys = [row.event_id for row in session.exec(select(Inbox))]

        assert len(keys) == len(set(keys)) == 2
        assert sum("Đã ghi" in text for text in cast.an.texts) == 1


async def test_what_came_while_nobody_polled_may_be_lost_and_can_be_said_again(
    engine: Engine,
) -> None:
    async with FakeZalo(loses=True) as server:
        lan = server.person("Lan")
        await lan.says("một")
        channel = ZaloBotChannel(server.token, api=server.url, poll_floor=0.0)
        await channel.open()
        async with polling(channel) as got:
            await until(lambda: server.polling)
            await lan.says("hai")
            await until(lambda: got)
        await channel.close()

    assert [json.loads(raw.body)["message"]["text"] for raw in got] == ["hai"]


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
        server = uvicorn.Server(uvicorn.Config(pages, port=0, log_level="warning", lifespan="off"))
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
        for body in (b"{", b"x" * (zalo_hook.BODY_LIMIT + 1), b""):
            async with server.client.post(url, data=body, headers=headers) as answer:
                statuses.append(answer.status)

    assert statuses == [400, 413, 200]
    assert pages.got == []


async def test_a_file_sent_in_private_is_refused_kindly(cast: ZaloCast) -> None:
    await cast.an.sends_file("don.docx", b"x")

    assert "chưa đọc được loại tin này" in cast.an.text


async def test_a_send_in_doubt_waits_for_a_person(cast: ZaloCast) -> None:
    cast.server.fault("sendMessage", cut=True, after_effect=True)
    await cast.lan.says("điểm danh", cast.k8)
    await cast.passes(minutes=30)
    assert sum("Mời các chị chọn" in text for text in cast.k8.texts) == 1

    await cast.lan.says("chưa chắc")
    assert "chưa chắc đã gửi" in cast.lan.text
    await cast.lan.presses("Gửi lại")
    assert sum("Mời các chị chọn" in text for text in cast.k8.texts) == 2
    assert "có thể chị thấy hai lần" in cast.k8.text


def test_limits_leave_room() -> None:
    channel = ZaloBotChannel("1:x")
    assert channel.limits.max_text < 2000
    assert replace(channel.limits, called="").called == ""
    assert channel.start_link() == "" and not channel.is_group("zalo_bot:1") and not channel.ready
