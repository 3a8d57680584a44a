"""Reorganisations: plans by which units are renamed, moved, merged, split, closed and reopened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, and_, bindparam, or_
from sqlmodel import Column, Field, SQLModel, col, delete, func, select

from storage.database import Session, Utc, table
from storage.directives import Directive, DirectiveTarget
from storage.ledger import ReorganisationEntry
from storage.meetings import Meeting
from storage.members import Member
from storage.pasts import MemberPast, UnitPast
from storage.quick import Quick
from storage.rolls import Roll, RollMark
from storage.survey_answers import SurveyAnswer
from storage.surveys import Survey, SurveyUnit


class ReorganisationState(StrEnum):
    """How far a reorganisation has come."""

    DRAFT = "draft"  # shown to its author alone
    PLANNED = "planned"  # its day is still to come
    DONE = "done"
    FAILED = "failed"  # on its day it could not be done any more; `problem` says why
    UNDONE = "undone"
    DROPPED = "dropped"


class Reorganisation(SQLModel, table=True):
    """One plan. `outcome` is what it did, in facts; `unit_ids` are the units it changed,
    `moved_ids` those among which it moved people.
    """

    id: int | None = Field(default=None, primary_key=True)
    title: str
    effective_on: date
    steps: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    state: str = Field(default=ReorganisationState.PLANNED, index=True)
    made_at: datetime = Field(sa_type=Utc)
    made_by: int | None = Field(default=None, foreign_key="account.id")  # None: the operator
    applied_at: datetime | None = Field(default=None, sa_type=Utc)
    undone_at: datetime | None = Field(default=None, sa_type=Utc)
    told_at: datetime | None = Field(default=None, sa_type=Utc)
    problem: str = ""
    outcome: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    unit_ids: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    moved_ids: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))

    @property
    def number(self) -> int:
        """The id of a stored reorganisation."""
        assert self.id is not None
        return self.id


def get(session: Session, number: int) -> Reorganisation | None:
    """The reorganisation with this id."""
    return session.get(Reorganisation, number)


def add(session: Session, row: Reorganisation) -> Reorganisation:
    """Store a new one; it has its id afterwards."""
    session.add(row)
    session.flush()
    return row


_ALL = table(Reorganisation).c
_OVER = (ReorganisationState.DONE, ReorganisationState.UNDONE, ReorganisationState.FAILED)
_DUE = Quick(
    select(_ALL.id)
    .where(
        or_(
            and_(
                _ALL.state == ReorganisationState.PLANNED,
                _ALL.effective_on <= bindparam("today"),
            ),
            and_(or_(*(_ALL.state == over for over in _OVER)), _ALL.told_at.is_(None)),
        )
    )
    .order_by(_ALL.id)
)


def due(session: Session, today: date) -> list[int]:
    """Those whose day has come, or of which nobody has been told yet."""
    return _DUE.column(session, {"today": today})


def listed(session: Session, limit: int) -> list[Reorganisation]:
    """The newest ones that were more than drafts."""
    shown = select(Reorganisation).where(Reorganisation.state != ReorganisationState.DRAFT)
    return list(session.exec(shown.order_by(col(Reorganisation.id).desc()).limit(limit)))


def of_units(session: Session, unit_ids: Sequence[int]) -> list[Reorganisation]:
    """All that were done and have touched one of these units, oldest first."""
    wanted = set(unit_ids)
    done = select(Reorganisation).where(Reorganisation.state == ReorganisationState.DONE)
    ordered = done.order_by(col(Reorganisation.applied_at), col(Reorganisation.id))
    return [row for row in session.exec(ordered) if not wanted.isdisjoint(row.unit_ids)]


def drop_old(session: Session, before: datetime) -> None:
    """Plans that came to nothing, and the ledgers of those done long ago."""
    nothing = [ReorganisationState.DRAFT, ReorganisationState.DROPPED, ReorganisationState.FAILED]
    idle = select(Reorganisation.id).where(
        col(Reorganisation.state).in_(nothing), Reorganisation.made_at < before
    )
    done = select(Reorganisation.id).where(col(Reorganisation.applied_at) < before)
    for ids in (idle, done):
        session.exec(
            delete(ReorganisationEntry).where(col(ReorganisationEntry.reorganisation_id).in_(ids))
        )
    session.exec(delete(Reorganisation).where(col(Reorganisation.id).in_(idle)))


def forget_pasts(session: Session, number: int) -> None:
    """What it changed is as it was: there is no former state to remember."""
    session.exec(delete(UnitPast).where(col(UnitPast.reorganisation_id) == number))
    session.exec(delete(MemberPast).where(col(MemberPast.reorganisation_id) == number))


def newer(session: Session, unit_ids: Sequence[int], since: datetime) -> dict[str, int]:
    """What these units have done and got after a moment, counted by kind; what is none is left
    out.
    """
    opened = select(Roll.id).where(col(Roll.unit_id).in_(unit_ids))
    sent = select(Directive.id).where(col(Directive.sent_at) > since)
    asked = select(Survey.id).where(col(Survey.opened_at) > since)
    told = or_(
        col(DirectiveTarget.directive_id).in_(sent),
        col(DirectiveTarget.received_at) > since,
        col(DirectiveTarget.marked_at) > since,
    )

    def count(model: Any, what: Any, *others: Any) -> int:
        here = () if model is RollMark else (col(model.unit_id).in_(unit_ids),)
        return session.exec(select(func.count(what)).where(*here, *others)).one()

    found = {
        "members": count(Member, Member.id, Member.created_at > since),
        "rolls": count(Roll, Roll.id, Roll.opened_at > since),
        "marks": count(
            RollMark, RollMark.id, col(RollMark.roll_id).in_(opened), RollMark.at > since
        ),
        "directives": count(DirectiveTarget, DirectiveTarget.id, told),
        "surveys": count(SurveyUnit, SurveyUnit.id, col(SurveyUnit.survey_id).in_(asked)),
        "answers": count(
            SurveyAnswer, func.distinct(SurveyAnswer.member_id), SurveyAnswer.at > since
        ),
        "meetings": count(Meeting, Meeting.id, col(Meeting.called_at) > since),
    }
    return {kind: number for kind, number in found.items() if number}
