"""After the deadline: whom to telephone, who does it, and what came of it; and the quorum."""

from __future__ import annotations

import pytest

from handlers.rolls import phoning, quorum
from storage import accounts
from storage.database import begin
from storage.members import MemberStatus
from tests.cast import Cast, Player
from tests.rollcall import add_members, evidence, rolls, share_phone, verdicts


def phone(cast: Cast, player: Player, number: str) -> None:
    with begin(cast.engine) as session:
        member = player.member
        member.phone = number
        session.add(member)


@pytest.fixture
async def lan(cast: Cast) -> Player:
    """The leader, with a roll open; An and Bình have telephones, An has answered."""
    phone(cast, cast.an, "0912345678")
    phone(cast, cast.binh, "0987654321")
    await cast.lan.says("điểm danh họp")
    await cast.an.says("có mặt")
    return cast.lan


async def calls(lan: Player) -> None:
    await lan.says("kết quả điểm danh")
    await lan.presses("Việc khác")
    await lan.presses("Danh sách gọi")


async def test_only_the_silent_are_to_be_called(cast: Cast, lan: Player) -> None:
    with begin(cast.engine) as session:
        member = cast.cuc.member
        member.status = MemberStatus.AWAY
        session.add(member)
    await calls(lan)

    assert "còn 4 chị chưa trả lời" in lan.text
    assert "Đặng Thị Bình, Tổ 2: 0987 654 321; chưa ai nhận" in lan.text
    assert "Lý Thị Dung, Tổ 2: không có số, nhờ người gần nhà" in lan.text
    assert "Võ Thị An" not in lan.text and "Cúc" not in lan.text


async def test_she_takes_one_calls_and_writes_down_what_was_said(cast: Cast, lan: Player) -> None:
    await calls(lan)
    await lan.presses("Nhận Đặng Thị Bình")
    assert "Đặng Thị Bình, Tổ 2: 0987 654 321; chị gọi" in lan.text
    await lan.presses("Đặng Thị Bình: đã gọi")
    assert "Chị gọi Đặng Thị Bình (0987 654 321) rồi" in lan.text
    await lan.presses("Không nghe máy")
    assert "chị gọi, không nghe máy" in lan.text
    await lan.presses("Đặng Thị Bình: đã gọi")
    await lan.presses("Vắng có phép")

    assert verdicts(cast)["Bình"] == "absent_excused"
    assert ("Bình", "absent_excused", "leader") in evidence(cast)
    assert "Bình" not in lan.text
    await lan.presses("Nhận Lý Thị Dung")
    await lan.presses("Lý Thị Dung: đã gọi")
    await lan.presses("Thôi, em không gọi")
    assert "Lý Thị Dung, Tổ 2: không có số, nhờ người gần nhà; chưa ai nhận" in lan.text


@pytest.mark.parametrize("typed", ["danh sách gọi", "danh sach goi", "/danhsachgoi"])
async def test_the_list_comes_when_it_is_typed(cast: Cast, lan: Player, typed: str) -> None:
    await lan.says(typed)
    assert "còn 5 chị chưa trả lời" in lan.text
    shown = len(cast.k8.bot)
    await lan.says(typed, cast.k8)
    assert len(cast.k8.bot) == shown and "còn 5 chị chưa trả lời" in lan.text
    await cast.thu.says(typed)
    assert "còn 2 chị chưa trả lời" in cast.thu.text and "Bình" not in cast.thu.text
    await cast.thu.presses("Nhận Nguyễn Thị Lan")
    await lan.says(typed)
    assert "Phạm Thị Thu gọi (nhận lúc 8 giờ" in lan.text
    await cast.sau.says(typed)
    assert "chưa ai phải gọi" in cast.sau.text
    await cast.an.says(typed)
    assert "Bình" not in cast.an.text


async def test_of_several_rolls_she_chooses_whom_to_call(cast: Cast, lan: Player) -> None:
    await cast.sau.says("/diemdanh", cast.k1)
    await cast.hoa.says("danh sách gọi")
    assert "Chị chọn cái nào" in cast.hoa.text
    await cast.hoa.presses("họp")
    assert "Đặng Thị Bình" in cast.hoa.text
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:lan")
        assert account is not None
        account.private_chat = ""
        session.add(account)
    await lan.says("danh sách gọi", cast.k8)
    assert "0987" not in "".join(cast.k8.texts)


async def test_who_holds_an_office_on_a_shared_phone_is_who_calls(cast: Cast, lan: Player) -> None:
    """The telephone belongs to An; Thu, who heads the tổ, was linked to it later."""
    share_phone(cast, cast.k8, "an", "Phạm Thị Thu")
    await cast.an.says("danh sách gọi")
    await cast.an.presses("Nhận Nguyễn Thị Lan")
    await lan.says("danh sách gọi")
    assert "Phạm Thị Thu gọi" in lan.text


