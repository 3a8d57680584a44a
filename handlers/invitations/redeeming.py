"""Redeeming a code: shown, perhaps confirmed a second time, and then it counts.

A member's or leader's code names its person and counts at once. An officer's opens a whole ward,
so a second confirmation stands before it. A code issued in chat is confirmed by its issuer, who
sees which account holds it. A code from the command line has no issuer to ask, so its holder must
type the full name that the code was made for and that the bot does not show her: a forwarded or
overheard code alone is not enough. Where the operator named nobody there is nothing to compare:
the holder gives her name and confirms in the face of what the role may do, and the officers above
learn of it at once and can take it back.
"""

from __future__ import annotations

from datetime import timedelta

from handlers.access import officer_chats, row_id
from handlers.accounts import own
from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import NotYoursError, Refusal
from handlers.invitations import actions
from handlers.invitations.codes import digest
from handlers.understanding.people import read_name, spell
from handlers.understanding.zone import local_date
from storage import accounts, attempts, invitations, joining, members
from storage.accounts import Account
from storage.invitations import Invitation
from storage.members import Member, RoleKind
from storage.vietnamese import fold

TRIES = 5
PER = timedelta(hours=1)
"""Wrong codes one account may show in so much time; wrong names void an officer's code."""


def exhausted(call: Call) -> bool:
    """Whether this account has shown too many wrong codes of late."""
    since = call.now - PER
    return attempts.since(call.session, call.incoming.sender, "code", since) >= TRIES


def unknown(call: Call) -> Reply:
    """No such code; the try is counted."""
    attempts.note(call.session, call.incoming.sender, "code", call.now)
    return Reply("invitations/no_such_code.j2")


def present(call: Call, code: str) -> Reply | Replies:
    """Somebody shows a code."""
    account = own(call)
    invitation = invitations.by_digest(call.session, digest(code))
    if invitation is None:
        return unknown(call)
    if problem := _problem(call, invitation, account):
        return Reply(problem)
    invitation.holder_id = account.id
    call.session.add(invitation)
    if invitation.member_id is None:
        return _ask_name(call, invitation, account)
    if not actions.opens_office(call.session, invitation, local_date(call.now)):
        return actions.redeem(call, invitation, account)
    return _second_confirmation(call, invitation, account)


def _problem(call: Call, invitation: Invitation, account: Account) -> str:
    """Why this code cannot be used now; "" if it can."""
    if invitation.revoked_at is not None:
        return "invitations/revoked.j2"
    if invitation.redeemed_at is not None:
        mine = invitation.holder_id == account.id
        return "invitations/yours_already.j2" if mine else "invitations/used.j2"
    if invitation.expires_at <= call.now:
        return "invitations/expired.j2"
    if invitation.claimed_at is not None:
        mine = invitation.holder_id == account.id
        return "invitations/claimed.j2" if mine else "invitations/used.j2"
    return "" if actions.stands(call.session, invitation, call.now) else "invitations/revoked.j2"


def _ask_name(call: Call, invitation: Invitation, account: Account) -> Reply:
    """The register has nobody for this code: who is she?"""
    suggestion = "" if invitation.role == RoleKind.OFFICER else read_name(account.name)
    choices = (Choice(f"✅ {suggestion}", f"invited {invitation.id} yes"),) if suggestion else ()
    return Reply(
        "invitations/ask_name.j2",
        {**actions.describe(call.session, invitation), "suggestion": suggestion},
        choices=choices,
        expects=f"invited {invitation.id} name",
    )


def _second_confirmation(call: Call, invitation: Invitation, account: Account) -> Reply | Replies:
    if not invitation.by_operator:
        return _ask_issuer(call, invitation, account)
    return Reply(
        "invitations/prove.j2",
        actions.describe(call.session, invitation),
        expects=f"invited {invitation.id} name",
    )


def _ask_issuer(call: Call, invitation: Invitation, account: Account) -> Replies:
    """The issuer sees who holds the code and says whether that is right."""
    invitation.claimed_at = call.now
    call.session.add(invitation)
    issuer = accounts.get(call.session, invitation.issued_by) if invitation.issued_by else None
    assert issuer is not None, "a code whose issuer is gone does not come this far"
    open_door = issuer.private_chat and not issuer.blocked
    member = members.get(call.session, invitation.member_id) if invitation.member_id else None
    context = {
        **actions.describe(call.session, invitation),
        "member": member.name if member else invitation.holder_name,
        "account": account.name,
    }
    doors = (
        [issuer.private_chat]
        if open_door
        else officer_chats(call.session, invitation.unit_id, local_date(call.now))
    )
    choices = (
        Choice("✅ Đúng người, xác nhận", f"vouch {invitation.id} yes"),
        Choice("⛔ Không phải, huỷ mã", f"vouch {invitation.id} no"),
    )
    asked = [Reply("invitations/vouch.j2", context, to=door, choices=choices) for door in doors]
    return [Reply("invitations/claimed.j2"), *asked]


def invited(call: Call, rest: str) -> Reply | Replies:
    """The holder of a code types or confirms her name."""
    id_, _, words = rest.partition(" ")
    verb, _, text = words.partition(" ")
    account = own(call)
    invitation = invitations.get(call.session, row_id(id_))
    if invitation is None or invitation.holder_id != account.id:
        raise NotYoursError
    if problem := _problem(call, invitation, account):
        return Reply(problem)
    if invitation.member_id is not None:
        return _prove(call, invitation, account, text)
    if verb == "name":
        return _confirm_name(call, invitation, text)
    if verb == "is":
        return _be(call, invitation, account, text)
    if verb in {"yes", "new"}:
        return _settle_name(call, invitation, account, new=verb == "new")
    return _ask_name(call, invitation, account)


