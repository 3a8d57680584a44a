"""What leaders have not passed on yet: they are reminded twice a day, officers see it and may ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from handlers import audience, unpassed
from handlers.access import access_unit, governs, leader_chats, row_id
from handlers.catching_up import Waiting, still_open
from handlers.chat import Call, Choice, Moment, Replies, Reply, Route, Tick, Who
from handlers.errors import NotYoursError, Refusal
from handlers.understanding.zone import local, local_date
from storage import chores, groups, mail, relays, units
from storage.database import Session
from storage.relays import Relay

AT = (time(10), time(18))
"""Vietnamese wall clock; by then she has had time, and nobody is woken."""
PATIENCE = timedelta(hours=2)
"""What she got later than this before is left out."""
LOOKED_BACK = timedelta(days=3)
"""She is reminded of nothing older; officers still see it."""
UNITS_AT_ONCE = 20
REMIND_EVERY = timedelta(minutes=10)
"""A second press of an officer within this time reminds nobody again."""


def due(session: Session, now: datetime) -> list[int]:
    """The last hour of reminding today, unless it was done."""
    passed = [number for number, hour in enumerate(AT) if hour <= local(now).time()]
    return [n for n in passed[-1:] if not chores.is_done(session, _chore(n), local_date(now))]


def _chore(number: int) -> str:
    return f"relays:{AT[number]:%H}"


def fire(moment: Moment, number: int) -> Replies:
    """Remind the leaders of some units; those left are for the next time it is called."""
    session, today = moment.session, local_date(moment.now)
    rows = relays.unpassed(session, moment.now - LOOKED_BACK, moment.now - PATIENCE)
    by_unit: dict[int, list[Relay]] = {}
    for row in rows:
        by_unit.setdefault(row.unit_id, []).append(row)
    stamp = f"{today:%Y%m%d}:{number}"
    said = f"relays:{stamp}:"
    before = {
        key.removeprefix(said).partition(":")[0] for key in mail.known_beginning(session, said)
    }
    replies: Replies = []
    for unit_id in [unit_id for unit_id in by_unit if str(unit_id) not in before]:
        if len(replies) >= UNITS_AT_ONCE:
            return replies
        replies += reminders(moment, unit_id, by_unit[unit_id], f"{said}{unit_id}")
    chores.done(session, _chore(number), today)
    return replies


def reminders(moment: Moment, unit_id: int, rows: Sequence[Relay], key: str) -> Replies:
    """One message to each leader of a unit, with all that is still to be passed on; none where
    the bot can speak in all groups of the unit by now.
    """
    waiting = _waiting(moment, unit_id, rows)
    unit = units.get(moment.session, unit_id)
    if not waiting or unit is None:
        return []
    choices: list[Choice] = []
    for row, each in waiting:
        choices.append(Choice(f"✅ Đã gửi: {each.title}"[:60], f"relayed {row.id}"))
        choices.append(Choice(f"📥 Gửi lại: {each.title}"[:60], f"relay_again {row.id}"))
    context = {
        "unit": unit.name,
        "things": [(each.title, row.asked_at) for row, each in waiting],
    }
    return [
        Reply(
            "relay/reminder.j2",
            context,
            to=door,
            key=f"{key}:{door}",
            choices=tuple(choices),
            bulk=True,
        )
        for door in leader_chats(moment.session, unit_id, local_date(moment.now))
    ]


def _waiting(moment: Moment, unit_id: int, rows: Sequence[Relay]) -> list[tuple[Relay, Waiting]]:
    if groups.of_unit(moment.session, unit_id) and not groups.on_relay(moment.session, unit_id):
        return []
    opened = {each.reply.subject: each for each in still_open(moment, unit_id)}
    return [(row, opened[row.subject]) for row in rows if row.subject in opened]


def again(call: Call, rest: str) -> Replies:
    """`relay_again RELAY`: the text once more, so that she need not look for it."""
    row = relays.get(call.session, row_id(rest))
    if row is None:
        raise NotYoursError
    access_unit(call.session, call.actor, row.unit_id)
    found = _waiting(call.moment(), row.unit_id, [row])
    if not found:
        raise Refusal("relay/over.j2")
    ((_, each),) = found
    key = f"{row.subject}:again:{call.incoming.event_id}"
    sent = audience.relay(call.moment(), row.unit_id, replace(each.reply, key=key))
    return [replace(reply, to=call.incoming.chat) for reply in sent[:2]]


def remind(call: Call, rest: str) -> Replies:
    """`relay_remind SUBJECT`: an officer asks the leaders below her who have not passed it on."""
    mine = [
        row
        for row in relays.about(call.session, rest)
        if governs(call.session, call.actor, row.unit_id)
    ]
    if not mine:
        raise NotYoursError
    rows = unpassed.of(call.session, rest, [row.unit_id for row in mine])
    window = int(call.now.timestamp() // REMIND_EVERY.total_seconds())
    replies: Replies = []
    for row in rows:
        key = f"relays:asked:{row.id}:{window}"
        replies += reminders(call.moment(), row.unit_id, [row], key)
    known = mail.known(call.session, [reply.key for reply in replies])
    fresh = [reply for reply in replies if reply.key not in known]
    context = {"count": len({reply.context["unit"] for reply in fresh}), "before": bool(known)}
    return [*fresh, Reply("relay/reminded.j2", context)]


ROUTES = {
    "relay_again": Route(again, who=Who.LEADER, listed=False),
    "relay_remind": Route(remind, who=Who.OFFICER, listed=False),
}
TICKS = {"relays.remind": Tick(due, fire)}
