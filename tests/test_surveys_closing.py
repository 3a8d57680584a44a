"""The end of a survey, what can be undone of it, and reminders on the way there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.channels.sandbox import PLAIN
from handlers.surveys.reminding import next_reminder
from handlers.understanding.zone import local
from storage import accounts
from storage.database import begin
from storage.surveys import SurveyState
from tests.cast import MONDAY_8AM, Cast, Player
from tests.surveys_scenes import THREE, YES_NO, sends, survey

EVENING = datetime(2026, 11, 16, 11, 30, tzinfo=UTC)  # 18:30 in Vietnam
DAY = timedelta(days=1)


def reminders(player: Player) -> int:
    """How often she was reminded."""
    return sum(text.startswith("🔔") for text in player.texts)


async def test_the_silent_are_reminded_in_the_evening_once(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.an.presses("Có", cast.k8)
    await cast.passes(hours=10, minutes=29)
    assert reminders(cast.binh) == 0

    await cast.passes(minutes=1)
    assert reminders(cast.binh) == reminders(cast.thu) == 1
    assert reminders(cast.an) == 0
    assert "còn 5 chị chưa trả lời" in cast.k8.text
    assert "Bình" not in cast.k8.text
    await cast.binh.presses("✍️ Trả lời")
    await cast.binh.presses("Có")

    await cast.passes(hours=1)
    await cast.until(EVENING + DAY, timedelta(hours=3))
    assert reminders(cast.binh) == 1
    assert reminders(cast.thu) == 2


async def test_a_new_survey_is_left_in_peace_and_an_evening_slept_through_is_lost(
    cast: Cast,
) -> None:
    await cast.passes(hours=7)
    await sends(cast.lan, YES_NO)
    await cast.until(EVENING + timedelta(minutes=5))
    assert reminders(cast.binh) == 0
    assert local(next_reminder(EVENING)).day == 17

    await cast.passes(days=1, hours=4)  # asleep past nine in the evening
    assert reminders(cast.binh) == 0
    await cast.until(EVENING + 2 * DAY, timedelta(hours=6))
    assert reminders(cast.binh) == 1


async def test_a_leaders_press_is_that_days_reminder(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.lan.presses("Theo dõi")
    await cast.lan.presses("Nhắc 6 chị")
    assert any("đang nhắc" in text for text in cast.lan.texts)
    assert reminders(cast.binh) == 1
    await cast.lan.presses("Nhắc 6 chị")
    assert "Hôm nay em đã nhắc rồi" in cast.lan.toast
    await cast.until(EVENING + timedelta(minutes=1), timedelta(hours=1))

    assert reminders(cast.binh) == 1


async def test_a_press_at_night_waits_for_the_morning_and_counts_for_that_day(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.passes(hours=14)
    before = reminders(cast.binh)
    await cast.lan.says("/survey_remind 1")
    assert "6 giờ 30" in cast.lan.text
    assert reminders(cast.binh) == before
    await cast.passes(hours=8, minutes=30)
    assert reminders(cast.binh) == before + 1
    await cast.until(EVENING + DAY + timedelta(minutes=1), timedelta(hours=1))
    assert reminders(cast.binh) == before + 1


async def test_a_household_is_reminded_once_for_all(cast: Cast) -> None:
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:an")
        dung = cast.member("Lý Thị Dung").id
        assert account is not None and account.id is not None and dung is not None
        accounts.link(session, account.id, dung, by="test", now=cast.clock.now())
    await sends(cast.lan, THREE)
    await cast.lan.says("/survey_remind 1")

    assert reminders(cast.an) == 1
    assert "Võ Thị An, Lý Thị Dung" in cast.an.text


async def test_nobody_is_reminded_when_all_have_answered(cast: Cast) -> None:
    await cast.sau.says(YES_NO)
    await cast.sau.presses("Không có hạn")
    await cast.sau.presses("Có tên:")
    await cast.sau.presses("📨 Gửi")
    await cast.sau.presses("Có", cast.k1)
    await cast.tam.presses("Có", cast.k1)
    await cast.sau.says("/survey_remind 1")

    assert "trả lời cả rồi" in cast.sau.text
    assert len(cast.k1.bot) == 1


async def test_closed_by_hand_and_opened_again(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.an.presses("Có", cast.k8)
    await cast.lan.presses("Theo dõi")
    await cast.lan.presses("Chốt")
    assert "1/6" in cast.lan.text
    await cast.lan.presses("Để mở")
    assert survey(cast).state == SurveyState.OPEN
    await cast.lan.presses("🔒 Chốt")
    await cast.lan.presses("🔒 Chốt")
    assert "Đã chốt" in cast.k8.text
    assert cast.k8.last.labels == []

    await cast.lan.presses("Mở lại")
    assert "Đã chốt" not in cast.k8.text
    assert cast.k8.last.labels == ["Có", "Không"]
    await cast.binh.presses("Có", cast.k8)
    await cast.passes(seconds=6)
    assert "2/6" in cast.k8.text


async def test_closed_at_the_deadline_it_opens_with_a_new_one(cast: Cast) -> None:
    await sends(cast.lan, YES_NO, deadline="17 giờ ngày 17/11/2026")
    await cast.passes(days=1, hours=9)
    assert "hết hạn" in cast.lan.text
    await cast.lan.presses("Mở lại hoặc gia hạn")
    assert "Hạn mới" in cast.lan.text
    await cast.lan.says("hôm qua")
    assert "đã qua" in cast.lan.text
    await cast.lan.says("17 giờ ngày 20/11")

    assert "đã mở lại" in cast.lan.text
    assert "thứ sáu 20/11/2026" in cast.k8.text
    await cast.until(MONDAY_8AM + timedelta(days=4, hours=9), timedelta(hours=6))
    assert survey(cast).state == SurveyState.CLOSED


async def test_the_deadline_can_be_put_off_and_taken_away(cast: Cast) -> None:
    await sends(cast.lan, YES_NO, deadline="17 giờ ngày 17/11/2026")
    await cast.lan.presses("Theo dõi")
    await cast.lan.presses("Đổi hạn")
    await cast.lan.says("hết ngày 20/11")
    assert "hạn mới là thứ sáu 20/11/2026" in cast.lan.text
    assert "20/11/2026" in cast.k8.text
    await cast.lan.says("/survey_extend 1 none")
    assert "không có hạn nữa" in cast.lan.text
    await cast.passes(days=9)
    assert survey(cast).state == SurveyState.OPEN


async def test_a_survey_that_ends_at_night_is_told_in_the_morning(cast: Cast) -> None:
    plain = cast.add_room("p8", "CH Khóm 8 B", unit="P5-K8", channel=PLAIN)
    await sends(cast.lan, YES_NO, deadline="hết ngày 16/11/2026")
    told = len(cast.lan.private.bot)
    await cast.until(EVENING + timedelta(hours=6), timedelta(minutes=30))
    assert survey(cast).state == SurveyState.CLOSED
    said = [m for m in cast.lan.private.bot[told:] if "hết hạn" in m.text]
    assert said == []
    assert "Đã chốt" not in plain.text

    await cast.passes(hours=6)
    assert "hết hạn" in cast.lan.text
    assert "Đã chốt" in plain.text


async def test_only_who_made_it_or_stands_above_closes_it(cast: Cast) -> None:
    await cast.hoa.says(YES_NO)
    await cast.hoa.presses("Không có hạn")
    await cast.hoa.presses("Có tên:")
    await cast.hoa.presses("Tất cả")
    await cast.hoa.presses("📨 Gửi")
    await cast.passes(seconds=20)

    await cast.lan.says("khảo sát")
    await cast.lan.presses("Đi chợ phiên")
    assert not any("Chốt" in label for label in cast.lan.labels)
    await cast.lan.presses("Nhắc 6 chị")
    assert "còn 6 chị" in cast.k8.text
    assert "còn" not in cast.k1.text
    for who in (cast.lan, cast.nga, cast.an):
        await who.says("/survey_close 1 yes")
        assert "không tìm thấy" in who.text
    await cast.mai.says("/survey_close 1 yes")
    assert survey(cast).state == SurveyState.CLOSED


async def test_what_comes_twice_or_too_late_is_refused(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.lan.says("/survey_reopen 1")
    assert "chưa chốt" in cast.lan.text
    await cast.lan.says("/survey_close 1 yes")
    await cast.lan.says("/survey_close 1 yes")
    assert "không mở nữa" in cast.lan.text
    await cast.lan.says("/survey_remind 1")
    assert "không mở nữa" in cast.lan.text
    await cast.lan.says("/survey_put 1 title - Tên khác")
    assert "không sửa được nữa" in cast.lan.text
    await cast.lan.says("/survey_stop 1")
    assert "không dừng được nữa" in cast.lan.text
