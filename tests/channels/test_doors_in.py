"""Being let in, over Telegram's own ways: links with a payload, groups joined, left and moved."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine

from handlers.access import recognise
from handlers.chat import Who
from storage import doors, groups
from storage.groups import GroupState
from tests.channels.fake_telegram import FakeGroup
from tests.telegram_cast import TelegramCast, TelegramRoom

LINK = re.compile(r"https://t\.me/(\w+)\?start=([\w-]+)")


@pytest.fixture
async def cast(engine: Engine) -> AsyncIterator[TelegramCast]:
    async with TelegramCast(engine) as cast:
        yield cast
        assert cast.server.problems == []


def standing(cast: TelegramCast, key: str) -> Who:
    address = f"telegram:{cast.people[key].id}"
    with cast.session() as session:
        return recognise(session, address=address, name="", now=cast.clock.now()).highest()


async def follow(cast: TelegramCast, key: str, text: str) -> None:
    """She presses the link in a message, and then Start."""
    link = LINK.search(text)
    assert link is not None, text
    assert link[1] == cast.server.bot.username
    await cast.people[key].starts(link[2])
    await cast.settle()


async def come_in(cast: TelegramCast, *, admin: bool = False) -> TelegramRoom:
    """Lan makes a new group and lets the bot in."""
    people = [cast.people["lan"], *cast.people.values()]
    group = cast.server.group("Nhóm mới của Khóm 8", members=people)
    cast.rooms["moi"] = group
    await cast.server.add_bot(group, by=cast.people["lan"], admin=admin)
    await cast.settle()
    return TelegramRoom(cast, "moi", "telegram")


@pytest.mark.slow
@pytest.mark.sqlite
async def test_a_leader_follows_her_link_and_another_the_branchs(cast: TelegramCast) -> None:
    await cast.hoa.says("/moi leader")
    await cast.hoa.presses("Khóm 1")
    await follow(cast, "ty", cast.hoa.text)
    assert standing(cast, "ty") is Who.LEADER

    new = cast.add_player("moi", "Máy của Dung")
    await cast.lan.says("/linkthamgia")
    await follow(cast, "moi", cast.lan.text)
    await new.says("Lý Thị Dung 1949")
    await cast.lan.presses("Nhận 1 người")
    assert standing(cast, "moi") is Who.MEMBER
    assert "chị là Lý Thị Dung" in new.text


@pytest.mark.slow
@pytest.mark.sqlite
async def test_a_group_is_bound_and_its_hearing_follows_the_bots_rights(
    cast: TelegramCast,
) -> None:
    cast.server.bot.hears_all = False
    room = await come_in(cast)
    assert "trợ lý tự động" in room.text
    await cast.lan.says("/ketnoi", room)
    assert "đã kết nối với Chi hội Khóm 8" in room.text

    group = cast.rooms["moi"]
    assert isinstance(group, FakeGroup)
    await group.promote_bot(by=cast.people["lan"])
    await cast.settle()
    assert "nghe được mọi tin" in cast.lan.text


@pytest.mark.parametrize("quietly", [False, True])
async def test_the_bot_is_kicked(cast: TelegramCast, *, quietly: bool) -> None:
    group = cast.rooms["g8"]
    assert isinstance(group, FakeGroup)
    if quietly:  # the update is lost: the next message is how the bot learns it
        group.statuses[cast.server.bot.id] = "kicked"
        await cast.hoa.says("/linkthamgia P5-K8 post")
    else:
        await group.kick_bot(by=cast.people["an"])
    await cast.settle()

    assert "bị đưa ra khỏi nhóm CH Khóm 8" in cast.lan.text
    assert sum("bị đưa ra" in text for text in cast.lan.texts) == 1


async def test_a_group_that_moves_keeps_its_unit_and_says_nothing(cast: TelegramCast) -> None:
    group = cast.rooms["g8"]
    assert isinstance(group, FakeGroup)
    told = len(cast.lan.texts)
    new = await group.migrate()
    await cast.settle()

    with cast.session() as session:
        moved = groups.by_address(session, f"telegram:{new}")
        assert moved is not None
        assert (moved.unit_id, moved.state) == (cast.unit("P5-K8").id, GroupState.ACTIVE)
    assert len(cast.lan.texts) == told
    assert cast.k8.bot == []


async def test_the_door_is_known_to_the_command_line(cast: TelegramCast) -> None:
    await cast.hoa.says("trợ giúp")  # the first poll comes after the door was noted
    with cast.session() as session:
        link = doors.patterns(session)["telegram"]
    assert link == f"https://t.me/{cast.server.bot.username}?start={{code}}"
