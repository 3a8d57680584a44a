"""People of the register, and the roles they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint, bindparam, or_, text
from sqlmodel import Field, SQLModel, col, func, select

from storage.batches import foretold
from storage.database import Session, Utc, table
from storage.objects import find
from storage.quick import Quick
from storage.vietnamese import fold, name_key

HOUSEHOLD = 8
"""So many people at most share a phone."""


class MemberStatus(StrEnum):
    """Whether a person is counted."""

    ACTIVE = "active"
    AWAY = "away"  # on leave or working elsewhere: not chased, not in the denominator
    LEFT = "left"


class LeftReason(StrEnum):
    """Why somebody is counted no longer."""

    MOVED = "moved"  # to a place outside of the union's tree
    ASKED = "asked"  # to leave
    DIED = "died"
    MERGED = "merged"  # taken for the same person as another record
    OTHER = "other"


class RoleKind(StrEnum):
    """What a person does in a unit."""

    OFFICER = "officer"
    LEADER = "leader"
    DEPUTY = "deputy"
    TEAM_HEAD = "team_head"


class Member(SQLModel, table=True):
    """A person of the register. `birth` is YYYY, YYYY-MM or YYYY-MM-DD, as far as known.

    `ground` is the legal ground of keeping the data (Law 91/2025/QH15).
    """

    __table_args__ = (
        Index("ix_member_unit_id_status", "unit_id", "status"),
        Index("ix_member_folded", "folded"),
        Index(  # who left long ago, among hundreds of thousands who did not
            "ix_member_left",
            "changed_at",
            sqlite_where=text("status = 'left'"),
            postgresql_where=text("status = 'left'"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    team: str = ""
    name: str
    folded: str
    name_key: str
    alias: str = ""  # what she is called: "Bảy Lan", "Út"
    alias_folded: str = ""
    birth: str = ""
    phone: str = ""
    no_phone: bool = False
    address: str = ""
    job: str = ""
    joined: str = ""
    left_on: str = ""
    left_reason: str = ""  # a LeftReason
    title: str = ""
    note: str = ""
    status: str = MemberStatus.ACTIVE
    ground: str = "membership"
    created_at: datetime = Field(sa_type=Utc)
    changed_at: datetime = Field(sa_type=Utc)


class Role(SQLModel, table=True):
    """A role with its scope and term; one person may hold several."""

    __table_args__ = (
        UniqueConstraint("member_id", "unit_id", "kind", "team", "since"),
        Index("ix_role_unit_id_kind", "unit_id", "kind"),
    )
    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)
    unit_id: int = Field(foreign_key="unit.id")
    kind: str
    team: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What an answer must know of whom it is about."""

    id: int
    unit_id: int
    name: str
    name_key: str
    status: str


_MEMBER = table(Member)
PERSON = tuple(_MEMBER.c[name] for name in Person.__slots__)
_PERSON = Quick(select(*PERSON).where(_MEMBER.c.id == bindparam("member")))


def people(session: Session, member_ids: Sequence[int]) -> list[Person]:
    """The people with these ids, in name order; for the few that share an account."""
    known = foretold(session)
    found = []
    for member_id in dict.fromkeys(member_ids):
        person = known.get((Person, member_id))
        if person is None:
            rows = _PERSON.rows(session, {"member": member_id})
            person = Person(*rows[0]) if rows else None
        if person is not None:
            found.append(person)
    return sorted(found, key=lambda one: one.name_key) if len(found) > 1 else found


def get(session: Session, member_id: int) -> Member | None:
    """The person with this id."""
    return find(session, Member, member_id)


def hold(session: Session, member_id: int) -> None:
    """Let nobody else answer for this person until the transaction ends (PostgreSQL)."""
    session.exec(select(Member.id).where(Member.id == member_id).with_for_update()).first()


def get_many(session: Session, member_ids: Sequence[int]) -> list[Member]:
    """The people with these ids, in name order."""
    if len(member_ids) <= HOUSEHOLD:  # mostly loaded already
        few = (find(session, Member, member_id) for member_id in dict.fromkeys(member_ids))
        return sorted(filter(None, few), key=lambda member: member.name_key)
    return list(
        session.exec(
            select(Member).where(col(Member.id).in_(member_ids)).order_by(col(Member.name_key))
        )
    )


