"""Whose a roll is: the only door to one."""

from __future__ import annotations

from handlers.access import LEADERS, Actor, leads, row_id
from handlers.chat import Call, Choice
from handlers.errors import NotYoursError, Refusal
from storage import members, roll_heirs
from storage.database import Session
from storage.members import Member, MemberStatus, Person, RoleKind
from storage.rolls import Roll, RollState


def access_roll(session: Session, actor: Actor, words: str) -> Roll:
    """A roll (by its id in words) of a unit the person leads or governs.

    Raises:
        NotYoursError: there is no such roll, or it is not hers.
    """
    roll = _find(session, words)
    if roll is not None and not leads(session, actor, roll.unit_id):
        roll = roll_heirs.followed(session, roll, actor.units(*LEADERS))
    if roll is None or not leads(session, actor, roll.unit_id):
        raise NotYoursError
    return roll


def access_open(session: Session, actor: Actor, words: str) -> Roll:
    """The same, while it is open.

    Raises:
        NotYoursError: there is no such roll, or it is not hers.
        Refusal: it is closed.
    """
    roll = access_roll(session, actor, words)
    if roll.state == RollState.CLOSED:
        choices = (Choice("🔓 Mở lại", f"roll_reopen {roll.id}"),)
        raise Refusal("rolls/closed_to_hand.j2", choices=choices, roll=roll)
    return roll


def access_listed(session: Session, roll: Roll, words: str) -> Member:
    """A member (by her id in words) of the unit a roll is about.

    Raises:
        NotYoursError: there is no such member, or she is elsewhere.
    """
    member = members.get(session, row_id(words))
    if member is None or member.unit_id != roll.unit_id:
        raise NotYoursError
    return member


def headed(actor: Actor, unit_id: int) -> list[str]:
    """The tổ of a unit that the speaker heads."""
    return [
        standing.team
        for standing in actor.standings
        if standing.kind == RoleKind.TEAM_HEAD and standing.unit_id == unit_id and standing.team
    ]


def own_people(call: Call, roll: Roll) -> list[Person]:
    """For whom of a roll's unit the speaker answers."""
    return [
        member
        for member in members.people(call.session, call.actor.member_ids)
        if member.unit_id == roll.unit_id and member.status != MemberStatus.LEFT
    ]


def answerable(call: Call, words: str) -> Roll:
    """A roll the speaker may answer, or that a stranger sees in her group.

    Raises:
        NotYoursError: there is no such roll, or a stranger asks from elsewhere.
        Refusal: she is a member, but of another unit.
    """
    roll = _find(call.session, words)
    if roll is None:
        raise NotYoursError
    here = call.group is not None and call.group.unit_id == roll.unit_id
    if call.actor.member_ids and not own_people(call, roll):
        roll = elsewhere(call, roll)
        here = call.group is not None and call.group.unit_id == roll.unit_id
    if call.actor.member_ids and not own_people(call, roll):
        raise Refusal("rolls/not_member.j2") if here else NotYoursError
    if not call.actor.member_ids and not here:
        raise NotYoursError
    return roll


def elsewhere(call: Call, roll: Roll) -> Roll:
    """The roll that counts for the speaker's people since a reorganisation took them elsewhere."""
    people = members.people(call.session, call.actor.member_ids)
    return roll_heirs.followed(call.session, roll, [person.unit_id for person in people])


def _find(session: Session, words: str) -> Roll | None:
    return roll_heirs.get(session, row_id(words))
