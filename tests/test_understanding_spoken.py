"""The lunar calendar, and how days, hours and numbers are said."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.lunar import (
    LunarDay,
    lunar_day,
    lunar_in_month,
    next_lunar,
    solar_of,
    speak_lunar,
)
from handlers.understanding.spoken import (
    given_name,
    speak_date,
    speak_deadline,
    speak_hour,
    speak_moment,
    speak_number,
    speak_weekday,
)
from handlers.understanding.zone import ZONE, local_date


@pytest.mark.parametrize(
    ("day", "lunar", "spoken"),
    [
        (date(2026, 11, 23), LunarDay(15, 10, False), "15/10 âm lịch, rằm"),
        (date(2026, 12, 9), LunarDay(1, 11, False), "1/11 âm lịch, mùng 1"),
        (date(2026, 12, 23), LunarDay(15, 11, False), "15/11 âm lịch, rằm"),
        (date(2027, 2, 6), LunarDay(1, 1, False), "1/1 âm lịch, mùng 1 Tết"),
        (date(2025, 7, 25), LunarDay(1, 6, True), "1/6 nhuận âm lịch, mùng 1"),
        (date(2026, 11, 28), LunarDay(20, 10, False), "20/10 âm lịch"),
    ],
)
def test_the_lunar_calendar(day: date, lunar: LunarDay, spoken: str) -> None:
    assert lunar_day(day) == lunar
    assert speak_lunar(day) == spoken


def test_lunar_days_that_do_not_come() -> None:
    assert date(2026, 11, 23).weekday() == 0
    assert speak_lunar(date(2200, 1, 1)) == ""
    assert solar_of(15, 6, 2026, leap=True) is None
    assert next_lunar(1, 6, date(2025, 7, 1), leap=True) == date(2025, 7, 25)
    assert next_lunar(15, None, date(2025, 8, 1)) == date(2025, 8, 8)
    assert lunar_in_month(15, 1, date(2026, 11, 16)) == date(2026, 12, 23)


@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)))
def test_lunar_and_solar_days_match_both_ways(day: date) -> None:
    lunar = lunar_day(day)
    years = (
        solar_of(lunar.day, lunar.month, year, leap=lunar.leap) for year in (day.year - 1, day.year)
    )
    assert day in years
    assert lunar_in_month(lunar.day, 0, day) == day
    first = lunar_in_month(1, 1, day)
    assert first is not None
    assert (first - day).days in (29 - lunar.day + 1, 30 - lunar.day + 1)
    assert lunar_day(first).day == 1


def test_how_things_are_said() -> None:
    evening = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)
    assert speak_moment(evening) == "19 giờ 30, thứ bảy 28/11/2026"
    assert speak_date(datetime(2026, 11, 28, 18, 0, tzinfo=UTC)) == "chủ nhật 29/11/2026"
    assert local_date(datetime(2026, 11, 28, 18, 0, tzinfo=UTC)) == date(2026, 11, 29)
    assert speak_deadline(datetime(2026, 11, 28, 23, 59, tzinfo=ZONE)) == "thứ bảy 28/11/2026"
    assert speak_deadline(datetime(2026, 11, 28, 17, tzinfo=ZONE)) == "17 giờ, thứ bảy 28/11/2026"
    assert speak_weekday(date(2026, 11, 23)) == "thứ hai"
    assert (speak_hour(time(8)), speak_hour(time(8, 5)), speak_hour(evening)) == (
        "8 giờ",
        "8 giờ 05",
        "19 giờ 30",
    )
    assert (speak_number(2575), speak_number(1.5), speak_number(1_200_000)) == (
        "2.575",
        "1,5",
        "1.200.000",
    )
    assert (given_name("Nguyễn Thị Hoa"), given_name(" ")) == ("Hoa", "")
