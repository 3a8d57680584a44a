"""Directives, the units they go to, and who has confirmed receipt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, bindparam, or_
from sqlmodel import Column, Field, SQLModel, col, select

from storage import blobs
from storage.database import Session, Utc, table
from storage.objects import Objects, find
from storage.quick import Quick


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
    state: str = DirectiveState.DRAFT
    created_at: datetime = Field(sa_type=Utc)
    send_at: datetime | None = Field(default=None, sa_type=Utc)
    sent_at: datetime | None = Field(default=None, sa_type=Utc)


class CorrectionState(StrEnum):
    """How far a correction has come."""

    DRAFT = "draft"  # shown to its author alone
    SENT = "sent"
    DROPPED = "dropped"  # given up or written anew; its words and file are gone


class DirectiveCorrection(SQLModel, table=True):
    """What an officer puts right after sending; `file_name` if a new file takes the place of
    `replaced_blob_id`. Before it is sent the file is `blob_id`, and `deadline` what it may set.
    """

    __tablename__ = "directive_correction"
    id: int | None = Field(default=None, primary_key=True)
    directive_id: int = Field(
        sa_column=Column(ForeignKey("directive.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    words: str
    file_name: str = ""
    replaced_blob_id: int | None = Field(default=None, foreign_key="blob.id", index=True)
    blob_id: int | None = Field(default=None, foreign_key="blob.id")
    deadline: datetime | None = Field(default=None, sa_type=Utc)
    state: str = CorrectionState.SENT
    made_at: datetime = Field(sa_type=Utc)
    made_by: int | None = Field(default=None, foreign_key="account.id")


class DirectiveTarget(SQLModel, table=True):
    """One unit that must confirm; the first confirmation counts. An officer's mark stands beside
    it until the unit itself confirms, and stays written down then.
    """

    __tablename__ = "directive_target"
    __table_args__ = (UniqueConstraint("directive_id", "unit_id"),)
    id: int | None = Field(default=None, primary_key=True)
    directive_id: int = Field(
        sa_column=Column(ForeignKey("directive.id", ondelete="CASCADE"), nullable=False)
    )
    unit_id: int = Field(foreign_key="unit.id", index=True)
    received_at: datetime | None = Field(default=None, sa_type=Utc)
    received_by: int | None = Field(default=None, foreign_key="member.id")
    marked_at: datetime | None = Field(default=None, sa_type=Utc)
    marked_by: int | None = Field(default=None, foreign_key="member.id")
    reason: str = ""  # the officer's who marked it in the unit's place
    reminded_at: datetime | None = Field(default=None, sa_type=Utc)

    @property
    def done(self) -> bool:
        """Whether the unit has confirmed, or an officer vouches for it."""
        return self.received_at is not None or self.marked_at is not None


def get(session: Session, directive_id: int) -> Directive | None:
    """The directive with this id."""
    return find(session, Directive, directive_id)


_DIRECTIVE = table(Directive)
_DUE = Quick(
    select(_DIRECTIVE.c.id).where(
        _DIRECTIVE.c.state == DirectiveState.SCHEDULED, _DIRECTIVE.c.send_at <= bindparam("now")
    )
)


def due(session: Session, now: datetime) -> list[int]:
    """Scheduled directives whose moment has come."""
    return _DUE.column(session, {"now": now})


def recent(session: Session, unit_ids: Sequence[int], limit: int) -> list[Directive]:
    """What officers of these units have sent or scheduled, and what was sent to these units from
    above; newest first.
    """
    states = [DirectiveState.SCHEDULED, DirectiveState.SENT, DirectiveState.RECALLED]
    theirs = select(DirectiveTarget.directive_id).where(col(DirectiveTarget.unit_id).in_(unit_ids))
    return list(
        session.exec(
            select(Directive)
            .where(
                or_(col(Directive.unit_id).in_(unit_ids), col(Directive.id).in_(theirs)),
                col(Directive.state).in_(states),
            )
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


_TARGET = table(DirectiveTarget)
_THEIRS = select(DirectiveTarget).where(_TARGET.c.directive_id == bindparam("directive"))
_TARGETS = Objects(DirectiveTarget, _THEIRS.order_by(_TARGET.c.id))
_ONE = Objects(DirectiveTarget, _THEIRS.where(_TARGET.c.unit_id == bindparam("unit")))


def targets(
    session: Session, directive_id: int, within: Sequence[int] | None = None
) -> list[DirectiveTarget]:
    """The units that must confirm; of these units only, if they are named."""
    if within is None:
        return _TARGETS.all(session, {"directive": directive_id})
    query = select(DirectiveTarget).where(DirectiveTarget.directive_id == directive_id)
    some = query.where(col(DirectiveTarget.unit_id).in_(within))
    return list(session.exec(some.order_by(col(DirectiveTarget.id))))


def target(session: Session, directive_id: int, unit_id: int) -> DirectiveTarget | None:
    """One unit's part in a directive."""
    return _ONE.first(session, {"directive": directive_id, "unit": unit_id})


