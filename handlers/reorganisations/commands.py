"""A unit's card and, for officers of a unit above it, another name or its end."""

from __future__ import annotations

from handlers import audit
from handlers.access import access_unit, governs, led_units, row_id
from handlers.accounts import own
from handlers.chat import Call, Choice, Reply, Route, Where, Who
from handlers.errors import NotYoursError, Refusal
from handlers.reorganisations import telling
from handlers.reorganisations.applying import PlanError, apply
from handlers.reorganisations.plans import Action, Mistake, Step, step_of
from handlers.reorganisations.previewing import preview
from handlers.reorganisations.undoing import UndoError
from handlers.reorganisations.undoing import undo as give_back
from handlers.understanding.people import spell
from handlers.understanding.zone import local_date
from handlers.units import which
from storage import groups, members, pasts, reorganisations, units
from storage.database import nested
from storage.members import RoleKind
from storage.reorganisations import Reorganisation, ReorganisationState
from storage.units import Unit

HEADS = (RoleKind.LEADER, RoleKind.DEPUTY, RoleKind.OFFICER)
NAME_LENGTH = 120
OFFERED = 12
"""Most units offered to take the people of one that is closed."""
EARLIER = 5
"""Most former names, and most changes, shown on a card."""


def show(call: Call, rest: str) -> Reply:
    """`/donvi [CODE or name]`: what a unit is called and was called, who leads it, how many it has."""
    unit = _called(call, rest) or which(call, "unit", rest)[0]
    assert unit.id is not None
    session, today = call.session, local_date(call.now)
    inside = units.subtree(session, [unit.id])
    former = pasts.of_unit(session, unit.id)
    context = {
        "name": units.full_names(session, [unit.id])[unit.id],
        "code": unit.code,
        "aliases": units.aliases(session, unit.id),
        "leaders": [spell(m) for m in members.holders(session, unit.id, HEADS, today)],
        "people": members.count(session, inside),
        "below": len(units.children(session, unit.id)),
        "groups": len(groups.of_unit(session, unit.id)),
        "former": [
            (past.until, pasts.full_names_on(session, [unit.id], past.last)[unit.id])
            for past in former[-EARLIER:]
        ],
        "changes": telling.of_unit(session, unit.id)[-EARLIER:],
    }
    choices = (
        (
            Choice("✏️ Đổi tên", f"unit_rename {unit.id}"),
            Choice("🚪 Đóng đơn vị", f"unit_close {unit.id}"),
        )
        if unit.parent_id is not None and governs(session, call.actor, unit.parent_id)
        else ()
    )
    return Reply("reorganisations/unit.j2", context, choices=choices, private=True)


def _called(call: Call, said: str) -> Unit | None:
    """The unit of hers that bears a name, now or formerly; None if a code or nothing is said.

    Raises:
        Refusal: there is none, or several: it asks which.
    """
    if not said or units.by_code(call.session, said.split(maxsplit=1)[0]) is not None:
        return None
    hers = [unit.id or 0 for unit in led_units(call.session, call.actor)]
    found = units.named(call.session, said, units.subtree(call.session, hers)) if hers else []
    if len(found) == 1:
        return access_unit(call.session, call.actor, found[0].id or 0)
    if not found:
        raise Refusal("reorganisations/no_such_unit.j2", said=said[:NAME_LENGTH], private=True)
    offered = found[:OFFERED]
    labels = units.labels(call.session, offered)
    choices = tuple(Choice(labels[one.id or 0], f"unit {one.code}") for one in offered)
    raise Refusal("units/which.j2", choices=choices, private=True)


def access_below(call: Call, words: str) -> Unit:
    """An open unit, by its id in words, of which the person is an officer from above.

    Raises:
        NotYoursError: there is none, or it is not below hers.
    """
    unit = units.get(call.session, row_id(words))
    if unit is None or unit.parent_id is None or unit.closed:
        raise NotYoursError
    access_unit(call.session, call.actor, unit.parent_id, Who.OFFICER)
    return unit


def rename(call: Call, rest: str) -> Reply:
    """`unit_rename UNIT [NAME]`: another name, after one question."""
    number, _, name = rest.partition(" ")
    unit = access_below(call, number)
    name = " ".join(name.split())
    if not name or len(name) > NAME_LENGTH:
        context = {"name": unit.name, "long": bool(name)}
        line = f"unit_rename {unit.id}"
        return Reply("reorganisations/ask_name.j2", context, expects=line, private=True)
    return _draft(call, Step(1, Action.RENAME, unit.code, name=name), name)


