"""The work behind the pages of sign-in sheets: one link, one transaction, no HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.app import App
from bot.render import plain, words
from handlers.access import Actor
from handlers.chat import Moment
from handlers.errors import Refusal
from handlers.members.passes import PassError
from handlers.papers import commands, drawing, entering, passing, sheets
from handlers.papers.reading import UnclearError, read
from handlers.rolls.showing import figures
from handlers.rolls.words import labels
from storage import papers, units
from storage.database import Session, begin, reading
from storage.detours import channel_of
from storage.papers import Paper
from storage.passes import Pass, Purpose


@dataclass(frozen=True, slots=True)
class Shown:
    """A page to show, or a file to hand out."""

    page: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    name: str = ""
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class _Opened:
    """What a good link is about, and for whom."""

    session: Session
    row: Pass
    paper: Paper
    actor: Actor


class PaperDesk:
    """Serves the holder of one link. Every method raises `PassError` if the link is no good."""

    def __init__(self, app: App, token: str) -> None:
        self.app = app
        self.token = token
        self.now = app.clock.now()

    @contextmanager
    def _looking(self) -> Iterator[_Opened]:
        with reading(self.app.engine) as session:
            yield _Opened(session, *passing.opened(session, self.token, self.now))

    @contextmanager
    def _changing(self) -> Iterator[_Opened]:
        with begin(self.app.engine) as session:
            yield _Opened(session, *passing.opened(session, self.token, self.now, lock=True))

    def show(self) -> Shown:
        """The page the link is for: sheets to print, or one to type in."""
        with self._looking() as found:
            if found.row.purpose == Purpose.PAPER:
                return Shown("download", {**self._about(found), "sheets": self._sheets(found)})
            return self._form(found)

    def print_out(self) -> Shown:
        """The sheets as a PDF, as often as she asks while the link lives."""
        with self._looking() as found:
            if found.row.purpose != Purpose.PAPER:
                raise PassError("unknown")
            drawn = self._sheets(found)
            name = f"phieu-diem-danh-{found.paper.number}.pdf"
            return Shown(name=name, content=drawing.pdf(drawn, found.paper.printed_at))

    def preview(self, said: str) -> Shown:
        """What she typed, by names; nothing is written."""
        with self._looking() as found:
            return self._shown(found, said, refused=self._refusal(found, said))

    def save(self, said: str) -> Shown:
        """She agrees: it is written, and the link is dead."""
        with self._changing() as found:
            if refused := self._refusal(found, said):
                return self._shown(found, said, refused=refused)
            roll = entering.roll_of(found.session, found.actor, found.paper)
            rows = papers.rows(found.session, found.paper.number)
            plan = entering.plan(found.session, found.paper, roll, read(said, rows))
            moment = Moment(found.session, self.now, self.app.dispatcher.links(), self.app.rng)
            told = entering.write(moment, found.paper, roll, plan, found.row.account_id)
            origin = f"page:{found.row.id}"
            self.app.dispatcher.say(found.session, told, now=self.now, origin=origin)
            found.row.used_at = self.now
            found.session.add(found.row)
            counted = figures(found.session, roll)
            context = {"plan": plan, "figures": counted, "labels": labels(roll)}
            return Shown("done", {**self._about(found), **context})

    def _sheets(self, found: _Opened) -> list[sheets.Sheet]:
        links = self.app.dispatcher.links()
        channel = channel_of(found.row.chat)
        return [
            sheets.drawn(
                found.session, paper, links.start_link(f"{sheets.START}{paper.number}", channel)
            )
            for paper in papers.printed_with(found.session, found.paper)
        ]

    def _about(self, found: _Opened) -> dict[str, Any]:
        unit = units.get(found.session, found.paper.unit_id)
        return {"token": self.token, "unit": unit.name if unit else "", "paper": found.paper}

    def _form(self, found: _Opened, said: str = "", refused: str = "") -> Shown:
        rows = papers.rows(found.session, found.paper.number)
        context = {**self._about(found), "rows": rows, "typed": said, "refused": refused}
        return Shown("entry", context, 422 if refused else 200)

    def _refusal(self, found: _Opened, said: str) -> str:
        """Why what she typed cannot be written; "" if it can."""
        if found.row.purpose != Purpose.PAPER_ENTRY:
            raise PassError("unknown")
        rows = papers.rows(found.session, found.paper.number)
        try:
            entering.roll_of(found.session, found.actor, found.paper)
            read(said, rows)
        except UnclearError as error:
            context = commands.unclear(error, found.paper, rows)
            return plain(words("papers/unclear.j2", context))
        except Refusal as refusal:
            return plain(words(refusal.template, dict(refusal.context)))
        return ""

    def _shown(self, found: _Opened, said: str, *, refused: str) -> Shown:
        if refused:
            return self._form(found, said, refused)
        rows = papers.rows(found.session, found.paper.number)
        roll = entering.roll_of(found.session, found.actor, found.paper)
        plan = entering.plan(found.session, found.paper, roll, read(said, rows))
        context = {"plan": plan, "said": commands.shown(plan), "typed": said}
        return Shown("preview", {**self._about(found), **context})
