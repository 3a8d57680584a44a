"""A member's own answers: seen, changed, taken back, explained; kept until she is known."""

from __future__ import annotations

import pytest

from bot.channels.sandbox import PLAIN, SANDBOX
from storage import accounts, roll_marks
from storage.database import begin
from tests.cast import Cast, Player
from tests.doors import ask, link_of_k8
from tests.rollcall import add_members, evidence, picks, rolls, share_phone, verdicts


@pytest.fixture(params=[SANDBOX, PLAIN])
def an(cast: Cast, request: pytest.FixtureRequest) -> Player:
    cast.an.channel = request.param
    return cast.an


async def test_she_sees_changes_and_takes_back(cast: Cast, an: Player) -> None:
    await cast.lan.says("/diemdanh họp", cast.k8)
    await an.says("của tôi")
    assert "họp (Chi hội Khóm 8): chưa trả lời" in an.text
    await picks(an, "Trả lời: họp")
    await picks(an, "Có mặt")
    await an.says("/cuatoi")
    assert "họp (Chi hội Khóm 8): có mặt, lúc 8 giờ" in an.text

    await picks(an, "Đổi: họp")
    assert "chị trả lời thế nào ạ?" in an.text
    await picks(an, "Đi trễ")
    assert verdicts(cast) == {"An": "late"}
    await an.says("/cuatoi")
    await picks(an, "Bỏ: họp")

    assert verdicts(cast) == {"An": "unanswered"}
    assert [status for _, status, _ in evidence(cast)] == ["present", "late", "unanswered"]
    assert "Em đã bỏ câu trả lời." in (an.toast if an.channel == SANDBOX else an.text)
    await cast.passes(seconds=6)
    assert "Chưa trả lời: 6/6" in cast.k8.text or "Có mặt" not in cast.k8.text


async def test_words_in_private_offer_the_way_back(cast: Cast, an: Player) -> None:
    await cast.lan.says("/diemdanh", cast.k8)

    await an.says("vắng")
    await picks(an, "Nhắn lý do")
    assert "Chỉ chi hội trưởng xem được" in an.text
    await an.says("con bệnh")

    assert verdicts(cast) == {"An": "absent_excused"}
    assert "Đã ghi: vắng có phép (con bệnh)." in an.text
    await picks(an, "Bỏ câu trả lời")
    assert verdicts(cast) == {"An": "unanswered"}


async def test_a_closed_roll_is_shown_without_buttons(cast: Cast, an: Player) -> None:
    await cast.lan.says("/diemdanh họp", cast.k8)
    await an.says("bận việc xin vắng")
    number = rolls(cast)[0].id
    await cast.lan.says("bà An có mặt")
    await cast.lan.presses("Ghi: có mặt")
    await cast.lan.says("chốt điểm danh")

    await an.says("/cuatoi")
    assert "họp (Chi hội Khóm 8): có mặt, lúc 8 giờ" in an.text
    assert "do chi hội trưởng ghi" in an.text
    assert "Đã chốt" in an.text
    await an.says(f"/unmark {number} {cast.an.member.id}")
    assert "đã chốt" in an.text
    await cast.passes(days=15)
    await an.says("/cuatoi")

    assert "chưa ghi gì về chị" in an.text


async def test_a_differing_answer_is_told_honestly(cast: Cast) -> None:
    await cast.lan.says("điểm danh họp")
    await cast.lan.says("chị An vắng")
    await cast.an.says("có mặt")

    await cast.an.says("/cuatoi")

    assert "Có câu trả lời khác: có mặt. Em đã nhờ chi hội trưởng xem lại." in cast.an.text


async def test_a_household_sees_each_by_name(cast: Cast) -> None:
    share_phone(cast, cast.k8, "an", "Lý Thị Dung")
    await cast.lan.says("/diemdanh họp", cast.k8)
    await cast.an.says("có mặt")
    await cast.an.presses("Lý Thị Dung")

    await cast.an.says("/cuatoi")

    assert "họp (Chi hội Khóm 8), Lý Thị Dung: có mặt" in cast.an.text
    assert "họp (Chi hội Khóm 8), Võ Thị An: chưa trả lời" in cast.an.text
    await cast.an.presses("Trả lời: họp Võ Thị An")
    await cast.an.presses("Đi trễ")
    assert verdicts(cast) == {"Dung": "present", "An": "late"}


async def test_in_a_group_it_is_answered_in_private_or_not_at_all(cast: Cast) -> None:
    await cast.lan.says("/diemdanh họp", cast.k8)
    await cast.an.says("/cuatoi", cast.k8)
    assert "chưa trả lời" in cast.an.text
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:binh")
        assert account is not None
        account.private_chat = ""
        session.add(account)
    await cast.binh.says("/cuatoi", cast.k8)

    assert "chỉ trả lời riêng" in cast.k8.text
    await cast.ty.says("/cuatoi")
    assert "chưa nhận ra chị" in cast.ty.text


async def test_a_strangers_answer_counts_once_she_is_recognised(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.ty.presses("Có mặt", cast.k8)
    await cast.ty.says("bận việc xin vắng", cast.k8)
    assert "giữ câu trả lời" in cast.ty.toast
    assert evidence(cast) == []
    await cast.passes(minutes=5)

    await ask(cast, cast.ty, "Lý Thị Dung 1949", await link_of_k8(cast))
    await cast.lan.presses("Nhận 1 người")

    assert evidence(cast) == [("Dung", "absent_excused", "words")]
    with cast.session() as session:
        (mark,) = roll_marks.of_member(
            session, rolls(cast)[0].number, cast.member("Lý Thị Dung").id or 0
        )
    assert mark.reason == "bận việc xin vắng"
    assert (cast.clock.now() - mark.at).total_seconds() == 300, "when she said it"
    assert any("Đã ghi: vắng có phép" in text for text in cast.ty.texts)


async def test_a_kept_answer_that_comes_after_the_close_goes_to_the_leader(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.ty.presses("Có mặt", cast.k8)
    await cast.lan.says("chốt điểm danh")
    await ask(cast, cast.ty, "Lý Thị Dung 1949", await link_of_k8(cast))
    await cast.lan.presses("Nhận 1 người")

    assert verdicts(cast)["Dung"] == "unanswered"
    assert any("chuyển câu trả lời của chị cho chi hội trưởng" in text for text in cast.ty.texts)
    await cast.passes(minutes=10)
    assert "Có mặt: Lý Thị Dung" in cast.lan.text
    assert "Mở lại" in cast.lan.text


async def test_a_kept_answer_for_another_branch_goes_on_waiting(cast: Cast) -> None:
    await cast.sau.says("/diemdanh", cast.k1)
    await cast.ty.presses("Có mặt", cast.k1)
    await ask(cast, cast.ty, "Lý Thị Dung 1949", await link_of_k8(cast))
    await cast.lan.presses("Nhận 1 người")

    assert evidence(cast) == []
    with cast.session() as session:
        account = accounts.by_address(session, "sandbox:ty")
        assert account is not None and account.id is not None
        assert len(accounts.pending_of(session, account.id)) == 1


async def test_a_list_of_forty_is_one_message(cast: Cast) -> None:
    add_members(cast, *[(f"Người Thứ {n}", "Tổ 3") for n in range(40)])
    await cast.lan.says("điểm danh")
    before = len(cast.lan.texts)

    await cast.lan.presses("Ai chưa trả lời")

    assert len(cast.lan.texts) == before + 1
    assert "Tổ 3 (40)" in cast.lan.text
