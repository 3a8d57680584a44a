"""An officer's view of a directive: who has not confirmed, reminding them, marking for them."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers import audience as audiences
from handlers.access import governs, leader_chats
from handlers.chat import Call, Choice, Replies, Reply
from handlers.deliveries import reach
from handlers.directives.access import access_progress
from handlers.directives.receipts import LISTED, own_receipts, show_received, title
from handlers.errors import NotYoursError, Refusal
from handlers.quiet import quiet_until
from handlers.understanding.zone import local_date
from storage import directives, relays, units
from storage.directives import Directive, DirectiveState, DirectiveTarget
from storage.members import RoleKind

REMIND_EVERY = timedelta(minutes=10)
"""A second press within this time reminds nobody again."""
REASON_LENGTH = 200


def progress(call: Call, rest: str) -> Replies | Reply:
    """`/tiendo`: an officer sees who has not confirmed; a leader sees what her unit has not."""
    if rest.isdigit():
        return _progress(call, *access_progress(call, rest))
    own = call.actor.units(RoleKind.OFFICER)
    if not own:
        return own_receipts(call)
    below = units.subtree(call.session, own)
    found = directives.recent(call.session, below, LISTED)
    if not found:
        raise Refusal("directives/none_yet.j2")
    if len(found) == 1:
        return _progress(call, *access_progress(call, str(found[0].id)))
    choices = []
    for directive in found:
        _, rows = access_progress(call, str(directive.id))
        done = sum(row.done for row in rows)
        label = f"{title(directive)} ({done}/{len(rows)})"
        choices.append(Choice(label, f"progress {directive.id}"))
    return Reply("directives/list.j2", choices=tuple(choices))


def _progress(call: Call, directive: Directive, rows: list[DirectiveTarget]) -> Reply:
    missing = [row for row in rows if not row.done]
    today = local_date(call.now)
    led: list[str] = []
    unled: list[str] = []
    for row in missing:
        unit = units.get(call.session, row.unit_id)
        assert unit is not None
        reached = leader_chats(call.session, row.unit_id, today)
        (led if reached else unled).append(_full_name(call, row.unit_id))
    whole = governs(call.session, call.actor, directive.unit_id)
    asked = {row.unit_id for row in rows}
    delivered = reach(call, f"directive:{directive.id}", None if whole else asked)
    context = {
        "directive": directive,
        "done": len(rows) - len(missing),
        "total": len(rows),
        "led": led,
        "unled": unled,
        "marked": [
            (_full_name(call, r.unit_id), r.reason)
            for r in rows
            if r.marked_at and not r.received_at
        ],
        "corrections": directives.corrections(call.session, directive.id or 0),
        "part": None if whole else len(rows),
        "reach": delivered,
        "unpassed": [
            _full_name(call, relay.unit_id)
            for relay in relays.about(call.session, f"directive:{directive.id}")
            if relay.passed_at is None and relay.reached and relay.unit_id in asked
        ],
    }
    choices = _progress_choices(directive, missing, whole=whole)
    if delivered.unsure:
        choices += (Choice("🔁 Xem tin chưa chắc tới", "in_doubt"),)
    return Reply("directives/progress.j2", context, choices=choices)


def _progress_choices(
    directive: Directive, missing: list[DirectiveTarget], *, whole: bool
) -> tuple[Choice, ...]:
    own = directive.id
    if directive.state == DirectiveState.SCHEDULED and whole:
        return (Choice("✋ Dừng lại", f"directive_stop {own}"),)
    if directive.state != DirectiveState.SENT:
        return ()
    chase = (
        Choice(f"🔔 Nhắc {len(missing)} đơn vị", f"directive_remind {own}"),
        Choice("Đánh dấu hộ", f"directive_mark {own}"),
    )
    rest: tuple[Choice, ...] = ()
    if whole:
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
    directive, rows = access_progress(call, rest)
    if directive.state != DirectiveState.SENT:
        raise Refusal("directives/not_sent.j2")
    missing = [row for row in rows if not row.done]
    told = [row.reminded_at for row in missing if row.reminded_at is not None]
    just = [at for at in told if call.now - at < REMIND_EVERY]
    if missing and len(just) == len(missing):
        raise Refusal("directives/just_reminded.j2", at=max(just))
    later = None if directive.urgent else quiet_until(call.now)
    replies: Replies = []
    count = 0
    for row in missing:
        if row.reminded_at is None or call.now - row.reminded_at >= REMIND_EVERY:
            row.reminded_at = call.now
            call.session.add(row)
            replies += _remind_unit(call, directive, row.unit_id, later)
            count += 1
    return [*replies, Reply("directives/reminded.j2", {"count": count, "later": later})]


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
            subject=f"directive:{directive.id}:reminder",
            key=f"{key}:{door}",
            bulk=True,
            not_before=reminder.not_before,
        )
        for door in doors
    ]


def mark(call: Call, rest: str) -> Replies:
    """An officer marks a unit in its leader's place, with a reason: she rang, say."""
    word, _, words = rest.partition(" ")
    directive, rows = access_progress(call, word)
    which, _, reason = words.partition(" ")
    row = next((row for row in rows if str(row.unit_id) == which), None)
    if row is None and which:
        raise NotYoursError
    if row is None:
        missing = [row for row in rows if not row.done]
        choices = tuple(
            Choice(_full_name(call, r.unit_id), f"directive_mark {directive.id} {r.unit_id}")
            for r in missing
        )
        return [Reply("directives/ask_unit.j2", choices=choices)]
    if row.done:
        raise Refusal("directives/unit_confirmed.j2", at=row.received_at or row.marked_at)
    if not reason:
        line = f"directive_mark {directive.id} {row.unit_id}"
        return [Reply("directives/ask_reason.j2", expects=line)]
    row.marked_at, row.reason = call.now, reason[:REASON_LENGTH]
    row.marked_by = next(iter(call.actor.member_ids), None)
    call.session.add(row)
    context = {"unit": _full_name(call, row.unit_id), "reason": row.reason}
    undo = Choice("Bỏ đánh dấu", f"directive_unmark {directive.id} {row.unit_id}")
    done = Reply("directives/marked.j2", context, choices=(undo,))
    return [done, *show_received(call, directive, row)]


def unmark(call: Call, rest: str) -> Replies:
    """Undo an officer's mark."""
    word, _, which = rest.partition(" ")
    directive, rows = access_progress(call, word)
    row = next((row for row in rows if str(row.unit_id) == which), None)
    if row is None or row.marked_at is None:
        raise NotYoursError
    if row.received_at is not None:
        raise Refusal("directives/unit_confirmed.j2", at=row.received_at)
    row.marked_at, row.marked_by, row.reason = None, None, ""
    call.session.add(row)
    return [Reply("directives/unmarked.j2"), *show_received(call, directive, row)]
