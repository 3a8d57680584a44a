"""People whose platform closes the talk when they are silent: known before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from handlers.access import LEADERS
from handlers.chat import Call
from handlers.understanding.zone import local_date
from storage import units, windows


class Standing(NamedTuple):
    """Units with a leader who has been silent for too long, by name, and to how many leaders a
    message now costs something.
    """

    silent: dict[int, str]
    paid: int


def standing(call: Call, unit_ids: Sequence[int], doors: Mapping[int, Sequence[str]]) -> Standing:
    """What `directives/windows.j2` says of these units, whose leaders' open `doors` are known."""
    shut = windows.silent(call.session, unit_ids, LEADERS, local_date(call.now))
    silent = [unit_id for unit_id in unit_ids if unit_id in shut and unit_id not in doors]
    first = {chats[0] for chats in doors.values() if chats}
    paid = windows.paid(call.session, first, call.now)
    return Standing(units.full_names(call.session, silent), len(paid))
