"""A whole plan is done, or nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, time
from typing import Any

from handlers.reorganisations import along, people, trees
from handlers.reorganisations.plans import Action, Mistake, MistakeError, Step, step_of
from handlers.reorganisations.work import Event, Work
from handlers.understanding.zone import ZONE, local_date
from storage import audit, rehoming, units
from storage.audit import Deed
from storage.database import Session
from storage.ledger import Ledger
from storage.members import MemberStatus
from storage.reorganisations import Reorganisation, ReorganisationState
from storage.units import Unit
from storage.vietnamese import fold


class PlanError(Exception):
    """The plan cannot be done; `mistakes` names each line that is wrong. Nothing may be kept."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = list(mistakes)


def apply(
    session: Session, row: Reorganisation, now: datetime, by: int | None = None
) -> list[Event]:
    """Do all steps of a stored plan; `by` is the member who does it, None the operator.

    Raises:
        PlanError: some cannot be done; what the others changed must be rolled back.
    """
    today = local_date(now)
    begins = datetime.combine(row.effective_on, time(), ZONE)
    work = Work(
        session,
        row.number,
        row.effective_on,
        now,
        until=now if row.effective_on >= today else begins,
        ledger=Ledger(session, row.number),
    )
    _take(work, [step_of(kept) for kept in row.steps])
    trees.finish(work)
    work.write_histories()
    work.ledger.close()
    audit.note(
        session,
        Deed.CHANGED,
        at=now,
        account_id=row.made_by,
        actor_id=by,
        about=[(member.id or 0, member.unit_id) for member in work.moved_people],
        detail="unit",
    )
    row.steps = [_nameless(work, kept) for kept in row.steps]
    row.state, row.applied_at = ReorganisationState.DONE, now
    row.outcome = [asdict(event) for event in [*work.events, *_renamed(work)]]
    row.unit_ids, row.moved_ids = sorted(work.touched | work.moved), sorted(work.moved)
    session.add(row)
    session.flush()
    return work.events


def _nameless(work: Work, kept: dict[str, Any]) -> dict[str, Any]:
    """A stored step with numbers in place of names: whoever is erased one day is in no plan."""
    words = [
        "; ".join(f"#{id_}" for id_ in work.named.get(word, ())) or word
        for word in step_of(kept).chosen
    ]
    return {**kept, "who": "; ".join(words)}


def _take(work: Work, steps: Sequence[Step]) -> None:
    """Every step, in order; what follows from one that fails is not complained of as well."""
    mistakes: list[Mistake] = []
    spoilt: set[str] = set()
    for step in steps:
        if not spoilt.isdisjoint(step.mentioned):
            continue
        try:
            STEPS[step.action](work, step)
        except MistakeError as error:
            mistakes.append(error.at(step.line))
            spoilt |= step.mentioned
    if mistakes:
        raise PlanError(mistakes)


def merge(work: Work, step: Step) -> None:
    """Units go into another one, which is made if nobody bears its code yet."""
    target = _target(work, step, trees.find(work, step.codes[0]))
    sources = [trees.find(work, code) for code in step.codes]
    for source in sources:
        if source.id == target.id:
            raise MistakeError("same_unit", source.code)
        _check_levels(work, source, target)
        _merge_one(work, step, source, target)
    if step.name and step.name != target.official:
        former = target.official
        work.change_unit(target, name=step.name, told_apart="")
        work.alias(target, former)


def _target(work: Work, step: Step, source: Unit) -> Unit:
    """The unit things go to, made like `source` if it is new."""
    if not step.to:
        raise MistakeError("to_missing")
    known = units.by_code(work.session, step.to)
    if known is not None:
        return trees.find(work, step.to, column="to")
    parent = trees.find(work, step.parent, column="parent").id if step.parent else source.parent_id
    return trees.new_unit(work, step.to, step.name, step.kind or source.kind, parent)


