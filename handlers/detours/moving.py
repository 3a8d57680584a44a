"""Some units at a time: what is open goes to their other groups, to private talks, to the leader."""

from __future__ import annotations

from datetime import datetime

from handlers.access import LEADERS, leader_chats
from handlers.chat import Moment, Replies
from handlers.detours import returning, telling
from handlers.detours.prompts import (
    Prompt,
    beside,
    by_hand,
    in_groups,
    in_private,
    open_prompts,
)
from handlers.understanding.zone import local_date
from storage import detours, groups, stranded
from storage.database import Session
from storage.detours import Detour, DetourState, DetourUnit, Way

UNITS_AT_ONCE = 20
"""So many in one transaction: what comes in waits for it."""


def due(session: Session, now: datetime) -> list[int]:
    """Detours that begin, go on or end."""
    return detours.due(session, now)


def fire(moment: Moment, detour_id: int) -> Replies:
    """Go on with one: whoever dies in between has done some units wholly and the others not."""
    detour = detours.get(moment.session, detour_id)
    if detour is None or detour.state == DetourState.OVER:
        return []
    if detour.state == DetourState.ENDING:
        return returning.bring_back(moment, detour, UNITS_AT_ONCE)
    if detour.state == DetourState.SUSPECTED:
        detours.change(moment.session, detour, DetourState.ON)
    return _move(moment, detour)


def _move(moment: Moment, detour: Detour) -> Replies:
    """Units that hear of things over the channel: in a group, or by a leader who passes them on."""
    assert detour.id is not None
    session, today = moment.session, local_date(moment.now)
    last = detours.last_unit(session, detour.id)
    rooms = set(groups.units_of(session, detour.channel))
    led = stranded.led_over(session, detour.channel, LEADERS, today)
    replies: Replies = []
    moved = 0
    for unit_id in sorted(unit_id for unit_id in {*rooms, *led} if unit_id > last):
        if moved == UNITS_AT_ONCE:
            return replies
        if unit_id in rooms or not groups.of_unit(session, unit_id):
            replies += _move_unit(moment, detour, unit_id)
            moved += 1
    detour.moved_at = moment.now
    session.add(detour)
    session.flush()
    return [*replies, *telling.moved(moment, detour)]


def _move_unit(moment: Moment, detour: Detour, unit_id: int) -> Replies:
    assert detour.id is not None
    prompts = open_prompts(moment, unit_id)
    ways: list[Way] = []
    replies: Replies = []
    asked = 0
    for prompt in prompts:
        way, said, talks = _move_one(moment, detour, unit_id, prompt)
        ways.append(way)
        replies += said
        asked += talks
    worst = max(ways, key=list(Way).index, default=Way.GROUP)
    part = DetourUnit(
        detour_id=detour.id, unit_id=unit_id, way=worst, prompts=len(prompts), asked=asked
    )
    moment.session.add(part)
    return replies


def _move_one(
    moment: Moment, detour: Detour, unit_id: int, prompt: Prompt
) -> tuple[Way, Replies, int]:
    """How one thing is asked meanwhile; what is sent for it, and to how many private talks."""
    rooms = groups.of_unit(moment.session, unit_id)
    if any(prompt.only in {None, room.id} for room in rooms):
        shown = in_groups(moment, unit_id, prompt)
        return Way.GROUP, [*shown, *beside(moment, detour, unit_id, prompt)], 0
    talks, everybody = in_private(moment, detour, unit_id, prompt)
    if everybody:
        return Way.TALKS, talks, len(talks)
    doors = leader_chats(moment.session, unit_id, local_date(moment.now))
    closed = detours.closed(moment.session)
    reached = any(detours.channel_of(door) not in closed for door in doors)
    passed = by_hand(moment, detour, unit_id, prompt) if reached else []
    return Way.RELAY if reached else Way.NONE, [*talks, *passed], len(talks)
