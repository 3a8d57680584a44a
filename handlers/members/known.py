"""Who is known already of the units that a list speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from handlers.members.compare import RowDecision, Verdict
from handlers.members.notes import Code, Note
from handlers.members.roles import roles_of, shown_title
from handlers.members.rows import KnownMember
from storage import histories, register
from storage.database import Session
from storage.members import Member, MemberStatus

People = dict[int, tuple[KnownMember, Member]]
"""By id: as a row is compared with her, and as she is stored."""


def known_people(session: Session, inside: Sequence[int], today: date) -> People:
    """Everybody of these units, whoever has left as well."""
    roles = register.roles_by_member(session, inside, today)
    shadows = histories.shadows(session)
    people = {}
    for member in register.everybody(session, inside):
        assert member.id is not None
        known = KnownMember(
            id=member.id,
            unit_id=member.unit_id,
            name=member.name,
            birth=member.birth,
            phone=member.phone,
            alias=member.alias,
            same_as=shadows.get(member.id, 0),
            team=member.team,
            address=member.address,
            job=member.job,
            joined=member.joined,
            title=shown_title(member, roles.get(member.id, ())),
            note=member.note,
            no_phone=member.no_phone,
            status=MemberStatus(member.status),
        )
        people[member.id] = known, member
    return people


def without_title(
    decision: RowDecision,
    people: People,
    titled: set[str],
) -> RowDecision:
    """A title that an earlier sheet gave, and this one gives to others only, is taken back.

    Else an empty cell takes nothing away; but two leaders would then stand in one branch.
    """
    row = decision.row
    if decision.member_id is None or row.title or row.sheet not in titled:
        return decision
    told = {note.code for note in decision.notes}
    given = roles_of(people[decision.member_id][1])
    if not told & {Code.KNOWN, Code.CHANGED} or not given:
        return decision
    changes = {**decision.changes, "title": ""}
    notes = [note for note in decision.notes if note.code not in {Code.KNOWN, Code.CHANGED}]
    changed = Note(Code.CHANGED, (",".join(changes),))
    return replace(decision, verdict=Verdict.IMPORTED, notes=(changed, *notes), changes=changes)
