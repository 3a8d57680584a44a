"""How long each kind of record is kept, in one table, and what applies it every night.

No longer than the purpose needs (Law 91/2025/QH15, Article 3). The guide page about personal data
shows this very table; `templates/guide/retention.j2` says in Vietnamese what each kind is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.chat import Moment, Replies, Tick
from handlers.understanding.zone import local, local_date
from storage import (
    answer_links,
    attempts,
    audit,
    chores,
    directives,
    expiring,
    forgetting,
    joining,
    privacy,
    reorganisations,
    roll_pages,
    survey_runs,
    windows,
)
from storage.database import Session

HOUR = 3
"""Vietnamese wall clock; nobody writes then."""
CHORE = "retention"
YEAR = 365


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of record: what of it goes when it is so many days old."""

    kind: str
    days: int
    forget: Callable[[Session, datetime], object]


RULES = (
    Rule("own_copies", 1, expiring.own_copies),
    Rule("words", 7, forgetting.drop_old_bodies),
    Rule("join_drafts", 7, joining.drop_drafts),
    Rule("attempts", 7, attempts.drop),
    Rule("answer_links", 7, answer_links.drop_old),
    Rule("roll_pages", 7, roll_pages.drop_old),
    Rule("survey_runs", 7, survey_runs.drop_stale),
    Rule("corrections", 7, directives.drop_old_corrections),
    Rule("files", 30, expiring.files),
    Rule("page_passes", 30, expiring.page_passes),
    Rule("join_requests", 180, expiring.join_requests),
    Rule("invitation_names", 180, expiring.invitation_names),
    Rule("windows", 180, windows.drop_old),
    Rule("addresses", YEAR, expiring.addresses),
    Rule("unit_plans", YEAR, reorganisations.drop_old),
    Rule("reasons", YEAR, expiring.reasons),
    Rule("survey_names", 3 * YEAR, expiring.survey_names),
    Rule("accesses", audit.KEEP_DAYS + 1, audit.drop_old),
    Rule("roll_names", 5 * YEAR, expiring.roll_names),
    Rule("requests", 5 * YEAR, privacy.drop_old),
    Rule("former_members", 5 * YEAR, expiring.former_members),
)
"""In the order in which they are applied; every time counts from the end of the record's use."""


def due(session: Session, now: datetime) -> list[int]:
    """Once a day, after three in the morning."""
    if local(now).hour < HOUR or chores.is_done(session, CHORE, local_date(now)):
        return []
    return [local_date(now).toordinal()]


def fire(moment: Moment, day: int) -> Replies:
    """Forget what is old enough."""
    for rule in RULES:
        rule.forget(moment.session, moment.now - timedelta(days=rule.days))
    chores.done(moment.session, CHORE, local_date(moment.now))
    return []


TICKS = {"retention": Tick(due, fire, scrubs=True)}
