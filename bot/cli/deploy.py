"""`chihoi systemd`, `chihoi container`, `chihoi compose`: files other tools want, printed.

The top level of the source is fixed, so they lie with the program that knows its own paths.
"""

from __future__ import annotations

import shutil
import sys
from enum import StrEnum
from pathlib import Path
from string import Template
from typing import Annotated

import typer

FILES = Path(__file__).parent.parent / "deploy"


class Unit(StrEnum):
    """A unit of systemd."""

    RUN = "run"
    BACKUP = "backup"
    TIMER = "timer"


UNITS = {
    Unit.RUN: "chihoi.service",
    Unit.BACKUP: "chihoi-backup.service",
    Unit.TIMER: "chihoi-backup.timer",
}


def systemd(
    unit: Annotated[
        Unit, typer.Argument(help="run: the bot; backup and timer: a backup every night")
    ] = Unit.RUN,
    user: Annotated[str, typer.Option(help="Whom it runs as")] = "chihoi",
    environment: Annotated[
        str, typer.Option(help="The file with the settings, NAME=value a line")
    ] = "/etc/chihoi.env",
) -> None:
    """Print a unit for systemd, closed in as far as it goes."""
    beside = Path(sys.executable).with_name("chihoi")
    program = str(beside) if beside.exists() else shutil.which("chihoi") or str(beside)
    words = {"program": program, "user": user, "environment": environment}
    print(Template(_read(UNITS[unit])).substitute(words), end="")


def container() -> None:
    """Print a Containerfile: two stages, not as root, with a health check."""
    print(_read("Containerfile"), end="")


def compose() -> None:
    """Print a compose file: the bot beside a PostgreSQL."""
    print(_read("compose.yaml"), end="")


def _read(name: str) -> str:
    return (FILES / name).read_text(encoding="utf-8")
