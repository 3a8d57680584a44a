"""The title typed for a roll: kept through every question, never cut in silence."""

from __future__ import annotations

import pytest

from bot.channels.sandbox import PLAIN, SANDBOX
from tests.cast import Cast, Room
from tests.rollcall import answers, branch_room, rolls, says, verdicts


@pytest.fixture(params=[SANDBOX, PLAIN])
def room(cast: Cast, request: pytest.FixtureRequest) -> Room:
    return branch_room(cast, request.param)


async def test_a_second_title_on_the_same_day_is_asked_about_and_kept(
    cast: Cast, room: Room
) -> None:
    await says(cast.lan, "/diemdanh họp tổ", room)
    await answers(cast.an, "Có mặt", room)

    await says(cast.lan, "/diemdanh tập múa", room)
    assert "(họp tổ) vẫn chưa chốt. Chị vừa gõ tên: tập múa." in room.text
    assert [roll.state for roll in rolls(cast)] == ["open"]
    await answers(cast.lan, "mở điểm danh mới", room)

    assert [(roll.title, roll.state) for roll in rolls(cast)] == [
        ("họp tổ", "closed"),
        ("tập múa", "open"),
    ]
    assert room.text.startswith("📋 Điểm danh Chi hội Khóm 8: tập múa\n")
    assert verdicts(cast)["An"] == "present"


async def test_the_title_may_be_meant_for_the_open_one(cast: Cast, room: Room) -> None:
    await says(cast.lan, "/diemdanh", room)

    await says(cast.lan, "/diemdanh họp tháng 11", room)
    await answers(cast.lan, "Đặt tên này", room)

    assert [(roll.title, roll.state) for roll in rolls(cast)] == [("họp tháng 11", "open")]
    assert room.text.startswith("📋 Điểm danh Chi hội Khóm 8: họp tháng 11\n")
    await says(cast.lan, "/diemdanh Hop thang 11", room)
    assert room.text.startswith("📋 Điểm danh Chi hội Khóm 8: họp tháng 11\n")
    assert len(rolls(cast)) == 1


async def test_the_title_is_kept_over_days_and_the_open_one_may_go_on(cast: Cast) -> None:
    await cast.lan.says("/diemdanh họp", cast.k8)
    await cast.passes(days=2)

    await cast.lan.says("điểm danh tập văn nghệ")
    assert "Chị vừa gõ tên: tập văn nghệ." in cast.lan.text
    await cast.lan.presses("Dùng tiếp")
    assert [roll.title for roll in rolls(cast)] == ["họp"]
    await cast.lan.presses("mở điểm danh mới")

    assert [roll.title for roll in rolls(cast)] == ["họp", "tập văn nghệ"]


async def test_only_its_leader_renames_a_roll(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.says("/diemdanh họp", cast.k8)

    await cast.an.presses("Đặt tên này", cast.k8)

    assert "không thuộc đơn vị của chị" in cast.an.toast
    assert rolls(cast)[0].title == ""


async def test_a_long_title_is_refused_with_its_length(cast: Cast, room: Room) -> None:
    long = "họp " * 20 + "x"

    await says(cast.lan, f"/diemdanh {long}", room)
    assert "dài 81 ký tự, em chỉ ghi được 80" in room.text
    assert rolls(cast) == []
    await says(cast.lan, "/diemdanh " + long[:80], room)
    assert rolls(cast)[0].title == long[:80].strip()


async def test_the_shorter_title_may_be_said_at_once(cast: Cast) -> None:
    await cast.lan.says("điểm danh " + "buổi sinh hoạt " * 8)
    assert "ký tự" in cast.lan.text

    await cast.lan.says("sinh hoạt tháng 11")

    assert cast.k8.text.startswith("📋 Điểm danh Chi hội Khóm 8: sinh hoạt tháng 11\n")


async def test_a_long_title_for_one_group_stays_for_that_group(cast: Cast) -> None:
    await cast.lan.says("/diemdanh nhóm này " + "tập múa " * 12, cast.k8)

    await cast.lan.says("tập múa", cast.k8, reply_to=cast.k8.last)

    assert rolls(cast)[0].title == "tập múa"
    assert rolls(cast)[0].group_id is not None


async def test_an_officers_title_waits_while_she_is_asked_which_branch(cast: Cast) -> None:
    await cast.hoa.says("điểm danh họp quý 4")
    await cast.hoa.presses("Khóm 8")
    assert rolls(cast)[0].title == "họp quý 4"

    await cast.hoa.says("điểm danh tập huấn")
    await cast.hoa.says("P5-K1")
    assert rolls(cast)[1].title == "tập huấn"
    assert cast.k1.text.startswith("📋 Điểm danh Chi hội Khóm 1: tập huấn")
    await cast.hoa.says("kết quả điểm danh")
    await cast.hoa.presses("Hội LHPN Phường 5")

    assert rolls(cast)[2].title == "", "another list was asked in between"


async def test_each_has_her_own_title_waiting(cast: Cast) -> None:
    await cast.lan.says("/diemdanh họp A", cast.k8)
    await cast.lan.says("/diemdanh họp B", cast.k8)
    await cast.hoa.says("/diemdanh họp C", cast.k8)
    message = next(m for m in cast.k8.bot if "họp B" in m.text)
    assert any("Đặt tên này" in label for label in message.labels)
    await cast.lan.presses("Đặt tên này", cast.k8)

    assert [roll.title for roll in rolls(cast)] == ["họp B"]
