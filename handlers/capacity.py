"""What a bot's plan has room for: counted, forecast, told in time, and spent on what matters first.

Zalo's figures are those people have met (3,000 messages a month, 50 people, 3 groups a bot), not
promised ones; settings hold them.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from handlers.access import answering_chats
from handlers.chat import Moment, Replies, Reply
from handlers.understanding.zone import local_date
from storage import members, sends, units
from storage.groups import Group, GroupState

ALARM = 0.8
"""From this share of a plan on, officers are told, and running tallies are spared."""
RESERVE = 0.95
"""From this share of the month on, groups go by relay: the rest is for people's own answers."""
LOOKED_BACK = 30
RECENT = 7
NEW_GROUP = 60
"""Messages a month a group is taken to need before there is anything to count."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one bot may do where the platform counts: messages a month, people, groups."""

    messages: int
    users: int
    groups: int


@dataclass(frozen=True, slots=True)
class Use:
    """How far a channel's plan is used this month; `forecast` is for the whole month."""

    channel: str
    plan: Plan
    sent: int
    forecast: int
    users: int
    groups: int

    @property
    def share(self) -> float:
        """The part of the month's messages that has gone out."""
        return self.sent / self.plan.messages

    @property
    def spent(self) -> bool:
        """Whether the month's messages come near their end, or will."""
        return max(self.sent, self.forecast) >= ALARM * self.plan.messages

    @property
    def tight(self) -> bool:
        """Whether anything comes near its end: messages, people or groups."""
        places = ((self.users, self.plan.users), (self.groups, self.plan.groups))
        return self.spent or any(used >= ALARM * most for used, most in places)


def use(moment: Moment, channel: str, plan: Plan) -> Use:
    """What a channel has used of its plan."""
    session, today = moment.session, local_date(moment.now)
    sent = sends.between(session, channel, today.replace(day=1), today)
    lately = sends.between(session, channel, today - timedelta(days=RECENT - 1), today)
    left = calendar.monthrange(today.year, today.month)[1] - today.day
    return Use(
        channel,
        plan,
        sent,
        sent + round(lately / RECENT * left),
        sends.users(session, channel),
        len(sends.rooms(session, channel)),
    )


@dataclass(frozen=True, slots=True)
class Place:
    """One group of a bot, what it is taken to need a month, and whether the plan has room for it."""

    group: Group
    unit: str
    needs: int
    fits: bool


def places(moment: Moment, used: Use) -> list[Place]:
    """Which groups fit: main groups first, of them the largest units, as long as there is room.

    People's private talks come before any group.
    """
    session = moment.session
    rooms = sends.rooms(session, used.channel)
    since = moment.now - timedelta(days=LOOKED_BACK)
    known = sends.by_chat(session, [room.address for room in rooms], since)
    today = local_date(moment.now)
    everything = sends.between(session, used.channel, since.date(), today)
    room = used.plan.messages - max(0, everything - sum(known.values()))
    sizes = {r.unit_id: members.count(session, [r.unit_id]) for r in rooms if r.unit_id}
    rooms.sort(key=lambda r: (not r.main, -sizes.get(r.unit_id or 0, 0), r.id))
    found = []
    for place, group in enumerate(rooms):
        needs = known.get(group.address, NEW_GROUP)
        fits = place < used.plan.groups and needs <= room and used.share < RESERVE
        room -= needs if fits else 0
        unit = units.get(session, group.unit_id or 0)
        found.append(Place(group, unit.name if unit else "", needs, fits))
    return found


def settle(moment: Moment, used: Use) -> Replies:
    """Put groups the plan has no room for on relay and take others back, and tell their leaders."""
    told: Replies = []
    for place in places(moment, used):
        state = GroupState.ACTIVE if place.fits else GroupState.RELAY
        if place.group.state != state:
            place.group.state = state
            moment.session.add(place.group)
            told += _tell(moment, place)
    return told


def _tell(moment: Moment, place: Place) -> Replies:
    assert place.group.unit_id is not None
    context = {"title": place.group.title, "unit": place.unit, "fits": place.fits}
    doors = answering_chats(moment.session, place.group.unit_id, local_date(moment.now))
    key = f"capacity:{place.group.id}:{moment.now.timestamp():.0f}"
    return [Reply("capacity/moved.j2", context, to=door, key=f"{key}:{door}") for door in doors]


def keep(moment: Moment, plans: Mapping[str, Plan]) -> tuple[list[Use], Replies]:
    """Look at every channel with a plan: what is tight, and what leaders are told of it.

    Groups are moved only when the month is nearly used up, and back when a new one has begun.
    """
    tight: list[Use] = []
    told: Replies = []
    for channel, plan in plans.items():
        used = use(moment, channel, plan)
        if used.tight:
            tight.append(used)
        waiting = any(r.state == GroupState.RELAY for r in sends.rooms(moment.session, channel))
        if used.share >= RESERVE or (waiting and used.share < ALARM / 2):
            told += settle(moment, used)
    return tight, told


def spares(moment: Moment, channel: str, plan: Plan) -> bool:
    """Whether running tallies are left out: the closing count still comes."""
    return use(moment, channel, plan).share >= ALARM
