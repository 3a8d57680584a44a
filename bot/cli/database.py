"""The database of a command: opened, up to date, and closed again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from bot.cli.errors import CommandError
from bot.settings import Settings
from storage.database import Engine, open_engine
from storage.migrations import is_current


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
