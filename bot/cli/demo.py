"""`chihoi demo`: play a whole invented union in a browser."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.errors import CommandError
from bot.settings import Settings, load


def demo(
    *,
    reset: Annotated[
        bool, typer.Option("--reset", help="Forget the world and begin a new one.")
    ] = False,
) -> None:
    """Play a whole union in your browser: an invented world, on this machine only."""
    settings = load("demo")
    for name in ("telegram_token", "zalo_bot_token"):
        if getattr(settings, name):
            raise CommandError(
                f"CHIHOI_{name.upper()} is set; the demo never runs beside a real bot"
            )
    from bot.demo import files  # noqa: PLC0415 - heavy; `--help` needs none of it

    folder = settings.demo_dir
    _refuse_foreign(settings, folder)
    try:
        with files.held(folder):
            _play(settings, folder, reset=reset)
    except files.InUseError:
        raise CommandError(f"a demo is already running on {folder}; stop it first") from None
    except OSError as error:
        raise CommandError(f"CHIHOI_DEMO_DIR: {error.filename}: {error.strerror}") from None


def _refuse_foreign(settings: Settings, folder: Path) -> None:
    from bot.demo import files  # noqa: PLC0415

    if "database_url" in settings.model_fields_set:
        raise CommandError("CHIHOI_DATABASE_URL is set; the demo plays only in a world it made")
    try:
        files.check(folder)
    except files.NotOursError as error:
        raise CommandError(f"{error} was not made by the demo; set CHIHOI_DEMO_DIR") from None


def _play(settings: Settings, folder: Path, *, reset: bool) -> None:
    from bot.demo import files  # noqa: PLC0415
    from bot.demo.serve import HOST, PortTakenError, bind, serve  # noqa: PLC0415
    from bot.logs import configure  # noqa: PLC0415

    configure(level=logging.WARNING)
    address = f"http://{HOST}:{settings.demo_port}"
    try:
        listening = bind(settings.demo_port)
    except PortTakenError:
        raise CommandError(
            f"port {settings.demo_port} is taken; set CHIHOI_DEMO_PORT to another"
        ) from None
    if reset:
        files.forget(folder)
        print("The demo world is forgotten.", flush=True)
    if not (folder / files.TEMPLATE).exists():
        _build(folder)
    _bring_up_to_date(folder)
    serve(
        folder,
        listening,
        public_url=(settings.demo_shared and settings.public_url) or address,
        shared=settings.demo_shared,
        ready=lambda: print(f"The union is open: {address}   (Ctrl-C stops it)", flush=True),
    )
    print("\nStopped; everything is kept.")


def _bring_up_to_date(folder: Path) -> None:
    """A world kept from an older version gets its newest tables."""
    from alembic.util import CommandError as MigrationError  # noqa: PLC0415
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from bot.demo import files  # noqa: PLC0415
    from storage.migrations import upgrade  # noqa: PLC0415

    try:
        for union in (folder / files.WORLDS).glob(f"*/{files.UNION}"):
            upgrade(f"sqlite:///{union}")
    except (MigrationError, SQLAlchemyError):
        raise CommandError(
            "this world is of another version of chihoi; `chihoi demo --reset` begins a new one"
        ) from None


def _build(folder: Path) -> None:
    """Build the world behind a line that tells how far it is."""
    from bot.demo.build import STAGES, build  # noqa: PLC0415

    live = sys.stdout.isatty()

    def say(stage: str) -> None:
        number = list(STAGES).index(stage) + 1
        line = f"Making an invented union, {number}/{len(STAGES)}: {STAGES[stage]} …"
        print(f"\r\x1b[2K{line}" if live else line, end="" if live else "\n", flush=True)

    build(folder, say)
    print("\r\x1b[2K" if live else "", end="", flush=True)