def _prove(call: Call, invitation: Invitation, account: Account, text: str) -> Reply | Replies:
    """The typed name must be the one that the code was made for."""
    assert invitation.member_id is not None
    member = members.get(call.session, invitation.member_id)
    if member is not None and fold(read_name(text)) == member.folded:
        return actions.redeem(call, invitation, account)
    kind = f"name {invitation.id}"
    attempts.note(call.session, "", kind, call.now)
    if attempts.since(call.session, "", kind, invitation.issued_at - PER) >= TRIES:
        invitation.revoked_at = call.now
        call.session.add(invitation)
        return Reply("invitations/revoked.j2")
    return Reply("invitations/wrong_name.j2", expects=f"invited {invitation.id} name")


def _confirm_name(call: Call, invitation: Invitation, text: str) -> Reply:
    name = read_name(text)
    if not name:
        raise Refusal("joining/bad_name.j2", expects=f"invited {invitation.id} name")
    invitation.holder_name = name
    call.session.add(invitation)
    choices = (
        Choice("✅ Đúng, xác nhận", f"invited {invitation.id} yes"),
        Choice("Sửa tên", f"invited {invitation.id} again"),
    )
    context = {**actions.describe(call.session, invitation), "name": name}
    return Reply("invitations/confirm_name.j2", context, choices=choices)


def _settle_name(
    call: Call, invitation: Invitation, account: Account, *, new: bool
) -> Reply | Replies:
    """The name stands. If the register has that name in this unit, she may be that person."""
    officer = invitation.role == RoleKind.OFFICER
    invitation.holder_name = invitation.holder_name or ("" if officer else read_name(account.name))
    if not invitation.holder_name:
        return _ask_name(call, invitation, account)
    call.session.add(invitation)
    same = _namesakes(call, invitation)
    if same and not new:
        choices = [Choice(f"✅ {spell(m)}", f"invited {invitation.id} is {m.id}") for m in same[:8]]
        choices.append(Choice("Tôi là người khác", f"invited {invitation.id} new"))
        return Reply("invitations/namesakes.j2", choices=tuple(choices))
    if officer and not invitation.by_operator:
        return _ask_issuer(call, invitation, account)
    return actions.redeem(call, invitation, account)


def _namesakes(call: Call, invitation: Invitation) -> list[Member]:
    """Members of the unit whom the holder may be by her name; nobody becomes an officer so."""
    folded = fold(invitation.holder_name)
    same = joining.namesakes(call.session, invitation.unit_id, folded) if folded else []
    today = local_date(call.now)
    return [m for m in same if not actions.is_officer(call.session, m.id, today)]


def _be(call: Call, invitation: Invitation, account: Account, text: str) -> Reply | Replies:
    """She is this person of the register, whom her own name named."""
    if text not in {str(member.id) for member in _namesakes(call, invitation)}:
        raise NotYoursError
    invitation.member_id = int(text)
    if not actions.stands(call.session, invitation, call.now):
        raise NotYoursError
    call.session.add(invitation)
    if invitation.role == RoleKind.OFFICER and not invitation.by_operator:
        return _ask_issuer(call, invitation, account)
    return actions.redeem(call, invitation, account)


def vouch(call: Call, rest: str) -> Reply | Replies:
    """The issuer says whether the holder of an officer's code is the right person."""
    invitation = _overseen(call, rest)
    holder = accounts.get(call.session, invitation.holder_id) if invitation.holder_id else None
    settled = invitation.redeemed_at or invitation.revoked_at or invitation.expires_at <= call.now
    if settled or holder is None or invitation.claimed_at is None:
        return Reply("invitations/settled.j2")
    if rest.partition(" ")[2] != "yes":
        invitation.revoked_at = call.now
        call.session.add(invitation)
        refused = Reply("invitations/not_vouched.j2", to=holder.private_chat)
        return [Reply("invitations/taken_back.j2", _outcome(call, invitation)), refused]
    if not actions.stands(call.session, invitation, call.now):
        raise NotYoursError
    return actions.redeem(call, invitation, holder)


def uninvite(call: Call, rest: str) -> Reply | Replies:
    """Take back ("Thu hồi"): the code, or what came of it, is void."""
    invitation = _overseen(call, rest)
    if invitation.revoked_at is not None:
        return Reply("invitations/settled.j2")
    told = actions.take_back(call, invitation)
    return [Reply("invitations/taken_back.j2", _outcome(call, invitation)), *told]


def _overseen(call: Call, rest: str) -> Invitation:
    id_ = rest.partition(" ")[0]
    invitation = invitations.get(call.session, row_id(id_))
    if invitation is None or not actions.may_take_back(call.session, call.actor, invitation):
        raise NotYoursError
    return invitation


def _outcome(call: Call, invitation: Invitation) -> dict[str, object]:
    member = members.get(call.session, invitation.member_id) if invitation.member_id else None
    return {
        **actions.describe(call.session, invitation),
        "member": member.name if member else "",
        "used": invitation.redeemed_at is not None,
    }
