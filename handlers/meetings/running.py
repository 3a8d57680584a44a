"""While a meeting is on, and how it stands: who will come, who is there, and its end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from handlers import unpassed
from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import Refusal
from handlers.meetings import announce, due, series
from handlers.meetings.access import access_meeting, access_running
from handlers.meetings.timetable import Kind
from handlers.rolls import actions, showing
from handlers.rolls.showing import Figures
from storage import meetings, roll_lists, rolls
from storage.database import Session
from storage.meetings import Meeting, MeetingState
from storage.rolls import Purpose, Roll, Status

EARLY = timedelta(hours=1)
"""How long before the start attendance may be opened by hand."""
SHOWN = 8
"""Most branches with buttons of their own."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one branch has answered; of a single branch also each tổ."""

    unit: str
    purpose: str
    figures: Figures
    teams: dict[str, Figures] = field(default_factory=dict)


def begin(call: Call, rest: str) -> Replies:
    """`meet_begin MEETING`: open attendance now, as the start would have done."""
    meeting = access_running(call.session, call.actor, rest)
    assert meeting.id is not None
    if call.now < meeting.starts_at - EARLY:
        raise Refusal("meetings/not_yet.j2", **announce.facts(meeting))
    if meeting.state == MeetingState.PLANNED:
        raise Refusal("meetings/nobody_invited.j2", **announce.facts(meeting))
    meetings.done(call.session, meeting.id, Kind.START, call.now)
    moment = call.moment()
    opened = due.begin(moment, meeting)
    context = {**announce.facts(meeting), "opened": bool(opened)}
    end = Choice("🏁 Kết thúc cuộc họp", f"meet_end {meeting.id}")
    said = Reply("meetings/begun_now.j2", context, choices=(end,), private=True)
    return [said, *opened, *series.follow(moment, meeting)]


def end(call: Call, rest: str) -> Replies:
    """`meet_end MEETING`: close its attendance; the leaders receive the list."""
    meeting = access_running(call.session, call.actor, rest)
    assert meeting.id is not None
    if call.now < meeting.starts_at:
        raise Refusal("meetings/not_yet.j2", **announce.facts(meeting))
    meeting.state, meeting.ended_at = MeetingState.ENDED, call.now
    call.session.add(meeting)
    meetings.plan(call.session, meeting.id, {})
    moment = call.moment()
    closed = actions.close_for(moment, meeting.id, Purpose.INTENT)
    closed += actions.close_for(moment, meeting.id, Purpose.ATTENDANCE)
    standings = _standings(call.session, meeting, Purpose.ATTENDANCE)
    context = {**announce.facts(meeting), "total": _total(standings)}
    said = Reply("meetings/ended.j2", context, private=True)
    return [said, *closed, *series.follow(moment, meeting)]


def who(call: Call, rest: str) -> Reply:
    """`meet_who MEETING`: what people announced, and who came; names one press further."""
    meeting = access_meeting(call.session, call.actor, rest)
    standings = _standings(call.session, meeting, Purpose.INTENT)
    came = _standings(call.session, meeting, Purpose.ATTENDANCE)
    context = {
        **announce.facts(meeting),
        "branches": standings + came,
        "several": len(standings) > 1,
        "total": _total(standings),
        "came": _total(came),
        "unpassed": _unpassed(call.session, meeting),
    }
    assert meeting.id is not None
    lists = rolls.of_meeting(call.session, meeting.id, Purpose.ATTENDANCE)
    lists = lists or rolls.of_meeting(call.session, meeting.id, Purpose.INTENT)
    choices = tuple(choice for roll in lists[:SHOWN] for choice in _names(call, roll, len(lists)))
    if meeting.state == MeetingState.CALLED and call.now >= meeting.starts_at:
        choices += (Choice("🏁 Kết thúc cuộc họp", f"meet_end {meeting.id}"),)
    return Reply("meetings/who.j2", context, choices=choices, private=True)


def _unpassed(session: Session, meeting: Meeting) -> list[str]:
    """Branches whose leader has not passed the invitation on."""
    assert meeting.id is not None
    invited = rolls.of_meeting(session, meeting.id, Purpose.INTENT)
    waiting = [
        row for roll in invited for row in unpassed.of(session, f"roll:{roll.id}", [roll.unit_id])
    ]
    return unpassed.names(session, waiting)


def _names(call: Call, roll: Roll, lists: int) -> tuple[Choice, ...]:
    if lists > 1:
        name = showing.unit_of(call.session, roll).name
        return (Choice(f"👀 {name}", f"rolls {roll.number}"),)
    return (
        Choice("👀 Ai đã trả lời", f"roll_names {roll.number}"),
        Choice("❔ Ai chưa trả lời", f"roll_silent {roll.number}"),
    )


def _standings(session: Session, meeting: Meeting, purpose: Purpose) -> list[Standing]:
    assert meeting.id is not None
    lists = rolls.of_meeting(session, meeting.id, purpose)
    found = []
    for roll in lists:
        unit = showing.unit_of(session, roll)
        teams = _teams(session, roll) if len(lists) == 1 else {}
        figures = showing.figures(session, roll)
        found.append(Standing(unit.name, purpose, figures, teams))
    return found


def _teams(session: Session, roll: Roll) -> dict[str, Figures]:
    """The figures of each tổ of a branch, if it has several."""
    counts: dict[str, Counter[str]] = {}
    for member, verdict in roll_lists.sheet(session, roll):
        status = verdict.status if verdict else Status.UNANSWERED
        counts.setdefault(member.team, Counter())[status] += 1
    return {team: Figures(counts[team]) for team in sorted(counts)} if len(counts) > 1 else {}


def _total(standings: list[Standing]) -> Figures:
    total: Counter[str] = Counter()
    for standing in standings:
        total.update(standing.figures.counts)
    return Figures(total)