def of_unit(session: Session, unit_id: int) -> list[Member]:
    """Those counted in a unit, in name order."""
    return list(
        session.exec(
            select(Member)
            .where(Member.unit_id == unit_id, Member.status == MemberStatus.ACTIVE)
            .order_by(col(Member.name_key), col(Member.id))
        )
    )


def count(session: Session, unit_ids: Sequence[int]) -> int:
    """How many are counted in these units."""
    return session.exec(
        select(func.count())
        .select_from(Member)
        .where(col(Member.unit_id).in_(unit_ids), Member.status == MemberStatus.ACTIVE)
    ).one()


def search(
    session: Session,
    folded: str,
    unit_ids: Sequence[int],
    limit: int = 20,
    team: str = "",
    *,
    gone: bool = False,
) -> list[Member]:
    """People of these units whose name, by-name or phone holds every word of `folded`.

    With `team` only those of that team; `gone`: those who have left, and nobody else.
    """
    left = col(Member.status) == MemberStatus.LEFT
    merged = col(Member.left_reason) == LeftReason.MERGED
    query = select(Member).where(
        col(Member.unit_id).in_(unit_ids), left & ~merged if gone else ~left
    )
    if team:
        query = query.where(Member.team == team)
    for word in folded.split():
        query = query.where(
            or_(
                col(Member.folded).contains(word, autoescape=True),
                col(Member.alias_folded).contains(word, autoescape=True),
                col(Member.phone).contains(word, autoescape=True),
            )
        )
    return list(session.exec(query.order_by(col(Member.name_key)).limit(limit)))


def roles_of(session: Session, member_ids: Sequence[int], on: date) -> list[Role]:
    """The roles these people hold on a day."""
    return list(
        session.exec(
            select(Role).where(
                col(Role.member_id).in_(member_ids),
                or_(col(Role.since).is_(None), col(Role.since) <= on),
                or_(col(Role.until).is_(None), col(Role.until) > on),
            )
        )
    )


def holders(session: Session, unit_id: int, kinds: Sequence[str], on: date) -> list[Member]:
    """Who holds one of these roles in this very unit on a day, each person once."""
    rows = session.exec(
        select(Member)
        .join(Role, col(Role.member_id) == col(Member.id))
        .where(
            Role.unit_id == unit_id,
            col(Role.kind).in_(kinds),
            or_(col(Role.since).is_(None), col(Role.since) <= on),
            or_(col(Role.until).is_(None), col(Role.until) > on),
        )
        .order_by(col(Role.kind).desc(), col(Member.name_key), col(Member.id))
    )
    return list({member.id: member for member in rows}.values())


def add(
    session: Session,
    *,
    unit_id: int,
    name: str,
    now: datetime,
    birth: str = "",
    ground: str = "membership",
) -> Member:
    """A new person of a unit."""
    member = Member(
        unit_id=unit_id,
        name=name,
        folded=fold(name),
        name_key=name_key(name),
        birth=birth,
        ground=ground,
        created_at=now,
        changed_at=now,
    )
    session.add(member)
    session.flush()
    return member


def just_added(
    session: Session, unit_id: int, folded: str, birth: str, now: datetime
) -> int | None:
    """The id of somebody stored at this very moment; None if there is nobody."""
    return session.exec(
        select(Member.id)
        .where(
            Member.unit_id == unit_id,
            Member.folded == folded,
            Member.birth == birth,
            Member.created_at == now,
        )
        .order_by(col(Member.id).desc())
    ).first()


def grant(
    session: Session, member_id: int, unit_id: int, kind: str, *, team: str = "", on: date
) -> Role | None:
    """Give a role from a day on; None if she holds it already."""
    same = select(Role).where(
        Role.member_id == member_id, Role.unit_id == unit_id, Role.kind == kind, Role.team == team
    )
    for role in session.exec(same):
        if (role.since is None or role.since <= on) and (role.until is None or role.until > on):
            return None
        if role.since == on:  # ended earlier this same day
            role.until = None
            session.add(role)
            return role
    role = Role(member_id=member_id, unit_id=unit_id, kind=kind, team=team, since=on)
    session.add(role)
    session.flush()
    return role


def end_role(session: Session, role_id: int, on: date) -> None:
    """A role ends: from this day on it is not held any more."""
    role = session.get(Role, role_id)
    if role is not None and (role.until is None or role.until > on):
        role.until = on
        session.add(role)
