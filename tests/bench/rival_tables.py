"""What the rival bots remember: the tables an idiomatic SQLModel bot would have for this job."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import MetaData, UniqueConstraint
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)  # noqa: TID251 - the rivals have no clock of ours


class Rival(SQLModel, registry=registry()):
    """Apart from our own tables."""

    metadata = MetaData()


class Person(Rival, table=True):
    """A member, by her Telegram id."""

    __tablename__ = "rival_person"
    id: int | None = Field(default=None, primary_key=True)
    telegram_id: int = Field(unique=True)
    name: str
    branch: int = Field(index=True)


class Duty(Rival, table=True):
    """A role a member holds in a branch, from a day on."""

    __tablename__ = "rival_duty"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(index=True)
    branch: int
    kind: str
    since: date | None = None
    until: date | None = None


class RollCall(Rival, table=True):
    """An open roll call, shown in one group."""

    __tablename__ = "rival_roll"
    id: int | None = Field(default=None, primary_key=True)
    branch: int = Field(index=True)
    chat_id: int = Field(index=True)
    message_id: int
    state: str = "open"


class Seen(Rival, table=True):
    """An update, stored so that it is never worked twice."""

    __tablename__ = "rival_seen"
    update_id: int = Field(primary_key=True)
    body: str
    state: str = "new"
    at: datetime = Field(default_factory=now)


class Mark(Rival, table=True):
    """A member's answer in a roll call."""

    __tablename__ = "rival_mark"
    __table_args__ = (UniqueConstraint("roll_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    roll_id: int = Field(index=True)
    person_id: int
    status: str
    source: str
    at: datetime = Field(default_factory=now)


class Letter(Rival, table=True):
    """An answer to send, stored before it is sent."""

    __tablename__ = "rival_letter"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    chat_id: int
    text: str
    state: str = Field(default="queued", index=True)
    at: datetime = Field(default_factory=now)
    sent_at: datetime | None = None
