"""Whether the words of a correction move the deadline, and to when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.understanding.deadlines import read_deadline
from handlers.understanding.moments import Problem
from handlers.understanding.text import Line, vi
from handlers.understanding.zone import ZONE, local

_LIMIT = vi(r"\bhạn\b")
_MOVE = vi(r"\b(?:dời|lùi|hoãn|kéo dài|trước|chậm nhất|muộn nhất|trễ nhất|đến hết)\b")
_TASK = vi(r"\b(?:nộp|báo cáo|gửi|đăng ký|hoàn thành|xác nhận|tổng hợp)\b")


@dataclass(frozen=True, slots=True)
class NewDeadline:
    """The moment the words name; None with `doubtful` where they name none that can be meant."""

    at: datetime | None = None
    doubtful: bool = False


def read_new_deadline(words: str, old: datetime | None, now: datetime) -> NewDeadline:
    """The deadline that a correction sets, if it seems to. Of "từ 5/12 đến 10/12" it is the day
    that is not the old one; what is past, or no day at all, is doubtful.
    """
    line = Line(words).low
    if not (_LIMIT.search(line) or (_MOVE.search(line) and _TASK.search(line))):
        return NewDeadline()
    found = read_deadline(words, now)
    problems = set(found.problems) - {Problem.ROLLED}
    if Problem.NO_DATE in problems:
        return NewDeadline()
    days = found.days
    if len(days) > 1 and old is not None:
        days = tuple(day for day in days if day != local(old).date())
    if problems <= {Problem.SEVERAL} and len(days) == 1 and len(found.hours) == 1:
        at = datetime.combine(days[0], found.hours[0], ZONE)
        return NewDeadline() if at == old else NewDeadline(at)
    return NewDeadline(doubtful=True)
