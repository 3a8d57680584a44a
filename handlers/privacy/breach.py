"""A report on a breach of personal data, drafted from the log of deeds.

Article 23 of Law 91/2025/QH15: within 72 hours of finding it, to the Ministry of Public Security.
What the machine cannot know (what happened, what was done about it) is left open, to be filled in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handlers.privacy import words
from handlers.privacy.gathering import unit_name, who
from handlers.privacy.limits import BREACH
from storage import audit, privacy, units
from storage.audit import Access, Deed
from storage.database import Session

WIDE = {Deed.EXPORT, Deed.CARD, Deed.FOUND}
"""Deeds that show more than a name and an answer."""


@dataclass
class Line:
    """What one person did of one kind, in the time looked at."""

    who: str
    deed: str
    first: datetime
    last: datetime
    times: int = 0
    people: int = 0
    units: dict[str, None] = field(default_factory=dict)


def draft(
    session: Session,
    unit_ids: Sequence[int],
    *,
    found: datetime,
    since: datetime,
    until: datetime,
    account_id: int | None = None,
) -> dict[str, Any]:
    """What `templates/privacy/breach.j2` needs. With `account_id` only what that account did."""
    rows = audit.within(session, unit_ids, None, since, until)
    if account_id is not None:
        rows = [row for row in rows if row.account_id == account_id]
    named = {row.member_id for row in rows if row.member_id is not None}
    whole: dict[int | None, int] = defaultdict(int)
    for row in rows:
        if row.member_id is None:
            whole[row.unit_id] = max(whole[row.unit_id], row.people)
    return {
        "controller": _top(session),
        "found": found,
        "deadline": found + BREACH,
        "since": since,
        "until": until,
        "lines": _lines(session, rows),
        "named": len(named),
        "at_most": len(named) + sum(whole.values()),
        "kinds": _kinds(rows),
        "sensitive": privacy.count_facts(session, unit_ids) if rows else 0,
    }


def _top(session: Session) -> str:
    return ", ".join(unit_name(session, unit_id) for unit_id in units.roots(session))


def _lines(session: Session, rows: Sequence[Access]) -> list[Line]:
    found: dict[tuple[int | None, str], Line] = {}
    for row in reversed(rows):  # oldest first
        key = row.actor_id, row.deed
        if key not in found:
            name, done = who(session, row.actor_id), words.DEEDS[row.deed]
            found[key] = Line(name, done, row.at, row.at)
        line = found[key]
        line.last, line.times, line.people = row.at, line.times + 1, line.people + row.people
        line.units[unit_name(session, row.unit_id)] = None
    return list(found.values())


def _kinds(rows: Sequence[Access]) -> list[str]:
    """Which data those deeds could show."""
    deeds = {row.deed for row in rows}
    if deeds & WIDE:
        return [label.lower() for label in words.FIELDS.values()]
    return ["họ và tên", "tổ", "câu trả lời điểm danh, khảo sát"] if deeds else []
