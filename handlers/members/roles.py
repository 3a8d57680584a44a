"""Titles in a sheet and roles in the register, each made from the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handlers.members.titles import RoleRead, read_roles
from storage import members
from storage.database import Session
from storage.members import Member, MemberStatus, Role, RoleKind

TITLES = {
    RoleKind.LEADER: "Chi hội trưởng",
    RoleKind.DEPUTY: "Chi hội phó",
    RoleKind.TEAM_HEAD: "Tổ trưởng",
}
"""What a sheet calls the roles it may give. Officers are appointed by invitation alone."""


def titled_roles(title: str, team: str, status: str = MemberStatus.ACTIVE) -> set[RoleRead]:
    """The roles a title gives; whoever has left holds none."""
    if status == MemberStatus.LEFT:
        return set()
    return {role for role in read_roles(title, team) if role.kind in TITLES}


def roles_of(member: Member) -> set[RoleRead]:
    """The roles that the title kept with a member gives her."""
    return titled_roles(member.title, member.team, member.status)


def shown_title(member: Member, held: Sequence[Role]) -> str:
    """Her title as a sheet has it; of a role given in chat, the usual words."""
    if member.title:
        return member.title
    here = [role for role in held if role.unit_id == member.unit_id]
    words = (
        f"{title} {role.team}" if role.team and role.team != member.team else title
        for kind, title in TITLES.items()
        for role in here
        if role.kind == kind
    )
    return ", ".join(dict.fromkeys(words))


def hand_over(
    session: Session, member: Member, before: set[RoleRead], today: date
) -> tuple[int, int]:
    """Give and end the roles by which her title differs from `before`; how many of each.

    A role given in chat is none of the sheet's business: only what a title gave, a title ends.
    """
    assert member.id is not None
    after = roles_of(member)
    ended = 0
    for role in members.roles_of(session, [member.id], today):
        if role.unit_id == member.unit_id and RoleRead(RoleKind(role.kind), role.team) in (
            before - after
        ):
            assert role.id is not None
            members.end_role(session, role.id, today)
            ended += 1
    given = [
        members.grant(session, member.id, member.unit_id, role.kind, team=role.team, on=today)
        for role in sorted(after - before, key=lambda role: (role.kind, role.team))
    ]
    return sum(role is not None for role in given), ended
