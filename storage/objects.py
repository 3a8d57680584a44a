"""Statements that load objects, run on the driver's own cursor as those of `storage.quick` are.

They stand in the session as if SQLAlchemy had loaded them, in a tenth of the time: an object that is
loaded already stays as it is, what is new can be changed and is written at the next flush.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from operator import itemgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import bindparam, inspect
from sqlalchemy.orm.attributes import instance_dict, instance_state
from sqlmodel import SQLModel, select

from storage.database import Session, table
from storage.quick import Quick, filled

M = TypeVar("M", bound=SQLModel)
N = TypeVar("N", bound=SQLModel)


class Objects(Generic[M]):
    """A statement that selects a model, and the objects it finds."""

    def __init__(self, model: type[M], statement: Any) -> None:
        self._quick = Quick(statement)
        self._object = _Maker(model)

    def all(self, session: Session, values: Mapping[str, Any]) -> list[M]:
        """What it finds, in its order."""
        return [self._object(session, row) for row in self._quick.rows(session, values)]

    def first(self, session: Session, values: Mapping[str, Any]) -> M | None:
        """The first it finds."""
        rows = self._quick.rows(session, values)
        return self._object(session, rows[0]) if rows else None


class Pairs(Generic[M, N]):
    """The same of a statement that selects two models."""

    def __init__(self, first: type[M], second: type[N], statement: Any) -> None:
        self._quick = Quick(statement)
        self._first, self._second = _Maker(first), _Maker(second)
        self._cut = len(table(first).c)

    def all(self, session: Session, values: Mapping[str, Any]) -> list[tuple[M, N]]:
        """What it finds, in its order."""
        return [
            (self._first(session, row[: self._cut]), self._second(session, row[self._cut :]))
            for row in self._quick.rows(session, values)
        ]


class _Maker(Generic[M]):
    """Makes the objects of one model from rows of all its columns."""

    def __init__(self, model: type[M]) -> None:
        mapper, columns = inspect(model), table(model).c
        self._class = model
        self._blank = mapper.class_manager.new_instance
        self._names = [mapper.get_property_by_column(column).key for column in columns]
        places = [list(columns).index(column) for column in mapper.primary_key]
        first, *others = places
        self._key: Callable[[tuple[Any, ...]], tuple[Any, ...]] = (
            itemgetter(*places) if others else itemgetter(slice(first, first + 1))
        )

    def __call__(self, session: Session, row: tuple[Any, ...]) -> M:
        """The object of a row, as `sqlalchemy.orm.loading` makes one."""
        key = (self._class, self._key(row), None)
        found: M | None = session.identity_map.get(key)
        if found is None:
            found = self._blank()
            state = instance_state(found)
            instance_dict(found).update(zip(self._names, row, strict=True))
            state.key, state.session_id = key, session.hash_key
            session.identity_map.add(state)
            if heard := session.dispatch.loaded_as_persistent:
                heard(session, state)
        elif instance_state(found).expired:
            session.refresh(found)
        return found


@cache
def _by_key(model: type[M]) -> Objects[M]:
    columns = inspect(model).primary_key
    these = [column == bindparam(f"key{at}") for at, column in enumerate(columns)]
    return Objects(model, select(model).where(*these))


def find(session: Session, model: type[M], *key: int | str) -> M | None:
    """`session.get`, by the values of its key."""
    found: M | None = session.identity_map.get((model, key, None))
    if found is None or instance_state(found).expired:
        return _by_key(model).first(session, filled("key", key))
    return found
