"""When a meeting needs what: its reminders, how late each may still be, and what replaces what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from handlers.quiet import quiet_until
from handlers.understanding.zone import local

INVITE_AHEAD = timedelta(days=7)
"""How long before an occurrence of a series the groups are invited."""
DAY_BEFORE = timedelta(hours=24)
MORNING = time(7)
NO_MORNING_BEFORE = time(9)
"""A meeting that starts earlier has no reminder on its morning: people are on their way."""
SOON = timedelta(minutes=15)
MEETING_LENGTH = timedelta(hours=3)
"""How long after its start a meeting is still shown as going on (60 to 90 minutes are usual)."""


class Kind(StrEnum):
    """What comes due. The value is part of the keys of messages: never change one."""

    INVITE = "invite"
    DAY_BEFORE = "T-24h"
    MORNING = "07:00"
    SOON = "T-15m"
    START = "start"


NOTICES = (Kind.DAY_BEFORE, Kind.MORNING, Kind.SOON)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What of the things due is done now, and what is too late."""

    now: frozenset[Kind]
    missed: frozenset[Kind]


def notices(starts_at: datetime) -> dict[Kind, datetime]:
    """When people are reminded of a meeting."""
    due = {Kind.DAY_BEFORE: starts_at - DAY_BEFORE}
    if morning := _morning(starts_at):
        due[Kind.MORNING] = morning
    if morning_covers(starts_at, due[Kind.DAY_BEFORE]):
        del due[Kind.DAY_BEFORE]
    due[Kind.SOON] = starts_at - SOON
    return due


def _morning(starts_at: datetime) -> datetime | None:
    start = local(starts_at)
    if start.time() < NO_MORNING_BEFORE:
        return None
    return datetime.combine(start.date(), MORNING, start.tzinfo)


def morning_covers(starts_at: datetime, now: datetime) -> bool:
    """Whether the reminder of the day before, sent now, would arrive on the meeting's own morning,
    minutes before the one of seven o'clock: one of them is enough.
    """
    arrives, morning = _arrives(Kind.DAY_BEFORE, now), _morning(starts_at)
    return morning is not None and local(arrives).date() == morning.date() and arrives < morning


def timetable(starts_at: datetime, now: datetime, *, invited: bool = True) -> dict[Kind, datetime]:
    """All that a meeting will need from now on; what would be past already is left out."""
    due = {kind: at for kind, at in notices(starts_at).items() if at > now}
    due[Kind.START] = starts_at
    if not invited:
        due[Kind.INVITE] = max(starts_at - INVITE_AHEAD, now)
    return due


def useful_until(kind: Kind, starts_at: datetime) -> datetime:
    """How late something may still be done."""
    slack = {
        Kind.INVITE: -timedelta(hours=1),
        Kind.DAY_BEFORE: -timedelta(hours=3),
        Kind.MORNING: -timedelta(minutes=30),
        Kind.SOON: timedelta(minutes=20),
        Kind.START: MEETING_LENGTH,
    }
    return starts_at + slack[kind]


def judge(due: Collection[Kind], starts_at: datetime, now: datetime) -> Verdict:
    """What of the things due is still useful.

    A later notice makes an earlier one useless, and an invitation sent now reminds as well:
    nobody gets two messages about one meeting at once.
    """
    useful = {kind for kind in due if _arrives(kind, now) <= useful_until(kind, starts_at)}
    if Kind.MORNING not in due and morning_covers(starts_at, now):
        useful.discard(Kind.DAY_BEFORE)
    waiting = [kind for kind in NOTICES if kind in useful]
    if Kind.INVITE in useful:
        useful.difference_update(waiting)
    else:
        useful.difference_update(waiting[:-1])
    return Verdict(frozenset(useful), frozenset(set(due) - useful))


def _arrives(kind: Kind, now: datetime) -> datetime:
    """Only the link just before the start, and the start itself, break the quiet of the night."""
    return now if kind in {Kind.SOON, Kind.START} else quiet_until(now) or now
