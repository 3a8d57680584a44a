"""`chihoi data`: what the law gives people over their data, for those who ask without a phone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.errors import CommandError
from bot.cli.files import write
from bot.cli.words import words
from bot.settings import load as load_settings

if TYPE_CHECKING:
    from storage.database import Session
    from storage.members import Member

data = typer.Typer(help="Personal data: requests, copies, erasure, the log.", no_args_is_help=True)
Number = Annotated[int, typer.Option("--member", min=1, max=2**31 - 1, help="Id in the register")]
Under = Annotated[str, typer.Option(help="Code of the unit, as P5; without one, everybody")]


@data.callback()
def _group() -> None:
    """What the law gives people over their data."""


@contextmanager
def working(command: str = "data") -> Iterator[tuple[Session, datetime]]:
    """One transaction and the time, for a command."""
    settings = load_settings(command)
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from bot.clock import SystemClock  # noqa: PLC0415
    from storage.database import begin  # noqa: PLC0415

    with opened(settings) as engine, begin(engine) as session:
        yield session, SystemClock().now()


@data.command()
def find(name: Annotated[str, typer.Argument(help="Part of a name, or a phone")]) -> None:
    """Show ids of the people whose name or phone holds these words."""
    from storage import audit, members, units  # noqa: PLC0415
    from storage.vietnamese import fold, phone  # noqa: PLC0415

    with working() as (session, now):
        everywhere = [unit.id or 0 for unit in units.everything(session)]
        found = members.search(session, phone(name) or fold(name), everywhere)
        about = [(member.id or 0, member.unit_id) for member in found]
        audit.note(session, audit.Deed.FOUND, at=now, account_id=None, actor_id=None, about=about)
        for member in found:
            unit = units.get(session, member.unit_id)
            print(f"{member.id}\t{member.name}\t{member.birth}\t{unit.name if unit else ''}")


@data.command()
def export(
    folder: Annotated[Path, typer.Argument(help="An existing folder, for the two files")],
    *,
    member: Number,
) -> None:
    """Write all that is kept of a person: a text to read, and her rows as JSON."""
    from handlers.privacy import exporting  # noqa: PLC0415
    from storage import audit  # noqa: PLC0415
    from storage.privacy import Right  # noqa: PLC0415

    with working() as (session, now):
        person = _person(session, member)
        texts = {
            "txt": exporting.as_text(session, person, now),
            "json": exporting.as_json(session, person),
        }
        for ending, text in texts.items():
            file = folder / f"du-lieu-{member}.{ending}"
            write(file, text.encode("utf-8-sig"))
            print(file)
        about = [(member, person.unit_id)]
        audit.note(session, audit.Deed.EXPORT, at=now, account_id=None, actor_id=None, about=about)
        _done(session, person, Right.EXPORT, now)


@data.command()
def erase(
    *,
    member: Number,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do it; without, only tell who she is")
    ] = False,
) -> None:
    """Erase a person at her request, for good: counts are left, nothing that leads to her."""
    from handlers.understanding.zone import local_date  # noqa: PLC0415
    from storage import audit, erasing, members  # noqa: PLC0415
    from storage.privacy import Right  # noqa: PLC0415

    with working() as (session, now):
        person = _person(session, member)
        if members.roles_of(session, [member], local_date(now)):
            raise CommandError("she holds an office; it must be handed over first", 1)
        if not yes:
            print(f"{person.name}, {person.birth}; --yes erases her for good")
            return
        about = [(member, person.unit_id)]
        audit.note(session, audit.Deed.ERASED, at=now, account_id=None, actor_id=None, about=about)
        _done(session, person, Right.ERASE, now)
        erasing.erase(session, member, now)
    print(f"{member} is erased; also noted in {_settle()}")


def _settle() -> Path:
    """Note the erasure outside of the database, and leave no byte of it inside; where it is noted."""
    settings = load_settings("data")
    from bot.cli.database import opened  # noqa: PLC0415
    from storage import erasure_list  # noqa: PLC0415
    from storage.database import rebuild_small  # noqa: PLC0415

    with opened(settings) as engine:
        erasure_list.note_new(engine, settings.erasures)
        rebuild_small(engine)
    return settings.erasures


def _person(session: Session, number: int) -> Member:
    from storage import members  # noqa: PLC0415

    found = members.get(session, number)
    if found is None:
        raise CommandError(f"there is no member {number}; `chihoi data find` shows ids", 1)
    return found


def _done(session: Session, person: Member, kind: str, now: datetime) -> None:
    """Write down a request that was asked on paper and done at once."""
    from handlers.privacy import limits  # noqa: PLC0415
    from storage import privacy  # noqa: PLC0415
    from storage.privacy import DataRequest, RequestState, Right  # noqa: PLC0415

    right = Right(kind)
    row = DataRequest(
        member_id=person.id or 0,
        unit_id=person.unit_id,
        kind=right,
        asked_at=now,
        answer_by=limits.answer_by(now),
        due_at=limits.due(right, now),
    )
    privacy.close(session, privacy.add(session, row), RequestState.DONE, now, None)


@data.command()
def requests(under: Under = "") -> None:
    """Show every request with its due dates, the most urgent first."""
    from handlers.privacy.requests import facts  # noqa: PLC0415
    from storage import privacy  # noqa: PLC0415

    with working() as (session, now):
        for row in privacy.log(session, inside(session, under), None):
            print(words("privacy/request.j2", facts(session, row, now)).replace("\n", " "))


@data.command("log")
def show_log(
    under: Under = "",
    since: Annotated[datetime | None, typer.Option(help="From this day on, as 2026-11-01")] = None,
) -> None:
    """Show who saw or changed whose data, newest first."""
    from handlers.privacy.requests import deed  # noqa: PLC0415
    from handlers.understanding.zone import ZONE  # noqa: PLC0415
    from storage import audit  # noqa: PLC0415

    with working() as (session, _):
        after = since.replace(tzinfo=ZONE) if since else None
        for row in audit.within(session, inside(session, under), None, since=after):
            print(words("privacy/access_line.j2", {"one": deed(session, row)}))


@data.command()
def scrub() -> None:
    """Write the whole database anew, so that no byte of what was deleted is left between the rows.

    Stop the bot, or wait for the night: nobody can write meanwhile.
    """
    settings = load_settings("data")
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from storage.database import rebuild  # noqa: PLC0415

    with opened(settings) as engine:
        rebuild(engine)
    print("The database is written anew")


def inside(session: Session, under: str) -> list[int]:
    """The units under a code; without one, all.

    Raises:
        CommandError: no unit has it.
    """
    from storage import units  # noqa: PLC0415

    if not under:
        return [unit.id or 0 for unit in units.everything(session)]
    unit = units.by_code(session, under)
    if unit is None or unit.id is None:
        raise CommandError(f"--under: there is no unit {under}")
    return units.subtree(session, [unit.id])
