"""What comes due by itself: tallies that fell behind, and digests for leaders."""

from __future__ import annotations

from datetime import datetime

from handlers.chat import Moment, Replies, Tick
from handlers.rolls import deadlines, desk, showing
from storage import rolls
from storage.database import Session

AT_ONCE = 50
"""Most rolls brought up to date in one second."""


def late_tallies(session: Session, now: datetime) -> list[int]:
    """Rolls whose groups have been waiting for the newest figures long enough."""
    return rolls.due_tallies(session, now - showing.TALLY_EVERY, AT_ONCE)


def show_tally(moment: Moment, roll_id: int) -> Replies:
    """Bring the groups of a roll up to date."""
    roll = rolls.get(moment.session, roll_id)
    return showing.tally_now(moment, roll) if roll is not None and roll.stale else []


def late_digests(session: Session, now: datetime) -> list[int]:
    """Rolls whose leaders have not heard the news; none at night, when nobody is woken."""
    until = desk.digest_until(now)
    return rolls.due_digests(session, until, AT_ONCE) if until is not None else []


def send_digest(moment: Moment, roll_id: int) -> Replies:
    """Tell the leaders of a roll what came in."""
    roll = rolls.get(moment.session, roll_id)
    return desk.digest(moment, roll) if roll is not None and roll.news else []


TICKS = {
    "rolls.tally": Tick(late_tallies, show_tally),
    "rolls.digest": Tick(late_digests, send_digest),
    **deadlines.TICKS,
}
