"""The work behind the pages of the register: one pass, one transaction, no HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.app import App
from bot.render import plain, words
from bot.web import held_desk
from handlers import audit
from handlers.chat import Reply
from handlers.errors import NotYoursError
from handlers.members import central as central_form
from handlers.members import exporting, importing, passes, telling
from handlers.members.compare import Verdict
from handlers.members.grids import Reason, UnreadableSheet
from handlers.members.importing import MEMBERSHIP, Plan, WrongPlaceError
from handlers.members.notes import Note
from handlers.members.passes import Opened, PassError
from handlers.members.report import report_lines
from handlers.members.rows import Sheets
from handlers.members.sheets import read_workbook
from handlers.understanding.zone import local_date
from storage import blobs, register, units
from storage.audit import Deed
from storage.database import Session, begin, reading
from storage.passes import Purpose

ROWS = 40
"""So many rows are named on a page, so that an old phone can open it; the report has them all."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page to show, or a file to hand out, or (neither) the link's first page again."""

    page: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    name: str = ""
    content: bytes = b""


class Desk:
    """Serves the holder of one link. Every method raises `PassError` if the link is no good."""

    def __init__(self, app: App, token: str) -> None:
        self.app = app
        self.token = token
        self.now = app.clock.now()

    @contextmanager
    def _looking(self, purpose: Purpose) -> Iterator[tuple[Session, Opened]]:
        with reading(self.app.engine) as session:
            found = passes.opened(session, self.token, self.now)
            _check(found, purpose)
            yield session, found

    @contextmanager
    def _changing(self, purpose: Purpose) -> Iterator[tuple[Session, Opened]]:
        with begin(self.app.engine) as session:
            found = passes.opened(session, self.token, self.now, lock=True)
            _check(found, purpose)
            yield session, found

    def show(self) -> Shown:
        """The page the link is for now."""
        with reading(self.app.engine) as session:
            found = passes.opened(session, self.token, self.now)
            if found.row.purpose == Purpose.EXPORT:
                return self._offer(session, found)
            if found.row.purpose == Purpose.HELD:
                return Shown("held", held_desk.pairs(session, found, self.token, self.now))
            waiting = found.row.blob_id is not None
        return self._preview() if waiting else self.ask()

    def ask(self, problem: str = "", file: str = "", status: int = 200) -> Shown:
        """The form for a workbook; with a problem, what was wrong with the last one."""
        with self._looking(Purpose.IMPORT) as (_, found):
            context = {"token": self.token, "unit": found.unit.name}
        message = ""
        if problem == "no_file":
            message = "no_file"
        elif problem:
            message = _plain("members/unreadable.j2", {"reason": problem, "file": file})
        return Shown("upload", {**context, "problem": message}, status)

    def take(self, name: str, content: bytes) -> Shown:
        """Keep a workbook that can be read until she agrees."""
        if not name or not content:
            return self.ask("no_file" if not name else Reason.EMPTY, name, 422)
        try:
            read_workbook(content, local_date(self.now))
        except UnreadableSheet as error:
            return self.ask(error.reason, name, 413 if error.reason is Reason.TOO_BIG else 422)
        with self._changing(Purpose.IMPORT) as (session, found):
            passes.hold(session, found.row, name, content, self.now)
        return Shown()

    def put_back(self) -> Shown:
        """Forget the workbook that waits."""
        with self._changing(Purpose.IMPORT) as (session, found):
            passes.drop(session, found.row)
        return Shown()

    def _sheets(self) -> tuple[str, Sheets]:
        """The workbook that waits, read outside of any transaction: that takes a while.

        Raises:
            PassError: none waits.
        """
        with self._looking(Purpose.IMPORT) as (session, found):
            blob = blobs.get(session, found.row.blob_id or 0)
            if blob is None:
                raise PassError("expired")
            name, content = blob.name, blob.content
        return name, read_workbook(content, local_date(self.now))

    def _preview(self, refused: str = "") -> Shown:
        name, sheets = self._sheets()
        with self._looking(Purpose.IMPORT) as (session, found):
            plan = importing.plan(session, sheets, name, found.unit, self.now)
        fault = plan.fault(create_units=True)
        context = {
            **telling.facts(plan, MEMBERSHIP),
            **_rows(plan),
            "token": self.token,
            "refused": refused or (_fault(fault, found.unit.name) if fault else ""),
            "possible": fault is None,
        }
        return Shown("preview", context, 422 if refused else 200)

    def report(self) -> Shown:
        """The rows of the workbook that waits, one a line."""
        name, sheets = self._sheets()
        with self._looking(Purpose.IMPORT) as (session, found):
            plan = importing.plan(session, sheets, name, found.unit, self.now)
        lines = report_lines(plan.decisions, _note, several=plan.several)
        return Shown(name="bao-cao.tsv", content="".join(lines).encode("utf-8-sig"))

    def bring_in(self, *, create_units: bool) -> Shown:
        """Do all of it, tell her in chat, and let the link die; or nothing."""
        name, sheets = self._sheets()
        unit = ""
        try:
            with self._changing(Purpose.IMPORT) as (session, found):
                unit = found.unit.name
                plan = importing.plan(session, sheets, name, found.unit, self.now)
                done = importing.apply(
                    session, plan, ground=MEMBERSHIP, create_units=create_units, now=self.now
                )
                passes.use_up(session, found.row, self.now)
                actor = passes.holder(session, found.row, self.now)
                importing.write_down(session, done, found.unit.id, actor, self.now)
                told = telling.result(done)
                self._tell(session, found, plan, telling.whole(told, plan))
        except WrongPlaceError as error:
            return self._preview(_fault(error, unit))
        return Shown("done", {**told, **_rows(plan)})

    def decide(self, row: str, way: str) -> Shown:
        """Do what was pressed beside one row, then show what waits still."""
        try:
            with self._changing(Purpose.HELD) as (session, found):
                held_desk.decide(session, found, row, way, self.now)
        except NotYoursError:
            raise PassError("refused") from None
        return Shown()

    def _tell(self, session: Session, found: Opened, plan: Plan, context: dict[str, Any]) -> None:
        replies = telling.to_leaders(session, plan, self.now, without=found.row.chat)
        if found.row.chat:
            told = Reply(
                "members/summary.j2",
                context,
                to=found.row.chat,
                choices=telling.next_steps(plan),
                key=f"import:{found.row.id}",
            )
            replies = [told, *replies]
        self.app.dispatcher.say(session, replies, now=self.now, origin=f"page:{found.row.id}")

    def _offer(self, session: Session, found: Opened) -> Shown:
        inside = units.subtree(session, [found.row.unit_id])
        context = {
            "token": self.token,
            "unit": found.unit.name,
            "people": register.count(session, inside),
        }
        return Shown("export", context)

    def take_out(self, *, central: bool = False) -> Shown:
        """The list as a workbook, ours or in the columns of member software; the link is dead."""
        with self._changing(Purpose.EXPORT) as (session, found):
            write = central_form.export if central else exporting.export
            done = write(session, found.unit, self.now)
            passes.use_up(session, found.row, self.now)
            actor, unit_id = passes.holder(session, found.row, self.now), found.row.unit_id
            audit.whole(session, actor, Deed.EXPORT, unit_id, done.people, self.now)
        return Shown(name=done.name, content=done.content)


def _check(found: Opened, purpose: Purpose) -> None:
    if found.row.purpose != purpose:
        raise PassError("unknown")


def _rows(plan: Plan) -> dict[str, Any]:
    return {
        "held_rows": telling.rows(plan, Verdict.HELD, ROWS),
        "error_rows": telling.rows(plan, Verdict.ERROR, ROWS),
    }


def _fault(error: WrongPlaceError, unit: str) -> str:
    return _plain("members/wrong_place.j2", telling.fault(error, unit))


def _note(note: Note) -> str:
    return _plain("members/note.j2", {"code": note.code, "args": note.args})


def _plain(template: str, context: dict[str, Any]) -> str:
    return plain(words(template, context))
