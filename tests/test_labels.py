"""A button's words typed in private do what the button does."""

from __future__ import annotations

import pytest

from bot.channels.sandbox import PLAIN, SANDBOX
from tests.cast import Cast
from tests.rollcall import evidence, share_phone
from tests.surveys_scenes import YES_NO, sends


@pytest.mark.parametrize("channel", [SANDBOX, PLAIN])
@pytest.mark.parametrize("words", ["Ghi giúp", "ghi giup", "✍️ Ghi giúp"])
async def test_a_label_typed_is_as_good_as_pressed(cast: Cast, words: str, channel: str) -> None:
    cast.lan.channel = channel
    await cast.lan.says("điểm danh")

    await cast.lan.says(words)

    assert "Ghi giúp:" in cast.lan.text and "chọn trạng thái" in cast.lan.text


async def test_counts_and_pictures_need_not_be_typed(cast: Cast) -> None:
    await cast.lan.says("điểm danh")
    await cast.lan.says("ai chưa trả lời")
    assert "chưa trả lời 6/6" in cast.lan.text
    await cast.lan.says("tai danh sach")
    assert cast.lan.private.last.file_name == "", "only the newest list counts"


async def test_without_the_button_the_words_are_not_understood(cast: Cast) -> None:
    """The twin: the same words when no button says so."""
    await cast.lan.says("Ghi giúp")
    assert "Ghi giúp:" not in cast.lan.text
    await cast.an.says("Ghi giúp")
    assert evidence(cast) == []


async def test_a_group_is_not_heard_for_labels(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    before = len(cast.k8.bot)
    await cast.lan.says("Ghi giúp", cast.k8)
    assert len(cast.k8.bot) == before


async def test_a_household_sees_whose_each_button_is(cast: Cast) -> None:
    share_phone(cast, cast.k8, "an", "Lý Thị Dung")
    await sends(cast.lan, YES_NO)
    await cast.an.says("/cuatoi")

    assert len(set(cast.an.labels)) == len(cast.an.labels) == 2
    assert "(Võ Thị An)" in cast.an.labels[0] and "(Lý Thị Dung)" in cast.an.labels[1]
