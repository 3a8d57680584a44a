"""What an invitation does: it is issued, it makes somebody known, it is taken back."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers import accounts, linking
from handlers.access import (
    Actor,
    answering_chats,
    governs,
    leads,
    may_vouch,
    officer_chats,
    recognise,
)
from handlers.chat import Call, Choice, Replies, Reply
from handlers.invitations.codes import digest, make_code
from handlers.understanding.zone import local_date
from storage import accounts as account_rows
from storage import invitations, members, units
from storage.accounts import Account
from storage.database import Session
from storage.invitations import Invitation
from storage.members import Member, RoleKind

LIFE = timedelta(hours=24)
MEMBER = "member"
ROLES = (MEMBER, RoleKind.TEAM_HEAD, RoleKind.DEPUTY, RoleKind.LEADER, RoleKind.OFFICER)
BY_LEADER = (MEMBER, RoleKind.TEAM_HEAD)
"""Roles a leader may give in her own unit; the others are given from above."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh code: this is the only time it can be seen."""

    id: int
    code: str
    expires_at: datetime


def issue(
    session: Session,
    unit_id: int,
    role: str,
    member_id: int | None,
    *,
    issued_by: int | None,
    now: datetime,
    rng: random.Random,
) -> Issued:
    """Make a code; `issued_by` is an account, or None for the operator of the machine.

    A new code for a person takes her earlier unused one out of the world. Rights are the
    caller's to check.
    """
    member = members.get(session, member_id) if member_id is not None else None
    for old in invitations.open_for(session, unit_id, role, member_id) if member else ():
        old.revoked_at = now
        session.add(old)
    code = make_code(rng)
    invitation = Invitation(
        digest=digest(code.replace("-", "")),
        unit_id=unit_id,
        role=role,
        team=member.team if member is not None and role == RoleKind.TEAM_HEAD else "",
        member_id=member_id,
        issued_by=issued_by,
        by_operator=issued_by is None,
        issued_at=now,
        expires_at=now + LIFE,
    )
    session.add(invitation)
    session.flush()
    assert invitation.id is not None
    return Issued(invitation.id, code, invitation.expires_at)


def titled(session: Session, unit_id: int, role: str, on: date) -> list[Member]:
    """Who holds a role in a unit by the register, linked or not."""
    return members.holders(session, unit_id, [role], on)


def may_invite(session: Session, actor: Actor, unit_id: int, role: str) -> bool:
    """Whether the person may give this role in this unit."""
    check = leads if role in BY_LEADER else governs
    return check(session, actor, unit_id)


def is_officer(session: Session, member_id: int | None, on: date) -> bool:
    """Whether a member holds an officer's role anywhere."""
    roles = members.roles_of(session, [member_id], on) if member_id is not None else []
    return any(role.kind == RoleKind.OFFICER for role in roles)


def opens_office(session: Session, invitation: Invitation, on: date) -> bool:
    """Whether redeeming the code makes an officer: by its role, or by whom it names."""
    by_role = invitation.role == RoleKind.OFFICER
    return by_role or is_officer(session, invitation.member_id, on)


def stands(session: Session, invitation: Invitation, now: datetime) -> bool:
    """Whether the issuer could still issue it: who has lost her office invites nobody any more."""
    if invitation.by_operator:
        return True
    account = account_rows.get(session, invitation.issued_by) if invitation.issued_by else None
    if account is None:
        return False
    issuer = recognise(session, address=account.address, name="", now=now)
    if not may_invite(session, issuer, invitation.unit_id, invitation.role):
        return False
    member = members.get(session, invitation.member_id) if invitation.member_id else None
    return member is None or may_vouch(session, issuer, member, local_date(now))


def may_take_back(session: Session, actor: Actor, invitation: Invitation) -> bool:
    """The issuer may, and whoever stands above the role; an officer's equals may not."""
    if actor.account_id is not None and actor.account_id == invitation.issued_by:
        return True
    if invitation.role != RoleKind.OFFICER:
        return may_invite(session, actor, invitation.unit_id, invitation.role)
    unit = units.get(session, invitation.unit_id)
    return (
        unit is not None and unit.parent_id is not None and governs(session, actor, unit.parent_id)
    )


