"""One line about a meeting → title, when, how, link and place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.understanding.moments import Moment, Problem, take_moment
from handlers.understanding.recurrence import (
    Repeat,
    at_hour,
    next_occurrences,
    speaks_of_repeating,
    take_repeat,
)
from handlers.understanding.text import TAKEN, Line, vi


class Mode(StrEnum):
    """How one takes part."""

    IN_PERSON = "in_person"
    ONLINE = "online"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """What was understood. `starts` (aware, Vietnam) is None while a problem stands in the way.

    `recurrence` is an RFC 5545 rule with its hour; `starts` is then its next day. `mode` is None
    when nothing was said of it. `moment` has the choices when days or hours are doubtful.
    """

    title: str
    starts: datetime | None
    ends: datetime | None
    mode: Mode | None
    link: str | None
    place: str | None
    recurrence: str | None
    problems: tuple[Problem, ...]
    moment: Moment


_LINK = re.compile(
    r"(?:https?://|www\.|(?:meet\.google\.com|zoom\.us|[a-z0-9-]+\.zoom\.us|zalo\.me|teams\.live\.com)/)"
    rf"[^\s{TAKEN}]+"
)
_LINK_WORDS = vi(
    r"(?:(?:đường link|đường dẫn|liên kết|link|phòng|vào|tại|qua|theo)\s*(?:họp|zoom|meet|zalo|online)?"
    r"\s*:?\s*)+$"
)
_PLATFORM = r"(?:google meet|gg meet|meet|zoom|zalo(?: call| video)?|messenger|microsoft teams|ms teams|teams)"
_ONLINE = vi(
    r"(?:\b(?:(?:họp )?qua|trên|bằng) (?:(?:nhóm|phòng|ứng dụng) )?)?"
    rf"\b(?:(?:hình thức )?trực tuyến|online|onl|{_PLATFORM})\b"
)
_IN_PERSON = vi(r"\b(?:hình thức )?(?:trực tiếp|offline)\b")
_BOTH = vi(
    r"\b(?:hình thức )?(?:kết hợp|cả hai|song song)"
    r"(?: (?:cả )?(?:hai hình thức|trực tiếp|trực tuyến|(?:và|với|lẫn|online)))*\b"
    r"|\b(?:cả )?(?:trực tiếp|offline) (?:và|lẫn|kết hợp|hoặc|với)(?: cả)? (?:trực tuyến|online)\b"
    r"|\b(?:cả )?(?:trực tuyến|online) (?:và|lẫn|kết hợp|hoặc|với)(?: cả)? (?:trực tiếp|offline)\b"
)
# "dịch vụ công trực tuyến", "tập huấn dùng Zalo" are subjects, not ways to meet.
_SUBJECT_BEFORE = vi(
    r"\b(?:công|thanh toán|bán hàng|mua bán|mua sắm|kinh doanh|lừa đảo|mua hàng|dùng|sử dụng|cài|cài đặt"
    r"|cách|nhóm|tạo|ứng dụng|tài khoản|học|giao dịch|nộp|đăng ký|báo chí|quảng cáo|tiếp thị|mạng) $"
)
_STREET = rf"[^,;\n{TAKEN}()]"
_AREA = "đường|hẻm|ngõ|tổ|khóm|ấp|khu phố|phường|xã|thị trấn|huyện|thành phố|tp|tỉnh"
_PLACE = vi(
    rf"(?:^|(?<=[\s,;:.({TAKEN}-]))(?P<cue>(?:địa điểm|nơi họp)\s*:?(?: tại| ở)?|tại|ở)\s*:?\s+"
    rf"(?P<place>{_STREET}+?(?:,\s*(?:{_AREA}) {_STREET}+?)*)"
    rf"(?=\s*(?:[,;\n{TAKEN}()]|\.(?:\s|$)|$| - | – | (?:về việc|về|để|nội dung|bàn|nhằm)\b))"
)
_NO_PLACE = vi(
    r"(?:tại|ở) (?:sao|sản|liệu|chính|khoản|nạn|đây|đó|chỗ|trong|dưới|ngoài|vì)\b|tại (?:vì|chỗ)\b"
)
_TRAILING = vi(r"(?:\s+(?:lúc|vào|ngày|từ|bắt đầu|link|qua|và|tại|ở))+\s*$")


def read_meeting(text: str, now: datetime) -> MeetingLine:
    """What one line says about a meeting, seen from `now` (aware)."""
    line = Line(text)
    link = _take_link(line)
    repeat = take_repeat(line)
    moment = take_moment(line, now, part=repeat.part if repeat else None)
    mode = _take_mode(line)
    place = _take_place(line)
    if mode is None:
        mode = _mode_of(link, place)
    starts, recurrence, problems = _when(line, moment, repeat, now)
    ends = None
    if starts and moment.until:
        ends = starts.replace(hour=moment.until.hour, minute=moment.until.minute)
    title = _TRAILING.sub("", line.rest())
    title = title[:1].upper() + title[1:]
    return MeetingLine(title, starts, ends, mode, link, place, recurrence, problems, moment)


def _when(
    line: Line, moment: Moment, repeat: Repeat | None, now: datetime
) -> tuple[datetime | None, str | None, tuple[Problem, ...]]:
    if repeat is None:
        unsaid = Problem.NO_DATE in moment.problems and speaks_of_repeating(line)
        return moment.at, None, (*moment.problems, *([Problem.RECURRENCE] if unsaid else []))
    problems = tuple(one for one in moment.problems if one is not Problem.NO_DATE)
    if moment.hour is None:
        return None, repeat.rule, problems
    rule = at_hour(repeat.rule, moment.hour)
    if set(problems) - {Problem.ROLLED}:
        return None, rule, problems
    # a day beside the rule ("từ 05/12") is where it begins
    start = next_occurrences(rule, now, 1) if moment.day is None else (moment.at,)
    return start[0], rule, problems


def _take_link(line: Line) -> str | None:
    match = _LINK.search(line.low)
    if match is None:
        return None
    end = match.start() + len(match[0].rstrip(".,;)!?"))
    link = line.text[match.start() : end]
    lead = _LINK_WORDS.search(line.low[: match.start()])
    line.cut(lead.start() if lead else match.start(), end)
    return link if "://" in link else f"https://{link}"


def _take_mode(line: Line) -> Mode | None:
    found = set()
    for mode, pattern in ((Mode.BOTH, _BOTH), (Mode.ONLINE, _ONLINE), (Mode.IN_PERSON, _IN_PERSON)):
        for match in pattern.finditer(line.low):
            if not _SUBJECT_BEFORE.search(line.low[max(0, match.start() - 24) : match.start()]):
                found.add(mode)
                line.cut(*match.span())
    if len(found) == 1:
        return found.pop()
    return Mode.BOTH if found else None


def _take_place(line: Line) -> str | None:
    for match in _PLACE.finditer(line.low):
        if not _NO_PLACE.match(line.low, match.start("cue")):
            line.cut(*match.span())
            return line.said(*match.span("place")).strip(" .:-–")
    return None


def _mode_of(link: str | None, place: str | None) -> Mode | None:
    if link and place:
        return Mode.BOTH
    if link:
        return Mode.ONLINE
    return Mode.IN_PERSON if place else None
