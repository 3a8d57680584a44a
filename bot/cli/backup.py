"""`chihoi backup` and `chihoi restore`: a union in one file, and back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.errors import CommandError
from bot.cli.progress import shown
from bot.settings import load

NAME = "chihoi-%Y%m%d-%H%M%S.backup"
NAMED = "chihoi-????????-??????.backup*"


def backup(
    file: Annotated[
        Path, typer.Argument(help="A new file, or a folder, where it gets a name with its time")
    ],
    keep: Annotated[
        int, typer.Option(min=0, help="In a folder: keep so many, delete older ones (0: keep all)")
    ] = 0,
) -> None:
    """Back the whole union up into one file while the bot works, and check it.

    It holds everybody's data, unencrypted: keep it on an encrypted disk, or encrypt it.
    """
    settings = load("backup")
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from bot.clock import SystemClock  # noqa: PLC0415
    from handlers.alarms import BACKUP_CHORE  # noqa: PLC0415
    from handlers.understanding.zone import local, local_date  # noqa: PLC0415
    from storage import backups, chores, copying  # noqa: PLC0415
    from storage.database import begin  # noqa: PLC0415

    now = SystemClock().now()
    folder = file if file.is_dir() else None
    target = folder / local(now).strftime(NAME) if folder else file
    with opened(settings) as engine:
        with copying.snapshot(engine) as counted:
            total = 2 * sum(copying.counts(counted).values())
        try:
            with shown("backing up", total) as say:
                rows = backups.back_up(engine, target, say)
        except (backups.BackupError, OSError) as error:
            why = getattr(error, "strerror", None) or error
            raise CommandError(f"no backup was made: {why}", 1) from None
        with begin(engine) as session:
            chores.done(session, BACKUP_CHORE, local_date(now))
    print(f"Backed up and checked: {rows} rows, {target.stat().st_size} bytes, in {target}")
    if folder and keep:
        for old in sorted(folder.glob(NAMED))[:-keep]:
            old.unlink()


def restore(
    file: Annotated[Path, typer.Argument(help="What `chihoi backup` wrote")],
    moved: Annotated[
        bool,
        typer.Option(
            help="The bot was stopped before the backup and has not run since: what waits goes out"
        ),
    ] = False,
) -> None:
    """Restore a backup into the empty database of CHIHOI_DATABASE_URL, and compare the two.

    Messages that were waiting when it was made may have been sent since: they are not sent
    again, but shown as doubtful.
    """
    settings = load("restore")
    from bot.cli.database import receiving  # noqa: PLC0415 - heavy; `--help` needs none of it
    from bot.clock import SystemClock  # noqa: PLC0415
    from storage import backups, copying, holding  # noqa: PLC0415

    held = 0
    try:
        with (
            tempfile.TemporaryDirectory(prefix="chihoi-") as folder,
            backups.unpacked(file, Path(folder)) as engine,
            receiving(settings.database_url) as target,
            copying.snapshot(engine) as source,
            target.begin() as written,
            shown("restoring", 2 * sum(copying.counts(source).values())) as say,
        ):
            read = copying.fill(source, written, say)
            if not moved:
                held = holding.hold_mail(written, SystemClock().now())
    except (backups.BackupError, copying.CopyError, OSError) as error:
        why = getattr(error, "strerror", None) or error
        raise CommandError(f"nothing was restored: {why}", 1) from None
    print(f"Restored and compared: {sum(summary.rows for summary in read.values())} rows")
    if held:
        print(f"{held} messages may have been sent since the backup; they are kept as doubtful")
