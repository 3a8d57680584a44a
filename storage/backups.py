"""A copy of a union in one file, made while others write, and looked through before it counts."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from storage.copying import CopyError, Say, counts, fill, snapshot
from storage.database import Engine, open_engine
from storage.migrations import revisions, upgrade

PART = ".part"
"""What a backup is called until it is whole."""
PRIVATE = 0o600
"""Only the owner reads it: it holds everybody's names and phones."""


class BackupError(Exception):
    """The copy cannot be made, or cannot be trusted; the message says why."""


def back_up(engine: Engine, file: Path, say: Say) -> int:
    """Write a whole union into a new SQLite file, from either kind of database; how many rows.

    The file appears under its name only when it is complete and has been looked through.

    Raises:
        BackupError: the name is taken, or the copy is not sound.
        OSError: the file cannot be written.
    """
    part = file.with_name(f"{file.name}{PART}")
    for taken in (file, part):
        if taken.exists():
            raise BackupError(f"{taken} exists already; a backup is never overwritten")
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
    try:
        held = _copy_file if engine.dialect.name == "sqlite" else _copy_rows
        rows = held(engine, part, say)
        check(part)
        _settle(part)
        _name(part, file)
    finally:
        for end in ("", "-wal", "-shm", "-journal"):
            part.with_name(f"{part.name}{end}").unlink(missing_ok=True)
    return sum(rows.values())


def check(file: Path) -> None:
    """Look through a backup.

    Raises:
        BackupError: it is no database, is damaged, or is not a union's.
    """
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as database:
            found = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
            orphans = database.execute("PRAGMA foreign_key_check").fetchall()
            version = database.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    except (sqlite3.DatabaseError, TypeError) as error:
        raise BackupError(f"{file} is not a union's backup: {error}") from None
    if found != "ok":
        raise BackupError(f"{file} is damaged: {found}")
    if orphans:
        raise BackupError(f"{file} is not whole: {orphans[0][0]} points to rows that are missing")
    if version not in revisions():
        raise BackupError(f"{file} was made by a newer chihoi ({version}); install that one first")


@contextmanager
def unpacked(file: Path, folder: Path) -> Iterator[Engine]:
    """A backup's copy with today's tables, in a folder of its own; the file stays as it is.

    Raises:
        BackupError: it is damaged, or was made by a newer program.
    """
    check(file)
    copy = folder / "union.db"
    with closing(sqlite3.connect(copy)) as target:
        copy.chmod(PRIVATE)
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as source:
            source.backup(target)
    upgrade(f"sqlite:///{copy}")
    engine = open_engine(f"sqlite:///{copy}")
    try:
        yield engine
    finally:
        engine.dispose()


def _copy_file(engine: Engine, part: Path, say: Say) -> dict[str, int]:
    """SQLite's own copy, of the very moment in which the rows were counted."""
    with snapshot(engine) as source:
        rows = counts(source)
        raw = source.connection.driver_connection
        assert raw is not None
        with closing(sqlite3.connect(part)) as target:
            raw.backup(target)
    copy = open_engine(f"sqlite:///{part}")
    try:
        with snapshot(copy) as written:
            found = counts(written)
    finally:
        copy.dispose()
    if found != rows:
        raise BackupError("the copy has not the rows that were there")
    for name, number in rows.items():
        say(name, 2 * number)
    return rows


def _copy_rows(engine: Engine, part: Path, say: Say) -> dict[str, int]:
    """PostgreSQL row by row into SQLite: one form of backup, and either kind can take it back."""
    upgrade(f"sqlite:///{part}")
    copy = open_engine(f"sqlite:///{part}")
    try:
        with snapshot(engine) as source, copy.begin() as target:
            read = fill(source, target, say)
    except CopyError as error:
        raise BackupError(str(error)) from None
    finally:
        copy.dispose()
    return {name: summary.rows for name, summary in read.items()}


def _settle(part: Path) -> None:
    """Make it one file, and see it on the disk."""
    with closing(sqlite3.connect(part)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
    with part.open("rb") as written:
        os.fsync(written.fileno())


def _name(part: Path, file: Path) -> None:
    """Give it its name, unless another has taken it meanwhile."""
    try:
        os.link(part, file)
    except FileExistsError:
        raise BackupError(f"{file} exists already; a backup is never overwritten") from None
    except OSError:  # a disk without hard links, such as a USB stick
        part.rename(file)
