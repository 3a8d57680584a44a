"""Files that a command writes: most hold people's data, so that only their owner may read them."""

from __future__ import annotations

import os
from pathlib import Path

from bot.cli.errors import CommandError

PRIVATE = 0o600


def write(file: Path, content: bytes, *, over: bool = False) -> None:
    """Write a new file, or `over` an old one.

    Raises:
        CommandError: it cannot be written.
    """
    flags = os.O_CREAT | os.O_WRONLY | (os.O_TRUNC if over else os.O_EXCL)
    try:
        with os.fdopen(os.open(file, flags, PRIVATE), "wb") as out:
            out.write(content)
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}") from None
