"""The work behind the screen at a hall's door and behind the page its code opens; no HTTP."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from bot.app import App
from bot.web.answer_tickets import Tickets
from bot.web.hall_codes import SCAN_LIFE, Codes, Scan, left
from handlers.answer_links import naming, wrong_tries
from handlers.answer_links.pictures import qr_inline
from handlers.chat import Moment, Replies
from handlers.hall import checking_in, links
from handlers.hall.links import Opened, PageError
from handlers.rolls import showing
from storage import attempts, members, roll_pages
from storage.database import Session, begin, reading
from storage.members import Member, MemberStatus
from storage.roll_pages import PageKind
from storage.rolls import RollState

DOOR = "vao"
"""Where a scanned code leads; short, for a code is read the sooner the less it says."""
TRIES_AT_DOOR = 400
"""Wrong ones in half an hour: hundreds of people mistype at one door."""
MOST_BY_SCAN = 5
"""People one scan checks in: a household, or who has no telephone; then it is scanned again."""
WRONG, TOO_MANY = 422, 429


@dataclass(frozen=True, slots=True)
class Shown:
    """A page to show, or (without one) the door's own page; `scan` is what the phone keeps, and
    `owner` what makes it know whose it is: "" if it is to forget that.
    """

    page: str = ""
    context: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    scan: str = ""
    owner: str | None = None


def moment_of(app: App, session: Session) -> Moment:
    """The moment for which a page works."""
    return Moment(session, app.clock.now(), app.dispatcher.links(), app.rng)


def queue(app: App, session: Session, told: Replies) -> None:
    """Tell the groups what changed."""
    said = [reply for reply in told if reply.to]
    origin = f"page:{secrets.token_hex(8)}"
    app.dispatcher.say(session, said, now=app.clock.now(), origin=origin)


class Screen:
    """What the screen of a hall shows. Every method raises `PageError` if its link is no good."""

    def __init__(self, app: App, token: str) -> None:
        self.app = app
        self.token = token

    def show(self) -> Shown:
        """The whole page."""
        return Shown("screen", {"token": self.token, **self._now()})

    def code(self) -> dict[str, Any]:
        """What changes on it."""
        now = self._now()
        return {name: now[name] for name in ("link", "drawing", "left", "came", "open")}

    def _now(self) -> dict[str, Any]:
        with reading(self.app.engine) as session:
            moment = moment_of(self.app, session)
            found = links.opened(moment, self.token, PageKind.SCREEN)
            assert found.row.id is not None
            code = Codes(Tickets.of(self.app)).code(found.row.id, moment.now)
            opened = found.roll.state == RollState.OPEN
            link = moment.links.page(f"{DOOR}/{code}") if opened else ""
            return {
                "unit": found.unit,
                "title": found.roll.title,
                "open": opened,
                "closed_at": found.roll.closed_at,
                "link": link,
                "drawing": qr_inline(link) if opened else "",
                "left": round(left(moment.now), 1),
                "came": showing.figures(session, found.roll).came,
            }


class Door:
    """Serves a telephone that scanned a code; `kept` is what it kept of that, `owner` of whose it
    is.
    """

    def __init__(self, app: App, kept: str = "", owner: str = "") -> None:
        self.app = app
        self.codes = Codes(Tickets.of(app))
        self.now = app.clock.now()
        self.scan = self.codes.kept(kept, self.now) if kept else None
        self.owner = self.codes.remembered(owner, self.now) if owner else 0

    def enter(self, code: str) -> Shown:
        """A code was scanned: it is good for some seconds, and leaves its proof with the phone.

        Raises:
            PageError: it is too old, or its screen is no longer good.
        """
        page = self.codes.read(code, self.now)
        if page is None:
            raise PageError("old")
        with reading(self.app.engine) as session:
            self._opened(session, page)
        scan = self.codes.scanned(page, self.now)
        if self.scan is not None and self.scan.page == page:
            scan = replace(scan, member=self.scan.member)
        return Shown(scan=self.codes.keep(scan))

    def _opened(self, session: Session, page: int) -> Opened:
        row = roll_pages.get(session, page)
        if row is None or row.kind != PageKind.SCREEN:
            raise PageError("unknown")
        return links.still_good(moment_of(self.app, session), row)

    def _held(self) -> Scan:
        if self.scan is None:
            raise PageError("old")
        return self.scan

    def show(self, *, another: bool) -> Shown:
        """Who is she? Or, once that is known, what counts for her.

        Raises:
            PageError: the phone kept no scan, or one that is over.
        """
        scan = self._held()
        with reading(self.app.engine) as session:
            found = self._opened(session, scan.page)
            member = members.get(session, scan.member) if scan.member and not another else None
            if member is None or not _listed(member, found):
                owner = None if another else self._owner(session, found)
                return Shown("door", {**_about(found), "owner": owner.name if owner else ""})
            standing = checking_in.standing(session, found.roll, scan.member)
            return Shown("inside", {**_about(found), "name": member.name, "standing": standing})

    def _owner(self, session: Session, found: Opened) -> Member | None:
        """Whose telephone this is, if she is on this list."""
        member = members.get(session, self.owner) if self.owner else None
        return member if member is not None and _listed(member, found) else None

    def forget(self) -> Shown:
        """The telephone is not to know whose it is."""
        return Shown(owner="")

    def confirm(self) -> Shown:
        """It is she whose telephone this is, and she is here.

        Raises:
            PageError: the phone kept no scan, or one that is over.
        """
        scan = self._held()
        with begin(self.app.engine) as session:
            found = self._opened(session, scan.page)
            member = self._owner(session, found)
            if member is None:
                return Shown("door", _about(found))
            return self._arrived(session, found, scan, member)

    def identify(self, name: str, fact: str, *, remember: bool = False) -> Shown:
        """She says who she is, and is here. What is wrong is not said, nor does it show.

        Raises:
            PageError: the phone kept no scan, or one that is over.
        """
        scan = self._held()
        with begin(self.app.engine) as session:
            found = self._opened(session, scan.page)
            if not naming.digits(fact) or not name.strip():
                return _problem(found, "digits", name)
            place = f"hall:{found.row.id}"
            tries = naming.Tries(found.roll.unit_id, place, name, scan.nonce, TRIES_AT_DOOR)
            try:
                naming.check_tries(session, tries, self.now)
            except naming.TriesError:
                return _problem(found, "tries")
            member = naming.find(session, found.roll.unit_id, name, fact)
            if member is None:
                reached = naming.note_wrong(session, tries, self.now)
                told = wrong_tries.tell(moment_of(self.app, session), tries, reached, None)
                queue(self.app, session, told)
                return _problem(found, "wrong", name)
            arrived = self._arrived(session, found, scan, member)
            if not remember or arrived.page:
                return arrived
            return replace(arrived, owner=self.codes.remember(member.id or 0, self.now))

    def _arrived(self, session: Session, found: Opened, scan: Scan, member: Member) -> Shown:
        assert member.id is not None
        since = self.now - SCAN_LIFE
        if attempts.since(session, scan.nonce, "hall_scan", since) >= MOST_BY_SCAN:
            return _problem(found, "scan")
        attempts.note(session, scan.nonce, "hall_scan", self.now)
        moment = moment_of(self.app, session)
        queue(self.app, session, checking_in.check_in(moment, found.roll, member.id))
        return Shown(scan=self.codes.keep(replace(scan, member=member.id)))


def _listed(member: Member, found: Opened) -> bool:
    return member.unit_id == found.roll.unit_id and member.status != MemberStatus.LEFT


def _about(found: Opened) -> dict[str, Any]:
    return {
        "unit": found.unit,
        "title": found.roll.title,
        "open": found.roll.state == RollState.OPEN,
        "closed_at": found.roll.closed_at,
        "problem": "",
        "typed": "",
        "owner": "",
        "most": MOST_BY_SCAN,
    }


def _problem(found: Opened, problem: str, typed: str = "") -> Shown:
    status = TOO_MANY if problem in {"tries", "scan"} else WRONG
    return Shown("door", {**_about(found), "problem": problem, "typed": typed}, status)
