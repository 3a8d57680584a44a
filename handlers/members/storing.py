"""What a row of a sheet says, written into the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from handlers.members.compare import RowDecision
from handlers.members.roles import hand_over, roles_of
from handlers.members.rows import PersonRow
from handlers.understanding.zone import local_date
from storage import histories, members, register
from storage.database import Session
from storage.histories import Happened
from storage.members import Member, MemberStatus, Role
from storage.vietnamese import fold, name_key


def new_member(row: PersonRow, unit_id: int, ground: str, now: datetime) -> dict[str, Any]:
    """Somebody the register does not know yet, as the columns of `Member`."""
    whole = facts(row)
    whole["unit_id"] = unit_id
    whole["ground"] = ground
    whole["created_at"] = whole["changed_at"] = now
    return whole


def facts(row: PersonRow) -> dict[str, Any]:
    """What a row says of a person, as the columns of `Member`; all of it can be kept as JSON."""
    return {
        "team": row.team,
        "name": row.name,
        "folded": fold(row.name),
        "name_key": name_key(row.name),
        "alias": row.alias,
        "alias_folded": fold(row.alias),
        "birth": row.birth,
        "phone": row.phone,
        "no_phone": row.no_phone,
        "address": row.address,
        "job": row.job,
        "joined": row.joined,
        "left_on": row.left_on,
        "left_reason": row.left_reason,
        "title": row.title,
        "note": row.note,
        "status": row.status,
    }


def add(session: Session, people: Sequence[dict[str, Any]], today: date) -> int:
    """Store new people in this order, with the roles their titles give; how many roles."""
    roles: list[Role] = []
    for titled, some in groupby(people, key=lambda person: bool(person["title"])):
        if titled:
            added = [Member(**person) for person in some]
            register.add_all(session, added)
            roles += [role for member in added for role in first_roles(member, today)]
        else:
            register.add_rows(session, list(some))
    register.add_all(session, roles)
    return len(roles)


def first_roles(member: Member, today: date) -> list[Role]:
    """The roles that the title of a new member gives her."""
    assert member.id is not None
    return [
        Role(
            member_id=member.id, unit_id=member.unit_id, kind=role.kind, team=role.team, since=today
        )
        for role in sorted(roles_of(member), key=lambda role: (role.kind, role.team))
    ]


def update(session: Session, decision: RowDecision, now: datetime) -> tuple[int, int]:
    """Write what a row changes; how many roles were given and ended."""
    assert decision.member_id is not None
    member = members.get(session, decision.member_id)
    assert member is not None
    before = roles_of(member)
    changes = {name: [getattr(member, name), value] for name, value in decision.changes.items()}
    histories.note(session, decision.member_id, Happened.IMPORTED, now, changes=changes)
    write(session, member, decision.changes, now)
    if member.status == MemberStatus.LEFT:
        member.left_on = decision.row.left_on or member.left_on
        member.left_reason = decision.row.left_reason or member.left_reason
    return hand_over(session, member, before, local_date(now))


def write(session: Session, member: Member, values: Mapping[str, Any], now: datetime) -> None:
    """Write facts of a member, with all that follows from them; it is not flushed yet."""
    for name, value in values.items():
        setattr(member, name, value)
    member.folded, member.name_key = fold(member.name), name_key(member.name)
    member.alias_folded = fold(member.alias)
    member.no_phone = member.no_phone and not member.phone
    member.changed_at = now
    session.add(member)
