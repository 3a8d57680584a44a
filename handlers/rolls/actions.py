"""What happens to a roll: opened, answered, closed, reopened. Meetings and commands call these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from handlers.chat import How, Moment, Replies
from handlers.rolls import desk, showing
from handlers.rolls.precedence import Decision, decide, is_news, said_until
from handlers.understanding.zone import local_date
from storage import roll_lists, roll_marks, rolls
from storage.database import Session
from storage.roll_marks import Mark
from storage.rolls import Purpose, Roll, RollState, Source, Status

OFFERS: Mapping[str, tuple[Status, ...]] = {
    Purpose.ATTENDANCE: (
        Status.PRESENT,
        Status.PRESENT_ONLINE,
        Status.LATE,
        Status.ABSENT_EXCUSED,
    ),
    Purpose.INTENT: (Status.PRESENT, Status.PRESENT_ONLINE, Status.ABSENT),
}
"""The answers on the buttons, unless whoever opens the roll says otherwise."""


def open_for(
    moment: Moment,
    unit_id: int,
    *,
    title: str = "",
    purpose: Purpose = Purpose.ATTENDANCE,
    meeting_id: int | None = None,
    offers: Sequence[Status] = (),
    template: str = showing.PROMPT,
    context: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
) -> Replies:
    """Open a unit's list for a meeting: who will come (`INTENT`), or who is there.

    The prompt is `template` with `context` (plain JSON values) and what `showing.context` adds; it
    shows in every group of the unit (as bulk, from `not_before` on), or goes to the leader to pass
    on. Asking twice opens once. An attendance the leader opened herself today becomes the
    meeting's; an older one is closed.
    """
    again = [r for r in rolls.opened(moment.session, [unit_id]) if r.purpose == purpose]
    if any(meeting_id is not None and roll.meeting_id == meeting_id for roll in again):
        return []
    replies: Replies = []
    if purpose is Purpose.ATTENDANCE:
        for roll in again:
            if roll.group_id is not None:
                continue
            if roll.meeting_id is None and _same_day(roll.opened_at, moment.now):
                roll.meeting_id, roll.title = meeting_id, roll.title or title
                return showing.tally_now(moment, roll)
            replies += close(moment, roll)
    roll = start(
        moment,
        unit_id,
        title=title,
        purpose=purpose,
        meeting_id=meeting_id,
        offers=offers,
        template=template,
        context=context,
    )
    replies += [
        replace(reply, bulk=True, not_before=not_before) for reply in showing.shown(moment, roll)
    ]
    if purpose is Purpose.ATTENDANCE:
        replies += desk.controls(moment, roll)
    return replies


def reword(moment: Moment, meeting_id: int, title: str, context: Mapping[str, Any]) -> Replies:
    """Change what the open prompts of a meeting say, where they stand."""
    replies: Replies = []
    for purpose in Purpose:
        for roll in rolls.of_meeting(moment.session, meeting_id, purpose):
            if roll.state == RollState.OPEN:
                roll.title, roll.context = title, dict(context)
                replies += showing.tally_now(moment, roll)
    return replies


def close_for(moment: Moment, meeting_id: int, purpose: Purpose) -> Replies:
    """Close a meeting's lists of one kind. Of attendance the leaders receive the workbook."""
    replies: Replies = []
    for roll in rolls.of_meeting(moment.session, meeting_id, purpose):
        if roll.state == RollState.OPEN:
            replies += close(moment, roll)
    return replies


def intents(session: Session, meeting_id: int) -> dict[int, Status]:
    """What each member announced for a meeting, of all units it is for; the silent are left out."""
    return {who: Status(what) for who, what in roll_lists.intents(session, meeting_id).items()}


def start(
    moment: Moment,
    unit_id: int,
    *,
    title: str = "",
    purpose: Purpose = Purpose.ATTENDANCE,
    meeting_id: int | None = None,
    group_id: int | None = None,
    by: int | None = None,
    offers: Sequence[Status] = (),
    template: str = showing.PROMPT,
    context: Mapping[str, Any] | None = None,
) -> Roll:
    """A new open roll; nobody is told yet."""
    roll = Roll(
        unit_id=unit_id,
        group_id=group_id,
        meeting_id=meeting_id,
        purpose=purpose,
        title=title,
        offers=list(offers or OFFERS[purpose]),
        template=template,
        context=dict(context or {}),
        opened_at=moment.now,
        opened_by=by,
        digest_at=moment.now,
    )
    return rolls.add(moment.session, roll)


def record(
    moment: Moment,
    roll: Roll,
    member_id: int,
    status: Status,
    *,
    source: Source,
    by: int | None,
    reason: str = "",
    at: datetime | None = None,
) -> Decision:
    """Keep one piece of evidence and, while the roll is open, decide anew what counts.

    After the close it is kept as late: the leader hears of it, the figures stand. The same piece
    brought twice is kept once; the same answer given later is kept, for an older one that says
    otherwise may still be on its way, but it is no news. What is said now is never older than what
    is known already, should the clock have been set back meanwhile.
    """
    evidence = roll_marks.of_member(moment.session, roll.number, member_id)
    late = roll.state == RollState.CLOSED
    at = at or max([moment.now, *(known.at for known in evidence)])
    mark = Mark(status, source, at, by, reason, late)
    if mark in said_until(evidence, mark)[-1:]:
        return decide(evidence)
    roll_marks.add(moment.session, roll.number, member_id, mark)
    weighed = sorted([*evidence, mark], key=lambda m: m.at)
    decision = Decision(mark) if late else settle(moment.session, roll, member_id, weighed)
    if not roll.news and is_news(weighed, mark):
        rolls.change(moment.session, roll, news=True)
    return decision


def settle(session: Session, roll: Roll, member_id: int, evidence: Sequence[Mark]) -> Decision:
    """Decide from the evidence, oldest first, what counts for one member, and write it down."""
    decision = decide(evidence)
    roll_marks.judge(session, roll.number, member_id, decision.counts, decision.differs)
    return decision


def close(moment: Moment, roll: Roll, *, by: int | None = None) -> Replies:
    """Freeze the figures. The silent stay silent: nobody becomes absent by a close."""
    roll_lists.freeze(moment.session, roll)
    roll.state, roll.closed_at, roll.news = RollState.CLOSED, moment.now, False
    roll.told = rolls.newest_mark(moment.session, roll.number)
    frozen = {"counts": roll_lists.counts(moment.session, roll), "mark": roll.told}
    rolls.note(moment.session, roll, "closed", at=moment.now, by=by, figures=frozen)
    replies = showing.tally_now(moment, roll, urgent=True)
    if roll.purpose == Purpose.INTENT:  # no news: whoever announces the meeting says what follows
        return [replace(reply, how=How.EDIT) for reply in replies]
    return replies if by is not None else [*replies, *desk.lists(moment, roll)]


def reopen(moment: Moment, roll: Roll, *, by: int | None) -> Replies:
    """Let answers count again, those that came after the close included."""
    late = rolls.late_members(moment.session, roll.number)
    roll_lists.thaw(moment.session, roll)
    roll.state, roll.closed_at = RollState.OPEN, None
    rolls.note(moment.session, roll, "reopened", at=moment.now, by=by)
    for member_id in late:
        evidence = roll_marks.of_member(moment.session, roll.number, member_id)
        settle(moment.session, roll, member_id, evidence)
    return showing.tally_now(moment, roll, urgent=True)


def _same_day(one: datetime, other: datetime) -> bool:
    return local_date(one) == local_date(other)
