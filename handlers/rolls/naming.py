"""Who is meant when a leader says "bà Bình có mặt": names as they are called, and what is said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from handlers.understanding.replies import Meaning, understand
from storage.members import Member
from storage.rolls import Roll, Status
from storage.vietnamese import fold, normalise, spelling

TITLES = frozenset(
    {"ba", "chi", "co", "di", "bac", "em", "mo", "thim", "ong", "chu", "anh", "me", "hv"}
)
"""What stands before a name, without marks. One is dropped if a name is left behind it."""
REASON_LENGTH = 200
SHORT = 24
"""Characters of an answer worth remembering."""
_ROWS = re.compile(r"\b(?:vang|nghi|co mat)(?: so)? \d{1,3}(?:[\s,;.]+\d{1,3})*[ .!]*$")
"""Rows of a sheet, or how many they are: no word of the speaker about herself."""
_STATUSES = frozenset(
    {
        Meaning.PRESENT,
        Meaning.PRESENT_ONLINE,
        Meaning.LATE,
        Meaning.ABSENT,
        Meaning.ABSENT_EXCUSED,
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """Who may be meant by a name. `sure`: exactly one, and spelt with the same marks."""

    name: str
    people: tuple[Member, ...]
    sure: bool


def status_of(text: str) -> Status | None:
    """What a whole message says of the sender alone; None if that is not clear.

    A village answers in the same few words, so those are remembered. What is longer is talk: it
    is kept nowhere, not even in memory.
    """
    if _ROWS.search(fold(text)):
        return None
    return _status_of(text) if len(text) <= SHORT else _status_of.__wrapped__(text)


@lru_cache(maxsize=512)
def _status_of(text: str) -> Status | None:
    reply = understand(text, "roll_call")
    return Status(reply.meaning.value) if reply.meaning in _STATUSES and not reply.proxy else None


def reason_in(text: str, said: str, name: str = "") -> str:
    """The excuse as it was said, without the name it begins with; "" if none was."""
    if said != Status.ABSENT_EXCUSED or not understand(text, "roll_call").reason:
        return ""
    told = normalise(text)
    named = len(name.split())
    if name and fold(told).startswith(f"{fold(name)} "):
        told = " ".join(told.split()[named:])
    return told[:REASON_LENGTH]


def fit(roll: Roll, said: Status) -> Status:
    """To a meeting that is only online "có" means online."""
    only_online = Status.PRESENT not in roll.offers and Status.PRESENT_ONLINE in roll.offers
    return Status.PRESENT_ONLINE if only_online and said == Status.PRESENT else said


def find(name: str, people: Sequence[Member]) -> Found:
    """The people of a list who may be called so.

    A name without marks, or one that several bear, only proposes: Thúy is not Thùy.
    """
    words = name.split()
    if len(words) > 1 and fold(words[0]) in TITLES:
        words = words[1:]
    called = fold(" ".join(words))
    ending = [m for m in people if f" {m.folded}".endswith(f" {called}")]
    meant = ending or [m for m in people if set(called.split()) <= set(m.folded.split())]
    spelt = spelling(" ".join(words))
    sure = len(meant) == 1 and f" {spelling(meant[0].name)}".endswith(f" {spelt}")
    return Found(name, tuple(meant), sure)
