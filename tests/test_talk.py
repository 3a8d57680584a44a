"""Words that were no command get an answer that helps, and never a cold one."""

from __future__ import annotations

import pytest

from tests.cast import Cast


@pytest.mark.parametrize("words", ["cảm ơn em", "Chào em", "alo", "dạ em cảm ơn nhiều ạ", "ok em"])
async def test_thanks_and_greetings_are_not_called_unclear(cast: Cast, words: str) -> None:
    await cast.an.says(words)
    assert "em nghe" in cast.an.text
    assert "chưa hiểu" not in cast.an.text


@pytest.mark.parametrize("words", ["có mặt", "xin vắng", "chị bận, xin phép vắng"])
async def test_an_answer_to_nothing_is_told_that_nothing_was_asked(cast: Cast, words: str) -> None:
    await cast.an.says(words)
    assert "không có điểm danh nào đang mở" in cast.an.text

    await cast.lan.says("điểm danh", cast.k8)
    await cast.an.says(words)
    assert "Đã ghi" in cast.an.text


async def test_a_stranger_is_still_shown_the_way_in(cast: Cast) -> None:
    await cast.ty.says("chào em")
    await cast.ty.says("cảm ơn")
    assert "đường dẫn tham gia" in cast.ty.text


@pytest.mark.parametrize("words", ["huỷ họp", "hoãn họp", "dời họp sang 20g chủ nhật"])
async def test_a_leader_calls_a_meeting_off_or_moves_it_by_words(cast: Cast, words: str) -> None:
    await cast.lan.says(words)
    assert "cuộc họp" in cast.lan.text
    await cast.lan.says("họp chi hội 19g30 thứ bảy tuần này tại nhà văn hoá")
    await cast.lan.presses("Đúng rồi")
    await cast.lan.says("điểm danh", cast.k8)
    await cast.lan.says(words)
    assert {"🕑 Đổi giờ", "❌ Huỷ họp"} <= set(cast.lan.labels)

    await cast.lan.says("họp chi hội 19g30 chủ nhật tuần này tại nhà văn hoá")
    await cast.lan.presses("Đúng rồi")
    await cast.lan.says(words)
    assert "Sắp họp" in cast.lan.text
