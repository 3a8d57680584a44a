"""What delivery makes of Telegram's own answers, over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine

from bot.pacing import TELEGRAM_PACE
from handlers.chat import Reply
from storage.database import begin
from storage.groups import GroupState, by_address
from tests.channels.fake_telegram import ApiError, FakeGroup, FloodLimits
from tests.telegram_cast import TelegramCast


class RealTime(FloodLimits):
    """Telegram's limits on the real clock."""

    def admit(self, chat: int, now: float, *, group: bool) -> int:
        del now
        return super().admit(chat, time.monotonic(), group=group)


@pytest.fixture
async def cast(engine: Engine) -> AsyncIterator[TelegramCast]:
    async with TelegramCast(engine) as cast:
        yield cast


def group(cast: TelegramCast, key: str = "g8") -> FakeGroup:
    found = cast.rooms[key]
    assert isinstance(found, FakeGroup)
    return found


async def test_a_post_sent_twice_says_so(cast: TelegramCast) -> None:
    cast.server.fault("sendMessage", after_effect=True, cut=True)
    await cast.an.says("trợ giúp")

    first, second = cast.an.texts
    assert "gửi lại" not in first
    assert second == f"{first}\n\n(Em gửi lại, có thể chị thấy hai lần.)"


@pytest.mark.slow
@pytest.mark.sqlite
async def test_a_revoked_token_loses_no_mail(cast: TelegramCast) -> None:
    cast.app.delivery.monotonic = lambda: cast.clock.now().timestamp()
    cast.app.delivery.__post_init__()
    cast.server.fault("sendMessage", error=ApiError(401, "Unauthorized"), times=12)
    for player in (cast.an, cast.binh, cast.cuc):
        await player.says("trợ giúp")
    assert cast.an.texts == []
    for _ in range(30):
        await cast.passes(minutes=2)

    assert all("trợ giúp" in player.text for player in (cast.an, cast.binh, cast.cuc))
    assert {row.state for row in cast.outbox()} == {"sent"}


async def test_a_muted_bot_says_what_its_group_must_allow(cast: TelegramCast) -> None:
    group(cast).bot_muted = True
    await cast.lan.says("/diemdanh", cast.k8)

    assert "không cho em gửi tin nữa" in cast.lan.text
    with cast.session() as session:
        found = by_address(session, f"telegram:{group(cast).id}")
        assert found is not None
        assert found.state == GroupState.GONE


async def test_a_tally_somebody_deleted_is_shown_anew(cast: TelegramCast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    prompt = cast.k8.last
    gone = ApiError(400, "Bad Request: message to edit not found")
    cast.server.fault("editMessageText", error=gone)
    await cast.an.says("có mặt", cast.k8)
    await cast.passes(seconds=10)
    anew = cast.k8.last
    assert anew.id != prompt.id
    assert anew.labels == prompt.labels

    await cast.binh.says("có mặt", cast.k8)
    await cast.passes(seconds=10)
    assert cast.k8.last.id == anew.id
    assert cast.k8.last.text != anew.text


async def test_a_group_without_reactions_still_gives_an_echo(cast: TelegramCast) -> None:
    refused = ApiError(400, "Bad Request: REACTION_INVALID")
    cast.server.fault("setMessageReaction", error=refused, times=None)
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.says("có mặt", cast.k8)

    assert "Có mặt" in cast.an.text or "có mặt" in cast.an.text


@pytest.mark.slow
async def test_244_single_sends_take_ten_seconds_at_most_and_no_429(engine: Engine) -> None:
    """Real time, one directive to 244 groups: the server enforces 30/s, 1/s and 20/min."""
    async with TelegramCast(engine) as cast:
        flood = cast.server.flood = RealTime()
        cast.app.delivery.paces = {"telegram": TELEGRAM_PACE}
        cast.app.delivery.__post_init__()
        rooms = [
            cast.server.group(f"CH {number}", members=[cast.people["lan"]]) for number in range(244)
        ]
        for room in rooms:
            room.statuses[cast.server.bot.id] = "member"
        with begin(engine) as session:
            replies = [
                Reply("talk/cancelled.j2", to=f"telegram:{room.id}", key=f"d:{room.id}", bulk=True)
                for room in rooms
            ]
            cast.app.dispatcher.poster.queue(session, replies, now=cast.clock.now(), origin="t")
        begun = time.monotonic()
        running = asyncio.ensure_future(cast.app.delivery.run())
        async with asyncio.timeout(30):
            while {row.state for row in cast.outbox()} != {"sent"}:
                await asyncio.sleep(0.1)
        assert time.monotonic() - begun < 10
        assert flood.refused == 0
        cast.app.delivery.stop()
        await running
