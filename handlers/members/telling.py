"""What is told about an import, before and after: the facts that the templates word."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from handlers.access import leader_chats
from handlers.chat import Choice, Reply
from handlers.members.compare import RowDecision, Verdict
from handlers.members.importing import Plan, Summary, WrongPlaceError
from handlers.members.notes import Code
from handlers.quiet import quiet_until
from handlers.understanding.zone import local_date
from storage.database import Session

ROWS = 10
"""So many rows are named in a chat; a page and the report name more."""


def facts(plan: Plan, ground: str) -> dict[str, Any]:
    """Counts, branches, totals and remarks of a plan, for `templates/members/facts.j2`."""
    kinds = ("new", "changed", "same", "repeated", "held", "errors")
    wrong = sum(note.code is Code.TOTAL_DIFFERS for note in plan.warnings)
    return {
        "file": plan.name,
        "unit": plan.places.top.name if plan.places.top else "",
        "people": len(plan.lines),
        **{kind: sum(getattr(count, kind) for count in plan.counts) for kind in kinds},
        "branches": plan.counts,
        "new_names": plan.new_names,
        "absent": plan.absent,
        "warnings": plan.warnings,
        "totals": len(plan.totals),
        "totals_wrong": wrong,
        "ground": ground,
        "grounds": sorted(plan.grounds.items(), key=lambda pair: -pair[1]),
        "done": False,
        "given": 0,
        "ended": 0,
        "sensitive": 0,
    }


def result(summary: Summary) -> dict[str, Any]:
    """The same once it is done."""
    return {
        **facts(summary.plan, summary.ground),
        "done": True,
        "given": summary.given,
        "ended": summary.ended,
        "sensitive": summary.sensitive,
    }


def rows(plan: Plan, verdict: Verdict, most: int = ROWS) -> dict[str, Any]:
    """The rows that end in one state, as far as there is room, and how many more there are."""
    found = plan.of(verdict)
    return {"shown": [_row(plan, one) for one in found[:most]], "more": len(found[most:])}


def _row(plan: Plan, decision: RowDecision) -> dict[str, Any]:
    return {"line": plan.where(decision), "name": decision.row.name, "notes": decision.notes}


def next_steps(plan: Plan) -> tuple[Choice, ...]:
    """Where the rows that wait are decided."""
    waiting = plan.total("held")
    return (Choice(f"Xem {waiting} dòng chờ", "held"),) if waiting else ()


def to_leaders(session: Session, plan: Plan, now: datetime, without: str) -> list[Reply]:
    """Leaders of the branches in which rows wait are told, but whoever brought the list in."""
    waiting = Counter(
        line.unit_id
        for line in plan.lines
        if line.decision.verdict is Verdict.HELD and line.unit_id is not None and line.unit_id > 0
    )
    return [
        Reply(
            "members/held_told.j2",
            {"unit": plan.places.name(unit_id), "count": count},
            to=chat,
            choices=(Choice("Xem từng dòng", "held"),),
            bulk=True,
            not_before=quiet_until(now),
        )
        for unit_id, count in waiting.items()
        for chat in leader_chats(session, unit_id, local_date(now))
        if chat != without
    ]


def whole(context: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """Facts with the rows a person must look at: what `templates/members/summary.j2` needs."""
    return {
        **context,
        "held_rows": rows(plan, Verdict.HELD),
        "error_rows": rows(plan, Verdict.ERROR),
    }


def fault(error: WrongPlaceError, unit: str) -> dict[str, Any]:
    """What `templates/members/wrong_place.j2` needs."""
    return {"reason": error.reason, "names": error.names, "unit": unit}
