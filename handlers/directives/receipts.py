"""Who has received a directive: one tap in the unit, and the officer's view of them all."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers import audience as audiences
from handlers.access import leader_chats, row_id
from handlers.chat import Call, Choice, How, Replies, Reply
from handlers.deliveries import reach
from handlers.directives.access import access_directive, receiving_units
from handlers.directives.sending import post
from handlers.errors import NotYoursError, Refusal
from handlers.quiet import quiet_until
from handlers.understanding.zone import local_date
from storage import accounts, directives, members, relays, units
from storage.directives import Directive, DirectiveState, DirectiveTarget
from storage.members import RoleKind

LISTED = 8
REMIND_EVERY = timedelta(minutes=10)
"""A second press within this time reminds nobody again."""
REASON_LENGTH = 200


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
    echo = Reply("directives/received.j2", {"unit": unit.name}, how=How.ECHO)
    return [echo, *_show_received(call, directive, row)]


def _show_received(call: Call, directive: Directive, row: DirectiveTarget) -> Replies:
    """The post in the unit's groups says that it is confirmed."""
    shown = post(directive, row.received_at)
    changed = Reply(
        shown.template,
        shown.context,
        how=How.EDIT,
        choices=shown.choices,
        subject=shown.subject,
        key=f"directive:{directive.id}:shown:{call.incoming.event_id}",
        otherwise="directives/shown_received.j2" if row.received_at else "",
    )
    return audiences.change(call.moment(), row.unit_id, changed)


def progress(call: Call, rest: str) -> Replies | Reply:
    """`/tiendo`: an officer sees who has not confirmed; a leader sees what her unit has not."""
    if rest.isdigit():
        return _progress(call, access_directive(call, rest))
    own = call.actor.units(RoleKind.OFFICER)
    if not own:
        return _own_receipts(call)
    found = directives.recent(call.session, units.subtree(call.session, own), LISTED)
    if not found:
        raise Refusal("directives/none_yet.j2")
    if len(found) == 1:
        return _progress(call, found[0])
    lines = [(row, *directives.progress(call.session, row.id or 0)) for row in found]
    choices = tuple(
        Choice(f"{_title(row)} ({done}/{total})", f"progress {row.id}")
        for row, done, total in lines
    )
    return Reply("directives/list.j2", {"lines": lines}, choices=choices)


def _title(directive: Directive) -> str:
    name = directive.number or directive.summary
    return f"{name[:40]}…" if len(name) > 41 else name


def _own_receipts(call: Call) -> Reply:
    mine = call.actor.units(RoleKind.LEADER, RoleKind.DEPUTY, RoleKind.TEAM_HEAD)
    if not mine:
        raise Refusal("directives/not_for_members.j2")
    rows = directives.received_by_unit(call.session, mine, LISTED)
    lines = []
    for row in rows:
        parts = [directives.target(call.session, row.id or 0, unit_id) for unit_id in mine]
        lines.append((row, [part for part in parts if part is not None]))
    waiting = [row for row, parts in lines if any(p.received_at is None for p in parts)]
    choices = tuple(Choice(f"✅ Đã nhận {_title(row)}", f"received {row.id}") for row in waiting)
    return Reply("directives/own_receipts.j2", {"lines": lines}, choices=choices)


def _progress(call: Call, directive: Directive) -> Reply:
    assert directive.id is not None
    rows = directives.targets(call.session, directive.id)
    missing = [row for row in rows if row.received_at is None]
    today = local_date(call.now)
    led: list[str] = []
    unled: list[str] = []
    for row in missing:
        unit = units.get(call.session, row.unit_id)
        assert unit is not None
        reached = leader_chats(call.session, row.unit_id, today)
        (led if reached else unled).append(_full_name(call, row.unit_id))
    delivered = reach(call, f"directive:{directive.id}")
    context = {
        "directive": directive,
        "done": len(rows) - len(missing),
        "total": len(rows),
        "led": led,
        "unled": unled,
        "marked": [(_full_name(call, r.unit_id), r.reason) for r in rows if r.reason],
        "reach": delivered,
        "unpassed": [
            _full_name(call, relay.unit_id)
            for relay in relays.about(call.session, f"directive:{directive.id}")
            if relay.passed_at is None and relay.reached
        ],
    }
    choices = _progress_choices(directive, missing)
    if delivered.unsure:
        choices += (Choice("🔁 Xem tin chưa chắc tới", "in_doubt"),)
    return Reply("directives/progress.j2", context, choices=choices)


