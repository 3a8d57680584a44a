"""One-time passes to the pages on which the register is brought in and taken out.

Workbooks of members do not travel through a chat platform: they hold phones and birth days of
thousands (Law 91/2025/QH15 counts a foreign messenger as a transfer abroad).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from handlers.access import Actor, access_unit, recognise
from handlers.chat import Call, Moment, Replies, Who
from handlers.errors import GoneError, NotYoursError
from storage import accounts, blobs, passes
from storage.database import Session
from storage.passes import Pass, Purpose
from storage.units import Unit

TOKEN_BYTES = 18
"""144 bits: nobody guesses one in half an hour."""
PATH = "so"
NEEDS = {Purpose.IMPORT: Who.OFFICER, Purpose.EXPORT: Who.LEADER, Purpose.HELD: Who.LEADER}


class PassError(GoneError):
    """The link is wrong, old or used; `reason` is unknown, expired, used or refused."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A pass that is good, and the unit it is for."""

    row: Pass
    unit: Unit


def issue(call: Call, unit: Unit, purpose: Purpose) -> tuple[Pass, str]:
    """A new pass for the speaker, and the token that opens it."""
    assert unit.id is not None and call.actor.account_id is not None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = passes.issue(
        call.session,
        token,
        purpose,
        unit_id=unit.id,
        account_id=call.actor.account_id,
        chat=call.actor.private_chat,
        now=call.now,
    )
    return row, token


def opened(session: Session, token: str, now: datetime, *, lock: bool = False) -> Opened:
    """The pass behind a link, if it may still be used by whom it was given to.

    Raises:
        PassError: it may not.
    """
    row = passes.by_token(session, token, lock=lock)
    if row is None:
        raise PassError("unknown")
    return still_good(session, row, now)


def still_good(session: Session, row: Pass, now: datetime) -> Opened:
    """The same of a pass in hand: its person may have lost her role meanwhile.

    Raises:
        PassError: it may not be used.
    """
    if row.used_at is not None:
        raise PassError("used")
    if row.expires_at <= now:
        raise PassError("expired")
    if row.purpose not in NEEDS:  # a link to another kind of page
        raise PassError("unknown")
    actor = holder(session, row, now)
    try:
        unit = access_unit(session, actor, row.unit_id, NEEDS[Purpose(row.purpose)])
    except NotYoursError:
        raise PassError("refused") from None
    return Opened(row, unit)


def holder(session: Session, row: Pass, now: datetime) -> Actor:
    """Whom a pass was given to, as she stands now."""
    account = accounts.get(session, row.account_id)
    assert account is not None
    return recognise(session, address=account.address, name=account.name, now=now)


def hold(session: Session, row: Pass, name: str, content: bytes, now: datetime) -> None:
    """Keep an uploaded workbook until the person says yes, in place of an earlier one."""
    drop(session, row)
    blob = blobs.keep(session, name=name, mime="", content=content, now=now)
    row.blob_id = blob.id
    session.add(row)


def drop(session: Session, row: Pass) -> None:
    """Delete the workbook a pass holds."""
    blob, row.blob_id = row.blob_id, None
    session.add(row)
    session.flush()
    if blob is not None:
        blobs.drop(session, blob)


def use_up(session: Session, row: Pass, now: datetime) -> None:
    """The pass has done its work: the link is dead, its workbook gone."""
    drop(session, row)
    row.used_at = now
    session.add(row)


def due(session: Session, now: datetime) -> list[int]:
    """Passes that ran out while a workbook waited."""
    return passes.stale(session, now)


def fire(moment: Moment, pass_id: int) -> Replies:
    """What nobody said yes to is not kept."""
    row = passes.get(moment.session, pass_id)
    if row is not None:
        drop(moment.session, row)
    return []
