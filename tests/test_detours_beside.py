"""One of a unit's groups is lost and another carries on: into the lost one its leader pastes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.channels.sandbox import PLAIN
from handlers.chat import Moment
from handlers.detours import moving
from storage import groups, relays
from storage.database import begin
from storage.detours import Detour, Way
from storage.groups import GroupState
from tests.answering import Visitor
from tests.cast import Cast, Room
from tests.directives_scenes import broadcasts
from tests.doors import drop_roles
from tests.losing import loses, mentions, parts, regains
from tests.rollcall import verdicts
from tests.test_detours import at_plain, number

PASTES = "em đang chưa vào được"
UNNEEDED = "không cần chuyển tay nữa"


@pytest.fixture
def other(cast: Cast) -> Room:
    """The branch's second group, on the channel that stays."""
    return cast.add_room("p8", "CH Khóm 8 (Zalo)", unit="P5-K8", channel=PLAIN, main=False)


def to_paste(cast: Cast) -> int:
    return mentions(at_plain(cast.lan).texts, PASTES)


async def test_the_leader_passes_it_on_into_the_lost_group_once(cast: Cast, other: Room) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    seen = len(other.bot)
    await loses(cast)
    await cast.passes(minutes=2)

    assert parts(cast)["P5-K8"].way == Way.GROUP
    assert len(other.bot) == seen
    words, asked = at_plain(cast.lan).bot[-2:]
    assert f"Nhóm CH Khóm 8 (Chi hội Khóm 8) trên Telegram (thử) {PASTES}" in asked.text
    assert "Lấy mã QR" in asked.text
    assert to_paste(cast) == 1
    link = re.search(r"https://\S+/t/\S+", words.text)
    assert link is not None
    await number(cast.lan, "✅ Đã gửi vào nhóm")
    async with Visitor(cast) as dung:  # who is in the lost group only
        await dung.opens(link[0])
        await dung.is_called("Lý Thị Dung", "1949")
        await dung.presses("Có mặt")
    await cast.settle()
    await cast.binh.says("@chihoi có mặt", other)
    await cast.passes(minutes=15)

    await regains(cast)
    assert len(cast.k8.bot) == 1  # the prompt it had before
    assert "Có mặt: 3" in cast.k8.text
    assert verdicts(cast) == dict.fromkeys(("An", "Bình", "Dung"), "present")
    assert mentions(at_plain(cast.lan).texts + cast.lan.texts, UNNEEDED) == 0
    await loses(cast)
    assert to_paste(cast) == 1  # she has passed it on


async def test_what_she_has_not_passed_on_she_is_reminded_of_and_spared_when_it_is_back(
    cast: Cast, other: Room
) -> None:
    await broadcasts(cast.hoa)
    await loses(cast)
    assert to_paste(cast) == 1
    assert mentions(at_plain(cast.lan).texts, "xác nhận giúp em") == 0  # the other group asks it
    await cast.hoa.says("tiến độ", at_plain(cast.hoa))
    assert "Chưa chuyển tay vào nhóm\n• Chi hội Khóm 8" in at_plain(cast.hoa).text
    assert "nhóm đang gián đoạn em nhờ chi hội trưởng chuyển tay" in "".join(
        at_plain(cast.hoa).texts
    )
    await cast.passes(hours=3)
    assert mentions(at_plain(cast.lan).texts, "còn 1 tin chưa chuyển vào nhóm") == 1

    await regains(cast)
    assert mentions(at_plain(cast.lan).texts, UNNEEDED) == 1
    await cast.passes(hours=8)
    assert mentions(at_plain(cast.lan).texts, "chưa chuyển vào nhóm") == 1
    assert mentions(cast.k8.texts + other.texts, "dịch vụ công") == 2


@pytest.mark.parametrize("passes_on", [True, False])
async def test_what_is_opened_meanwhile_is_shown_here_and_passed_on_there(
    cast: Cast, other: Room, *, passes_on: bool
) -> None:
    await loses(cast)
    await cast.lan.says("/diemdanh", at_plain(cast.lan))
    assert (len(cast.k8.bot), mentions(other.texts, "Điểm danh Chi hội")) == (0, 1)
    assert to_paste(cast) == 1
    if passes_on:
        await number(cast.lan, "✅ Đã gửi vào nhóm")
    await regains(cast)

    assert len(cast.k8.bot) == (0 if passes_on else 1)
    assert mentions(other.texts, "Điểm danh Chi hội") == 1


async def test_what_is_for_the_other_group_alone_is_not_passed_on(cast: Cast, other: Room) -> None:
    await cast.lan.says("@chihoi điểm danh nhóm này", other)
    await loses(cast)
    part = parts(cast)["P5-K8"]
    assert (part.way, part.prompts) == (Way.GROUP, 1)
    assert to_paste(cast) == 0


async def test_a_group_the_plan_has_no_room_for_is_served_by_hand_after_it_is_back(
    cast: Cast, other: Room
) -> None:
    with begin(cast.engine) as session:
        full = groups.ensure(session, address="zalo_bot:x", title="CH chợ", now=cast.clock.now())
        full.unit_id, full.state = cast.unit("P5-K8").id, GroupState.RELAY
    await loses(cast)
    await cast.lan.says("/diemdanh", at_plain(cast.lan))
    assert (
        mentions(at_plain(cast.lan).texts, "Nhóm CH Khóm 8, CH chợ (Chi hội Khóm 8) em chưa") == 1
    )
    await regains(cast)

    assert len(cast.k8.bot) == 1
    assert mentions(cast.lan.texts + at_plain(cast.lan).texts, UNNEEDED) == 0
    with cast.session() as session:
        assert [row.passed_at for row in relays.about(session, "roll:1")] == [None]


async def test_nobody_is_alarmed_where_no_leader_can_be_written_to(cast: Cast, other: Room) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    drop_roles(cast, "Nguyễn Thị Lan")
    drop_roles(cast, "Phạm Thị Thu")
    await loses(cast)
    assert parts(cast)["P5-K8"].way == Way.GROUP
    assert not any("chưa có chi hội trưởng" in text for text in at_plain(cast.hoa).texts)


async def test_killed_halfway_each_leader_gets_it_once(
    cast: Cast, other: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.add_room("p1", "CH Khóm 1 (Zalo)", unit="P5-K1", channel=PLAIN, main=False)
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.sau.says("/diemdanh", cast.k1)
    move_unit = moving._move_unit
    moved: list[int] = []

    def dies(moment: Moment, detour: Detour, unit_id: int) -> Any:
        replies = move_unit(moment, detour, unit_id)
        moved.append(unit_id)
        if len(moved) > 1:
            raise RuntimeError("killed")
        return replies

    before = len(cast.outbox())
    with monkeypatch.context() as killing:
        killing.setattr(moving, "_move_unit", dies)
        await loses(cast)
    assert len(cast.outbox()) == before

    await cast.passes(minutes=2)
    await cast.passes(minutes=2)
    assert to_paste(cast) == 1
    assert mentions(at_plain(cast.sau).texts, PASTES) == 1
