"""Help shows each person what she may do here, and nothing else."""

from __future__ import annotations

import re

import pytest

from bot.render import TEMPLATES
from handlers import ROUTES
from tests.cast import Cast


def test_every_listed_command_has_its_place_in_help() -> None:
    page = (TEMPLATES / "help" / "show.j2").read_text(encoding="utf-8")
    placed = re.findall(r'"([a-z_]+)"[,\]]', page.partition("] %}")[0] + "]")
    listed = [key for key, route in ROUTES.items() if route.listed]

    assert sorted(placed) == sorted(listed)


@pytest.mark.parametrize(
    ("who", "offered", "withheld"),
    [
        ("ty", ["trợ giúp", "tôi là ai", "đường dẫn tham gia"], ["điểm danh", "/tim"]),
        ("an", ["của tôi", "lịch họp", "bấm nút"], ["khảo sát", "/ketnoi", "tiến độ"]),
        ("thu", ["tiến độ", "của tôi"], ["/ketnoi", "nhập danh sách"]),
        ("lan", ["điểm danh", "họp", "khảo sát", "/tim", "mời"], ["nhập danh sách", "PDF"]),
        ("hoa", ["nhập danh sách", "tệp văn bản", "tiến độ"], []),
    ],
)
async def test_each_standing_has_its_own_help(
    cast: Cast, who: str, offered: list[str], withheld: list[str]
) -> None:
    await cast.players[who].says("trợ giúp")
    text = cast.players[who].text

    assert [words for words in offered if words not in text] == []
    assert [words for words in withheld if words in text] == []


async def test_in_a_group_help_leaves_out_what_belongs_into_private(cast: Cast) -> None:
    await cast.lan.says("/trogiup", cast.k8)

    assert "điểm danh" in cast.k8.text
    assert "/tim" not in cast.k8.text
