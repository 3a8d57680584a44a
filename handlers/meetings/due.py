"""What comes due: reminders go out, attendance opens, the next of a series is planned."""

from __future__ import annotations

from datetime import datetime

from handlers.chat import Choice, Moment, Replies, Tick
from handlers.meetings import announce, series
from handlers.meetings.access import audience_of
from handlers.meetings.timetable import NOTICES, Kind, Verdict, judge, morning_covers
from handlers.rolls import actions
from storage import meetings
from storage.database import Session
from storage.meetings import Meeting, ReminderState
from storage.rolls import Purpose

AT_ONCE = 200
"""How many meetings one tick attends to: the rest follow a second later."""


def due(session: Session, now: datetime) -> list[int]:
    """Meetings that need something now."""
    return meetings.due(session, now, AT_ONCE)


def fire(moment: Moment, meeting_id: int) -> Replies:
    """Do what a meeting needs, or say that it is too late for it.

    After a standstill several things may be due at once; the rows remember what was done.
    """
    meeting = meetings.get(moment.session, meeting_id)
    assert meeting is not None, "reminders go with their meeting"
    rows = meetings.due_of(moment.session, meeting_id, moment.now)
    verdict = judge({Kind(row.kind) for row in rows}, meeting.starts_at, moment.now)
    for row in rows:
        done = Kind(row.kind) in verdict.now
        row.state = ReminderState.DONE if done else ReminderState.MISSED
        row.done_at = moment.now
        moment.session.add(row)
    replies: Replies = []
    for kind in Kind:
        if kind in verdict.now:
            replies += _do(moment, meeting, kind)
    if Kind.START in verdict.now | verdict.missed:
        replies += series.follow(moment, meeting)
    return replies + (_missed(moment, meeting, verdict) if verdict.missed else [])


def _do(moment: Moment, meeting: Meeting, kind: Kind) -> Replies:
    if kind in NOTICES:
        return announce.remind(moment, meeting, kind)
    if kind is Kind.INVITE:
        return announce.invite(moment, meeting)
    return begin(moment, meeting)


def begin(moment: Moment, meeting: Meeting) -> Replies:
    """The meeting begins: what was announced is closed, and who is there is asked."""
    assert meeting.id is not None
    replies = actions.close_for(moment, meeting.id, Purpose.INTENT)
    for unit in audience_of(moment.session, meeting.unit_id, meeting.scope):
        assert unit.id is not None
        replies += actions.open_for(moment, unit.id, title=meeting.title, meeting_id=meeting.id)
    return replies


def _missed(moment: Moment, meeting: Meeting, verdict: Verdict) -> Replies:
    open_now = Choice("Mở điểm danh", f"meet_begin {meeting.id}")
    context = {
        "kinds": [kind for kind in Kind if kind in verdict.missed],
        "ahead": Kind.DAY_BEFORE in verdict.missed
        and morning_covers(meeting.starts_at, moment.now),
        "sent": not verdict.now.isdisjoint({Kind.INVITE, *NOTICES}),
    }
    choices = (open_now,) if Kind.START in verdict.missed else ()
    return announce.report(moment, meeting, "meetings/missed.j2", context, choices)


TICKS = {"meetings.due": Tick(due, fire)}
