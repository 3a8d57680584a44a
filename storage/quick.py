"""Statements that run at every event: compiled once, and run on the driver's own cursor.

SQLAlchemy's own way through a statement costs some 40 µs, SQLite's answer 5 (tests/bench). What
loads objects, or runs less often, has no place here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, bindparam
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.types import TypeEngine

from storage.batches import driver
from storage.database import Session, Utc

Convert = Callable[[Any], Any] | None
MOMENTS = 256
"""So many moments are kept as the driver writes them: a whole batch has the same one."""


class Quick:
    """One statement; an INSERT writes the columns `writes`, those in `unsaid` as they stand there
    unless told otherwise. It may be built by a function of the dialect's name, where ON CONFLICT
    needs that. What a session has not written yet is written first, as by any other query. Errors
    are the driver's own.
    """

    def __init__(
        self,
        statement: Any,
        writes: Sequence[str] | None = None,
        unsaid: Mapping[str, Any] | None = None,
    ) -> None:
        self._statement = statement
        self._writes = writes
        self._unsaid = unsaid or {}
        self._ready: dict[str, _Ready] = {}

    def rows(self, session: Session, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows it finds."""
        return self._run(session, values)[1]

    def scalar(self, session: Session, values: Mapping[str, Any]) -> Any:
        """The first column of the first row; None if there is none."""
        rows = self.rows(session, values)
        return rows[0][0] if rows else None

    def column(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """The first column of the rows it finds."""
        return [row[0] for row in self._run(session, values)[1]]

    def count(self, session: Session, values: Mapping[str, Any]) -> int:
        """How many rows it wrote."""
        return self._run(session, values)[0]

    def each(self, session: Session, many: Sequence[Mapping[str, Any]]) -> None:
        """Run it once with each of these values."""
        ready = self._made_ready(session)
        cursor = driver(session).cursor()
        try:
            cursor.executemany(ready.sql, [ready.parameters(values) for values in many])
        finally:
            cursor.close()

    def _made_ready(self, session: Session) -> _Ready:
        session.flush()
        dialect = session.get_bind().dialect
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = self._ready[dialect.name] = _Ready(
                self._built(dialect.name), self._writes, self._unsaid, dialect
            )
        return ready

    def _run(
        self, session: Session, values: Mapping[str, Any]
    ) -> tuple[int, list[tuple[Any, ...]]]:
        ready = self._made_ready(session)
        cursor = driver(session).execute(ready.sql, ready.parameters(values))
        try:
            return cursor.rowcount, ready.read(cursor) if cursor.description else []
        finally:
            cursor.close()

    def _built(self, name: str) -> ClauseElement:
        built = self._statement if isinstance(self._statement, ClauseElement) else None
        found: ClauseElement = self._statement(name) if built is None else built
        return found


def slots(name: str, count: int) -> list[BindParameter[Any]]:
    """So many parameters for an IN: SQLAlchemy's own way writes the statement anew each time."""
    return [bindparam(f"{name}{number}") for number in range(count)]


def filled(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """What goes into `slots` of that name."""
    return {f"{name}{number}": value for number, value in enumerate(values)}


class _Ready:
    """A statement in one dialect's words, and how its values go in and come out."""

    def __init__(
        self,
        statement: ClauseElement,
        writes: Sequence[str] | None,
        unsaid: Mapping[str, Any],
        dialect: Dialect,
    ) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=writes)
        self.sql: str = compiled.string
        self._into = {
            name: convert
            for name, bind in compiled.binds.items()
            if (convert := _binder(bind.type, dialect)) is not None
        }
        self._fixed: dict[str, Any] = {}
        given = compiled.construct_params(_check=False).items()
        literal = {name: value for name, value in given if not compiled.binds[name].required}
        self._fixed = self._written({**literal, **unsaid})
        self._order: Sequence[str] | None = compiled.positiontup if compiled.positional else None
        columns = getattr(statement, "selected_columns", ())
        self._out = [_reader(column.type, dialect) for column in columns]

    def _written(self, values: Mapping[str, Any]) -> dict[str, Any]:
        given = self._fixed.copy()
        for name, value in values.items():
            convert = self._into.get(name)
            given[name] = value if convert is None else convert(value)
        return given

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver wants them."""
        given = self._written(values)
        return given if self._order is None else [given[name] for name in self._order]

    def read(self, cursor: Any) -> list[tuple[Any, ...]]:
        """The rows as Python values."""
        found: list[tuple[Any, ...]] = cursor.fetchall()
        if not any(self._out):
            return found
        return [
            tuple(
                value if convert is None else convert(value)
                for value, convert in zip(row, self._out, strict=True)
            )
            for row in found
        ]


def _binder(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    convert: Convert = kind.dialect_impl(dialect).bind_processor(dialect)
    return lru_cache(MOMENTS)(convert) if convert is not None and isinstance(kind, Utc) else convert


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
