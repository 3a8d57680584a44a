"""Steps that change the tree of units, and what follows from all steps for the tree."""

from __future__ import annotations

import re
from collections import defaultdict

from handlers.reorganisations.plans import MistakeError, Step
from handlers.reorganisations.work import Event, Work
from storage import pasts, units
from storage.units import Unit, UnitCode
from storage.vietnamese import fold

CODE_LENGTH = 32
_UNION = re.compile(r"^(?:Hội\s+(?:LHPN|Liên hiệp Phụ nữ)|Chi hội(?:\s+phụ nữ)?)\s+", re.IGNORECASE)


def short(name: str) -> str:
    """The place a unit is named after: "Phường 5" of "Hội LHPN Phường 5"."""
    place = _UNION.sub("", name.strip())
    return place[:1].upper() + place[1:]


def find(work: Work, code: str, *, column: str = "unit") -> Unit:
    """The open unit that bears a code, or to which it leads.

    Raises:
        MistakeError: there is none, or none is named; or something is to be done to a unit that
            went into another one, which would befall that one.
    """
    if not code:
        raise MistakeError(f"{column}_missing")
    bears = units.bearing(work.session, code)
    if column == "unit" and bears is not None and bears.closed and bears.heir_id is not None:
        raise MistakeError("went", code)
    unit = units.by_code(work.session, code)
    if unit is None:
        raise MistakeError("no_unit", code)
    if unit.closed:
        raise MistakeError("is_closed", code)
    return unit


def create(work: Work, step: Step) -> None:
    """A new unit."""
    parent = find(work, step.parent, column="parent") if step.parent else None
    unit = new_unit(work, step.codes[0], step.name, step.kind, parent.id if parent else None)
    event = Event(step.line, step.action, [unit.id or 0], code=unit.code)
    work.concern(event, [unit.id or 0])
    work.events.append(event)


def new_unit(work: Work, code: str, name: str, kind: str, parent_id: int | None) -> Unit:
    """The same from its parts.

    Raises:
        MistakeError: the code is taken or no code, or the name or kind is missing.
    """
    check_code(work, code, None)
    if not name:
        raise MistakeError("name_missing", code)
    if not kind:
        raise MistakeError("kind_missing", code)
    return work.add_unit(
        Unit(code=code, name=name, kind=kind, parent_id=parent_id, valid_from=work.on)
    )


def check_code(work: Work, code: str, own: Unit | None) -> None:
    """A code belongs to one unit for ever, so that what was written down still leads there.

    Raises:
        MistakeError: it is no code, or another unit's.
    """
    plain = code.isascii() and code.isprintable() and 0 < len(code) <= CODE_LENGTH
    if not plain or re.search(r"[\s,;|]", code):
        raise MistakeError("code_bad", code)
    old = work.session.get(UnitCode, code)
    taken = units.bearing(work.session, code) is not None
    if taken or (old is not None and (own is None or old.unit_id != own.id)):
        raise MistakeError("code_taken", code)


def rename(work: Work, step: Step) -> None:
    """Another name and, if one is given, another code and kind; the old ones still lead here."""
    unit = find(work, step.codes[0])
    assert unit.id is not None
    if not (step.name or step.to or step.kind):
        raise MistakeError("name_missing", unit.code)
    now = (unit.official, unit.code, unit.kind)
    if (step.name or now[0], step.to or now[1], step.kind or now[2]) == now:
        raise MistakeError("same_name", unit.code)
    event = Event(step.line, step.action, [unit.id], old=unit.name, code=unit.code)
    work.concern(event, [unit.id])
    if step.to and step.to != unit.code:
        check_code(work, step.to, unit)
        own = work.session.get(UnitCode, step.to)
        if own is not None:
            work.ledger.remove(own)
        old = unit.code
        work.change_unit(unit, code=step.to)
        work.ledger.add(UnitCode(code=old, unit_id=unit.id))
    if step.name and step.name != unit.official:
        former = unit.official
        work.change_unit(unit, name=step.name, told_apart="")
        work.alias(unit, former)
    if step.kind:
        work.change_unit(unit, kind=step.kind)
    work.events.append(event)


def move(work: Work, step: Step) -> None:
    """Units stand below another one."""
    parent = find(work, step.parent or step.to, column="parent")
    for code in step.codes:
        unit = find(work, code)
        event = Event(step.line, step.action, [unit.id or 0, parent.id or 0], code=unit.code)
        if unit.parent_id:
            event.old = units.full_names(work.session, [unit.id or 0])[unit.id or 0]
        work.concern(event, [unit.id or 0])
        put_below(work, unit, parent)
        work.concern(event, [unit.id or 0])
        work.events.append(event)


