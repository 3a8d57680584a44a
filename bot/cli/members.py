"""`chihoi members import`, `export`: the register from and to a spreadsheet."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.errors import CommandError
from bot.cli.files import write
from bot.cli.words import words
from bot.settings import Settings
from bot.settings import load as load_settings

if TYPE_CHECKING:
    from handlers.members.importing import Plan
    from handlers.members.rows import Sheets
    from handlers.members.sensitive import Agreed
    from handlers.members.sheets import Progress
    from storage.database import Session
    from storage.units import Unit

members = typer.Typer(help="The register of members.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="xlsx, xls, ods, csv or tsv")]
Ground = Annotated[
    str, typer.Option(help="Legal ground of keeping the data: membership, consent, law, …")
]


@members.callback()
def _group() -> None:
    """The register of members."""


@members.command("import")
def import_(
    file: File,
    *,
    under: Annotated[str, typer.Option(help="Code of the unit the list is of, as P5")] = "",
    create_units: Annotated[
        bool, typer.Option("--create-units", help="Make branches the tree does not have yet.")
    ] = False,
    ground: Ground = "membership",
    change_ground: Annotated[
        bool,
        typer.Option("--change-ground", help="Keep known people of the file on this ground too."),
    ] = False,
    consent: Annotated[
        str,
        typer.Option(
            help="Sensitive fields these people signed for: ethnicity,religion,party,poverty,health"
        ),
    ] = "",
    paper: Annotated[str, typer.Option(help="Which paper they signed, and when")] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Change nothing, only tell what would be done.")
    ] = False,
    report: Annotated[
        Path | None,
        typer.Option(help="Write one line a row: line, class, name, birth, phone, note"),
    ] = None,
) -> None:
    """Bring in a list of members, all or nothing; the same list again changes nothing.

    A dry run without --under, or under a code that no unit has, looks at the file alone: every
    branch is new and nobody is known; without --under it needs no database. Exit code 0 though rows are held or wrong; 2 if the file
    cannot be read or names units that do not exist: nothing is changed then.
    """
    settings = load_settings("members import")
    ground = ground.strip()
    if not 0 < len(ground) <= 60:
        raise CommandError("--ground: name it in 1 to 60 characters")
    if not under and not dry_run:
        raise CommandError("--under is missing: the code of the unit the list is of, as P5")
    agreed = _agreed(consent, paper)
    if dry_run:
        plan, context = _tried(
            settings, file, under, ground=ground, change_ground=change_ground, agreed=agreed
        )
    else:
        plan, context = _brought_in(
            settings,
            file,
            under,
            ground=ground,
            create_units=create_units,
            change_ground=change_ground,
            agreed=agreed,
        )
    if report is not None:
        _write_report(report, plan)
    if dry_run and under and plan.places.top is None:
        print(words("members/no_such_unit.j2", {"code": under}))
    print(words("members/summary.j2", context))
    fault = plan.fault(create_units=create_units) if dry_run and plan.places.top else None
    if fault is not None:
        from handlers.members import telling  # noqa: PLC0415

        print(words("members/wrong_place.j2", telling.fault(fault, context["unit"])))


def _tried(
    settings: Settings, file: Path, under: str, *, ground: str, change_ground: bool, agreed: Agreed
) -> tuple[Plan, dict[str, Any]]:
    """What an import would do and what to tell; without a unit no database is needed."""
    from bot.clock import SystemClock  # noqa: PLC0415
    from handlers.members import importing, sensitive, telling  # noqa: PLC0415
    from handlers.understanding.zone import local_date  # noqa: PLC0415

    now = SystemClock().now()
    sheets = _read(file, local_date(now))
    plan = importing.look(sheets, file.name)
    if under:
        from bot.cli.database import opened  # noqa: PLC0415
        from storage import units  # noqa: PLC0415
        from storage.database import reading  # noqa: PLC0415

        with opened(settings) as engine, reading(engine) as session:
            if top := units.by_code(session, under):
                plan = importing.plan(session, sheets, file.name, top, now)
    plan = replace(plan, warnings=sensitive.told(plan.warnings, agreed))
    shown = plan.regrounded(ground) if change_ground else plan
    return plan, telling.whole(telling.facts(shown, ground), plan)


def _brought_in(
    settings: Settings,
    file: Path,
    under: str,
    *,
    ground: str,
    create_units: bool,
    change_ground: bool,
    agreed: Agreed,
) -> tuple[Plan, dict[str, Any]]:
    """What was done, and what to tell."""
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from bot.clock import SystemClock  # noqa: PLC0415
    from handlers.members import importing, sensitive, telling  # noqa: PLC0415
    from handlers.understanding.zone import local_date  # noqa: PLC0415
    from storage.database import begin, reading  # noqa: PLC0415

    now = SystemClock().now()
    with opened(settings) as engine:
        with reading(engine) as session:
            _unit(session, under)
        sheets = _read(file, local_date(now))
        with begin(engine) as session:
            top = _unit(session, under)
            plan = importing.plan(session, sheets, file.name, top, now)
            plan = replace(plan, warnings=sensitive.told(plan.warnings, agreed))
            try:
                done = importing.apply(
                    session,
                    plan,
                    ground=ground,
                    create_units=create_units,
                    now=now,
                    change_ground=change_ground,
                    agreed=agreed,
                )
            except importing.WrongPlaceError as error:
                line = words("members/wrong_place.j2", telling.fault(error, top.name))
                hint = " (--create-units)" if error.reason == "unknown" else ""
                raise CommandError(f"{line}{hint}") from None
            importing.write_down(session, done, top.id, None, now)
    return plan, telling.whole(telling.result(done), plan)


def _unit(session: Session, code: str) -> Unit:
    from storage import units  # noqa: PLC0415

    unit = units.by_code(session, code)
    if unit is None:
        raise CommandError(f"--under: there is no unit {code}; `chihoi units load` makes units")
    return unit


def _agreed(consent: str, paper: str) -> Agreed:
    """The fields that people signed for.

    Raises:
        CommandError: a field is none, or no paper is named.
    """
    from handlers.members.sensitive import Agreed  # noqa: PLC0415
    from storage.privacy import Sensitive  # noqa: PLC0415

    named = {word.strip() for word in consent.split(",") if word.strip()}
    strange = named - set(Sensitive)
    if strange:
        raise CommandError(f"--consent: {min(strange)} is no sensitive field")
    if named and not paper.strip():
        raise CommandError("--consent needs --paper: which paper they signed, and when")
    return Agreed(frozenset(map(Sensitive, named)), paper.strip())


def _read(file: Path, today: Any) -> Sheets:
    """The rows of the file, behind a progress bar.

    Raises:
        CommandError: it cannot be read.
    """
    from handlers.members.grids import MAX_BYTES, UnreadableSheet  # noqa: PLC0415
    from handlers.members.sheets import read_workbook  # noqa: PLC0415

    try:
        with file.open("rb") as source:
            content = source.read(MAX_BYTES + 1)
        with _progress(f"Đọc {file.name}") as tell:
            return read_workbook(content, today, tell)
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from None
    except UnreadableSheet as error:
        context = {"reason": error.reason, "file": file.name}
        raise CommandError(words("members/unreadable.j2", context)) from None


@contextmanager
def _progress(label: str) -> Iterator[Progress | None]:
    """A bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress as Bar  # noqa: PLC0415

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, rows: bar.update(task, completed=done, total=rows)


