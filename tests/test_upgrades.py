"""Every migration, up and down, on a union full of people: nothing is lost on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import reduce
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, Engine, MetaData, select, text
from sqlalchemy.exc import IntegrityError

from bot.cli.db import copy
from storage import tables
from storage.database import open_engine
from storage.migrations import (
    BrokenKeysError,
    changing,
    downgrade,
    is_current,
    revision,
    revisions,
    upgrade,
)
from tests.conftest import Databases
from tests.fresh import empty_database

FORGOTTEN: dict[str, str] = {}
"""`table.column` that an older program cannot keep, and why."""

Shape = dict[str, list[str]]
Rows = dict[str, Counter[str]]


pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


@pytest.fixture
def filled(
    demo_template: Path, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """The demo's world, on SQLite or PostgreSQL."""
    url = empty_database(databases, tmp_path)
    monkeypatch.setenv(
        "CHIHOI_DATABASE_URL", f"sqlite:///{demo_template / 'template' / 'union.db'}"
    )
    copy(to=url)
    engine = open_engine(url)
    yield engine
    engine.dispose()


def address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def shape(engine: Engine) -> Shape:
    """The tables and columns there are."""
    found = MetaData()
    found.reflect(engine)
    return {name: [column.name for column in table.columns] for name, table in found.tables.items()}


def rows(engine: Engine, seen: Shape) -> Rows:
    """What stands in these tables and columns."""
    found = MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        return {
            name: Counter(
                repr(tuple(row))
                for row in connection.execute(select(*(found.tables[name].c[c] for c in columns)))
            )
            for name, columns in seen.items()
        }


def common(one: Shape, other: Shape) -> Shape:
    """What both can hold, but for what is known to be forgotten."""
    both = {}
    for name in one.keys() & other.keys() - {"alembic_version"}:
        kept = [c for c in one[name] if c in other[name] and f"{name}.{c}" not in FORGOTTEN]
        both[name] = kept
    return both


@pytest.fixture
def shapes(databases: Databases, tmp_path: Path) -> dict[str, Shape]:
    """What each revision can hold."""
    url, found = empty_database(databases, tmp_path), {}
    for to in revisions():
        upgrade(url, to)
        engine = open_engine(url)
        found[to] = shape(engine)
        engine.dispose()
    return found


def test_down_to_the_first_tables_and_up_again_keeps_everything(
    filled: Engine, shapes: dict[str, Shape]
) -> None:
    steps = list(pairwise(revisions()))
    always = reduce(common, shapes.values())
    start = rows(filled, always)
    for old, new in reversed(steps):
        seen = common(shapes[old], shapes[new])
        before = rows(filled, seen)
        downgrade(address(filled), old)
        assert revision(filled) == old
        assert rows(filled, seen) == before
    for old, new in steps:
        seen = common(shapes[old], shapes[new])
        before = rows(filled, seen)
        upgrade(address(filled), new)
        assert revision(filled) == new
        assert rows(filled, seen) == before

    assert is_current(filled)
    assert is_whole(filled)
    assert rows(filled, always) == start
    assert start["member"].total() > 2500
    with filled.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []


def is_whole(engine: Engine) -> bool:
    """Whether no row points to nothing; PostgreSQL sees to it by itself."""
    if engine.dialect.name != "sqlite":
        return True
    with engine.connect() as connection:
        return not connection.exec_driver_sql("PRAGMA foreign_key_check").all()


def remade(connection: Connection) -> None:
    """A change that SQLite can only make by building the table anew."""
    operations = Operations(MigrationContext.configure(connection))
    with operations.batch_alter_table("unit") as batch:
        batch.alter_column("kind", nullable=True)


def names(engine: Engine) -> Any:
    with engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM unit_alias")).scalar_one()


def test_a_table_made_anew_takes_nothing_else_with_it(filled: Engine) -> None:
    before = names(filled)
    assert before > 0
    with changing(address(filled)) as connection:
        remade(connection)

    assert names(filled) == before
    assert is_whole(filled)


def test_without_that_care_it_would_fail_or_take_rows_with_it(filled: Engine) -> None:
    if filled.dialect.name != "sqlite":
        pytest.skip("PostgreSQL alters a table in place")
    with pytest.raises(IntegrityError), filled.begin() as connection:
        remade(connection)


def test_a_migration_that_breaks_a_key_is_undone(filled: Engine) -> None:
    if filled.dialect.name != "sqlite":
        pytest.skip("PostgreSQL refuses the statement itself")
    before = names(filled)
    with (
        pytest.raises(BrokenKeysError, match="points to rows of unit"),
        changing(address(filled)) as connection,
    ):
        connection.execute(text("DELETE FROM unit"))

    assert names(filled) == before
