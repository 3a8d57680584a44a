"""The work behind the page of rows that wait: all of them side by side with whom they may be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from handlers.access import Actor, row_id
from handlers.audit import acting, whole
from handlers.errors import NotYoursError
from handlers.members import deciding, held, merging, passes
from handlers.members.deciding import Way
from handlers.members.passes import Opened
from storage import held_rows, histories, members, units
from storage.audit import Deed
from storage.database import Session
from storage.held_rows import HeldState

ROWS = 20
"""So many pairs stand on a page, so that an old phone can open it."""
UNDOABLE = 3
"""So many of her newest mergers can be undone there."""


def pairs(session: Session, found: Opened, token: str, now: datetime) -> dict[str, Any]:
    """What `pages/register/held.html.j2` needs."""
    actor = passes.holder(session, found.row, now)
    within = units.subtree(session, [found.row.unit_id])
    rows = held_rows.waiting(session, within, ROWS)
    mergers = histories.newest_mergers(session, within, found.row.created_at, UNDOABLE)
    return {
        "token": token,
        "unit": found.unit.name,
        "count": held_rows.count(session, within),
        "pairs": [
            {
                **held.side_by_side(session, actor, row),
                "ways": [
                    (way.value, held.LABELS[way]) for way in deciding.ways(session, actor, row)
                ],
            }
            for row in rows
        ],
        "merged": [(row.id, _name(session, row.member_id)) for row in mergers],
    }


def decide(session: Session, found: Opened, row: str, word: str, now: datetime) -> None:
    """Do with one row what was pressed; a row that is settled already stays so.

    Raises:
        NotYoursError: the row or the deed is not hers.
    """
    actor = passes.holder(session, found.row, now)
    number = row_id(row)
    if word == "separate":
        _separate(session, actor, found, number, now)
        return
    held_row = deciding.open_row(session, actor, number)
    within = units.subtree(session, [found.row.unit_id])
    if held_row.unit_id not in within or word not in set(Way):
        raise NotYoursError
    if held_row.state == HeldState.OPEN:
        deciding.decide(session, actor, held_row, Way(word), now)
        whole(session, actor, Deed.CHANGED, held_row.unit_id, 1, now, "register")


def _separate(session: Session, actor: Actor, found: Opened, number: int, now: datetime) -> None:
    merger = histories.merger(session, number)
    kept = members.get(session, merger.member_id) if merger else None
    within = units.subtree(session, [found.row.unit_id])
    if merger is None or kept is None or kept.unit_id not in within:
        raise NotYoursError
    if merger.undone_at is None:
        merging.separate(session, merger, acting(actor), now)
        whole(session, actor, Deed.CHANGED, kept.unit_id, 2, now, "register")


def _name(session: Session, member_id: int) -> str:
    member = members.get(session, member_id)
    return member.name if member else ""
