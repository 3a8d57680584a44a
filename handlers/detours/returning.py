"""A channel is back: its groups see what is open, and nobody passes it on by hand any more."""

from __future__ import annotations

from handlers.chat import How, Moment, Replies, Reply
from handlers.detours import telling
from handlers.detours.prompts import in_groups, open_prompts, withdraw
from storage import deliveries, detours, groups, relays, stranded
from storage.detours import Detour, DetourState, DetourUnit
from storage.groups import Group
from storage.relays import Relay


def bring_back(moment: Moment, detour: Detour, most: int) -> Replies:
    """Go on with it for so many units at most; when all are done people are told.

    Changes of what the groups had seen before wait in the outbox and go out by themselves.
    """
    assert detour.id is not None
    session = moment.session
    done = {p.unit_id for p in detours.parts(session, detour.id) if p.back_at is not None}
    left = sorted(set(groups.units_of(session, detour.channel)) - done)
    rooms: dict[int, list[Group]] = {}
    for group in groups.of_channel(session, detour.channel, left[:most]):
        rooms.setdefault(group.unit_id or 0, []).append(group)
    replies: Replies = []
    for unit_id, hers in rooms.items():
        replies += _bring_unit_back(moment, detour, unit_id, hers)
    if len(left) <= most:
        detour.back_at = moment.now
        detours.change(session, detour, DetourState.OVER)
        replies += telling.back(moment, detour)
    return replies


def _bring_unit_back(moment: Moment, detour: Detour, unit_id: int, rooms: list[Group]) -> Replies:
    assert detour.id is not None
    session = moment.session
    prompts = {prompt.subject: prompt for prompt in open_prompts(moment, unit_id)}
    passed = set()
    replies: Replies = []
    for subject, prompt in prompts.items():
        withdraw(moment, detour, unit_id, prompt)
        relay = relays.of_unit(session, unit_id, subject)
        if relay is not None and relay.passed_at is not None and relay.passed_by is not None:
            passed.add(subject)
            continue
        replies += in_groups(moment, unit_id, prompt)
        left = groups.on_relay(session, unit_id)  # another channel is down, or the plan is full
        if relay is not None and relay.passed_at is None and not left:
            replies += _unneeded(moment, relay, detour)
    for room in rooms:
        _drop_outdated(moment, room, prompts.keys() - passed)
    part = session.get(DetourUnit, (detour.id, unit_id))
    if part is None:
        part = DetourUnit(detour_id=detour.id, unit_id=unit_id, way="", prompts=0)
    part.back_at = moment.now
    session.add(part)
    return replies


def _drop_outdated(moment: Moment, room: Group, wanted: set[str]) -> None:
    """Prompts that never went out there, and are over by now or were passed on by hand."""
    for row, subject in stranded.unsent_prompts(moment.session, room.address):
        if subject not in wanted:
            stranded.expire(moment.session, row, "recalled")


def _unneeded(moment: Moment, relay: Relay, detour: Detour) -> Replies:
    """The groups see it themselves: the leader need not paste it."""
    relay.passed_at = moment.now  # by nobody: should the channel be lost again, she is asked again
    moment.session.add(relay)
    subject = f"relay:{relay.id}"
    return [
        Reply(
            "relay/unneeded.j2",
            {"channel": detour.channel},
            how=How.EDIT,
            to=chat,
            subject=subject,
            key=f"relay:{relay.id}:unneeded:{detour.id}:{chat}",
            otherwise="relay/unneeded.j2",
        )
        for chat in deliveries.states(moment.session, subject)
    ]
