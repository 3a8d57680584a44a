"""Meetings at their edges: odd moments, odd units, and hands that come first."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import select

from bot.channels.sandbox import PLAIN
from handlers.understanding.zone import ZONE
from storage import groups
from storage.accounts import Account
from storage.groups import Group
from storage.meetings import Meeting
from storage.members import Role, RoleKind
from storage.units import Unit
from tests.cast import Cast, Room
from tests.test_meetings_reminders import EVENING, LINK, at, called, go, reminded


async def test_the_link_alone_breaks_the_quiet_of_the_night(cast: Cast) -> None:
    await called(cast, "họp chi hội 21g15 thứ bảy tuần sau tại nhà văn hoá")
    await go(cast, at(27, 21, 15))
    assert reminded(cast.k8) == []
    await go(cast, at(28, 6, 30))
    assert reminded(cast.k8) == [], "the one of seven o'clock is enough"
    await go(cast, at(28, 7))
    assert len(reminded(cast.k8)) == 1
    await go(cast, at(28, 21))
    assert reminded(cast.k8)[-1].startswith("⏰ Sắp đến giờ")


async def test_who_wakes_between_six_and_seven_reminds_once(cast: Cast) -> None:
    await called(cast)
    await go(cast, at(28, 6, 40))
    assert reminded(cast.k8) == []
    assert "nhắc trước 24 giờ" in cast.lan.text and "7 giờ sáng nay em nhắc" in cast.lan.text
    await go(cast, at(28, 7))
    assert len(reminded(cast.k8)) == 1


async def test_a_weekly_meeting_is_not_interrupted_by_the_next_invitation(cast: Cast) -> None:
    await called(cast, f"họp chi hội 19g30 thứ bảy hằng tuần, link {LINK}")
    await go(cast, at(21, 19, 30))
    await go(cast, at(21, 19, 31))
    assert "28/11/2026" not in cast.k8.text
    await go(cast, at(22, 7, 30))
    assert "Mời họp" in cast.k8.text and "28/11/2026" in cast.k8.text


async def test_the_leader_opens_attendance_a_little_early(cast: Cast) -> None:
    await called(cast)
    await cast.lan.says("/meet_begin 1")
    assert "chưa đến giờ" in cast.lan.text
    await go(cast, at(28, 19))
    await cast.lan.says("/meet_begin 1")
    assert "Điểm danh" in cast.k8.text
    count = len(cast.k8.bot)
    await cast.lan.presses("Chốt")
    await go(cast, at(28, 19, 30))

    assert [t for t in cast.k8.texts if "Mời các chị chọn" in t] == []
    assert len(cast.k8.bot) == count + 1  # the reminder before the start, no second attendance


async def test_a_meeting_does_not_end_before_it_begins(cast: Cast) -> None:
    await called(cast)
    await cast.lan.says("/meet_end 1")
    assert "chưa đến giờ" in cast.lan.text


async def test_a_meeting_that_began_is_not_changed_any_more(cast: Cast) -> None:
    await called(cast)
    await go(cast, at(28, 19, 40))
    await cast.lan.presses("Đổi hoặc huỷ")

    assert "đã bắt đầu lúc 19 giờ 30" in cast.lan.text
    await cast.lan.presses("Kết thúc cuộc họp")
    assert any("đã kết thúc" in words for words in cast.lan.texts)


async def test_an_occurrence_not_yet_announced_has_no_attendance(cast: Cast) -> None:
    await called(cast, "sinh hoạt chi hội 19g30 thứ bảy cuối hằng tháng tại nhà văn hoá")
    await go(cast, at(28, 19, 30))
    with cast.session() as session:
        planned = session.exec(select(Meeting).where(Meeting.state == "planned")).one()
        session.delete(planned)
        planned_again = Meeting(**planned.model_dump(exclude={"starts_at"}), starts_at=at(28, 20))
        session.add(planned_again)
        session.commit()
    await cast.lan.says("/meet_begin 2")
    assert "chưa mời ai" in cast.lan.text
    await cast.lan.says("/meet_who 2")
    assert "Chưa mời ai nên chưa có ai báo" in cast.lan.text


async def test_a_planned_occurrence_is_changed_without_telling_anybody(cast: Cast) -> None:
    await called(cast, "sinh hoạt chi hội 19g30 thứ bảy cuối hằng tháng tại nhà văn hoá")
    await go(cast, at(28, 19, 30))
    count = len(cast.k8.bot)
    await cast.lan.presses("Đổi giờ, đổi chỗ")
    await cast.lan.presses("Đổi giờ")
    await cast.lan.says("20g")
    await cast.lan.presses("Đúng rồi, báo mọi người")

    assert "Chưa ai được mời nên em không phải báo lại" in cast.lan.text
    assert len(cast.k8.bot) == count
    await cast.lan.says("lịch họp")
    assert "20 giờ, thứ bảy 26/12/2026" in cast.lan.text and "chưa mời" in cast.lan.text
    await cast.an.says("lịch họp")
    assert "26/12/2026" not in cast.an.text
    await go(cast, at(19, 20, month=12))
    assert "20 giờ, thứ bảy 26/12/2026" in cast.k8.text


async def test_a_long_standstill_skips_what_is_past(cast: Cast) -> None:
    await called(cast, "sinh hoạt chi hội 19g30 thứ bảy cuối hằng tháng tại nhà văn hoá")
    await go(cast, datetime(2027, 2, 10, 9, tzinfo=ZONE))

    with cast.session() as session:
        starts = [m.starts_at for m in session.exec(select(Meeting))]
    assert starts == [at(28, 19, 30), datetime(2027, 2, 27, 19, 30, tzinfo=ZONE)]


async def test_in_person_becomes_online_as_well(cast: Cast) -> None:
    await called(cast, "họp chi hội 19g30 thứ bảy tuần sau tại nhà văn hoá")
    await cast.lan.presses("Đổi hoặc huỷ")
    await cast.lan.presses("Đổi nơi họp")
    await cast.lan.says(LINK)
    await cast.lan.presses("Đúng rồi, báo mọi người")

    assert LINK in cast.k8.texts[0]
    assert "📱 Sẽ dự trực tuyến" in cast.k8.bot[0].labels
    assert "📱 Sẽ dự trực tuyến" in cast.k8.last.labels


async def test_at_night_a_cancellation_is_told_at_once_only_if_urgent(cast: Cast) -> None:
    await called(cast, "họp chi hội 6g sáng thứ bảy tuần sau tại nhà văn hoá")
    await go(cast, at(27, 22))
    await cast.lan.presses("Đổi hoặc huỷ")
    await cast.lan.presses("Huỷ họp")
    assert not any("Huỷ cuộc họp này" in label for label in cast.lan.labels)
    await cast.lan.says("/meet_off 1 one")
    assert "Chị muốn huỷ" in cast.lan.text
    await cast.lan.presses("KHẨN")

    assert "Huỷ họp: Họp chi hội" in cast.k8.text


async def test_an_invitation_that_would_come_too_late_is_not_sent_by_halves(cast: Cast) -> None:
    await go(cast, at(16, 20, 59))
    await cast.lan.says("họp chi hội 6g sáng mai tại nhà văn hoá")
    await go(cast, at(16, 21))
    await cast.lan.presses("Đúng rồi, mời họp")

    assert cast.k8.bot == []
    assert "KHẨN" in str(cast.lan.labels)


async def test_a_half_finished_draft_is_not_sent(cast: Cast) -> None:
    await cast.lan.says("/hop")
    await cast.lan.says("/meet_call 1")
    assert "Họp lúc nào ạ?" in cast.lan.text
    await cast.lan.says("/meet_hour 1 0900")
    assert "không tìm thấy" in cast.lan.text
    await cast.lan.says("/meet_fill 1 when")
    assert "Họp lúc nào ạ?" in cast.lan.text


async def test_a_rhythm_without_its_hour_is_asked_for_it(cast: Cast) -> None:
    await cast.lan.says("sinh hoạt chi hội ngày 15 hằng tháng tại nhà văn hoá")
    assert "mấy giờ" in cast.lan.text
    await cast.lan.says("7g")
    await cast.lan.presses("tối")
    assert "19 giờ, thứ ba 15/12/2026" in cast.lan.text
    assert "Lặp lại ngày 15 hằng tháng; các kỳ sau: thứ sáu 15/01/2027" in cast.lan.text


async def test_an_officer_of_a_ward_in_its_own_group_is_asked_whom_she_means(cast: Cast) -> None:
    ward = cast.add_room("p5", "Phường 5", unit="P5")
    await cast.hoa.says("/hop họp 14g ngày 25/11 tại hội trường", ward)
    assert "Họp về việc gì" in cast.hoa.text
    await cast.hoa.says("Giao ban tháng 11")
    assert cast.hoa.labels == [
        "Tất cả 2 chi hội của Hội LHPN Phường 5",
        "Riêng nhóm của Hội LHPN Phường 5",
        "Chọn một chi hội của Hội LHPN Phường 5",
    ]
    await cast.hoa.presses("Riêng nhóm")
    await cast.hoa.presses("Đúng rồi, mời họp")

    assert "Giao ban tháng 11" in ward.text
    assert cast.k8.bot == []
    await cast.hoa.says("lịch họp", ward)
    assert "Sắp họp" in ward.text


async def test_who_leads_a_ward_without_governing_it_invites_only_its_own_group(cast: Cast) -> None:
    mai = cast.member("Trần Thị Mai")
    ward = cast.unit("P5")
    with cast.session() as session:
        for role in session.exec(select(Role).where(Role.member_id == mai.id)):
            session.delete(role)
        session.add(Role(member_id=mai.id or 0, unit_id=ward.id or 0, kind=RoleKind.LEADER))
        session.commit()
    cast.add_room("p5", "Phường 5", unit="P5")
    await cast.mai.says("họp cán bộ 14g ngày 25/11 tại hội trường")
    assert "👥 Mời: Hội LHPN Phường 5" in cast.mai.text
    await cast.mai.says("/meet_for 1 2 below")
    assert "không tìm thấy" in cast.mai.text


async def test_a_city_picks_a_branch_page_by_page(cast: Cast) -> None:
    with cast.session() as session:
        parent = cast.unit("P6").id
        for number in range(9, 20):
            session.add(
                Unit(code=f"P6-K{number}", name=f"Khóm {number}", kind="chi hội", parent_id=parent)
            )
        session.commit()
    await cast.mai.says("họp chi hội 14g ngày 25/11 tại hội trường")
    await cast.mai.presses("Chọn một chi hội")
    assert len(cast.mai.labels) == 11
    await cast.mai.presses("Xem thêm")
    assert cast.mai.labels[-1].startswith("Khóm")


async def test_a_title_of_five_thousand_characters_is_cut(cast: Cast) -> None:
    await cast.lan.says("/hop 19g30 thứ bảy tuần sau tại nhà văn hoá, " + "rất dài " * 620)

    assert "trục trặc" not in cast.lan.text
    assert len(cast.lan.text) < 1000


async def test_a_branch_that_lost_its_group_is_invited_by_its_leader(cast: Cast) -> None:
    with cast.session() as session:
        for room in groups.of_unit(session, cast.unit("P5-K8").id or 0):
            session.delete(room)
        session.commit()
    await cast.hoa.says("họp chi hội 14g ngày 25/11 tại hội trường")
    await cast.hoa.presses("Chọn một")
    await cast.hoa.presses("Khóm 8")
    await cast.hoa.presses("Đúng rồi")
    assert "nhờ 1 chi hội trưởng chép lời mời" in cast.hoa.text
    assert any("Mời họp" in words for words in cast.lan.texts)


async def test_nobody_who_could_be_told_is_said_plainly(cast: Cast) -> None:
    with cast.session() as session:
        for account in session.exec(select(Account)):
            account.blocked = account.address not in {"sandbox:hoa", "sandbox:mai"}
            session.add(account)
        for room in session.exec(select(Group)):
            session.delete(room)
        session.commit()
    await cast.hoa.says("họp chi hội 14g ngày 25/11 tại hội trường")
    await cast.hoa.presses("Tất cả")
    await cast.hoa.presses("Đúng rồi")

    assert any("chưa có nhóm nào để mời" in words for words in cast.hoa.texts)


async def test_a_recurring_meeting_that_ends_plans_the_next_only_once(cast: Cast) -> None:
    await called(cast, "sinh hoạt chi hội 19g30 thứ bảy cuối hằng tháng tại nhà văn hoá")
    await go(cast, at(28, 19))
    await cast.lan.says("/meet_begin 1")
    await go(cast, at(28, 19, 30))
    await cast.lan.says("/meet_end 1")

    with cast.session() as session:
        assert len(session.exec(select(Meeting)).all()) == 2


async def test_who_uses_two_channels_hears_a_report_once(cast: Cast) -> None:
    private = Room(cast, f"lan@{PLAIN}", PLAIN)
    await cast.lan.says(EVENING, private)
    await cast.lan.says("1", private)
    told = len(cast.lan.texts)
    await go(cast, at(29, 9))

    assert "không kịp" in private.text
    assert len(cast.lan.texts) == told


async def test_reminders_of_one_branch_do_not_reach_another(cast: Cast) -> None:
    await called(cast, EVENING)
    await go(cast, at(27, 19, 30))
    assert cast.k1.bot == []
