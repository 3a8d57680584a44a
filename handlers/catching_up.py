"""What is still open for a unit, brought to a group or a leader that came after it went out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from handlers import audience
from handlers.access import access_unit, row_id
from handlers.chat import Call, Choice, How, Moment, Replies, Reply, Route
from handlers.directives.receipts import title
from handlers.directives.sending import receipts
from handlers.directives.showing import post
from handlers.errors import NotYoursError, Refusal
from handlers.rolls import showing as rolls_showing
from handlers.surveys import showing as surveys_showing
from storage import directives, groups, mail, relays, rolls, surveys, units
from storage.directives import Directive

AT_ONCE = 3
"""So much a new leader gets without being asked; of more she is told first."""
LISTED = 10


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing a unit has still to be told of: its title, and what its groups see."""

    title: str
    reply: Reply
    directive: Directive | None = None


def still_open(moment: Moment, unit_id: int) -> list[Waiting]:
    """What still waits for this unit: rolls and meetings, surveys, and directives whose deadline
    has not passed.
    """
    session = moment.session
    found = [
        Waiting(roll.title, rolls_showing.prompt(session, roll))
        for roll in rolls.opened(session, [unit_id])
        if roll.group_id is None
    ]
    found += [
        Waiting(survey.title, surveys_showing.prompt(moment, survey, unit_id))
        for survey in surveys.opened(session, [unit_id])
    ]
    for directive in directives.received_by_unit(session, [unit_id], LISTED):
        if directive.deadline is None or directive.deadline >= moment.now:
            part = directives.target(session, directive.id or 0, unit_id)
            found.append(Waiting(title(directive), post(session, directive, part), directive))
    return found


def offer_group(moment: Moment, group: groups.Group) -> Replies:
    """After a group was bound: ask whether what is open shall be shown there too."""
    assert group.unit_id is not None
    waiting = still_open(moment, group.unit_id)
    if not waiting:
        return []
    context = {"titles": [each.title for each in waiting]}
    choice = Choice("📥 Đưa vào nhóm này", f"catch_up group {group.id}")
    return [Reply("catching_up/offer.j2", context, to=group.address, choices=(choice,))]


def relays_to(moment: Moment, unit_id: int, door: str) -> Replies:
    """After a leader was linked whose unit has no group: the texts for her to pass on."""
    if not door or groups.of_unit(moment.session, unit_id):
        return []
    waiting = still_open(moment, unit_id)
    if len(waiting) <= AT_ONCE:
        return [reply for each in waiting for reply in _passed_on(moment, unit_id, each)]
    unit = units.get(moment.session, unit_id)
    assert unit is not None
    context = {"titles": [each.title for each in waiting], "unit": unit.name}
    choice = Choice(f"📥 Nhận cả {len(waiting)} tin", f"catch_up unit {unit_id}")
    return [Reply("catching_up/many.j2", context, to=door, choices=(choice,))]


def _passed_on(moment: Moment, unit_id: int, each: Waiting) -> Replies:
    replies = audience.relay(moment, unit_id, each.reply)
    part = each.reply.context.get("part")
    if each.directive is not None and not (part and part.received_at):
        replies += receipts(moment, each.directive, unit_id)
    return replies


def catch_up(call: Call, rest: str) -> Replies:
    """Bring what is open into a group, or to the leader who passes it on: once, and saying how
    much there was to bring.
    """
    word, _, number = rest.partition(" ")
    bring = _BRING.get(word)
    if bring is None:
        raise NotYoursError
    found = bring(call, row_id(number))
    if not found:
        raise Refusal("catching_up/nothing.j2")
    known = mail.known(call.session, [reply.key for replies in found for reply in replies])
    fresh = [replies for replies in found if any(reply.key not in known for reply in replies)]
    if not fresh:
        raise Refusal("catching_up/there_already.j2")
    brought = Reply("catching_up/brought.j2", {"count": len(fresh)}, how=How.ECHO)
    return [*(reply for replies in fresh for reply in replies), brought]


def _into_group(call: Call, group_id: int) -> list[Replies]:
    """The unit is part of the keys: the group may have stood for another when it saw the same."""
    group = groups.get(call.session, group_id)
    if group is None or group.unit_id is None:
        raise NotYoursError
    access_unit(call.session, call.actor, group.unit_id)
    found = still_open(call.moment(), group.unit_id)
    for each in found:
        _settle(call, group.unit_id, each.reply.subject)
    return [
        [
            replace(
                each.reply,
                to=group.address,
                key=f"{each.reply.key or each.reply.subject}:{group.unit_id}:{group.address}",
            )
        ]
        for each in found
    ]


def _settle(call: Call, unit_id: int, subject: str) -> None:
    """What a group of the unit shows nobody need pass on by hand any more."""
    for relay in relays.about(call.session, subject):
        if relay.unit_id == unit_id and relay.passed_at is None:
            relay.passed_at, relay.passed_by = call.now, call.actor.account_id
            call.session.add(relay)


def _to_leader(call: Call, unit_id: int) -> list[Replies]:
    access_unit(call.session, call.actor, unit_id)
    moment = call.moment()
    return [_passed_on(moment, unit_id, each) for each in still_open(moment, unit_id)]


_BRING: dict[str, Callable[[Call, int], list[Replies]]] = {"group": _into_group, "unit": _to_leader}
ROUTES = {"catch_up": Route(catch_up, listed=False)}
