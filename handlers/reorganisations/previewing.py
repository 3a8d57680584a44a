"""What a plan would do: it is done, looked at, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn, TypeVar

from handlers.reorganisations import telling
from handlers.reorganisations.applying import apply
from handlers.reorganisations.work import Event
from storage.database import Session, nested
from storage.reorganisations import Reorganisation

T = TypeVar("T")


class _SeenError(Exception):
    """It has been seen; nothing of it stays."""


def tried(
    session: Session, row: Reorganisation, now: datetime, look: Callable[[list[Event]], T]
) -> T:
    """What `look` sees when the plan has been done; nothing of it stays.

    Raises:
        PlanError: it cannot be done.
    """
    seen: list[T] = []
    try:
        with nested(session):
            seen.append(look(apply(session, row, now)))
            _take_back()
    except _SeenError:
        return seen[0]


def _take_back() -> NoReturn:
    raise _SeenError


def preview(session: Session, row: Reorganisation, now: datetime) -> dict[str, Any]:
    """The facts of `preview.j2`: each change in a line, and how many people hear of it.

    Raises:
        PlanError: it cannot be done.
    """

    def look(done: list[Event]) -> dict[str, Any]:
        lines = [telling.line(session, event) for event in done]
        return {"lines": lines, "told": len({who for event in done for who in event.who})}

    return tried(session, row, now, look)


def report(session: Session, events: list[Event]) -> list[dict[str, Any]]:
    """The facts of `line.j2`, a line each: who and what moved, by name where they are few."""
    return [
        {
            "l": telling.line(session, event),
            "holders": telling.holders_of(session, event),
            "people": telling.people_of(session, event),
        }
        for event in events
    ]
