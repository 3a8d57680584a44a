"""Who is never absent without leave for silence: whom no question can have reached."""

from __future__ import annotations

from collections.abc import Sequence

from storage import accounts
from storage.database import Session
from storage.members import Member
from storage.rolls import Status


def blamable(session: Session, silent: Sequence[Member], status: str) -> list[Member]:
    """Those of the silent of whom `status` may be said for their silence alone: without leave only
    whoever has a telephone, or is linked to the bot.
    """
    if status != Status.ABSENT_UNEXCUSED:
        return list(silent)
    linked = accounts.linked(session, [member.id for member in silent if member.id is not None])
    return [
        member for member in silent if member.id in linked or (member.phone and not member.no_phone)
    ]