def _progress_choices(directive: Directive, missing: list[DirectiveTarget]) -> tuple[Choice, ...]:
    own = directive.id
    if directive.state == DirectiveState.SCHEDULED:
        return (Choice("✋ Dừng lại", f"directive_stop {own}"),)
    if directive.state != DirectiveState.SENT:
        return ()
    chase = (
        Choice(f"🔔 Nhắc {len(missing)} đơn vị", f"directive_remind {own}"),
        Choice("Đánh dấu hộ", f"directive_mark {own}"),
    )
    rest = (Choice("Đính chính", f"correct {own}"), Choice("Thu hồi", f"recall {own}"))
    return (*chase, *rest) if missing else rest


def _full_name(call: Call, unit_id: int) -> str:
    """The unit with the one above it: two wards have a Khóm 8 each."""
    unit = units.get(call.session, unit_id)
    assert unit is not None
    above = units.get(call.session, unit.parent_id) if unit.parent_id else None
    return f"{unit.name} ({above.name})" if above else unit.name


def remind(call: Call, rest: str) -> Replies:
    """Remind only those who have not confirmed: their leaders in private, else their groups."""
    directive = access_directive(call, rest)
    if directive.state != DirectiveState.SENT:
        raise Refusal("directives/not_sent.j2")
    assert directive.id is not None
    if directive.reminded_at and call.now - directive.reminded_at < REMIND_EVERY:
        raise Refusal("directives/just_reminded.j2", at=directive.reminded_at)
    directive.reminded_at = call.now
    call.session.add(directive)
    later = None if directive.urgent else quiet_until(call.now)
    replies: Replies = []
    missing = [r for r in directives.targets(call.session, directive.id) if r.received_at is None]
    for row in missing:
        replies += _remind_unit(call, directive, row.unit_id, later)
    context = {"count": len(missing), "later": later}
    return [*replies, Reply("directives/reminded.j2", context)]


def _remind_unit(call: Call, directive: Directive, unit_id: int, later: datetime | None) -> Replies:
    key = f"directive:{directive.id}:remind:{call.incoming.event_id}:{unit_id}"
    reminder = Reply(
        "directives/reminder.j2",
        {"directive": directive, "unit": _full_name(call, unit_id)},
        choices=(Choice("✅ Xác nhận đã nhận", f"received {directive.id}"),),
        key=key,
        bulk=True,
        not_before=later,
    )
    doors = leader_chats(call.session, unit_id, local_date(call.now))
    if not doors:
        return audiences.change(call.moment(), unit_id, reminder)
    return [
        Reply(
            reminder.template,
            reminder.context,
            to=door,
            choices=reminder.choices,
            key=f"{key}:{door}",
            bulk=True,
            not_before=reminder.not_before,
        )
        for door in doors
    ]


def mark(call: Call, rest: str) -> Replies:
    """An officer marks a unit in its leader's place, with a reason: she rang, say."""
    word, _, words = rest.partition(" ")
    directive = access_directive(call, word)
    assert directive.id is not None
    which, _, reason = words.partition(" ")
    row = directives.target(call.session, directive.id, row_id(which))
    if row is None:
        missing = [
            r for r in directives.targets(call.session, directive.id) if r.received_at is None
        ]
        choices = tuple(
            Choice(_full_name(call, r.unit_id), f"directive_mark {directive.id} {r.unit_id}")
            for r in missing
        )
        return [Reply("directives/ask_unit.j2", choices=choices)]
    if row.received_at is not None:
        raise Refusal("directives/unit_confirmed.j2", at=row.received_at)
    if not reason:
        line = f"directive_mark {directive.id} {row.unit_id}"
        return [Reply("directives/ask_reason.j2", expects=line)]
    account = accounts.get(call.session, call.actor.account_id or 0)
    assert account is not None
    row.received_at, row.reason = call.now, reason[:REASON_LENGTH]
    row.received_by = next(iter(call.actor.member_ids), None)
    call.session.add(row)
    context = {"unit": _full_name(call, row.unit_id), "reason": row.reason}
    undo = Choice("Bỏ đánh dấu", f"directive_unmark {directive.id} {row.unit_id}")
    done = Reply("directives/marked.j2", context, choices=(undo,))
    return [done, *_show_received(call, directive, row)]


def unmark(call: Call, rest: str) -> Replies:
    """Undo an officer's mark."""
    word, _, which = rest.partition(" ")
    directive = access_directive(call, word)
    row = directives.target(call.session, directive.id or 0, row_id(which))
    if row is None or not row.reason:
        raise NotYoursError
    row.received_at, row.received_by, row.reason = None, None, ""
    call.session.add(row)
    return [Reply("directives/unmarked.j2"), *_show_received(call, directive, row)]
