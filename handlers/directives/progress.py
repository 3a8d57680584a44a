"""An officer's view of a directive: who has not confirmed, and marking for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from handlers import audit, unpassed
from handlers.access import LEADERS, governs, row_id
from handlers.chat import Call, Choice, Replies, Reply
from handlers.deliveries import reach
from handlers.directives.access import access_progress, going_on
from handlers.directives.receipts import LISTED, own_receipts, show_received, title
from handlers.directives.reminding import give_up_reminders
from handlers.errors import NotYoursError, Refusal
from handlers.understanding.zone import local_date
from handlers.windows import standing
from storage import accounts, directives, pasts, units
from storage.directives import Directive, DirectiveState, DirectiveTarget
from storage.members import RoleKind
from storage.units import Unit

REASON_LENGTH = 200
OFFERED = 90
"""Most units to choose from: Telegram takes 100 buttons."""
NAMED = 60
"""Most late units that are named one by one; of more each unit above them says how many."""
ABOVE = "u"
"""What a choice of units below a unit begins with."""


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
    names = _names(call, directive, rows)
    late = [row.unit_id for row in missing]
    reached = accounts.doors(call.session, late, LEADERS, local_date(call.now))
    whole = governs(call.session, call.actor, directive.unit_id)
    asked = {row.unit_id for row in rows}
    closed = standing(call, late, reached)
    known = {*reached, *closed.silent}
    subject = f"directive:{directive.id}"
    delivered = reach(call, subject, None if whole else asked)
    waiting = unpassed.of(call.session, subject, list(asked))
    context = {
        "directive": directive,
        "done": len(rows) - len(missing),
        "total": len(rows),
        "led": [names[unit_id] for unit_id in late if unit_id in reached],
        "unled": [names[unit_id] for unit_id in late if unit_id not in known],
        "above": _above(call, late, _day(call, directive)) if len(late) > NAMED else [],
        "marked": [(names[r.unit_id], r.reason) for r in rows if r.marked_at and not r.received_at],
        "corrections": directives.corrections(call.session, directive.id or 0),
        "part": None if whole else len(rows),
        "reach": delivered,
        "unpassed": [names[relay.unit_id] for relay in waiting],
        **closed._asdict(),
    }
    choices = _progress_choices(directive, missing, whole=whole)
    if directive.state == DirectiveState.SENT:
        choices += unpassed.press(subject, waiting)
    if delivered.unsure:
        choices += (Choice("🔁 Xem tin chưa chắc tới", "in_doubt"),)
    return Reply("directives/progress.j2", context, choices=choices)


def _day(call: Call, directive: Directive) -> datetime | None:
    """As of when units are named: the deadline once it has passed; until then as they are now."""
    over = directive.deadline is not None and directive.deadline < call.now
    return directive.deadline if over else None


def _names(call: Call, directive: Directive, rows: Sequence[DirectiveTarget]) -> dict[int, str]:
    """The units as they were called on the day of the directive, or of their confirmation."""
    day = _day(call, directive)
    names = pasts.full_names_on(call.session, [row.unit_id for row in rows], day)
    for row in rows:
        if done_at := row.received_at or row.marked_at:
            names |= pasts.full_names_on(call.session, [row.unit_id], done_at)
    return names


def _above(call: Call, late: Sequence[int], day: datetime | None = None) -> list[tuple[Unit, int]]:
    """The units above these, each with how many of them are below it."""
    found = pasts.units_on(call.session, late, day)
    counts = Counter(unit.parent_id for unit in found.values())
    parents = pasts.units_on(call.session, [id_ for id_ in counts if id_ is not None], day)
    return [(parent, counts[id_]) for id_, parent in parents.items()]


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


def mark(call: Call, rest: str) -> Replies:
    """An officer marks a unit in its leader's place, with a reason: she rang, say."""
    word, _, words = rest.partition(" ")
    directive, rows = going_on(call, word)
    which, _, reason = words.partition(" ")
    row = next((row for row in rows if str(row.unit_id) == which), None)
    if row is None:
        return [_ask_unit(call, directive, rows, which)]
    if row.done:
        raise Refusal("directives/unit_confirmed.j2", at=row.received_at or row.marked_at)
    if not reason:
        line = f"directive_mark {directive.id} {row.unit_id}"
        return [Reply("directives/ask_reason.j2", expects=line)]
    row.marked_at, row.reason = call.now, reason[:REASON_LENGTH]
    row.marked_by = audit.acting(call.actor)
    call.session.add(row)
    give_up_reminders(call, row)
    name = units.full_names(call.session, [row.unit_id])[row.unit_id]
    context = {"unit": name, "reason": row.reason}
    undo = Choice("Bỏ đánh dấu", f"directive_unmark {directive.id} {row.unit_id}")
    done = Reply("directives/marked.j2", context, choices=(undo,))
    return [done, *show_received(call, directive, row)]


def _ask_unit(
    call: Call, directive: Directive, rows: Sequence[DirectiveTarget], which: str
) -> Reply:
    """Which of those that have not confirmed; of more than fit under a message, first under which
    unit (`u7`).
    """
    late = [row.unit_id for row in rows if not row.done]
    if which:
        below = {unit.id for unit in units.children(call.session, row_id(which[len(ABOVE) :]))}
        late = [unit_id for unit_id in late if unit_id in below]
        if not which.startswith(ABOVE) or not late:
            raise NotYoursError
    line = f"directive_mark {directive.id}"
    if len(late) <= OFFERED:
        names = units.full_names(call.session, late)
        choices = tuple(Choice(names[unit_id], f"{line} {unit_id}") for unit_id in late)
        return Reply("directives/ask_unit.j2", choices=choices)
    above = _above(call, late)[:OFFERED]
    choices = tuple(
        Choice(f"{parent.name} ({count})", f"{line} {ABOVE}{parent.id}") for parent, count in above
    )
    return Reply("directives/ask_unit.j2", choices=choices)


def unmark(call: Call, rest: str) -> Replies:
    """Undo an officer's mark."""
    word, _, which = rest.partition(" ")
    directive, rows = going_on(call, word)
    row = next((row for row in rows if str(row.unit_id) == which), None)
    if row is None or row.marked_at is None:
        raise NotYoursError
    if row.received_at is not None:
        raise Refusal("directives/unit_confirmed.j2", at=row.received_at)
    row.marked_at, row.marked_by, row.reason = None, None, ""
    call.session.add(row)
    return [Reply("directives/unmarked.j2"), *show_received(call, directive, row)]
