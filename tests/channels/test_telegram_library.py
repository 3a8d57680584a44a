"""Telegram with aiogram's types left unbuilt: the least memory, and everything works all the same."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import pytest

from bot.channels.base import Attachment, DeliveryError, Post
from bot.channels.telegram import TelegramChannel
from handlers.chat import Choice, File
from tests.channels.fake_telegram import FakeMessage, FakeTelegram, Person, errors

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (640).to_bytes(4) + (360).to_bytes(4)
PAPER = Attachment("Giấy mời họp số 7.docx", "application/msword", "họp lúc 19 giờ".encode())
ITEMS = (("trogiup", "Xem trợ giúp"), ("menu", "Việc hôm nay"))
BUTTONS = ((Choice("Có mặt", "/comat"), Choice("Mở trang", url="https://example.vn/")),)


@dataclass
class Day:
    """A bot on the fake server, and somebody it writes to."""

    server: FakeTelegram
    channel: TelegramChannel
    lan: Person

    @property
    def post(self) -> Post:
        """A message to her."""
        return Post(f"telegram:{self.lan.id}", "<b>Chào</b> chị", BUTTONS)

    def found(self, message_id: str) -> FakeMessage:
        """A message she sees."""
        message = self.lan.chat.find(int(message_id))
        assert message is not None
        return message

    async def refusal(
        self, error: errors.ApiError, call: Callable[[], Awaitable[object]]
    ) -> DeliveryError:
        """What the channel makes of a refusal."""
        self.server.fault(error=error)
        with pytest.raises(DeliveryError) as refused:
            await call()
        return refused.value


async def told(day: Day) -> None:
    """Messages out: sent, quoted, changed, marked, taken back."""
    said = await day.lan.says("em ơi")
    sent = await day.channel.send(replace(day.post, reply_to=str(said.id)))
    message = day.found(sent.message_id)
    assert message.reply_to is said
    assert (message.text, message.labels) == ("Chào chị", ["Có mặt", "Mở trang"])

    await day.channel.edit(replace(day.post, text="Chào chị Lan"), sent.message_id)
    await day.channel.edit(replace(day.post, text="Chào chị Lan"), sent.message_id)  # the same
    assert message.text == "Chào chị Lan"
    await day.channel.react(day.post.chat, str(said.id), "👍")
    assert list(said.reacted.values()) == ["👍"]
    pressing = asyncio.ensure_future(day.lan.presses("Có mặt", message))
    await asyncio.sleep(0)
    await day.channel.toast(day.post.chat, next(iter(day.server.presses)), "Em ghi rồi")
    assert await pressing == "Em ghi rồi"
    await day.channel.delete(day.post.chat, sent.message_id)
    assert message.deleted


async def filed(day: Day) -> None:
    """Files out, the second time by the platform's own id, and in."""
    for file in (PAPER, Attachment("bìa.png", "image/png", PNG)):
        sent = await day.channel.send(replace(day.post, attachment=file))
        known = replace(file, content=b"", ref=sent.file_ref)
        again = await day.channel.send(replace(day.post, attachment=known))
        for message in (day.found(sent.message_id), day.found(again.message_id)):
            assert message.file is not None
            assert (message.file.name, message.file.content) == (file.name, file.content)
            assert message.labels == ["Có mặt", "Mở trang"]
        assert again.file_ref == sent.file_ref
        assert await day.channel.fetch(File(sent.file_ref, file.name)) == file.content
        await day.channel.edit(replace(day.post, text="Đã đổi"), sent.message_id)
        assert day.found(sent.message_id).text == "Đã đổi"


async def refused(day: Day) -> None:
    """Refusals say what aiogram's errors carry, whatever the call."""
    for post in (day.post, replace(day.post, attachment=PAPER)):
        send = lambda post=post: day.channel.send(post)  # noqa: E731
        assert (await day.refusal(errors.forbidden(errors.BLOCKED), send)).blocked
        assert (await day.refusal(errors.too_many(7), send)).retry_after == 7
        assert (await day.refusal(errors.migrated(-100123), send)).moved_to == "telegram:-100123"
    chat = day.post.chat
    for code in (200, 502):  # the login page of a network, a gateway's: nothing was done
        for call in (
            lambda: day.channel.send(day.post),
            lambda: day.channel.edit(day.post, "101"),
            lambda: day.channel.delete(chat, "101"),
            lambda: day.channel.toast(chat, "1", "x"),
            lambda: day.channel.react(chat, "101", "👍"),
        ):
            assert (await day.refusal(errors.gateway_page(code), call)).in_doubt
    lost = errors.bad_request("message to delete not found")
    assert (await day.refusal(lost, lambda: day.channel.delete(chat, "5"))).gone
    big = errors.bad_request("file is too big")
    assert (await day.refusal(big, lambda: day.channel.fetch(File("a", "b")))).reason == "too_big"


async def listened(day: Day) -> None:
    """Where Telegram is to call, and the menu."""
    hook = ("https://example.vn/telegram", "chi-minh-em_biet")
    hooked = TelegramChannel(
        day.server.token,
        api=day.server.url,
        webhook=hook,
        commands={"private": ITEMS, "group": ITEMS},
    )
    try:
        await hooked.open()
        assert hooked.start_link() == "https://t.me/chihoi_thu_bot?start={code}"
        listening = asyncio.ensure_future(hooked.listen(_nobody))
        async with asyncio.timeout(5):
            while len(day.server.calls("setMyCommands")) < 2:
                await asyncio.sleep(0.01)
        listening.cancel()
    finally:
        await hooked.close()
    assert day.server.webhook is not None
    menus = [call.params for call in day.server.calls("setMyCommands")]
    assert [menu["scope"]["type"] for menu in menus] == ["all_private_chats", "all_group_chats"]


async def _nobody(*_: object) -> None:
    pass


async def whole_day() -> None:
    """Everything above, one after the other."""
    async with FakeTelegram() as server:
        channel = TelegramChannel(server.token, api=server.url)
        lan = server.person("Lan")
        lan.started = True
        day = Day(server, channel, lan)
        try:
            await told(day)
            await filed(day)
            await refused(day)
            await listened(day)
        finally:
            await channel.close()
        assert server.problems == []


async def test_all_that_the_bot_does_on_telegram() -> None:
    await whole_day()


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize(("first", "built"), [("bot.channels.telegram", False), ("aiogram", True)])
def test_in_a_process_of_its_own_it_builds_no_types(first: str, *, built: bool) -> None:
    """Unless somebody built them before: then 105 MB are there, and all works as well."""
    code = f"""
import asyncio, {first}
from tests.channels.test_telegram_library import whole_day
asyncio.run(whole_day())
from aiogram.types import Message, User
print(Message.__pydantic_complete__, User.__pydantic_complete__)
"""
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert seen.stdout.split() == [str(built)] * 2, seen.stderr
