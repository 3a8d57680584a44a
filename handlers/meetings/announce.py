"""Telling people of a meeting: invitations, changes, cancellations and reminders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from handlers import audience
from handlers.access import leader_chats, leaders_of
from handlers.answer_links import minting
from handlers.chat import Choice, How, Moment, Replies, Reply
from handlers.meetings.access import audience_of
from handlers.meetings.timetable import Kind, useful_until
from handlers.quiet import quiet_until
from handlers.rolls import actions, words
from handlers.understanding.lunar import speak_lunar
from handlers.understanding.meeting_lines import Mode
from handlers.understanding.spoken import speak_moment
from handlers.understanding.zone import local_date
from storage import accounts, mail, members, rolls
from storage.database import Session
from storage.meetings import Meeting, MeetingDraft, MeetingState
from storage.rolls import Purpose, Roll, Status

AT_DAWN = timedelta(minutes=30)
"""What waited for the morning must leave people this long before the meeting."""
COMING = frozenset({Status.PRESENT, Status.PRESENT_ONLINE, Status.LATE})
OFFERS = {
    Mode.IN_PERSON: (Status.PRESENT, Status.ABSENT),
    Mode.ONLINE: (Status.PRESENT_ONLINE, Status.ABSENT),
    Mode.BOTH: (Status.PRESENT, Status.PRESENT_ONLINE, Status.ABSENT),
}
"""What people may answer to an invitation."""


def facts(meeting: Meeting | MeetingDraft) -> dict[str, Any]:
    """What the templates say of a meeting; plain words, because a roll keeps them."""
    assert meeting.starts_at is not None, "it is shown once its time is known"
    return {
        "title": meeting.title,
        "when": speak_moment(meeting.starts_at),
        "lunar": speak_lunar(local_date(meeting.starts_at)),
        "mode": meeting.mode,
        "place": meeting.place,
        "link": meeting.link,
        "cancelled": isinstance(meeting, Meeting) and meeting.state == MeetingState.CANCELLED,
    }


def goes_at(now: datetime, *, urgent: bool) -> datetime | None:
    """When bulk may go; None for at once. The night is broken only for what is urgent."""
    return None if urgent else quiet_until(now)


def reaches_in_time(now: datetime, starts_at: datetime) -> bool:
    """Whether what waits for the morning still reaches people before the meeting."""
    dawn = quiet_until(now)
    return dawn is None or dawn + AT_DAWN <= starts_at


def recall(session: Session, meeting_id: int) -> None:
    """Take back the reminders and news of a meeting that have not gone out yet."""
    mail.recall(session, f"meeting:{meeting_id}:")
    mail.recall(session, f"relay:meeting:{meeting_id}:")


def invite(moment: Moment, meeting: Meeting, *, urgent: bool = False) -> Replies:
    """Invite everybody a meeting is for; each branch gets a list of intents of its own."""
    meeting.state, meeting.called_at = MeetingState.CALLED, moment.now
    moment.session.add(meeting)
    replies: Replies = []
    for unit in audience_of(moment.session, meeting.unit_id, meeting.scope):
        assert unit.id is not None
        replies += actions.open_for(
            moment,
            unit.id,
            title=meeting.title,
            purpose=Purpose.INTENT,
            meeting_id=meeting.id,
            offers=OFFERS[Mode(meeting.mode)],
            template="meetings/invitation.j2",
            context=facts(meeting),
        )
    waits = goes_at(moment.now, urgent=urgent)
    ends = useful_until(Kind.SOON, meeting.starts_at)
    return [replace(r, bulk=True, not_before=waits, expires_at=ends) for r in replies]


def reword(moment: Moment, meeting: Meeting) -> Replies:
    """Bring old invitations up to date where they can be edited; elsewhere a notice tells."""
    assert meeting.id is not None
    edits = actions.reword(moment, meeting.id, meeting.title, facts(meeting))
    return [replace(edit, how=How.EDIT) for edit in edits]


def withdraw(moment: Moment, meeting: Meeting) -> Replies:
    """Take back what a cancelled meeting has queued, and close its invitations."""
    assert meeting.id is not None
    recall(moment.session, meeting.id)
    for roll in rolls.of_meeting(moment.session, meeting.id, Purpose.INTENT):
        mail.recall(moment.session, f"roll:{roll.id}:")
        mail.recall(moment.session, f"relay:roll:{roll.id}:")
    reword(moment, meeting)
    return actions.close_for(moment, meeting.id, Purpose.INTENT)


def tell(
    moment: Moment, meeting: Meeting, topic: str, context: dict[str, Any], *, urgent: bool = False
) -> Replies:
    """News of a meeting for all who were told of it: the groups, and privately who will come.

    Where the invitation itself is still waiting, changing that is enough.
    """
    reply = Reply(
        f"meetings/{topic}.j2",
        {**facts(meeting), "relayed": False, **context},
        key=_key(meeting, topic),
        subject=_key(meeting, topic),
        bulk=True,
        not_before=goes_at(moment.now, urgent=urgent),
        expires_at=useful_until(Kind.SOON, meeting.starts_at),
    )
    return [
        news
        for roll, news in _everywhere(moment, meeting, reply, choices=topic != "cancelled")
        if not mail.only_queued(moment.session, news.to, f"roll:{roll.id}")
    ]


def remind(moment: Moment, meeting: Meeting, kind: Kind) -> Replies:
    """One reminder: once in each group, and privately for those who said they would come."""
    soon = kind is Kind.SOON
    reply = Reply(
        "meetings/reminder.j2",
        {
            **facts(meeting),
            "kind": kind,
            "begun": moment.now >= meeting.starts_at,
            "relayed": False,
        },
        key=_key(meeting, kind),
        subject=_key(meeting, kind),
        bulk=True,
        not_before=None if soon else quiet_until(moment.now),
        expires_at=useful_until(kind, meeting.starts_at) if soon else meeting.starts_at,
    )
    return [reminder for _, reminder in _everywhere(moment, meeting, reply, choices=not soon)]


def _everywhere(
    moment: Moment, meeting: Meeting, reply: Reply, *, choices: bool
) -> Iterator[tuple[Roll, Reply]]:
    """`reply` for each group, then for the private talk of each person who will come."""
    assert meeting.id is not None
    lists = rolls.of_meeting(moment.session, meeting.id, Purpose.INTENT)
    in_group = replace(reply, context={**reply.context, "private": False}, columns=2)
    for roll in lists:
        page = minting.standing(moment, roll.unit_id, f"roll:{roll.number}") if choices else ""
        shown = replace(in_group, choices=words.answers(roll) if choices else (), page=page)
        for each in audience.show(moment, roll.unit_id, shown):
            yield roll, each
    in_private = replace(reply, context={**reply.context, "private": True}, subject="")
    for chat, member_id, roll in _doors(moment, meeting.id, lists):
        sorry = Choice("🙏 Tôi bận, không dự được", f"mark {roll.id} {Status.ABSENT}")
        key = f"{reply.key}:member:{member_id}"
        yield roll, replace(in_private, to=chat, key=key, choices=(sorry,) if choices else ())


def _doors(moment: Moment, meeting_id: int, lists: list[Roll]) -> Iterator[tuple[str, int, Roll]]:
    """(private talk, member, her branch's list) of those who will come, each talk once."""
    said = actions.intents(moment.session, meeting_id)
    coming = [member_id for member_id, status in said.items() if status in COMING]
    doors = accounts.reachable(moment.session, coming)
    by_unit = {roll.unit_id: roll for roll in lists}
    told: set[str] = set()
    for member in members.get_many(moment.session, coming):
        assert member.id is not None
        chat = next(iter(doors.get(member.id, ())), "")
        # one who has since moved to a branch that was not invited is told nothing more
        if chat and chat not in told and member.unit_id in by_unit:
            told.add(chat)
            yield chat, member.id, by_unit[member.unit_id]


def _key(meeting: Meeting, topic: str) -> str:
    """Unique for ever: a meeting that is changed is told of anew."""
    return f"meeting:{meeting.id}:{topic}:{meeting.revision}"


def answerable(moment: Moment, meeting: Meeting) -> list[str]:
    """Private talks of whoever called a meeting, and of those who lead its unit."""
    caller = accounts.get(moment.session, meeting.called_by)
    if caller is None or not caller.private_chat or caller.blocked:
        return leader_chats(moment.session, meeting.unit_id, local_date(moment.now))
    hers = accounts.members_of(moment.session, meeting.called_by)
    people = leaders_of(moment.session, meeting.unit_id, local_date(moment.now))
    others = [m.id for m in people if m.id is not None and m.id not in hers]
    doors = accounts.reachable(moment.session, others)
    return list(dict.fromkeys([caller.private_chat, *(chats[0] for chats in doors.values())]))


def report(
    moment: Moment,
    meeting: Meeting,
    template: str,
    context: dict[str, Any],
    choices: tuple[Choice, ...] = (),
) -> Replies:
    """Something only those who answer for a meeting need to know; at night it waits."""
    topic = template.removeprefix("meetings/").removesuffix(".j2")
    return [
        Reply(
            template,
            {**facts(meeting), "relayed": False, **context},
            to=chat,
            key=f"{_key(meeting, topic)}:{moment.now.isoformat()}:{chat}",
            choices=choices,
            not_before=quiet_until(moment.now),
        )
        for chat in answerable(moment, meeting)
    ]
