"""Accounts: addresses people write from, and whom they speak for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, and_, bindparam, or_
from sqlalchemy import select as columns
from sqlalchemy.exc import IntegrityError
from sqlmodel import Column, Field, SQLModel, col, delete, select

from storage import detours
from storage.batches import foretold
from storage.database import Session, Utc, nested, table
from storage.members import PERSON, Member, Person, Role
from storage.objects import Objects, find
from storage.quick import Quick, filled, slots

BATCH = 10_000
"""Ids named in one statement: SQLite takes 32,766, PostgreSQL 65,535."""


class Account(SQLModel, table=True):
    """One address on one channel. Several people may share it: a phone is not an identity.

    `private_chat` is set once the person has written to the bot: before that no platform lets a
    bot write first. `blocked` when she has closed that door.
    """

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(unique=True)
    name: str = ""
    private_chat: str = Field(default="", index=True)
    blocked: bool = False
    greeted_at: datetime | None = Field(default=None, sa_type=Utc)
    created_at: datetime = Field(sa_type=Utc)


class AccountMember(SQLModel, table=True):
    """An account speaks for a member; who confirmed it, and when."""

    __tablename__ = "account_member"
    __table_args__ = (UniqueConstraint("account_id", "member_id"),)
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(
        sa_column=Column(ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    member_id: int = Field(foreign_key="member.id", index=True)
    linked_at: datetime = Field(sa_type=Utc)
    linked_by: str = ""  # the code, or the account that confirmed


class Pending(SQLModel, table=True):
    """A line from someone not yet linked; it is worked again, in her name, once she is."""

    __table_args__ = (UniqueConstraint("account_id", "subject"),)
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(
        sa_column=Column(ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    subject: str  # "roll:12": a later answer to the same thing replaces the earlier
    line: str
    at: datetime = Field(sa_type=Utc)


_AT = Objects(Account, select(Account).where(table(Account).c.address == bindparam("address")))


def by_address(session: Session, address: str) -> Account | None:
    """The account of an address."""
    return _AT.first(session, {"address": address})


@dataclass(frozen=True, slots=True)
class Known:
    """What one look at the database tells of an address: whom it speaks for, with which roles.

    `roles` are (kind, unit, team, member).
    """

    account_id: int
    name: str
    private_chat: str
    blocked: bool
    member_ids: tuple[int, ...]
    roles: tuple[tuple[str, int, str, int], ...]


_ACCOUNT, _LINK, _ROLE, _MEMBER = table(Account), table(AccountMember), table(Role), table(Member)
_WHO = (
    columns(
        _ACCOUNT.c.address,
        _ACCOUNT.c.id,
        _ACCOUNT.c.name,
        _ACCOUNT.c.private_chat,
        _ACCOUNT.c.blocked,
        _LINK.c.member_id,
        _ROLE.c.kind,
        _ROLE.c.unit_id,
        _ROLE.c.team,
    )
    .select_from(
        _ACCOUNT.outerjoin(_LINK, _LINK.c.account_id == _ACCOUNT.c.id).outerjoin(
            _ROLE,
            and_(
                _ROLE.c.member_id == _LINK.c.member_id,
                or_(_ROLE.c.since.is_(None), _ROLE.c.since <= bindparam("today")),
                or_(_ROLE.c.until.is_(None), _ROLE.c.until > bindparam("today")),
            ),
        )
    )
    .order_by(_LINK.c.id, _ROLE.c.id)
)
_KNOWN = Quick(_WHO.where(_ACCOUNT.c.address == bindparam("address")))


def known(session: Session, address: str, today: date) -> Known | None:
    """Who writes from an address; asked at every event, so in one statement built once, or by what
    is known already of the whole batch.
    """
    before = foretold(session)
    if (Known, address, today) in before:
        found: Known | None = before[Known, address, today]
        return found
    return _known(_KNOWN.rows(session, {"address": address, "today": today}))


def _known(rows: Sequence[tuple[Any, ...]]) -> Known | None:
    if not rows:
        return None
    account_id, name, private_chat, blocked = rows[0][1:5]
    members = dict.fromkeys(row[5] for row in rows if row[5] is not None)
    roles = tuple((row[6], row[7], row[8], row[5]) for row in rows if row[6] is not None)
    return Known(account_id, name, private_chat, blocked, tuple(members), roles)


@lru_cache
def _foretelling(addresses: int) -> Quick:
    whole = _WHO.add_columns(*PERSON).outerjoin(_MEMBER, _MEMBER.c.id == _LINK.c.member_id)
    return Quick(whole.where(_ACCOUNT.c.address.in_(slots("address", addresses))))


def foretell(session: Session, addresses: Sequence[str], today: date) -> None:
    """Read at once who writes from these addresses, and the people they speak for."""
    before = foretold(session)
    by_address: dict[str, list[tuple[Any, ...]]] = {address: [] for address in addresses}
    asked = {"today": today, **filled("address", addresses)}
    for row in _foretelling(len(addresses)).rows(session, asked):
        by_address[row[0]].append(row[:9])
        if row[9] is not None:
            before[Person, row[9]] = Person(*row[9:])
    for address, rows in by_address.items():
        before[Known, address, today] = _known(rows)


_DOOR = Quick(
    columns(_ACCOUNT.c.private_chat).where(
        _ACCOUNT.c.address == bindparam("address"), _ACCOUNT.c.blocked.is_(False)
    )
)


def private_talk(session: Session, address: str) -> str:
    """Where whoever writes from an address can be written to in private; "" if nowhere."""
    return _DOOR.scalar(session, {"address": address}) or ""


def own_talk(session: Session, address: str) -> str:
    """Where the one person behind an address can be written to in private on the same channel,
    by whichever address of hers; "" if nowhere, or if several people share this one.
    """
    account = by_address(session, address)
    people = members_of(session, account.id) if account is not None and account.id else []
    if len(people) != 1:
        return ""
    channel = detours.channel_of(address)
    chats = reachable(session, people).get(people[0], [])
    return next((chat for chat in chats if detours.channel_of(chat) == channel), "")


def by_private_chat(session: Session, chat: str) -> Account | None:
    """The account whose private talk with the bot is this chat."""
    return session.exec(select(Account).where(Account.private_chat == chat)).first()


_OWNER = Quick(columns(_ACCOUNT.c.address).where(_ACCOUNT.c.private_chat == bindparam("chat")))


def owner_of(session: Session, chat: str) -> str:
    """The address of whoever's private talk with the bot this chat is; "" if it is nobody's."""
    return _OWNER.scalar(session, {"chat": chat}) or ""


def get(session: Session, account_id: int) -> Account | None:
    """The account with this id."""
    return find(session, Account, account_id)


def ensure(session: Session, *, address: str, name: str, now: datetime) -> Account:
    """The account of an address, made on first sight."""
    if (found := by_address(session, address)) is not None:
        return found
    account = Account(address=address, name=name, created_at=now)
    try:
        with nested(session):
            session.add(account)
            session.flush()
    except IntegrityError:  # another worker saw her in another chat at this very moment
        return by_address(session, address) or account
    return account


def members_of(session: Session, account_id: int) -> list[int]:
    """Whom the account speaks for, in the order they were linked."""
    query = select(AccountMember.member_id).where(AccountMember.account_id == account_id)
    return list(session.exec(query.order_by(col(AccountMember.id))))


def link(session: Session, account_id: int, member_id: int, *, by: str, now: datetime) -> bool:
    """Let the account speak for a member; False if it already does."""
    if member_id in members_of(session, account_id):
        return False
    session.add(
        AccountMember(account_id=account_id, member_id=member_id, linked_at=now, linked_by=by)
    )
    session.flush()
    return True


def unlink(session: Session, account_id: int, member_id: int) -> bool:
    """Let the account speak for a member no more; False if it did not."""
    done = session.exec(
        delete(AccountMember).where(
            col(AccountMember.account_id) == account_id, col(AccountMember.member_id) == member_id
        )
    )
    return bool(done.rowcount)


def reachable(session: Session, member_ids: Sequence[int]) -> dict[int, list[str]]:
    """Private chats in which each of these people can be written to, in the order in which she
    opened them; those of a channel that is down come last.
    """
    closed = detours.closed(session)
    query = (
        select(AccountMember.member_id, Account.private_chat)
        .join(Account, col(Account.id) == col(AccountMember.account_id))
        .where(Account.private_chat != "", col(Account.blocked).is_(False))
        .order_by(col(AccountMember.id))
    )
    chats: dict[int, list[str]] = {}
    for first in range(0, len(member_ids), BATCH):
        some = col(AccountMember.member_id).in_(member_ids[first : first + BATCH])
        for member_id, chat in session.exec(query.where(some)):
            chats.setdefault(member_id, []).append(chat)
    for found in chats.values() if closed else ():
        found.sort(key=lambda chat: detours.channel_of(chat) in closed)
    return chats


def doors(
    session: Session, unit_ids: Sequence[int], kinds: Sequence[str], on: date
) -> dict[int, list[str]]:
    """By unit: private chats of those who hold one of these roles there on a day, in the order of
    `members.holders`; each person's first chat only, if it can be one whose channel is not down.
    Units where nobody can be written to are left out.
    """
    closed = detours.closed(session)
    rows = session.exec(
        select(Role.unit_id, Role.member_id, Account.private_chat)
        .join(Member, col(Member.id) == col(Role.member_id))
        .join(AccountMember, col(AccountMember.member_id) == col(Role.member_id))
        .join(Account, col(Account.id) == col(AccountMember.account_id))
        .where(
            col(Role.unit_id).in_(unit_ids),
            col(Role.kind).in_(kinds),
            or_(col(Role.since).is_(None), col(Role.since) <= on),
            or_(col(Role.until).is_(None), col(Role.until) > on),
            Account.private_chat != "",
            col(Account.blocked).is_(False),
        )
        .order_by(
            col(Role.kind).desc(), col(Member.name_key), col(Member.id), col(AccountMember.id)
        )
    )
    found: dict[int, dict[int, str]] = {}
    for unit_id, member_id, chat in rows:
        first = found.setdefault(unit_id, {}).setdefault(member_id, chat)
        if detours.channel_of(first) in closed and detours.channel_of(chat) not in closed:
            found[unit_id][member_id] = chat
    return {unit_id: list(dict.fromkeys(chats.values())) for unit_id, chats in found.items()}


def linked(session: Session, member_ids: Sequence[int]) -> set[int]:
    """Which of these people any account speaks for."""
    theirs = col(AccountMember.member_id)
    return set(session.exec(select(AccountMember.member_id).where(theirs.in_(member_ids))))


def keep_pending(
    session: Session, account_id: int, *, subject: str, line: str, now: datetime
) -> None:
    """Keep a line of someone not yet linked, in place of her earlier one on the same subject."""
    row = session.exec(
        select(Pending).where(Pending.account_id == account_id, Pending.subject == subject)
    ).first()
    if row is None:
        session.add(Pending(account_id=account_id, subject=subject, line=line, at=now))
    else:
        row.line, row.at = line, now
        session.add(row)


def pending_of(session: Session, account_id: int) -> list[Pending]:
    """The lines kept for an account, oldest first."""
    query = select(Pending).where(Pending.account_id == account_id)
    return list(session.exec(query.order_by(col(Pending.at))))


def drop_pending(session: Session, row: Pending) -> None:
    """A kept line is being worked now."""
    session.delete(row)
    session.flush()
