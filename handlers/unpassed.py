"""What leaders were asked to pass on by hand and have not: as officers see it."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.chat import Choice
from storage import relays, units
from storage.database import Session
from storage.relays import Relay


def of(session: Session, subject: str, within: Sequence[int]) -> list[Relay]:
    """What leaders of these units have got to pass on about a subject, and have not said they did."""
    asked = set(within)
    return [
        row
        for row in relays.about(session, subject)
        if row.passed_at is None and row.reached and row.unit_id in asked
    ]


def names(session: Session, rows: Sequence[Relay]) -> list[str]:
    """The full names of their units."""
    found = units.full_names(session, [row.unit_id for row in rows])
    return [found[row.unit_id] for row in rows]


def press(subject: str, rows: Sequence[Relay]) -> tuple[Choice, ...]:
    """The button that reminds them."""
    if not rows:
        return ()
    return (Choice(f"📤 Nhắc {len(rows)} đơn vị chuyển tay", f"relay_remind {subject}"),)
