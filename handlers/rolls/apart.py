"""What counts in a roll by somebody else's word, and how much of that the leader shall look at."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from handlers.rolls import words
from storage import roll_lists
from storage.database import Session
from storage.members import Member
from storage.rolls import Roll, RollVerdict, Source

HELPERS = (Source.TEAM_HEAD, Source.HELPER)
PROXIES = (Source.LEADER, *HELPERS)
SHARE, LEAST, MOST = 5, 3, 10
"""Of those reported by helpers the leader is asked about one in five, three at least, ten at most."""


def proxied(session: Session, roll: Roll) -> Mapping[str, int]:
    """How many count by somebody else's word, by whose; only what there is."""
    found = roll_lists.by_source(session, roll)
    return {words.SOURCES[source]: found[source] for source in PROXIES if found.get(source)}


def left_to_confirm(session: Session, roll: Roll) -> list[tuple[Member, RollVerdict]]:
    """Of whom the leader shall still say whether a helper was right; the same until she does."""
    waiting = roll_lists.counted_by(session, roll.number, HELPERS)
    confirmed = roll_lists.confirmed(session, roll.number, HELPERS)
    total = len(waiting) + confirmed
    wanted = min(total, max(LEAST, -(-total // SHARE)), MOST) - confirmed
    if wanted <= 0 or not waiting:
        return []
    chosen = Random(roll.number).sample(waiting, min(wanted, len(waiting)))  # noqa: S311 - no secret
    return sorted(chosen, key=lambda row: row[0].name_key)


def facts(session: Session, roll: Roll) -> dict[str, Any]:
    """What a leader is told of it beside the figures."""
    return {
        "proxied": proxied(session, roll),
        "paper": roll_lists.by_source(session, roll).get(Source.PAPER, 0),
        "sample": len(left_to_confirm(session, roll)),
    }
