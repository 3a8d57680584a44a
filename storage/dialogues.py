"""What each person was last asked in each chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, bindparam, literal, or_, select
from sqlalchemy.orm.util import identity_key
from sqlmodel import Field, SQLModel, delete

from storage.accounts import Account
from storage.database import Session, Utc, inserting, table
from storage.objects import find
from storage.quick import Quick

QUESTION_LIFE = timedelta(minutes=10)
"""How long the bot's last question waits for free words."""


class Dialogue(SQLModel, table=True):
    """What one person was last asked in one chat: a list to number from, or words to complete."""

    chat: str = Field(primary_key=True)
    sender: str = Field(primary_key=True)
    expects: str = ""
    choices: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    lapses_at: datetime = Field(sa_type=Utc)


_DIALOGUE = table(Dialogue)
_KEY = ("chat", "sender")


def _asking(name: str) -> Any:
    new = inserting(_DIALOGUE, name)
    changed = {c.name: new.excluded[c.name] for c in _DIALOGUE.c if c.name not in _KEY}
    return new.on_conflict_do_update(index_elements=_KEY, set_=changed)


_ASK = Quick(_asking, writes=_DIALOGUE.c.keys())
_DROP = Quick(
    delete(_DIALOGUE).where(
        _DIALOGUE.c.chat == bindparam("chat"), _DIALOGUE.c.sender == bindparam("sender")
    )
)


def ask(
    session: Session, *, chat: str, sender: str, expects: str, choices: Sequence[str], now: datetime
) -> None:
    """Remember what was asked, in place of what was asked before."""
    values = {
        "chat": chat,
        "sender": sender,
        "expects": expects,
        "choices": list(choices),
        "lapses_at": now + QUESTION_LIFE,
    }
    _ASK.count(session, values)
    _let_go(session, chat, sender)


def _offering(name: str) -> Any:
    """To whoever's private talk this is, unless a question to her is open."""
    account = table(Account).c
    offered = (
        select(
            account.private_chat,
            account.address,
            literal(""),
            bindparam("choices", type_=JSON),
            bindparam("lapses", type_=Utc),
        )
        .where(account.private_chat == bindparam("chat"))
        .order_by(account.id)
        .limit(1)
    )
    new = inserting(_DIALOGUE, name).from_select(
        ["chat", "sender", "expects", "choices", "lapses_at"], offered
    )
    return new.on_conflict_do_update(
        index_elements=_KEY,
        set_={column: new.excluded[column] for column in ("expects", "choices", "lapses_at")},
        where=or_(_DIALOGUE.c.expects == "", _DIALOGUE.c.lapses_at <= bindparam("at", type_=Utc)),
    ).returning(_DIALOGUE.c.sender)


_OFFER = Quick(_offering)


def offer(session: Session, chat: str, choices: Sequence[str], now: datetime) -> None:
    """Let a list in a private talk be answered by number, unless a question is open there; one
    statement, for it is done for every message of a broadcast.
    """
    values = {"chat": chat, "choices": list(choices), "lapses": now + QUESTION_LIFE, "at": now}
    for sender in _OFFER.column(session, values):
        _let_go(session, chat, sender)


def asked(session: Session, *, chat: str, sender: str) -> Dialogue | None:
    """What was last asked; its free-word part lapses, its numbered list does not."""
    return find(session, Dialogue, chat, sender)


def answered(session: Session, *, chat: str, sender: str) -> None:
    """Forget the question: it was answered, or another command came."""
    _DROP.count(session, {"chat": chat, "sender": sender})
    _let_go(session, chat, sender)


def _let_go(session: Session, chat: str, sender: str) -> None:
    """What is loaded of it is no longer so."""
    if loaded := session.identity_map.get(identity_key(Dialogue, (chat, sender))):
        session.expunge(loaded)
