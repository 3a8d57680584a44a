"""That a channel is down, and that it is back: an operator says so, or delivery finds out."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage import detours
from storage.database import Session
from storage.detours import Detour, DetourState

OPERATOR = "operator"
BREAKER = "breaker"


def put_down(session: Session, channel: str, now: datetime) -> Detour | None:
    """An operator takes a channel out of use until further notice; None if she already did.

    What only the breaker thought so far is from now on hers to end.
    """
    found = detours.standing(session, channel)
    if found is not None and found.by == OPERATOR:
        return None
    _stop_ending(session, channel, now)
    if found is None:
        found = Detour(channel=channel, by=OPERATOR, since=now, begins_at=now)
    found.by = OPERATOR
    return detours.change(session, found, DetourState.ON)


def put_up(session: Session, channel: str, now: datetime) -> Detour | None:
    """The channel is in use again; None if it was."""
    found = detours.standing(session, channel)
    if found is None:
        return None
    found.until = now
    if found.state == DetourState.ON:
        return detours.change(session, found, DetourState.ENDING)
    found.back_at = now  # nothing had been moved yet
    return detours.change(session, found, DetourState.OVER)


def suspect(session: Session, channel: str, since: datetime, patience: timedelta) -> bool:
    """A channel answers nobody: should that last, what is open is moved. Whether that is news."""
    if detours.standing(session, channel) is not None:
        return False
    _stop_ending(session, channel, since)
    found = Detour(channel=channel, by=BREAKER, since=since, begins_at=since + patience)
    detours.change(session, found, DetourState.SUSPECTED)
    return True


def relieve(session: Session, channel: str, now: datetime) -> bool:
    """It answers again; whether that is news. Where anything is to be brought back people are told
    at its end, and not now. What an operator has taken out of use stays so.
    """
    found = detours.standing(session, channel)
    if found is None or found.by != BREAKER:
        return False
    began = found.state == DetourState.ON
    put_up(session, channel, now)
    return not began


def _stop_ending(session: Session, channel: str, now: datetime) -> None:
    """What was just being brought back stays away."""
    for earlier in detours.ending(session, channel):
        earlier.back_at = now
        detours.change(session, earlier, DetourState.OVER)
