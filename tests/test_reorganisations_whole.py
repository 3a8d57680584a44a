"""A unit with one of everything that can be open: merged, closed, and both undone to the last row."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, select

from handlers.reorganisations import applying
from handlers.reorganisations.undoing import UndoError
from storage import rolls
from storage.answer_links import AnswerLink
from storage.database import begin, metadata, table
from storage.directives import Directive, DirectiveTarget
from storage.groups import Group
from storage.held_rows import HeldRow
from storage.invitations import Invitation
from storage.joining import JoinLink, JoinRequest
from storage.ledger import _models
from storage.meetings import Meeting, MeetingDraft, MeetingSeries, Reminder
from storage.members import Role, RoleKind
from storage.phone_calls import PhoneCall
from storage.relays import Relay
from storage.roll_pages import RollPage
from storage.rolls import Roll, RollMark
from storage.survey_answers import SurveyCount
from storage.surveys import Survey, SurveyUnit
from tests.cast import Cast
from tests.reorganising import planned, reorganise, state, undo

EMPTY = "P5-K2"


def furnish(cast: Cast, code: str) -> None:
    """One of everything for a unit without people; the branch beside it is asked the same."""
    now, other = cast.clock.now(), cast.unit("P5-K8").id or 0
    with begin(cast.engine) as session:
        unit, ward = cast.unit(code).id or 0, cast.unit("P5").id or 0
        session.add(Group(address="sandbox:g2", unit_id=unit, main=True, seen_at=now))
        session.add(Role(member_id=cast.tam.member.id or 0, unit_id=unit, kind=RoleKind.LEADER))
        _doors(session, unit, now)
        _meetings(session, unit, now)
        _rolls(session, unit, cast.tam.member.id or 0, now)
        _asked(session, unit, ward, other, now)
        for where, subject in ((unit, "x:1"), (other, "x:1"), (unit, "x:2")):
            session.add(Relay(unit_id=where, subject=subject, asked_at=now))


def _doors(session: Session, unit: int, now: datetime) -> None:
    later = now + timedelta(days=9)
    session.add_all(
        [
            JoinLink(unit_id=unit, token="t", created_at=now),
            JoinRequest(unit_id=unit, account_id=1, asked_at=now, state="waiting"),
            Invitation(digest="d", unit_id=unit, role="member", issued_at=now, expires_at=later),
            AnswerLink(
                digest="a", subject="survey:1", unit_id=unit, created_at=now, expires_at=later
            ),
            HeldRow(
                unit_id=unit, digest="h", facts={}, code="known", file="x", line="1",
                ground="membership", at=now,
            ),
        ]
    )  # fmt: skip


def _meetings(session: Session, unit: int, now: datetime) -> None:
    about: dict[str, Any] = {"unit_id": unit, "title": "Họp", "mode": "offline", "called_by": 1}
    series = MeetingSeries(**about, rule="FREQ=MONTHLY")
    session.add(series)
    for days in (3, -3):  # one to come, and one that nobody ended
        meeting = Meeting(**about, starts_at=now + timedelta(days=days), called_at=now)
        session.add(meeting)
        session.flush()
        session.add(Reminder(meeting_id=meeting.id or 0, kind="soon", due_at=now))
    session.add(MeetingDraft(account_id=1, unit_id=unit, created_at=now))


def _rolls(session: Session, unit: int, member: int, now: datetime) -> None:
    roll = rolls.add(
        session, Roll(unit_id=unit, title="họp", template="x", opened_at=now, digest_at=now)
    )
    for row in (
        RollMark(roll_id=roll.number, member_id=member, status="late", source="leader", at=now),
        PhoneCall(roll_id=roll.number, member_id=member, taken_at=now),
        RollPage(
            digest="p", kind="list", roll_id=roll.number, account_id=1, created_at=now,
            expires_at=now + timedelta(days=1),
        ),
    ):  # fmt: skip
        session.add(row)


def _asked(session: Session, unit: int, ward: int, other: int, now: datetime) -> None:
    for kept in ("sent", "draft"):
        directive = Directive(unit_id=ward, scope_id=unit, state=kept, created_at=now)
        session.add(directive)
    session.flush()
    for where in (unit, other):
        session.add(DirectiveTarget(directive_id=1, unit_id=where))
    for number, (kept, secret) in enumerate((("open", True), ("open", False), ("draft", False)), 1):
        survey = Survey(
            unit_id=unit, scope_id=unit, title="x", state=kept, anonymous=secret,
            created_at=now, changed_at=now,
        )  # fmt: skip
        session.add(survey)
        session.flush()
        if kept == "open":
            session.add(SurveyUnit(survey_id=number, unit_id=unit, by_link=2))
        if secret:
            session.add(SurveyCount(survey_id=1, unit_id=unit, question=0, value="1", number=3))
        elif kept == "open":
            session.add(SurveyUnit(survey_id=number, unit_id=other, by_link=1))


def naming(cast: Cast, unit_id: int) -> set[str]:
    """The tables that name a unit, but for its own row and its past."""
    with cast.session() as session:
        return {
            of.name
            for of in metadata.tables.values()
            for key in of.foreign_keys
            if key.column.table.name == "unit"
            and session.connection()
            .execute(select(key.parent).where(key.parent == unit_id))
            .first()
        } - {"unit_past", "roll_heir", "unit_alias"}


async def test_a_merged_unit_leaves_nothing_behind_but_its_past(cast: Cast) -> None:
    reorganise(cast, f"create,{EMPTY},,Chi hội Khóm 2,chi hội,P5,")
    furnish(cast, EMPTY)
    old, new = cast.unit(EMPTY).id or 0, cast.unit("P5-K8").id or 0
    before = state(cast.engine)
    with begin(cast.engine) as session:
        row = planned(session, f"gộp,{EMPTY},P5-K8,,,,", now=cast.clock.now())
        (event,) = applying.apply(session, row, cast.clock.now())
    assert event.counts == {
        "groups": 1, "roles": 1, "meetings": 1, "rolls": 1, "directives": 1, "surveys": 2, "doors": 3,
    }  # fmt: skip
    # the ended role, ballots where they were cast, a meeting long over, what was sent before
    assert naming(cast, old) == {"role", "survey_count", "meeting", "directive"}
    with cast.session() as session:
        (part,) = session.exec(select(SurveyUnit).where(SurveyUnit.survey_id == 2))
        assert (part.unit_id, part.by_link) == (new, 3)
        counters = session.exec(select(SurveyCount).where(SurveyCount.unit_id == new)).all()
        assert [(row.value, row.number) for row in counters] == [("1", 0)]
    undo(cast, 2)
    assert state(cast.engine) == before


async def test_a_closed_unit_is_let_go_of_and_can_be_had_back(cast: Cast) -> None:
    reorganise(cast, f"create,{EMPTY},,Chi hội Khóm 2,chi hội,P5,")
    furnish(cast, EMPTY)
    before = state(cast.engine)
    reorganise(cast, f"đóng,{EMPTY},,,,,")

    with cast.session() as session:
        ended: dict[Any, str] = {
            JoinLink: "ended_at", Invitation: "revoked_at", JoinRequest: "decided_at",
            AnswerLink: "revoked_at",
        }  # fmt: skip
        for model, column in ended.items():
            assert all(getattr(row, column) for row in session.exec(select(model)))
        assert session.exec(select(MeetingSeries.ended)).one()
        states = session.exec(select(Meeting.state).order_by(Meeting.starts_at)).all()  # type: ignore[arg-type]
        assert states == ["called", "cancelled"]
        assert sorted(session.exec(select(Directive.state))) == ["dropped", "sent"]
        assert sorted(session.exec(select(Survey.state))) == ["dropped", "open", "open"]
    undo(cast, 2)
    assert state(cast.engine) == before


async def test_what_others_came_to_need_is_not_taken_away(cast: Cast) -> None:
    reorganise(cast, f"create,{EMPTY},,Chi hội Khóm 2,chi hội,P5,")
    furnish(cast, EMPTY)

    with pytest.raises(UndoError) as refused:
        undo(cast)
    assert (refused.value.reason, dict(refused.value.facts)) == ("changed", {"what": "roles"})


def test_every_table_has_a_class(cast: Cast) -> None:
    models: dict[str, type[SQLModel]] = _models()

    assert {name: table(model) for name, model in models.items()} == dict(metadata.tables)
