"""Reminders: each once, at its minute, to the right people; late, moved, cancelled, restarted."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, text
from sqlmodel import select, update

from bot.app import App
from handlers.meetings import announce, due
from handlers.meetings.timetable import Kind, Verdict
from handlers.understanding.zone import ZONE
from storage import accounts
from storage.batches import driver
from storage.meetings import Meeting, Reminder, ReminderState
from tests.cast import PUBLIC_URL, Cast, Room

LINK = "https://meet.google.com/abc-defg-hij"
EVENING = f"họp chi hội 19g30 thứ bảy tuần sau, link {LINK}"


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment of 2026 in Vietnam."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


async def go(cast: Cast, moment: datetime) -> None:
    """Leap to a moment; what is due then is done and sent."""
    cast.clock.set(moment)
    await cast.tick()
    await cast.tick()


async def called(cast: Cast, line: str = EVENING) -> None:
    """Lan calls a meeting."""
    await cast.lan.says(line)
    await cast.lan.presses("Đúng rồi, mời họp")


def reminded(room: Room) -> list[str]:
    """The first lines of the reminders seen in a chat."""
    firsts = [text.split("\n")[0] for text in room.texts]
    return [first for first in firsts if first.startswith("⏰")]


DAY_BEFORE = "⏰ Nhắc lịch họp: Họp chi hội"
MORNING = "⏰ Hôm nay họp: Họp chi hội"
SOON = "⏰ Sắp đến giờ họp: Họp chi hội"


async def test_three_reminders_come_once_each_at_their_minutes(cast: Cast) -> None:
    await called(cast)
    await cast.an.presses("Sẽ dự", cast.k8)
    await cast.binh.presses("Không dự được", cast.k8)
    seen: list[str] = []
    for minute, new in (
        (at(27, 19, 29), []),
        (at(27, 19, 30), [DAY_BEFORE]),
        (at(27, 19, 31), []),
        (at(28, 6, 59), []),
        (at(28, 7), [MORNING]),
        (at(28, 7, 1), []),
        (at(28, 19, 14), []),
        (at(28, 19, 15), [SOON]),
        (at(28, 19, 16), []),
    ):
        await go(cast, minute)
        seen += new
        assert reminded(cast.k8) == seen
        assert reminded(cast.an.private) == seen
    assert LINK in cast.an.text
    assert reminded(cast.binh.private) == []
    assert reminded(cast.cuc.private) == []
    assert reminded(cast.k1) == []


async def test_who_becomes_busy_says_so_from_her_reminder(cast: Cast) -> None:
    await called(cast)
    await cast.an.presses("Sẽ dự", cast.k8)
    await go(cast, at(27, 19, 30))
    await cast.an.presses("Tôi bận")
    await go(cast, at(28, 19, 15))

    assert "không dự được" in cast.an.toast
    assert reminded(cast.an.private) == [DAY_BEFORE]


async def test_a_shared_telephone_is_reminded_once(cast: Cast) -> None:
    with cast.session() as session:
        account = accounts.by_address(session, "sandbox:an")
        assert account is not None and account.id is not None
        dung = cast.member("Lý Thị Dung")
        assert dung.id is not None
        accounts.link(session, account.id, dung.id, by="test", now=cast.clock.now())
        session.commit()
    await called(cast)
    await cast.an.presses("Sẽ dự", cast.k8)
    await cast.an.presses("Cả hai")
    await go(cast, at(27, 19, 30))

    assert reminded(cast.an.private) == [DAY_BEFORE]


async def test_a_leap_over_two_reminders_sends_the_later_and_reports_the_other(cast: Cast) -> None:
    await called(cast)
    await go(cast, at(28, 7, 30))

    assert reminded(cast.k8) == [MORNING]
    assert "nhắc trước 24 giờ" in cast.lan.text
    assert "đã gửi một lời nhắc thay thế" in cast.lan.text


async def test_without_that_rule_everybody_would_be_told_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "judge", lambda kinds, *_: Verdict(frozenset(kinds), frozenset()))
    await called(cast)
    await go(cast, at(28, 7, 30))

    assert reminded(cast.k8) == [DAY_BEFORE, MORNING]


async def test_a_leap_over_everything_is_one_report_to_the_leader(cast: Cast) -> None:
    await called(cast)
    told = len(cast.lan.texts)
    await go(cast, at(29, 9))

    assert reminded(cast.k8) == []
    assert len(cast.k8.bot) == 1
    assert len(cast.lan.texts) == told + 1
    for words in ("nhắc trước 24 giờ", "nhắc lúc 7 giờ sáng", "trước 15 phút", "mở điểm danh"):
        assert words in cast.lan.text
    await cast.lan.presses("Mở điểm danh")
    assert "Em đã mở điểm danh" in cast.lan.texts[-2] + cast.lan.text


async def test_a_restart_between_loses_nothing_and_repeats_nothing(cast: Cast) -> None:
    await called(cast)
    await go(cast, at(27, 19, 30))
    app = App(cast.engine, cast.channels, cast.clock, public_url=PUBLIC_URL)
    for channel in cast.channels.values():
        channel.connect(app.receive)
    cast.app = app
    await go(cast, at(27, 19, 31))
    assert reminded(cast.k8) == [DAY_BEFORE]
    await go(cast, at(28, 7, 20))

    assert reminded(cast.k8) == [DAY_BEFORE, MORNING]
    assert "gián đoạn" not in cast.lan.text


async def test_what_stopped_half_way_is_queued_once(cast: Cast) -> None:
    await called(cast)
    await go(cast, at(27, 19, 30))
    with cast.session() as session:
        session.exec(update(Reminder).values(state=ReminderState.WAITING))
        session.commit()
    await go(cast, at(27, 19, 31))

    assert reminded(cast.k8) == [DAY_BEFORE]


async def test_without_stable_keys_it_would_be_queued_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = iter(range(1000))
    monkeypatch.setattr(announce, "_key", lambda *_: f"loose:{next(keys)}")
    await called(cast)
    await go(cast, at(27, 19, 30))
    with cast.session() as session:
        session.exec(update(Reminder).values(state=ReminderState.WAITING))
        session.commit()
    await go(cast, at(27, 19, 31))

    assert reminded(cast.k8) == [DAY_BEFORE, DAY_BEFORE]


async def test_an_early_meeting_has_no_morning_reminder(cast: Cast) -> None:
    await called(cast, "họp chi hội 8g30 sáng thứ bảy tuần sau tại nhà văn hoá")
    for minute in (at(27, 8, 30), at(28, 7), at(28, 7, 30), at(28, 8, 15)):
        await go(cast, minute)

    assert reminded(cast.k8) == [DAY_BEFORE, SOON]


async def test_a_late_evening_invitation_waits_for_the_morning(cast: Cast) -> None:
    await go(cast, at(16, 22))
    await cast.lan.says(f"họp chi hội 19g30 tối mai, link {LINK}")
    assert "giờ nghỉ" in cast.lan.text
    await cast.lan.presses("Đúng rồi, mời họp (gửi lúc 6 giờ 30)")
    assert "Sáng mai lúc 6 giờ 30" in cast.lan.text
    await go(cast, at(17, 6, 29))
    assert cast.k8.bot == []
    await go(cast, at(17, 6, 30))
    assert "Mời họp" in cast.k8.text
    await go(cast, at(17, 7))
    await go(cast, at(17, 19, 15))

    assert reminded(cast.k8) == [MORNING, SOON]


async def test_what_is_urgent_breaks_the_quiet_after_a_press(cast: Cast) -> None:
    await go(cast, at(16, 22))
    await cast.lan.says("họp khẩn 5g30 sáng mai tại nhà văn hoá")
    assert not any("Đúng rồi" in label for label in cast.lan.labels)
    await cast.lan.presses("KHẨN: gửi ngay")
    assert "Mời họp" in cast.k8.text
    await go(cast, at(17, 5, 15))

    assert reminded(cast.k8) == ["⏰ Sắp đến giờ họp: Họp khẩn"]


async def test_attendance_opens_at_the_start_and_closes_at_the_end(cast: Cast) -> None:
    await called(cast)
    await cast.an.presses("Sẽ dự", cast.k8)
    await go(cast, at(28, 19, 15))
    await go(cast, at(28, 19, 30))
    assert "Họp chi hội" in cast.k8.text and "Có mặt" in str(cast.k8.last.labels)
    assert cast.k8.bot[0].labels == []  # what was announced is another list, and closed
    await cast.binh.presses("Có mặt", cast.k8)
    await cast.lan.says("lịch họp")
    await cast.lan.presses("ai dự")
    assert "Đã báo trước · Chi hội Khóm 8: 1 sẽ dự" in cast.lan.text
    assert "Điểm danh · Chi hội Khóm 8: 1 có mặt" in cast.lan.text
    await cast.lan.presses("Kết thúc")

    assert any("đã kết thúc. Có mặt 1/6" in words for words in cast.lan.texts)
    assert any(m.file_name.endswith(".xlsx") for m in cast.lan.private.bot)
    await cast.lan.says("/meet_end 1")
    assert "đã kết thúc rồi" in cast.lan.text


async def test_no_reminder_outlives_its_meeting(cast: Cast) -> None:
    await called(cast)
    for minute in (at(27, 19, 30), at(28, 7), at(28, 19, 15)):
        await go(cast, minute)
    rows = [row for row in cast.outbox() if row.key.startswith("meeting:")]

    assert len(rows) == 3
    ends = [row.expires_at for row in rows]
    assert ends == [at(28, 19, 30), at(28, 19, 30), at(28, 19, 50)]


@pytest.mark.slow
@pytest.mark.sqlite
async def test_ten_thousand_due_reminders_are_found_in_one_look(cast: Cast) -> None:
    await called(cast)
    with cast.session() as session:
        first = session.exec(select(Meeting)).one().model_dump()
        waiting: dict[str, object] = {"kind": Kind.DAY_BEFORE, "state": ReminderState.WAITING}
        waiting["due_at"] = cast.clock.now() - timedelta(minutes=1)
        numbers = range(2, 10_002)
        session.execute(insert(Meeting), [{**first, "id": number} for number in numbers])
        session.execute(insert(Reminder), [{**waiting, "meeting_id": id_} for id_ in numbers])
        session.commit()
    statements: list[str] = []
    with cast.session() as session:
        if cast.engine.dialect.name == "sqlite":
            driver(session).set_trace_callback(statements.append)
        found = due.due(session, cast.clock.now())
        assert len(found) == due.AT_ONCE
        if cast.engine.dialect.name == "sqlite":
            driver(session).set_trace_callback(None)
            assert len([each for each in statements if "reminder" in each]) == 1
            plan = session.connection().execute(
                text(
                    "EXPLAIN QUERY PLAN SELECT meeting_id FROM reminder"
                    " WHERE state = 'waiting' AND due_at <= '2026-11-16' GROUP BY meeting_id"
                )
            )
            assert "ix_reminder_state_due_at" in str(plan.all())