def corrections(session: Session, directive_id: int) -> list[DirectiveCorrection]:
    """What was put right, oldest first."""
    return _corrections(session, directive_id, CorrectionState.SENT)


def correction_drafts(session: Session, directive_id: int) -> list[DirectiveCorrection]:
    """What officers are about to put right, oldest first."""
    return _corrections(session, directive_id, CorrectionState.DRAFT)


_CORRECTION = table(DirectiveCorrection)
_CORRECTIONS = Objects(
    DirectiveCorrection,
    select(DirectiveCorrection)
    .where(
        _CORRECTION.c.directive_id == bindparam("directive"),
        _CORRECTION.c.state == bindparam("state"),
    )
    .order_by(_CORRECTION.c.id),
)


def _corrections(
    session: Session, directive_id: int, state: CorrectionState
) -> list[DirectiveCorrection]:
    return _CORRECTIONS.all(session, {"directive": directive_id, "state": state})


def correction(session: Session, correction_id: int) -> DirectiveCorrection | None:
    """The correction with this id, sent or not."""
    return session.get(DirectiveCorrection, correction_id)


def drop_correction(session: Session, draft: DirectiveCorrection) -> None:
    """A correction that never went out leaves neither words nor a file behind. Its row stays, so
    that no later one is taken for it.
    """
    blob_id, draft.blob_id = draft.blob_id, None
    draft.words = draft.file_name = ""
    draft.state = CorrectionState.DROPPED
    session.add(draft)
    session.flush()
    if blob_id is not None:
        blobs.drop(session, blob_id)


def drop_old_corrections(session: Session, before: datetime) -> None:
    """The same for what was written before a moment and never sent."""
    stale = select(DirectiveCorrection).where(
        DirectiveCorrection.state == CorrectionState.DRAFT,
        col(DirectiveCorrection.made_at) < before,
    )
    for draft in session.exec(stale).all():
        drop_correction(session, draft)


def replaced_at(session: Session, directive_id: int) -> datetime | None:
    """When its file was last replaced; None if it never was."""
    return session.exec(
        select(DirectiveCorrection.made_at)
        .where(
            DirectiveCorrection.directive_id == directive_id,
            DirectiveCorrection.file_name != "",
            DirectiveCorrection.state == CorrectionState.SENT,
        )
        .order_by(col(DirectiveCorrection.id).desc())
        .limit(1)
    ).first()


def file_now(session: Session, blob_id: int) -> int | None:
    """The file to be used in place of this one, or itself; None if its directive was recalled."""
    replaced = select(DirectiveCorrection.directive_id).where(
        DirectiveCorrection.replaced_blob_id == blob_id
    )
    directive = session.exec(
        select(Directive).where(
            or_(col(Directive.blob_id) == blob_id, col(Directive.id).in_(replaced))
        )
    ).first()
    if directive is None:
        return blob_id
    return None if directive.state == DirectiveState.RECALLED else directive.blob_id
