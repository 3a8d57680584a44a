"""The leader's list in a hall without signal: who is on it, and what she ticked, sent later."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.chat import Moment, Replies
from handlers.errors import NotYoursError
from handlers.hall.links import Opened
from handlers.rolls import actions, showing, words
from handlers.rolls.access import access_listed
from handlers.rolls.hands import HAND
from storage import members, roll_lists, roll_pages, rolls
from storage.database import Session
from storage.members import Member
from storage.rolls import Roll, RollState, RollVerdict, Source, Status

TICKABLE = (*HAND, Status.UNANSWERED)
OFFERED = (
    Status.PRESENT,
    Status.LATE,
    Status.ABSENT_EXCUSED,
    Status.ABSENT,
    Status.ABSENT_UNEXCUSED,
)
"""What she may tick in a hall, in the order it is offered."""
_KEY = re.compile(r"[\w:-]{8,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody on the list and what counts for her."""

    id: int
    name: str
    about: str
    status: str
    said: str
    differs: str


@dataclass(frozen=True, slots=True)
class Tick:
    """One tick: the key its telephone gave it, about whom, what, and when."""

    key: str
    member: str
    status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a tick: `how` is new, again, late (after the close) or unknown; `instead` is
    what she had said of herself, if that was something else.
    """

    key: str
    how: str
    name: str = ""
    instead: str = ""


def teams(session: Session, roll: Roll) -> list[tuple[str, list[Row]]]:
    """Everybody she may mark, by tổ, in the order of given names."""
    known = {m.id: v for m, v in roll_lists.sheet(session, roll) if v is not None}
    labels = words.labels(roll)
    found: dict[str, list[Row]] = {name: [] for name in roll_lists.teams(session, roll.unit_id)}
    for member in roll_lists.people(session, roll.unit_id):
        found[member.team].append(_row(member, known.get(member.id), labels))
    return list(found.items())


def _row(member: Member, verdict: RollVerdict | None, labels: words.Labels) -> Row:
    status = verdict.status if verdict is not None else Status.UNANSWERED
    said = ""
    if verdict is not None and status != Status.UNANSWERED:
        said = f"{labels[status]}, {words.SOURCES[verdict.source]}"
    return Row(
        id=member.id or 0,
        name=member.name,
        about=member.birth[:4],
        status=status,
        said=said,
        differs=labels[verdict.differs] if verdict is not None and verdict.differs else "",
    )


def take(moment: Moment, opened: Opened, ticks: Sequence[Tick]) -> tuple[list[Taken], Replies]:
    """Record what she ticked, in its order, each tick once; and what to tell her groups."""
    people: dict[str, Member | None] = {one.member: None for one in ticks}
    for words_ in sorted(people):
        people[words_] = _listed(moment.session, opened.roll, words_)
    for member in sorted(filter(None, people.values()), key=lambda m: m.id or 0):
        members.hold(moment.session, member.id or 0)
    taken = [_take(moment, opened, tick, people[tick.member]) for tick in ticks]
    counted = any(one.how == "new" for one in taken)
    return taken, showing.tally(moment, opened.roll) if counted else []


def _listed(session: Session, roll: Roll, words_: str) -> Member | None:
    try:
        return access_listed(session, roll, words_)
    except NotYoursError:
        return None


def _take(moment: Moment, opened: Opened, tick: Tick, member: Member | None) -> Taken:
    roll = opened.roll
    if member is None or tick.status not in TICKABLE or not _KEY.fullmatch(tick.key):
        return Taken(tick.key, "unknown")
    assert member.id is not None
    if not roll_pages.take(moment.session, roll.number, tick.key, moment.now):
        return Taken(tick.key, "again", member.name)
    instead = _instead(moment.session, roll, member.id, tick.status)
    actions.record(
        moment,
        roll,
        member.id,
        Status(tick.status),
        source=Source.LEADER,
        by=opened.row.account_id,
        at=min(moment.now, max(roll.opened_at, tick.at)),
    )
    if roll.state == RollState.CLOSED:
        return Taken(tick.key, "late", member.name)
    return Taken(tick.key, "new", member.name, instead)


def _instead(session: Session, roll: Roll, member_id: int, status: str) -> str:
    """What counts until now by another's word, if the leader's tick says something else."""
    verdict = rolls.verdict(session, roll.number, member_id)
    if verdict is None or verdict.source in {"", Source.LEADER}:
        return ""
    same = verdict.status in {status, Status.UNANSWERED}
    return "" if same else words.labels(roll)[verdict.status]
