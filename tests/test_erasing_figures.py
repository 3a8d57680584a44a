"""Whoever is erased, in whatever order: the figures of closed rolls and surveys stay as they were."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import select

from handlers.surveys.figures import Results
from storage import erasing, members, roll_lists, rolls, survey_answers, survey_runs, surveys
from storage.database import savepoint
from storage.members import Member
from storage.rolls import Roll, RollState, RollVerdict, Status
from storage.surveys import Survey, SurveyState, SurveyUnit
from tests.cast import MONDAY_8AM, fill

FORM = [
    {"kind": "yes_no", "text": "Có đi không?", "required": False, "options": [], "skips": []},
    {"kind": "short_text", "text": "Vì sao?", "required": False, "options": [], "skips": []},
]
STATUSES = st.lists(st.sampled_from(list(Status)), min_size=6, max_size=6)
ANSWERS = st.lists(st.sampled_from(["", "1", "0"]), min_size=6, max_size=6)
ERASED = st.lists(st.integers(0, 5), unique=True)


@pytest.mark.slow
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15
)
@given(statuses=STATUSES, answers=ANSWERS, erased=ERASED, twice=st.booleans())
def test_figures_stand(
    engine: Engine, statuses: list[Status], answers: list[str], erased: list[int], *, twice: bool
) -> None:
    with engine.connect() as connection, connection.begin() as whole:
        with savepoint(connection) as session:
            fill(session, MONDAY_8AM)
            unit = session.exec(select(Member.unit_id).where(Member.name == "Võ Thị An")).one()
            people = members.of_unit(session, unit)
            roll = rolls.add(
                session,
                Roll(
                    unit_id=unit, template="x", opened_at=MONDAY_8AM, digest_at=MONDAY_8AM,
                    state=RollState.CLOSED, closed_at=MONDAY_8AM,
                ),
            )  # fmt: skip
            survey = Survey(
                unit_id=unit, scope_id=unit, title="x", questions=FORM, anonymous=False,
                state=SurveyState.CLOSED, created_at=MONDAY_8AM, changed_at=MONDAY_8AM,
                closed_at=MONDAY_8AM,
            )  # fmt: skip
            session.add(survey)
            session.flush()
            session.add(SurveyUnit(survey_id=survey.number, unit_id=unit))
            for member, status, answer in zip(people, statuses, answers, strict=True):
                id_ = member.id or 0
                session.add(RollVerdict(roll_id=roll.number, member_id=id_, status=status))
                if answer:
                    said = {0: answer, 1: member.name}
                    survey_answers.record(
                        session, survey.number, member, said, at=MONDAY_8AM, by=None
                    )
                    survey_runs.take(session, survey.number, member)
            session.flush()
            ids, number, about = [member.id or 0 for member in people], roll.number, survey.number

            def figures() -> object:
                found = Results(session, session.get_one(Survey, about))
                shown = [found.of(unit, index) for index in range(2)]
                return (
                    roll_lists.counts(session, session.get_one(Roll, number)),
                    [(one.bars, one.answered) for one in shown if one is not None],
                    survey_runs.answered(session, about),
                    surveys.asked(session, about),
                    survey_runs.answered_in(session, about, unit),
                    survey_runs.asked_in(session, about, unit),
                )

            before = figures()
            for place in erased:
                assert erasing.erase(session, ids[place], MONDAY_8AM + timedelta(days=1))
                assert not (twice and erasing.erase(session, ids[place], MONDAY_8AM))
            assert figures() == before
        whole.rollback()
