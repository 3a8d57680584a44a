"""The only door to a directive, and to a unit's part in it."""

from __future__ import annotations

from handlers.access import RECEIVERS, governs, row_id
from handlers.chat import Call, Moment
from handlers.errors import NotYoursError, Refusal
from storage import directives, units
from storage.directives import Directive, DirectiveState, DirectiveTarget
from storage.members import RoleKind


def access_directive(call: Call, word: str) -> Directive:
    """A directive of a unit the person is an officer of.

    Raises:
        NotYoursError: there is no such directive, or it is not theirs.
    """
    found = directives.get(call.session, row_id(word))
    if found is None or not governs(call.session, call.actor, found.unit_id):
        raise NotYoursError
    return found


def access_progress(call: Call, word: str) -> tuple[Directive, list[DirectiveTarget]]:
    """A directive and the units whose part in it the person may see: all of them if it is hers,
    else those below her that it was sent to from above.

    Raises:
        NotYoursError: there is no such directive, or it touches no unit of hers.
    """
    found = directives.get(call.session, row_id(word))
    if found is None:
        raise NotYoursError
    assert found.id is not None
    if governs(call.session, call.actor, found.unit_id):
        return found, directives.targets(call.session, found.id)
    below = units.subtree(call.session, call.actor.units(RoleKind.OFFICER))
    rows = directives.targets(call.session, found.id, below)
    if not rows:
        raise NotYoursError
    return found, rows


def going_on(call: Call, word: str) -> tuple[Directive, list[DirectiveTarget]]:
    """The same of a directive that units still confirm: what was taken back stays as it is.

    Raises:
        Refusal: it was recalled, or has not gone out yet.
    """
    directive, rows = access_progress(call, word)
    if directive.state == DirectiveState.RECALLED:
        raise Refusal("directives/no_longer_sent.j2")
    if directive.state != DirectiveState.SENT:
        raise Refusal("directives/not_sent.j2")
    return directive, rows


def receiving_units(call: Call, directive_id: int) -> list[int]:
    """Units for which the person may confirm this directive: where she leads, is deputy or heads
    a team; an officer for her own unit.
    """
    mine = call.actor.units(*RECEIVERS, RoleKind.OFFICER)
    found = [unit for unit in mine if directives.target(call.session, directive_id, unit)]
    if call.group is not None and call.group.unit_id in found:
        return [call.group.unit_id]
    return found


def audience(call: Call | Moment, scope_id: int) -> list[int]:
    """The units a directive goes to: the branches below, and units between that have a group."""
    branches = [unit.id for unit in units.leaves(call.session, scope_id) if unit.id is not None]
    below = set(units.subtree(call.session, [scope_id])) - {scope_id}
    between = units.with_group(call.session, sorted(below - set(branches)))
    return [*between, *branches]
