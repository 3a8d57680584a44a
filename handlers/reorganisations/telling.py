"""On its day a plan is done, and whoever it concerns hears of it once, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from handlers import catching_up
from handlers.access import leader_chats, officer_chats
from handlers.chat import Moment, Replies, Reply, Tick
from handlers.quiet import quiet_until
from handlers.reorganisations.applying import PlanError, apply
from handlers.reorganisations.plans import Mistake
from handlers.reorganisations.work import COUNTED, Event
from handlers.rolls import showing
from handlers.understanding.zone import local_date
from storage import accounts, groups, mail, members, pasts, reorganisations, rolls, units
from storage.database import Session, nested
from storage.groups import GroupState
from storage.reorganisations import Reorganisation, ReorganisationState
from storage.rolls import RollState

SHOWN = 12
"""Most changes told in one message."""


def due(session: Session, now: datetime) -> list[int]:
    """Plans whose day has come, and done ones of which nobody has heard yet."""
    return reorganisations.due(session, local_date(now))


def fire(moment: Moment, number: int) -> Replies:
    """Do a plan whose day has come, and tell of it; at night people hear of it in the morning."""
    row = reorganisations.get(moment.session, number)
    assert row is not None
    if row.state == ReorganisationState.PLANNED:
        try:
            with nested(moment.session):
                apply(moment.session, row, moment.now)
        except PlanError as error:
            row.state = ReorganisationState.FAILED
            row.outcome = [asdict(mistake) for mistake in error.mistakes]
    row.told_at = moment.now
    moment.session.add(row)
    if row.state == ReorganisationState.FAILED:
        return _failed(moment, row)
    return [*_to_people(moment, row), *_to_groups(moment, row), *_what_is_open(moment, row)]


def events(row: Reorganisation) -> list[Event]:
    """What a reorganisation did."""
    return [Event(**fact) for fact in row.outcome]


def of_unit(session: Session, unit_id: int) -> list[tuple[date, dict[str, Any]]]:
    """All that reorganisations did to a unit, each with its day, oldest first."""
    return [
        (row.effective_on, {**line(session, event, row.applied_at), "line": 0})
        for row in reorganisations.of_units(session, [unit_id])
        for event in events(row)
        if unit_id in event.unit_ids and event.action != "renamed"
    ]


def line(session: Session, event: Event, moment: datetime | None = None) -> dict[str, Any]:
    """One thing that was done, as templates say it; with the names of a moment, or of now."""
    then = pasts.units_on(session, event.unit_ids, moment)
    found = [then[id_] for id_ in event.unit_ids]
    names = pasts.full_names_on(session, event.unit_ids, moment)
    return {
        "line": event.line,
        "action": event.action,
        "code": event.code,
        "old": event.old,
        "name": found[0].name,
        "full": names[event.unit_ids[0]],
        "to": names.get(event.unit_ids[-1], ""),
        "above": found[-1].name,
        "to_code": found[-1].code,
        "counts": [(what, event.counts[what]) for what in COUNTED if what in event.counts],
        "unled": event.unled,
    }


def _failed(moment: Moment, row: Reorganisation) -> Replies:
    """Officers at the top, and whoever planned it, hear why nothing was changed."""
    today = local_date(moment.now)
    found = [chat for top in units.roots(moment.session) for chat in officer_chats(
        moment.session, top, today
    )]  # fmt: skip
    maker = accounts.get(moment.session, row.made_by) if row.made_by else None
    if maker is not None and maker.private_chat and not maker.blocked:
        found.append(maker.private_chat)
    mistakes = [Mistake(**fact) for fact in row.outcome]
    context = {"title": row.title, "mistakes": mistakes[:SHOWN]}
    return [
        Reply(
            "reorganisations/failed.j2",
            context,
            to=chat,
            key=f"reorganisation:{row.number}:failed:{chat}",
            not_before=quiet_until(moment.now),
        )
        for chat in dict.fromkeys(found)
    ]


def _to_people(moment: Moment, row: Reorganisation) -> Replies:
    """Each leader and officer gets one message with all that concerns her."""
    by_chat: dict[str, list[Event]] = {}
    told = [event for event in events(row) if event.who]
    doors = accounts.reachable(
        moment.session, list(dict.fromkeys(id_ for event in told for id_ in event.who))
    )
    for event in told:
        chats = dict.fromkeys(doors[id_][0] for id_ in event.who if id_ in doors)
        for chat in chats:
            by_chat.setdefault(chat, []).append(event)
    return [
        Reply(
            "reorganisations/told.j2",
            {
                "on": row.effective_on,
                "undone": row.state == ReorganisationState.UNDONE,
                "lines": [line(moment.session, event) for event in mine[:SHOWN]],
                "more": max(0, len(mine) - SHOWN),
            },
            to=chat,
            key=_key(row, chat),
            bulk=True,
            not_before=quiet_until(moment.now),
        )
        for chat, mine in by_chat.items()
    ]


def _key(row: Reorganisation, chat: str) -> str:
    return f"reorganisation:{row.number}:{row.state}:{chat}"


def _to_groups(moment: Moment, row: Reorganisation) -> Replies:
    """A group hears it if its unit bears another name, or if it is another unit's now."""
    undone = row.state == ReorganisationState.UNDONE
    rooms: dict[int, tuple[str, bool]] = {}
    for event in events(row):
        if event.action == "renamed":
            of_unit = groups.of_unit(moment.session, event.unit_ids[0])
            rooms |= {group.id or 0: (event.old, False) for group in of_unit}
    for event in events(row):
        rooms |= dict.fromkeys(event.rooms, (event.old, True))
    replies = []
    for room_id, (old, moved) in rooms.items():
        group = groups.get(moment.session, room_id)
        if group is None or group.state != GroupState.ACTIVE or group.unit_id is None:
            continue
        unit = units.get(moment.session, group.unit_id)
        assert unit is not None
        context = {"old": old, "name": unit.name, "moved": moved}
        context |= {"on": row.effective_on, "undone": undone}
        replies.append(
            Reply(
                "reorganisations/room.j2",
                context,
                to=group.address,
                key=_key(row, group.address),
                bulk=True,
                not_before=quiet_until(moment.now),
            )
        )
    return replies


