"""The leader's side of a roll: who answered, marking for others, digests."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.channels.sandbox import PLAIN, SANDBOX
from handlers.understanding.zone import ZONE
from tests.cast import Cast, Player
from tests.rollcall import add_members, evidence, picks, rolls, verdicts


@pytest.fixture(params=[SANDBOX, PLAIN])
def lan(cast: Cast, request: pytest.FixtureRequest) -> Player:
    """The leader, in a private talk with buttons or with numbers only."""
    cast.lan.channel = request.param
    return cast.lan


async def test_a_leader_need_not_know_what_a_command_is_called(cast: Cast) -> None:
    lan = cast.lan
    await lan.says("/diemdanh họp", cast.k8)
    await cast.an.says("xin vắng", cast.k8)
    await lan.says("Bình, Cúc")
    await lan.says("còn ai chưa trả lời")
    assert "Đặng Thị Bình" in lan.text and "Võ Thị An" not in lan.text
    await lan.says("ai vắng", cast.k8)
    assert "Võ Thị An" in lan.text and "An" not in cast.k8.text
    await lan.says("chốt", cast.k8)
    assert rolls(cast)[0].state == "open", "in a group that may be about anything"
    await lan.says("Bình, Cúc")
    await lan.says("Chốt.")
    assert rolls(cast)[0].state == "closed"
    await lan.says("mở lại điểm danh")
    assert rolls(cast)[0].state == "open"
    await cast.an.says("chốt")
    await cast.an.says("ai vắng")
    assert rolls(cast)[0].state == "open" and "Võ Thị An" not in cast.an.text
    await lan.says("chốt sổ", cast.k8)
    assert rolls(cast)[0].state == "closed"


async def test_she_sees_who_answered_and_who_did_not(cast: Cast, lan: Player) -> None:
    await lan.says("điểm danh họp")
    await cast.an.says("có mặt")
    await cast.cuc.says("bận việc xin vắng")

    await lan.says("kết quả điểm danh")
    await picks(lan, "Ai đã trả lời")
    assert "Có mặt (1)\n• Võ Thị An, Tổ 1" in lan.text
    assert "• Huỳnh Kim Cúc, Tổ 2 (bận việc xin vắng)" in lan.text
    await lan.says("kết quả điểm danh")
    await picks(lan, "Ai chưa trả lời")

    assert "chưa trả lời 4/6" in lan.text
    assert "Tổ 1 (2)\nNguyễn Thị Lan, Phạm Thị Thu" in lan.text
    assert "Tổ 2 (2)\nĐặng Thị Bình, Lý Thị Dung" in lan.text


async def test_she_marks_others_from_a_list_one_tap_each(cast: Cast, lan: Player) -> None:
    await lan.says("điểm danh")
    await picks(lan, "Ghi giúp")
    await picks(lan, "Có mặt")
    assert "Còn 6 chị chưa trả lời" in lan.text

    await picks(lan, "Lý Thị Dung")
    assert "Đã ghi: Lý Thị Dung, có mặt." in (lan.toast if lan.channel == SANDBOX else lan.text)
    await picks(lan, "Đặng Thị Bình")

    assert verdicts(cast) == {"Dung": "present", "Bình": "present"}
    assert {source for _, _, source in evidence(cast)} == {"leader"}
    if lan.channel == SANDBOX:
        assert lan.labels[0] == "↩️ Bỏ: Đặng Thị Bình"
        assert not any("Bình" in label for label in lan.labels[1:])
    await picks(lan, "Xong")
    assert "Có mặt: 2" in lan.text


async def test_a_slip_in_the_list_is_taken_back(cast: Cast) -> None:
    await cast.lan.says("điểm danh")
    await cast.lan.presses("Ghi giúp")
    await cast.lan.presses("Vắng không phép")
    await cast.lan.presses("Đặng Thị Bình")
    assert verdicts(cast) == {"Bình": "absent_unexcused"}

    await cast.lan.presses("Bỏ: Đặng Thị Bình")

    assert verdicts(cast) == {"Bình": "unanswered"}
    assert [status for _, status, _ in evidence(cast)] == ["absent_unexcused", "unanswered"]


async def test_a_big_branch_is_marked_team_by_team_and_page_by_page(
    cast: Cast, lan: Player
) -> None:
    add_members(cast, *[(f"Trần Thị Hường {n:02}", "Tổ 10") for n in range(12)])
    await lan.says("điểm danh")
    await picks(lan, "Ghi giúp")
    await picks(lan, "Đi trễ")
    shown = lan.labels if lan.channel == SANDBOX else lan.text.splitlines()
    teams = [line.split(". ")[-1] for line in shown if "Tổ" in line]
    assert teams == ["Tổ 1 (3)", "Tổ 2 (3)", "Tổ 10 (12)"]

    await picks(lan, "Tổ 10")
    assert "Còn 12 chị chưa trả lời, trang 1/2" in lan.text
    await picks(lan, "Trang sau")
    assert "trang 2/2" in lan.text
    await picks(lan, "Hường 11")
    await picks(lan, "Trang trước")
    await picks(lan, "Hường 00")

    assert verdicts(cast) == {"11": "late", "00": "late"}


async def test_she_marks_in_words(cast: Cast, lan: Player) -> None:
    await lan.says("điểm danh")

    await lan.says("bà Bình có mặt")
    assert "Đã ghi: Đặng Thị Bình, có mặt." in lan.text
    await lan.says("Kim Cúc với chị Lý Thị Dung bận việc xin vắng")

    assert verdicts(cast) == {
        "Bình": "present",
        "Cúc": "absent_excused",
        "Dung": "absent_excused",
    }
    assert {source for _, _, source in evidence(cast)} == {"leader"}
    await picks(lan, "Hoàn tác")
    assert verdicts(cast)["Dung"] == "unanswered"


async def test_a_name_without_marks_is_confirmed_first(cast: Cast, lan: Player) -> None:
    await lan.says("điểm danh")

    await lan.says("ba Binh vang")
    assert evidence(cast) == []
    assert "“ba Binh” vắng: chị muốn ghi cho ai ạ?" in lan.text
    await picks(lan, "Đặng Thị Bình (1958, Tổ 2)")

    assert verdicts(cast) == {"Bình": "absent"}


async def test_a_name_of_several_people_is_asked_about(cast: Cast, lan: Player) -> None:
    add_members(cast, ("Ngô Thị Bình", "Tổ 1"), ("Mai Thị Bính", "Tổ 1"))
    await lan.says("điểm danh")

    await lan.says("chị Bình có mặt")
    await picks(lan, "Ngô Thị Bình")

    assert [who for who, _, _ in evidence(cast)] == ["Bình"]
    assert "Ngô Thị Bình" in lan.text
    await lan.says("bà Xuyến có mặt")
    assert "không tìm thấy “bà Xuyến”" in lan.text
    await lan.says("chị Ngô Thị Bình và bà Xuyến vắng")
    assert "Đã ghi: Ngô Thị Bình, vắng." in lan.texts[-2]
    assert "không tìm thấy “bà Xuyến”" in lan.text


async def test_her_hand_does_not_overwrite_in_silence(cast: Cast, lan: Player) -> None:
    await lan.says("điểm danh")
    await cast.binh.says("vắng")

    await lan.says("bà Bình có mặt")
    assert "Đặng Thị Bình đã tự trả lời: vắng" in lan.text
    assert verdicts(cast) == {"Bình": "absent"}
    await picks(lan, "Ghi: có mặt")

    assert verdicts(cast) == {"Bình": "present"}
    assert evidence(cast) == [("Bình", "absent", "words"), ("Bình", "present", "leader")]


async def test_a_later_answer_that_differs_is_shown_to_her(cast: Cast, lan: Player) -> None:
    await lan.says("điểm danh")
    await lan.says("bà Bình xin phép vắng")

    await cast.binh.says("có mặt")
    assert "Chi hội trưởng đã ghi khác nên em nhờ chị ấy xem lại" in cast.binh.text
    assert verdicts(cast) == {"Bình": "absent_excused"}
    await lan.says("kết quả điểm danh")
    assert "1 chị có câu trả lời khác nhau" in lan.text
    await picks(lan, "Câu trả lời khác nhau (1)")
    assert "chị ghi vắng có phép, sau đó có câu trả lời có mặt" in lan.text
    await picks(lan, "Bình: có mặt")

    assert verdicts(cast) == {"Bình": "present"}
    await lan.says("kết quả điểm danh")
    assert "khác nhau" not in lan.text


async def test_she_notes_a_reason(cast: Cast, lan: Player) -> None:
    await lan.says("điểm danh")
    await lan.says("bà Bình vắng")
    await picks(lan, "Ghi lý do")
    await lan.says("đi thăm cháu")

    assert verdicts(cast) == {"Bình": "absent_excused"}
    assert "(đi thăm cháu)" in lan.text


async def test_undo_returns_to_what_her_hand_had_said_before(cast: Cast) -> None:
    await cast.lan.says("điểm danh")
    await cast.lan.says("bà Bình có mặt")
    await cast.lan.says("bà Bình đi trễ")

    await cast.lan.presses("Hoàn tác")

    assert verdicts(cast) == {"Bình": "present"}


def at(hour: int, minute: int = 0, day: int = 16) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


async def test_one_digest_in_ten_minutes_and_only_with_news(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    told = len(cast.lan.texts)

    await cast.an.presses("Có mặt", cast.k8)
    await cast.passes(minutes=9)
    assert len(cast.lan.texts) == told
    await cast.binh.says("bận việc xin vắng", cast.k8)
    await cast.passes(minutes=1)
    assert len(cast.lan.texts) == told + 1
    assert "Có mặt: Võ Thị An" in cast.lan.text
    assert "Vắng có phép: Đặng Thị Bình (bận việc xin vắng)" in cast.lan.text
    await cast.passes(hours=1)
    assert len(cast.lan.texts) == told + 1, "nothing new, nothing said"
    await cast.an.presses("Đi trễ", cast.k8)
    await cast.tick()

    assert len(cast.lan.texts) == told + 2
    assert "Bình" not in cast.lan.text


async def test_no_digest_at_night(cast: Cast) -> None:
    await cast.until(at(20, 45), every=timedelta(hours=1))
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.until(at(21, 5))
    await cast.an.presses("Có mặt", cast.k8)
    told = len(cast.lan.texts)

    await cast.until(at(6, 29, day=17), every=timedelta(minutes=13))
    assert len(cast.lan.texts) == told
    await cast.until(at(6, 30, day=17))

    assert len(cast.lan.texts) == told + 1
    assert "Võ Thị An" in cast.lan.text
