"""The rules of time: quiet hours, when reminders fall due, and how late they still help."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.meetings.timetable import Kind, judge, notices, timetable, useful_until
from handlers.quiet import QUIET_FROM, QUIET_UNTIL, quiet_until
from handlers.understanding.zone import ZONE, local

MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
STARTS = MOMENTS.map(lambda at: at.replace(minute=at.minute // 15 * 15, second=0))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in Vietnam."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(16, 20, 59), None),
        (at(16, 21), at(17, 6, 30)),
        (at(17, 0), at(17, 6, 30)),
        (at(17, 6, 29), at(17, 6, 30)),
        (at(17, 6, 30), None),
    ],
)
def test_bulk_waits_from_nine_in_the_evening_until_half_past_six(
    now: datetime, until: datetime | None
) -> None:
    assert quiet_until(now.astimezone(UTC)) == until


@given(MOMENTS)
def test_after_the_wait_it_is_never_quiet(now: datetime) -> None:
    allowed = quiet_until(now) or now

    assert now <= allowed <= now + timedelta(hours=9, minutes=30)
    assert QUIET_UNTIL <= local(allowed).time() < QUIET_FROM


def test_an_evening_meeting_has_three_reminders() -> None:
    assert notices(at(28, 19, 30)) == {
        Kind.DAY_BEFORE: at(27, 19, 30),
        Kind.MORNING: at(28, 7),
        Kind.SOON: at(28, 19, 15),
    }


def test_late_in_the_evening_the_day_before_would_arrive_with_the_morning() -> None:
    assert notices(at(28, 21, 30)) == {Kind.MORNING: at(28, 7), Kind.SOON: at(28, 21, 15)}
    assert Kind.DAY_BEFORE in notices(at(28, 8)), "no reminder on such a morning"


@pytest.mark.parametrize(("start", "morning"), [(at(28, 8, 59), False), (at(28, 9), True)])
def test_an_early_meeting_has_no_reminder_on_its_morning(start: datetime, morning: bool) -> None:
    assert (Kind.MORNING in notices(start)) is morning


def test_what_is_past_when_a_meeting_is_called_is_not_planned() -> None:
    assert set(timetable(at(28, 19, 30), at(27, 22))) == {Kind.MORNING, Kind.SOON, Kind.START}


@pytest.mark.parametrize(
    ("due", "now", "done"),
    [
        ({Kind.DAY_BEFORE}, at(27, 20, 40), {Kind.DAY_BEFORE}),
        ({Kind.DAY_BEFORE}, at(27, 20, 59), {Kind.DAY_BEFORE}),
        ({Kind.DAY_BEFORE}, at(28, 5), set()),  # that of seven o'clock is enough
        ({Kind.DAY_BEFORE}, at(28, 6, 40), set()),
        ({Kind.DAY_BEFORE}, at(28, 7, 1), {Kind.DAY_BEFORE}),
        ({Kind.DAY_BEFORE, Kind.MORNING}, at(28, 8), {Kind.MORNING}),
        ({Kind.DAY_BEFORE, Kind.MORNING}, at(28, 19, 5), set()),
        ({Kind.DAY_BEFORE, Kind.MORNING, Kind.SOON}, at(28, 19, 20), {Kind.SOON}),
        ({Kind.SOON, Kind.START}, at(28, 19, 45), {Kind.SOON, Kind.START}),
        ({Kind.SOON, Kind.START}, at(28, 19, 55), {Kind.START}),
        ({Kind.SOON, Kind.START}, at(28, 23), set()),
        ({Kind.INVITE, Kind.DAY_BEFORE}, at(27, 20), {Kind.INVITE}),
    ],
)
def test_only_the_latest_useful_reminder_goes(
    due: set[Kind], now: datetime, done: set[Kind]
) -> None:
    verdict = judge(due, at(28, 19, 30), now)

    assert verdict.now == done
    assert verdict.missed == due - done


@given(STARTS, MOMENTS)
def test_each_reminder_falls_before_the_meeting_and_helps_when_on_time(
    start: datetime, called: datetime
) -> None:
    for kind, due in timetable(start, called).items():
        assert due <= start
        assert due > called or kind is Kind.START
        night = quiet_until(due) is not None
        if not night or kind in {Kind.SOON, Kind.START}:
            assert judge({kind}, start, due).now == {kind}
        assert due <= useful_until(kind, start)


@given(STARTS)
def test_morning_reminders_are_at_seven_of_the_day_itself(start: datetime) -> None:
    due = notices(start).get(Kind.MORNING)

    assert due is None or (
        local(due).time() == time(7) and local(due).date() == local(start).date()
    )
