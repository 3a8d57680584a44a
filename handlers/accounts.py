"""Accounts: the bot's first greeting, and doors that open and close."""

from __future__ import annotations

from datetime import timedelta

from handlers.access import row_id
from handlers.chat import Call, Choice, How, Replies, Reply, Route
from handlers.deliveries import unreached
from handlers.errors import NotYoursError, Refusal
from storage import accounts, joining, members, units, windows
from storage.accounts import Account
from storage.database import Session

ASKED_ONCE = timedelta(minutes=3)
"""On the first evening nobody of a group is known: one question stands for all who answer within
this time, instead of one for each.
"""


def remember(call: Call) -> None:
    """Note who wrote, and that she can be written to once she has written in private; where the
    platform allows that for a time only, until when.
    """
    incoming = call.incoming
    if incoming.open_for and (incoming.private or call.actor.account_id is not None):
        _note_window(call)
    if incoming.private and call.actor.private_chat != incoming.chat:
        account = accounts.ensure(
            call.session, address=incoming.sender, name=incoming.sender_name, now=call.now
        )
        if account.private_chat != incoming.chat or account.blocked:
            account.private_chat = incoming.chat
            account.blocked = False
            call.session.add(account)


def _note_window(call: Call) -> None:
    incoming = call.incoming
    free, until = incoming.at + incoming.free_for, incoming.at + incoming.open_for
    windows.heard(call.session, incoming.sender, free, until)


def own(call: Call) -> Account:
    """The speaker's account, made on first sight."""
    incoming = call.incoming
    return accounts.ensure(
        call.session, address=incoming.sender, name=incoming.sender_name, now=call.now
    )


def responsible(session: Session, unit_id: int | None) -> str:
    """Who answers for the data of a unit's members: the union above a branch keeps its register.
    For people nobody knows yet, the top of the tree; "" while there is none.
    """
    if unit_id is None:
        tops = units.load(session, units.roots(session))
        return next((unit.name for unit in tops), "")
    unit = units.get(session, unit_id)
    if unit is not None and unit.parent_id and not units.children(session, unit_id):
        unit = units.get(session, unit.parent_id)
    return unit.name if unit else ""


def whom(call: Call, unit_id: int, line: str) -> list[int]:
    """Which members of a unit the speaker answers for with `line`.

    `line` ends where the ids go ("mark 42 present"). Nobody found: an empty list, and the caller
    keeps the line as pending.

    Raises:
        Refusal: several people of this unit share the account: it asks whom she means, in
            private, because it names them.
    """
    known = {m.id: m for m in members.get_many(call.session, call.actor.member_ids)}
    found = (known.get(member_id) for member_id in call.actor.member_ids)
    people = [member for member in found if member is not None and member.unit_id == unit_id]
    if len(people) > 1:
        if not call.incoming.private and not call.actor.private_chat:
            raise Refusal("accounts/open_private.j2")
        mine = call.actor.member_ids[0]  # the first one linked is the owner of the phone
        choices = [
            Choice(f"Mình ({m.name})" if m.id == mine else m.name, f"{line} {m.id}") for m in people
        ]
        ids = ",".join(str(member.id) for member in people)
        everyone = Choice("Cả hai" if len(people) == 2 else "Tất cả", f"{line} {ids}")
        raise Refusal("accounts/whom.j2", choices=(*choices, everyone), private=True)
    return [member.id for member in people if member.id is not None]


def spoken_for(call: Call, ids: str) -> list[int]:
    """The members named by a choice of `whom`, if the speaker really answers for them.

    Raises:
        NotYoursError: she does not.
    """
    chosen = [row_id(word) for word in ids.split(",")]
    if not chosen or not set(chosen) <= set(call.actor.member_ids):
        raise NotYoursError
    return chosen


def keep_pending(call: Call, subject: str, line: str) -> Reply:
    """Keep the answer of someone not yet linked; it counts once her leader has confirmed her. In a
    group where she is not who she is in private, she is asked for her name right there, with whoever
    else is.
    """
    account = own(call)
    assert account.id is not None
    if call.incoming.open_for and not account.private_chat:
        account.private_chat = call.incoming.sender  # there she may be written to from now on
        call.session.add(account)
        _note_window(call)
    accounts.keep_pending(call.session, account.id, subject=subject, line=line, now=call.now)
    here = call.group.unit_id if call.incoming.apart and call.group is not None else None
    if here and joining.open_of(call.session, account.id, here, relative=False) is None:
        window = int(call.now.timestamp() // ASKED_ONCE.total_seconds())
        key = f"ask_here:{call.incoming.chat}:{window}"
        return Reply("joining/ask_here.j2", expects="join_here", key=key)
    return Reply("accounts/pending.j2", how=How.ECHO)


def blocked(call: Call, rest: str) -> Replies:
    """She closed her door to the bot: nothing more is sent there."""
    told = unreached(call.moment(), call.incoming.chat)
    account = accounts.by_address(call.session, call.incoming.sender)
    if account is not None:
        account.blocked = True
        call.session.add(account)
    return told


def unblocked(call: Call, rest: str) -> None:
    """She opened it again."""
    account = accounts.by_address(call.session, call.incoming.sender)
    if account is not None:
        account.blocked = False
        call.session.add(account)


ROUTES = {
    "account_blocked": Route(blocked, listed=False),
    "account_unblocked": Route(unblocked, listed=False),
}
