"""The demo's own files: how it knows them, and that one process at a time uses them."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

MARK = int.from_bytes(b"CHdm", "big")
"""SQLite's application_id of every database the demo made (sqlite.org/pragma.html)."""
UNION = "union.db"
PLATFORM = "platform.db"
LOCK = "demo.lock"
TEMPLATE = "template"
WORLDS = "worlds"
WORKSHOP = ".chihoi-building"
"""What a kill left half made lies here, and is thrown away."""


class NotOursError(Exception):
    """A database lies where the demo's would be, and the demo did not make it."""


class InUseError(Exception):
    """Another demo is using this folder."""


def mark(path: Path) -> None:
    """Write into a database that the demo made it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(f"PRAGMA application_id = {MARK}")


def is_marked(path: Path) -> bool:
    """Whether the demo made this database."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return bool(database.execute("PRAGMA application_id").fetchone()[0] == MARK)
    except sqlite3.DatabaseError:
        return False


def check(folder: Path) -> None:
    """Look at every database in the demo's folder before any is touched.

    Raises:
        NotOursError: one of them is not the demo's; the message is its path.
    """
    if folder.exists() and not folder.is_dir():
        raise NotOursError(str(folder))
    for pattern in ("*.db", f"{TEMPLATE}/*.db", f"{WORLDS}/*/*.db"):
        for path in sorted(folder.glob(pattern)):
            if not is_marked(path):
                raise NotOursError(str(path))


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep other demos out of the folder; a killed process lets go by itself.

    Raises:
        InUseError: another demo is in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOCK
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as lock:
        try:
            lock.execute(f"PRAGMA application_id = {MARK}")
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError:
            raise InUseError(str(folder)) from None
        yield


def forget(folder: Path) -> None:
    """Delete every world; the folder itself stays, for it may be someone's choice."""
    for name in (TEMPLATE, WORLDS, WORKSHOP):
        shutil.rmtree(folder / name, ignore_errors=True)


@contextmanager
def whole(folder: Path, name: str) -> Iterator[Path]:
    """A place to make a world in; it appears under its name once it is complete."""
    shutil.rmtree(folder / WORKSHOP, ignore_errors=True)
    place = folder / WORKSHOP / Path(name).name
    place.mkdir(parents=True)
    yield place
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    place.replace(target)
    (folder / WORKSHOP).rmdir()


def copy(folder: Path, name: str) -> None:
    """A new world as the template is."""
    with whole(folder, name) as place:
        for file in (UNION, PLATFORM):
            shutil.copyfile(folder / TEMPLATE / file, place / file)
