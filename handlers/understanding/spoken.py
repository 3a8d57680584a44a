"""Dates, hours and numbers as they are said. Words in code, because Jinja filters need them."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from handlers.understanding.hours import END_OF_DAY
from handlers.understanding.recurrence import CODES, FIRST_MONTHS, LAST_MONTHS, MIDDLE_MONTHS
from handlers.understanding.zone import local

WEEKDAYS = ("thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật")
_NTH = {
    "1": "đầu tiên",
    "2": "tuần thứ hai",
    "3": "tuần thứ ba",
    "4": "tuần thứ tư",
    "-1": "cuối cùng",
}
_MONTHS = {
    FIRST_MONTHS: "tháng đầu",
    MIDDLE_MONTHS: "tháng giữa",
    LAST_MONTHS: "tháng cuối",
}


def speak_weekday(day: date) -> str:
    """As "thứ bảy"."""
    return WEEKDAYS[day.weekday()]


def speak_date(day: date) -> str:
    """As "thứ bảy 28/11/2026"; of a moment, the day it has in Vietnam."""
    if isinstance(day, datetime):
        day = local(day).date()
    return f"{speak_weekday(day)} {day.day:02}/{day.month:02}/{day.year}"


def speak_hour(hour: time | datetime) -> str:
    """As "19 giờ 30", "8 giờ"; of a moment, the hour it has in Vietnam."""
    if isinstance(hour, datetime):
        hour = local(hour).time()
    return f"{hour.hour} giờ {hour.minute:02}" if hour.minute else f"{hour.hour} giờ"


def speak_moment(moment: datetime) -> str:
    """As "19 giờ 30, thứ bảy 28/11/2026" for an aware moment, in Vietnam."""
    return f"{speak_hour(moment)}, {speak_date(moment)}"


def speak_rule(rule: str) -> str:
    """As "thứ bảy tuần thứ hai hằng tháng", of a rule that `recurrence` has read."""
    parts = dict(part.split("=") for part in rule.split(";"))
    weekday, days = parts.get("BYDAY", ""), parts.get("BYMONTHDAY", "")
    if parts["FREQ"] == "WEEKLY":
        return f"{WEEKDAYS[CODES.index(weekday)]} hằng tuần"
    if weekday:
        day = f"{WEEKDAYS[CODES.index(weekday[-2:])]} {_NTH[weekday[:-2]]}"
    else:
        last = days.rsplit(",", maxsplit=1)[-1]
        day = "ngày cuối cùng" if last == "-1" else f"ngày {last}"
        day += " (tháng thiếu: ngày cuối tháng)" if "," in days else ""
    months = parts.get("BYMONTH")
    return f"{day}, {_MONTHS[months]} hằng quý" if months else f"{day} hằng tháng"


def speak_deadline(moment: datetime) -> str:
    """The same, without the hour when it is the day's last minute: the whole day counts."""
    return speak_date(moment) if local(moment).time() == END_OF_DAY else speak_moment(moment)


def speak_number(number: float | Decimal) -> str:
    """As "2.575", "1,5": points between thousands, a comma before decimals."""
    return f"{number:,}".translate(str.maketrans(",.", ".,"))


def given_name(name: str) -> str:
    """The last word of a full name, by which a person is called."""
    words = name.split()
    return words[-1] if words else ""
