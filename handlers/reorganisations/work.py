"""The work on one reorganisation: what is changed goes into the ledger, how it was is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from handlers.access import LEADERS
from storage import members, pasts, units
from storage.database import Session
from storage.histories import Happened, MemberEvent
from storage.ledger import Ledger
from storage.members import Member, RoleKind
from storage.pasts import MemberPast, UnitPast
from storage.units import Unit, UnitAlias
from storage.vietnamese import fold

COUNTED = (
    "people", "groups", "roles", "branches", "rolls", "directives", "surveys", "meetings", "doors",
)  # fmt: skip
"""What a step moves, in the order in which it is told."""


@dataclass
class Event:
    """What one step did, in facts: `unit_ids` first the unit it is about, then the one where
    things went; `who` are members that must hear of it, `rooms` the groups that were moved, and
    `rolls` the open rolls that now count other people.
    """

    line: int
    action: str
    unit_ids: list[int]
    old: str = ""
    code: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    who: list[int] = field(default_factory=list)
    rooms: list[int] = field(default_factory=list)
    rolls: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)  # members that were split off
    holders: list[tuple[int, str, str]] = field(default_factory=list)  # member, role, new role
    fresh: bool = False  # something is open for the unit things went to that was not before
    unled: bool = False  # the unit things went to has nobody to lead it

    def count(self, what: str, number: int = 1) -> None:
        """So much more of something went along."""
        if number:
            self.counts[what] = self.counts.get(what, 0) + number


@dataclass
class Work:
    """One reorganisation being done. `on` is its day, `until` the moment up to which all was as it
    was before; `went` says to which units people or branches of a unit went.
    """

    session: Session
    number: int
    on: date
    now: datetime
    until: datetime
    ledger: Ledger
    events: list[Event] = field(default_factory=list)
    went: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    touched: set[int] = field(default_factory=set)
    moved: set[int] = field(default_factory=set)
    above: set[int] = field(default_factory=set)  # units that got or lost something below them
    renamed: dict[int, str] = field(default_factory=dict)  # what open units were called before
    named: dict[str, list[int]] = field(default_factory=dict)  # people a plan calls by name
    _people: dict[int, tuple[Member, int, str]] = field(default_factory=dict)

    def change_unit(self, unit: Unit, **new: Any) -> None:
        """Change a unit, and keep how it stood before."""
        assert unit.id is not None
        self.touched.add(unit.id)
        if unit.id not in self.renamed:
            self.renamed[unit.id] = unit.name
            past = {name: getattr(unit, name) for name in ("code", "name", "kind", "parent_id")}
            self.session.add(
                UnitPast(
                    unit_id=unit.id,
                    reorganisation_id=self.number,
                    until=self.until,
                    closed=unit.closed,
                    **past,
                )
            )
        self.above |= {id_ for id_ in (unit.parent_id, new.get("parent_id")) if id_}
        self.ledger.change(unit, **new)
        self.session.flush()

    def add_unit(self, unit: Unit) -> Unit:
        """A new unit."""
        self.ledger.add(unit)
        assert unit.id is not None
        self.touched.add(unit.id)
        if unit.parent_id:
            self.above.add(unit.parent_id)
        return unit

    def move_member(self, member: Member, unit_id: int, team: str) -> None:
        """A person belongs to another unit; where she belonged is kept."""
        assert member.id is not None
        if member.id not in self._people:
            self._people[member.id] = (member, member.unit_id, member.team)
            self.session.add(
                MemberPast(
                    member_id=member.id,
                    reorganisation_id=self.number,
                    until=self.until,
                    unit_id=member.unit_id,
                    team=member.team,
                )
            )
        self.moved |= {member.unit_id, unit_id}
        self.ledger.change(member, unit_id=unit_id, team=team)

    @property
    def moved_people(self) -> list[Member]:
        """Everybody who was moved."""
        return [member for member, _, _ in self._people.values()]

    def write_histories(self) -> None:
        """Everybody who was moved has that in her own history, too."""
        names = {id_: unit.name for id_, unit in pasts.units_on(self.session, None, None).items()}
        events = []
        for member_id, (member, unit_id, team) in self._people.items():
            was, now = names[unit_id], names[member.unit_id]
            changes = {"unit": [self.renamed.get(unit_id, was), now], "team": [team, member.team]}
            different = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
            events.append(
                MemberEvent(
                    member_id=member_id, kind=Happened.MOVED, changes=different, at=self.now
                )
            )
        self.ledger.add_all(events)

    def alias(self, unit: Unit, name: str) -> None:
        """Let a unit be found by another name, too."""
        assert unit.id is not None
        known = {fold(other) for other in units.aliases(self.session, unit.id)} | {fold(unit.name)}
        if fold(name) not in known:
            self.ledger.add(UnitAlias(unit_id=unit.id, name=name, folded=fold(name)))

    def concern(self, event: Event, unit_ids: Iterable[int]) -> None:
        """Whoever leads these units, and the officers nearest above, hear of an event."""
        found = dict.fromkeys(event.who)
        for unit_id in unit_ids:
            heads = members.holders(self.session, unit_id, [*LEADERS, RoleKind.TEAM_HEAD], self.on)
            found |= {member.id: None for member in heads if member.id is not None}
            for level in units.lineage(self.session, unit_id):
                officers = members.holders(self.session, level, [RoleKind.OFFICER], self.on)
                found |= {member.id: None for member in officers if member.id is not None}
                if officers:
                    break
        event.who = list(found)
