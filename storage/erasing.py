"""Erasing a person: every row about her, every word with her name in it; counts are left.

What points to a member is found in the tables' own foreign keys, so that a new table cannot be
forgotten: a column called `member_id` says that the row is about her, and the row goes; any other
says that she did something to something else, and is emptied. Her words are found by her name,
phone and addresses, in every column of text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, String, Table, Text, and_, cast, delete, or_, select, update
from sqlmodel import SQLModel

from storage import accounts, anonymous, erasing_files, held_rows, histories, members, privacy
from storage.accounts import Account
from storage.consents import Consent
from storage.database import Session, table
from storage.inbox import Inbox, InboxState
from storage.mail import Outbox, OutboxState
from storage.members import Member, MemberStatus
from storage.tables import metadata
from storage.vietnamese import display_phone, fold
from storage.windows import Window

GONE = "(đã xoá)"
"""Stands in other people's words where her name was."""
SHORTEST = 6
"""A shorter name is no name one can look for: it would be found in other words."""
DOCUMENTS = {"directive", "directive_correction"}
"""Official documents keep their words: the law on archives is another ground for them."""
APART = {"held_row"}
"""Tables whose rows may be a namesake's: they are looked at one by one."""
NAMES = {
    "member.name", "member.folded", "member.name_key", "member.alias", "member.alias_folded",
    "member.team", "member.birth", "member.phone", "member.joined", "member.left_on",
    "member.left_reason", "member.status", "member.ground", "account.name", "account.address",
    "unit.name", "unit_alias.name", "unit_alias.folded", "roll_mark.status", "roll_mark.source",
    "roll_verdict.status", "roll_verdict.source", "roll_verdict.differs",
}  # fmt: skip
"""Columns that are not looked through: other people's own facts, one of which may be like hers, and
code words in the tables that grow large.
"""
WHOLE = {"inbox", "outbox"}
"""Tables whose words go whole once they have served: the words beside a name tell as much."""


@dataclass(frozen=True, slots=True)
class Trace:
    """How a person is found in words, and the addresses that are hers alone."""

    words: tuple[str, ...]
    said: tuple[str, ...]  # her own words, which mail to others may repeat without her name
    addresses: frozenset[str]


def erase(session: Session, member_id: int, now: datetime, *, listed: bool = False) -> bool:
    """Erase a person; False if there is nobody with this id.

    The caller sees that her last message has gone out and that she holds no office; a name shared
    by two people is erased from both people's messages, though not from the other's own row.
    """
    member = members.get(session, member_id)
    if member is None:
        return False
    for merged in histories.mergers_of(session, member_id):  # other records of the same person
        erase(session, merged.shadow_id, now, listed=listed)
    own = _own_accounts(session, member_id)
    trace = _trace(session, member, own)
    birth, phone = member.birth, member.phone
    anonymous.keep_roll_counts(session, member_id)
    anonymous.keep_survey_counts(session, member_id)
    counts = member.status == MemberStatus.ACTIVE
    anonymous.keep_asked_counts(session, member_id, member.unit_id, counts=counts)
    session.flush()
    session.expunge_all()
    _unname_shared(session, member)
    _drop_rows(session, "member", "member_id", member_id)
    for account in own:
        assert account.id is not None
        _drop_rows(session, "account", "account_id", account.id)
        _empty_account(session, account.id)
    _drop_talk(session, trace.addresses)
    for spoken in metadata.sorted_tables:
        if spoken.name not in DOCUMENTS | APART:
            _clean(session, spoken, trace)
    held_rows.drop_of(session, trace.words, birth, phone)
    erasing_files.drop_with(session, trace.words)
    session.connection().execute(delete(table(Member)).where(table(Member).c.id == member_id))
    ids = [account.id for account in own if account.id is not None]
    privacy.note_erased(session, member_id, ids, now, listed=listed)
    session.expire_all()
    return True


def _own_accounts(session: Session, member_id: int) -> list[Account]:
    """The accounts that speak for her and for nobody else, or did so until they were unlinked."""
    ids = [
        *_accounts_in(session, accounts.AccountMember, member_id),
        *_accounts_in(session, Consent, member_id),
    ]
    found = [accounts.get(session, id_) for id_ in dict.fromkeys(ids)]
    return [
        account
        for account in found
        if account is not None and set(accounts.members_of(session, account.id or 0)) <= {member_id}
    ]


def _accounts_in(session: Session, model: type[SQLModel], member_id: int) -> list[int]:
    rows = table(model)
    named = (rows.c.member_id == member_id, rows.c.account_id.is_not(None))
    query = select(rows.c.account_id).where(*named)
    return list(session.connection().execute(query).scalars())


def _unname_shared(session: Session, member: Member) -> None:
    """A phone that goes on speaking for others loses her name."""
    row, links = table(Account), table(accounts.AccountMember)
    speaking = select(links.c.account_id).where(links.c.member_id == member.id)
    session.connection().execute(
        update(row).where(row.c.id.in_(speaking), row.c.name == member.name).values(name="")
    )


