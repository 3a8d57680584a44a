"""What lies ahead: the meetings of one's units, and a calendar file of one."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.access import leads
from handlers.chat import Call, Choice, Document, Replies, Reply
from handlers.errors import Refusal
from handlers.meetings.access import own_units, see_meeting
from handlers.meetings.announce import facts
from handlers.meetings.timetable import MEETING_LENGTH
from handlers.understanding.meeting_lines import Mode
from handlers.understanding.zone import local_date
from storage import blobs, meetings, units
from storage.meetings import Meeting, MeetingState
from storage.members import RoleKind

SHOWN = 5
"""Most meetings in one list, each with its buttons."""
USUAL_LENGTH = timedelta(minutes=90)
"""60 to 90 minutes are usual for a branch."""


def ahead(call: Call, rest: str) -> Reply:
    """`/lichhop`: the next meetings of her units; in a group those of its unit."""
    found = _upcoming(call)
    if not found:
        raise Refusal("meetings/none.j2", leading=_leading(call))
    choices = [choice for meeting in found for choice in _choices(call, meeting)]
    shown = [
        {
            **facts(meeting),
            "unit": _unit(call, meeting),
            "invited": meeting.state == MeetingState.CALLED,
        }
        for meeting in found
    ]
    return Reply("meetings/list.j2", {"meetings": shown}, choices=tuple(choices), columns=2)


def to_change(call: Call, rest: str) -> Reply | Replies | None:
    """`dời họp`, `huỷ họp`: the only meeting she may change, else all that lie ahead."""
    found = [m for m in _upcoming(call) if m.starts_at > call.now and _answers_for(call, m)]
    return call.run(call, f"meet_change {found[0].id}") if len(found) == 1 else ahead(call, "")


def _upcoming(call: Call) -> list[Meeting]:
    if call.group is not None and call.group.unit_id is not None:
        mine = [call.group.unit_id]
    else:
        mine = own_units(call.session, call.actor)
    governed = call.actor.units(RoleKind.OFFICER)
    inside = units.subtree(call.session, [unit for unit in mine if unit in governed])
    above = [unit for own in mine for unit in units.lineage(call.session, own)]
    since = call.now - MEETING_LENGTH
    found = meetings.upcoming(call.session, [*mine, *inside], above, since, SHOWN)
    return [m for m in found if m.state == MeetingState.CALLED or _answers_for(call, m)]


def _answers_for(call: Call, meeting: Meeting) -> bool:
    return call.incoming.private and leads(call.session, call.actor, meeting.unit_id)


def _leading(call: Call) -> bool:
    return bool(call.actor.units(RoleKind.LEADER, RoleKind.DEPUTY, RoleKind.OFFICER))


def _unit(call: Call, meeting: Meeting) -> str:
    unit = units.get(call.session, meeting.unit_id)
    return unit.name if unit else ""


def _choices(call: Call, meeting: Meeting) -> tuple[Choice, ...]:
    day = f"{local_date(meeting.starts_at):%d/%m}"
    choices = [Choice(f"📅 {day}: tệp lịch", f"meet_ics {meeting.id}")]
    if _answers_for(call, meeting):
        choices.append(Choice(f"👥 {day}: ai dự?", f"meet_who {meeting.id}"))
        if meeting.starts_at > call.now:
            choices.append(Choice(f"✏️ {day}: đổi, huỷ", f"meet_change {meeting.id}"))
        else:
            choices.append(Choice(f"🏁 {day}: kết thúc", f"meet_end {meeting.id}"))
    return tuple(choices)


def calendar(call: Call, rest: str) -> Reply:
    """`meet_ics [MEETING]`: a file for the calendar of her telephone; by itself the next one."""
    if rest:
        meeting = see_meeting(call.session, call.actor, rest)
    else:
        invited = [m for m in _upcoming(call) if m.state == MeetingState.CALLED]
        if not invited:
            raise Refusal("meetings/none.j2", leading=_leading(call))
        meeting = invited[0]
    content = to_ics(meeting, call.now)
    name = f"hop-{local_date(meeting.starts_at):%d-%m-%Y}.ics"
    blob = blobs.keep(call.session, name=name, mime="text/calendar", content=content, now=call.now)
    assert blob.id is not None
    return Reply(
        "meetings/calendar.j2",
        facts(meeting),
        document=Document(blob.id, name, shared=True),
        private=bool(call.actor.private_chat),
    )


def to_ics(meeting: Meeting, now: datetime) -> bytes:
    """A meeting as an iCalendar file (RFC 5545), in UTC so that no zone table is needed."""
    import icalendar  # noqa: PLC0415 - only who makes one pays for it

    event = icalendar.Event()
    event.add("uid", f"meeting-{meeting.id}@chihoi")
    event.add("sequence", meeting.revision)
    event.add("dtstamp", now)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.starts_at + USUAL_LENGTH)
    event.add("summary", meeting.title)
    cancelled = meeting.state == MeetingState.CANCELLED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if meeting.mode != Mode.ONLINE and meeting.place:
        event.add("location", meeting.place)
    if meeting.mode != Mode.IN_PERSON and meeting.link:
        event.add("url", meeting.link)
        event.add("description", meeting.link)
    file = icalendar.Calendar()
    file.add("prodid", "-//chihoi//VI")
    file.add("version", "2.0")
    file.add_component(event)
    content: bytes = file.to_ical()
    return content
