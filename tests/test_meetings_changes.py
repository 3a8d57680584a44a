"""Changing and cancelling a meeting, once or with its rhythm."""

from __future__ import annotations

from datetime import datetime

from bot.channels.sandbox import PLAIN
from handlers.understanding.zone import ZONE
from tests.cast import Cast
from tests.test_meetings import meetings_in
from tests.test_meetings_reminders import DAY_BEFORE, LINK, MORNING, SOON, at, called, go, reminded


async def test_an_invitation_that_waits_is_changed_or_dropped_without_a_word(cast: Cast) -> None:
    await go(cast, at(16, 22))
    await cast.lan.says(f"họp chi hội 19g30 thứ bảy tuần sau, link {LINK}")
    await cast.lan.presses("Đúng rồi, mời họp")
    await cast.lan.presses("Đổi hoặc huỷ")
    await cast.lan.presses("Đổi giờ")
    await cast.lan.says("20g")
    await cast.lan.presses("Đúng rồi, báo mọi người")
    await go(cast, at(17, 6, 30))
    assert len(cast.k8.bot) == 1
    assert "20 giờ, thứ bảy 28/11/2026" in cast.k8.text

    await go(cast, at(17, 22))
    await cast.lan.says(f"họp tổ 19g30 thứ sáu tuần sau, link {LINK}")
    await cast.lan.presses("Đúng rồi, mời họp")
    await cast.lan.presses("Đổi hoặc huỷ")
    await cast.lan.presses("Huỷ họp")
    await cast.lan.presses("Huỷ cuộc họp này")
    await go(cast, at(18, 6, 30))
    assert len(cast.k8.bot) == 1


async def test_a_cancelled_meeting_reminds_nobody(cast: Cast) -> None:
    await called(cast)
    await cast.an.presses("Sẽ dự", cast.k8)
    await go(cast, at(28, 18))
    await cast.lan.says("lịch họp")
    await cast.lan.presses("đổi, huỷ")
    await cast.lan.presses("Huỷ họp")
    assert "Đã có 1 chị báo sẽ dự" in cast.lan.text
    await cast.lan.presses("Huỷ cuộc họp này")
    for minute in (at(28, 19, 15), at(28, 19, 30), at(28, 20)):
        await go(cast, minute)

    assert SOON not in reminded(cast.k8)
    assert "ĐÃ HUỶ: Họp chi hội" in cast.k8.texts[0]
    assert cast.k8.bot[0].labels == []
    assert "Huỷ họp: Họp chi hội" in cast.k8.text
    assert "Huỷ họp: Họp chi hội" in cast.an.text
    assert not any("Huỷ họp" in words for words in cast.binh.texts)
    assert "Điểm danh" not in cast.k8.text


async def test_a_group_without_buttons_hears_of_it_though_somebody_just_answered(
    cast: Cast,
) -> None:
    """There a tally is a new message: one that waits does not mean that the invitation does."""
    room = cast.add_room("plain8", "CH Khóm 8 (Zalo)", unit="P5-K8", channel=PLAIN, main=False)
    await called(cast)
    assert "Mời họp" in room.text
    await cast.an.says("@chihoi sẽ dự", room)
    await cast.passes(minutes=1)
    await cast.lan.presses("Đổi hoặc huỷ")
    await cast.lan.presses("Huỷ họp")
    await cast.lan.presses("Huỷ cuộc họp này")
    await cast.passes(minutes=5)

    assert "Huỷ họp: Họp chi hội" in room.text


async def test_she_may_think_better_of_cancelling(cast: Cast) -> None:
    await called(cast)
    await cast.lan.presses("Đổi hoặc huỷ")
    await cast.lan.presses("Huỷ họp")
    await cast.lan.presses("Giữ lại")
    await go(cast, at(28, 19, 15))

    assert reminded(cast.k8) == [SOON]


async def test_a_moved_meeting_is_reminded_of_at_its_new_hours(cast: Cast) -> None:
    await called(cast)
    await cast.an.presses("Sẽ dự", cast.k8)
    await go(cast, at(27, 19, 30))
    await cast.lan.says("lịch họp")
    await cast.lan.presses("đổi, huỷ")
    await cast.lan.presses("Đổi giờ")
    await cast.lan.says("20g chủ nhật này")
    await cast.lan.presses("Đúng rồi, báo mọi người")
    assert "19 giờ 30, thứ bảy 28/11/2026" in cast.k8.text
    assert "20 giờ, chủ nhật 29/11/2026" in cast.k8.text
    assert "20 giờ, chủ nhật 29/11/2026" in cast.k8.texts[0]
    assert "Họp có thay đổi" in cast.an.text
    for minute in (at(28, 7), at(28, 19, 15), at(28, 20), at(29, 7), at(29, 19, 45)):
        await go(cast, minute)

    assert reminded(cast.k8) == [DAY_BEFORE, DAY_BEFORE, MORNING, SOON]
    assert reminded(cast.an.private) == [DAY_BEFORE, DAY_BEFORE, MORNING, SOON]


async def test_a_new_link_reaches_everybody_and_the_last_reminder(cast: Cast) -> None:
    await called(cast)
    await cast.lan.presses("Đổi hoặc huỷ")
    await cast.lan.presses("Đổi nơi họp")
    await cast.lan.says("https://zoom.us/j/123456")
    await cast.lan.presses("Đúng rồi, báo mọi người")
    assert "https://zoom.us/j/123456" in cast.k8.text
    await go(cast, at(28, 19, 15))

    assert "https://zoom.us/j/123456" in cast.k8.text
    assert LINK not in cast.k8.text


