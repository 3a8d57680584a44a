"""Who has answered a survey, and answers still being given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, bindparam
from sqlmodel import Field, SQLModel, col, delete, func, select

from storage import pasts
from storage.database import Session, Utc, inserting, table
from storage.members import Member, MemberStatus
from storage.objects import find
from storage.quick import Quick
from storage.surveys import Survey, SurveyState, SurveyUnit


class SurveyRun(SQLModel, table=True):
    """Answers being given in private, until they are recorded: then the row is deleted.

    Answers are spelt as in `handlers.surveys.values`, by the question's index; `picked` are the
    options ticked so far of a question with several. `chats` is where it was asked, `after` the
    newest event when it began: what came later in these chats can be forgotten.
    """

    __tablename__ = "survey_run"
    survey_id: int = Field(
        sa_column=Column(ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True)
    )
    member_id: int = Field(
        sa_column=Column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    )
    chat: str = Field(default="", index=True)
    chats: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    answers: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    picked: dict[str, list[int]] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False)
    )
    after: int = 0
    started_at: datetime = Field(sa_type=Utc)


class SurveyTaken(SQLModel, table=True):
    """A member has answered, as one of a unit. When is not kept, and rows lie in the order of
    their key, so that of anonymous surveys nobody can line them up with answers.
    """

    __tablename__ = "survey_taken"
    __table_args__ = (
        Index("ix_survey_taken_member_id", "member_id"),
        {"sqlite_with_rowid": False},
    )
    survey_id: int = Field(
        sa_column=Column(
            ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    member_id: int = Field(
        sa_column=Column(
            ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    unit_id: int = Field(foreign_key="unit.id")


def answered(session: Session, survey_id: int) -> dict[int, int]:
    """How many members of each unit have answered, those erased since among them."""
    rows = session.exec(
        select(SurveyTaken.unit_id, func.count())
        .where(SurveyTaken.survey_id == survey_id)
        .group_by(col(SurveyTaken.unit_id))
    )
    erased = session.exec(
        select(SurveyUnit.unit_id, SurveyUnit.erased_answered).where(
            SurveyUnit.survey_id == survey_id, SurveyUnit.erased_answered > 0
        )
    )
    return dict(Counter(dict(rows.all())) + Counter(dict(erased.all())))


_TAKEN, _ASKED, _MEMBER = table(SurveyTaken), table(SurveyUnit), table(Member)


def _part(column: Any) -> Any:
    """What is kept of the erased of one unit."""
    survey, unit = _ASKED.c.survey_id, _ASKED.c.unit_id
    found = select(column).where(survey == bindparam("survey"), unit == bindparam("unit"))
    return func.coalesce(found.scalar_subquery(), 0)


_ANSWERED_IN = Quick(
    select(func.count() + _part(_ASKED.c.erased_answered))
    .select_from(_TAKEN)
    .where(_TAKEN.c.survey_id == bindparam("survey"), _TAKEN.c.unit_id == bindparam("unit"))
)
_ASKED_IN = Quick(
    select(func.count() + _part(_ASKED.c.erased))
    .select_from(_MEMBER)
    .where(_MEMBER.c.unit_id == bindparam("unit"), _MEMBER.c.status == MemberStatus.ACTIVE)
)


def answered_in(session: Session, survey_id: int, unit_id: int) -> int:
    """How many members of one unit have answered, those erased since among them."""
    return int(_ANSWERED_IN.scalar(session, {"survey": survey_id, "unit": unit_id}))


def asked_in(session: Session, survey_id: int, unit_id: int) -> int:
    """How many members of one unit are asked, those erased since among them."""
    return int(_ASKED_IN.scalar(session, {"survey": survey_id, "unit": unit_id}))


def who_took(session: Session, survey_id: int, member_ids: Sequence[int]) -> set[int]:
    """Which of these people have answered."""
    return set(
        session.exec(
            select(SurveyTaken.member_id).where(
                SurveyTaken.survey_id == survey_id, col(SurveyTaken.member_id).in_(member_ids)
            )
        )
    )


_TAKE = Quick(
    lambda name: inserting(_TAKEN, name).on_conflict_do_nothing(),
    writes=("survey_id", "member_id", "unit_id"),
)


def take(session: Session, survey_id: int, member: Member) -> bool:
    """A member has answered; False if she had before."""
    hers = {"survey_id": survey_id, "member_id": member.id, "unit_id": member.unit_id}
    return bool(_TAKE.count(session, hers))


def run(session: Session, survey_id: int, member_id: int) -> SurveyRun | None:
    """The answers a member is giving."""
    return find(session, SurveyRun, survey_id, member_id)


def runs(session: Session, survey_id: int) -> list[SurveyRun]:
    """All answers still being given."""
    return list(session.exec(select(SurveyRun).where(SurveyRun.survey_id == survey_id)))


def run_in(session: Session, chat: str) -> SurveyRun | None:
    """The answers last begun in a chat, of a survey that is still open."""
    return session.exec(
        select(SurveyRun)
        .join(Survey, col(Survey.id) == col(SurveyRun.survey_id))
        .where(SurveyRun.chat == chat, Survey.state == SurveyState.OPEN)
        .order_by(col(SurveyRun.started_at).desc())
        .limit(1)
    ).first()


def drop_stale(session: Session, before: datetime) -> None:
    """Delete answers left half-given in surveys that were closed before a moment."""
    closed = select(Survey.id).where(
        Survey.state == SurveyState.CLOSED, col(Survey.closed_at) < before
    )
    session.exec(delete(SurveyRun).where(col(SurveyRun.survey_id).in_(closed)))


def drop_run(session: Session, run: SurveyRun) -> None:
    """Delete answers that were being given."""
    session.delete(run)
    session.flush()


def silent(session: Session, survey_id: int, unit_ids: Sequence[int]) -> list[Member]:
    """Members of these asked units who have not answered, in name order; of a closed survey those
    who were members there before units were reorganised.
    """
    taken = select(SurveyTaken.member_id).where(SurveyTaken.survey_id == survey_id)
    found = list(
        session.exec(
            select(Member)
            .where(
                col(Member.unit_id).in_(unit_ids),
                Member.status == MemberStatus.ACTIVE,
                col(Member.id).not_in(taken),
            )
            .order_by(col(Member.name_key), col(Member.id))
        )
    )
    survey = session.get(Survey, survey_id)
    closed_at = survey.closed_at if survey is not None else None
    moved = pasts.moved_since(session, closed_at) if closed_at is not None else []
    return _as_they_were(session, survey_id, unit_ids, found, moved) if moved else found


def _as_they_were(
    session: Session,
    survey_id: int,
    unit_ids: Sequence[int],
    found: Sequence[Member],
    moved: Sequence[pasts.Moved],
) -> list[Member]:
    gone = {each.member.id for each in moved if each.then not in unit_ids}
    there = [
        each.member
        for each in moved
        if each.then in unit_ids and each.member.status == MemberStatus.ACTIVE
    ]
    took = who_took(session, survey_id, [member.id or 0 for member in there])
    by_id = {m.id: m for m in [*found, *there] if m.id not in gone | took}
    return sorted(by_id.values(), key=lambda m: (m.name_key, m.id or 0))


def silent_among(session: Session, survey_id: int, member_ids: Sequence[int]) -> list[Member]:
    """Those of these people whom a survey asks and who have not answered, in name order."""
    taken = select(SurveyTaken.member_id).where(SurveyTaken.survey_id == survey_id)
    return list(
        session.exec(
            select(Member)
            .join(SurveyUnit, col(SurveyUnit.unit_id) == col(Member.unit_id))
            .where(
                SurveyUnit.survey_id == survey_id,
                col(Member.id).in_(member_ids),
                Member.status != MemberStatus.LEFT,
                col(Member.id).not_in(taken),
            )
            .order_by(col(Member.name_key), col(Member.id))
        )
    )
