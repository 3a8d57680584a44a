"""The tree of units: any depth, level names as data, old names as aliases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import ForeignKey, Select, UniqueConstraint, bindparam
from sqlmodel import Column, Field, SQLModel, col, select

from storage.database import Session, table
from storage.groups import Group, GroupState
from storage.objects import Objects, find
from storage.quick import Quick, filled, slots
from storage.vietnamese import fold


class Unit(SQLModel, table=True):
    """A unit of the organisation: the city, a ward, a branch. `kind` is free data.

    One that a reorganisation closed stays as a row, for its reports; its work goes on in `heir_id`,
    if it has one, and it then stands below its heir. `told_apart` is what its name ends with while
    a neighbour bears the same one: " (Phường 5 cũ)".
    """

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    name: str
    kind: str
    parent_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    valid_from: date | None = None
    valid_to: date | None = None
    closed: bool = False
    heir_id: int | None = Field(default=None, foreign_key="unit.id")
    told_apart: str = ""

    @property
    def official(self) -> str:
        """The name it was given, without what tells it apart from a neighbour."""
        return self.name.removesuffix(self.told_apart)


class UnitCode(SQLModel, table=True):
    """A code that a unit bore once and that still leads to it."""

    __tablename__ = "unit_code"
    code: str = Field(primary_key=True)
    unit_id: int = Field(
        sa_column=Column(ForeignKey("unit.id", ondelete="CASCADE"), nullable=False, index=True)
    )


class UnitAlias(SQLModel, table=True):
    """Another name people use for a unit; `folded` is without marks."""

    __tablename__ = "unit_alias"
    __table_args__ = (UniqueConstraint("unit_id", "folded"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(
        sa_column=Column(ForeignKey("unit.id", ondelete="CASCADE"), nullable=False)
    )
    name: str
    folded: str = Field(index=True)


_UNIT = table(Unit)
FEW = 8
"""So many are looked up one by one: mostly they are loaded already."""


def by_code(session: Session, code: str) -> Unit | None:
    """The unit with this code, in any letter case. The code of a unit that was closed leads to the
    one that carries its work on, a code that was given up to the unit that bore it.
    """
    found = bearing(session, code)
    if found is None:
        old = session.get(UnitCode, code.strip().upper())
        found = get(session, old.unit_id) if old is not None else None
    return current(session, found) if found is not None else None


def bearing(session: Session, code: str) -> Unit | None:
    """The unit that bears this very code, closed or not."""
    return session.exec(select(Unit).where(Unit.code == code.strip().upper())).first()


def codes(session: Session) -> set[str]:
    """Every code that is taken, those that were given up among them."""
    return {*session.exec(select(Unit.code)), *session.exec(select(UnitCode.code))}


def current(session: Session, unit: Unit) -> Unit:
    """The unit itself or, if it is closed, the one that carries its work on."""
    while unit.closed and unit.heir_id is not None:
        heir = get(session, unit.heir_id)
        assert heir is not None
        unit = heir
    return unit


def taken_in_by(session: Session, unit_id: int) -> int:
    """The unit into which a closed one went as a whole; itself if it is open or was split."""
    unit = get(session, unit_id)
    while unit is not None and unit.closed and unit.heir_id and unit.heir_id == unit.parent_id:
        unit = get(session, unit.heir_id)
    return unit.id or 0 if unit is not None else 0


def with_taken_in(session: Session, unit_ids: Sequence[int]) -> list[int]:
    """These units and the closed ones that went into them as a whole."""
    base = select(col(Unit.id).label("id")).where(col(Unit.id).in_(unit_ids)).cte(recursive=True)
    both = base.union(
        select(Unit.id).join(
            base,
            (col(Unit.parent_id) == base.c.id)
            & (col(Unit.heir_id) == base.c.id)
            & col(Unit.closed),
        )
    )
    return [int(row) for row in session.exec(select(both.c.id))]


def get(session: Session, unit_id: int) -> Unit | None:
    """The unit with this id."""
    return find(session, Unit, unit_id)


def load(session: Session, unit_ids: Sequence[int]) -> list[Unit]:
    """Load these units at once."""
    if len(unit_ids) <= FEW:
        return [unit for unit_id in set(unit_ids) if (unit := get(session, unit_id)) is not None]
    return list(session.exec(select(Unit).where(col(Unit.id).in_(unit_ids))))


def everything(session: Session) -> list[Unit]:
    """Every unit, parents before children where loaded so."""
    return list(session.exec(select(Unit).order_by(col(Unit.id))))


def children(session: Session, unit_id: int) -> list[Unit]:
    """The open units directly below."""
    below = select(Unit).where(Unit.parent_id == unit_id, ~col(Unit.closed))
    return list(session.exec(below.order_by(col(Unit.code))))


def roots(session: Session) -> list[int]:
    """The open units with none above them."""
    top = select(Unit.id).where(col(Unit.parent_id).is_(None), ~col(Unit.closed))
    found = session.exec(top)
    return [unit_id for unit_id in found if unit_id is not None]


def _lineage() -> Select[Any]:
    line = select(_UNIT.c.id, _UNIT.c.parent_id).where(_UNIT.c.id == bindparam("unit"))
    base = line.cte("lineage", recursive=True)
    parent = select(_UNIT.c.id, _UNIT.c.parent_id).join(base, _UNIT.c.id == base.c.parent_id)
    return select(base.union_all(parent).c.id)


_LINEAGE = Quick(_lineage())


def lineage(session: Session, unit_id: int) -> list[int]:
    """The unit and all above it, nearest first."""
    return _LINEAGE.column(session, {"unit": unit_id})


def _below(count: int) -> Select[Any]:
    """So many units and all below them."""
    base = select(_UNIT.c.id).where(_UNIT.c.id.in_(slots("unit", count)))
    below = base.cte("below", recursive=True)
    return select(below.union(select(_UNIT.c.id).join(below, _UNIT.c.parent_id == below.c.id)).c.id)


@lru_cache
def _subtree(count: int) -> Quick:
    return Quick(_below(count))


def subtree(session: Session, unit_ids: Sequence[int]) -> list[int]:
    """The units given and all below them, those that were closed too."""
    return _subtree(len(unit_ids)).column(session, filled("unit", unit_ids)) if unit_ids else []


_LEAVES = Objects(
    Unit,
    select(Unit)
    .where(
        _UNIT.c.id.in_(_below(1)),
        ~_UNIT.c.closed,
        _UNIT.c.id.not_in(
            select(_UNIT.c.parent_id).where(_UNIT.c.parent_id.is_not(None), ~_UNIT.c.closed)
        ),
    )
    .order_by(_UNIT.c.code),
)


def leaves(session: Session, unit_id: int) -> list[Unit]:
    """The open units of the subtree that have none below: the branches."""
    return _LEAVES.all(session, filled("unit", [unit_id]))


def aliases(session: Session, unit_id: int) -> list[str]:
    """The other names of a unit."""
    return list(
        session.exec(
            select(UnitAlias.name).where(UnitAlias.unit_id == unit_id).order_by(col(UnitAlias.id))
        )
    )


def alias_rows(session: Session, unit_id: int) -> list[UnitAlias]:
    """The same as rows."""
    return list(session.exec(select(UnitAlias).where(UnitAlias.unit_id == unit_id)))


def add_aliases(session: Session, unit: Unit, names: Sequence[str]) -> int:
    """Give a unit other names; how many it did not have yet."""
    assert unit.id is not None
    known = {fold(name) for name in aliases(session, unit.id)} | {fold(unit.name)}
    fresh = {fold(name): name for name in names if fold(name) not in known}
    for folded, name in fresh.items():
        session.add(UnitAlias(unit_id=unit.id, name=name, folded=folded))
    session.flush()
    return len(fresh)


def named(session: Session, words: str, within: Sequence[int]) -> list[Unit]:
    """Open units among `within` whose code, name or alias is `words`, marks or not."""
    folded = fold(words)
    other = select(UnitAlias.unit_id).where(UnitAlias.folded == folded)
    there = select(Unit).where(col(Unit.id).in_(within), ~col(Unit.closed))
    rows = session.exec(there.order_by(col(Unit.id))).all()
    known = set(session.exec(other))
    return [
        unit
        for unit in rows
        if fold(unit.code) == folded or fold(unit.name) == folded or unit.id in known
    ]


def with_group(session: Session, unit_ids: Sequence[int]) -> list[int]:
    """Those of these units that have a group the bot can speak in."""
    found = select(Group.unit_id).where(
        col(Group.unit_id).in_(unit_ids), Group.state == GroupState.ACTIVE
    )
    return sorted({unit_id for unit_id in session.exec(found) if unit_id is not None})


def full_names(session: Session, unit_ids: Sequence[int]) -> dict[int, str]:
    """Each unit's name with that of the one above it: two wards have a Khóm 8 each."""
    found = load(session, unit_ids)
    above = {unit.id: unit for unit in load(session, [u.parent_id for u in found if u.parent_id])}
    return {
        unit.id or 0: f"{unit.name} ({above[unit.parent_id].name})" if unit.parent_id else unit.name
        for unit in found
    }


def labels(session: Session, offered: Sequence[Unit]) -> dict[int, str]:
    """Names to choose from: where two units share one, the unit above is named too."""
    times = Counter(unit.name for unit in offered)
    found = {unit.id or 0: unit.name for unit in offered}
    shared = [unit for unit in offered if times[unit.name] > 1 and unit.parent_id]
    above = {unit.id: unit for unit in load(session, [u.parent_id or 0 for u in shared])}
    for unit in shared:
        found[unit.id or 0] = f"{unit.name} · {above[unit.parent_id].name}"
    return found