def _what_is_open(moment: Moment, row: Reorganisation) -> Replies:
    """Open rolls show their new figures, and where they are not to be seen yet; a unit that got
    people of another is brought what is open for them.
    """
    if row.state == ReorganisationState.UNDONE:
        return []
    replies: Replies = []
    for event in events(row):
        replies += _rolls(moment, event.rolls)
        if event.fresh:
            replies += _brought(moment, event)
    later = quiet_until(moment.now)
    return [replace(r, not_before=later) if r.not_before is None else r for r in replies]


def _rolls(moment: Moment, numbers: Iterable[int]) -> Replies:
    replies: Replies = []
    for number in dict.fromkeys(numbers):
        roll = rolls.get(moment.session, number)
        if roll is None or roll.state != RollState.OPEN:
            continue
        if groups.of_unit(moment.session, roll.unit_id):
            shown = showing.shown(moment, roll)
            known = mail.known(moment.session, [reply.key for reply in shown])
            replies += [replace(r, bulk=True) for r in shown if r.key not in known]
        replies += showing.tally_now(moment, roll)
    return replies


def _brought(moment: Moment, event: Event) -> Replies:
    """Groups that came along have seen it already; the others are asked."""
    unit_id = event.unit_ids[-1]
    rooms = groups.of_unit(moment.session, unit_id)
    if rooms:
        others = [room for room in rooms if room.id not in event.rooms]
        return [reply for room in others for reply in catching_up.offer_group(moment, room)]
    today = local_date(moment.now)
    return [
        reply
        for door in leader_chats(moment.session, unit_id, today)
        for reply in catching_up.relays_to(moment, unit_id, door)
    ]


def people_of(session: Session, event: Event) -> list[str]:
    """The names of those who were split off, in name order."""
    return [member.name for member in members.get_many(session, event.people)]


def holders_of(session: Session, event: Event) -> list[tuple[str, str, str]]:
    """(name, role, new role) of those whose roles went along; "" where a role ended."""
    return [
        (member.name, kind, new)
        for id_, kind, new in event.holders
        if (member := members.get(session, id_)) is not None
    ]


TICKS = {"reorganisations.due": Tick(due, fire)}
