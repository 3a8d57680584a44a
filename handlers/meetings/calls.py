"""A confirmed draft becomes a meeting, or a change of one, and people are told."""

from __future__ import annotations

from typing import Any

from handlers.access import access_unit
from handlers.chat import Call, Choice, Replies, Reply, Who
from handlers.errors import Refusal
from handlers.meetings import announce, drafts, hearing
from handlers.meetings.access import access_draft, access_running
from handlers.meetings.timetable import timetable
from handlers.understanding.meeting_lines import Mode
from handlers.understanding.spoken import speak_moment
from storage import meetings, rolls
from storage.meetings import Details, Meeting, MeetingDraft, MeetingSeries, MeetingState, Scope
from storage.rolls import Purpose


def confirm(call: Call, rest: str) -> Replies | Reply:
    """`meet_call DRAFT [urgent]`: she pressed that all is right."""
    number, _, how = rest.partition(" ")
    draft = access_draft(call.session, call.actor, number)
    urgent = how == "urgent"
    if not _ready(draft):
        return drafts.proceed(call, draft)
    assert draft.unit_id is not None and draft.starts_at is not None and draft.id is not None
    if doubt := hearing.on(draft, draft.starts_at, call.now):
        return drafts.proceed(call, draft, doubt)
    if not urgent and not announce.reaches_in_time(call.now, draft.starts_at):
        return drafts.proceed(call, draft)
    who = Who.OFFICER if draft.scope == Scope.BELOW else Who.LEADER
    access_unit(call.session, call.actor, draft.unit_id, who)
    meetings.drop_draft(call.session, draft.id)
    if draft.meeting_id is not None:
        return _change(call, draft, urgent=urgent)
    meeting = _create(call, draft)
    invitations = announce.invite(call.moment(), meeting, urgent=urgent)
    return [_told(call, meeting, "meetings/called.j2", invitations, urgent=urgent), *invitations]


def _ready(draft: MeetingDraft) -> bool:
    said = (draft.starts_at, draft.mode, draft.title, draft.scope, draft.unit_id)
    return all(said)


def _create(call: Call, draft: MeetingDraft) -> Meeting:
    assert draft.starts_at is not None
    shared = {**_details(draft), "called_by": draft.account_id}
    meeting = Meeting(**shared, starts_at=draft.starts_at)
    if draft.rule:
        series = MeetingSeries(**shared, rule=draft.rule)
        call.session.add(series)
        call.session.flush()
        meeting.series_id, meeting.planned_for = series.id, draft.starts_at
    call.session.add(meeting)
    call.session.flush()
    assert meeting.id is not None
    meetings.plan(call.session, meeting.id, timetable(meeting.starts_at, call.now))
    return meeting


def _details(draft: MeetingDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in Details.model_fields}


def _change(call: Call, draft: MeetingDraft, *, urgent: bool) -> Replies:
    """Bring a meeting, and if meant so its series, in line with the confirmed draft."""
    meeting = access_running(call.session, call.actor, str(draft.meeting_id))
    assert meeting.id is not None and draft.starts_at is not None
    before = meeting.starts_at
    moved = before != draft.starts_at
    new = _details(draft)
    if not moved and not draft.rest and all(getattr(meeting, key) == new[key] for key in new):
        raise Refusal("meetings/unchanged.j2")
    _copy(call, meeting, new)
    meeting.starts_at = draft.starts_at
    meeting.revision += 1
    announce.recall(call.session, meeting.id)
    invited = meeting.state == MeetingState.CALLED
    if moved:
        due = timetable(meeting.starts_at, call.now, invited=invited)
        meetings.plan(call.session, meeting.id, due)
    if draft.rest and meeting.series_id is not None:
        series = meetings.get_series(call.session, meeting.series_id)
        assert series is not None
        _copy(call, series, new)
        series.rule, meeting.planned_for = draft.rule, meeting.starts_at
    news: Replies = []
    if invited:
        _offer_anew(call, meeting)
        moved_from = speak_moment(before) if moved else ""
        moment = call.moment()
        # who is still waiting for the invitation is told by the invitation: ask before rewording
        news = announce.tell(moment, meeting, "changed", {"moved_from": moved_from}, urgent=urgent)
        news += announce.reword(moment, meeting)
    return [_told(call, meeting, "meetings/change_done.j2", news, urgent=urgent), *news]


def _copy(call: Call, row: Details, new: dict[str, Any]) -> None:
    for key, value in new.items():
        setattr(row, key, value)
    call.session.add(row)


def _offer_anew(call: Call, meeting: Meeting) -> None:
    """A meeting that is now also online can be answered so."""
    assert meeting.id is not None
    for roll in rolls.of_meeting(call.session, meeting.id, Purpose.INTENT):
        roll.offers = list(announce.OFFERS[Mode(meeting.mode)])
        call.session.add(roll)


def _told(call: Call, meeting: Meeting, template: str, news: Replies, *, urgent: bool) -> Reply:
    """What she hears back: who is being told, and what she can do next."""
    context = {
        **announce.facts(meeting),
        "told": sum(reply.subject.startswith(("roll:", "meeting:")) for reply in news),
        "pasted": sum(reply.template == "relay/paste.j2" for reply in news),
        "waits": announce.goes_at(call.now, urgent=urgent) is not None,
        "recurring": meeting.series_id is not None,
        "invited": meeting.state == MeetingState.CALLED,
    }
    return Reply(template, context, choices=controls(meeting), columns=2, private=True)


def controls(meeting: Meeting) -> tuple[Choice, ...]:
    """What may be done with a meeting before it begins."""
    return (
        Choice("👥 Ai sẽ dự?", f"meet_who {meeting.id}"),
        Choice("✏️ Đổi hoặc huỷ", f"meet_change {meeting.id}"),
        Choice("📅 Tệp lịch", f"meet_ics {meeting.id}"),
    )
