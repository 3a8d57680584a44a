"""A meeting is called in one line or by questions, confirmed once, and answered by everybody."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlmodel import select

from bot.channels.sandbox import PLAIN
from handlers.understanding.zone import ZONE
from storage.meetings import Meeting, MeetingDraft, Reminder
from tests.cast import Cast, Room

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


async def test_members_answer_by_button_number_and_words(cast: Cast) -> None:
    await cast.lan.says("họp chi hội 19g30 thứ bảy tuần sau tại nhà văn hoá và online")
    await cast.lan.presses("Đúng rồi, mời họp")
    invitation = cast.k8.last
    assert len(invitation.labels) == 3
    await cast.an.presses("Sẽ dự", cast.k8)
    await cast.binh.says("3", cast.k8, reply_to=invitation)
    await cast.cuc.says("online", cast.k8, reply_to=invitation)
    await cast.passes(minutes=1)

    assert "sẽ dự" in cast.an.toast
    assert "2 chị sẽ dự (1 chị trực tuyến), 1 chị bận" in cast.k8.text
    assert "Bình" not in cast.k8.text
    await cast.lan.presses("Ai sẽ dự?")
    assert "2 sẽ dự (1 trực tuyến), 1 bận, 3 chưa báo" in cast.lan.text
    assert "Tổ 2: 1 dự, 1 bận, 1 chưa báo" in cast.lan.text


async def test_words_after_a_reminder_answer_the_invitation(cast: Cast) -> None:
    await cast.lan.says("họp chi hội 19g30 thứ bảy tuần sau tại nhà văn hoá")
    await cast.lan.presses("Đúng rồi, mời họp")
    cast.clock.set(at(27, 19, 30))
    await cast.tick()
    reminder = cast.k8.last
    assert "Nhắc lịch họp" in cast.k8.text
    said = await cast.an.says("có", cast.k8, reply_to=reminder)
    await cast.binh.says("không", cast.k8)
    await cast.passes(minutes=1)

    assert said.reactions
    assert "Đã báo: 1 chị sẽ dự, 1 chị bận" in cast.k8.texts[0]


async def test_a_member_of_another_branch_cannot_answer(cast: Cast) -> None:
    await cast.lan.says(ONE_LINE)
    await cast.lan.presses("Đúng rồi, mời họp")
    await cast.tam.presses("Sẽ dự trực tuyến", cast.k8)
    await cast.passes(minutes=1)

    assert "sẽ dự" not in cast.tam.toast
    assert "Đã báo" not in cast.k8.text


async def test_a_channel_without_buttons_or_edits_tells_the_same_story(cast: Cast) -> None:
    zalo = cast.add_room("z8", "Zalo Khóm 8", unit="P5-K8", channel=PLAIN)
    await cast.lan.says("họp chi hội 19g30 thứ bảy tuần sau tại nhà văn hoá và online")
    await cast.lan.presses("Đúng rồi, mời họp")
    assert "1. ✅ Sẽ dự\n2. 📱 Sẽ dự trực tuyến\n3. 🙏 Không dự được" in zalo.text
    await cast.binh.says("2", zalo, reply_to=zalo.last)
    await cast.passes(minutes=11)
    assert "Đã báo: 1 chị sẽ dự (1 chị trực tuyến)" in zalo.text

    await cast.lan.presses("Đổi hoặc huỷ")
    await cast.lan.presses("Đổi giờ")
    await cast.lan.says("20g")
    await cast.lan.presses("Đúng rồi, báo mọi người")

    assert "Họp có thay đổi" in zalo.text
    assert "20 giờ, thứ bảy 28/11/2026" in zalo.text


async def test_a_branch_without_a_group_gets_the_words_to_paste(cast: Cast) -> None:
    await cast.nga.says("họp chi hội 19g30 thứ bảy tuần sau tại nhà văn hoá")
    assert "Chi hội chưa có nhóm em vào được" in cast.nga.text
    await cast.nga.presses("Đúng rồi, mời họp")

    assert any("Mời họp: Họp chi hội" in text for text in cast.nga.texts)
    assert any("Đã gửi vào nhóm" in label for m in cast.nga.private.bot for label in m.labels)


async def test_an_officer_invites_all_branches_or_one(cast: Cast) -> None:
    await cast.hoa.says("họp các chi hội 14g ngày 25/11 tại hội trường phường 5")
    assert "Mời ai dự ạ?" in cast.hoa.text
    await cast.hoa.presses("Tất cả 2 chi hội")
    assert "2 chi hội thuộc Hội LHPN Phường 5 (8 hội viên, 2 nhóm)" in cast.hoa.text
    await cast.hoa.presses("Đúng rồi, mời họp")
    await cast.an.presses("Sẽ dự", cast.k8)
    await cast.tam.presses("Không dự được", cast.k1)
    await cast.hoa.presses("Ai sẽ dự?")

    assert "Chi hội Khóm 8: 1 sẽ dự, 0 bận, 5 chưa báo" in cast.hoa.text
    assert "Chi hội Khóm 1: 0 sẽ dự, 1 bận, 1 chưa báo" in cast.hoa.text
    assert "Cộng: 1 sẽ dự, 1 bận, 6 chưa báo" in cast.hoa.text

    await cast.hoa.says("họp chi hội 14g ngày 26/11 tại hội trường phường 5")
    await cast.hoa.presses("Chọn một chi hội")
    await cast.hoa.presses("Chi hội Khóm 1")
    await cast.hoa.presses("Đúng rồi, mời họp")

    assert "26/11/2026" in cast.k1.text
    assert "26/11/2026" not in cast.k8.text


async def test_each_person_sees_the_meetings_of_her_units(cast: Cast) -> None:
    await cast.an.says("/lichhop")
    assert "Chưa có cuộc họp nào sắp tới" in cast.an.text
    await cast.lan.says(ONE_LINE)
    await cast.lan.presses("Đúng rồi, mời họp")
    await cast.hoa.says("họp các chi hội 14g ngày 25/11 tại hội trường phường 5")
    await cast.hoa.presses("Tất cả")
    await cast.hoa.presses("Đúng rồi, mời họp")

    await cast.an.says("lịch họp")
    assert cast.an.text.index("25/11/2026") < cast.an.text.index("28/11/2026")
    assert not any("đổi" in label for label in cast.an.labels)
    await cast.tam.says("lịch họp")
    assert "25/11/2026" in cast.tam.text and "28/11/2026" not in cast.tam.text
    await cast.hoa.says("lịch họp")
    assert "25/11/2026" in cast.hoa.text and "28/11/2026" in cast.hoa.text
    assert any("đổi" in label for label in cast.hoa.labels)
    await cast.nga.says("lịch họp")
    assert "Chưa có cuộc họp nào" in cast.nga.text
    await cast.an.says("lịch họp", cast.k8)
    assert "Sắp họp" in cast.k8.text


async def test_a_calendar_file_comes_on_request(cast: Cast) -> None:
    await cast.lan.says(ONE_LINE)
    await cast.lan.presses("Đúng rồi, mời họp")
    await cast.an.says("lịch")

    assert cast.an.private.last.file_name == "hop-28-11-2026.ics"
    content = _file(cast, cast.an.private)
    assert b"DTSTART:20261128T123000Z" in content
    assert b"SUMMARY:H\xe1\xbb\x8dp chi h\xe1\xbb\x99i" in content
    assert b"meet.google.com" in content
    await cast.nga.says("/meet_ics 1")
    assert "không tìm thấy" in cast.nga.text
    await cast.hoa.says("họp các chi hội 14g ngày 25/11 tại hội trường phường 5")
    await cast.hoa.presses("Tất cả")
    await cast.hoa.presses("Đúng rồi, mời họp")
    await cast.tam.says("lịch họp")
    await cast.tam.presses("25/11: tệp lịch")
    assert "LOCATION:Hội trường phường 5".encode() in _file(cast, cast.tam.private)


async def test_without_files_the_calendar_is_words(cast: Cast) -> None:
    await cast.lan.says(ONE_LINE)
    await cast.lan.presses("Đúng rồi, mời họp")
    private = Room(cast, f"an@{PLAIN}", PLAIN)
    await cast.an.says("lịch", private)

    assert "19 giờ 30, thứ bảy 28/11/2026" in private.text
    assert private.last.file_name == ""


@pytest.mark.parametrize("who", ["an", "nga", "ty", "thu"])
async def test_only_who_answers_for_the_unit_may_act(cast: Cast, who: str) -> None:
    await cast.lan.says("họp chi hội 19g30 thứ bảy tuần sau tại nhà văn hoá")
    await cast.lan.presses("Đúng rồi, mời họp")
    await cast.lan.says(ONE_LINE)  # a draft waits too
    before = [meeting.model_dump() for meeting in meetings_in(cast)]
    drafts = _drafts(cast)
    for line in (
        "/hop 19g30 thứ bảy",
        "/meet_call 2",
        "/meet_change 1",
        "/meet_cancel 1",
        "/meet_off 1 one",
        "/meet_keep 1",
        "/meet_end 1",
        "/meet_begin 1",
        "/meet_who 1",
        "/meet_ask 2 when",
        "/meet_fill 2 when 20g",
        "/meet_for 2 4 unit",
        "/meet_for 2 2 below",
        "/meet_drop 2",
    ):
        await cast.players[who].says(line, cast.k8)

    assert [meeting.model_dump() for meeting in meetings_in(cast)] == before
    assert _drafts(cast) == drafts
    assert "19g30" not in "".join(cast.k8.texts)


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


async def test_a_member_calls_no_meeting(cast: Cast) -> None:
    await cast.an.says("/hop 19g30 thứ bảy")

    assert "không thuộc đơn vị của chị" in cast.an.text
    assert _drafts(cast) == []


async def test_talk_about_meetings_among_members_is_left_alone(cast: Cast) -> None:
    await cast.an.says("họp chi hội 19g30 tối nay nghen", cast.k8)
    await cast.lan.says("họp xong rồi về nghen", cast.k8)
    await cast.lan.says("họp chi hội vui ghê")

    assert cast.k8.bot == []
    assert meetings_in(cast) == []
    with cast.session() as session:
        assert session.exec(select(Reminder)).all() == []
        assert session.exec(select(MeetingDraft)).all() == []


def _drafts(cast: Cast) -> list[dict[str, object]]:
    with cast.session() as session:
        return [draft.model_dump() for draft in session.exec(select(MeetingDraft))]


def _file(cast: Cast, room: Room) -> bytes:
    found = cast.platform.file(room.last.id)
    assert found is not None
    return found[2]
