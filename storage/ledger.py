"""The ledger of a reorganisation: every row it changed, added or removed, so that undoing it gives
back exactly what was there.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, insert, inspect
from sqlalchemy import select as columns
from sqlalchemy.types import TypeEngine
from sqlmodel import Column, Field, SQLModel, col, select

from storage.database import Session, Utc, metadata, table

BOOKKEEPING = frozenset(
    {
        "tallies",
        "tally_at",
        "stale",
        "news",
        "told",
        "chased",
        "digest_at",
        "reminded_at",
        "reminded_on",
    }
)
"""Columns in which a row remembers what it has shown; they say nothing of what is so."""


class ReorganisationEntry(SQLModel, table=True):
    """One row of another table: its key, and the columns that differ before and after."""

    __tablename__ = "reorganisation_entry"
    id: int | None = Field(default=None, primary_key=True)
    reorganisation_id: int = Field(
        sa_column=Column(
            ForeignKey("reorganisation.id", ondelete="CASCADE"), nullable=False, index=True
        )
    )
    what: str
    rows_of: str
    key: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    before: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class ChangedSinceError(Exception):
    """A row is not as the reorganisation left it, or a newer one needs it; `rows_of` is the table
    whose rows are in the way.
    """

    def __init__(self, rows_of: str) -> None:
        super().__init__(rows_of)
        self.rows_of = rows_of


class Ledger:
    """Makes changes and writes them down; `close` stores what was written."""

    def __init__(self, session: Session, number: int) -> None:
        self._session = session
        self._number = number
        self._entries: list[dict[str, Any]] = []

    def change(self, row: SQLModel, **new: Any) -> None:
        """Give a row other values."""
        before = {name: getattr(row, name) for name in new}
        differing = [name for name in new if new[name] != before[name]]
        for name in differing:
            setattr(row, name, new[name])
        if differing:
            self._session.add(row)
            self._note(
                row,
                "changed",
                {name: before[name] for name in differing},
                {name: new[name] for name in differing},
            )

    def add(self, row: SQLModel) -> None:
        """Store a new row; it has its id afterwards."""
        self._session.add(row)
        self._session.flush()
        self._note(row, "added", {}, _values(row))

    def add_all(self, rows: Sequence[SQLModel]) -> None:
        """Store many new rows at once."""
        self._session.add_all(rows)
        self._session.flush()
        for row in rows:
            self._note(row, "added", {}, _values(row))

    def remove(self, row: SQLModel) -> None:
        """Delete a row."""
        self._note(row, "removed", _values(row), {})
        self._session.delete(row)
        self._session.flush()

    def _note(
        self, row: SQLModel, what: str, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        of = table(type(row))
        self._entries.append(
            {
                "reorganisation_id": self._number,
                "what": what,
                "rows_of": of.name,
                "key": {c.name: getattr(row, c.name) for c in of.primary_key.columns},
                "before": {name: _out(value) for name, value in before.items()},
                "after": {name: _out(value) for name, value in after.items()},
            }
        )

    def close(self) -> None:
        """Store the entries."""
        self._session.flush()
        if self._entries:
            self._session.execute(insert(ReorganisationEntry), self._entries)


def is_kept(session: Session, number: int) -> bool:
    """Whether it is still written down what a reorganisation changed."""
    query = select(ReorganisationEntry.id).where(ReorganisationEntry.reorganisation_id == number)
    return session.exec(query.limit(1)).first() is not None


def undo(session: Session, number: int) -> None:
    """Give back what was there before a reorganisation. What has been deleted since stays so: the
    law may have asked for it.

    Raises:
        ChangedSinceError: something newer depends on it; the transaction must not be kept.
    """
    entries = session.exec(
        select(ReorganisationEntry)
        .where(ReorganisationEntry.reorganisation_id == number)
        .order_by(col(ReorganisationEntry.id).desc())
    )
    for entry in entries.all():
        model = _models()[entry.rows_of]
        if entry.what == "removed":
            session.add(model(**_in(model, entry.before)))
            session.flush()
            continue
        names = [column.name for column in table(model).primary_key.columns]
        row = session.get(model, tuple(entry.key[name] for name in names))
        if row is None:
            continue
        if any(
            _out(getattr(row, name)) != value
            for name, value in entry.after.items()
            if name not in BOOKKEEPING
        ):
            raise ChangedSinceError(entry.rows_of)
        if entry.what == "changed":
            for name, value in _in(model, entry.before).items():
                setattr(row, name, value)
            session.add(row)
            session.flush()
        else:
            _take_away(session, row)


def _take_away(session: Session, row: SQLModel) -> None:
    """Delete a row that was added, unless another has come to need it."""
    of = table(type(row))
    for other in metadata.tables.values():
        for key in other.foreign_keys:
            if key.column.table is not of:
                continue
            needed = columns(key.parent).where(key.parent == getattr(row, key.column.name))
            if session.execute(needed.limit(1)).first() is not None:
                raise ChangedSinceError(other.name)
    session.delete(row)
    session.flush()


@cache
def _models() -> dict[str, type[SQLModel]]:
    """The class of each table."""
    found = (mapper.class_ for mapper in SQLModel._sa_registry.mappers)  # noqa: SLF001
    return {inspect(model).local_table.name: model for model in found}


def _values(row: SQLModel) -> dict[str, Any]:
    return {column.name: getattr(row, column.name) for column in table(type(row)).c}


def _out(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _in(model: type[SQLModel], values: dict[str, Any]) -> dict[str, Any]:
    known = table(model).c
    return {name: _read(known[name].type, value) for name, value in values.items()}


def _read(kind: TypeEngine[Any], value: Any) -> Any:
    if value is None or not isinstance(kind, Utc | Date):
        return value
    return (datetime if isinstance(kind, Utc) else date).fromisoformat(value)
