"""What a look at one thing has found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is: an error keeps people from being served, or will."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing, and in one line how it stands and what to do."""

    item: str
    level: Level
    text: str


def ok(item: str, text: str) -> Finding:
    """It is well."""
    return Finding(item, Level.OK, text)


def warning(item: str, text: str) -> Finding:
    """It works, but somebody should look after it."""
    return Finding(item, Level.WARNING, text)


def error(item: str, text: str) -> Finding:
    """It does not work."""
    return Finding(item, Level.ERROR, text)
