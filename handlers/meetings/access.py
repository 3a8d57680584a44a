"""Whose a meeting is: who may see it, who answers for it, and which branches it is for."""

from __future__ import annotations

from handlers.access import Actor, leads, row_id
from handlers.errors import NotYoursError, Refusal
from storage import meetings, members, units
from storage.database import Session
from storage.meetings import Meeting, MeetingDraft, MeetingState, Scope
from storage.members import MemberStatus
from storage.units import Unit


def audience_of(session: Session, unit_id: int, scope: str) -> list[Unit]:
    """The units that each get an invitation and a list of their own."""
    if scope == Scope.BELOW:
        return units.leaves(session, unit_id)
    unit = units.get(session, unit_id)
    return [unit] if unit is not None else []


def access_meeting(session: Session, actor: Actor, words: str) -> Meeting:
    """A meeting (by its id in words) of a unit the person leads or governs.

    Raises:
        NotYoursError: there is no such meeting, or it is not hers.
    """
    meeting = meetings.get(session, row_id(words))
    if meeting is None or not leads(session, actor, meeting.unit_id):
        raise NotYoursError
    return meeting


def access_running(session: Session, actor: Actor, words: str) -> Meeting:
    """The same, if it has not been cancelled or ended.

    Raises:
        NotYoursError: there is no such meeting, or it is not hers.
        Refusal: it is over.
    """
    meeting = access_meeting(session, actor, words)
    if meeting.state in {MeetingState.CANCELLED, MeetingState.ENDED}:
        raise Refusal("meetings/over.j2", meeting=meeting)
    return meeting


def see_meeting(session: Session, actor: Actor, words: str) -> Meeting:
    """A meeting the person is invited to or answers for.

    Raises:
        NotYoursError: there is no such meeting, or it is not for her.
    """
    meeting = meetings.get(session, row_id(words))
    if meeting is None:
        raise NotYoursError
    inside = [meeting.unit_id]
    if meeting.scope == Scope.BELOW:
        inside = units.subtree(session, inside)
    hers = own_units(session, actor)
    if set(hers).isdisjoint(inside) and not leads(session, actor, meeting.unit_id):
        raise NotYoursError
    return meeting


def own_units(session: Session, actor: Actor) -> list[int]:
    """Units the person belongs to or has a role in."""
    people = members.get_many(session, actor.member_ids)
    home = [person.unit_id for person in people if person.status != MemberStatus.LEFT]
    return list(dict.fromkeys([*home, *(standing.unit_id for standing in actor.standings)]))


def access_draft(session: Session, actor: Actor, words: str) -> MeetingDraft:
    """A draft of the person's own.

    Raises:
        Refusal: it was sent or thrown away, or never was hers.
    """
    draft = meetings.get_draft(session, row_id(words))
    if draft is None or draft.account_id != actor.account_id:
        raise Refusal("meetings/draft_gone.j2")
    return draft
