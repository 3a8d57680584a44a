"""How many must be there for a vote to count: shown to the leader, and never in anybody's way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.chat import Call, Choice, Reply, Route
from handlers.errors import NotYoursError
from handlers.rolls import showing
from handlers.rolls.access import access_roll
from storage import quorums, rolls, units
from storage.database import Session
from storage.rolls import Purpose, Roll

HALF, TWO_THIRDS, NONE = "half", "two_thirds", "none"
SHARES: Mapping[str, str] = {HALF: "quá nửa", TWO_THIRDS: "hai phần ba"}


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many are needed of a list, and how many there are."""

    share: str
    needed: int
    came: int
    total: int

    @property
    def percent(self) -> int:
        """Who came, of a hundred."""
        return round(100 * self.came / self.total) if self.total else 0

    @property
    def missing(self) -> int:
        """How many more it takes."""
        return max(0, self.needed - self.came)


def needed(share: str, total: int) -> int:
    """How many are enough: more than half, or two thirds at least."""
    return total // 2 + 1 if share == HALF else -(-2 * total // 3)


def of(session: Session, roll: Roll, figures: showing.Figures) -> Quorum | None:
    """What the rule of a roll, or else of its unit, comes to; None where there is none."""
    share = roll.quorum or quorums.of_unit(session, roll.unit_id)
    if share not in SHARES or roll.purpose != Purpose.ATTENDANCE:
        return None
    return Quorum(SHARES[share], needed(share, figures.total), figures.came, figures.total)


def set_share(call: Call, rest: str) -> Reply:
    """`roll_quorum ROLL [SHARE [always]]`: what is needed of this roll, or from now on."""
    number, share, always = (*rest.split(), "", "", "")[:3]
    roll = access_roll(call.session, call.actor, number)
    unit = units.get(call.session, roll.unit_id)
    assert unit is not None
    if not share:
        choices = [
            Choice(label.capitalize(), f"roll_quorum {roll.number} {key}")
            for key, label in SHARES.items()
        ]
        choices.append(Choice("Không xét", f"roll_quorum {roll.number} {NONE}"))
        return Reply("rolls/ask_quorum.j2", {"unit": unit.name}, choices=tuple(choices))
    if share not in {*SHARES, NONE}:
        raise NotYoursError
    if always == "always":
        quorums.set_rule(call.session, roll.unit_id, share)
    roll.quorum = share
    rolls.note(call.session, roll, f"quorum {share}", at=call.now, by=call.actor.account_id)
    call.session.add(roll)
    found = of(call.session, roll, showing.figures(call.session, roll))
    context = {"unit": unit.name, "quorum": found, "always": always == "always"}
    again = Choice("Áp dụng từ nay cho chi hội", f"roll_quorum {roll.number} {share} always")
    return Reply("rolls/quorum_set.j2", context, choices=() if always else (again,))


ROUTES = {"roll_quorum": Route(set_share, listed=False)}
