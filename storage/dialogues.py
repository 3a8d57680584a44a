"""What each person was last asked in each chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import JSON, Column, bindparam
from sqlalchemy.orm.util import identity_key
from sqlmodel import Field, SQLModel, delete

from storage.database import Session, Utc, table
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


def ask(
    session: Session, *, chat: str, sender: str, expects: str, choices: Sequence[str], now: datetime
) -> None:
    """Remember what was asked, in place of what was asked before."""
    session.merge(
        Dialogue(
            chat=chat,
            sender=sender,
            expects=expects,
            choices=list(choices),
            lapses_at=now + QUESTION_LIFE,
        )
    )


def asked(session: Session, *, chat: str, sender: str) -> Dialogue | None:
    """What was last asked; its free-word part lapses, its numbered list does not."""
    return session.get(Dialogue, (chat, sender))


_DIALOGUE = table(Dialogue)
_DROP = Quick(
    delete(_DIALOGUE).where(
        _DIALOGUE.c.chat == bindparam("chat"), _DIALOGUE.c.sender == bindparam("sender")
    )
)


def answered(session: Session, *, chat: str, sender: str) -> None:
    """Forget the question: it was answered, or another command came."""
    _DROP.count(session, {"chat": chat, "sender": sender})
    if loaded := session.identity_map.get(identity_key(Dialogue, (chat, sender))):
        session.expunge(loaded)
