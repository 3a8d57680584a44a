"""The sandbox's groups can do what the platforms they imitate can, and no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.channels import zalo_bot, zalo_oa
from bot.channels.sandbox import HAND, LIMITS, OA, SANDBOX, ZALO
from bot.channels.telegram import SHARE, TelegramChannel
from handlers.chat import Choice, Reply
from storage.database import begin
from tests.cast import Cast, Player, Room
from tests.every_door import EveryDoor
from tests.losing import mentions
from tests.surveys_scenes import THREE, sends


@pytest.fixture
async def cast(engine: Engine) -> AsyncIterator[EveryDoor]:
    async with EveryDoor(engine) as cast:
        yield cast


def test_what_they_can_do_is_what_the_real_ones_can() -> None:
    """Their platform knows its repeats, and a group's rights are ours to choose; all else is real."""
    telegram = TelegramChannel("1:x").limits
    assert replace(LIMITS[SANDBOX], hears_all=False, knows_repeats=False) == telegram
    assert LIMITS[SANDBOX].share == SHARE
    zalo = replace(LIMITS[ZALO], called="Bot", knows_repeats=False)
    assert zalo == zalo_bot.LIMITS
    groups = LIMITS[OA].in_groups
    assert groups is not None
    assert replace(groups, knows_repeats=False) == zalo_oa.IN_GROUPS
    assert replace(LIMITS[OA], knows_repeats=False, in_groups=zalo_oa.IN_GROUPS) == zalo_oa.LIMITS
    assert not LIMITS[HAND].buttons


async def test_a_zalo_bot_hears_only_who_calls_it_and_asks_what_is_answered(
    cast: EveryDoor,
) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await sends(cast.lan, THREE)
    heard = len(cast.at(ZALO, "binh").bot)
    await cast.binh.says("1", cast.zalo)
    assert len(cast.at(ZALO, "binh").bot) == heard
    assert cast.zalo.last.labels == []

    await cast.binh.says("1", cast.zalo, reply_to=cast.zalo.last)  # which of the two it is about
    told = [*cast.zalo.texts, *cast.at(ZALO, "binh").texts]
    assert mentions(told, "1. ") > 0
    await cast.binh.says("@chihoi có mặt", cast.zalo)
    assert mentions(cast.at(ZALO, "binh").texts, "Đã ghi: có mặt") == 1


async def test_an_official_account_hears_all_talk_of_its_groups_and_has_no_buttons_there(
    cast: EveryDoor,
) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    assert cast.oa.last.labels == []
    assert "1. ✅ Có mặt" in cast.oa.text
    await cast.cuc.says("dạ em có mặt", cast.oa)
    assert mentions(cast.at(OA, "cuc").texts, "Đã ghi: có mặt") == 1


@pytest.mark.parametrize(("count", "pressed"), [(5, True), (6, False)])
async def test_in_private_it_has_five_buttons_or_numbers(
    cast: EveryDoor, count: int, *, pressed: bool
) -> None:
    await cast.cuc.says("trợ giúp", cast.at(OA, "cuc"))
    choices = tuple(Choice(f"Câu {n}", "help") for n in range(count))
    say(cast, cast.cuc, choices)
    await cast.settle()
    last = cast.at(OA, "cuc").last
    assert bool(last.labels) is pressed
    assert ("6. Câu 5" in last.text) is not pressed


async def test_who_is_silent_for_a_week_hears_no_more_until_she_writes(cast: EveryDoor) -> None:
    await cast.cuc.says("trợ giúp", cast.at(OA, "cuc"))
    await cast.passes(days=6)
    heard = len(cast.at(OA, "cuc").bot)
    say(cast, cast.cuc)
    await cast.settle()
    assert len(cast.at(OA, "cuc").bot) == heard + 1

    await cast.passes(days=2)
    say(cast, cast.cuc)
    await cast.settle()
    assert len(cast.at(OA, "cuc").bot) == heard + 1
    await cast.cuc.says("em chào chị", cast.oa)  # a word in the group opens it as well
    await cast.tick()
    assert len(cast.at(OA, "cuc").bot) > heard + 1


async def test_who_never_wrote_to_an_official_account_cannot_be_written_to(
    cast: EveryDoor,
) -> None:
    say(cast, cast.cuc)
    await cast.settle()
    assert cast.at(OA, "cuc").bot == []


def say(cast: Cast, player: Player, choices: tuple[Choice, ...] = ()) -> None:
    """The bot writes to her, whatever she did."""
    room = Room(cast, f"{player.key}@{OA}", OA)
    key = f"said:{cast.clock.now() + timedelta(seconds=len(cast.outbox()))}"
    reply = Reply("talk/cancelled.j2", to=room.address, choices=choices, key=key)
    with begin(cast.engine) as session:
        cast.app.dispatcher.poster.queue(session, [reply], now=cast.clock.now(), origin="test")
