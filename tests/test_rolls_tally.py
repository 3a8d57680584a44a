"""What the group sees of a roll: one tally of counts, in each group, at a calm pace."""

from __future__ import annotations

import pytest

from bot.channels.base import DeliveryError, Post
from bot.channels.sandbox import PLAIN, SANDBOX
from tests.cast import Cast
from tests.rollcall import rolls, verdicts


async def test_the_group_sees_one_tally_of_counts_and_no_name(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)

    await cast.an.presses("Có mặt", cast.k8)
    assert "✅ Có mặt: 1" in cast.k8.text
    await cast.binh.presses("Có mặt", cast.k8)
    await cast.cuc.presses("Xin phép vắng", cast.k8)
    assert "✅ Có mặt: 1" in cast.k8.text, "at most every 6 seconds"
    await cast.passes(seconds=5)
    assert "✅ Có mặt: 1" in cast.k8.text
    await cast.passes(seconds=1)

    assert len(cast.k8.bot) == 1
    assert "✅ Có mặt: 2" in cast.k8.text
    assert "🙏 Vắng: 1" in cast.k8.text
    assert "❔ Chưa trả lời: 3/6" in cast.k8.text
    assert cast.k8.last.edited == 2
    await cast.passes(minutes=5)
    assert cast.k8.last.edited == 2, "quiet: the last tally stands"


async def test_without_edits_a_new_summary_comes_now_and_then(cast: Cast) -> None:
    plain = cast.add_room("p8", "CH Khóm 8 (không nút)", unit="P5-K8", channel=PLAIN)
    await cast.lan.says("/diemdanh", cast.k8)
    assert len(plain.bot) == 1

    await cast.an.presses("Có mặt", cast.k8)
    await cast.passes(seconds=30)
    await cast.binh.presses("Có mặt", cast.k8)
    await cast.passes(seconds=30)
    assert len(plain.bot) == 1
    await cast.passes(minutes=9)
    assert len(plain.bot) == 2
    assert "✅ Có mặt: 2" in plain.text
    await cast.cuc.says("3", plain, reply_to=plain.last)
    await cast.lan.says("/chotdiemdanh", cast.k8)

    assert len(plain.bot) == 3, "the close is not made to wait"
    assert "Đã chốt lúc" in plain.text
    assert "⏰ Đi trễ: 1" in plain.text
    await cast.passes(minutes=30)
    assert len(plain.bot) == 3


async def test_a_roll_shows_in_every_group_with_one_count(cast: Cast) -> None:
    other = cast.add_room("g8b", "CH Khóm 8 (nhóm hai)", unit="P5-K8", main=False)
    await cast.lan.says("/diemdanh", cast.k8)

    await cast.an.presses("Có mặt", other)

    assert "✅ Có mặt: 1" in cast.k8.text
    assert "✅ Có mặt: 1" in other.text
    assert len(rolls(cast)) == 1


async def test_a_roll_can_be_kept_to_one_group(cast: Cast) -> None:
    other = cast.add_room("g8b", "CH Khóm 8 (nhóm hai)", unit="P5-K8", main=False)
    await cast.lan.says("/diemdanh nhóm này lớp múa", other)
    await cast.an.presses("Có mặt", other)
    await cast.binh.says("có mặt", cast.k8)

    assert cast.k8.bot == []
    assert other.text.startswith("📋 Điểm danh Chi hội Khóm 8: lớp múa")
    assert "✅ Có mặt: 1" in other.text
    assert "Chưa trả lời" not in other.text
    assert verdicts(cast) == {"An": "present"}

    await cast.lan.says("/diemdanh", cast.k8)
    assert len(rolls(cast)) == 2
    await cast.binh.says("có mặt", cast.k8)
    assert verdicts(cast) == {"An": "present", "Bình": "present"}


async def test_a_tally_that_somebody_deleted_is_shown_anew_and_counts_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    prompt = cast.k8.last
    channel = cast.channels[SANDBOX]

    async def gone(_post: Post, _message: str) -> None:
        raise DeliveryError("message to edit not found", gone=True)

    with monkeypatch.context() as broken:
        broken.setattr(channel, "edit", gone)
        await cast.an.presses("Có mặt", cast.k8)
    assert cast.an.toast.startswith("Đã ghi: có mặt.")
    await cast.passes(seconds=6)

    anew = cast.k8.last
    assert anew.id != prompt.id
    assert "✅ Có mặt: 1" in cast.k8.text
    await cast.binh.presses("Có mặt", cast.k8)
    await cast.passes(seconds=6)

    assert cast.k8.last.id == anew.id
    assert "✅ Có mặt: 2" in cast.k8.text
    assert verdicts(cast) == {"An": "present", "Bình": "present"}
