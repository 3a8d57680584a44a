"""A sheet of members against the register: first what would happen, then all of it or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from handlers import audit
from handlers.access import Actor
from handlers.members import consented, placing, storing, waiting
from handlers.members.compare import RowDecision, Verdict, decide, line_of
from handlers.members.known import People, known_people, without_title
from handlers.members.notes import Code, Note
from handlers.members.placing import Places
from handlers.members.rows import Sheets, Total
from handlers.members.sensitive import NOBODY, Agreed
from handlers.understanding.zone import local_date
from storage import register
from storage.audit import Deed
from storage.database import Session
from storage.members import MemberStatus
from storage.units import Unit

MEMBERSHIP = "membership"
"""The ground unless another is named: keeping the register is what the statutes are about."""


class WrongPlaceError(Exception):
    """The file cannot be brought in under this unit; nothing is changed.

    `reason` is unknown (branches the tree lacks), ambiguous (several units are called so),
    homeless (rows that name no branch) or below (branches below a branch); `names` says which.
    """

    def __init__(self, reason: str, names: Sequence[str]) -> None:
        super().__init__(reason, *names)
        self.reason = reason
        self.names = tuple(names)


@dataclass(frozen=True, slots=True)
class Line:
    """A row's decision and where its person belongs; None: nobody can say."""

    decision: RowDecision
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class BranchCount:
    """What a file means for one unit."""

    unit: str  # empty where a row does not say which
    new_unit: bool
    new: int = 0
    changed: int = 0
    same: int = 0
    repeated: int = 0
    held: int = 0
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do."""

    name: str
    places: Places
    lines: tuple[Line, ...]
    counts: tuple[BranchCount, ...]
    warnings: tuple[Note, ...]
    totals: tuple[Total, ...]
    several: bool
    absent: int  # kept in the register, not met in the file
    grounds: Mapping[str, int]  # on which ground the known people of the file are kept
    new_units: tuple[int, ...]
    homeless: tuple[str, ...]

    @property
    def decisions(self) -> list[RowDecision]:
        """One a row, in the file's order."""
        return [line.decision for line in self.lines]

    @property
    def new_names(self) -> tuple[str, ...]:
        """The branches the tree lacks, as the file calls them."""
        return tuple(self.places.new[unit_id].name for unit_id in self.new_units)

    def total(self, field: str) -> int:
        """One kind of count over all units."""
        return sum(getattr(count, field) for count in self.counts)

    def of(self, verdict: Verdict) -> list[RowDecision]:
        """The rows that end in one state."""
        return [decision for decision in self.decisions if decision.verdict is verdict]

    @property
    def met(self) -> list[int]:
        """Ids of the known people the file surely speaks of."""
        return list({id_ for one in self.decisions if one.settled and (id_ := one.member_id)})

    def regrounded(self, ground: str) -> Plan:
        """The same, with all known people of the file kept on one ground."""
        known = sum(self.grounds.values())
        return replace(self, grounds={ground: known} if known else {})

    def where(self, decision: RowDecision) -> str:
        """The line of a row as people find it."""
        return line_of(decision.row, several=self.several)

    def fault(self, *, create_units: bool) -> WrongPlaceError | None:
        """Why the file cannot be brought in here, if it cannot."""
        if self.places.ambiguous:
            return WrongPlaceError("ambiguous", tuple(self.places.ambiguous))
        if self.homeless:
            return WrongPlaceError("homeless", self.homeless)
        if self.new_units and not self.places.may_grow:
            return WrongPlaceError("below", self.new_names)
        if self.new_units and not create_units:
            return WrongPlaceError("unknown", self.new_names)
        return None


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import did."""

    plan: Plan
    ground: str
    made: tuple[str, ...]  # new units, by name
    given: int  # roles
    ended: int
    sensitive: int = 0  # facts kept by consent


def plan(session: Session, sheets: Sheets, name: str, top: Unit, now: datetime) -> Plan:
    """What bringing in these sheets under a unit would do; nothing is changed."""
    today = local_date(now)
    found = placing.places(session, top, today)
    placed = [found.find(row.branch) for row in sheets.rows]
    people = known_people(session, list(found.known), today)
    decided = waiting.without_decided(session, _decided(sheets, placed, people), placed)
    return _plan(sheets, name, found, people, list(zip(decided, placed, strict=True)))


def look(sheets: Sheets, name: str) -> Plan:
    """The file alone: every branch is new and nobody is known."""
    found = placing.nowhere()
    placed = [found.find(row.branch) for row in sheets.rows]
    decided = _decided(sheets, placed, {})
    return _plan(sheets, name, found, {}, list(zip(decided, placed, strict=True)))


def _decided(sheets: Sheets, placed: Sequence[int | None], people: People) -> list[RowDecision]:
    return decide(
        [(row, unit_id or 0) for row, unit_id in zip(sheets.rows, placed, strict=True)],
        [known for known, _ in people.values()],
        several=sheets.several,
    )


def _plan(
    sheets: Sheets,
    name: str,
    found: Places,
    people: People,
    decided: Sequence[tuple[RowDecision, int | None]],
) -> Plan:
    titled = {row.sheet for row in sheets.rows if row.title}
    lines = tuple(
        Line(without_title(decision, people, titled), unit_id) for decision, unit_id in decided
    )
    firm = [line for line in lines if line.decision.verdict is not Verdict.ERROR]
    used = {line.unit_id for line in firm if line.unit_id is not None and line.unit_id < 0}
    homeless = [line for line in firm if line.unit_id is None and not line.decision.row.branch]
    met = {line.decision.member_id for line in lines}
    settled = {line.decision.member_id for line in lines if line.decision.settled}
    return Plan(
        name=name,
        places=found,
        lines=lines,
        counts=_counts(found, lines),
        warnings=tuple(sheets.warnings),
        totals=tuple(sheets.totals),
        several=sheets.several,
        absent=sum(
            known.status is not MemberStatus.LEFT and known.id not in met
            for known, _ in people.values()
        ),
        grounds=Counter(member.ground for known, member in people.values() if known.id in settled),
        new_units=tuple(sorted(used, reverse=True)),
        homeless=tuple(line_of(line.decision.row, several=sheets.several) for line in homeless)
        if found.top is not None
        else (),
    )


def _counts(found: Places, lines: Sequence[Line]) -> tuple[BranchCount, ...]:
    tallies: dict[int | None, Counter[str]] = {}
    for line in lines:
        tallies.setdefault(line.unit_id, Counter())[_kind(line.decision)] += 1
    return tuple(
        BranchCount("", new_unit=False, **tally)
        if unit_id is None
        else BranchCount(found.name(unit_id), unit_id < 0, **tally)
        for unit_id, tally in tallies.items()
    )


def _kind(decision: RowDecision) -> str:
    """In which count a row stands."""
    if decision.verdict is Verdict.IMPORTED:
        return "new" if decision.member_id is None else "changed"
    if decision.verdict is Verdict.DUPLICATE:
        known = any(note.code is Code.KNOWN for note in decision.notes)
        return "same" if known else "repeated"
    return "held" if decision.verdict is Verdict.HELD else "errors"


def apply(
    session: Session,
    done: Plan,
    *,
    ground: str,
    create_units: bool,
    now: datetime,
    change_ground: bool = False,
    agreed: Agreed = NOBODY,
) -> Summary:
    """Do what the plan says, in the caller's transaction.

    New people are kept on this ground; known ones too if `change_ground`, else as before. Sensitive
    columns are kept of whoever agreed, and of all for the fields of `agreed`.

    Raises:
        WrongPlaceError: the file cannot be brought in here; nothing was changed.
    """
    fault = done.fault(create_units=create_units)
    if fault is not None:
        raise fault
    today = local_date(now)
    made = placing.make(session, done.places, today, done.new_units) if done.new_units else {}
    fresh: list[dict[str, Any]] = []
    changed: list[RowDecision] = []
    for line in done.lines:
        if line.decision.verdict is not Verdict.IMPORTED or line.unit_id is None:
            continue
        if line.decision.member_id is None:
            unit_id = made.get(line.unit_id, line.unit_id)
            fresh.append(storing.new_member(line.decision.row, unit_id, ground, now))
        else:
            changed.append(line.decision)
    roles = storing.add(session, fresh, today)
    given = ended = 0
    for decision in changed:
        more, fewer = storing.update(session, decision, now)
        given, ended = given + more, ended + fewer
    waiting.keep(
        session,
        (
            (line.decision, line.unit_id, done.where(line.decision))
            for line in done.lines
            if line.decision.verdict is Verdict.HELD and line.unit_id is not None
        ),
        made,
        file=done.name,
        ground=ground,
        now=now,
    )
    if change_ground:
        register.set_ground(session, done.met, ground, now)
        done = done.regrounded(ground)
    names = tuple(done.places.name(unit_id) for unit_id in done.new_units)
    kept = consented.keep(session, done.lines, made, agreed, now)
    return Summary(done, ground, names, roles + given, ended, kept)


def write_down(
    session: Session, done: Summary, unit_id: int | None, actor: Actor | None, now: datetime
) -> None:
    """Whose data a list changed, for the log of deeds; no actor is the operator."""
    changed = done.plan.total("new") + done.plan.total("changed")
    if unit_id is not None and changed:
        audit.whole(session, actor, Deed.IMPORT, unit_id, changed, now)
