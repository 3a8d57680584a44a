"""Directives, the units they go to, and who has confirmed receipt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlmodel import Column, Field, SQLModel, col, func, select

from storage.database import Session, Utc


class DirectiveState(StrEnum):
    """How far a directive has come."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"  # confirmed; goes out at `send_at` unless stopped
    SENT = "sent"
    RECALLED = "recalled"
    DROPPED = "dropped"


class Reporter(StrEnum):
    """Who must report back."""

    NOBODY = "nobody"
    BRANCH = "branch"
    WARD = "ward"


class Directive(SQLModel, table=True):
    """A document on its way down. `deadline` is a moment; `summary` is the trích yếu."""

    __table_args__ = (Index("ix_directive_state_send_at", "state", "send_at"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)  # whose officer sends it
    scope_id: int = Field(foreign_key="unit.id")  # it goes to all below this unit
    author_id: int | None = Field(default=None, foreign_key="account.id")
    author_chat: str = ""
    blob_id: int | None = Field(default=None, foreign_key="blob.id")
    file_name: str = ""
    number: str = ""
    kind: str = ""  # its Vietnamese name
    issuer: str = ""
    issued_on: date | None = None
    summary: str = ""
    todo: str = ""
    deadline: datetime | None = Field(default=None, sa_type=Utc)
    deadline_known: bool = False  # True also when the officer said that there is none
    deadlines: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    reporter: str = ""  # "" until it is known
    urgent: bool = False
    checked: bool = True  # False: a picture nobody could read; the officer must say it is no secret
    correction: str = ""
    draft_correction: str = ""  # shown to the officer, not yet sent
    draft_blob_id: int | None = Field(default=None, foreign_key="blob.id")
    draft_file_name: str = ""
    state: str = DirectiveState.DRAFT
    created_at: datetime = Field(sa_type=Utc)
    send_at: datetime | None = Field(default=None, sa_type=Utc)
    sent_at: datetime | None = Field(default=None, sa_type=Utc)
    reminded_at: datetime | None = Field(default=None, sa_type=Utc)


class DirectiveTarget(SQLModel, table=True):
    """One unit that must confirm; the first confirmation counts."""

    __tablename__ = "directive_target"
    __table_args__ = (UniqueConstraint("directive_id", "unit_id"),)
    id: int | None = Field(default=None, primary_key=True)
    directive_id: int = Field(
        sa_column=Column(ForeignKey("directive.id", ondelete="CASCADE"), nullable=False)
    )
    unit_id: int = Field(foreign_key="unit.id", index=True)
    received_at: datetime | None = Field(default=None, sa_type=Utc)
    received_by: int | None = Field(default=None, foreign_key="member.id")
    reason: str = ""  # an officer's, when she marked it in the unit's place


def get(session: Session, directive_id: int) -> Directive | None:
    """The directive with this id."""
    return session.get(Directive, directive_id)


def due(session: Session, now: datetime) -> list[int]:
    """Scheduled directives whose moment has come."""
    return [
        found
        for found in session.exec(
            select(Directive.id).where(
                Directive.state == DirectiveState.SCHEDULED, col(Directive.send_at) <= now
            )
        )
        if found is not None
    ]


def recent(session: Session, unit_ids: Sequence[int], limit: int) -> list[Directive]:
    """What officers of these units have sent or scheduled, newest first."""
    states = [DirectiveState.SCHEDULED, DirectiveState.SENT, DirectiveState.RECALLED]
    return list(
        session.exec(
            select(Directive)
            .where(col(Directive.unit_id).in_(unit_ids), col(Directive.state).in_(states))
            .order_by(col(Directive.id).desc())
            .limit(limit)
        )
    )


def received_by_unit(session: Session, unit_ids: Sequence[int], limit: int) -> list[Directive]:
    """What was sent to these units, newest first."""
    theirs = select(DirectiveTarget.directive_id).where(col(DirectiveTarget.unit_id).in_(unit_ids))
    return list(
        session.exec(
            select(Directive)
            .where(col(Directive.id).in_(theirs), Directive.state == DirectiveState.SENT)
            .order_by(col(Directive.id).desc())
            .limit(limit)
        )
    )


def set_targets(session: Session, directive_id: int, unit_ids: Sequence[int]) -> None:
    """Write down which units must confirm."""
    for unit_id in unit_ids:
        session.add(DirectiveTarget(directive_id=directive_id, unit_id=unit_id))
    session.flush()


def targets(session: Session, directive_id: int) -> list[DirectiveTarget]:
    """The units that must confirm."""
    return list(
        session.exec(
            select(DirectiveTarget)
            .where(DirectiveTarget.directive_id == directive_id)
            .order_by(col(DirectiveTarget.id))
        )
    )


def target(session: Session, directive_id: int, unit_id: int) -> DirectiveTarget | None:
    """One unit's part in a directive."""
    return session.exec(
        select(DirectiveTarget).where(
            DirectiveTarget.directive_id == directive_id, DirectiveTarget.unit_id == unit_id
        )
    ).first()


def progress(session: Session, directive_id: int) -> tuple[int, int]:
    """How many units have confirmed, and of how many."""
    total, done = session.exec(
        select(func.count(), func.count(col(DirectiveTarget.received_at))).where(
            DirectiveTarget.directive_id == directive_id
        )
    ).one()
    return done, total
