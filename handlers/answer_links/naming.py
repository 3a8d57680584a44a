"""Who answers by a group link: her name, and one thing more that the register holds.

Whether a name exists must not show: every row is compared in full whatever was typed, and a wrong
name is refused like a wrong year.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import attempts, roll_lists
from storage.database import Session
from storage.members import Member
from storage.vietnamese import fold

PER = timedelta(minutes=30)
TRIES_OF_CLIENT = 20
"""Wrong ones; a whole village may sit behind one address of its mobile network."""
TRIES_OF_NAME = 6
TRIES_OF_LINK = 120
DAY = timedelta(days=1)
TRIES_OF_DAY = 15
"""With one end of a name: there are some sixty likely years, and six tries every half hour would
find the right one in an evening; so would the same person under her longer and shorter names.
"""
DIGITS = 4
SHORTEST, LONGEST = 2, 80
"""Words at least, letters at most, of a name."""
_TITLE = re.compile(r"^(?:ba|chi|co|di|bac|ong|anh) ")


class TriesError(Exception):
    """Too many wrong tries: nobody may try for a while; `per` is what they were counted in."""

    def __init__(self, per: timedelta) -> None:
        super().__init__(per)
        self.per = per


@dataclass(frozen=True, slots=True)
class Tries:
    """What wrong tries are counted by: one telephone, one name of a unit, and one link or door."""

    unit_id: int
    place: str
    name: str
    client: str
    most_of_place: int = TRIES_OF_LINK

    def counters(self) -> tuple[tuple[str, str, int, timedelta], ...]:
        """(kind, whose, how many may be wrong, in what time)."""
        called = _called(self.name)
        end = _end(called)
        return (
            ("answer_client", self.client, TRIES_OF_CLIENT, PER),
            ("answer_name", self._digest(called), TRIES_OF_NAME, PER),
            ("answer_day", self._digest(end), TRIES_OF_DAY, DAY),
            ("answer_link", self.place, self.most_of_place, PER),
        )

    def _digest(self, words: str) -> str:
        return hashlib.sha256(f"{self.unit_id}:{words}".encode()).hexdigest()


def check_tries(session: Session, tries: Tries, now: datetime) -> None:
    """Let nobody try without end: by one address, with one name, or on one link.

    Raises:
        TriesError: too many were wrong of late.
    """
    for kind, key, most, per in tries.counters():
        if attempts.since(session, key, kind, now - per) >= most:
            raise TriesError(per)


def note_wrong(session: Session, tries: Tries, now: datetime) -> frozenset[str]:
    """A try was wrong; which kinds of limit it has just reached."""
    reached = set()
    for kind, key, most, per in tries.counters():
        attempts.note(session, key, kind, now)
        if attempts.since(session, key, kind, now - per) == most:
            reached.add(kind)
    return frozenset(reached)


def digits(fact: str) -> str:
    """The last four digits of a year, a date or a telephone number; "" if there are fewer."""
    found = re.sub(r"\D", "", fact)
    return found[-DIGITS:] if found.isascii() and len(found) >= DIGITS else ""


def find(session: Session, unit_id: int, name: str, fact: str) -> Member | None:
    """The one member of a unit who is called so and of whom this is true."""
    called, last = _called(name), digits(fact).encode()
    said = called.encode()
    people = roll_lists.people(session, unit_id)
    matching = [member for member in people if _matches(member, said, last)]
    enough = len(called.split()) >= SHORTEST and len(called) <= LONGEST
    return matching[0] if enough and len(matching) == 1 else None


def ends_so(session: Session, unit_id: int, name: str) -> list[Member]:
    """Those of a unit whose tries of a day are counted together with this name's."""
    end = _end(_called(name))
    return [m for m in roll_lists.people(session, unit_id) if end and _end(m.folded) == end]


def _end(called: str) -> str:
    return " ".join(called.split()[-SHORTEST:])


def _called(name: str) -> str:
    return _TITLE.sub("", fold(name[: 2 * LONGEST]))


def _matches(member: Member, said: bytes, last: bytes) -> bool:
    """Her whole name, or the end of it; her year, or her telephone. Nothing is cut short."""
    own = f" {member.folded}".encode()[-len(said) - 1 :]
    named = hmac.compare_digest(own, b" " + said)
    year = hmac.compare_digest(member.birth[:DIGITS].encode(), last)
    phone = hmac.compare_digest(member.phone[-DIGITS:].encode(), last)
    return named & (year | phone) & bool(last)
