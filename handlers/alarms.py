"""Officers at the top are told, in private, of what only whoever runs the machine can mend."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from handlers.access import officer_chats
from handlers.capacity import Use
from handlers.chat import Moment, Replies, Reply
from handlers.quiet import quiet_until
from handlers.understanding.zone import local_date
from storage import alarms, chores, oa_tokens, queues, units

BACKUP_CHORE = "backup"
"""Under this name the day of the last backup is noted."""
BACKUP_DAYS = 7
"""A backup older than this is too old."""
WAITING = timedelta(minutes=10)
"""What has waited longer than this to be worked will not be worked by itself."""
RARELY = {
    "backup": timedelta(days=7),
    "capacity": timedelta(days=3),
    "places": timedelta(days=30),  # a bot may well stay in all the groups it has room for
}
"""How often at most they are told of a kind; else once a day."""


def look(moment: Moment, free: int | None, tight: Sequence[Use] = ()) -> dict[str, Replies]:
    """What people must be told now, by its kind; `free` is the room left on the disk, in bytes, if
    it is low, and `tight` the channels whose plan runs out. Where nobody can be told, the kind stands there all the same.
    """
    found: dict[str, dict[str, Any]] = {}
    session, now = moment.session, moment.now
    count = alarms.not_worked(session, alarms.told_at(session, "events"))
    if count:
        found["events"] = {"count": count}
    if free is not None:
        found["disk"] = {"free": free}
    oldest = queues.depths(session, now).oldest_event
    if oldest is not None and now - oldest > WAITING:
        found["waiting"] = {"minutes": int((now - oldest).total_seconds() // 60)}
    if (ends := oa_tokens.lost(session)) is not None:
        found["authorisation"] = {"until": max(ends, now)}
    if spent := [use for use in tight if use.spent]:
        found["capacity"] = {"uses": spent}
    if full := [use for use in tight if not use.spent]:
        found["places"] = {"uses": full}
    days = days_without_backup(moment)
    if days is not None and days > BACKUP_DAYS:
        found["backup"] = {"days": days}
    return {
        kind: _tell(moment, kind, context)
        for kind, context in found.items()
        if _is_news(moment, kind)
    }


def days_without_backup(moment: Moment) -> int | None:
    """Days since the last backup or, if there is none, since the union's first event; None: there
    is nothing yet to back up.
    """
    today = local_date(moment.now)
    done = chores.last_done(moment.session, BACKUP_CHORE)
    if done is not None:
        return (today - done).days
    first = alarms.first_event(moment.session)
    return (today - local_date(first)).days if first is not None else None


def _is_news(moment: Moment, kind: str) -> bool:
    told = alarms.told_at(moment.session, kind)
    if told is None:
        return True
    if kind in RARELY:
        return moment.now - told >= RARELY[kind]
    return local_date(told) < local_date(moment.now)


def _tell(moment: Moment, kind: str, context: dict[str, Any]) -> Replies:
    """One message to each officer at the top, not before the morning."""
    today = local_date(moment.now)
    doors: dict[str, None] = {}
    for unit_id in units.roots(moment.session):
        doors |= dict.fromkeys(officer_chats(moment.session, unit_id, today))
    alarms.note_told(moment.session, kind, moment.now)
    return [
        Reply(
            f"alarms/{kind}.j2",
            context,
            to=door,
            key=f"alarm:{kind}:{today:%Y%m%d}:{door}",
            not_before=quiet_until(moment.now),
        )
        for door in doors
    ]
