"""The lunar calendar of Vietnam (UTC+7), by lunar-vn, from 1900 to 2100."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from lunar_vn import SUPPORTED_YEAR_RANGE, LunarDate, lunar_to_solar, solar_to_lunar

RAM = 15


class LunarDay(NamedTuple):
    """A day of the lunar calendar; `leap` when its month is a leap month (tháng nhuận)."""

    day: int
    month: int
    leap: bool


def lunar_day(day: date) -> LunarDay:
    """The lunar day of a solar one. Raises ValueError outside 1900-2100."""
    lunar = solar_to_lunar(day)
    return LunarDay(lunar.day, lunar.month, lunar.leap)


def speak_lunar(day: date) -> str:
    """As "15/10 âm lịch, rằm", "1/6 nhuận âm lịch, mùng 1"; nothing outside 1900-2100."""
    if not SUPPORTED_YEAR_RANGE[0] <= day.year <= SUPPORTED_YEAR_RANGE[1]:
        return ""
    lunar = lunar_day(day)
    words = f"{lunar.day}/{lunar.month}{' nhuận' if lunar.leap else ''} âm lịch"
    if lunar.day == RAM:
        return f"{words}, rằm"
    if lunar.month == 1 and lunar.day <= 3:
        return f"{words}, mùng {lunar.day} Tết"
    return f"{words}, mùng {lunar.day}" if lunar.day <= 10 else words


def solar_of(day: int, month: int, year: int, *, leap: bool = False) -> date | None:
    """The solar day of a lunar one, or None when that lunar year has no such day."""
    try:
        lunar = LunarDate(day, month, year, leap)
        found = lunar_to_solar(lunar)
        # lunar-vn counts on past the end of a short month, and ignores a leap flag too many
        return found if solar_to_lunar(found) == lunar else None
    except ValueError:
        return None


def next_lunar(day: int, month: int | None, today: date, *, leap: bool = False) -> date | None:
    """The first such lunar day that is not past; any month when `month` is None.

    None when the next two years have none, as for a leap month that is far off.
    """
    this_year = solar_to_lunar(today).year
    months = [(each, odd) for each in range(1, 13) for odd in (False, True)]
    if month is not None:
        months = [(month, leap)]
    found = (
        solar_of(day, each, year, leap=odd)
        for year in range(this_year, this_year + 3)
        for each, odd in months
    )
    return min((one for one in found if one is not None and one >= today), default=None)


def lunar_in_month(day: int, ahead: int, today: date) -> date | None:
    """That day of the lunar month of `today`, or of a month `ahead` of it; None if it is too short."""
    first = today - timedelta(solar_to_lunar(today).day - 1)
    for _ in range(ahead):
        first += timedelta(29)
        if solar_to_lunar(first).day != 1:
            first += timedelta(1)
    month = solar_to_lunar(first)
    return solar_of(day, month.month, month.year, leap=month.leap)
