"""Hours of the day in a Vietnamese line: 19g30, 7 rưỡi tối, 8 giờ kém 15 sáng, 19h-21h."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from handlers.understanding.numbers import SPOKEN, spoken_number
from handlers.understanding.text import TAKEN, Line, spellings, vi

END_OF_DAY = time(23, 59)
# An hour said without its part of the day is taken for one people meet at, if only one is.
EARLIEST, LATEST = 5, 21
# Which hour of the clock each part of the day makes of an hour said.
PARTS = {
    "sáng": {hour: hour for hour in range(12)},
    "trưa": {10: 10, 11: 11, 12: 12, 1: 13, 2: 14, 13: 13, 14: 14},
    "chiều": {hour: hour for hour in range(12, 20)} | {hour: hour + 12 for hour in range(1, 8)},
    "tối": {hour: hour for hour in range(17, 24)} | {hour: hour + 12 for hour in range(5, 12)},
    "đêm": {hour: hour for hour in range(19, 24)}
    | {hour: hour + 12 for hour in range(7, 12)}
    | {hour: hour for hour in range(5)},
}
PARTS["khuya"] = PARTS["đêm"]
PART = "(?:" + "|".join(PARTS) + ")"
_PART_SPELLED = {spelling: part for part in PARTS for spelling in spellings(part)}

_MINUTES_SPOKEN = rf"(?:(?:hai|ba|bốn|năm) mươi(?: {SPOKEN})?|mười(?: (?:lăm|năm))?)"
_NOT_A_DATE = r"(?![0-9]|\s*[/.\-–][0-9]| tháng)"
_MINUTE_WORD = r"(?:\s*(?:phút|ph|p|')(?!\w))"


def _clock(name: str) -> str:
    """One hour, its groups named after `name`."""
    return (
        rf"(?P<{name}h>[0-9]{{1,2}}|{SPOKEN}(?: {SPOKEN}){{0,2}})"
        rf"(?::(?P<{name}m>[0-9]{{2}})(?::[0-9]{{2}})?(?![\w:])"
        rf"|\.(?P<{name}dot>[0-5][0-9])(?=\s*(?:{PART}\b|{TAKEN}))"
        rf"|\s*(?P<{name}half>rưỡi)\b"
        r"|\s*(?:giờ|h|g)(?![^\W\d_])"
        rf"(?:\s*(?P<{name}halfh>rưỡi)\b"
        rf"| kém (?P<{name}less>[0-9]{{1,2}}|{_MINUTES_SPOKEN}|năm)\b{_MINUTE_WORD}?"
        rf"|\s*(?P<{name}mm>[0-9]{{2}}){_NOT_A_DATE}{_MINUTE_WORD}?"
        rf"|\s*(?P<{name}one>[0-9]){_MINUTE_WORD}"
        rf"| (?P<{name}said>{_MINUTES_SPOKEN})\b{_MINUTE_WORD}?)?)"
        rf"(?:\s*,?\s*(?:buổi )?(?P<{name}part>{PART})\b)?"
    )


_LEAD = r"(?<![\w/.,:\-])(?:(?:vào|lúc|từ|bắt đầu|khoảng) ){0,3}"
_TO = r"\s*(?:-|–|đến|tới)\s*"
_HOUR = vi(_LEAD + _clock("a"))
_RANGE = vi(_LEAD + _clock("a") + _TO + _clock("b"))
_SHORT_RANGE = vi(rf"{_LEAD}(?P<ah>[0-9]{{1,2}}){_TO}{_clock('b')}")
_NETWORK = vi(r"(?:mạng|sim|sóng|gói|data|internet)\s$")


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour as it was said: what it can mean (nothing: impossible), and an end if one was."""

    readings: tuple[time, ...]
    until: time | None
    start: int
    end: int


def take_hours(line: Line, part: str | None = None) -> list[Hour]:
    """Take every hour out of the line; `part` of the day counts where none is said with it."""
    found = []
    for pattern in (_RANGE, _SHORT_RANGE, _HOUR):
        for match in pattern.finditer(line.low):
            if _is_hour(line, match):
                found.append(_hour(match, part))
                line.cut(*match.span())
    return sorted(found, key=lambda hour: hour.start)


def part_of_day(word: str | None) -> str | None:
    """The part of the day a word names, in its proper spelling."""
    return _PART_SPELLED.get(word) if word else None


def readings(hour: int, minute: int, part: str | None, *, padded: bool = False) -> tuple[time, ...]:
    """The times of day that an hour can mean, none when it cannot be.

    "7 giờ" is 07:00 or 19:00; "07:00" (`padded`), "19 giờ" and "2 giờ" are one time only. 24 giờ and
    12 giờ đêm are the end of the day they are said with.
    """
    if minute > 59 or hour > 24:
        return ()
    if (hour, minute) == (24, 0) or ((hour, minute) == (12, 0) and part in ("tối", "đêm", "khuya")):
        return (END_OF_DAY,)
    if hour == 24:
        return ()
    if part:
        return (time(PARTS[part][hour], minute),) if hour in PARTS[part] else ()
    if padded or not 1 <= hour <= 11:
        return (time(hour, minute),)
    return tuple(time(h, minute) for h in (hour, hour + 12) if EARLIEST <= h <= LATEST)


def _is_hour(line: Line, match: re.Match[str]) -> bool:
    said = match.groupdict()
    if any(said.get(name) and _whole(said[name]) is None for name in ("ah", "bh")):
        return False
    # "mạng 4G" is no hour
    return not _NETWORK.search(line.low[max(0, match.start() - 12) : match.start()])


def _hour(match: re.Match[str], part: str | None) -> Hour:
    said = match.groupdict()
    own, last = part_of_day(said.get("apart")), part_of_day(said.get("bpart"))
    if not said.get("bh"):
        return Hour(_read(said, "a", own or part), None, *match.span())
    # the part of the day said at the end of "8g - 10g sáng" counts for both, if it fits
    starts = _read(said, "a", own or last or part) or _read(said, "a", own)
    ends = _read(said, "b", last or own or part) or _read(said, "b", last)
    until = next((end for end in ends if end > starts[0]), None) if len(starts) == 1 else None
    return Hour(starts, until, *match.span())


def _read(said: dict[str, str | None], name: str, part: str | None) -> tuple[time, ...]:
    words = said[f"{name}h"] or ""
    hour = _whole(words) or 0
    minute = 0
    if said.get(f"{name}half") or said.get(f"{name}halfh"):
        minute = 30
    elif less := said.get(f"{name}less"):
        hour, minute = hour - 1, 60 - (_whole(less) or 0)
        if hour < 0 or not 0 < minute < 60:
            return ()
    else:
        minutes = (said.get(f"{name}{form}") for form in ("m", "dot", "mm", "one", "said"))
        minute = _whole(next((one for one in minutes if one), "0")) or 0
    return readings(hour, minute, part, padded=words.startswith("0"))


def _whole(words: str) -> int | None:
    return int(words) if words.isdecimal() else spoken_number(words)
