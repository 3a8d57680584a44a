"""Talks a platform closes when people are silent: shut by the clock, and open again with a word."""

from __future__ import annotations

from datetime import datetime

from handlers.access import LEADERS
from handlers.catching_up import relays_to
from handlers.chat import Moment, Replies, Tick
from handlers.deliveries import unreached
from handlers.quiet import quiet_until
from handlers.understanding.zone import local_date
from storage import accounts, members, windows
from storage.database import Session
from storage.windows import WindowState


def due(session: Session, now: datetime) -> list[int]:
    """Windows that are over, and those of people who are back."""
    return windows.due(session, now)


def fire(moment: Moment, window_id: int) -> Replies:
    """Shut one, and tell the level above whose leader cannot be written to; or, where she is back,
    let go what waited for her.
    """
    window = windows.get(moment.session, window_id)
    if window is None:
        return []
    if window.state == WindowState.BACK:
        windows.reopen(moment.session, window, moment.now)
        return _brought(moment, window.chat)
    told = unreached(moment, window.chat, silent=True, not_before=quiet_until(moment.now))
    windows.shut(moment.session, window)
    return told


def _brought(moment: Moment, chat: str) -> Replies:
    """What her units were told meanwhile, for her to pass on where they have no group."""
    account = accounts.by_private_chat(moment.session, chat)
    if account is None or account.id is None:
        return []
    people = accounts.members_of(moment.session, account.id)
    roles = members.roles_of(moment.session, people, local_date(moment.now))
    led = dict.fromkeys(role.unit_id for role in roles if role.kind in LEADERS)
    return [reply for unit_id in led for reply in relays_to(moment, unit_id, chat)]


TICKS = {"windows.turn": Tick(due, fire)}
