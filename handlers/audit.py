"""Writes down who saw or changed whose data; what she does with her own is nobody's business."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.access import Actor
from handlers.chat import Call
from storage import accounts, audit
from storage.audit import Deed
from storage.database import Session
from storage.members import Member


def saw(call: Call, deed: Deed, people: Sequence[Member], detail: str = "") -> None:
    """The speaker saw these people's data, or changed it."""
    others = [m for m in people if m.id not in call.actor.member_ids]
    audit.note(
        call.session,
        deed,
        at=call.now,
        account_id=call.actor.account_id,
        actor_id=acting(call.actor),
        about=[(member.id or 0, member.unit_id) for member in others],
        detail=detail,
    )


def saw_all(call: Call, deed: Deed, unit_id: int, people: int, detail: str = "") -> None:
    """The speaker saw the names of a whole unit, so many people."""
    whole(call.session, call.actor, deed, unit_id, people, call.now, detail)


def one(session: Session, actor: Actor, deed: Deed, member: Member, now: datetime) -> None:
    """The same of one person, by a page."""
    audit.note(
        session,
        deed,
        at=now,
        account_id=actor.account_id,
        actor_id=acting(actor),
        about=[(member.id or 0, member.unit_id)],
    )


def whole(
    session: Session,
    actor: Actor | None,
    deed: Deed,
    unit_id: int,
    people: int,
    now: datetime,
    detail: str = "",
) -> None:
    """The same without a chat: by a page, or (no actor) by the operator on the command line."""
    audit.note(
        session,
        deed,
        at=now,
        account_id=actor.account_id if actor else None,
        actor_id=acting(actor) if actor else None,
        unit_id=unit_id,
        people=people,
        detail=detail,
    )


def sent(
    session: Session, chats: Sequence[str], unit_id: int, people: int, now: datetime, detail: str
) -> None:
    """A list of a unit's people was sent to these private talks without being asked for."""
    for chat in chats:
        account = accounts.by_private_chat(session, chat)
        if account is not None and account.id is not None:
            speaks_for = accounts.members_of(session, account.id)
            audit.note(
                session,
                Deed.LIST,
                at=now,
                account_id=account.id,
                actor_id=next(iter(speaks_for), None),
                unit_id=unit_id,
                people=people,
                detail=detail,
            )


def acting(actor: Actor) -> int | None:
    """Which of the people behind an account acts: who holds an office, else the phone's owner."""
    officials = [standing.member_id for standing in actor.standings]
    return next(iter([*officials, *actor.member_ids]), None)
