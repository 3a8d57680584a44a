"""Words are dropped once they have served; keys and facts stay (Law 91/2025/QH15: no longer
than the purpose needs).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.chat import Moment, Replies, Tick
from handlers.understanding.zone import local, local_date
from storage import (
    answer_links,
    attempts,
    chores,
    directives,
    forgetting,
    joining,
    roll_pages,
    survey_runs,
)
from storage.database import Session

KEEP_WORDS = timedelta(days=7)
"""How long the words of worked events and sent messages are kept."""
HOUR = 3
"""Vietnamese wall clock; nobody writes then."""
CHORE = "retention"


def due(session: Session, now: datetime) -> list[int]:
    """Once a day, after three in the morning."""
    if local(now).hour < HOUR or chores.is_done(session, CHORE, local_date(now)):
        return []
    return [local_date(now).toordinal()]


def fire(moment: Moment, day: int) -> Replies:
    """Drop the words that are old enough."""
    before = moment.now - KEEP_WORDS
    forgetting.drop_old_bodies(moment.session, before)
    joining.drop_drafts(moment.session, before)
    attempts.drop(moment.session, before)
    answer_links.drop_old(moment.session, before)
    roll_pages.drop_old(moment.session, before)
    survey_runs.drop_stale(moment.session, before)
    directives.drop_old_corrections(moment.session, before)
    chores.done(moment.session, CHORE, local_date(moment.now))
    return []


TICKS = {"retention.words": Tick(due, fire)}
