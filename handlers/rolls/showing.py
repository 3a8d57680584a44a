"""What a group sees of a roll: one prompt, and under it a running tally of counts, never names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from handlers import audience
from handlers.chat import How, Moment, Replies, Reply
from handlers.rolls import words
from storage import pasts, roll_lists, rolls, units
from storage.database import Session
from storage.rolls import Roll, RollState, Status
from storage.units import Unit

PROMPT = "rolls/prompt.j2"
TALLY_EVERY = timedelta(seconds=6)
"""How often a tally is edited while answers pour in: a group takes about 20 messages a minute."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How many have which status."""

    counts: Mapping[str, int]

    def of(self, *statuses: str) -> int:
        """How many have one of these."""
        return sum(self.counts.get(status, 0) for status in statuses)

    @property
    def absent(self) -> int:
        """All who will not come or did not, whatever the reason: a group is told no more."""
        return self.of(Status.ABSENT, Status.ABSENT_EXCUSED, Status.ABSENT_UNEXCUSED)

    @property
    def came(self) -> int:
        """All who are there, in whichever way."""
        return self.of(Status.PRESENT, Status.PRESENT_ONLINE, Status.LATE)

    @property
    def unanswered(self) -> int:
        """Of whom nothing is known."""
        return self.of(Status.UNANSWERED)

    @property
    def answered(self) -> int:
        """Of whom something is known."""
        return self.came + self.absent

    @property
    def total(self) -> int:
        """Everybody on the list."""
        return self.answered + self.unanswered


def figures(session: Session, roll: Roll) -> Figures:
    """The counts of a roll as they stand."""
    return Figures(roll_lists.counts(session, roll))


def unit_of(session: Session, roll: Roll) -> Unit:
    """The unit of a roll; of a closed one as it was called on the day it was closed."""
    if roll.closed_at is not None:
        return pasts.unit_on(session, roll.unit_id, roll.closed_at)
    unit = units.get(session, roll.unit_id)
    assert unit is not None
    return unit


def context(session: Session, roll: Roll) -> dict[str, Any]:
    """What every template about a roll may say."""
    return {
        **roll.context,
        "roll": roll,
        "unit": unit_of(session, roll).name,
        "title": roll.title,
        "open": roll.state == RollState.OPEN,
        "labels": words.labels(roll),
        "figures": figures(session, roll),
        "relayed": False,
    }


def prompt(session: Session, roll: Roll) -> Reply:
    """The roll's one message in its groups, as it stands now."""
    offered = words.answers(roll) if roll.state == RollState.OPEN else ()
    return Reply(
        roll.template,
        context(session, roll),
        choices=offered,
        columns=2,
        subject=f"roll:{roll.number}",
    )


def shown(moment: Moment, roll: Roll) -> Replies:
    """The prompt for every group the roll is for; relay where there is none."""
    return audience.show(moment, roll.unit_id, prompt(moment.session, roll), only=roll.group_id)


def tally(moment: Moment, roll: Roll) -> Replies:
    """Bring the groups up to date: at once, or a few seconds later if they just were."""
    recent = roll.tally_at is not None and moment.now - roll.tally_at < TALLY_EVERY
    if recent:
        if not roll.stale:
            rolls.change(moment.session, roll, stale=True)
        return []
    return tally_now(moment, roll)


def tally_now(moment: Moment, roll: Roll, *, urgent: bool = False) -> Replies:
    """Bring the groups up to date; `urgent` where a channel would rather wait with a new message."""
    tallies = roll.tallies + 1
    rolls.change(moment.session, roll, stale=False, tally_at=moment.now, tallies=tallies)
    reply = replace(
        prompt(moment.session, roll),
        how=How.TALLY,
        key=f"roll:{roll.number}:tally:{roll.tallies}",
        not_before=moment.now if urgent else None,
        spaced=None if urgent else TALLY_EVERY,
    )
    return audience.change(moment, roll.unit_id, reply, only=roll.group_id)
