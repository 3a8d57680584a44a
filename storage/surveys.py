"""Surveys: what is asked, and of which units.

Who has answered is in `storage.survey_runs`, what was answered in `storage.survey_answers`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, UniqueConstraint, bindparam
from sqlmodel import Field, SQLModel, col, delete, func, select, update

from storage import pasts
from storage.database import Session, Utc, table
from storage.members import Member, MemberStatus
from storage.objects import Objects, find
from storage.quick import Quick, filled, slots
from storage.units import Unit


class SurveyState(StrEnum):
    """How far a survey has come."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"  # confirmed; it may still be stopped
    OPEN = "open"
    CLOSED = "closed"
    DROPPED = "dropped"


class Survey(SQLModel, table=True):
    """A survey of `unit_id` for the members of every branch of `scope_id`.

    A draft fills it in step by step: `questions` may be half-written, `more` are to come, and
    `anonymous` or `scope_id` None means that it was not asked yet. `remind_at` is when the silent
    are reminded next by themselves.
    """

    __table_args__ = (
        Index("ix_survey_unit_id_state", "unit_id", "state"),
        Index("ix_survey_state_deadline", "state", "deadline"),
        Index("ix_survey_state_remind_at", "state", "remind_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    scope_id: int | None = Field(default=None, foreign_key="unit.id")
    author_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    title: str = ""
    questions: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    more: bool = True
    anonymous: bool | None = None
    deadline: datetime | None = Field(default=None, sa_type=Utc)
    deadline_known: bool = False
    state: str = SurveyState.DRAFT
    created_at: datetime = Field(sa_type=Utc)
    changed_at: datetime = Field(sa_type=Utc)
    open_at: datetime | None = Field(default=None, sa_type=Utc)
    opened_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    remind_at: datetime | None = Field(default=None, sa_type=Utc)

    @property
    def number(self) -> int:
        """The id of a stored survey."""
        assert self.id is not None
        return self.id


class SurveyUnit(SQLModel, table=True):
    """One unit that is asked. `tallies` counts the tallies its groups were shown; `stale` means
    that they are behind; `reminded_on` is the last day its silent members were reminded; `by_link`
    counts the ballots of an anonymous survey that came by the link of a group; `erased` are people
    who had been asked and were erased since, `erased_answered` those of them who had answered.
    """

    __tablename__ = "survey_unit"
    __table_args__ = (
        UniqueConstraint("survey_id", "unit_id"),
        Index("ix_survey_unit_stale_tally_at", "stale", "tally_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    survey_id: int = Field(
        sa_column=Column(ForeignKey("survey.id", ondelete="CASCADE"), nullable=False)
    )
    unit_id: int = Field(foreign_key="unit.id", index=True)
    tallies: int = 0
    tally_at: datetime | None = Field(default=None, sa_type=Utc)
    stale: bool = False
    reminded_on: date | None = None
    by_link: int = 0
    erased: int = 0
    erased_answered: int = 0


def get(session: Session, survey_id: int) -> Survey | None:
    """The survey with this id."""
    return find(session, Survey, survey_id)


def save(session: Session, survey: Survey, now: datetime) -> Survey:
    """Store a survey as it now is; it has its id afterwards."""
    survey.changed_at = now
    session.add(survey)
    session.flush()
    return survey


def drafts(session: Session, account_id: int, limit: int) -> list[Survey]:
    """The drafts somebody has not sent yet, the last touched first."""
    return list(
        session.exec(
            select(Survey)
            .where(Survey.author_id == account_id, Survey.state == SurveyState.DRAFT)
            .order_by(col(Survey.changed_at).desc(), col(Survey.id).desc())
            .limit(limit)
        )
    )


def recent(
    session: Session, owners: Sequence[int], asked: Sequence[int], limit: int
) -> list[Survey]:
    """Surveys sent by one of the units in `owners` or to one of those in `asked`, newest first."""
    to_them = select(SurveyUnit.survey_id).where(col(SurveyUnit.unit_id).in_(asked))
    states = [SurveyState.SCHEDULED, SurveyState.OPEN, SurveyState.CLOSED]
    return list(
        session.exec(
            select(Survey)
            .where(
                col(Survey.state).in_(states),
                col(Survey.unit_id).in_(owners) | col(Survey.id).in_(to_them),
            )
            .order_by(col(Survey.id).desc())
            .limit(limit)
        )
    )


def opened(session: Session, unit_ids: Sequence[int]) -> list[Survey]:
    """The open surveys that ask the members of these units, the newest first."""
    to_them = select(SurveyUnit.survey_id).where(col(SurveyUnit.unit_id).in_(unit_ids))
    return list(
        session.exec(
            select(Survey)
            .where(Survey.state == SurveyState.OPEN, col(Survey.id).in_(to_them))
            .order_by(col(Survey.id).desc())
        )
    )


_SURVEY, _UNIT = table(Survey), table(SurveyUnit)


def _due(state: SurveyState, moment: str) -> Quick:
    """Surveys in a state, one of whose moments has come."""
    has_come = _SURVEY.c[moment] <= bindparam("now")
    return Quick(select(_SURVEY.c.id).where(_SURVEY.c.state == state, has_come))


_TO_OPEN = _due(SurveyState.SCHEDULED, "open_at")
_TO_CLOSE = _due(SurveyState.OPEN, "deadline")
_TO_REMIND = _due(SurveyState.OPEN, "remind_at")
_TALLIES = Quick(
    select(_UNIT.c.id)
    .where(_UNIT.c.stale, _UNIT.c.tally_at <= bindparam("before"))
    .order_by(_UNIT.c.tally_at)
    .limit(bindparam("most"))
)


def due_to_open(session: Session, now: datetime) -> list[int]:
    """Confirmed surveys whose moment has come."""
    return _TO_OPEN.column(session, {"now": now})


def due_to_close(session: Session, now: datetime) -> list[int]:
    """Open surveys whose deadline has passed."""
    return _TO_CLOSE.column(session, {"now": now})


def due_to_remind(session: Session, now: datetime) -> list[int]:
    """Open surveys whose silent members are to be reminded."""
    return _TO_REMIND.column(session, {"now": now})


def due_tallies(session: Session, before: datetime, limit: int) -> list[int]:
    """Asked units (by row id) whose groups have not seen the newest count, last shown before."""
    return _TALLIES.column(session, {"before": before, "most": limit})


def ask_units(session: Session, survey_id: int, unit_ids: Sequence[int]) -> None:
    """The units whose members are asked, in place of earlier ones."""
    session.exec(delete(SurveyUnit).where(col(SurveyUnit.survey_id) == survey_id))
    for unit_id in unit_ids:
        session.add(SurveyUnit(survey_id=survey_id, unit_id=unit_id))
    session.flush()


def asked_units(session: Session, survey_id: int) -> list[SurveyUnit]:
    """The units asked, in the order of their codes."""
    return list(
        session.exec(
            select(SurveyUnit)
            .join(Unit, col(Unit.id) == col(SurveyUnit.unit_id))
            .where(SurveyUnit.survey_id == survey_id)
            .order_by(col(Unit.code))
        )
    )


_PART = Objects(
    SurveyUnit,
    select(SurveyUnit).where(
        _UNIT.c.survey_id == bindparam("survey"), _UNIT.c.unit_id == bindparam("unit")
    ),
)


def asked_unit(session: Session, survey_id: int, unit_id: int) -> SurveyUnit | None:
    """One unit's part in a survey."""
    return _PART.first(session, {"survey": survey_id, "unit": unit_id})


def note_by_link(session: Session, survey_id: int, unit_id: int) -> None:
    """One more ballot of a unit came by the link of a group."""
    session.exec(
        update(SurveyUnit)
        .where(col(SurveyUnit.survey_id) == survey_id, col(SurveyUnit.unit_id) == unit_id)
        .values(by_link=SurveyUnit.by_link + 1)
    )


def unit_part(session: Session, row_id: int) -> SurveyUnit | None:
    """One unit's part in a survey, by its row."""
    return find(session, SurveyUnit, row_id)


@lru_cache
def _people(count: int) -> Objects[Member]:
    member = table(Member).c
    return Objects(
        Member,
        select(Member)
        .join(_UNIT, _UNIT.c.unit_id == member.unit_id)
        .where(
            _UNIT.c.survey_id == bindparam("survey"),
            member.id.in_(slots("member", count)),
            member.status != MemberStatus.LEFT,
        )
        .order_by(member.name_key, member.id),
    )


def people(session: Session, survey_id: int, member_ids: Sequence[int]) -> list[Member]:
    """Those of these people whom a survey asks, in name order."""
    asked = {"survey": survey_id, **filled("member", member_ids)}
    return _people(len(member_ids)).all(session, asked)


def asked(session: Session, survey_id: int) -> dict[int, int]:
    """How many members each asked unit has, the erased ones who had been asked among them; of a
    closed survey, had before units were reorganised.
    """
    rows = session.exec(
        select(SurveyUnit.unit_id, func.count(col(Member.id)) + SurveyUnit.erased)
        .join(
            Member,
            (col(Member.unit_id) == col(SurveyUnit.unit_id))
            & (col(Member.status) == MemberStatus.ACTIVE),
            isouter=True,
        )
        .where(SurveyUnit.survey_id == survey_id)
        .group_by(col(SurveyUnit.unit_id), col(SurveyUnit.erased))
    )
    found: dict[int, int] = dict(rows.all())
    survey = get(session, survey_id)
    if survey is not None and survey.closed_at is not None:
        for moved in pasts.moved_since(session, survey.closed_at):
            if moved.then in found and moved.member.status == MemberStatus.ACTIVE:
                found[moved.then] += 1
            if moved.member.unit_id in found and moved.member.status == MemberStatus.ACTIVE:
                found[moved.member.unit_id] -= 1
    return found
