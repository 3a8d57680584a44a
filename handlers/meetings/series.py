"""Recurring meetings: the next one is always planned, and nobody is invited too early."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from handlers.chat import Choice, Moment, Replies
from handlers.meetings import announce
from handlers.meetings.timetable import DAY_BEFORE, Kind, timetable
from handlers.understanding.recurrence import next_occurrences
from handlers.understanding.spoken import speak_moment
from storage import meetings
from storage.meetings import Details, Meeting, MeetingSeries, MeetingState

INVITE_PAUSE = timedelta(hours=12)
"""The invitation to the next meeting of a weekly rhythm does not interrupt the one that is on."""


def follow(moment: Moment, meeting: Meeting) -> Replies:
    """Plan the occurrence after this one, unless the series has ended; its leader is told."""
    if meeting.series_id is None or meeting.planned_for is None:
        return []
    series = meetings.get_series(moment.session, meeting.series_id)
    assert series is not None
    if series.ended:
        return []
    starts_at = next_occurrences(series.rule, max(meeting.planned_for, moment.now), 1)[0]
    if meetings.occurrence(moment.session, meeting.series_id, starts_at) is not None:
        return []
    planned = Meeting(
        **details(series),
        series_id=series.id,
        planned_for=starts_at,
        starts_at=starts_at,
        state=MeetingState.PLANNED,
        called_by=series.called_by,
    )
    moment.session.add(planned)
    moment.session.flush()
    assert planned.id is not None
    due = timetable(starts_at, moment.now, invited=False)
    after = min(moment.now + INVITE_PAUSE, starts_at - DAY_BEFORE)
    due[Kind.INVITE] = max(due[Kind.INVITE], after)
    meetings.plan(moment.session, planned.id, due)
    return announce.report(
        moment,
        planned,
        "meetings/next.j2",
        {"invited_at": speak_moment(due[Kind.INVITE])},
        (
            Choice("Đổi giờ, đổi chỗ", f"meet_change {planned.id} one"),
            Choice("Bỏ kỳ này", f"meet_cancel {planned.id}"),
        ),
    )


def details(row: Details | MeetingSeries) -> dict[str, Any]:
    """What one row announces, for another to begin with."""
    return {name: getattr(row, name) for name in Details.model_fields}