def put_below(work: Work, unit: Unit, parent: Unit) -> None:
    """One unit below another.

    Raises:
        MistakeError: it would stand below itself, or does stand there.
    """
    assert unit.id is not None and parent.id is not None
    if unit.id in units.lineage(work.session, parent.id):
        raise MistakeError("below_itself", unit.code)
    if unit.parent_id == parent.id:
        raise MistakeError("there_already", unit.code)
    if unit.parent_id is not None and unit.parent_id != parent.id:
        work.went[unit.parent_id].add(parent.id)
    work.change_unit(unit, parent_id=parent.id)


def reopen(work: Work, step: Step) -> None:
    """A closed unit works again; who went elsewhere stays there."""
    unit = units.bearing(work.session, step.codes[0])
    if unit is None:
        raise MistakeError("no_unit", step.codes[0])
    if not unit.closed:
        raise MistakeError("not_closed", unit.code)
    assert unit.id is not None
    parent = find(work, step.parent, column="parent") if step.parent else _parent_of(work, unit)
    _give_names_back(work, unit)
    work.change_unit(
        unit,
        closed=False,
        heir_id=None,
        valid_to=None,
        parent_id=parent.id if parent else None,
        name=step.name or unit.name,
    )
    event = Event(step.line, step.action, [unit.id], code=unit.code)
    work.concern(event, [unit.id])
    work.events.append(event)


def _give_names_back(work: Work, unit: Unit) -> None:
    """What a unit is called leads to its heir no more."""
    heir = units.current(work.session, unit)
    assert unit.id is not None and heir.id is not None
    own = {fold(name) for name in (unit.official, *units.aliases(work.session, unit.id))}
    for row in units.alias_rows(work.session, heir.id) if heir.id != unit.id else ():
        if row.folded in own:
            work.ledger.remove(row)


def _parent_of(work: Work, unit: Unit) -> Unit | None:
    """Below which unit it stood while it was open, or what carries that one's work on."""
    open_then = [past for past in pasts.of_unit(work.session, unit.id or 0) if not past.closed]
    above = open_then[-1].parent_id if open_then else unit.parent_id
    parent = units.get(work.session, above) if above is not None else None
    return units.current(work.session, parent) if parent is not None else None


def finish(work: Work) -> None:
    """Where closed units stand, and which open ones must be told apart."""
    for unit_id in sorted(work.touched):
        unit = units.get(work.session, unit_id)
        if unit is not None and unit.closed and unit.heir_id is not None:
            work.change_unit(unit, parent_id=_above_closed(work, unit))
    for parent_id in sorted(work.above):
        _tell_apart(work, parent_id)


def _above_closed(work: Work, unit: Unit) -> int | None:
    """Below its heir if all of it went there; what went to several units is seen only from a
    unit above them all.
    """
    assert unit.id is not None and unit.heir_id is not None
    elsewhere = work.went[unit.id] - {unit.heir_id, unit.id}
    if not elsewhere:
        return unit.heir_id
    successors = {unit.heir_id, *elsewhere}
    lines = [units.lineage(work.session, id_) for id_ in sorted(successors)]
    common = [id_ for id_ in lines[0] if all(id_ in line for line in lines[1:])]
    return next((id_ for id_ in common if id_ not in successors), None)


def _tell_apart(work: Work, parent_id: int) -> None:
    """Neighbours of one name get that of their old ward in brackets; a lone one loses it."""
    alike: dict[str, list[Unit]] = defaultdict(list)
    for unit in units.children(work.session, parent_id):
        alike[fold(unit.official)].append(unit)
    for same in alike.values():
        ends = [_origin(work, unit) for unit in same] if len(same) > 1 else [""]
        for unit, end in zip(same, ends, strict=True):
            told = f" ({unit.code})" if end and ends.count(end) > 1 else end
            if told != unit.told_apart:
                official = unit.official
                work.change_unit(unit, name=f"{official}{told}", told_apart=told)
                if told:
                    work.alias(unit, official)


def _origin(work: Work, unit: Unit) -> str:
    """As " (Phường 5 cũ)"; of a unit that always stood here, as " (Phường Tân Thành)"."""
    for past in reversed(pasts.of_unit(work.session, unit.id or 0)):
        if past.parent_id not in {None, unit.parent_id} and not past.closed:
            above = pasts.unit_on(work.session, past.parent_id or 0, past.last)
            return f" ({short(above.name)} cũ)"
    above_now = units.get(work.session, unit.parent_id or 0)
    return f" ({short(above_now.name)})" if above_now is not None else ""
