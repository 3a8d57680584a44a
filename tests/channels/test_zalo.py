"""Zalo's bots over real HTTP: polling, everything out, and what goes wrong in between."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import msgspec
import pytest
from sqlalchemy import Engine
from sqlmodel import select

from bot.channels.base import DeliveryError, Post
from bot.channels.zalo_api import API
from bot.channels.zalo_bot import Findings, ZaloBotChannel, name_of
from bot.channels.zalo_errors import PATIENT
from bot.channels.zalo_updates import TEXT, raw_event
from bot.dispatch import Dispatcher
from handlers.chat import File
from storage.database import reading
from storage.inbox import Inbox
from tests.cast import MONDAY_8AM
from tests.channels.fake_zalo import FakeZalo
from tests.channels.zalo_listening import polling, until
from tests.zalo_cast import ZaloCast


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


@pytest.mark.parametrize("date", [None, "", 10**30])
async def test_what_brings_no_date_happened_when_it_arrived(
    channel: ZaloBotChannel, engine: Engine, date: object
) -> None:
    person = {"id": "f0e1d2c3b4a596877869", "display_name": "An"}
    message = {"message_id": "1", "from": person, "text": "có mặt", "date": date}
    message["chat"] = {"id": person["id"], "chat_type": "PRIVATE"}
    raw = raw_event(msgspec.json.encode({"event_name": TEXT, "message": message}))
    assert raw is not None
    served = Dispatcher(engine, {channel.name: channel})

    served.receive([(channel.name, raw)], MONDAY_8AM)

    (event,) = served.take()
    assert event.incoming is not None and event.incoming.at == MONDAY_8AM


async def test_a_picture_that_is_refused_leaves_its_words(
    server: FakeZalo, channel: ZaloBotChannel
) -> None:
    server.pictures = False
    lan = server.person("Lan")
    await lan.says("chào")
    sent = await channel.send(Post(f"zalo_bot:{lan.id}", "<b>Kết quả</b>", picture="https://h/1"))
    server.problems.clear()

    assert (sent.message_id, lan.chat.bot[-1].text) == (lan.chat.bot[-1].id, "Kết quả")
    gone = server.group("CH")
    gone.bot_inside = False
    with pytest.raises(DeliveryError) as refused:
        await channel.send(Post(f"zalo_bot:{gone.id}", "Kết quả", picture="https://h/1"))
    assert refused.value.blocked


async def test_what_the_probe_found_is_what_the_channel_can_do(server: FakeZalo) -> None:
    found = Findings(pictures=False, hears_all=True, max_text=600)
    channel = ZaloBotChannel(server.token, api=server.url, findings=found)
    await channel.open()
    await channel.close()

    limits = channel.limits
    assert (limits.max_text, limits.max_caption, limits.pictures_by_link) == (600, 600, False)
    assert limits.hears_all and limits.called == ""


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


async def test_what_that_page_says_to_send_is_taken(cast: ZaloCast) -> None:
    await cast.lan.says("link tham gia")
    code = "".join(cast.lan.texts).partition("start=")[2].split()[0]
    await cast.ty.says(f"start {code}")

    assert "Chi hội Khóm 8" in cast.ty.text and "họ" in cast.ty.text


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
    assert channel.start_link() == "" and not channel.is_group("zalo_bot:1") and not channel.ready
