"""An account comes to speak for a member: what she had said before counts, others are warned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from handlers.access import LEADERS, answering_chats, recognise
from handlers.catching_up import relays_to
from handlers.chat import Call, How, Incoming, Replies, Reply
from handlers.errors import Refusal
from handlers.understanding.zone import local_date
from storage import accounts, consents, joining, members, privacy
from storage.accounts import Account
from storage.database import nested
from storage.detours import channel_of
from storage.members import Member

TERMS = "2026-11-24"
"""Version of the text in `templates/accounts/terms.j2`; a new wording gets a new one."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What came of linking: whether it is new, kept answers that now count, what to say."""

    fresh: bool
    counted: int
    replies: Replies


def link(call: Call, account: Account, member: Member, *, by: str) -> Linked:
    """Let an account speak for a member, warn her other doors, and work what was kept for her.

    Rights are the caller's to check.
    """
    assert account.id is not None and member.id is not None
    doors = accounts.reachable(call.session, [member.id]).get(member.id, [])
    fresh = accounts.link(call.session, account.id, member.id, by=by, now=call.now)
    if not fresh:
        return Linked(fresh=False, counted=0, replies=[])
    joining.close(call.session, account.id, member, now=call.now)
    context = {"member": member.name, "account": account.name}
    warned = [Reply("accounts/another_door.j2", context, to=door) for door in doors]
    counted, replies = work_pending(call, account)
    late = brought_late(call, account, member)
    return Linked(fresh=True, counted=counted, replies=[*warned, *replies, *late])


def brought_late(call: Call, account: Account, member: Member) -> Replies:
    """A leader who comes late gets what her unit has not been told yet, to pass it on."""
    assert member.id is not None
    if not account.private_chat:
        return []
    led = [
        role.unit_id
        for role in members.roles_of(call.session, [member.id], local_date(call.now))
        if role.kind in LEADERS
    ]
    return [
        reply
        for unit_id in dict.fromkeys(led)
        for reply in relays_to(call.moment(), unit_id, account.private_chat)
    ]


def work_pending(call: Call, account: Account) -> tuple[int, Replies]:
    """Work an account's kept lines in its own name; how many now count, and what they answer.

    A line that must still wait (it is about another unit) is kept anew by its own command.
    """
    assert account.id is not None
    theirs = as_account(call, account)
    counted, said = 0, []
    for row in accounts.pending_of(call.session, account.id):
        accounts.drop_pending(call.session, row)
        try:
            with nested(call.session):
                replies = call.run(theirs, row.line) or []
        except Refusal as refusal:
            said.append(Reply(refusal.template, refusal.context, choices=refusal.choices))
            continue
        if any(reply.template == "accounts/pending.j2" for reply in replies):
            continue
        counted += 1
        said += replies
    return counted, list(_in_private(said, account))


def as_account(call: Call, account: Account) -> Call:
    """The call as if the account itself had just spoken in its private talk."""
    incoming = Incoming(
        channel=channel_of(account.address),
        event_id=call.incoming.event_id,
        chat=account.private_chat,
        sender=account.address,
        sender_name=account.name,
        at=call.now,
        private=True,
    )
    actor = recognise(call.session, address=account.address, name=account.name, now=call.now)
    return replace(call, actor=actor, incoming=incoming, group=None)


def _in_private(replies: Iterable[Reply], account: Account) -> Iterable[Reply]:
    """Answers to her go to her private talk; what goes elsewhere goes there all the same."""
    for reply in replies:
        if reply.how is How.REACTION:
            continue  # there is no message of hers to put it on
        to = reply.to or account.private_chat
        if not to:
            continue  # she is known in a group only: an answer to her is for nobody else's eyes
        how = How.MESSAGE if reply.how is How.ECHO else reply.how
        yield replace(reply, to=to, how=how, private=False)


def unlink(call: Call, account: Account, member: Member, *, told: str) -> Replies:
    """Let an account speak for a member no more; whoever answers for her unit reads `told`."""
    assert account.id is not None and member.id is not None
    accounts.unlink(call.session, account.id, member.id)
    consents.withdraw(call.session, account.id, member.id, call.now)
    privacy.drop_unagreed(call.session, member.id, consents.active(call.session, member.id))
    context = {"member": member.name, "account": account.name}
    doors = answering_chats(call.session, member.unit_id, local_date(call.now))
    return [Reply(told, context, to=door) for door in doors if door != account.private_chat]


def show_terms(
    call: Call, account: Account, member_id: int | None, *, agreed: bool = False
) -> None:
    """Note that she has been shown what is kept and why, and if she agreed by the same deed."""
    assert account.id is not None
    account.greeted_at = account.greeted_at or call.now
    call.session.add(account)
    consents.show(
        call.session,
        account.id,
        member_id,
        text_version=TERMS,
        channel=channel_of(account.address),
        now=call.now,
        agreed=agreed,
    )


def others(call: Call, account: Account, member: Member) -> list[str]:
    """Names of the other people an account speaks for."""
    assert account.id is not None
    ids = [id_ for id_ in accounts.members_of(call.session, account.id) if id_ != member.id]
    return [other.name for other in members.get_many(call.session, ids)]
