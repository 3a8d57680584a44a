"""The database of a command: opened, up to date, and closed again."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from bot.cli.errors import CommandError
from bot.settings import Settings, checked_database
from storage.backups import PRIVATE
from storage.copying import NotEmptyError, is_new
from storage.database import Engine, open_engine
from storage.locks import Lock
from storage.migrations import is_current, upgrade


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """An engine on the union's database.

    Raises:
        CommandError: it cannot be reached, or `chihoi migrate` has not been run.
    """
    try:
        engine = open_engine(settings.database_url)
    except (SQLAlchemyError, ImportError, ValueError) as error:
        raise CommandError(f"CHIHOI_DATABASE_URL cannot be used: {error}") from None
    try:
        try:
            current = is_current(engine)
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
            raise CommandError(f"the database cannot be opened: {reason}") from None
        if not current:
            raise CommandError("the database is not up to date; run `chihoi migrate` first")
        yield engine
    finally:
        engine.dispose()


@contextmanager
def receiving(url: str) -> Iterator[Engine]:
    """An engine on an empty database, with today's tables; a new SQLite file is private.

    Raises:
        CommandError: it cannot be used, or is not empty.
    """
    try:
        engine = open_engine(checked_database(url))
        file = engine.url.database or ""
        if engine.dialect.name == "sqlite" and not Path(file).exists():
            Path(file).touch(PRIVATE)
        try:
            is_new(engine)
            if is_served(engine):
                raise CommandError(f"a running `chihoi run` serves {file}; stop it first")
            upgrade(engine.url.render_as_string(hide_password=False))
            yield engine
        finally:
            engine.dispose()
    except NotEmptyError as error:
        raise CommandError(
            f"the database is not empty: there is something in {error}; nothing was changed"
        ) from None
    except (SQLAlchemyError, ImportError, ValueError, OSError) as error:
        why = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise CommandError(f"the database cannot be used: {why}") from None


def is_served(engine: Engine) -> bool:
    """Whether a `chihoi run` works on this database now: it holds the file's lock, or is the
    clock of a PostgreSQL.
    """
    if engine.dialect.name != "sqlite":
        clock = Lock(engine, "clock")
        free = clock.acquire()
        clock.release()
        return not free
    try:
        with Path(f"{engine.url.database}.lock").open("r") as held:
            fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
