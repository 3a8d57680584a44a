"""Units: which one a command is about."""

from __future__ import annotations

from handlers.access import access_unit, led_units
from handlers.chat import Call, Choice, Who
from handlers.errors import NotYoursError, Refusal
from storage import units
from storage.units import Unit

CHOICES = 12
"""Longest list of units offered to choose from."""


def which(call: Call, line: str, rest: str, who: Who = Who.LEADER) -> tuple[Unit, str]:
    """The unit a command is about, and what is left of its arguments.

    A code as the first word names it; in a group it is the group's; else the one the person
    answers for. `line` is the command that asks.

    Raises:
        Refusal: several are possible: it asks which; or it was closed for good.
        NotYoursError: none is hers.
    """
    first, _, others = rest.partition(" ")
    named = units.by_code(call.session, first) if first else None
    if named is not None and named.id is not None:
        unit = access_unit(call.session, call.actor, named.id, who)
        if unit.closed:
            raise Refusal("units/closed.j2", unit=unit.name)
        return unit, others.strip()
    if call.group is not None and call.group.unit_id is not None:
        return access_unit(call.session, call.actor, call.group.unit_id, who), rest
    mine = led_units(call.session, call.actor)
    if not mine:
        raise NotYoursError
    if len(mine) > 1:
        offered = mine[:CHOICES]
        labels = units.labels(call.session, offered)
        choices = tuple(Choice(labels[u.id or 0], f"{line} {u.code}") for u in offered)
        raise Refusal("units/which.j2", choices=choices)
    assert mine[0].id is not None
    return access_unit(call.session, call.actor, mine[0].id, who), rest
