"""What was answered in surveys: by name, or as counts and words that lead to nobody.

An anonymous answer is a count that goes up by one, or a text among the texts of its unit. Nothing
about it may tell whose it is, not even the order of rows or (on PostgreSQL) which transaction
wrote them: every counter of the unit is rewritten with each answer, and the texts of the unit are
laid down anew in random order under random ids. There is no time on any of them.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, and_, bindparam, case, insert, or_
from sqlmodel import Field, SQLModel, col, delete, func, select, update

from storage.database import Session, Utc, table
from storage.members import Member
from storage.quick import Quick

Counts = dict[tuple[int, int], Counter[str]]
"""How many gave each value: by (unit id, question index)."""
ID_BITS = 62


class SurveyAnswer(SQLModel, table=True):
    """One answer of one member, in a survey with names; `by` is the account that gave it.

    `by_link` if it came by the link of a group, where she only says who she is.
    """

    __tablename__ = "survey_answer"
    __table_args__ = (Index("ix_survey_answer_survey_id_unit_id", "survey_id", "unit_id"),)
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
    question: int = Field(primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    value: str
    at: datetime = Field(sa_type=Utc)
    by: int | None = Field(default=None, foreign_key="account.id")
    by_link: bool = False


class SurveyCount(SQLModel, table=True):
    """How many members of a unit chose a value, in an anonymous survey; or how many erased people
    did in one with names (`storage.anonymous`).

    In an anonymous one all rows are there from the start, at nought.
    """

    __tablename__ = "survey_count"
    __table_args__ = ({"sqlite_with_rowid": False},)
    survey_id: int = Field(
        sa_column=Column(
            ForeignKey("survey.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    unit_id: int = Field(
        sa_column=Column(ForeignKey("unit.id"), primary_key=True, autoincrement=False)
    )
    question: int = Field(primary_key=True)
    value: str = Field(primary_key=True)
    number: int = 0


class SurveyText(SQLModel, table=True):
    """A text, number or date somebody of a unit gave in an anonymous survey."""

    __tablename__ = "survey_text"
    __table_args__ = (
        Index("ix_survey_text_survey_id_unit_id", "survey_id", "unit_id"),
        {"sqlite_with_rowid": False},
    )
    id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    survey_id: int = Field(
        sa_column=Column(ForeignKey("survey.id", ondelete="CASCADE"), nullable=False)
    )
    unit_id: int = Field(foreign_key="unit.id")
    question: int
    value: str


_ANSWER, _COUNT = table(SurveyAnswer), table(SurveyCount)
_FORGET = Quick(
    delete(_ANSWER).where(
        _ANSWER.c.survey_id == bindparam("survey"), _ANSWER.c.member_id == bindparam("member")
    )
)
_KEEP = Quick(insert(_ANSWER).inline(), writes=_ANSWER.c.keys())
_OF_UNIT = Quick(
    select(_ANSWER.c.unit_id, _ANSWER.c.question, _ANSWER.c.value, func.count())
    .where(_ANSWER.c.survey_id == bindparam("survey"), _ANSWER.c.unit_id == bindparam("unit"))
    .group_by(_ANSWER.c.unit_id, _ANSWER.c.question, _ANSWER.c.value)
    .union_all(
        select(_COUNT.c.unit_id, _COUNT.c.question, _COUNT.c.value, _COUNT.c.number).where(
            _COUNT.c.survey_id == bindparam("survey"),
            _COUNT.c.unit_id == bindparam("unit"),
            _COUNT.c.number > 0,
        )
    )
)


def record(
    session: Session,
    survey_id: int,
    member: Member,
    values: Mapping[int, str],
    *,
    at: datetime,
    by: int | None,
    by_link: bool = False,
) -> None:
    """Keep a member's answers by name, in place of what she answered before."""
    for old in [row for row in session.identity_map.values() if isinstance(row, SurveyAnswer)]:
        session.expunge(old)
    _FORGET.count(session, {"survey": survey_id, "member": member.id})
    rows = [
        {
            "survey_id": survey_id,
            "member_id": member.id,
            "question": question,
            "unit_id": member.unit_id,
            "value": value,
            "at": at,
            "by": by,
            "by_link": by_link,
        }
        for question, value in values.items()
    ]
    if rows:
        _KEEP.each(session, rows)


def of_member(session: Session, survey_id: int, member_id: int) -> dict[int, str]:
    """What a member answered by name."""
    return {row.question: row.value for row in rows_of(session, survey_id, member_id)}