def _check_levels(work: Work, source: Unit, target: Unit) -> None:
    """A branch goes into a branch: its people would be in none, if it went into a ward."""
    below = units.children(work.session, target.id or 0)
    lone = not units.children(work.session, source.id or 0)
    if lone and below and fold(source.kind) != fold(target.kind):
        raise MistakeError("into_ward", target.code)
    if source.id in units.lineage(work.session, target.id or 0):
        raise MistakeError("below_itself", target.code)


def _merge_one(work: Work, step: Step, source: Unit, target: Unit) -> None:
    assert source.id is not None and target.id is not None
    old = units.full_names(work.session, [source.id])[source.id]
    event = Event(step.line, step.action, [source.id, target.id], old=old, code=source.code)
    work.concern(event, [source.id, target.id])
    work.went[source.id].add(target.id)
    work.moved |= {source.id, target.id}
    for branch in units.children(work.session, source.id):
        trees.put_below(work, branch, target)
        event.count("branches")
    people.move(work, event, source, target, rehoming.people(work.session, source.id))
    along.all_of(work, event, source, target)
    for name in (source.official, *units.aliases(work.session, source.id)):
        work.alias(target, name)
    work.change_unit(source, closed=True, heir_id=target.id, valid_to=work.on)
    work.concern(event, [target.id])
    work.events.append(event)


def split(work: Work, step: Step) -> None:
    """Some people of a branch, or some branches of a ward, go to another unit; the rest stays."""
    source = trees.find(work, step.codes[0])
    if not step.chosen:
        raise MistakeError("who_missing")
    target = _target(work, step, source)
    if source.id == target.id:
        raise MistakeError("same_unit", source.code)
    assert source.id is not None and target.id is not None
    event = Event(step.line, step.action, [source.id, target.id], old=source.name, code=source.code)
    work.concern(event, [source.id, target.id])
    below = {unit.code: unit for unit in units.children(work.session, source.id)}
    codes = [word.upper() for word in step.chosen if word.upper() in below]
    for code in codes:
        trees.put_below(work, below[code], target)
        event.count("branches")
        work.concern(event, [below[code].id or 0])
    words = [word for word in step.chosen if word.upper() not in below]
    if words:
        _split_people(work, event, source, target, words)
    work.touched |= {source.id, target.id}
    work.went[source.id].add(target.id)
    work.concern(event, [target.id])
    work.events.append(event)


def _split_people(
    work: Work, event: Event, source: Unit, target: Unit, words: Sequence[str]
) -> None:
    going = people.chosen(work, source, words)
    if units.children(work.session, target.id or 0):
        raise MistakeError("into_ward", target.code)
    people.move(work, event, source, target, going)
    event.people = [member.id or 0 for member in going]
    along.part_of(work, event, source, target, event.people)


def close(work: Work, step: Step) -> None:
    """Units that have become empty are closed.

    Raises:
        MistakeError: there are still people or open units in one.
    """
    for code in step.codes:
        unit = trees.find(work, code)
        assert unit.id is not None
        kept = rehoming.people(work.session, unit.id)
        inside = sum(member.status != MemberStatus.LEFT for member in kept)
        below = len(units.children(work.session, unit.id))
        if inside or below:
            raise MistakeError("not_empty" if inside else "not_bare", code, inside or below)
        event = Event(step.line, step.action, [unit.id], old=unit.name, code=unit.code)
        work.concern(event, [unit.id])
        people.end_roles(work, event, unit)
        along.let_go(work, event, unit)
        work.change_unit(unit, closed=True, valid_to=work.on)
        work.events.append(event)


def _renamed(work: Work) -> list[Event]:
    """Open units that are called something else now: their groups are told."""
    found = []
    for unit_id, old in work.renamed.items():
        unit = units.get(work.session, unit_id)
        if unit is not None and not unit.closed and unit.name != old:
            found.append(Event(0, "renamed", [unit_id], old=old, code=unit.code))
    return found


STEPS: Mapping[Action, Callable[[Work, Step], None]] = {
    Action.CREATE: trees.create,
    Action.RENAME: trees.rename,
    Action.MOVE: trees.move,
    Action.MERGE: merge,
    Action.SPLIT: split,
    Action.CLOSE: close,
    Action.REOPEN: trees.reopen,
}
