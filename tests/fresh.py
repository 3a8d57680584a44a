"""An empty database for a test: a new SQLite file, or a new database of the tests' PostgreSQL."""

from __future__ import annotations

import uuid
from pathlib import Path

from tests import postgres
from tests.conftest import Databases


def empty_database(databases: Databases, folder: Path) -> str:
    """The address of a database that has nothing in it, not even tables."""
    name = f"empty{uuid.uuid4().hex}"
    if not databases.server:
        return f"sqlite:///{folder / name}.db"
    postgres.run(databases.server, f"CREATE DATABASE {name}")
    return postgres.database(databases.server, name)
