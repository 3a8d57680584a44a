"""Plans of reorganisation for the tests, and what a union looks like in every table they touch."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Engine, text

from handlers.reorganisations import applying, plans, undoing
from handlers.reorganisations.work import Event
from handlers.understanding.zone import local_date
from storage import reorganisations
from storage.database import Session, begin, metadata, reading
from storage.reorganisations import Reorganisation
from tests.cast import Cast

HEADER = "action,unit,to,name,kind,parent,who"
OWN = {
    "reorganisation", "reorganisation_entry", "data_access", "unit_past", "member_past", "outbox", "alembic_version",
}  # fmt: skip
"""Tables in which a reorganisation keeps itself, and what was said of it."""


def read(*lines: str) -> list[plans.Step]:
    """The steps of a plan without mistakes."""
    steps, mistakes = plans.read([HEADER, *lines])
    assert not mistakes
    return steps


def planned(session: Session, *lines: str, now: Any, on: date | None = None) -> Reorganisation:
    """A plan, stored."""
    return reorganisations.add(
        session,
        Reorganisation(
            title="ke-hoach.csv",
            effective_on=on or local_date(now),
            steps=[step.kept() for step in read(*lines)],
            made_at=now,
        ),
    )


def reorganise(cast: Cast, *lines: str, on: date | None = None) -> list[Event]:
    """Do a plan at once."""
    now = cast.clock.now()
    with begin(cast.engine) as session:
        return applying.apply(session, planned(session, *lines, now=now, on=on), now)


def later(cast: Cast, on: date, *lines: str) -> None:
    """Plan it for a day to come."""
    with begin(cast.engine) as session:
        planned(session, *lines, now=cast.clock.now(), on=on)


def mistakes(cast: Cast, *lines: str) -> list[tuple[int, str, str]]:
    """What is wrong with a plan; nothing of it is kept."""
    try:
        reorganise(cast, *lines)
    except applying.PlanError as error:
        return [(m.line, m.code, m.word) for m in error.mistakes]
    return []


def undo(cast: Cast, number: int = 1) -> None:
    """Undo a reorganisation."""
    with begin(cast.engine) as session:
        row = reorganisations.get(session, number)
        assert row is not None
        undoing.undo(session, row, cast.clock.now())


def state(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for those of reorganisations themselves."""
    with reading(engine) as session:
        return {
            name: sorted(
                (tuple(row) for row in session.execute(text(f'SELECT * FROM "{name}"'))), key=repr
            )
            for name in sorted(metadata.tables)
            if name not in OWN
        }
