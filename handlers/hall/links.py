"""Links to a roll's pages: made for one leader, good for a while, and only while it is her roll."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from handlers.access import recognise
from handlers.chat import Call, Moment
from handlers.errors import GoneError, NotYoursError
from handlers.rolls.access import access_roll
from storage import accounts, roll_pages, units
from storage.roll_pages import PageKind, RollPage
from storage.rolls import Roll

PATHS = {PageKind.SCREEN: "man-hinh", PageKind.LIST: "ghi-tai-cho"}
TOKEN_BYTES = 18
"""144 bits."""
LIVES = {PageKind.SCREEN: timedelta(hours=12), PageKind.LIST: timedelta(days=3)}
"""A hall is open for an evening; what was ticked without signal may be sent a day or two later."""


class PageError(GoneError):
    """The link opens nothing; `reason` is unknown, expired, revoked or refused."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A good link, its roll, and what the roll's unit is called."""

    row: RollPage
    roll: Roll
    unit: str


def make(call: Call, roll: Roll, kind: PageKind) -> tuple[RollPage, str]:
    """A new link for the speaker, and its address."""
    assert call.actor.account_id is not None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = roll_pages.add(
        call.session,
        token,
        kind,
        roll_id=roll.number,
        account_id=call.actor.account_id,
        now=call.now,
        expires_at=call.now + LIVES[kind],
    )
    return row, call.links.page(f"{PATHS[kind]}/{token}")


def opened(moment: Moment, token: str, kind: PageKind) -> Opened:
    """The page behind a token.

    Raises:
        PageError: it opens nothing, or no longer for her.
    """
    row = roll_pages.by_token(moment.session, token)
    if row is None or row.kind != kind:
        raise PageError("unknown")
    return still_good(moment, row)


def still_good(moment: Moment, row: RollPage) -> Opened:
    """The same of a link in hand: she may have lost her role meanwhile.

    Raises:
        PageError: it opens nothing, or no longer for her.
    """
    if row.revoked_at is not None:
        raise PageError("revoked")
    if row.expires_at <= moment.now:
        raise PageError("expired")
    account = accounts.get(moment.session, row.account_id)
    assert account is not None
    actor = recognise(moment.session, address=account.address, name=account.name, now=moment.now)
    try:
        roll = access_roll(moment.session, actor, str(row.roll_id))
    except NotYoursError:
        raise PageError("refused") from None
    unit = units.get(moment.session, roll.unit_id)
    assert unit is not None
    return Opened(row, roll, unit.name)
