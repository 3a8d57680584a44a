"""`chihoi units`: the tree of units from a file, and its reorganisation."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.errors import CommandError
from bot.cli.words import words
from bot.settings import load as load_settings

if TYPE_CHECKING:
    from handlers.reorganisations.plans import Mistake, Step
    from storage.database import Session
    from storage.reorganisations import Reorganisation

LISTED = 50
units = typer.Typer(help="The tree of units.", no_args_is_help=True)


@units.callback()
def _group() -> None:
    """The tree of units."""


@units.command()
def load(
    file: Annotated[
        Path, typer.Argument(help="CSV: code,name,kind,parent,valid_from,valid_to,aliases")
    ],
) -> None:
    """Load units from a CSV file, all or nothing; loading it again changes nothing."""
    settings = load_settings("units load")
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from handlers import unit_files  # noqa: PLC0415
    from storage.database import begin  # noqa: PLC0415

    try:
        rows = unit_files.read(_lines(file))
    except unit_files.UnitsFileError as error:
        raise CommandError(f"{file}, {error}") from None
    with opened(settings) as engine:
        try:
            with begin(engine) as session:
                done = unit_files.load(session, rows)
        except unit_files.UnitsFileError as error:
            raise CommandError(f"{file}, {error}") from None
    print(f"{done.added} units added, {done.changed} changed, {done.unchanged} as they were")


def _lines(file: Path) -> list[str]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return list(lines)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CommandError(
            f"{file} is no text in UTF-8; in Excel save it as “CSV UTF-8 (Comma delimited)”"
        ) from None


@units.command()
def reorganise(
    file: Annotated[
        Path, typer.Argument(help="CSV or TSV: action,unit,to,name,kind,parent,who; a step a line")
    ],
    *,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day from which it holds; today if left out"),
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Show what would move; change nothing")] = False,
) -> None:
    """Rename, move, merge, split, close and reopen units by a plan: all of it, or nothing.

    With a day to come it is done that day by the running bot. Leaders, officers and groups
    concerned hear of it from the bot. A mistake is one line with its row.
    """
    settings = load_settings("units reorganise")
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from bot.clock import SystemClock  # noqa: PLC0415
    from handlers.reorganisations import applying, plans  # noqa: PLC0415
    from handlers.understanding.zone import local_date  # noqa: PLC0415
    from storage.database import begin  # noqa: PLC0415

    steps, mistakes = plans.read(_lines(file))
    if mistakes:
        raise _mistaken(file, mistakes)
    now = SystemClock().now()
    today = local_date(now)
    day = on.date() if on is not None else today
    later = day > today
    with opened(settings) as engine:
        try:
            with begin(engine) as session:
                row = _planned(session, file.name, day, steps, now)
                number = row.number
                if dry_run:
                    session.delete(row)
                elif not later:
                    applying.apply(session, row, now)
        except applying.PlanError as error:
            raise _mistaken(file, error.mistakes) from None
    if dry_run:
        print("dry run: nothing was changed")
    elif later:
        print(f"planned as {number} for {day}; `chihoi units undo {number}` drops it")
    else:
        print(f"done as {number}; `chihoi units undo {number}` gives back what was there before")


def _planned(
    session: Session, title: str, day: date, steps: list[Step], now: datetime
) -> Reorganisation:
    """A stored plan, without names; what it would do has been tried and is shown."""
    from handlers.reorganisations import previewing  # noqa: PLC0415
    from storage import reorganisations  # noqa: PLC0415

    kept = [step.kept() for step in steps]
    row = reorganisations.add(
        session,
        reorganisations.Reorganisation(title=title, effective_on=day, steps=kept, made_at=now),
    )
    shown, nameless = previewing.tried(
        session, row, now, lambda events: (previewing.report(session, events), row.steps)
    )
    row.steps = nameless
    for facts in shown:
        print(words("reorganisations/line.j2", facts))
    return row


def _mistaken(file: Path, mistakes: list[Mistake]) -> CommandError:
    """Each mistake a line; the last one is the error's own."""
    lines = [words("reorganisations/mistake.j2", {"m": mistake}) for mistake in mistakes]
    for line in lines[:-1]:
        print(f"{file.name}, {line}")
    return CommandError(f"{file.name}, {lines[-1]}; nothing was changed")


@units.command()
def undo(
    number: Annotated[int, typer.Argument(min=1, help="The number it was done or planned as")],
) -> None:
    """Undo a reorganisation, while nothing newer depends on it; a planned one is dropped."""
    settings = load_settings("units undo")
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from bot.clock import SystemClock  # noqa: PLC0415
    from handlers.reorganisations import undoing  # noqa: PLC0415
    from storage import reorganisations  # noqa: PLC0415
    from storage.database import begin  # noqa: PLC0415

    with opened(settings) as engine:
        try:
            with begin(engine) as session:
                row = reorganisations.get(session, number)
                if row is None:
                    raise CommandError(f"there is no reorganisation {number}")
                undoing.undo(session, row, SystemClock().now())
                state = row.state
        except undoing.UndoError as error:
            facts = {"reason": error.reason, **error.facts}
            raise CommandError(words("reorganisations/not_undone.j2", {"facts": facts})) from None
    print("dropped" if state == "dropped" else "undone: all is as it was before")


@units.command()
def history(
    code: Annotated[
        str, typer.Argument(help="Code of a unit; without one, all reorganisations")
    ] = "",
) -> None:
    """List the reorganisations, newest first, or a unit's former names, and what was done to it."""
    settings = load_settings("units history")
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from handlers.reorganisations import telling  # noqa: PLC0415
    from handlers.understanding.zone import local_date  # noqa: PLC0415
    from storage import pasts, reorganisations  # noqa: PLC0415
    from storage import units as tree  # noqa: PLC0415
    from storage.database import reading  # noqa: PLC0415

    with opened(settings) as engine, reading(engine) as session:
        if not code:
            for row in reorganisations.listed(session, LISTED):
                print(f"{row.number}\t{row.effective_on}\t{row.state}\t{row.title}")
            return
        unit = tree.bearing(session, code) or tree.by_code(session, code)
        if unit is None or unit.id is None:
            raise CommandError(f"there is no unit with the code {code}")
        for past in pasts.of_unit(session, unit.id):
            name = pasts.full_names_on(session, [unit.id], past.last)[unit.id]
            print(f"until {local_date(past.until)}\t{past.code}\t{name}")
        for on, facts in telling.of_unit(session, unit.id):
            then = {"l": {**facts, "unled": False}, "holders": [], "people": []}
            line = words("reorganisations/line.j2", then)
            print(f"on {on}\t{line}")
        state = "closed" if unit.closed else "now"
        print(f"{state}\t{unit.code}\t{tree.full_names(session, [unit.id])[unit.id]}")
