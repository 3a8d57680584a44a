"""Who shares a phone answers for others: kept apart from their own word, never in its place."""

from __future__ import annotations

import io

import pytest
import python_calamine

from bot.channels.sandbox import SANDBOX
from handlers.rolls import own
from storage import accounts
from storage.database import begin
from storage.members import Member
from storage.rolls import Source
from tests.cast import Cast
from tests.rollcall import evidence, share_phone, verdicts


def share_with_binh(cast: Cast) -> None:
    """Bình has a phone of her own; An's account speaks for her too."""
    share_phone(cast, cast.k8, "an", "Đặng Thị Bình")


async def test_each_mark_says_who_spoke(cast: Cast) -> None:
    share_phone(cast, cast.k8, "an", "Lý Thị Dung")
    await cast.lan.says("/diemdanh", cast.k8)

    await cast.an.presses("Có mặt", cast.k8)
    await cast.an.presses("Cả hai")

    assert evidence(cast) == [("An", "present", "button"), ("Dung", "present", "helper")]
    await cast.lan.says("kết quả điểm danh")
    await cast.lan.presses("Ai đã trả lời")
    assert "• Lý Thị Dung, Tổ 2, người nhà trả lời giúp" in cast.lan.text
    await cast.an.says("/cuatoi")
    assert (
        "Lý Thị Dung: có mặt, lúc 8 giờ thứ hai 16/11/2026, do người nhà trả lời giúp."
        in cast.an.text
    )
    await cast.lan.says("chốt điểm danh")
    found = cast.platform.file(cast.lan.private.last.id)
    assert found is not None
    book = python_calamine.load_workbook(io.BytesIO(found[2]))
    rows = book.get_sheet_by_index(0).to_python()
    dung = next(row for row in rows if row[1] == "Lý Thị Dung")
    assert dung[5] == "người nhà trả lời giúp"
    assert dung[8] == "Võ Thị An"


async def test_her_own_word_stands_and_the_leader_decides(cast: Cast) -> None:
    share_with_binh(cast)
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.binh.presses("Xin phép vắng", cast.k8)

    await cast.an.presses("Có mặt", cast.k8)
    await cast.an.presses("Cả hai")
    assert "Trước đó đã có câu tự trả lời khác nên em nhờ chi hội trưởng xem lại" in cast.an.toast
    assert verdicts(cast) == {"An": "present", "Bình": "absent_excused"}
    await cast.binh.says("/cuatoi")
    assert "Có câu trả lời khác: có mặt." in cast.binh.text

    await cast.lan.says("kết quả điểm danh")
    await cast.lan.presses("Câu trả lời khác nhau (1)")
    assert "chị ấy tự trả lời vắng có phép, người nhà trả lời có mặt" in cast.lan.text
    await cast.lan.presses("Bình: có mặt")
    assert verdicts(cast)["Bình"] == "present"
    await cast.lan.says("kết quả điểm danh")
    assert "khác nhau" not in cast.lan.text


async def test_twin_without_a_voice_of_its_own_a_shared_phone_overwrites_her_in_silence(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_herself(_call: object, _member: Member, source: Source) -> Source:
        return source

    monkeypatch.setattr(own, "_said_by", as_herself)
    share_with_binh(cast)
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.binh.presses("Xin phép vắng", cast.k8)

    await cast.an.presses("Có mặt", cast.k8)
    await cast.an.presses("Cả hai")

    assert verdicts(cast)["Bình"] == "present"
    await cast.lan.says("kết quả điểm danh")
    assert "khác nhau" not in cast.lan.text


async def test_she_may_correct_who_answered_for_her(cast: Cast) -> None:
    share_with_binh(cast)
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    await cast.an.presses("Đặng Thị Bình")
    assert verdicts(cast) == {"Bình": "present"}

    await cast.binh.presses("Đi trễ", cast.k8)

    assert verdicts(cast) == {"Bình": "late"}
    await cast.lan.says("kết quả điểm danh")
    assert "khác nhau" not in cast.lan.text


async def test_the_leader_is_asked_before_she_contradicts_either(cast: Cast) -> None:
    share_with_binh(cast)
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    await cast.an.presses("Đặng Thị Bình")

    await cast.lan.says("bà Bình vắng")
    assert "Đặng Thị Bình được người nhà trả lời giúp: có mặt (8 giờ" in cast.lan.text
    await cast.lan.presses("Ghi: vắng")
    await cast.binh.presses("Có mặt", cast.k8)
    await cast.lan.says("bà Bình đi trễ")

    assert "Đặng Thị Bình sau đó có câu trả lời: có mặt. Chị vẫn ghi đi trễ" in cast.lan.text
    assert verdicts(cast)["Bình"] == "absent"


async def test_a_household_without_a_private_talk_is_told_how(cast: Cast) -> None:
    share_phone(cast, cast.k8, "an", "Lý Thị Dung")
    with begin(cast.engine) as session:
        account = accounts.by_address(session, f"{SANDBOX}:an")
        assert account is not None
        account.private_chat = ""
        session.add(account)
    await cast.lan.says("/diemdanh", cast.k8)

    await cast.an.presses("Có mặt", cast.k8)

    assert cast.an.toast.startswith("Máy này dùng chung cho mấy người trong nhà.")
    assert "Chị mở tin nhắn riêng với em rồi trả lời" in cast.an.toast
    assert evidence(cast) == []
