"""What hangs on a unit and goes along when it is merged, split or closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_
from sqlmodel import col, select

from storage.answer_links import AnswerLink
from storage.clubs import Club
from storage.database import Session
from storage.directives import Directive, DirectiveState, DirectiveTarget
from storage.dues import DuesTick
from storage.groups import Group
from storage.held_rows import HeldRow, HeldState
from storage.histories import Move
from storage.invitations import Invitation
from storage.joining import JoinLink, JoinRequest, JoinState
from storage.meetings import Meeting, MeetingDraft, MeetingSeries, MeetingState, Reminder
from storage.meetings import ReminderState as Waiting
from storage.members import Member, Role
from storage.papers import Paper
from storage.phone_calls import PhoneCall
from storage.privacy import DataRequest, RequestState
from storage.quorums import QuorumRule
from storage.relays import Relay
from storage.roll_pages import RollPage
from storage.rolls import Roll, RollMark, RollState, RollVerdict
from storage.survey_answers import SurveyAnswer, SurveyCount
from storage.survey_runs import SurveyTaken
from storage.surveys import Survey, SurveyState, SurveyUnit

LONGEST = timedelta(hours=12)
"""A meeting that began earlier is over, whether or not anybody said so."""
BATCH = 500
"""Ids named in one statement."""


def people(session: Session, unit_id: int) -> list[Member]:
    """Everybody ever kept in a unit, for nobody else meanwhile."""
    query = select(Member).where(Member.unit_id == unit_id).order_by(col(Member.id))
    return list(session.exec(query.with_for_update()))


def roles(session: Session, unit_id: int, on: date) -> list[Role]:
    """The roles held in a unit on a day or later, the oldest first."""
    query = select(Role).where(
        Role.unit_id == unit_id, or_(col(Role.until).is_(None), col(Role.until) > on)
    )
    return list(session.exec(query.order_by(col(Role.id))))


def rooms(session: Session, unit_id: int) -> list[Group]:
    """The groups bound to a unit, whether the bot can speak there or not."""
    return list(session.exec(select(Group).where(Group.unit_id == unit_id).order_by(col(Group.id))))


def open_rolls(session: Session, unit_id: int) -> list[Roll]:
    """The open rolls of a unit, oldest first."""
    query = select(Roll).where(Roll.unit_id == unit_id, Roll.state == RollState.OPEN)
    return list(session.exec(query.order_by(col(Roll.id))))


def same_roll(session: Session, roll: Roll, unit_id: int) -> Roll | None:
    """The open roll of another unit that asks the same: of one meeting, or of one title."""
    query = select(Roll).where(
        Roll.unit_id == unit_id,
        Roll.state == RollState.OPEN,
        Roll.purpose == roll.purpose,
        Roll.meeting_id == roll.meeting_id,
    )
    if roll.meeting_id is None:
        query = query.where(Roll.title == roll.title, col(Roll.group_id).is_(None))
    return session.exec(query.order_by(col(Roll.id))).first()


def marks(session: Session, roll_id: int, member_ids: Sequence[int] | None) -> list[Any]:
    """The evidence, verdicts and telephone calls of a roll, of all or of these people."""
    found: list[Any] = []
    for model in (RollMark, RollVerdict, PhoneCall):
        query = select(model).where(model.roll_id == roll_id)
        found += _of(session, query, col(model.member_id), member_ids)
    return found


def knows(session: Session, row: Any, roll_id: int) -> bool:
    """Whether a roll has a row of this kind of the same person, where it may have but one."""
    if isinstance(row, RollMark):
        return False
    return session.get(type(row), (roll_id, row.member_id)) is not None


def pages(session: Session, roll_id: int) -> list[RollPage | Paper]:
    """The pages and sheets of paper of a roll."""
    links = select(RollPage).where(RollPage.roll_id == roll_id, col(RollPage.revoked_at).is_(None))
    sheets = select(Paper).where(Paper.roll_id == roll_id)
    return [*session.exec(links), *session.exec(sheets)]


def waiting_targets(session: Session, unit_id: int) -> list[DirectiveTarget]:
    """What a unit still has to confirm."""
    query = (
        select(DirectiveTarget)
        .join(Directive, col(Directive.id) == col(DirectiveTarget.directive_id))
        .where(
            DirectiveTarget.unit_id == unit_id,
            col(DirectiveTarget.received_at).is_(None),
            col(DirectiveTarget.marked_at).is_(None),
            Directive.state == DirectiveState.SENT,
        )
    )
    return list(session.exec(query.order_by(col(DirectiveTarget.id))))


def unsent_directives(session: Session, unit_id: int) -> list[Directive]:
    """Directives of a unit, or for it, that have not gone out."""
    query = select(Directive).where(
        or_(col(Directive.unit_id) == unit_id, col(Directive.scope_id) == unit_id),
        col(Directive.state).in_([DirectiveState.DRAFT, DirectiveState.SCHEDULED]),
    )
    return list(session.exec(query.order_by(col(Directive.id))))


def running_surveys(session: Session, unit_id: int) -> list[Survey]:
    """Surveys of a unit, or for it, that are not over."""
    query = select(Survey).where(
        or_(col(Survey.unit_id) == unit_id, col(Survey.scope_id) == unit_id),
        col(Survey.state).in_([SurveyState.DRAFT, SurveyState.SCHEDULED, SurveyState.OPEN]),
    )
    return list(session.exec(query.order_by(col(Survey.id))))


def asked_now(session: Session, unit_id: int) -> list[tuple[SurveyUnit, Survey]]:
    """A unit's part in each open survey."""
    query = (
        select(SurveyUnit, Survey)
        .join(Survey, col(Survey.id) == col(SurveyUnit.survey_id))
        .where(SurveyUnit.unit_id == unit_id, Survey.state == SurveyState.OPEN)
    )
    return list(session.exec(query.order_by(col(SurveyUnit.id))))


