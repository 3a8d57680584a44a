"""The evidence of roll calls as it is weighed, and what came of it: asked at every answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert
from sqlalchemy import select as columns
from sqlalchemy.orm.util import identity_key

from storage.database import Session, inserting, table
from storage.quick import Quick
from storage.rolls import RollMark, RollVerdict, Source, Status


@dataclass(frozen=True, slots=True)
class Mark:
    """One piece of evidence."""

    status: str
    source: str
    at: datetime
    by: int | None = None
    reason: str = ""
    late: bool = False


_MARK, _VERDICT = table(RollMark), table(RollVerdict)
_WEIGHED = (_MARK.c.status, _MARK.c.source, _MARK.c.at, _MARK.c.by, _MARK.c.reason, _MARK.c.late)
_EVIDENCE = Quick(
    columns(*_WEIGHED)
    .where(_MARK.c.roll_id == bindparam("roll"), _MARK.c.member_id == bindparam("member"))
    .order_by(_MARK.c.at, _MARK.c.id)
)
_KEEP = Quick(
    insert(_MARK).inline(),
    writes=("roll_id", "member_id", "status", "source", "at", "by", "reason", "late"),
)


def of_member(session: Session, roll_id: int, member_id: int) -> list[Mark]:
    """The evidence about one member, oldest first."""
    rows = _EVIDENCE.rows(session, {"roll": roll_id, "member": member_id})
    return [Mark(*row) for row in rows]


def reported(session: Session, roll_id: int, account_id: int | None) -> set[int]:
    """Of whom an account has answered as a helper in a roll."""
    found = session.connection().execute(
        columns(_MARK.c.member_id)
        .where(
            _MARK.c.roll_id == roll_id,
            _MARK.c.by == account_id,
            _MARK.c.source.in_([Source.HELPER, Source.TEAM_HEAD]),
        )
        .distinct()
    )
    return {row[0] for row in found}


def add(session: Session, roll_id: int, member_id: int, mark: Mark) -> None:
    """Keep one piece of evidence."""
    values = {name: getattr(mark, name) for name in Mark.__slots__}
    _KEEP.count(session, {"roll_id": roll_id, "member_id": member_id, **values})


def _judged(name: str) -> Any:
    new = inserting(_VERDICT, name)
    keys = ("roll_id", "member_id")
    changed = {c.name: new.excluded[c.name] for c in _VERDICT.c if c.name not in keys}
    return new.on_conflict_do_update(index_elements=keys, set_=changed)


_JUDGE = Quick(_judged, writes=_VERDICT.c.keys())


def judge(session: Session, roll_id: int, member_id: int, mark: Mark | None, differs: str) -> None:
    """Write down what counts for one member, in place of what counted before."""
    values = {
        "roll_id": roll_id,
        "member_id": member_id,
        "status": mark.status if mark else Status.UNANSWERED,
        "source": mark.source if mark else "",
        "at": mark.at if mark else None,
        "by": mark.by if mark else None,
        "reason": mark.reason if mark else "",
        "differs": differs,
    }
    _JUDGE.count(session, values)
    if loaded := session.identity_map.get(identity_key(RollVerdict, (roll_id, member_id))):
        session.expire(loaded)
