"""What a person makes of a held row: the same person, somebody of her own, or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from handlers.access import Actor, leads
from handlers.audit import acting
from handlers.errors import NotYoursError
from handlers.members import merging, storing
from handlers.members.notes import Code
from handlers.understanding.zone import local_date
from storage import held_rows, histories, members, register
from storage.database import Session
from storage.held_rows import HeldRow, HeldState
from storage.histories import Happened, Merger
from storage.members import Member, MemberStatus
from storage.vietnamese import fold, name_key


class Way(StrEnum):
    """What may be done with a row; the words after `held_do 5`."""

    SAME = "same"  # the member beside it
    BACK = "back"  # the same, who had left and is back
    OTHER = "other"  # somebody else than the member beside it
    TAKE = "take"  # as the sheet has it
    EACH = "each"  # two people in one cell, each of her own
    DROP = "drop"
    LATER = "later"


_PAIRS = {
    Code.SAME_NAME_NO_BIRTH,
    Code.SAME_NAME_OTHER_BIRTH,
    Code.SAME_NAME_OTHER_FACTS,
    Code.MARKS_DIFFER,
    Code.NAME_NEARLY,
    Code.IN_ANOTHER_UNIT,
    Code.HAS_LEFT,
}


@dataclass(frozen=True, slots=True)
class Decided:
    """What came of it: who is in the register now, and the merger that a press can undo."""

    way: Way
    people: tuple[Member, ...] = ()
    merger: Merger | None = None
    apart: list[str] = field(default_factory=list)  # fields in which the two records differ


def ways(session: Session, actor: Actor, row: HeldRow) -> tuple[Way, ...]:
    """What this person may do with a row, the likeliest first."""
    if row.code not in _PAIRS:
        first = Way.EACH if row.code == Code.TWO_PEOPLE else Way.TAKE
        return (first, Way.DROP, Way.LATER)
    other = members.get(session, row.other_id) if row.other_id else None
    if other is None:  # gone since, or waits itself
        return (Way.TAKE, Way.DROP, Way.LATER)
    if not leads(session, actor, other.unit_id):
        return (Way.OTHER, Way.LATER)
    if other.status == MemberStatus.LEFT:
        return (Way.BACK, Way.OTHER, Way.DROP, Way.LATER)
    return (Way.SAME, Way.OTHER, Way.LATER)


def open_row(session: Session, actor: Actor, row_id: int) -> HeldRow:
    """A row of a unit the person answers for, decided or not.

    Raises:
        NotYoursError: there is none, or it is not hers.
    """
    row = held_rows.get(session, row_id)
    if row is None or not leads(session, actor, row.unit_id):
        raise NotYoursError
    return row


def decide(session: Session, actor: Actor, row: HeldRow, way: Way, now: datetime) -> Decided:
    """Do with an open row what the person says.

    Raises:
        NotYoursError: she may not do this with it.
    """
    if way not in ways(session, actor, row):
        raise NotYoursError
    by = acting(actor)
    if way is Way.LATER:
        row.put_off_at = now
        session.add(row)
        session.flush()
        return Decided(way)
    done = Decided(way)
    if way in {Way.SAME, Way.BACK}:
        done = _same(session, row, way, by, now)
    elif way is not Way.DROP:
        people = _each(row) if way is Way.EACH else [row.facts]
        done = Decided(way, tuple(_added(session, row, facts, by, now) for facts in people))
    row.state = {
        Way.SAME: HeldState.SAME,
        Way.BACK: HeldState.SAME,
        Way.DROP: HeldState.DROPPED,
    }.get(way, HeldState.OTHER)
    row.decided_at, row.by_id = now, by
    session.add(row)
    session.flush()
    return done


def _same(session: Session, row: HeldRow, way: Way, by: int | None, now: datetime) -> Decided:
    other = members.get(session, row.other_id or 0)
    assert other is not None and other.id is not None
    if way is Way.BACK:
        changes = {"status": [other.status, MemberStatus.ACTIVE]}
        other.status, other.left_on, other.left_reason = MemberStatus.ACTIVE, "", ""
        histories.note(session, other.id, Happened.RETURNED, now, changes=changes, by=by)
    # Its office stays with whom it names already: a shadow holds none.
    shadow = _new(session, row, {**row.facts, "title": ""}, now)
    apart = merging.differing(other, shadow)
    return Decided(way, (other,), merging.merge(session, other, shadow, by, now), apart)


def _each(row: HeldRow) -> Sequence[dict[str, Any]]:
    """Two people of one cell: the phone is their household's; whose the birth is nobody knows."""
    names = [name.strip() for name in row.facts["name"].split(",")]
    own = {"alias": "", "alias_folded": "", "birth": "", "title": ""}
    return [
        {**row.facts, **own, "name": name, "folded": fold(name), "name_key": name_key(name)}
        for name in names
        if name
    ]


def _added(
    session: Session, row: HeldRow, facts: dict[str, Any], by: int | None, now: datetime
) -> Member:
    member = _new(session, row, facts, now)
    register.add_all(session, storing.first_roles(member, local_date(now)))
    histories.note(session, member.id or 0, Happened.ADDED, now, reason=row.file, by=by)
    return member


def _new(session: Session, row: HeldRow, facts: dict[str, Any], now: datetime) -> Member:
    member = Member(unit_id=row.unit_id, ground=row.ground, created_at=now, changed_at=now, **facts)
    register.add_all(session, [member])
    return member