def answers(
    session: Session, survey_id: int, unit_id: int, member_ids: Sequence[int] | None
) -> list[Any]:
    """That, and what with names, people of a unit have answered: all, or these people."""
    found: list[Any] = []
    for model in (SurveyTaken, SurveyAnswer):
        query = select(model).where(model.survey_id == survey_id, model.unit_id == unit_id)
        found += _of(session, query, col(model.member_id), member_ids)
    return found


def lay_out_like(session: Session, survey_id: int, model_id: int, unit_id: int) -> list[Any]:
    """The counters of an anonymous survey for a unit, at nought, as another has them."""
    query = select(SurveyCount).where(SurveyCount.survey_id == survey_id)
    there = {
        (row.question, row.value)
        for row in session.exec(query.where(SurveyCount.unit_id == unit_id))
    }
    return [
        SurveyCount(
            survey_id=survey_id, unit_id=unit_id, question=row.question, value=row.value, number=0
        )
        for row in session.exec(query.where(SurveyCount.unit_id == model_id)).all()
        if (row.question, row.value) not in there
    ]


def coming_meetings(session: Session, unit_id: int, now: datetime) -> list[Meeting]:
    """Meetings of a unit that are on or to come."""
    query = select(Meeting).where(
        Meeting.unit_id == unit_id,
        Meeting.starts_at > now - LONGEST,
        col(Meeting.state).in_([MeetingState.PLANNED, MeetingState.CALLED]),
    )
    return list(session.exec(query.order_by(col(Meeting.id))))


def rhythms(session: Session, unit_id: int) -> list[MeetingSeries | MeetingDraft]:
    """The series of a unit that go on, and the meetings being put together for it."""
    series = select(MeetingSeries).where(
        MeetingSeries.unit_id == unit_id, ~col(MeetingSeries.ended)
    )
    drafts = select(MeetingDraft).where(MeetingDraft.unit_id == unit_id)
    return [*session.exec(series), *session.exec(drafts)]


