"""`chihoi units load`: the tree of units from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.errors import CommandError
from bot.settings import load as load_settings

units = typer.Typer(help="The tree of units.", no_args_is_help=True)


@units.callback()
def _group() -> None:
    """The tree of units."""


@units.command()
def load(
    file: Annotated[
        Path, typer.Argument(help="CSV: code,name,kind,parent,valid_from,valid_to,aliases")
    ],
) -> None:
    """Load units from a CSV file, all or nothing; loading it again changes nothing."""
    settings = load_settings("units load")
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from handlers import unit_files  # noqa: PLC0415
    from storage.database import begin  # noqa: PLC0415

    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = unit_files.read(lines)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            f"{file} cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from None
    except unit_files.UnitsFileError as error:
        raise CommandError(f"{file}, {error}") from None
    with opened(settings) as engine:
        try:
            with begin(engine) as session:
                done = unit_files.load(session, rows)
        except unit_files.UnitsFileError as error:
            raise CommandError(f"{file}, {error}") from None
    print(f"{done.added} units added, {done.changed} changed, {done.unchanged} as they were")
