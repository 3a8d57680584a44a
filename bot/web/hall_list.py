"""The work behind a leader's list for a hall without signal; no HTTP."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec

from bot.app import App
from bot.web.hall_door import Shown, moment_of, queue
from handlers.chat import Moment
from handlers.hall import links, listing
from handlers.hall.links import Opened
from handlers.hall.listing import OFFERED, Row, Taken, Tick
from handlers.rolls import showing, words
from storage.database import begin, reading
from storage.roll_pages import PageKind
from storage.rolls import RollState, Status
from storage.vietnamese import fold

MOST_AT_ONCE = 200
LONGEST_AGO = timedelta(days=30).total_seconds()


class SentTick(msgspec.Struct):
    """A tick as a telephone sends it; `ago` are the seconds since, by the telephone's own count,
    so that it does not matter what day it believes in.
    """

    id: str
    member: str
    status: str
    ago: float = 0


class Sent(msgspec.Struct):
    """What a telephone sends at once."""

    ticks: Annotated[list[SentTick], msgspec.Meta(max_length=MOST_AT_ONCE)] = []


class ListDesk:
    """Serves the holder of one link. Every method raises `PageError` if it is no good."""

    def __init__(self, app: App, token: str) -> None:
        self.app = app
        self.token = token
        self.now = app.clock.now()

    def show(self, searched: str = "", saved: str = "") -> Shown:
        """The whole list; with `searched` only whose name holds that."""
        with reading(self.app.engine) as session:
            moment = moment_of(self.app, session)
            found = links.opened(moment, self.token, PageKind.LIST)
            labels = words.labels(found.roll)
            teams = listing.teams(session, found.roll)
            context = {
                "token": self.token,
                "unit": found.unit,
                "roll": found.roll,
                "open": found.roll.state == RollState.OPEN,
                "closed_at": found.roll.closed_at,
                "teams": _searched(teams, searched),
                "searched": searched,
                "saved": int(saved) if saved.isascii() and saved.isdecimal() else None,
                "offers": [(status.value, labels[status]) for status in OFFERED],
                "nothing": Status.UNANSWERED.value,
                "figures": showing.figures(session, found.roll),
                "batch": secrets.token_hex(8),
                "now": _milliseconds(self.now),
                "until": _milliseconds(found.row.expires_at),
                "expires_at": found.row.expires_at,
            }
            return Shown("list", context)

    def send_form(self, people: Sequence[str], status: str, batch: str) -> int:
        """Ticks of a page without a script; how many are recorded now."""
        ticks = [Tick(f"{batch}-{one}-{status}", one, status, self.now) for one in people]
        return sum(one.how != "unknown" for one in self._take(ticks)[0])

    def send(self, sent: Sent) -> dict[str, Any]:
        """Ticks of a page that keeps them until there is signal."""
        ticks = [Tick(one.id, one.member, one.status, self._at(one.ago)) for one in sent.ticks]
        taken, context = self._take(ticks)
        return {"taken": taken, **context}

    def _at(self, ago: float) -> datetime:
        return self.now - timedelta(seconds=min(max(ago, 0.0), LONGEST_AGO))

    def _take(self, ticks: Sequence[Tick]) -> tuple[list[Taken], dict[str, Any]]:
        with begin(self.app.engine) as session:
            moment = moment_of(self.app, session)
            found = links.opened(moment, self.token, PageKind.LIST)
            taken, told = listing.take(moment, found, ticks)
            queue(self.app, session, told)
            return taken, self._standing(moment, found)

    def _standing(self, moment: Moment, found: Opened) -> dict[str, Any]:
        """How everybody stands, for a page that shows it without being loaded again."""
        rows = [row for _, team in listing.teams(moment.session, found.roll) for row in team]
        return {
            "statuses": {str(row.id): [row.status, row.said] for row in rows if row.said},
            "open": found.roll.state == RollState.OPEN,
            "came": showing.figures(moment.session, found.roll).came,
            "now": _milliseconds(self.now),
        }


def _searched(teams: list[tuple[str, list[Row]]], searched: str) -> list[tuple[str, list[Row]]]:
    said = fold(searched)
    found = [(name, [row for row in team if said in fold(row.name)]) for name, team in teams]
    return [(name, team) for name, team in found if team]


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
