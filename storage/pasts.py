"""What units were called and where they stood, and where people belonged, before reorganisations:
reports of a day use the names of that day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, bindparam
from sqlmodel import Column, Field, SQLModel, col, select

from storage import units
from storage.database import Session, Utc, table
from storage.members import Member
from storage.objects import Objects
from storage.units import Unit


class UnitPast(SQLModel, table=True):
    """How a unit stood until a moment, when a reorganisation changed it."""

    __tablename__ = "unit_past"
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    reorganisation_id: int = Field(foreign_key="reorganisation.id", index=True)
    until: datetime = Field(sa_type=Utc, index=True)
    code: str
    name: str
    kind: str
    parent_id: int | None = Field(default=None, foreign_key="unit.id")
    closed: bool = False

    @property
    def last(self) -> datetime:
        """The last moment at which it stood so."""
        return self.until - timedelta(microseconds=1)


class MemberPast(SQLModel, table=True):
    """The unit and team of a person until a moment, when a reorganisation moved her."""

    __tablename__ = "member_past"
    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(
        sa_column=Column(ForeignKey("member.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    reorganisation_id: int = Field(foreign_key="reorganisation.id", index=True)
    until: datetime = Field(sa_type=Utc, index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    team: str = ""

    @property
    def last(self) -> datetime:
        """The last moment at which she belonged there."""
        return self.until - timedelta(microseconds=1)


_PAST = table(UnitPast)
_FORMER = (
    select(UnitPast)
    .where(_PAST.c.until > bindparam("moment"))
    .order_by(_PAST.c.until.desc(), _PAST.c.id.desc())
)
_ALL_FORMER = Objects(UnitPast, _FORMER)
_ITS_FORMER = Objects(UnitPast, _FORMER.where(_PAST.c.unit_id == bindparam("unit")))


def _former(
    session: Session, unit_ids: Sequence[int] | None, moment: datetime
) -> Iterable[UnitPast]:
    """How these units (or all) stood at and after a moment, the latest first."""
    if unit_ids is None or len(unit_ids) > units.FEW:
        every = _ALL_FORMER.all(session, {"moment": moment})
        return [past for past in every if unit_ids is None or past.unit_id in unit_ids]
    each = [_ITS_FORMER.all(session, {"moment": moment, "unit": unit}) for unit in set(unit_ids)]
    return [past for pasts in each for past in pasts]


def units_on(
    session: Session, unit_ids: Sequence[int] | None, moment: datetime | None
) -> dict[int, Unit]:
    """Units (or all) as they stood at a moment; None is now. What comes back is to be read only."""
    now = units.everything(session) if unit_ids is None else units.load(session, unit_ids)
    found = {unit.id: unit for unit in now if unit.id is not None}
    if moment is None:
        return found
    for past in _former(session, unit_ids, moment):
        found[past.unit_id] = Unit(
            id=past.unit_id,
            code=past.code,
            name=past.name,
            kind=past.kind,
            parent_id=past.parent_id,
            closed=past.closed,
        )
    return found


def unit_on(session: Session, unit_id: int, moment: datetime | None) -> Unit:
    """One unit as it stood at a moment; None is now."""
    return units_on(session, [unit_id], moment)[unit_id]


def inside_on(session: Session, unit_id: int, moment: datetime | None) -> set[int]:
    """A unit and all below it, as they stood at a moment; None is now."""
    if moment is None:
        return set(units.subtree(session, [unit_id]))
    below: dict[int | None, list[int]] = {}
    for id_, unit in units_on(session, None, moment).items():
        below.setdefault(unit.parent_id, []).append(id_)
    found, waiting = set(), [unit_id]
    while waiting:
        found.add(waiting[-1])
        waiting += below.pop(waiting.pop(), [])
    return found


def full_names_on(
    session: Session, unit_ids: Sequence[int], moment: datetime | None
) -> dict[int, str]:
    """Each unit's name, with that of the one above it, as they were at a moment."""
    found = units_on(session, unit_ids, moment)
    above = units_on(session, [u.parent_id for u in found.values() if u.parent_id], moment)
    return {
        id_: f"{unit.name} ({above[unit.parent_id].name})" if unit.parent_id else unit.name
        for id_, unit in found.items()
    }


def homes_on(session: Session, moment: datetime) -> dict[int, tuple[int, str]]:
    """The unit and team, at a moment, of everybody whom a reorganisation has moved since."""
    rows = session.exec(
        select(MemberPast)
        .where(MemberPast.until > moment)
        .order_by(col(MemberPast.until).desc(), col(MemberPast.id).desc())
    )
    return {row.member_id: (row.unit_id, row.team) for row in rows}


@dataclass(frozen=True, slots=True)
class Moved:
    """A person, and the unit and team she belonged to at a moment."""

    member: Member
    then: int
    team: str


def moved_since(session: Session, moment: datetime) -> list[Moved]:
    """Everybody whom a reorganisation has moved since a moment, and where she was then."""
    rows = session.exec(
        select(MemberPast, Member)
        .join(Member, col(Member.id) == col(MemberPast.member_id))
        .where(MemberPast.until > moment)
        .order_by(col(MemberPast.until).desc(), col(MemberPast.id).desc())
    )
    found = {past.member_id: Moved(member, past.unit_id, past.team) for past, member in rows}
    return list(found.values())


def moved_by(session: Session, number: int) -> list[Member]:
    """Everybody whom one reorganisation moved."""
    query = select(Member).join(MemberPast, col(MemberPast.member_id) == col(Member.id))
    return list(session.exec(query.where(MemberPast.reorganisation_id == number)))


def of_unit(session: Session, unit_id: int) -> list[UnitPast]:
    """The former states of a unit, oldest first."""
    return list(
        session.exec(
            select(UnitPast)
            .where(UnitPast.unit_id == unit_id)
            .order_by(col(UnitPast.until), col(UnitPast.id))
        )
    )