def redeem(call: Call, invitation: Invitation, account: Account) -> Replies:
    """The holder becomes who the code says: link, role, welcome; whoever issued it is told."""
    session, now = call.session, call.now
    assert invitation.id is not None and account.id is not None
    if not invitations.spend(session, invitation.id, account.id, now):
        return [Reply("invitations/used.j2", to=account.private_chat)]
    member = members.get(session, invitation.member_id) if invitation.member_id else None
    if member is None:
        name = invitation.holder_name or account.name
        member = members.add(session, unit_id=invitation.unit_id, name=name, now=now)
    assert member.id is not None
    invitation.member_id = member.id
    if invitation.role != MEMBER:
        role = members.grant(
            session, member.id, invitation.unit_id, invitation.role,
            team=invitation.team, on=local_date(now),
        )  # fmt: skip
        invitation.role_id = role.id if role else None
    linked = linking.link(call, account, member, by=f"invitation:{invitation.id}")
    invitation.linked = linked.fresh
    session.add(invitation)
    return [
        _welcome(call, invitation, account, member, linked.counted),
        *linked.replies,
        *_tell(call, invitation, account, member),
        *([] if linked.fresh else linking.brought_late(call, account, member)),
    ]


def _welcome(
    call: Call, invitation: Invitation, account: Account, member: Member, counted: int
) -> Reply:
    assert account.id is not None
    linking.show_terms(call, account, member.id)
    return Reply(
        "invitations/welcome.j2",
        {
            **describe(call.session, invitation),
            "member": member.name,
            "others": linking.others(call, account, member),
            "counted": counted,
            "responsible": accounts.responsible(call.session, invitation.unit_id),
        },
        to=account.private_chat,
        choices=(
            Choice("✅ Đồng ý", "agree"),
            Choice("Không phải tôi", f"notme {member.id}"),
        ),
    )


def _tell(call: Call, invitation: Invitation, account: Account, member: Member) -> Replies:
    """Issuer, or for the operator's codes those who answer for the unit, learn of it at once."""
    doors, may_undo = _overseers(call.session, invitation, local_date(call.now))
    context = {
        **describe(call.session, invitation),
        "member": member.name,
        "account": account.name,
        "by_operator": invitation.by_operator,
    }
    choices = (Choice("↩️ Thu hồi", f"uninvite {invitation.id}"),) if may_undo else ()
    return [
        Reply("invitations/redeemed.j2", context, to=door, choices=choices)
        for door in doors
        if door != account.private_chat
    ]


def _overseers(session: Session, invitation: Invitation, on: date) -> tuple[list[str], bool]:
    issuer = account_rows.get(session, invitation.issued_by) if invitation.issued_by else None
    if issuer is not None:
        return ([issuer.private_chat] if issuer.private_chat and not issuer.blocked else []), True
    unit = units.get(session, invitation.unit_id)
    assert unit is not None and unit.id is not None
    if invitation.role in BY_LEADER:
        return answering_chats(session, unit.id, on), True
    if invitation.role != RoleKind.OFFICER:
        return officer_chats(session, unit.id, on), True
    above = officer_chats(session, unit.parent_id, on) if unit.parent_id else []
    return (above, True) if above else (officer_chats(session, unit.id, on), False)


def take_back(call: Call, invitation: Invitation) -> Replies:
    """The code, or what came of it, is void from now on; the person is told."""
    session, now = call.session, call.now
    invitation.revoked_at = now
    session.add(invitation)
    account = account_rows.get(session, invitation.holder_id) if invitation.holder_id else None
    if invitation.redeemed_at is None or account is None or account.id is None:
        return []
    if invitation.role_id is not None:
        members.end_role(session, invitation.role_id, local_date(now))
    if invitation.linked and invitation.member_id is not None:
        account_rows.unlink(session, account.id, invitation.member_id)
    if not account.private_chat or account.blocked:
        return []
    context = describe(session, invitation)
    return [Reply("invitations/taken_from_you.j2", context, to=account.private_chat)]


def describe(session: Session, invitation: Invitation) -> dict[str, str]:
    """Role, unit and team of an invitation, for its texts."""
    unit = units.get(session, invitation.unit_id)
    assert unit is not None
    return {"role": invitation.role, "unit": unit.name, "team": invitation.team}
