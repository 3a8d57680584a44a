"""A meeting is called in one line or by questions, and confirmed once before anybody hears."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlmodel import select

from handlers.understanding.zone import ZONE
from storage.meetings import Meeting, MeetingDraft, Reminder
from tests.cast import Cast

ONE_LINE = "họp chi hội 19g30 thứ bảy tuần sau, link https://meet.google.com/abc-defg-hij"


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 in Vietnam."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def meetings_in(cast: Cast) -> list[Meeting]:
    """Every meeting there is."""
    with cast.session() as session:
        return list(session.exec(select(Meeting)))


async def test_one_line_is_echoed_and_sent_only_after_one_press(cast: Cast) -> None:
    await cast.lan.says(ONE_LINE)

    for words in (
        "Họp chi hội",
        "19 giờ 30, thứ bảy 28/11/2026 (20/10 âm lịch)",
        "Trực tuyến: https://meet.google.com/abc-defg-hij",
        "Chi hội Khóm 8 (6 hội viên, 1 nhóm)",
        "trước 24 giờ, 7 giờ sáng hôm họp, trước 15 phút (kèm đường dẫn)",
    ):
        assert words in cast.lan.text
    assert cast.k8.bot == []

    await cast.lan.presses("Đúng rồi, mời họp")

    assert "Em đang mời 1 nhóm" in cast.lan.text
    assert "Mời họp: Họp chi hội" in cast.k8.text
    assert "(20/10 âm lịch)" in cast.k8.text
    assert cast.k8.last.labels == ["📱 Sẽ dự trực tuyến", "🙏 Không dự được"]
    assert cast.k1.bot == []


async def test_a_second_press_invites_nobody_twice(cast: Cast) -> None:
    await cast.lan.says(ONE_LINE)
    await cast.lan.presses("Đúng rồi, mời họp")
    await cast.lan.presses("Đúng rồi, mời họp")

    assert "đã xong hoặc đã bỏ" in cast.lan.toast
    assert len(cast.k8.bot) == 1
    assert len(meetings_in(cast)) == 1


async def test_questions_lead_through_a_meeting(cast: Cast) -> None:
    await cast.lan.says("/hop")
    assert "Họp lúc nào ạ?" in cast.lan.text
    await cast.lan.says("thứ bảy tuần sau")
    assert "Thứ bảy 28/11/2026, họp lúc mấy giờ ạ?" in cast.lan.text
    await cast.lan.says("7 rưỡi")
    assert cast.lan.labels == ["7 giờ 30 sáng (07:30)", "7 giờ 30 tối (19:30)"]
    await cast.lan.presses("tối")
    assert "Họp ở đâu ạ?" in cast.lan.text
    await cast.lan.says("nhà văn hoá khóm 8")
    assert "Họp về việc gì ạ?" in cast.lan.text
    await cast.lan.says("Bàn chuyện vay vốn")
    assert "Bàn chuyện vay vốn" in cast.lan.text
    assert "📍 Nhà văn hoá khóm 8" in cast.lan.text
    await cast.lan.presses("Đúng rồi, mời họp")

    assert "Bàn chuyện vay vốn" in cast.k8.text
    assert cast.k8.last.labels == ["✅ Sẽ dự", "🙏 Không dự được"]


async def test_numbers_answer_the_questions_too(cast: Cast) -> None:
    await cast.lan.says("/hop")
    await cast.lan.says("thứ bảy tuần sau 7 giờ")
    await cast.lan.says("2")
    await cast.lan.says("1")  # online, the link comes later
    await cast.lan.says("1")  # the usual subject
    await cast.lan.says("1")

    assert "Sinh hoạt chi hội định kỳ" in cast.k8.text
    assert "19 giờ, thứ bảy 28/11/2026" in cast.k8.text
    assert "Trực tuyến: đường dẫn gửi sau" in cast.k8.text


async def test_in_the_group_the_questions_come_in_private(cast: Cast) -> None:
    await cast.lan.says("/hop họp khẩn bàn chuyện lụt", cast.k8)
    assert cast.k8.bot == []
    assert "Họp lúc nào ạ?" in cast.lan.text

    await cast.lan.says("8g sáng mai tại nhà văn hoá khóm 8")
    assert "8 giờ, thứ ba 17/11/2026" in cast.lan.text


@pytest.mark.parametrize(
    ("line", "asked", "labels"),
    [
        ("họp chi hội 7 giờ thứ bảy tuần sau", "họp lúc mấy giờ", ["sáng (07:00)", "tối (19:00)"]),
        ("họp chi hội 19g ngày 28/11 hoặc 29/11", "mấy cách", ["28/11/2026", "29/11/2026"]),
        ("họp chi hội 19g30 thứ sáu 28/11", "mấy cách", ["27/11/2026", "28/11/2026"]),
        ("họp chi hội thứ bảy tuần sau", "họp lúc mấy giờ ạ? Ví dụ", []),
        ("họp chi hội 7g sáng nay", "đã qua", []),
        ("họp chi hội 19g ngày 31/2", "không tìm được ngày giờ này", []),
        ("họp chi hội 19g hằng tháng", "Họp lặp lại vào ngày nào", []),
        ("họp chi hội ngày 28/11 hoặc 29/11", "mấy cách", ["28/11/2026", "29/11/2026"]),
    ],
)
async def test_what_is_doubtful_is_asked_back(
    cast: Cast, line: str, asked: str, labels: list[str]
) -> None:
    await cast.lan.says(line)

    assert asked in cast.lan.text
    shown = cast.lan.labels
    assert len(shown) == len(labels)
    assert all(part in label for part, label in zip(labels, shown, strict=True))
    assert meetings_in(cast) == []


async def test_a_chosen_day_is_asked_for_its_hour(cast: Cast) -> None:
    await cast.lan.says("họp tổ vay vốn ngày 28/11 hoặc 29/11, tại nhà chị Thu")
    await cast.lan.presses("29/11")
    assert "Chủ nhật 29/11/2026, họp lúc mấy giờ ạ?" in cast.lan.text
    await cast.lan.says("abc")
    assert "Họp lúc nào ạ?" in cast.lan.text
    await cast.lan.says("2 giờ chiều")

    assert "14 giờ, chủ nhật 29/11/2026" in cast.lan.text
    assert "📍 Nhà chị Thu" in cast.lan.text


async def test_one_of_several_moments_is_chosen_by_its_number(cast: Cast) -> None:
    await cast.lan.says("họp chi hội 19g ngày 28/11 hoặc 29/11 tại nhà văn hoá")
    await cast.lan.says("2")

    assert "19 giờ, chủ nhật 29/11/2026" in cast.lan.text


async def test_what_was_understood_can_be_mended_before_it_is_sent(cast: Cast) -> None:
    await cast.lan.says(ONE_LINE)
    await cast.lan.presses("Sửa giờ")
    await cast.lan.says("20g")
    assert "20 giờ, thứ bảy 28/11/2026" in cast.lan.text
    await cast.lan.presses("Sửa giờ")
    await cast.lan.says("chủ nhật tuần sau")
    assert "20 giờ, chủ nhật 29/11/2026" in cast.lan.text
    await cast.lan.presses("Sửa nơi họp")
    await cast.lan.says("nhà văn hoá khóm 8")
    assert "📍 Nhà văn hoá khóm 8" in cast.lan.text and "Trực tuyến: https" in cast.lan.text
    await cast.lan.presses("Sửa nơi họp")
    await cast.lan.presses("Chỉ trực tiếp")
    assert "Trực tuyến" not in cast.lan.text
    await cast.lan.presses("Sửa nội dung")
    await cast.lan.says("Họp tổng kết năm")
    await cast.lan.presses("Đúng rồi, mời họp")

    assert "Họp tổng kết năm" in cast.k8.text
    assert "20 giờ, chủ nhật 29/11/2026" in cast.k8.text


async def test_a_draft_thrown_away_tells_nobody(cast: Cast) -> None:
    await cast.lan.says(ONE_LINE)
    await cast.lan.presses("Bỏ")

    assert "chưa ai được mời" in cast.lan.text
    assert cast.k8.bot == []
    with cast.session() as session:
        assert session.exec(select(MeetingDraft)).all() == []


async def test_an_hour_that_passes_before_the_press_is_noticed(cast: Cast) -> None:
    await cast.lan.says("họp chi hội 9g sáng nay tại nhà văn hoá")
    await cast.passes(hours=2)
    await cast.lan.presses("Đúng rồi, mời họp")

    assert "9 giờ, thứ hai 16/11/2026 đã qua rồi" in cast.lan.text
    assert meetings_in(cast) == []


async def test_lines_no_button_carries_are_refused_kindly(cast: Cast) -> None:
    await cast.lan.says(ONE_LINE)
    for line in (
        "/meet_at 1 99999999999999999",
        "/meet_at 1 abc",
        "/meet_day 1 2026-13-45",
        "/meet_hour 1 9999",
        "/meet_mode 1 telepathy",
        "/meet_for 1 ² below",
        "/meet_for 1 4 everywhere",
        "/meet_call 99999999999999999999",
        "/meet_who ²",
        "/meet_ics 99",
        "/meet_off",
        "/meet_call",
        "/meet_drop x",
    ):
        await cast.lan.says(line)

    assert not any("trục trặc" in words for words in cast.lan.texts)
    assert meetings_in(cast) == []


async def test_talk_about_meetings_among_members_is_left_alone(cast: Cast) -> None:
    await cast.an.says("họp chi hội 19g30 tối nay nghen", cast.k8)
    await cast.lan.says("họp xong rồi về nghen", cast.k8)
    await cast.lan.says("họp chi hội vui ghê")

    assert cast.k8.bot == []
    assert meetings_in(cast) == []
    with cast.session() as session:
        assert session.exec(select(Reminder)).all() == []
        assert session.exec(select(MeetingDraft)).all() == []


@pytest.mark.parametrize("day", ["hôm qua 8g", "hôm qua", "8g hôm qua", "ngày 15/11/2026 8g"])
async def test_a_day_that_is_over_is_told_at_once(cast: Cast, day: str) -> None:
    await cast.lan.says(f"họp {day}")

    assert "Chủ nhật 15/11/2026 đã qua rồi ạ" in cast.lan.text
    assert cast.lan.private.last.labels == []

    await cast.lan.says("19g30 thứ bảy tuần sau")
    await cast.lan.presses("Trực tuyến, gửi link sau")
    await cast.lan.presses("Sinh hoạt chi hội")
    assert "19 giờ 30, thứ bảy 28/11/2026" in cast.lan.text


async def test_a_meeting_told_to_the_group_is_offered_to_its_leader_alone(cast: Cast) -> None:
    await cast.lan.says(f"{ONE_LINE} nha chị em", cast.k8)

    assert cast.k8.bot == []
    assert "cuộc họp lúc 19 giờ 30, thứ bảy 28/11/2026" in cast.lan.text
    await cast.lan.presses("Soạn lời mời họp")
    await cast.lan.presses("Đúng rồi, mời họp")
    assert "Mời họp" in cast.k8.text

    told = len(cast.lan.texts)
    await cast.lan.says("họp chi hội 19g30 thứ bảy tuần sau, nhớ nha", cast.k8)
    assert len(cast.lan.texts) == told


async def test_an_offer_not_wanted_or_made_before_is_not_made_again(cast: Cast) -> None:
    await cast.lan.says(ONE_LINE, cast.k8)
    await cast.lan.says(ONE_LINE, cast.k8)
    assert len(cast.lan.texts) == 1

    await cast.lan.presses("Không cần")
    assert "chưa ai được mời" in cast.lan.text
    assert meetings_in(cast) == []


@pytest.mark.parametrize(
    "talk", ["họp hôm qua vui quá", "họp xong chưa chị em", "họp mấy giờ vậy", "họp 8g mai hay mốt"]
)
async def test_talk_of_meetings_among_people_stays_among_people(cast: Cast, talk: str) -> None:
    await cast.lan.says(talk, cast.k8)
    await cast.an.says(ONE_LINE, cast.k8)
    await cast.nga.says(ONE_LINE, cast.k8)  # leads, but not here

    assert cast.k8.bot == [] == cast.lan.private.bot
    assert cast.an.private.bot == [] == cast.nga.private.bot
