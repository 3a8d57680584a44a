"""How long a request about personal data may take (Decree 356/2025/NĐ-CP, Article 5).

Days are counted as calendar days: where the decree should mean working days, we are early.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from handlers.understanding.zone import ZONE, local_date
from storage.privacy import Right

ANSWER_DAYS = 2
"""Working days in which a person must be told how her request is dealt with."""
DAYS = {
    Right.VIEW: 10,
    Right.EXPORT: 10,
    Right.CORRECT: 10,
    Right.ERASE: 20,
    Right.WITHDRAW: 15,
    Right.RESTRICT: 15,
    Right.OBJECT: 15,
}
"""Days in which it must be done. One extension is possible in law; the bot takes none."""
BREACH = timedelta(hours=72)
"""In which a breach is reported to the Ministry of Public Security (Law 91/2025/QH15, Article 23)."""
SATURDAY = 5
_LAST = time(23, 59)


def answer_by(asked: datetime) -> datetime:
    """The end of the second working day after a request; public holidays are not known here."""
    day, left = local_date(asked), ANSWER_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return _end(day)


def due(right: Right, asked: datetime) -> datetime:
    """The end of the last day on which it may be done."""
    return _end(local_date(asked) + timedelta(days=DAYS[right]))


def _end(day: date) -> datetime:
    return datetime.combine(day, _LAST, ZONE)
