"""`chihoi`: one command line. Each command lives in a file of its own name here."""

from __future__ import annotations

import sys

import typer

from bot.cli.backup import backup, backup_key, restore
from bot.cli.breach import breach
from bot.cli.channel import channel
from bot.cli.data import data
from bot.cli.db import db
from bot.cli.demo import demo
from bot.cli.deploy import compose, container, systemd
from bot.cli.doctor import doctor
from bot.cli.errors import CommandError
from bot.cli.invite import invite
from bot.cli.mail import mail
from bot.cli.members import members
from bot.cli.migrate import migrate
from bot.cli.run import run
from bot.cli.understand import understand
from bot.cli.units import units
from bot.settings import SettingsError

app = typer.Typer(
    help="A bot for the chat groups of a women's union, and the desk behind them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(demo)
app.command()(run)
app.command()(migrate)
app.command()(invite)
app.command()(understand)
app.command()(doctor)
app.command()(backup)
app.command("backup-key")(backup_key)
app.command()(restore)
app.command()(breach)
app.command()(systemd)
app.command()(container)
app.command()(compose)
app.add_typer(db, name="db")
app.add_typer(data, name="data")
app.add_typer(units, name="units")
app.add_typer(members, name="members")
app.add_typer(mail, name="mail")
app.add_typer(channel, name="channel")


def main() -> None:
    """Run a command; what goes wrong by the operator's hand is one line and a code."""
    try:
        app()
    except SettingsError as error:
        _fail(f"{error}", 2)
    except CommandError as error:
        _fail(f"{error}", error.code)


def _fail(line: str, code: int) -> None:
    print(f"chihoi: {line}", file=sys.stderr)
    raise SystemExit(code)
