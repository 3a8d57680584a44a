"""Somebody at the door: she scanned the code on the screen and said who she is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.chat import Moment, Replies
from handlers.rolls import actions, showing, words
from storage import members, rolls
from storage.database import Session
from storage.rolls import Roll, RollState, Source, Status

CAME = frozenset({Status.PRESENT, Status.LATE})


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts for her: whether it is that she is here, how it came and when."""

    here: bool
    status: str
    source: str
    at: datetime | None


def check_in(moment: Moment, roll: Roll, member_id: int) -> Replies:
    """Mark her present; the answer is what her groups are told.

    Scanning again is no second check-in. Where another answer weighs more, hers is kept, changes
    nothing, and is shown to the leader. Who said she would be late is late, and here. After the
    close the leader hears of it: codes are shown while it is open, so that was just now.
    """
    opened = roll.state == RollState.OPEN
    members.hold(moment.session, member_id)
    before = rolls.verdict(moment.session, roll.number, member_id)
    late = before is not None and before.status == Status.LATE
    status = Status.LATE if late else Status.PRESENT
    actions.record(moment, roll, member_id, status, source=Source.QR, by=None)
    return showing.tally(moment, roll) if opened else []


def standing(session: Session, roll: Roll, member_id: int) -> Standing | None:
    """What counts for her; None if nothing does."""
    verdict = rolls.verdict(session, roll.number, member_id)
    if verdict is None or verdict.status == Status.UNANSWERED:
        return None
    label, source = words.labels(roll)[verdict.status], words.SOURCES[verdict.source]
    return Standing(verdict.status in CAME, label, source, verdict.at)
