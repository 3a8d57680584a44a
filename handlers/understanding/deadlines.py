"""Deadlines: "hạn 17g ngày 19/11", "trước ngày 05/12/2026". Without an hour, the end of that day.

"Trước ngày 5" is kept as the end of the 5th, as offices read it; `words` keeps how it was put.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from handlers.understanding.dates import take_days
from handlers.understanding.hours import END_OF_DAY
from handlers.understanding.moments import Moment, Problem, find_moment
from handlers.understanding.text import Line, vi
from handlers.understanding.zone import ZONE, local

_CUE = vi(
    r"\b(?:hạn(?: (?:chót|cuối|nộp|báo cáo|gửi|trả lời|phản hồi|đăng ký))?"
    r"|trước|chậm nhất|muộn nhất|trễ nhất|(?:đến |tới )?hết|nội trong|trong(?= (?:ngày|hôm)))\b"
)
# What may stand between "hạn" and its day.
_BETWEEN = vi(
    r"(?:[\s,:(]|[0-9]{1,2}(?:\s*(?:giờ|h|g)|:)\s*(?:[0-9]{2})?|\b(?:phút|là|vào|lúc|cuối|giờ|hết|đến"
    r"|tới|ngày|trong|nhất|sáng|trưa|chiều|tối|nộp|báo cáo|gửi)\b)*"
)
_MONTH_END = vi(
    r"\b(?:hết|cuối|trong) tháng (?P<month>[0-9]{1,2})(?:(?:/| năm )(?P<year>[0-9]{4}))?(?![\w/])"
)
_SENTENCE_END = re.compile(r"[.;!?](?=\s|$)|\n(?=\s*(?:[0-9]+[.)]|[-+•*]))")
_AFTER = 24
LATELY = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline found in a text: its moment (None while doubtful), its words and their sentence."""

    at: datetime | None
    words: str
    about: str
    problems: tuple[Problem, ...]


def read_deadline(text: str, now: datetime) -> Moment:
    """The deadline that a short answer names ("20/11", "17g ngày mai", "hết tháng 11").

    A bare day that went by lately is a past deadline, not one of next year.
    """
    moment = find_moment(text, now, default_hour=END_OF_DAY)
    if Problem.NO_DATE in moment.problems and (last_day := _month_end(text, now)):
        return find_moment(f"{last_day:%d/%m/%Y}", now, default_hour=END_OF_DAY)
    if moment.passed and local(now).date() - moment.passed <= LATELY:
        problems = (*(set(moment.problems) - {Problem.ROLLED}), Problem.PAST)
        day = moment.passed
        return replace(
            moment, day=day, days=(day,), options=(), passed=None, problems=tuple(sorted(problems))
        )
    return moment


def find_deadlines(text: str, now: datetime) -> tuple[Deadline, ...]:
    """The deadlines of a document or caption, in order; only days that a word makes a deadline.

    Of a deadline that is past, `at` is that moment all the same, beside the problem.
    """
    line = Line(text)
    whole = Line(text)
    days = take_days(line, local(now).date())
    found = []
    for index, day in enumerate(days):
        until = days[index + 1].start if index + 1 < len(days) else len(whole.text)
        cue = _cue_before(whole.low, day.start)
        if cue is None:
            continue
        first, last = _sentence(whole.text, day.start)
        piece = whole.text[cue : min(until, last, day.end + _AFTER)]
        moment = read_deadline(piece, now)
        words = whole.said(cue, day.end)
        found.append(Deadline(_at(moment), words, whole.said(first, last), moment.problems))
    return tuple({each.at or each.words: each for each in reversed(found)}.values())[::-1]


def _at(moment: Moment) -> datetime | None:
    if moment.day is None or moment.hour is None:
        return None
    return datetime.combine(moment.day, moment.hour, ZONE)


def _cue_before(low: str, end: int) -> int | None:
    start = max(0, end - 60)
    cues = [
        cue for cue in _CUE.finditer(low, start, end) if _BETWEEN.fullmatch(low, cue.end(), end)
    ]
    return cues[0].start() if cues else None


def _sentence(text: str, place: int) -> tuple[int, int]:
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    first = max((end for end in ends if end <= place), default=0)
    return first, min((end for end in ends if end > place), default=len(text))


def _month_end(text: str, now: datetime) -> date | None:
    match = _MONTH_END.search(Line(text).low)
    if match is None or not 1 <= int(match["month"]) <= 12:
        return None
    today, month = local(now).date(), int(match["month"])
    year = int(match["year"] or today.year + (month < today.month))
    if not 2000 <= year < 2100:
        return None
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(1)
