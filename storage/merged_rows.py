"""What hangs on a member, handed over to another record of hers and given back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from storage.accounts import AccountMember
from storage.clubs import ClubMember
from storage.database import Session, table
from storage.dues import DuesTick
from storage.members import Role

_HANGING: tuple[tuple[type[Any], tuple[str, ...]], ...] = (
    (Role, ("unit_id", "kind", "team", "since")),
    (AccountMember, ("account_id",)),
    (ClubMember, ("club_id", "since")),
    (DuesTick, ("year",)),
)
"""Each with what may stand only once beside a member. Marks in rolls stay where they were made."""


def hand_over(session: Session, giver: int, taker: int) -> dict[str, list[list[Any]]]:
    """Let everything of one member be the other's, but what she has too; the keys of what moved."""
    moved: dict[str, list[list[Any]]] = {}
    for model, unique in _HANGING:
        row = table(model)
        keys = [row.c[name] for name in unique]
        held = session.connection().execute(select(*keys).where(row.c.member_id == taker))
        hers = {tuple(found) for found in held}
        given = session.connection().execute(select(*keys).where(row.c.member_id == giver))
        for found in [tuple(found) for found in given if tuple(found) not in hers]:
            _move(session, model, unique, found, giver, taker)
            moved.setdefault(model.__tablename__, []).append(_plain(found))
    session.expire_all()
    return moved


def give_back(session: Session, moved: dict[str, list[list[Any]]], giver: int, taker: int) -> None:
    """Undo `hand_over`: what is still with the taker goes back."""
    for model, unique in _HANGING:
        row = table(model)
        keys = [row.c[name] for name in unique]
        held = session.connection().execute(select(*keys).where(row.c.member_id == taker))
        theirs = moved.get(model.__tablename__, [])
        for found in [tuple(found) for found in held if _plain(tuple(found)) in theirs]:
            _move(session, model, unique, found, taker, giver)
    session.expire_all()


def _move(
    session: Session,
    model: type[Any],
    unique: tuple[str, ...],
    key: tuple[Any, ...],
    giver: int,
    taker: int,
) -> None:
    row = table(model)
    same = [
        row.c[name].is_(None) if value is None else row.c[name] == value
        for name, value in zip(unique, key, strict=True)
    ]
    session.connection().execute(
        update(row).where(row.c.member_id == giver, *same).values(member_id=taker)
    )


def _plain(key: tuple[Any, ...]) -> list[Any]:
    """As JSON keeps it."""
    return [value if value is None or isinstance(value, int | str) else str(value) for value in key]
