"""Who may see and do what; the only door to another unit's rows.

Every action on a unit passes through here, whether it was typed, pressed, timed or imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from handlers.chat import Who
from handlers.errors import NotYoursError
from handlers.understanding.zone import local_date
from storage import accounts, members, units
from storage.database import Session
from storage.detours import channel_of
from storage.members import Member, RoleKind
from storage.units import Unit

LEADERS = (RoleKind.LEADER, RoleKind.DEPUTY)
RECEIVERS = (RoleKind.LEADER, RoleKind.DEPUTY, RoleKind.TEAM_HEAD)
_RANK = {who: rank for rank, who in enumerate(Who)}
_STANDING = {
    RoleKind.OFFICER: Who.OFFICER,
    RoleKind.LEADER: Who.LEADER,
    RoleKind.DEPUTY: Who.LEADER,
    RoleKind.TEAM_HEAD: Who.TEAM_HEAD,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A role held today."""

    kind: str
    unit_id: int
    team: str
    member_id: int


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is speaking: an account, the members it speaks for, the roles they hold."""

    address: str
    name: str = ""
    account_id: int | None = None
    private_chat: str = ""
    member_ids: tuple[int, ...] = ()
    standings: tuple[Standing, ...] = ()

    def stands(self, who: Who) -> bool:
        """Whether the person has at least this standing somewhere."""
        return _RANK[self.highest()] >= _RANK[who]

    def highest(self) -> Who:
        """The highest standing the person has anywhere."""
        found = [_STANDING[RoleKind(standing.kind)] for standing in self.standings]
        if not found:
            return Who.MEMBER if self.member_ids else Who.OUTSIDER
        return max(found, key=_RANK.__getitem__)

    def units(self, *kinds: str) -> list[int]:
        """Units in which the person holds one of these roles, each once."""
        return list(dict.fromkeys(s.unit_id for s in self.standings if s.kind in kinds))


def recognise(session: Session, *, address: str, name: str, now: datetime) -> Actor:
    """Turn an address into an actor; an unknown address is an outsider."""
    known = accounts.known(session, address, local_date(now))
    if known is None:
        return Actor(address=address, name=name)
    return Actor(
        address=address,
        name=name or known.name,
        account_id=known.account_id,
        private_chat="" if known.blocked else known.private_chat,
        member_ids=known.member_ids,
        standings=tuple(Standing(*role) for role in known.roles),
    )


def governs(session: Session, actor: Actor, unit_id: int) -> bool:
    """Whether the person is an officer of this unit or of one above it."""
    mine = set(actor.units(RoleKind.OFFICER))
    return bool(mine) and not mine.isdisjoint(units.lineage(session, unit_id))


def leads(session: Session, actor: Actor, unit_id: int) -> bool:
    """Whether the person leads this very unit, or the one it went into as a whole, or governs it."""
    mine = actor.units(*LEADERS)
    return (
        unit_id in mine
        or governs(session, actor, unit_id)
        or (bool(mine) and units.taken_in_by(session, unit_id) in mine)
    )


def receives(actor: Actor, unit_id: int) -> bool:
    """Whether the person may confirm a receipt for this very unit."""
    return unit_id in actor.units(*RECEIVERS)


def belongs(session: Session, actor: Actor, unit_id: int) -> bool:
    """Whether one of the people the account speaks for is a member of this unit."""
    return any(m.unit_id == unit_id for m in members.get_many(session, actor.member_ids))


def access_unit(session: Session, actor: Actor, unit_id: int, who: Who = Who.LEADER) -> Unit:
    """A unit the person leads (or governs, with `Who.OFFICER`).

    Raises:
        NotYoursError: there is no such unit, or it is not theirs.
    """
    unit = units.get(session, unit_id)
    check = governs if who is Who.OFFICER else leads
    if unit is None or not check(session, actor, unit_id):
        raise NotYoursError
    return unit


def access_code(session: Session, actor: Actor, code: str, who: Who = Who.LEADER) -> Unit:
    """The same by the unit's code.

    Raises:
        NotYoursError: there is no such unit, or it is not theirs.
    """
    unit = units.by_code(session, code)
    if unit is None or unit.id is None:
        raise NotYoursError
    return access_unit(session, actor, unit.id, who)


def access_member(session: Session, actor: Actor, member_id: int) -> Member:
    """A member of a unit the person leads or governs.

    Raises:
        NotYoursError: there is no such member, or she is not theirs.
    """
    member = members.get(session, member_id)
    if member is None or not leads(session, actor, member.unit_id):
        raise NotYoursError
    return member


def row_id(words: str) -> int:
    """The id that `words` are; 0, which no row has, if they are none: anybody may type a line."""
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 19 else 0


def led_units(session: Session, actor: Actor) -> list[Unit]:
    """Units the person answers for directly: led ones, then governed ones."""
    ids = actor.units(*LEADERS, RoleKind.OFFICER)
    found = [units.get(session, unit_id) for unit_id in ids]
    return [unit for unit in found if unit is not None]


def leaders_of(session: Session, unit_id: int, on: date) -> list[Member]:
    """Leader and deputies of a unit."""
    return members.holders(session, unit_id, LEADERS, on)


def leader_chats(session: Session, unit_id: int, on: date) -> list[str]:
    """Private chats of a unit's leader and deputies; each person's first door only."""
    return accounts.doors(session, [unit_id], LEADERS, on).get(unit_id, [])


def officer_chats(session: Session, unit_id: int, on: date, without: str = "") -> list[str]:
    """Private chats of the officers of a unit or, if none can be written to there, of the nearest
    level above that has some; none on the channel `without`.
    """
    for level in units.lineage(session, unit_id):
        people = [m.id for m in members.holders(session, level, [RoleKind.OFFICER], on)]
        doors = accounts.reachable(session, [person for person in people if person is not None])
        usable = ([c for c in chats if channel_of(c) != without] for chats in doors.values())
        if found := dict.fromkeys(chats[0] for chats in usable if chats):
            return list(found)
    return []


def answering_chats(session: Session, unit_id: int, on: date) -> list[str]:
    """Private chats of whoever answers for a unit: its leaders, else the level above."""
    return leader_chats(session, unit_id, on) or officer_chats(session, unit_id, on)


def may_vouch(session: Session, actor: Actor, member: Member, on: date) -> bool:
    """Whether the person may say that somebody is this member.

    Who is recognised gets the member's roles: a leader may not open the door to an officer's.
    """
    assert member.id is not None
    if not leads(session, actor, member.unit_id):
        return False
    return all(
        (governs if role.kind == RoleKind.OFFICER else leads)(session, actor, role.unit_id)
        for role in members.roles_of(session, [member.id], on)
    )
