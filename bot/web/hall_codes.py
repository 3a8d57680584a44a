"""The code on the screen of a hall, and what a telephone keeps that has scanned it: both signed by
the server and its clock, stored nowhere.

A photograph of the screen sent home is too old when it arrives. The address behind the code is
worth nothing to others either: it leaves its proof with the telephone that opened it.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.web.answer_tickets import Tickets

WINDOW = 20
"""Seconds for which one code is shown; it opens the door in these and in the next."""
SCAN_LIFE = timedelta(minutes=15)
"""So long she may take to type her name."""
REMEMBERED = timedelta(days=180)
"""So long a telephone knows whose it is, if she asked for that."""
NONCE_BYTES = 9
_LONGEST = 14


@dataclass(frozen=True, slots=True)
class Scan:
    """That a telephone was in the hall: by which screen, when, and whom it then checked in."""

    page: int
    since: int
    nonce: str
    member: int = 0


@dataclass(frozen=True, slots=True)
class Codes:
    """Makes codes and scans, and knows its own."""

    tickets: Tickets

    def code(self, page: int, now: datetime) -> str:
        """What the screen shows now."""
        window = _window(now)
        return f"{page}.{window}.{self._of_window(page, window)}"

    def read(self, code: str, now: datetime) -> int | None:
        """The page whose screen shows this code, or did until a moment ago; else None."""
        page, window, signature = _parts(code, 3)
        if not _is_number(page) or not _is_number(window):
            return None
        fresh = _window(now) - int(window) in {0, 1}
        expected = self._of_window(int(page), int(window))
        good = hmac.compare_digest(expected.encode(), signature.encode())
        return int(page) if good and fresh else None

    def _of_window(self, page: int, window: int) -> str:
        return self.tickets.sign(f"hall:{page}:{window}")

    def scanned(self, page: int, now: datetime) -> Scan:
        """A telephone has just scanned the code of a screen."""
        return Scan(page, int(now.timestamp()), secrets.token_hex(NONCE_BYTES))

    def keep(self, scan: Scan) -> str:
        """What the telephone keeps."""
        words = f"{scan.page}.{scan.since}.{scan.nonce}.{scan.member}"
        return f"{words}.{self.tickets.sign(f'scan:{words}')}"

    def kept(self, words: str, now: datetime) -> Scan | None:
        """The scan a telephone kept; None if it is not ours, or over."""
        page, since, nonce, member, signature = _parts(words, 5)
        expected = self.tickets.sign(f"scan:{page}.{since}.{nonce}.{member}")
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            return None
        begun = datetime.fromtimestamp(int(since), UTC)
        fresh = begun <= now < begun + SCAN_LIFE
        return Scan(int(page), int(since), nonce, int(member)) if fresh else None

    def remember(self, member: int, now: datetime) -> str:
        """What makes a telephone know whose it is."""
        words = f"{member}.{int(now.timestamp())}"
        return f"{words}.{self.tickets.sign(f'phone:{words}')}"

    def remembered(self, words: str, now: datetime) -> int:
        """Whose telephone this is; 0 if it does not know, or no longer."""
        member, since, signature = _parts(words, 3)
        expected = self.tickets.sign(f"phone:{member}.{since}")
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            return 0
        return int(member) if datetime.fromtimestamp(int(since), UTC) + REMEMBERED > now else 0


def left(now: datetime) -> float:
    """Seconds until the next code."""
    return WINDOW - now.timestamp() % WINDOW


def _window(now: datetime) -> int:
    return int(now.timestamp()) // WINDOW


def _parts(words: str, count: int) -> list[str]:
    found = words.split(".")
    return found if len(found) == count else [""] * count


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < _LONGEST
