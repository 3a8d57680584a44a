"""A whole union from one database into another, whichever kinds they are; every row is compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, func, insert, inspect, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from storage.database import Connection, Engine
from storage.tables import metadata

ROWS = 1000
FILES = 4
"""Rows taken at once: files may have 20 MB each."""
VERSION = "alembic_version"
Say = Callable[[str, int], None]
"""Hears a table's name and how many more of its rows have been done."""


class NotEmptyError(Exception):
    """The database to copy into holds something already; the message names a table."""


class CopyError(Exception):
    """A table could not be copied, or its copy differs; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a table holds: its rows, and a checksum that knows no order."""

    rows: int
    checksum: int


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """One transaction that sees the database as it is now, whatever others write meanwhile."""
    options: dict[str, Any] = {"reads_only": True}
    if engine.dialect.name == "postgresql":
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection:
        connection.execute(select(func.count()).select_from(metadata.sorted_tables[0]))
        yield connection
        connection.rollback()


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def is_new(engine: Engine) -> bool:
    """Whether a database has no table of ours yet.

    Raises:
        NotEmptyError: a table in it has rows, or is not ours.
    """
    found = set(inspect(engine).get_table_names())
    strange = found - set(metadata.tables) - {VERSION}
    if strange:
        raise NotEmptyError(min(strange))
    with engine.connect() as connection:
        for name in sorted(found - {VERSION}):
            table = metadata.tables[name]
            if connection.execute(select(func.count()).select_from(table)).scalar_one():
                raise NotEmptyError(name)
    return not found


def summaries(connection: Connection, say: Say = lambda _table, _rows: None) -> dict[str, Summary]:
    """What every table holds."""
    found = {}
    for table in metadata.sorted_tables:
        summary = Summary(0, 0)
        for rows in _batches(connection, table):
            summary = _added(summary, rows)
            say(table.name, len(rows))
        found[table.name] = summary
    return found


def fill(source: Connection, target: Connection, say: Say) -> dict[str, Summary]:
    """Copy every row into the empty tables of `target`, inside the transaction it is in.

    Raises:
        CopyError: a row was refused, or what was written differs from what was read.
    """
    read = {}
    for table in metadata.sorted_tables:
        try:
            read[table.name] = _fill_table(source, target, table, say)
        except SQLAlchemyError as error:
            why = str(getattr(error, "orig", None) or error).partition("\n")[0]
            raise CopyError(f"{table.name}: {why}") from None
    if target.dialect.name == "postgresql":
        _set_sequences(target)
    compare(read, summaries(target, say))
    return read


def compare(read: dict[str, Summary], written: dict[str, Summary]) -> None:
    """Check that two databases hold the same.

    Raises:
        CopyError: they differ; the message names the first table that does.
    """
    for name, summary in read.items():
        there = written[name]
        if summary.rows != there.rows:
            raise CopyError(f"{name}: {summary.rows} rows were read, {there.rows} are there")
        if summary != there:
            raise CopyError(f"{name}: the copy's checksum differs")


def _fill_table(source: Connection, target: Connection, table: Table, say: Say) -> Summary:
    """Copy one table. What points into the same table is set in a second pass: the row it
    points to may come later.
    """
    own = [key.parent for key in table.foreign_keys if key.column.table is table]
    later: list[dict[str, Any]] = []
    summary = Summary(0, 0)
    for rows in _batches(source, table):
        summary = _added(summary, rows)
        values = [dict(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
        later += [value for value in values if any(value[c.name] is not None for c in own)]
        target.execute(insert(table), [value | {c.name: None for c in own} for value in values])
        say(table.name, len(rows))
    for value in later:
        key = [column == value[column.name] for column in table.primary_key]
        target.execute(update(table).where(*key).values({c.name: value[c.name] for c in own}))
    return summary


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    heavy = any(isinstance(column.type, LargeBinary) for column in table.columns)
    size = FILES if heavy else ROWS
    query = select(*table.columns).execution_options(yield_per=size)
    yield from connection.execute(query).partitions(size)


def _added(summary: Summary, rows: Sequence[Any]) -> Summary:
    """Order does not matter: a sum does not know it."""
    total = summary.checksum + sum(_checksum(row) for row in rows)
    return Summary(summary.rows + len(rows), total % 2**128)


def _checksum(row: Sequence[Any]) -> int:
    plain = repr([_plain(value) for value in row]).encode()
    return int.from_bytes(hashlib.blake2b(plain, digest_size=16).digest())


def _plain(value: Any) -> Any:
    """A value as both kinds of database give it back."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return hashlib.blake2b(value).hexdigest()
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True)
    return value


def _set_sequences(target: Connection) -> None:
    """New rows go on after the greatest id copied."""
    for table in metadata.sorted_tables:
        column: Column[Any] | None = table.autoincrement_column
        if column is None:
            continue
        name = target.dialect.identifier_preparer.quote(table.name)
        greatest = target.execute(select(func.max(column))).scalar_one()
        target.execute(
            text("SELECT setval(pg_get_serial_sequence(:name, :column), :value, :used)"),
            {
                "name": name,
                "column": column.name,
                "value": greatest or 1,
                "used": greatest is not None,
            },
        )
