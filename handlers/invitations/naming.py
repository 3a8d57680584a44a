"""`/moi NAME`: an officer names the person first; unit and role follow from the register."""

from __future__ import annotations

from handlers import audit
from handlers.access import may_vouch, row_id
from handlers.chat import Call, Choice, Reply
from handlers.errors import NotYoursError
from handlers.invitations.actions import MEMBER, may_invite
from handlers.understanding.people import spell
from handlers.understanding.zone import local_date
from storage import members, units
from storage.audit import Deed
from storage.members import Member, RoleKind
from storage.vietnamese import fold

SHOWN = 10
"""Longest list of units or people to choose from."""
LABELS = {
    RoleKind.LEADER: "Chi hội trưởng",
    RoleKind.DEPUTY: "Chi hội phó",
    RoleKind.OFFICER: "Cán bộ",
    RoleKind.TEAM_HEAD: "Tổ trưởng",
    MEMBER: "Hội viên",
}


def by_name(call: Call, words: str) -> Reply | None:
    """Whom an officer means, of all below her; None if it is nobody, or the name of a unit."""
    governed = call.actor.units(RoleKind.OFFICER)
    below = units.subtree(call.session, governed) if governed else []
    if not below or units.named(call.session, words, below):
        return None
    today = local_date(call.now)
    found = members.search(call.session, fold(words), below, SHOWN + 1)
    found = [member for member in found if may_vouch(call.session, call.actor, member, today)]
    exact = [member for member in found if member.folded == fold(words)]
    people = exact or found
    if not people:
        return None
    if len(people) == 1:
        return _ask_role(call, people[0])
    context = {"searched": words, "more": len(people) > SHOWN, "found": len(people)}
    homes = dict.fromkeys(member.unit_id for member in people)
    offered = [unit for id_ in homes if (unit := units.get(call.session, id_)) is not None]
    labels = units.labels(call.session, offered)
    audit.saw(call, Deed.FOUND, people[:SHOWN])
    choices = tuple(
        Choice(f"{spell(member)} · {labels[member.unit_id]}", f"invite #{member.id}")
        for member in people[:SHOWN]
    )
    return Reply("invitations/which_namesake.j2", context, choices=choices)


def picked(call: Call, id_: str) -> Reply:
    """One of the people offered."""
    member = members.get(call.session, row_id(id_))
    if member is None or not may_vouch(call.session, call.actor, member, local_date(call.now)):
        raise NotYoursError
    return _ask_role(call, member)


def _ask_role(call: Call, member: Member) -> Reply:
    """As what to invite her: what the register says she is comes first."""
    assert member.id is not None
    roles = members.roles_of(call.session, [member.id], local_date(call.now))
    held = {(role.kind, role.unit_id) for role in roles}
    offered = [
        (role, place)
        for role, place in _roles_of(call, member)
        if may_invite(call.session, call.actor, place, role)
    ]
    offered.sort(key=lambda one: one not in held)
    choices = tuple(
        Choice(_label(call, role, place), f"invite {role} {place} #{member.id}")
        for role, place in offered
    )
    context = {"member": spell(member), "unit": _name(call, member.unit_id)}
    return Reply("invitations/which_role_for.j2", context, choices=choices, columns=2)


def _roles_of(call: Call, member: Member) -> list[tuple[str, int]]:
    """Roles of her branch, and the office of the nearest unit that has branches below it."""
    lineage = units.lineage(call.session, member.unit_id)
    offices = [id_ for id_ in lineage if units.children(call.session, id_)]
    branch = member.unit_id not in offices
    roles = [(role, member.unit_id) for role in LABELS if branch and role != RoleKind.OFFICER]
    return [*roles, *((RoleKind.OFFICER, id_) for id_ in offices[:1])]


def _label(call: Call, role: str, place: int) -> str:
    office = role == RoleKind.OFFICER
    return f"{LABELS[role]} {_name(call, place)}" if office else LABELS[role]


def _name(call: Call, unit_id: int) -> str:
    unit = units.get(call.session, unit_id)
    assert unit is not None
    return unit.name
