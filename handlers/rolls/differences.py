"""What changed between one close of a roll and the next: only that is told again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from handlers.rolls import words
from handlers.rolls.precedence import decide
from storage import roll_lists, roll_steps
from storage.database import Session
from storage.roll_marks import Mark
from storage.rolls import Roll, RollMark, RollState, Status


@dataclass(frozen=True, slots=True)
class Difference:
    """What counted for one member at the last close but one, and what counts since the last."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What the last close changed. `figures` are (status, how many before, how many now)."""

    since: datetime
    times: int
    people: list[Difference]
    figures: list[tuple[str, int, int]]


def of_last_close(session: Session, roll: Roll) -> Changes | None:
    """What the last close of a roll changed; None while it is open or was closed only once."""
    closings = roll_steps.closings(session, roll.number)
    if roll.state != RollState.CLOSED or len(closings) < 2 or not closings[-2].figures:
        return None
    before, now = closings[-2:]
    labels = words.labels(roll)
    counts = [step.figures["counts"] for step in (before, now)]
    figures = [(labels[status], *(count.get(status, 0) for count in counts)) for status in Status]
    return Changes(
        since=before.at,
        times=len(closings),
        people=_people(session, roll, before.figures["mark"]),
        figures=[(label, old, new) for label, old, new in figures if old != new],
    )


def _people(session: Session, roll: Roll, last_mark: int) -> list[Difference]:
    """Of whom something else counts than what counted when `last_mark` was the newest evidence.

    Whatever is in the evidence counted then: a close comes while a roll is open, and opening it
    again counts what came late.
    """
    told: dict[int, str] = {}
    marks: dict[int, list[RollMark]] = {}
    for mark, member in roll_lists.marks_after(session, roll.number, 0):
        marks.setdefault(mark.member_id, []).append(mark)
        told[mark.member_id] = member.name
    labels = words.labels(roll)
    found = []
    for member_id, evidence in marks.items():
        if all((mark.id or 0) <= last_mark for mark in evidence):
            continue
        old = _status(mark for mark in evidence if (mark.id or 0) <= last_mark)
        new = _status(evidence)
        if old != new:
            found.append(Difference(told[member_id], labels[old], labels[new]))
    return found


def _status(evidence: Iterable[RollMark]) -> str:
    marks = [Mark(m.status, m.source, m.at, m.by, m.reason, m.late) for m in evidence]
    counts = decide(sorted(marks, key=lambda mark: mark.at)).counts
    return counts.status if counts else Status.UNANSWERED
