"""The machine under the union: how much room its disk has left."""

from __future__ import annotations

import shutil
from pathlib import Path

from storage.database import Engine, alone_here

ROOM = 1_000_000_000
"""Bytes; with less free the disk is nearly full, however large it is."""
SHARE = 0.05
"""The same as a share of the disk: with less, and under `PLENTY`, it is nearly full."""
PLENTY = 20 * ROOM


def room(engine: Engine) -> tuple[int, int] | None:
    """(free, all) bytes of the disk the database lies on; None if it lies on another machine."""
    file = engine.url.database
    if not alone_here(engine) or not file or file == ":memory:":
        return None
    found = shutil.disk_usage(Path(file).absolute().parent)
    return found.free, found.total


def is_low(free: int, total: int) -> bool:
    """Whether the disk is nearly full."""
    return free < ROOM or (free < PLENTY and free < SHARE * total)