def close(call: Call, rest: str) -> Reply:
    """`unit_close UNIT [OTHER]`: the end of a unit; whoever is still in it goes to the other."""
    number, _, other = rest.partition(" ")
    unit = access_below(call, number)
    assert unit.id is not None
    if other:
        target = access_below(call, other)
        return _draft(call, Step(1, Action.MERGE, unit.code, to=target.code), unit.name)
    people = members.count(call.session, [unit.id])
    if not people and not units.children(call.session, unit.id):
        return _draft(call, Step(1, Action.CLOSE, unit.code), unit.name)
    beside = [u for u in units.children(call.session, unit.parent_id or 0) if u.id != unit.id]
    alike = [u for u in beside if u.kind == unit.kind][:OFFERED]
    choices = tuple(Choice(u.name, f"unit_close {unit.id} {u.id}") for u in alike)
    context = {"name": unit.name, "people": people, "offered": len(choices)}
    return Reply("reorganisations/ask_target.j2", context, choices=choices, private=True)


def _draft(call: Call, step: Step, title: str) -> Reply:
    """Do it, look at what it comes to, undo it, and ask."""
    row = reorganisations.add(
        call.session,
        Reorganisation(
            title=title,
            effective_on=local_date(call.now),
            steps=[step.kept()],
            state=ReorganisationState.DRAFT,
            made_at=call.now,
            made_by=own(call).id,
        ),
    )
    number = row.number
    try:
        context = preview(call.session, row, call.now)
    except PlanError as error:
        raise _cannot(error.mistakes) from None
    choices = (
        Choice("✅ Đúng, làm như vậy", f"reorganise_yes {number}"),
        Choice("Thôi, để như cũ", f"reorganise_no {number}"),
    )
    return Reply("reorganisations/preview.j2", context, choices=choices, private=True)


def _cannot(mistakes: list[Mistake]) -> Refusal:
    return Refusal("reorganisations/cannot.j2", mistakes=mistakes[: telling.SHOWN], private=True)


def access_draft(call: Call, words: str) -> Reorganisation:
    """A draft of the person's own, of units that are still below hers.

    Raises:
        NotYoursError: there is no such draft, or it is not hers.
        Refusal: it was done or dropped.
    """
    row = reorganisations.get(call.session, row_id(words))
    if row is None or row.made_by is None or row.made_by != call.actor.account_id:
        raise NotYoursError
    if row.state != ReorganisationState.DRAFT:
        raise Refusal("reorganisations/gone.j2", done=row.state == ReorganisationState.DONE)
    for step in map(step_of, row.steps):
        for code in filter(None, (*step.codes, step.to)):
            unit = units.bearing(call.session, code)
            access_below(call, str(unit.id) if unit is not None else "")
    return row


def confirm(call: Call, rest: str) -> Reply:
    """`reorganise_yes ID`: she pressed that all is right."""
    row = access_draft(call, rest)
    number = row.number
    try:
        with nested(call.session):
            done = apply(call.session, row, call.now, audit.acting(call.actor))
    except PlanError as error:
        raise _cannot(error.mistakes) from None
    lines = [telling.line(call.session, event) for event in done]
    undo = Choice("↩️ Hoàn tác", f"reorganise_undo {number}")
    return Reply("reorganisations/done.j2", {"lines": lines}, choices=(undo,), private=True)


def drop(call: Call, rest: str) -> Reply:
    """`reorganise_no ID`: all stays as it is."""
    row = access_draft(call, rest)
    row.state = ReorganisationState.DROPPED
    call.session.add(row)
    return Reply("reorganisations/dropped.j2")


def undo(call: Call, rest: str) -> Reply:
    """`reorganise_undo ID`: give back what was there before, while nothing newer depends on it."""
    row = reorganisations.get(call.session, row_id(rest))
    if row is None or row.state == ReorganisationState.DRAFT or not row.unit_ids:
        raise NotYoursError
    if not all(_above(call, unit_id) for unit_id in row.unit_ids):
        raise NotYoursError
    try:
        with nested(call.session):
            hand = {"by": audit.acting(call.actor), "account_id": call.actor.account_id}
            give_back(call.session, row, call.now, **hand)
    except UndoError as error:
        context = {"reason": error.reason, **error.facts}
        raise Refusal("reorganisations/not_undone.j2", private=True, facts=context) from None
    return Reply("reorganisations/undone.j2", {"title": row.title}, private=True)


def _above(call: Call, unit_id: int) -> bool:
    """Whether the person is an officer of a unit above this one."""
    unit = units.get(call.session, unit_id)
    above = unit.parent_id if unit is not None else None
    return above is not None and governs(call.session, call.actor, above)


ROUTES = {
    "unit": Route(show, ("donvi", "don vi"), Who.LEADER, Where.PRIVATE),
    "unit_rename": Route(rename, listed=False),
    "unit_close": Route(close, listed=False),
    "reorganise_yes": Route(confirm, listed=False),
    "reorganise_no": Route(drop, listed=False),
    "reorganise_undo": Route(undo, listed=False),
}
