"""What the QR of a sheet leads to."""

from __future__ import annotations

import re

from handlers.papers.sheets import START

_START = re.compile(rf"{START}(\d{{1,18}})")


def read_start(payload: str) -> str:
    """The line that a scanned sheet stands for; "" if it is no sheet."""
    found = _START.fullmatch(payload)
    return f"paper {found[1]}" if found else ""
