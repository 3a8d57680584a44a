"""Officers are told once where what is open has gone, and once that it is back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from handlers.access import officer_chats
from handlers.chat import Moment, Replies, Reply
from handlers.quiet import quiet_until
from handlers.understanding.zone import local_date
from storage import detours, units
from storage.detours import Detour, DetourUnit, Way

NAMED = 15
"""Most units that are named; the others are counted."""


def moved(moment: Moment, detour: Detour) -> Replies:
    """What has become of all that was open."""
    parts = [p for p in detours.parts(moment.session, detour.id or 0) if p.prompts]
    return _told(moment, detour, "detours/moved.j2", parts)


def back(moment: Moment, detour: Detour) -> Replies:
    """It is back in the groups."""
    parts = [p for p in detours.parts(moment.session, detour.id or 0) if p.prompts]
    return _told(moment, detour, "detours/back.j2", parts)


def _told(moment: Moment, detour: Detour, template: str, parts: list[DetourUnit]) -> Replies:
    doors = _doors(moment, parts)
    names = units.full_names(moment.session, [part.unit_id for part in parts])
    return [
        Reply(
            template,
            {
                "channel": detour.channel,
                "by": detour.by,
                "since": detour.since,
                "until": detour.until,
                "ways": Counter(part.way for part in hers),
                "prompts": sum(part.prompts for part in hers),
                "relayed": _named(hers, Way.RELAY, names),
                "nowhere": _named(hers, Way.NONE, names),
            },
            to=door,
            key=f"detour:{detour.id}:{template}:{door}",
            not_before=quiet_until(moment.now),
        )
        for door, hers in doors.items()
    ]


def _named(parts: Iterable[DetourUnit], way: Way, names: dict[int, str]) -> tuple[list[str], int]:
    found = [names[part.unit_id] for part in parts if part.way == way]
    return found[:NAMED], len(found[NAMED:])


def _doors(moment: Moment, parts: list[DetourUnit]) -> dict[str, list[DetourUnit]]:
    """Whom it concerns: the officers at the top all of it, those in between their own units'."""
    today = local_date(moment.now)
    doors: dict[str, list[DetourUnit]] = {}
    for root in units.roots(moment.session):
        doors |= dict.fromkeys(officer_chats(moment.session, root, today), parts)
    below: dict[int, list[DetourUnit]] = {}
    for part in parts:
        unit = units.get(moment.session, part.unit_id)
        if unit is not None and unit.parent_id is not None:
            below.setdefault(unit.parent_id, []).append(part)
    for parent, hers in below.items():
        for door in officer_chats(moment.session, parent, today):
            if doors.get(door) is not parts:
                doors[door] = [*doors.get(door, []), *hers]
    return doors
