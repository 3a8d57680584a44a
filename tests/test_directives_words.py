"""Receipts in words: a leader who writes "đã nhận" is believed, and nobody else's unit is."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.directives_scenes import broadcasts


@pytest.mark.parametrize(
    "words",
    [
        "Đã nhận",
        "dạ đã nhận ạ",
        "da nhan van ban",
        "Chi hội Khóm 8 đã nhận ạ!",
        "Khóm 8 nhận rồi nhé em",
    ],
)
async def test_a_leader_confirms_in_the_group_by_writing_it(cast: Cast, words: str) -> None:
    await broadcasts(cast.hoa)
    await cast.lan.says(words, cast.k8)
    assert any("Chi hội đã xác nhận đã nhận" in text for text in cast.k8.texts)
    await cast.hoa.says("tiến độ")
    assert "Đã xác nhận: 1/2" in cast.hoa.text


@pytest.mark.parametrize(
    "words", ["chưa nhận", "Khóm 1 đã nhận", "đã nhận quà chưa", "nhận được gì"]
)
async def test_other_words_confirm_nothing(cast: Cast, words: str) -> None:
    await broadcasts(cast.hoa)
    await cast.lan.says(words, cast.k8)
    await cast.an.says("đã nhận", cast.k8)
    await cast.hoa.says("tiến độ")
    assert "Đã xác nhận: 0/2" in cast.hoa.text


async def test_behind_another_question_only_a_quote_confirms(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    post = next(message for message in cast.k8.bot if message.labels)
    await cast.lan.says("điểm danh", cast.k8)
    await cast.lan.says("đã nhận", cast.k8)
    await cast.lan.says("đã nhận", cast.k8, reply_to=cast.k8.last)
    await cast.hoa.says("tiến độ")
    assert "Đã xác nhận: 0/2" in cast.hoa.text

    await cast.thu.says("đã nhận", cast.k8, reply_to=post)
    await cast.hoa.says("tiến độ")
    assert "Đã xác nhận: 1/2" in cast.hoa.text


async def test_in_private_the_only_one_that_waits_is_meant_else_all_are_shown(cast: Cast) -> None:
    await cast.lan.says("đã nhận")
    assert "chưa hiểu" in cast.lan.text
    await broadcasts(cast.hoa)
    await cast.lan.says("đã nhận")
    assert "Chi hội Khóm 8 đã nhận" in cast.lan.text
    await broadcasts(cast.hoa)
    await broadcasts(cast.hoa)
    await cast.lan.says("em đã nhận văn bản rồi ạ")
    assert len(cast.lan.labels) == 2
