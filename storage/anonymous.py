"""What is left of people who were erased: counts that lead to nobody, so that old figures stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ForeignKey, bindparam
from sqlmodel import Field, SQLModel, col, select, update

from storage.database import Session, dialect, inserting, table
from storage.quick import Quick
from storage.rolls import Roll, RollMark, RollState, RollVerdict
from storage.survey_answers import SurveyAnswer, SurveyCount
from storage.survey_runs import SurveyTaken
from storage.surveys import Survey, SurveyState, SurveyUnit

TEXTS = {"short_text", "date"}
"""Kinds of questions whose answers may point to a person: of these only the number is left."""
UNSAID = "(đã xoá)"
"""Stands for a text that was erased."""


class RollErased(SQLModel, table=True):
    """How many erased people had a status when their roll was closed."""

    __tablename__ = "roll_erased"
    roll_id: int = Field(
        sa_column=Column(
            ForeignKey("roll.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    status: str = Field(primary_key=True)
    number: int = 0


_ERASED = table(RollErased)
_OF_ROLL = Quick(
    select(_ERASED.c.status, _ERASED.c.number).where(_ERASED.c.roll_id == bindparam("roll"))
)


def of_roll(session: Session, roll_id: int) -> dict[str, int]:
    """Erased people of a roll by their status."""
    return dict(_OF_ROLL.rows(session, {"roll": roll_id}))


def keep_roll_counts(session: Session, member_id: int) -> None:
    """What a person has in rolls that were closed becomes a count."""
    closed = (
        select(RollVerdict.roll_id, RollVerdict.status)
        .join(Roll, col(Roll.id) == col(RollVerdict.roll_id))
        .where(RollVerdict.member_id == member_id, Roll.state == RollState.CLOSED)
    )
    found = session.exec(closed).all()
    _add(session, RollErased, [{"roll_id": roll, "status": status} for roll, status in found])


def keep_survey_counts(session: Session, member_id: int) -> None:
    """What a person answered by name becomes counts; her free words are dropped."""
    mine = select(SurveyAnswer).where(SurveyAnswer.member_id == member_id)
    keep_answers(session, session.exec(mine).all())


def keep_answers(session: Session, answers: Sequence[SurveyAnswer]) -> None:
    """Count answers given by name as if nobody had given them."""
    surveys = {answer.survey_id: session.get_one(Survey, answer.survey_id) for answer in answers}
    counted: list[dict[str, Any]] = []
    for answer in answers:
        question: Mapping[str, Any] = surveys[answer.survey_id].questions[answer.question]
        text = question["kind"] in TEXTS and answer.value
        counted.append(
            {
                "survey_id": answer.survey_id,
                "unit_id": answer.unit_id,
                "question": answer.question,
                "value": UNSAID if text else answer.value,
            }
        )
    _add(session, SurveyCount, counted)


def keep_asked_counts(session: Session, member_id: int, unit_id: int, *, counts: bool) -> None:
    """That she was asked, and that she answered, stays in the figures of surveys; `counts` if she
    is one of those whom a unit counts now.
    """
    taken = dict(
        session.exec(
            select(SurveyTaken.survey_id, SurveyTaken.unit_id).where(
                SurveyTaken.member_id == member_id
            )
        ).all()
    )
    for survey_id, asked_in in taken.items():
        _raise(session, survey_id, asked_in, answered=True)
    if not counts:
        return
    closed = (
        select(SurveyUnit.survey_id)
        .join(Survey, col(Survey.id) == col(SurveyUnit.survey_id))
        .where(SurveyUnit.unit_id == unit_id, Survey.state == SurveyState.CLOSED)
    )
    for survey_id in session.exec(closed).all():
        if survey_id not in taken:
            _raise(session, survey_id, unit_id, answered=False)


def _raise(session: Session, survey_id: int, unit_id: int, *, answered: bool) -> None:
    more: dict[str, Any] = {"erased": SurveyUnit.erased + 1}
    if answered:
        more["erased_answered"] = SurveyUnit.erased_answered + 1
    session.exec(
        update(SurveyUnit)
        .where(col(SurveyUnit.survey_id) == survey_id, col(SurveyUnit.unit_id) == unit_id)
        .values(more)
        .execution_options(synchronize_session=False)
    )


def _add(session: Session, model: type[SQLModel], keys: Iterable[Mapping[str, Any]]) -> None:
    """One more under each of these keys, as often as it is named."""
    into = table(model)
    names = [column.name for column in into.primary_key]
    new = inserting(into, dialect(session))
    adding = new.on_conflict_do_update(
        index_elements=names, set_={"number": into.c.number + new.excluded.number}
    )
    times = Counter(tuple(key[name] for name in names) for key in keys)
    rows = [{**dict(zip(names, key, strict=True)), "number": n} for key, n in times.items()]
    if rows:
        session.connection().execute(adding, rows)


def words_of(session: Session, member_id: int) -> set[str]:
    """What a person wrote in her own words: her reasons, and her texts in surveys with names."""
    answers = select(SurveyAnswer.value).where(SurveyAnswer.member_id == member_id)
    reasons = select(RollMark.reason).where(RollMark.member_id == member_id)
    return {*session.exec(answers), *session.exec(reasons)}