def reminders(session: Session, meeting_id: int) -> list[Reminder]:
    """What a meeting still waits for."""
    query = select(Reminder).where(
        Reminder.meeting_id == meeting_id, Reminder.state == Waiting.WAITING
    )
    return list(session.exec(query.order_by(col(Reminder.id))))


def doors(session: Session, unit_id: int) -> list[Any]:
    """What still opens a way into a unit: its join links, invitations and requests."""
    links = select(JoinLink).where(JoinLink.unit_id == unit_id, col(JoinLink.ended_at).is_(None))
    codes = select(Invitation).where(
        Invitation.unit_id == unit_id,
        col(Invitation.redeemed_at).is_(None),
        col(Invitation.revoked_at).is_(None),
    )
    asked = select(JoinRequest).where(
        JoinRequest.unit_id == unit_id,
        col(JoinRequest.state).in_([JoinState.DRAFT, JoinState.WAITING]),
    )
    return [*session.exec(links), *session.exec(codes), *session.exec(asked)]


def belongings(session: Session, unit_id: int) -> list[Any]:
    """What belongs to a unit as long as it is there: its clubs, the ticks of its dues, its sheets
    of paper, rows of a list and requests that wait for a person.
    """
    waiting = select(HeldRow).where(HeldRow.unit_id == unit_id, HeldRow.state == HeldState.OPEN)
    found: list[Any] = [*session.exec(waiting), *_requests(session, unit_id)]
    for model in (Club, DuesTick, Paper):
        found += session.exec(select(model).where(model.unit_id == unit_id))
    return found


def own(session: Session, unit_id: int, member_ids: Sequence[int]) -> list[Any]:
    """What of that is about these people."""
    dues = select(DuesTick).where(DuesTick.unit_id == unit_id)
    requests = [row for row in _requests(session, unit_id) if row.member_id in set(member_ids)]
    return [*_of(session, dues, col(DuesTick.member_id), member_ids), *requests]


def _requests(session: Session, unit_id: int) -> list[DataRequest]:
    query = select(DataRequest).where(
        DataRequest.unit_id == unit_id, DataRequest.state == RequestState.OPEN
    )
    return list(session.exec(query.order_by(col(DataRequest.id))))


def wishes(session: Session, unit_id: int) -> list[Move]:
    """People who are about to come or go one by one."""
    query = select(Move).where(
        or_(col(Move.from_id) == unit_id, col(Move.to_id) == unit_id),
        col(Move.decided_at).is_(None),
    )
    return list(session.exec(query.order_by(col(Move.id))))


def rule(session: Session, unit_id: int) -> QuorumRule | None:
    """The quorum that is a unit's own."""
    return session.get(QuorumRule, unit_id)


def answer_links(session: Session, unit_id: int, now: datetime) -> list[AnswerLink]:
    """The answer links of a unit and of its people that still open something."""
    query = select(AnswerLink).where(
        AnswerLink.unit_id == unit_id,
        col(AnswerLink.revoked_at).is_(None),
        AnswerLink.expires_at > now,
    )
    return list(session.exec(query.order_by(col(AnswerLink.id))))


def relays(session: Session, unit_id: int) -> list[Relay]:
    """Texts the leader of a unit has still to pass on."""
    query = select(Relay).where(Relay.unit_id == unit_id, col(Relay.passed_at).is_(None))
    return list(session.exec(query.order_by(col(Relay.id))))


def _of(session: Session, query: Any, member: Any, member_ids: Sequence[int] | None) -> list[Any]:
    if member_ids is None:
        return list(session.exec(query))
    return [
        row
        for first in range(0, len(member_ids), BATCH)
        for row in session.exec(query.where(member.in_(member_ids[first : first + BATCH])))
    ]
