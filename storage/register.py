"""The register as a whole: many people at once, for lists that come in and go out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, or_, update
from sqlmodel import col, func, select

from storage.database import Session
from storage.members import Member, MemberStatus, Role
from storage.units import Unit, UnitAlias
from storage.vietnamese import fold

BATCH = 500
"""Ids named in one statement."""


def everybody(session: Session, unit_ids: Sequence[int]) -> list[Member]:
    """Everyone ever kept in these units, whoever has left too."""
    query = select(Member).where(col(Member.unit_id).in_(unit_ids))
    return list(session.exec(query.order_by(col(Member.id))))


def listed(session: Session, unit_ids: Sequence[int]) -> list[Member]:
    """Those who have not left, by unit and name."""
    query = select(Member).where(
        col(Member.unit_id).in_(unit_ids), Member.status != MemberStatus.LEFT
    )
    return list(
        session.exec(
            query.join(Unit, col(Unit.id) == col(Member.unit_id)).order_by(
                col(Unit.code), col(Member.name_key), col(Member.id)
            )
        )
    )


def count(session: Session, unit_ids: Sequence[int]) -> int:
    """How many that list holds: some of them are away and not counted in rolls."""
    return session.exec(
        select(func.count())
        .select_from(Member)
        .where(col(Member.unit_id).in_(unit_ids), Member.status != MemberStatus.LEFT)
    ).one()


def roles_by_member(session: Session, unit_ids: Sequence[int], on: date) -> dict[int, list[Role]]:
    """The roles that people of these units hold on a day, wherever they hold them."""
    rows = session.exec(
        select(Role)
        .join(Member, col(Member.id) == col(Role.member_id))
        .where(
            col(Member.unit_id).in_(unit_ids),
            or_(col(Role.since).is_(None), col(Role.since) <= on),
            or_(col(Role.until).is_(None), col(Role.until) > on),
        )
        .order_by(col(Role.id))
    )
    held: dict[int, list[Role]] = defaultdict(list)
    for role in rows:
        held[role.member_id].append(role)
    return held


def set_ground(session: Session, member_ids: Sequence[int], ground: str, now: datetime) -> None:
    """Keep these people on another legal ground from now on."""
    others = update(Member).where(col(Member.ground) != ground)
    for first in range(0, len(member_ids), BATCH):
        some = col(Member.id).in_(member_ids[first : first + BATCH])
        session.exec(others.where(some).values(ground=ground, changed_at=now))


def same(session: Session, unit_id: int, name: str, birth: str, phone: str) -> int | None:
    """The newest member of a unit with exactly this name, birth and phone."""
    return session.exec(
        select(Member.id)
        .where(
            Member.unit_id == unit_id,
            Member.name == name,
            Member.birth == birth,
            Member.phone == phone,
        )
        .order_by(col(Member.id).desc())
    ).first()


def add_rows(session: Session, people: Sequence[Mapping[str, Any]]) -> None:
    """Store new people whose ids nobody needs yet, each given by all columns but the id.

    No objects are made and no ids are fetched: that would cost six times as much.
    """
    session.connection().execute(insert(Member.metadata.tables["member"]), people)


def add_all(session: Session, rows: Sequence[Member | Role]) -> None:
    """Store many rows at once; each has its id afterwards."""
    session.add_all(rows)
    session.flush()


def unit_names(session: Session, unit_ids: Sequence[int]) -> list[tuple[Unit, list[str]]]:
    """These units, each with all its names."""
    names: dict[int, list[str]] = defaultdict(list)
    aliases = select(UnitAlias.unit_id, UnitAlias.name).where(col(UnitAlias.unit_id).in_(unit_ids))
    for unit_id, name in session.exec(aliases.order_by(col(UnitAlias.id))):
        names[unit_id].append(name)
    found = select(Unit).where(col(Unit.id).in_(unit_ids)).order_by(col(Unit.id))
    return [(unit, [unit.name, *names[unit.id or 0]]) for unit in session.exec(found)]


def add_unit(session: Session, unit: Unit, alias: str) -> Unit:
    """A new unit and the short name people call it by."""
    session.add(unit)
    session.flush()
    assert unit.id is not None
    session.add(UnitAlias(unit_id=unit.id, name=alias, folded=fold(alias)))
    session.flush()
    return unit
