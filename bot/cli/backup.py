"""`chihoi backup` and `chihoi restore`: a union in one file, and back."""

from __future__ import annotations

import sqlite3
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.errors import CommandError, reason
from bot.cli.files import write
from bot.cli.progress import shown
from bot.settings import load

NAME = "chihoi-%Y%m%d-%H%M%S.backup"
NAMED = "chihoi-????????-??????.backup*"
SEALED = ".age"
PART = ".part"
LEFT = timedelta(days=1)
"""What is unfinished for so long nobody is making any more."""


def backup(
    file: Annotated[
        Path, typer.Argument(help="A new file, or a folder, where it gets a name with its time")
    ],
    keep: Annotated[
        int, typer.Option(min=0, help="In a folder: keep so many, delete older ones (0: keep all)")
    ] = 0,
    encrypt: Annotated[
        str,
        typer.Option(help="Public key age1… instead of CHIHOI_BACKUP_KEY: only its holder reads"),
    ] = "",
) -> None:
    """Back the whole union up into one file while the bot works, and check it.

    It holds everybody's data. Without a key (CHIHOI_BACKUP_KEY) it is not encrypted: keep it on an
    encrypted disk.
    """
    settings = load("backup")
    key = encrypt or settings.backup_key
    if not file.parent.is_dir():
        raise CommandError(f"no backup was made: there is no folder {file.parent}", 1)
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415

    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from bot.clock import SystemClock  # noqa: PLC0415
    from handlers.alarms import BACKUP_CHORE  # noqa: PLC0415
    from handlers.understanding.zone import local, local_date  # noqa: PLC0415
    from storage import backups, chores, copying, erasure_list, sealing  # noqa: PLC0415
    from storage.database import begin  # noqa: PLC0415

    now = SystemClock().now()
    folder = file if file.is_dir() else None
    target = folder / f"{local(now).strftime(NAME)}{SEALED if key else ''}" if folder else file
    with opened(settings) as engine:
        try:
            with copying.snapshot(engine) as counted:
                total = 2 * sum(copying.counts(counted).values())
            with shown("backing up", total) as say, tempfile.TemporaryDirectory() as aside:
                plain = Path(aside) / "union.backup" if key else target
                rows = backups.back_up(engine, plain, say)
                if key:
                    sealing.seal(plain, target, key)
            erasure_list.note_new(engine, settings.erasures)
        except (
            backups.BackupError,
            sealing.SealError,
            OSError,
            sqlite3.Error,
            SQLAlchemyError,
        ) as error:
            raise CommandError(f"no backup was made in {target}: {reason(error)}", 1) from None
        with begin(engine) as session:
            chores.done(session, BACKUP_CHORE, local_date(now))
    sealed = "encrypted" if key else "NOT encrypted"
    size = target.stat().st_size
    print(f"Backed up and checked: {rows} rows, {size} bytes, {sealed}, in {target}")
    if folder and keep:
        _thin_out(folder, keep, now)


def _thin_out(folder: Path, keep: int, now: datetime) -> None:
    """Delete all but the newest backups. What a machine that died left half made is none of them,
    and goes.
    """
    found = sorted(folder.glob(NAMED))
    unfinished = [file for file in found if file.suffix == PART]
    old = [file for file in found if file not in unfinished][:-keep]
    since = (now - LEFT).timestamp()
    for file in [*old, *(part for part in unfinished if part.stat().st_mtime < since)]:
        file.unlink()


def restore(
    file: Annotated[Path, typer.Argument(help="What `chihoi backup` wrote")],
    moved: Annotated[
        bool,
        typer.Option(
            help="The bot was stopped before the backup and has not run since: what waits goes out"
        ),
    ] = False,
    key: Annotated[
        Path | None, typer.Option(help="File with the secret key, for an encrypted backup")
    ] = None,
    erased: Annotated[
        Path | None,
        typer.Option(help="List of who was erased since, instead of CHIHOI_ERASURE_LIST"),
    ] = None,
) -> None:
    """Restore a backup into the empty database of CHIHOI_DATABASE_URL, and compare the two.

    Messages that were waiting when it was made may have been sent since: they are not sent
    again, but shown as doubtful. Whoever was erased after it was made is erased again.
    """
    settings = load("restore")
    from bot.cli.database import opened, receiving  # noqa: PLC0415 - heavy; `--help` needs none of it
    from bot.clock import SystemClock  # noqa: PLC0415
    from storage import backups, copying, erasure_list, holding, sealing  # noqa: PLC0415
    from storage.database import rebuild  # noqa: PLC0415

    held = 0
    listed = erased or settings.erasures
    try:
        known = erasure_list.read(listed)
        with (
            tempfile.TemporaryDirectory(prefix="chihoi-") as folder,
            backups.unpacked(_opened(file, key, Path(folder)), Path(folder)) as engine,
            receiving(settings.database_url) as target,
            copying.snapshot(engine) as source,
            target.begin() as written,
            shown("restoring", 2 * sum(copying.counts(source).values())) as say,
        ):
            read = copying.fill(source, written, say)
            if not moved:
                held = holding.hold_mail(written, SystemClock().now())
            gone = erasure_list.erase_again(written, known)
        if gone:
            with opened(settings) as target:
                rebuild(target)
    except (
        backups.BackupError,
        copying.CopyError,
        sealing.SealError,
        ValueError,
        OSError,
        sqlite3.Error,
    ) as error:
        raise CommandError(f"nothing was restored: {reason(error)}", 1) from None
    print(f"Restored and compared: {sum(summary.rows for summary in read.values())} rows")
    if gone:
        print(f"{gone} people who were erased since the backup are erased again")
    if not listed.exists():
        print(
            f"there is no list {listed}: whoever was erased since the backup is back; see --erased"
        )
    if held:
        print(f"{held} messages may have been sent since the backup; they are kept as doubtful")


def _opened(file: Path, key: Path | None, folder: Path) -> Path:
    """The backup itself: decrypted into a folder of its own if it needs a key.

    Raises:
        CommandError: it needs one, and none was given.
        SealError: the key does not fit.
    """
    from storage import sealing  # noqa: PLC0415

    if not file.exists() or not sealing.is_sealed(file):
        return file
    if key is None:
        raise CommandError(f"{file} is encrypted; name the file with its secret key: --key FILE", 1)
    plain = folder / "opened.backup"
    sealing.unseal(file, plain, key.read_text("utf-8"))
    return plain


def backup_key(
    file: Annotated[Path, typer.Argument(help="New file for the secret key; keep it elsewhere")],
) -> None:
    """Make a key for encrypted backups: the secret half into a file, the public one on the screen.

    Put the public one into CHIHOI_BACKUP_KEY and take the file off this machine. Without it no
    encrypted backup can be read again, by anybody.
    """
    from storage import sealing  # noqa: PLC0415

    public, secret = sealing.new_key()
    write(file, f"# public key: {public}\n{secret}\n".encode())
    print(public)
