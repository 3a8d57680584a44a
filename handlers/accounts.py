"""Accounts: the bot's first greeting, and doors that open and close."""

from __future__ import annotations

from handlers.chat import Call, Choice, How, Reply, Route
from handlers.errors import NotYoursError, Refusal
from storage import accounts, members


def remember(call: Call) -> None:
    """Note who wrote, and that she can be written to once she has written in private."""
    incoming = call.incoming
    if incoming.private:
        account = accounts.ensure(
            call.session, address=incoming.sender, name=incoming.sender_name, now=call.now
        )
        if account.private_chat != incoming.chat or account.blocked:
            account.private_chat = incoming.chat
            account.blocked = False
            call.session.add(account)


def whom(call: Call, unit_id: int, line: str) -> list[int]:
    """Which members of a unit the speaker answers for with `line`.

    `line` ends where the ids go ("mark 42 present"). Nobody found: an empty list, and the caller
    keeps the line as pending.

    Raises:
        Refusal: several people of this unit share the account: it asks whom she means.
    """
    people = [
        member
        for member in members.get_many(call.session, call.actor.member_ids)
        if member.unit_id == unit_id
    ]
    if len(people) > 1:
        choices = [Choice(member.name, f"{line} {member.id}") for member in people]
        ids = ",".join(str(member.id) for member in people)
        everyone = Choice("Cả hai" if len(people) == 2 else "Tất cả", f"{line} {ids}")
        raise Refusal("accounts/whom.j2", choices=(*choices, everyone), private=True)
    return [member.id for member in people if member.id is not None]


def spoken_for(call: Call, ids: str) -> list[int]:
    """The members named by a choice of `whom`, if the speaker really answers for them.

    Raises:
        NotYoursError: she does not.
    """
    chosen = [int(word) for word in ids.split(",") if word.isdigit()]
    if not chosen or not set(chosen) <= set(call.actor.member_ids):
        raise NotYoursError
    return chosen


def keep_pending(call: Call, subject: str, line: str) -> Reply:
    """Keep the answer of someone not yet linked; it counts once her leader has confirmed her."""
    incoming = call.incoming
    account = accounts.ensure(
        call.session, address=incoming.sender, name=incoming.sender_name, now=call.now
    )
    assert account.id is not None
    accounts.keep_pending(call.session, account.id, subject=subject, line=line, now=call.now)
    return Reply("accounts/pending.j2", how=How.ECHO)


def blocked(call: Call, rest: str) -> None:
    """She closed her door to the bot: nothing more is sent there."""
    account = accounts.by_address(call.session, call.incoming.sender)
    if account is not None:
        account.blocked = True
        call.session.add(account)


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