async def test_heads_of_teams_are_asked_and_see_their_own_only(cast: Cast, lan: Player) -> None:
    add_members(cast, ("Ngô Thị Đào", "Tổ 1"))
    await calls(lan)
    await lan.presses("Nhờ tổ trưởng gọi")
    assert "Em đã nhờ tổ trưởng Tổ 1 gọi giúp." in lan.text
    thu = cast.thu
    assert "nhờ chị gọi giúp 3 chị Tổ 1" in thu.text
    await thu.presses("Xem 3 chị")
    assert "Ngô Thị Đào" in thu.text and "Bình" not in thu.text
    await thu.presses("Nhận cả 3 chị")
    await thu.presses("Ngô Thị Đào: đã gọi")
    await thu.presses("Có mặt")
    assert ("Đào", "present", "team_head") in evidence(cast)

    await calls(lan)
    assert "Nguyễn Thị Lan, Tổ 1: không có số, nhờ người gần nhà; Phạm Thị Thu gọi" in lan.text
    await thu.says(f"/roll_called 1 {cast.binh.member.id}")
    assert "không thuộc đơn vị" in thu.text
    await lan.presses("Nhờ tổ trưởng gọi")
    assert len([text for text in thu.texts if "nhờ chị gọi giúp" in text]) == 1, "once a day"
    for line in ("roll_share 1", f"roll_take 1 {cast.tam.member.id} 0", "roll_calls 99"):
        await thu.says(f"/{line}")
        assert "không thuộc đơn vị" in thu.text, line


async def test_a_big_list_has_pages(cast: Cast, lan: Player) -> None:
    add_members(cast, *[(f"Trần Thị Hường {n:02}", "Tổ 3") for n in range(8)])
    await calls(lan)
    assert "trang 1/2" in lan.text
    await lan.presses("Trang sau")
    assert "trang 2/2" in lan.text
    await lan.presses("Nhận cả 5 chị")
    assert "trang 2/2" in lan.text and "chị gọi" in lan.text
    await lan.presses("Trang trước")
    assert "trang 1/2" in lan.text and len(lan.text.splitlines()) == phoning.PAGE + 3
    await lan.presses("Nhờ tổ trưởng gọi")
    assert "Tổ 1" in lan.text
    await lan.says("/roll_calls 1", cast.k8)
    assert not any("0987" in text for text in cast.k8.texts)


async def test_who_has_answered_meanwhile_is_called_no_more(cast: Cast, lan: Player) -> None:
    await calls(lan)
    shown = lan.private.last
    await cast.binh.says("có mặt")
    label = next(label for label in shown.labels if "Bình" in label)
    await cast.channels[lan.channel].press("lan", shown, label)
    await cast.settle()
    assert "còn 4 chị" in lan.text and "Bình" not in lan.text


async def test_after_the_close_the_figures_stand(cast: Cast, lan: Player) -> None:
    await calls(lan)
    await lan.presses("Nhận Đặng Thị Bình")
    shown = lan.private.last
    await lan.says("chốt điểm danh")
    label = next(label for label in shown.labels if "Bình: đã gọi" in label)
    await cast.channels[lan.channel].press("lan", shown, label)
    await cast.settle()
    await lan.presses("Có mặt")
    assert "đã chốt" in (lan.toast or lan.text)
    assert verdicts(cast)["Bình"] == "unanswered"


async def test_the_deadline_is_said_in_the_group_and_told_when_passed(
    cast: Cast, lan: Player
) -> None:
    await lan.presses("Việc khác")
    await lan.presses("Hạn trả lời")
    await lan.says("lúc nào rảnh")
    assert "Em chưa rõ lúc nào" in lan.text
    await lan.says("7 giờ sáng 15/11/2026")
    assert "Em chưa rõ lúc nào" in lan.text
    await lan.says("10 giờ hôm nay")
    assert "Đã ghi hạn trả lời: 10 giờ, thứ hai 16/11/2026" in lan.text
    assert "⏰ Xin trả lời trước 10 giờ, thứ hai 16/11/2026" in cast.k8.text

    told = len(lan.texts)
    await cast.passes(minutes=119)
    digests = [text for text in lan.texts[told:] if "hết hạn" in text]
    assert digests == []
    await cast.passes(minutes=2)
    assert "đã hết hạn trả lời" in lan.text and "Còn 5/6 chị chưa trả lời" in lan.text
    await lan.presses("Danh sách gọi (5)")
    assert "0987 654 321" in lan.text
    await cast.passes(minutes=30)
    assert len([text for text in lan.texts if "đã hết hạn" in text]) == 1


