"""`chihoi migrate`: bring the database to the newest tables."""

from __future__ import annotations

from bot.cli.errors import CommandError
from bot.settings import load


def migrate() -> None:
    """Create the database, or bring it up to date."""
    settings = load("migrate")
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - heavy; `--help` needs none of it
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from storage.migrations import upgrade  # noqa: PLC0415

    try:
        upgrade(settings.database_url)
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", None) or error).partition("\n")[0]
        raise CommandError(f"CHIHOI_DATABASE_URL cannot be used: {why}") from None
    print(f"Up to date: {make_url(settings.database_url).render_as_string(hide_password=True)}")
