"""What may go wrong in an evening, and how a seed chooses some of it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """One way of going wrong."""

    # the process dies, at the nth of these moments
    BEFORE_COMMIT = "killed before commit"
    AFTER_COMMIT = "killed after commit"
    BEFORE_SEND = "killed before send"
    AFTER_SEND = "killed after send"
    # the nth update
    TWICE = "update twice"
    LATE = "update late"
    # at a second of the evening
    POISON = "poison update"
    BUG = "update that meets a bug"
    CLOSED = "group closed"
    MIGRATED = "group to supergroup"
    FULL = "disk full"
    LOCKED = "database locked"
    JUMP = "clock jumps"
    OUTAGE = "platform down"
    # the nth send
    WAIT_ALL = "429 for all"
    WAIT_CHAT = "429 for a chat"
    FORBIDDEN = "403"
    SERVER_ERROR = "5xx"
    NO_WAY = "no connection"
    CUT = "cut before delivery"
    TIMEOUT = "timeout after delivery"
    FULL_COMMIT = "disk full at commit"  # the nth commit


DEATHS = (Kind.BEFORE_COMMIT, Kind.AFTER_COMMIT, Kind.BEFORE_SEND, Kind.AFTER_SEND)
BY_SEND = (
    Kind.WAIT_ALL, Kind.WAIT_CHAT, Kind.FORBIDDEN, Kind.SERVER_ERROR, Kind.NO_WAY, Kind.CUT,
    Kind.TIMEOUT,
)  # fmt: skip
BY_UPDATE = (Kind.TWICE, Kind.LATE)
BY_SECOND = (
    Kind.POISON, Kind.BUG, Kind.CLOSED, Kind.MIGRATED, Kind.FULL, Kind.LOCKED, Kind.JUMP,
    Kind.OUTAGE,
)  # fmt: skip
MOST = 6


@dataclass(frozen=True, slots=True)
class Fault:
    """`at` is the number of the moment, update, send or commit, or the second; `more` is how long,
    how far, or which group.
    """

    kind: Kind
    at: int
    more: float = 0.0


@dataclass(frozen=True, slots=True)
class Size:
    """How much happens in an evening without faults."""

    commits: int
    sends: int
    updates: int
    seconds: int


def choose(rng: random.Random, size: Size) -> list[Fault]:
    """Some faults; now and then none at all."""
    return [_one(rng, rng.choice(list(Kind)), size) for _ in range(rng.randint(0, MOST))]


def _one(rng: random.Random, kind: Kind, size: Size) -> Fault:
    if kind in {Kind.BEFORE_COMMIT, Kind.AFTER_COMMIT, Kind.FULL_COMMIT}:
        return Fault(kind, rng.randrange(size.commits), rng.uniform(0.1, 20.0))
    if kind in {Kind.BEFORE_SEND, Kind.AFTER_SEND, *BY_SEND}:
        return Fault(kind, rng.randrange(size.sends), rng.uniform(1.0, 20.0))
    if kind in BY_UPDATE:
        return Fault(kind, rng.randrange(size.updates), rng.uniform(0.1, 30.0))
    if kind is Kind.JUMP:
        return Fault(kind, rng.randrange(size.seconds), rng.choice([-600, -60, -5, 30, 300]))
    if kind in {Kind.FULL, Kind.LOCKED, Kind.OUTAGE}:
        return Fault(kind, rng.randrange(size.seconds), rng.uniform(0.5, 40.0))
    return Fault(kind, rng.randrange(size.seconds), rng.random())