def _write_report(path: Path, plan: Plan) -> None:
    from functools import lru_cache  # noqa: PLC0415

    from handlers.members.notes import Note  # noqa: PLC0415
    from handlers.members.report import report_lines  # noqa: PLC0415

    @lru_cache(maxsize=4096)  # most rows have the same to say
    def worded(note: Note) -> str:
        return words("members/note.j2", {"code": note.code, "args": note.args})

    lines = report_lines(plan.decisions, worded, several=plan.several)
    try:
        write(path, "".join(lines).encode(), over=True)
    except CommandError as error:
        raise CommandError(f"--report: {error}") from None


@members.command()
def export(
    file: Annotated[Path, typer.Argument(help="The workbook to write, as FILE.xlsx")],
    *,
    under: Annotated[str, typer.Option(help="Code of the unit, as P5 or P5-K8")],
    central: Annotated[
        bool,
        typer.Option("--central", help="In the columns of member software, who has left as well."),
    ] = False,
) -> None:
    """Write everyone of a unit into a workbook; importing it again changes nothing."""
    settings = load_settings("members export")
    if file.suffix.lower() != ".xlsx":
        raise CommandError(f"{file}: only a workbook is written; name it FILE.xlsx")
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from bot.clock import SystemClock  # noqa: PLC0415
    from handlers import audit  # noqa: PLC0415
    from handlers.members import central as central_form  # noqa: PLC0415
    from handlers.members import exporting  # noqa: PLC0415
    from storage import units  # noqa: PLC0415
    from storage.audit import Deed  # noqa: PLC0415
    from storage.database import begin  # noqa: PLC0415

    now = SystemClock().now()
    with opened(settings) as engine, begin(engine) as session:
        unit = units.by_code(session, under)
        if unit is None or unit.id is None:
            raise CommandError(f"--under: there is no unit {under}")
        make = central_form.export if central else exporting.export
        done = make(session, unit, now)
        audit.whole(session, None, Deed.EXPORT, unit.id, done.people, now)
    write(file, done.content, over=True)
    print(f"{unit.name}: {done.people} → {file}")