def rows_of(session: Session, survey_id: int, member_id: int) -> list[SurveyAnswer]:
    """The same, with how and when she did."""
    return list(
        session.exec(
            select(SurveyAnswer)
            .where(SurveyAnswer.survey_id == survey_id, SurveyAnswer.member_id == member_id)
            .order_by(col(SurveyAnswer.question))
        )
    )


def by_name(
    session: Session, survey_id: int, unit_ids: Sequence[int]
) -> list[tuple[SurveyAnswer, Member]]:
    """Every answer with its member, in name order."""
    rows = session.exec(
        select(SurveyAnswer, Member)
        .join(Member, col(Member.id) == col(SurveyAnswer.member_id))
        .where(SurveyAnswer.survey_id == survey_id, col(SurveyAnswer.unit_id).in_(unit_ids))
        .order_by(col(Member.name_key), col(Member.id), col(SurveyAnswer.question))
    )
    return [(answer, member) for answer, member in rows]


def counts(session: Session, survey_id: int, unit_id: int | None = None) -> Counts:
    """What was answered by name, counted; of one unit, or of all. What people answered who were
    erased since is a count already.
    """
    if unit_id is not None:
        return _gathered(_OF_UNIT.rows(session, {"survey": survey_id, "unit": unit_id}))
    query = select(
        SurveyAnswer.unit_id, SurveyAnswer.question, SurveyAnswer.value, func.count()
    ).where(SurveyAnswer.survey_id == survey_id)
    grouped = query.group_by(
        col(SurveyAnswer.unit_id), col(SurveyAnswer.question), col(SurveyAnswer.value)
    )
    left = select(
        SurveyCount.unit_id, SurveyCount.question, SurveyCount.value, SurveyCount.number
    ).where(SurveyCount.survey_id == survey_id, SurveyCount.number > 0)
    return _gathered([*session.exec(grouped), *session.exec(left)])


def lay_out(session: Session, survey_id: int, rows: Iterable[tuple[int, int, str]]) -> None:
    """The counters of an anonymous survey at nought: (unit, question, value)."""
    session.exec(delete(SurveyCount).where(col(SurveyCount.survey_id) == survey_id))
    laid = [
        {"survey_id": survey_id, "unit_id": unit, "question": question, "value": value, "number": 0}
        for unit, question, value in rows
    ]
    if laid:
        session.execute(insert(SurveyCount), laid)


def cast(
    session: Session,
    survey_id: int,
    unit_id: int,
    *,
    chosen: Sequence[tuple[int, str]],
    texts: Sequence[tuple[int, str]],
    rng: random.Random,
) -> None:
    """Count one anonymous ballot: (question, value) chosen and (question, text) written."""
    session.exec(
        update(SurveyCount)
        .where(col(SurveyCount.survey_id) == survey_id, col(SurveyCount.unit_id) == unit_id)
        .values(number=SurveyCount.number + case((_among(chosen), 1), else_=0))
        .execution_options(synchronize_session=False)
    )
    here = (col(SurveyText.survey_id) == survey_id, col(SurveyText.unit_id) == unit_id)
    kept = session.exec(select(SurveyText.question, SurveyText.value).where(*here)).all()
    all_texts = [*((question, value) for question, value in kept), *texts]
    rng.shuffle(all_texts)
    session.exec(delete(SurveyText).where(*here).execution_options(synchronize_session=False))
    rows = [
        {
            "id": rng.getrandbits(ID_BITS),
            "survey_id": survey_id,
            "unit_id": unit_id,
            "question": question,
            "value": value,
        }
        for question, value in all_texts
    ]
    if rows:
        session.execute(insert(SurveyText), rows)


def _among(chosen: Sequence[tuple[int, str]]) -> Any:
    never = col(SurveyCount.question) < 0
    return or_(
        never,
        *(
            and_(col(SurveyCount.question) == question, col(SurveyCount.value) == value)
            for question, value in chosen
        ),
    )


def cast_counts(session: Session, survey_id: int) -> Counts:
    """What was answered anonymously: values counted, texts each for itself."""
    numbers = session.exec(
        select(
            SurveyCount.unit_id, SurveyCount.question, SurveyCount.value, SurveyCount.number
        ).where(SurveyCount.survey_id == survey_id, SurveyCount.number > 0)
    ).all()
    texts = session.exec(
        select(SurveyText.unit_id, SurveyText.question, SurveyText.value, func.count())
        .where(SurveyText.survey_id == survey_id)
        .group_by(col(SurveyText.unit_id), col(SurveyText.question), col(SurveyText.value))
    ).all()
    return _gathered([*numbers, *texts])


def _gathered(rows: Iterable[Any]) -> Counts:
    found: Counts = {}
    for unit_id, question, value, number in rows:
        found.setdefault((unit_id, question), Counter())[value] += number
    return found