async def test_a_deadline_is_moved_or_dropped(cast: Cast, lan: Player) -> None:
    await lan.presses("Việc khác")
    await lan.presses("Hạn trả lời")
    await lan.presses("Sau 30 phút")
    assert "8 giờ 30" in lan.text
    await lan.says("kết quả điểm danh")
    await lan.presses("Việc khác")
    assert "Hạn trả lời: 8 giờ 30" in lan.text
    await lan.presses("Hạn trả lời")
    await lan.presses("Không có hạn")
    assert rolls(cast)[0].answer_by is None
    await cast.passes(hours=3)
    assert not any("đã hết hạn" in text for text in lan.texts)


async def test_all_have_answered_when_it_passes(cast: Cast) -> None:
    await cast.sau.says("điểm danh")
    await cast.sau.presses("Việc khác")
    await cast.sau.presses("Hạn trả lời")
    await cast.sau.presses("Sau 30 phút")
    await cast.sau.says("bà Tám, chị Sáu có mặt")
    await cast.passes(minutes=31)
    assert any("Ai cũng đã trả lời rồi" in text for text in cast.sau.texts)


async def test_nobody_without_a_telephone_is_absent_without_leave_for_silence(
    cast: Cast, lan: Player, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dung has no telephone and no account. Twin: without the guard she would be blamed."""
    await lan.says("còn lại vắng không phép")
    assert "1 chị không có điện thoại: em để chưa trả lời" in lan.text
    await lan.presses("Đúng, ghi giúp")
    found = verdicts(cast)
    assert "Dung" not in found and found["Bình"] == "absent_unexcused"

    await lan.presses("Ghi tiếp")
    await lan.presses("Vắng không phép")
    assert not any("Dung" in label for label in lan.labels)
    monkeypatch.setattr(
        "handlers.rolls.hands.blamable", lambda _session, silent, _status: list(silent)
    )
    await lan.says("kết quả điểm danh")
    await lan.presses("Ghi giúp")
    await lan.presses("Vắng không phép")
    assert any("Dung" in label for label in lan.labels)


async def test_by_name_the_leader_may_still_say_so(cast: Cast, lan: Player) -> None:
    await lan.says("bà Dung vắng không phép")
    assert verdicts(cast)["Dung"] == "absent_unexcused"


async def test_a_quorum_is_shown_and_blocks_nothing(cast: Cast, lan: Player) -> None:
    await lan.says("kết quả điểm danh")
    assert "Tỉ lệ" not in lan.text
    await lan.presses("Việc khác")
    await lan.presses("Tỉ lệ cần có mặt")
    await lan.presses("Hai phần ba")
    assert "Tỉ lệ có mặt: 1/6 (17%); cần hai phần ba (4 chị): còn thiếu 3" in lan.text
    await lan.says("bà Bình, chị Cúc, chị Thu có mặt")
    await lan.says("kết quả điểm danh")
    assert "4/6 (67%); cần hai phần ba (4 chị): đủ" in lan.text
    await lan.says("chị Thu vắng")
    await lan.says("chốt điểm danh")
    assert "còn thiếu 1" in lan.text
    assert rolls(cast)[0].state == "closed"


async def test_a_rule_holds_from_now_on_and_one_roll_may_differ(cast: Cast, lan: Player) -> None:
    await lan.presses("Việc khác")
    await lan.presses("Tỉ lệ cần có mặt")
    await lan.presses("Quá nửa")
    await lan.presses("Áp dụng từ nay")
    assert "áp dụng từ nay cho Chi hội Khóm 8" in lan.text
    await lan.says("chốt điểm danh")
    await lan.says("điểm danh buổi sau")
    await lan.says("kết quả điểm danh")
    assert "cần quá nửa (4 chị)" in lan.text
    await lan.presses("Việc khác")
    await lan.presses("Tỉ lệ cần có mặt")
    await lan.presses("Không xét")
    assert "lần này em không xét tỉ lệ" in lan.text
    await lan.says("kết quả điểm danh")
    assert "Tỉ lệ" not in lan.text
    await lan.says("/roll_quorum 1 all")
    assert "không thuộc đơn vị" in lan.text


def test_more_than_half_and_at_least_two_thirds() -> None:
    assert [quorum.needed("half", n) for n in (0, 1, 2, 3, 6, 7)] == [1, 1, 2, 2, 4, 4]
    assert [quorum.needed("two_thirds", n) for n in (0, 1, 3, 4, 6, 7)] == [0, 1, 2, 3, 4, 5]
