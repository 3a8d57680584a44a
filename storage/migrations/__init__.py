"""Alembic, driven from code: there is no ini file to find."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event

from storage.database import Connection, Engine, open_engine

HERE = Path(__file__).parent


class BrokenKeysError(Exception):
    """A migration would leave rows that point to nothing; it was undone."""


def upgrade(url: str, to: str = "head") -> None:
    """Bring the database at `url` to a revision."""
    _run(url, "upgrade", to)


def downgrade(url: str, to: str) -> None:
    """Take the database at `url` back to a revision."""
    _run(url, "downgrade", to)


def revisions() -> list[str]:
    """Every revision there is, the first one first."""
    from alembic.config import Config  # noqa: PLC0415 - heavy, and only needed here
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(HERE))
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    return [script.revision for script in scripts][::-1]


def revision(engine: Engine) -> str | None:
    """The revision a database is at; None before the first."""
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Whether the database has every table it should."""
    return revision(engine) == revisions()[-1]


@contextmanager
def changing(url: str) -> Iterator[Connection]:
    """A transaction that changes tables; undone as a whole if anything goes wrong.

    SQLite changes a table by making it anew, and to drop the old one would delete, by their
    foreign keys, all rows that point to it: so the keys rest meanwhile, and are checked at the end
    (alembic.sqlalchemy.org/en/latest/batch.html, sqlite.org/lang_altertable.html).

    Raises:
        BrokenKeysError: rows point to rows that are gone.
    """
    engine = open_engine(url)
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        event.listen(engine, "connect", _rest_keys)
    try:
        with engine.begin() as connection:
            yield connection
            if sqlite and (
                broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            ):
                raise BrokenKeysError(f"{broken[0]} points to rows of {broken[2]} that are gone")
    finally:
        engine.dispose()


def _rest_keys(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=OFF")


def _run(url: str, verb: str, to: str) -> None:
    from alembic import command  # noqa: PLC0415 - heavy, and only needed here
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(HERE))
    with changing(url) as connection:
        config.attributes["connection"] = connection
        getattr(command, verb)(config, to)
