"""Surveys of one question: answered in the group, by press, number or words."""

from __future__ import annotations

from bot.channels.sandbox import PLAIN, SANDBOX
from storage import accounts
from storage.database import begin
from tests.cast import Cast
from tests.surveys_scenes import YES_NO, sends, survey

SCALE = "Khảo sát: Chấm buổi họp\n1. Buổi họp hôm qua mấy điểm? (thang 1-5) *"
CHOICE = "Khảo sát: Chọn ngày\n1. Họp ngày nào?\n- Thứ bảy\n- Chủ nhật"


async def test_one_question_is_answered_by_a_press_and_counted_without_names(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    assert "Chị có đi chợ phiên không?" in cast.k8.text
    assert cast.k8.last.labels == ["Có", "Không"]

    await cast.an.presses("Có", cast.k8)
    assert "Đã ghi: Có" in cast.an.toast
    await cast.passes(seconds=6)
    await cast.binh.presses("Không", cast.k8)
    await cast.passes(seconds=6)

    assert "Có: 1" in cast.k8.text
    assert "Không: 1" in cast.k8.text
    assert "2/6" in cast.k8.text
    assert "An" not in cast.k8.text
    assert len(cast.k8.bot) == 1


async def test_an_answer_may_be_changed_and_counts_once(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.an.presses("Có", cast.k8)
    await cast.an.presses("Không", cast.k8)
    await cast.an.presses("Không", cast.k8)
    await cast.passes(seconds=6)

    assert "Có: 0" in cast.k8.text
    assert "1/6" in cast.k8.text


async def test_a_tally_waits_a_few_seconds_while_answers_pour_in(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.an.presses("Có", cast.k8)
    await cast.binh.presses("Có", cast.k8)
    await cast.cuc.presses("Có", cast.k8)
    edits = cast.k8.last.edited
    assert "Có: 1" in cast.k8.text

    await cast.passes(seconds=6)
    assert "Có: 3" in cast.k8.text
    assert cast.k8.last.edited == edits + 1


async def test_where_there_are_no_buttons_a_number_that_quotes_it_answers(cast: Cast) -> None:
    plain = cast.add_room("p1", "CH Khóm 1", unit="P5-K1", channel=PLAIN)
    await cast.sau.says(CHOICE)
    await cast.sau.presses("Không có hạn")
    await cast.sau.presses("Có tên:")
    await cast.sau.presses("📨 Gửi")
    assert "1. Thứ bảy" in plain.text

    await cast.tam.says("2", plain, reply_to=plain.last)
    cast.tam.channel = PLAIN
    assert "Đã ghi: Chủ nhật" in cast.tam.text
    await cast.passes(minutes=10)
    assert "Chủ nhật: 1" in plain.text


async def test_words_that_quote_it_answer_and_other_talk_does_not(cast: Cast) -> None:
    await sends(cast.lan, CHOICE)
    prompt = cast.k8.last
    await cast.an.says("chu nhat nha", cast.k8, reply_to=prompt)
    await cast.binh.says("chủ nhật", cast.k8)
    await cast.passes(seconds=6)
    assert "Chủ nhật: 1" in cast.k8.text

    await cast.cuc.says("hôm nào cũng được", cast.k8, reply_to=prompt)
    assert "chưa rõ" in cast.cuc.text
    await cast.cuc.presses("Thứ bảy")
    await cast.passes(seconds=6)
    assert "Thứ bảy: 1" in cast.k8.text


async def test_a_scale_is_pressed_too(cast: Cast) -> None:
    await sends(cast.lan, SCALE)
    assert cast.k8.last.labels == ["1", "2", "3", "4", "5"]
    await cast.an.presses("4", cast.k8)

    assert "Đã ghi: 4" in cast.an.toast


async def test_a_shared_phone_is_asked_for_whom(cast: Cast) -> None:
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:an")
        assert account is not None and account.id is not None
        dung = cast.member("Lý Thị Dung").id
        assert dung is not None
        accounts.link(session, account.id, dung, by="test", now=cast.clock.now())
    await sends(cast.lan, YES_NO)

    await cast.an.presses("Có", cast.k8)
    assert cast.an.labels == ["Võ Thị An", "Lý Thị Dung", "Cả hai"]
    await cast.an.presses("Cả hai")
    assert "Võ Thị An, Lý Thị Dung" in cast.an.toast
    await cast.passes(seconds=6)
    assert "2/6" in cast.k8.text


async def test_a_stranger_is_kept_and_counts_once_she_is_known(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.ty.presses("Có", cast.k8)
    assert "giữ câu trả lời" in cast.ty.toast
    assert "/6" not in cast.k8.text

    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:ty")
        assert account is not None and account.id is not None
        kept = accounts.pending_of(session, account.id)
    assert [row.line for row in kept] == ["survey_pick 1 1"]


async def test_a_member_of_another_branch_is_told_so(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.nga.presses("Có", cast.k8)

    assert "chi hội khác" in cast.nga.toast
    assert "/6" not in cast.k8.text


async def test_at_the_deadline_it_closes_and_late_presses_change_nothing(cast: Cast) -> None:
    await sends(cast.lan, YES_NO, deadline="17 giờ ngày 17/11/2026")
    still_open = cast.k8.last
    await cast.an.presses("Có", cast.k8)
    await cast.passes(days=1, hours=9)

    assert survey(cast).closed_at == cast.clock.now()
    assert "Đã chốt" in cast.k8.text
    assert cast.k8.last.labels == []
    assert "1/6" in cast.lan.text

    await cast.channels[SANDBOX].press("binh", still_open, "Không")
    await cast.settle()
    assert "đã chốt" in cast.binh.toast
    await cast.passes(seconds=10)
    assert "1/6" in cast.k8.text
