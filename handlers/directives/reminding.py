"""Reminding the units that have not confirmed; no reminder outlives its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers import audience as audiences
from handlers.access import LEADERS
from handlers.chat import Call, Choice, How, Replies, Reply
from handlers.directives.access import going_on
from handlers.directives.unreached import unreached
from handlers.errors import Refusal
from handlers.quiet import quiet_until
from handlers.understanding.zone import local_date
from storage import accounts, deliveries, directives, mail, units
from storage.directives import Directive, DirectiveTarget
from storage.mail import OutboxState

REMIND_EVERY = timedelta(minutes=10)
"""A second press within this time reminds nobody again."""


def remind(call: Call, rest: str) -> Replies:
    """Remind only those who have not confirmed: their leaders in private, else their groups."""
    directive, rows = going_on(call, rest)
    missing = [row for row in rows if not row.done]
    before = [row.reminded_at for row in missing if row.reminded_at is not None]
    just = [at for at in before if call.now - at < REMIND_EVERY]
    if not missing:
        raise Refusal("directives/all_received.j2")
    if len(just) == len(missing):
        raise Refusal("directives/just_reminded.j2", at=max(just))
    later = None if directive.urgent else quiet_until(call.now)
    late = [row.unit_id for row in missing]
    names = units.full_names(call.session, late)
    doors = accounts.doors(call.session, late, LEADERS, local_date(call.now))
    replies: Replies = []
    count = 0
    for row in missing:
        if row.reminded_at is None or call.now - row.reminded_at >= REMIND_EVERY:
            reminder = replace(_reminder(directive, row.unit_id, names), not_before=later)
            sent = _remind_unit(call, row, reminder, doors.get(row.unit_id, ()))
            if sent:
                row.reminded_at = call.now
                call.session.add(row)
                count += 1
            replies += sent
    context = {"count": count, "later": later, **unreached(call, late)}
    return [*replies, Reply("directives/reminded.j2", context)]


def subject(directive_id: int | None, unit_id: int) -> str:
    """Under which a unit's reminders are found again."""
    return f"directive:{directive_id}:reminder:{unit_id}"


def _keys(directive_id: int | None, unit_id: int) -> str:
    return f"directive:{directive_id}:remind:{unit_id}:"


def _reminder(directive: Directive, unit_id: int, names: dict[int, str]) -> Reply:
    return Reply(
        "directives/reminder.j2",
        {"directive": directive, "unit": names[unit_id]},
        choices=(Choice("✅ Xác nhận đã nhận", f"received {directive.id}"),),
        subject=subject(directive.id, unit_id),
        bulk=True,
    )


def _remind_unit(
    call: Call, row: DirectiveTarget, reminder: Reply, doors: Sequence[str]
) -> Replies:
    key = f"{_keys(row.directive_id, row.unit_id)}{call.incoming.event_id}"
    if not doors:
        return audiences.change(call.moment(), row.unit_id, replace(reminder, key=key))
    return [replace(reminder, to=door, key=f"{key}:{door}") for door in doors]


def give_up_reminders(call: Call, row: DirectiveTarget) -> None:
    """A unit that has confirmed is not reminded in the morning."""
    mail.recall(call.session, _keys(row.directive_id, row.unit_id))


def rewrite_reminders(call: Call, directive: Directive, key: str) -> Replies:
    """What was said to units that have not confirmed, or waits to be, names the deadline of now."""
    late = [
        row.unit_id
        for row in directives.targets(call.session, directive.id or 0)
        if row.reminded_at is not None and not row.done
    ]
    names = units.full_names(call.session, late)
    replies: Replies = []
    for unit_id in late:
        edit = replace(_reminder(directive, unit_id, names), how=How.EDIT)
        replies += [
            replace(edit, to=chat, key=f"{key}:{edit.subject}:{chat}")
            for chat in told(call, edit.subject)
        ]
    return replies


def told(call: Call, about: str) -> list[str]:
    """The chats where something was said under a subject, or is about to be."""
    found = deliveries.states(call.session, about)
    return [chat for chat, (_, state, _) in found.items() if state != OutboxState.EXPIRED]