def _trace(session: Session, member: Member, own: Sequence[Account]) -> Trace:
    names = {member.name, *(account.name for account in own)}
    spoken = {
        form
        for name in names
        if len(name) >= SHORTEST
        for form in (name, name.lower(), name.upper(), unicodedata.normalize("NFD", name))
    }
    bare_names = {fold(name) for name in names if len(name) >= SHORTEST and " " in name}
    spoken |= bare_names | {name.title() for name in bare_names} | {n.upper() for n in bare_names}
    if member.phone:
        bare = member.phone.removeprefix("0")
        spoken |= {member.phone, display_phone(member.phone), f"84{bare}"}
    addresses = {a for account in own for a in (account.address, account.private_chat) if a}
    own_words = anonymous.words_of(session, member.id or 0) | {member.address, member.note}
    long_enough = {words for words in own_words if len(words) >= SHORTEST}
    return Trace(_forms(spoken), _forms(long_enough), frozenset(addresses))


def _forms(spoken: set[str]) -> tuple[str, ...]:
    """The longest first; also as JSON writes them."""
    escaped = {json.dumps(form)[1:-1] for form in spoken}
    return tuple(sorted(spoken | escaped, key=len, reverse=True))


def _drop_rows(session: Session, to: str, about: str, number: int) -> None:
    """Delete the rows about somebody, and empty the other columns that point to her."""
    connection = session.connection()
    for pointing in reversed(metadata.sorted_tables):
        for column in _pointing(pointing, to):
            here = column == number
            if column.name == about:
                connection.execute(delete(pointing).where(here))
            elif to == "member":  # the row of an account stays, emptied
                gone = update(pointing).values({column.name: None})
                connection.execute((gone if column.nullable else delete(pointing)).where(here))


def _pointing(pointing: Table, to: str) -> Iterator[Column[Any]]:
    keys = [key for key in pointing.foreign_keys if key.column.table.name == to]
    yield from sorted((key.parent for key in keys), key=lambda column: column.name)


def _empty_account(session: Session, account_id: int) -> None:
    """What she did for her office still points to a number, which leads nowhere."""
    row = table(Account)
    session.connection().execute(
        update(row)
        .where(row.c.id == account_id)
        .values(address=f"erased:{account_id}", name="", private_chat="", blocked=True)
    )


def _drop_talk(session: Session, addresses: frozenset[str]) -> None:
    """All that was said in her private talk with the bot."""
    if not addresses:
        return
    said, heard, window = table(Outbox), table(Inbox), table(Window)
    connection = session.connection()
    connection.execute(delete(said).where(said.c.chat.in_(addresses)))
    connection.execute(delete(window).where(window.c.chat.in_(addresses)))
    connection.execute(update(heard).where(heard.c.chat.in_(addresses)).values(body="", chat=""))


def _clean(session: Session, spoken: Table, trace: Trace) -> None:
    """Take her name, phone and addresses out of one table's words."""
    columns = [column for column in spoken.columns if _is_text(column)]
    keys = list(spoken.primary_key)
    if spoken.name in WHOLE:
        trace = Trace((*trace.words, *trace.said), (), trace.addresses)
    found = [_holds(column, trace) for column in columns]
    if not found:
        return
    query = select(*keys, *(c for c in columns if c not in keys)).where(or_(*found))
    for row in session.connection().execute(query).mappings().all():
        this = and_(*(key == row[key.name] for key in keys))
        if any(row[key.name] in trace.addresses for key in keys):
            session.connection().execute(delete(spoken).where(this))
            continue
        values = {
            column.name: _without(row[column.name], trace)
            for column in columns
            if column not in keys
        }
        if spoken.name in WHOLE:
            values |= _whole(spoken.name, row)
        session.connection().execute(update(spoken).where(this).values(values))


def _is_text(column: Column[Any]) -> bool:
    kind = getattr(column.type, "impl_instance", column.type)
    return isinstance(kind, String | JSON) and f"{column.table.name}.{column.name}" not in NAMES


def _holds(column: Column[Any], trace: Trace) -> Any:
    words = cast(column, Text) if isinstance(column.type, JSON) else column
    plain = not isinstance(column.type, JSON) and column.table.name not in WHOLE
    spoken = [word for word in trace.words if not (plain and "\\u" in word)]
    hits = [words.contains(word, autoescape=True) for word in spoken]
    hits += [words.contains(address, autoescape=True) for address in trace.addresses]
    return or_(*hits)


def _without(value: Any, trace: Trace) -> Any:
    if isinstance(value, str):
        for address in trace.addresses:
            value = "" if value == address else value.replace(address, GONE)
        for word in trace.words:
            value = re.sub(re.escape(word), GONE, value, flags=re.IGNORECASE)
        return value
    if isinstance(value, list):
        return [_without(one, trace) for one in value]
    if isinstance(value, dict):
        return {key: _without(one, trace) for key, one in value.items()}
    return value


def _whole(name: str, row: Any) -> dict[str, Any]:
    """Words of mail that has served; what still waits to be read or sent keeps the rest."""
    waits = {InboxState.NEW} if name == "inbox" else {OutboxState.QUEUED, OutboxState.SENDING}
    if row["state"] in waits:
        return {}
    return {"body": ""} if name == "inbox" else {"body": "", "choices": []}
