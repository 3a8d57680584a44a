"""Help shows each person what she may do here, and nothing else."""

from __future__ import annotations

import pytest

from handlers import ROUTES
from handlers.help import DAILY, SECTIONS
from tests.cast import Cast


def test_every_listed_command_has_its_place_in_help() -> None:
    placed = [line for _, lines in SECTIONS.values() for line in lines]
    listed = [key for key, route in ROUTES.items() if route.listed]

    assert sorted(placed) == sorted(listed)
    for who, lines in DAILY.items():
        assert set(lines) <= set(listed), who


@pytest.mark.parametrize(
    ("who", "offered", "withheld"),
    [
        ("ty", ["trợ giúp", "tôi là ai", "đường dẫn tham gia"], ["điểm danh", "/tim"]),
        ("an", ["của tôi", "lịch họp", "chọn câu trả lời"], ["khảo sát", "/ketnoi", "tiến độ"]),
        ("thu", ["tiến độ", "của tôi"], ["/ketnoi", "nhập danh sách"]),
        ("lan", ["điểm danh", "họp", "khảo sát", "/tim", "mời"], ["nhập danh sách", "PDF"]),
        ("hoa", ["nhập danh sách", "tệp văn bản", "tiến độ"], []),
    ],
)
async def test_each_standing_has_its_own_help(
    cast: Cast, who: str, offered: list[str], withheld: list[str]
) -> None:
    player = cast.players[who]
    await player.says("trợ giúp")
    text = player.text
    for label in [label for label in player.labels if "hướng dẫn" not in label]:
        await player.presses(label)
        text += player.text

    assert [words for words in offered if words not in text] == []
    assert [words for words in withheld if words in text] == []


async def test_a_leader_sees_her_five_daily_commands_first(cast: Cast) -> None:
    await cast.lan.says("/trogiup")
    first = cast.lan.text
    assert first.count("•") == 5
    assert first.index("điểm danh") < first.index("họp") < first.index("/tim")
    assert cast.lan.labels[:2] == ["Việc của chi hội", "Hội viên"]
    assert "nhắn trợ giúp hội viên" in first, "tags are markup, not words"

    await cast.lan.presses("Hội viên")
    assert "/hoiphi" in cast.lan.text and "chốt điểm danh" not in cast.lan.text
    await cast.lan.says("trợ giúp việc của chi hội")
    assert "chốt điểm danh" in cast.lan.text and "danh sách gọi" in cast.lan.text
    await cast.an.says("trợ giúp hội viên")
    assert "/tim" not in cast.an.text, "no section opens what is not hers"


async def test_in_a_group_help_leaves_out_what_belongs_into_private(cast: Cast) -> None:
    await cast.lan.says("/trogiup", cast.k8)

    assert "điểm danh" in cast.k8.text
    assert "/tim" not in cast.k8.text
    assert "/ketnoi" in cast.k8.text and "nhắn riêng em" in cast.k8.text
    assert not [label for label in cast.k8.last.labels if "Hội viên" in label], (
        "buttons would stand between the group and what it was asked"
    )
