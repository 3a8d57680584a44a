"""Mail that waits for a channel that is down, and where else the same people can be reached."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select, update

from storage import accounts, detours
from storage.accounts import Account, AccountMember
from storage.database import Session, table
from storage.mail import Outbox, OutboxState
from storage.members import Role

_C = table(Outbox).c
_PROMPT = re.compile(r"(?:roll|survey|directive):\d+")


def led_over(session: Session, channel: str, kinds: Sequence[str], on: date) -> list[int]:
    """Units somebody with one of these roles leads who has a private talk on a channel."""
    role, account, link = table(Role).c, table(Account).c, table(AccountMember).c
    query = (
        select(role.unit_id)
        .join(table(AccountMember), link.member_id == role.member_id)
        .join(table(Account), account.id == link.account_id)
        .where(
            role.kind.in_(kinds),
            or_(role.since.is_(None), role.since <= on),
            or_(role.until.is_(None), role.until > on),
            account.private_chat.startswith(f"{channel}:", autoescape=True),
            ~account.private_chat.like(f"{channel}:%:%"),
        )
        .distinct()
    )
    return list(session.connection().execute(query).scalars())


def other_door(session: Session, chat: str) -> str:
    """Where the people behind a private talk whose channel is down can be written to meanwhile;
    "" if nowhere. Nobody may stand behind that door who does not stand behind this one.
    """
    account = accounts.by_private_chat(session, chat)
    people = accounts.members_of(session, account.id) if account and account.id else []
    closed = detours.closed(session)
    for other in accounts.reachable(session, people[:1]).get(people[0], []) if people else []:
        known = accounts.by_private_chat(session, other)
        if detours.channel_of(other) in closed or known is None or known.id is None:
            continue
        if set(accounts.members_of(session, known.id)) <= set(people):
            return other
    return ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits for a channel."""

    id: int
    key: str
    chat: str
    body: str
    choices: list[str]
    bulk: bool
    not_before: datetime | None
    expires_at: datetime | None


_WAITING: tuple[Any, ...] = (
    _C.id, _C.key, _C.chat, _C.body, _C.choices, _C.bulk, _C.not_before, _C.expires_at,
)  # fmt: skip


def waiting(session: Session, channel: str, after: int, limit: int) -> list[Waiting]:
    """The messages queued for a channel behind a row, oldest first; changes of messages stay."""
    query = (
        select(*_WAITING)
        .where(
            _C.state == OutboxState.QUEUED,
            _C.channel == channel,
            _C.how == "message",
            _C.id > after,
        )
        .order_by(_C.id)
        .limit(limit)
        .with_for_update()
    )
    return [Waiting(*row) for row in session.connection().execute(query)]


def move(session: Session, row: int, chat: str, body: str) -> None:
    """A queued message goes to another chat; it stays the one that may be queued under its key."""
    channel = detours.channel_of(chat)
    session.connection().execute(
        update(table(Outbox))
        .where(_C.id == row, _C.state == OutboxState.QUEUED)
        .values(chat=chat, channel=channel, body=body, attempts=0, note="its channel is down")
    )


def expire(session: Session, row: int, note: str) -> None:
    """A queued message is not sent any more."""
    session.connection().execute(
        update(table(Outbox))
        .where(_C.id == row, _C.state == OutboxState.QUEUED)
        .values(state=OutboxState.EXPIRED, note=note)
    )


def unsent_prompts(session: Session, chat: str) -> list[tuple[int, str]]:
    """(row, subject) of the prompts that still wait to be shown in a chat."""
    query = select(_C.id, _C.subject).where(
        _C.state == OutboxState.QUEUED, _C.chat == chat, _C.how == "message", _C.subject != ""
    )
    rows = session.connection().execute(query.order_by(_C.id))
    return [(row[0], row[1]) for row in rows if _PROMPT.fullmatch(row[1])]


def channels(session: Session) -> list[str]:
    """Every channel something was ever queued for."""
    return sorted(session.connection().execute(select(_C.channel).distinct()).scalars())
