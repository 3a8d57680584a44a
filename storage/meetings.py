"""Meetings, the rhythm of recurring ones, drafts being written, and reminders to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, and_, bindparam, or_
from sqlmodel import Column, Field, SQLModel, col, delete, func, select, update

from storage.database import Session, Utc, table
from storage.objects import Objects, find
from storage.quick import Quick

DRAFT_LIFE = timedelta(days=1)
"""How long an unfinished draft is kept."""


class MeetingState(StrEnum):
    """How far a meeting has come."""

    PLANNED = "planned"  # the next of a series: nobody has been invited yet
    CALLED = "called"
    CANCELLED = "cancelled"
    ENDED = "ended"


class Scope(StrEnum):
    """Whom a meeting is for."""

    UNIT = "unit"
    BELOW = "below"  # each branch below the unit, with its own list


class ReminderState(StrEnum):
    """The fate of a reminder."""

    WAITING = "waiting"
    DONE = "done"
    MISSED = "missed"  # came too late to be of use; reported
    DROPPED = "dropped"  # the meeting was cancelled or moved


class Details(SQLModel):
    """What is announced of a meeting."""

    unit_id: int = Field(foreign_key="unit.id")
    scope: str = Scope.UNIT
    title: str
    mode: str
    place: str = ""
    link: str = ""


class MeetingSeries(Details, table=True):
    """A recurring meeting: its rhythm, and what the next occurrences begin with."""

    __tablename__ = "meeting_series"
    id: int | None = Field(default=None, primary_key=True)
    rule: str  # an RFC 5545 RRULE with its hour, on Vietnam's clock
    ended: bool = False
    called_by: int = Field(foreign_key="account.id")


class Meeting(Details, table=True):
    """One meeting. `revision` counts its changes: each has reminders and notices of its own."""

    __table_args__ = (
        UniqueConstraint("series_id", "planned_for"),
        Index("ix_meeting_unit_id_starts_at", "unit_id", "starts_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    series_id: int | None = Field(default=None, foreign_key="meeting_series.id")
    planned_for: datetime | None = Field(default=None, sa_type=Utc)
    starts_at: datetime = Field(sa_type=Utc)
    state: str = MeetingState.CALLED
    revision: int = 0
    called_by: int = Field(foreign_key="account.id")
    called_at: datetime | None = Field(default=None, sa_type=Utc)
    ended_at: datetime | None = Field(default=None, sa_type=Utc)


class MeetingDraft(SQLModel, table=True):
    """A meeting being put together, or a change to one (`meeting_id`), until it is confirmed."""

    __tablename__ = "meeting_draft"
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    meeting_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("meeting.id", ondelete="CASCADE"))
    )
    rest: bool = False  # the change is for all later occurrences too
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    scope: str = Scope.UNIT
    title: str = ""
    mode: str = ""
    place: str = ""
    link: str = ""
    day: date | None = None  # known before its hour is
    starts_at: datetime | None = Field(default=None, sa_type=Utc)
    rule: str = ""
    created_at: datetime = Field(sa_type=Utc)


class Reminder(SQLModel, table=True):
    """Something a meeting will need at a moment; the row is what makes it happen once."""

    __table_args__ = (
        UniqueConstraint("meeting_id", "kind"),
        Index("ix_reminder_state_due_at", "state", "due_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(
        sa_column=Column(ForeignKey("meeting.id", ondelete="CASCADE"), nullable=False)
    )
    kind: str
    due_at: datetime = Field(sa_type=Utc)
    state: str = ReminderState.WAITING
    done_at: datetime | None = Field(default=None, sa_type=Utc)


def get(session: Session, meeting_id: int) -> Meeting | None:
    """The meeting with this id."""
    return find(session, Meeting, meeting_id)


def get_series(session: Session, series_id: int) -> MeetingSeries | None:
    """The series with this id."""
    return find(session, MeetingSeries, series_id)


def occurrence(session: Session, series_id: int, planned_for: datetime) -> Meeting | None:
    """The meeting of a series that was planned for a moment, wherever it was moved since."""
    return session.exec(
        select(Meeting).where(Meeting.series_id == series_id, Meeting.planned_for == planned_for)
    ).first()


def upcoming(
    session: Session, unit_ids: Sequence[int], above: Sequence[int], since: datetime, limit: int
) -> list[Meeting]:
    """Called or planned meetings of these units, or of all below one of `above`, in time order."""
    return list(
        session.exec(
            select(Meeting)
            .where(
                or_(
                    col(Meeting.unit_id).in_(unit_ids),
                    and_(col(Meeting.unit_id).in_(above), col(Meeting.scope) == Scope.BELOW),
                ),
                Meeting.starts_at > since,
                col(Meeting.state).in_([MeetingState.CALLED, MeetingState.PLANNED]),
            )
            .order_by(col(Meeting.starts_at), col(Meeting.id))
            .limit(limit)
        )
    )


def spoken_of(session: Session, unit_id: int, above: Sequence[int], starts_at: datetime) -> bool:
    """Whether a meeting of a unit at a moment is called, planned or being drafted."""
    drafted = select(MeetingDraft.id).where(
        MeetingDraft.unit_id == unit_id, MeetingDraft.starts_at == starts_at
    )
    before = upcoming(session, [unit_id], above, starts_at - timedelta(seconds=1), 1)
    return session.exec(drafted).first() is not None or any(
        meeting.starts_at == starts_at for meeting in before
    )


def get_draft(session: Session, draft_id: int) -> MeetingDraft | None:
    """The draft with this id."""
    return find(session, MeetingDraft, draft_id)


def drop_draft(session: Session, draft_id: int) -> None:
    """Throw a draft away."""
    session.exec(delete(MeetingDraft).where(col(MeetingDraft.id) == draft_id))


def drop_old_drafts(session: Session, account_id: int, now: datetime) -> None:
    """Throw away the drafts a person left lying for more than a day."""
    session.exec(
        delete(MeetingDraft).where(
            col(MeetingDraft.account_id) == account_id,
            col(MeetingDraft.created_at) < now - DRAFT_LIFE,
        )
    )


_REMINDER = table(Reminder).c
_ITS = (
    select(Reminder)
    .where(_REMINDER.meeting_id == bindparam("meeting"))
    .order_by(_REMINDER.due_at, _REMINDER.id)
)
_REMINDERS = Objects(Reminder, _ITS)
_ITS_DUE = Objects(
    Reminder,
    _ITS.where(_REMINDER.state == ReminderState.WAITING, _REMINDER.due_at <= bindparam("now")),
)


def reminders(session: Session, meeting_id: int) -> list[Reminder]:
    """All reminders of a meeting, in time order."""
    return _REMINDERS.all(session, {"meeting": meeting_id})


def plan(session: Session, meeting_id: int, wanted: Mapping[Any, datetime]) -> None:
    """Set a meeting's reminders: the wanted ones wait anew, others that still waited do so no more."""
    found = {row.kind: row for row in reminders(session, meeting_id)}
    for row in found.values():
        if row.kind in wanted:
            row.due_at, row.state, row.done_at = wanted[row.kind], ReminderState.WAITING, None
        elif row.state == ReminderState.WAITING:
            row.state = ReminderState.DROPPED
        session.add(row)
    for kind, due_at in wanted.items():
        if kind not in found:
            session.add(Reminder(meeting_id=meeting_id, kind=kind, due_at=due_at))
    session.flush()


_DUE = Quick(
    select(_REMINDER.meeting_id)
    .where(_REMINDER.state == ReminderState.WAITING, _REMINDER.due_at <= bindparam("now"))
    .group_by(_REMINDER.meeting_id)
    .order_by(func.min(_REMINDER.due_at))
    .limit(bindparam("most"))
)


def due(session: Session, now: datetime, limit: int) -> list[int]:
    """Meetings with reminders that are due, longest waiting first: one look at one index."""
    return _DUE.column(session, {"now": now, "most": limit})


def due_of(session: Session, meeting_id: int, now: datetime) -> list[Reminder]:
    """The reminders of one meeting that are due, in time order."""
    return _ITS_DUE.all(session, {"meeting": meeting_id, "now": now})


def done(session: Session, meeting_id: int, kind: str, now: datetime) -> None:
    """Note that something was done by hand before it was due."""
    session.exec(
        update(Reminder)
        .where(col(Reminder.meeting_id) == meeting_id, col(Reminder.kind) == kind)
        .values(state=ReminderState.DONE, done_at=now)
    )
