"""Rows that a person has to decide, kept from the import on until she does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers.members import storing
from handlers.members.compare import RowDecision, Verdict
from handlers.members.notes import Code, Note
from handlers.members.rows import PersonRow
from storage import held_rows, register
from storage.database import Session


def keep(
    session: Session,
    held: Iterable[tuple[RowDecision, int, str]],
    units: Mapping[int, int],
    *,
    file: str,
    ground: str,
    now: datetime,
) -> int:
    """Keep held rows, each with its unit and line, once whoever they may be is stored; how many.

    `units` are the ids of units made meanwhile by the negative ones they had in the plan.
    """
    rows: list[dict[str, Any]] = []
    for decision, planned, line in held:
        unit_id = units.get(planned, planned)
        facts = storing.facts(decision.row)
        told = decision.notes[0]
        rows.append(
            {
                "unit_id": unit_id,
                "other_id": decision.member_id or _stored(session, decision.other, units),
                "digest": _digest(unit_id, facts, told.code),
                "facts": facts,
                "code": told.code.value,
                "args": list(told.args),
                "file": file,
                "line": line,
                "ground": ground,
                "at": now,
            }
        )
    return held_rows.add(session, rows)


def without_decided(
    session: Session, decided: Sequence[RowDecision], unit_ids: Sequence[int | None]
) -> list[RowDecision]:
    """The decisions, but a row that a person has decided waits no more."""
    digests = {
        at: _digest(unit_id, storing.facts(decision.row), decision.notes[0].code)
        for at, (decision, unit_id) in enumerate(zip(decided, unit_ids, strict=True))
        if decision.verdict is Verdict.HELD and unit_id is not None and unit_id > 0
    }
    settled = held_rows.decided(session, list(digests.values())) if digests else set()
    return [
        replace(decision, verdict=Verdict.DUPLICATE, notes=(Note(Code.DECIDED),))
        if digests.get(at) in settled
        else decision
        for at, decision in enumerate(decided)
    ]


def _stored(
    session: Session, other: tuple[PersonRow, int] | None, units: Mapping[int, int]
) -> int | None:
    """The member that an earlier row of the file became, if it became one."""
    if other is None:
        return None
    row, planned = other
    return register.same(session, units.get(planned, planned), row.name, row.birth, row.phone)


def _digest(unit_id: int, facts: Mapping[str, Any], code: Code) -> str:
    """What makes a row the same row: its place, its facts, and why it waits."""
    whole = json.dumps([unit_id, facts, code.value], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()