async def test_a_change_that_changes_nothing_tells_nobody(cast: Cast) -> None:
    await called(cast)
    await cast.lan.presses("Đổi hoặc huỷ")
    await cast.lan.presses("Đổi giờ")
    await cast.lan.says("19g30")
    await cast.lan.presses("Đúng rồi, báo mọi người")

    assert "Chưa có gì khác" in cast.lan.toast
    assert len(cast.k8.bot) == 1


async def test_the_last_saturday_of_each_month_is_planned_one_ahead(cast: Cast) -> None:
    await called(cast, "sinh hoạt chi hội 19g30 thứ bảy cuối hằng tháng tại nhà văn hoá")
    assert any(
        "các kỳ sau: thứ bảy 26/12/2026; thứ bảy 30/01/2027" in words for words in cast.lan.texts
    )
    assert "19 giờ 30, thứ bảy 28/11/2026" in cast.k8.text
    assert len(meetings_in(cast)) == 1
    await go(cast, at(28, 19, 30))

    assert len(meetings_in(cast)) == 2
    assert any("Kỳ họp tiếp theo: Sinh hoạt chi hội" in words for words in cast.lan.texts)
    assert any("19 giờ 30, thứ bảy 26/12/2026" in words for words in cast.lan.texts)
    assert not any("26/12/2026" in words for words in cast.k8.texts)
    await go(cast, at(19, 19, 30, month=12))
    assert "Mời họp: Sinh hoạt chi hội" in cast.k8.text
    assert "26/12/2026" in cast.k8.text
    await cast.an.presses("Sẽ dự", cast.k8)
    await go(cast, at(26, 19, 15, month=12))
    assert "Sắp đến giờ họp" in cast.an.text


async def test_one_occurrence_moves_and_the_rest_stay(cast: Cast) -> None:
    await called(cast, "sinh hoạt chi hội 19g30 thứ bảy cuối hằng tháng tại nhà văn hoá")
    await cast.lan.presses("Đổi hoặc huỷ")
    await cast.lan.presses("Chỉ kỳ này")
    await cast.lan.presses("Đổi giờ")
    await cast.lan.says("19g30 chủ nhật tuần sau")
    await cast.lan.presses("Đúng rồi, báo mọi người")
    assert "chủ nhật 29/11/2026" in cast.k8.text
    await go(cast, at(29, 19, 30))

    starts = [meeting.starts_at for meeting in meetings_in(cast)]
    assert starts == [at(29, 19, 30), at(26, 19, 30, month=12)]


async def test_the_whole_rhythm_changes_from_now_on(cast: Cast) -> None:
    await called(cast, "sinh hoạt chi hội 19g30 thứ bảy cuối hằng tháng tại nhà văn hoá")
    await cast.lan.presses("Đổi hoặc huỷ")
    await cast.lan.presses("Kỳ này và các kỳ sau")
    await cast.lan.presses("Đổi giờ")
    await cast.lan.says("20g chủ nhật tuần sau")
    assert "Họp lặp lại vào ngày nào" in cast.lan.text
    await cast.lan.says("20g chủ nhật cuối hằng tháng")
    await cast.lan.presses("Đúng rồi, báo mọi người")
    assert "20 giờ, chủ nhật 29/11/2026" in cast.k8.text
    await go(cast, at(29, 20))

    starts = [meeting.starts_at for meeting in meetings_in(cast)]
    assert starts == [at(29, 20), at(27, 20, month=12)]


async def test_one_occurrence_is_left_out_and_the_next_is_planned(cast: Cast) -> None:
    await called(cast, "sinh hoạt chi hội 19g30 thứ bảy cuối hằng tháng tại nhà văn hoá")
    await cast.lan.presses("Đổi hoặc huỷ")
    await cast.lan.presses("Huỷ họp")
    await cast.lan.presses("Huỷ cuộc họp này")

    assert [m.state for m in meetings_in(cast)] == ["cancelled", "planned"]
    assert "Huỷ họp" in cast.k8.text
    await cast.lan.presses("Bỏ kỳ này")
    await cast.lan.presses("Huỷ cuộc họp này")
    starts = [(m.state, m.starts_at) for m in meetings_in(cast)]
    assert starts[1:] == [
        ("cancelled", at(26, 19, 30, month=12)),
        ("planned", datetime(2027, 1, 30, 19, 30, tzinfo=ZONE)),
    ]
    assert len(cast.k8.bot) == 2  # of a meeting nobody was invited to, nobody hears


async def test_cancelling_the_rest_ends_the_rhythm(cast: Cast) -> None:
    await called(cast, "sinh hoạt chi hội 19g30 thứ bảy cuối hằng tháng tại nhà văn hoá")
    await cast.lan.presses("Đổi hoặc huỷ")
    await cast.lan.presses("Huỷ họp")
    await cast.lan.presses("Huỷ cả các kỳ sau")
    await go(cast, at(28, 19, 30))

    assert "và các kỳ sau" in cast.lan.text
    assert [m.state for m in meetings_in(cast)] == ["cancelled"]
