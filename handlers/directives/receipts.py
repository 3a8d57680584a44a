"""Who has received a directive: one tap in the unit; the first counts."""

from __future__ import annotations

from handlers.access import row_id
from handlers.chat import Call, Choice, How, Replies, Reply
from handlers.directives.access import receiving_units
from handlers.directives.reminding import give_up_reminders
from handlers.directives.showing import rewrite
from handlers.errors import NotYoursError, Refusal
from storage import directives, members, units
from storage.directives import Directive, DirectiveState, DirectiveTarget
from storage.members import RoleKind

LISTED = 8


def received(call: Call, rest: str) -> Replies:
    """A leader, deputy or team head confirms for her unit; the first counts."""
    directive = directives.get(call.session, row_id(rest))
    if directive is None or directive.state not in {DirectiveState.SENT, DirectiveState.RECALLED}:
        raise NotYoursError
    if directive.state == DirectiveState.RECALLED:
        raise Refusal("directives/was_recalled.j2")
    assert directive.id is not None
    mine = receiving_units(call, directive.id)
    if not mine:
        raise Refusal("directives/leaders_confirm.j2")
    replies: Replies = []
    for unit_id in mine:
        replies += _confirm(call, directive, unit_id)
    return replies


def _confirm(call: Call, directive: Directive, unit_id: int) -> Replies:
    assert directive.id is not None
    row = directives.target(call.session, directive.id, unit_id)
    unit = units.get(call.session, unit_id)
    assert row is not None and unit is not None
    if row.received_at is not None:
        first = members.get(call.session, row.received_by or 0)
        context = {"at": row.received_at, "by": first.name if first else "", "unit": unit.name}
        return [Reply("directives/already_received.j2", context, how=How.ECHO)]
    holder = next(s.member_id for s in call.actor.standings if s.unit_id == unit_id)
    row.received_at, row.received_by = call.now, holder
    call.session.add(row)
    give_up_reminders(call, row)
    echo = Reply("directives/received.j2", {"unit": unit.name}, how=How.ECHO)
    return [echo, *show_received(call, directive, row)]


def show_received(call: Call, directive: Directive, row: DirectiveTarget) -> Replies:
    """The post in the unit's groups says that it is confirmed, and by whom."""
    key = f"directive:{directive.id}:shown:{call.incoming.event_id}"
    otherwise = "directives/shown_received.j2" if row.done else ""
    return rewrite(call.moment(), directive, row, key, otherwise=otherwise)


def own_receipts(call: Call) -> Reply:
    """What was sent to the units she leads, and what still waits for her tap."""
    mine = call.actor.units(RoleKind.LEADER, RoleKind.DEPUTY, RoleKind.TEAM_HEAD)
    if not mine:
        raise Refusal("directives/not_for_members.j2")
    rows = directives.received_by_unit(call.session, mine, LISTED)
    lines = []
    for row in rows:
        parts = [directives.target(call.session, row.id or 0, unit_id) for unit_id in mine]
        lines.append((row, [part for part in parts if part is not None]))
    waiting = [row for row, parts in lines if any(not p.done for p in parts)]
    choices = tuple(Choice(f"✅ Đã nhận {title(row)}", f"received {row.id}") for row in waiting)
    return Reply("directives/own_receipts.j2", {"lines": lines}, choices=choices)


def title(directive: Directive) -> str:
    """A name short enough for a button."""
    name = directive.number or directive.summary
    return f"{name[:40]}…" if len(name) > 41 else name
