"""Undoing a reorganisation, as long as nothing newer depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage import audit, ledger, pasts, reorganisations
from storage.audit import Deed
from storage.database import Session
from storage.ledger import ChangedSinceError
from storage.reorganisations import Reorganisation, ReorganisationState

REASONS = {
    "member": "members",
    "role": "roles",
    "chat_group": "groups",
    "roll": "rolls",
    "roll_mark": "marks",
    "roll_verdict": "marks",
    "directive_target": "directives",
    "survey_unit": "surveys",
    "survey_count": "answers",
    "survey_taken": "answers",
    "meeting": "meetings",
    "reminder": "meetings",
    "unit": "units",
}
"""What is in the way, by the table in which it lies; anything else is "others"."""


class UndoError(Exception):
    """It cannot be undone; `reason` and `facts` say why, in `not_undone.j2`."""

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts: Mapping[str, Any] = facts


def undo(
    session: Session,
    row: Reorganisation,
    now: datetime,
    *,
    by: int | None = None,
    account_id: int | None = None,
) -> None:
    """Give back exactly what was there before; one whose day is still to come is only dropped.
    `by` is the member who does it, with her account; None the operator.

    Raises:
        UndoError: something newer depends on it; the transaction must not be kept.
    """
    if row.state == ReorganisationState.PLANNED:
        row.state = ReorganisationState.DROPPED
        session.add(row)
        return
    _check(session, row)
    moved = pasts.moved_by(session, row.number)
    reorganisations.forget_pasts(session, row.number)
    try:
        ledger.undo(session, row.number)
    except ChangedSinceError as error:
        raise UndoError("changed", what=REASONS.get(error.rows_of, "others")) from None
    about = [(member.id or 0, member.unit_id) for member in moved]
    audit.note(
        session,
        Deed.CHANGED,
        at=now,
        account_id=account_id,
        actor_id=by,
        about=about,
        detail="unit",
    )
    row.state, row.undone_at, row.told_at = ReorganisationState.UNDONE, now, None
    session.add(row)
    session.flush()


def _check(session: Session, row: Reorganisation) -> None:
    if row.state != ReorganisationState.DONE or row.applied_at is None:
        raise UndoError("not_done", state=row.state)
    if not ledger.is_kept(session, row.number):
        raise UndoError("too_old")
    mine = (row.applied_at, row.number)
    for other in reorganisations.of_units(session, row.unit_ids):
        if other.applied_at is not None and (other.applied_at, other.number) > mine:
            raise UndoError("later", number=other.number, title=other.title)
    newer = reorganisations.newer(session, row.moved_ids, row.applied_at) if row.moved_ids else {}
    if newer:
        raise UndoError("newer", counts=newer)
