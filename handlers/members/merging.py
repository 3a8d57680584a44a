"""Two records of one person become one, and two people wrongly taken for one become two again.

Nothing is thrown away: the other record stays in the register as a shadow that nobody counts, with
what it lent written down, so that a separation gives back exactly that.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from handlers.members import storing
from storage import histories, members, merged_rows
from storage.database import Session
from storage.histories import Happened, Merger
from storage.members import LeftReason, Member, MemberStatus

LENT = ("phone", "alias", "team", "address", "job", "joined", "note")
"""What a record may lend to the other where that knows nothing."""
COMPARED = ("name", "birth", *LENT)


def differing(one: Member, two: Member) -> list[str]:
    """The fields of which both know something, and not the same."""
    return [
        name
        for name in COMPARED
        if (first := getattr(one, name)) and (second := getattr(two, name)) and first != second
    ]


def merge(session: Session, kept: Member, shadow: Member, by: int | None, now: datetime) -> Merger:
    """Take two records for one person: `kept` goes on, with what only the other knew."""
    assert kept.id is not None and shadow.id is not None
    fields = {name: [getattr(kept, name), value] for name, value in _lent(kept, shadow).items()}
    row = Merger(
        member_id=kept.id,
        shadow_id=shadow.id,
        status=shadow.status,
        taken={
            "fields": fields,
            "left": [shadow.left_on, shadow.left_reason],
            "no_phone": kept.no_phone,
            "rows": merged_rows.hand_over(session, shadow.id, kept.id),
        },
        by_id=by,
        at=now,
    )
    storing.write(session, kept, {name: after for name, (_, after) in fields.items()}, now)
    gone = {"status": MemberStatus.LEFT, "left_reason": LeftReason.MERGED, "left_on": ""}
    storing.write(session, shadow, gone, now)
    session.flush()
    histories.note(session, kept.id, Happened.MERGED, now, changes=fields, by=by)
    histories.note(session, shadow.id, Happened.MERGED, now, by=by)
    return histories.merge(session, row)


def separate(session: Session, row: Merger, by: int | None, now: datetime) -> None:
    """Undo a merger: what was lent goes back, unless somebody changed it since."""
    kept, shadow = members.get(session, row.member_id), members.get(session, row.shadow_id)
    assert kept is not None and shadow is not None and row.undone_at is None
    fields: dict[str, list[Any]] = row.taken["fields"]
    back = {
        name: before for name, (before, after) in fields.items() if getattr(kept, name) == after
    }
    kept.no_phone = kept.no_phone or ("phone" in back and row.taken.get("no_phone", False))
    storing.write(session, kept, back, now)
    left_on, left_reason = row.taken["left"]
    again = {"status": row.status, "left_on": left_on, "left_reason": left_reason}
    storing.write(session, shadow, again, now)
    session.flush()
    merged_rows.give_back(session, row.taken["rows"], row.shadow_id, row.member_id)
    row.undone_at = now
    session.add(row)
    changes = {name: [fields[name][1], value] for name, value in back.items()}
    histories.note(session, row.member_id, Happened.SEPARATED, now, changes=changes, by=by)
    histories.note(session, row.shadow_id, Happened.SEPARATED, now, by=by)


def _lent(kept: Member, shadow: Member) -> dict[str, str]:
    lent = {
        name: value for name in LENT if (value := getattr(shadow, name)) and not getattr(kept, name)
    }
    if len(shadow.birth) > len(kept.birth) and shadow.birth.startswith(kept.birth):
        lent["birth"] = shadow.birth
    if kept.name.isascii() and not shadow.name.isascii() and kept.folded == shadow.folded:
        lent["name"] = shadow.name
    return lent
