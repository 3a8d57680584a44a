"""`chihoi db copy`: a union moves to another database."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.errors import CommandError
from bot.cli.progress import shown
from bot.settings import PREFIX, load

db = typer.Typer(help="The database.", no_args_is_help=True)


@db.callback()
def _group() -> None:
    """The database."""


@db.command()
def copy(
    to: Annotated[
        str, typer.Option(help="An empty database: postgresql://user:word@host/name or sqlite:///…")
    ],
) -> None:
    """Copy the whole union into an empty database, SQLite or PostgreSQL, and compare the two.

    It reads one moment: what happens meanwhile is not in the copy. Stop the bot for the move.
    """
    settings = load("db copy")
    from bot.cli.database import is_served, opened, receiving  # noqa: PLC0415 - heavy
    from storage.copying import CopyError, counts, fill, snapshot  # noqa: PLC0415

    with opened(settings) as engine, receiving(to) as target:
        served = is_served(engine)
        try:
            with (
                snapshot(engine) as source,
                target.begin() as written,
                shown("copying", 2 * sum(counts(source).values())) as say,
            ):
                read = fill(source, written, say)
        except CopyError as error:
            raise CommandError(f"nothing was copied: {error}", 1) from None
        shown_url = target.url.render_as_string(hide_password=True)
    rows = sum(summary.rows for summary in read.values())
    print(f"Copied and compared: {len(read)} tables, {rows} rows, to {shown_url}")
    if served:
        print("The bot is running: what it has done since is NOT in the copy.")
        print("For the move itself stop it first, and copy again into an empty database.")
    print(f"Now set {PREFIX}DATABASE_URL to it, and start the bot there alone.")
