"""What a row means against the people already known: new, changed, the same, or not sure.

The same person: one unit, one name, births that fit together. A phone is no identity, since
households share them; it may only support one. Whatever a careful secretary would ask about is
held, with the reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from handlers.members.likeness import FULL, Likeness, alike, nearly, of_another_unit, same_surely
from handlers.members.notes import Code, Note
from handlers.members.rows import KnownMember, PersonRow
from storage.members import MemberStatus
from storage.vietnamese import fold, spelling


class Verdict(StrEnum):
    """The one state in which a row ends."""

    IMPORTED = "imported"
    DUPLICATE = "duplicate"
    HELD = "held"
    ERROR = "error"


@dataclass(slots=True)
class RowDecision:
    """What becomes of a row; not frozen for the same reason as the row.

    `changes` are the fields of `member_id` to write anew; `other` is the earlier row of this file,
    and its unit, that a held row may repeat.
    """

    row: PersonRow
    verdict: Verdict
    notes: tuple[Note, ...] = ()
    member_id: int | None = None
    changes: dict[str, str | bool] = field(default_factory=dict)
    other: tuple[PersonRow, int] | None = None

    @property
    def settled(self) -> bool:
        """Whether it is sure whom the row speaks of."""
        return self.verdict in {Verdict.IMPORTED, Verdict.DUPLICATE}


@dataclass(slots=True, eq=False)
class _Candidate:
    """Someone a row may be: a known member, or an earlier row of the same file."""

    person: KnownMember | PersonRow
    unit_id: int
    row: PersonRow | None = None  # the row of this file that is this person


YEAR = len("YYYY")
FIELDS = ("phone", "alias", "team", "address", "job", "joined", "title", "note")
"""What a sheet may change; an empty cell never takes away what is known."""

_HELD_FOR = {
    Likeness.NO_BIRTH: Code.SAME_NAME_NO_BIRTH,
    Likeness.OTHER_BIRTH: Code.SAME_NAME_OTHER_BIRTH,
    Likeness.OTHER_FACTS: Code.SAME_NAME_OTHER_FACTS,
    Likeness.MARKS: Code.MARKS_DIFFER,
    Likeness.NEARLY: Code.NAME_NEARLY,
    Likeness.ELSEWHERE: Code.IN_ANOTHER_UNIT,
}


def decide(
    rows: Sequence[tuple[PersonRow, int]], known: Iterable[KnownMember], *, several: bool = False
) -> list[RowDecision]:
    """One decision a row, in order. Each row comes with the id of its unit.

    `known` are the people of those units and, to see transfers, of their neighbours.
    `several`: lines are told with their sheet.
    """
    register = _Register(several=several)
    for member in known:
        register.add(_Candidate(member, member.unit_id))
    register.recognise(rows)
    decisions: dict[int, RowDecision] = {}
    # Rows without a birth come last: it is they that need someone to compare with.
    for at, (row, unit_id) in sorted(enumerate(rows), key=lambda pair: not pair[1][0].birth):
        decisions[at] = register.decide(row, unit_id)
    return [decisions[at] for at in range(len(rows))]


def line_of(row: PersonRow, *, several: bool) -> str:
    """Where a row stands: its line, with the sheet in a file of several."""
    return f"{row.sheet}!{row.line}" if several else str(row.line)


@dataclass(slots=True)
class _Register:
    """Everyone known so far: by unit and name, by name and year, by year and phone, by birthday."""

    several: bool
    here: dict[tuple[int, str], list[_Candidate]] = field(default_factory=lambda: defaultdict(list))
    by_year: dict[tuple[str, str], list[_Candidate]] = field(
        default_factory=lambda: defaultdict(list)
    )
    by_facts: dict[tuple[str, str], list[_Candidate]] = field(
        default_factory=lambda: defaultdict(list)
    )
    by_day: dict[tuple[int, str], list[_Candidate]] = field(
        default_factory=lambda: defaultdict(list)
    )
    recognised: dict[int, KnownMember] = field(default_factory=dict)  # by the row's identity

    def add(self, candidate: _Candidate) -> None:
        person = candidate.person
        name = _name(person)
        self.here[candidate.unit_id, name].append(candidate)
        if not person.birth:
            return
        year = person.birth[:YEAR]
        self.by_year[name, year].append(candidate)
        if person.phone:
            self.by_facts[year, person.phone].append(candidate)
        if len(person.birth) == FULL:
            self.by_day[candidate.unit_id, person.birth].append(candidate)

    def recognise(self, rows: Iterable[tuple[PersonRow, int]]) -> None:
        """Find the rows that say of a member what is known already, before any row is weighed.

        Else a row that fits two members could take the one another row is.
        """
        known = defaultdict(list)
        for group in self.here.values():
            for candidate in group:
                known[_identity(candidate.person, candidate.unit_id)].append(candidate)
        for row, unit_id in rows:
            free = known.get(_identity(row, unit_id))
            young = {note.code for note in row.doubts} <= {Code.UNDER_AGE}
            if free and young and not row.errors:
                candidate = free.pop(0)
                candidate.row = row  # a second row of the same member repeats this one
                assert isinstance(candidate.person, KnownMember)
                self.recognised[id(row)] = candidate.person

    def decide(self, row: PersonRow, unit_id: int) -> RowDecision:
        if row.errors:
            return RowDecision(row, Verdict.ERROR, (*row.errors, *row.warnings))
        member = self.recognised.get(id(row))
        if row.doubts and member is None:
            self.add(_Candidate(row, unit_id, row))
            return RowDecision(row, Verdict.HELD, (*row.doubts, *row.warnings))
        if member is not None:
            return self._of_member(row, member)
        name = _name(row)
        ranked = [
            (alike(row, other.person, of_file=other.row is not None), other)
            for other in self.here.get((unit_id, name), ())
        ]
        same = [other for likeness, other in ranked if likeness is Likeness.SAME]
        if same:
            return self._same(row, _best(row, same))
        elsewhere = [
            other
            for other in self.by_year.get((name, row.birth[:YEAR]), ())
            if other.unit_id != unit_id and of_another_unit(row, other.person)
        ]
        twice = [other for other in elsewhere if other.row and same_surely(row, other.person)]
        if twice:  # one list names her in two branches: where she stands first is kept
            return self._same(row, twice[0])
        doubtful = [pair for pair in ranked if pair[0] is not Likeness.OTHER]
        doubtful += [(Likeness.ELSEWHERE, other) for other in elsewhere]
        doubtful += [(Likeness.NEARLY, other) for other in self._nearly(row, unit_id)]
        self.add(_Candidate(row, unit_id, row))  # also if held: another row may repeat it
        if doubtful:
            return self._held(row, *doubtful[0])
        return RowDecision(row, Verdict.IMPORTED, row.warnings)

    def _nearly(self, row: PersonRow, unit_id: int) -> list[_Candidate]:
        """Born alike, reached by the same phone or born the same day, and called nearly so."""
        others: list[_Candidate] = []
        if row.phone:
            others += self.by_facts.get((row.birth[:YEAR], row.phone), ())
        if len(row.birth) == FULL:
            others += self.by_day.get((unit_id, row.birth), ())
        if not others:
            return []
        name = _name(row)
        return [
            other
            for other in others
            if other.unit_id == unit_id
            and _name(other.person) != name
            and nearly(row, other.person)
        ]

    def _same(self, row: PersonRow, other: _Candidate) -> RowDecision:
        if other.row is not None:
            line = line_of(other.row, several=self.several)
            note = Note(Code.REPEATED, (line, ",".join(_differences(row, other.row))))
            return RowDecision(row, Verdict.DUPLICATE, (note,), _id_of(other.person))
        assert isinstance(other.person, KnownMember)
        other.row = row
        return self._of_member(row, other.person)

    def _of_member(self, row: PersonRow, member: KnownMember) -> RowDecision:
        if member.same_as:
            return RowDecision(row, Verdict.DUPLICATE, (Note(Code.KNOWN),), member.same_as)
        if member.status is MemberStatus.LEFT and row.status is not MemberStatus.LEFT:
            note = Note(Code.HAS_LEFT, (_shown(member),))
            return RowDecision(row, Verdict.HELD, (note, *row.warnings), member.id)
        changes = changes_of(row, member)
        if not changes:
            return RowDecision(row, Verdict.DUPLICATE, (Note(Code.KNOWN),), member.id)
        note = Note(Code.CHANGED, (",".join(changes),))
        return RowDecision(row, Verdict.IMPORTED, (note, *row.warnings), member.id, changes)

    def _held(self, row: PersonRow, likeness: Likeness, other: _Candidate) -> RowDecision:
        where = line_of(other.row, several=self.several) if other.row else ""
        note = Note(_HELD_FOR[likeness], (_shown(other.person), where))
        found = (other.row, other.unit_id) if other.row else None
        return RowDecision(
            row, Verdict.HELD, (note, *row.warnings), _id_of(other.person), other=found
        )


def changes_of(row: PersonRow, member: KnownMember) -> dict[str, str | bool]:
    """What the row knows better or otherwise, as it is stored."""
    changes: dict[str, str | bool] = {
        name: value
        for name in FIELDS
        if (value := getattr(row, name)) and value != getattr(member, name)
    }
    if len(row.birth) > len(member.birth):
        changes["birth"] = row.birth
    if spelling(row.name) != spelling(member.name) and not row.name.isascii():
        changes["name"] = row.name
    if row.no_phone and not member.phone and not member.no_phone:
        changes["no_phone"] = True
    if row.status is not MemberStatus.ACTIVE and row.status is not member.status:
        changes["status"] = row.status.value
    return changes


@lru_cache(maxsize=8192)
def _bare_name(name: str) -> str:
    return fold(name).replace("y", "i")


def _name(person: KnownMember | PersonRow) -> str:
    """What may be the same name: without marks, i for y (Kỳ, Kì; Vy, Vi)."""
    return _bare_name(person.name)


def _identity(person: KnownMember | PersonRow, unit_id: int) -> tuple[int, str, str, str]:
    return unit_id, spelling(person.name), person.birth, person.phone


def _best(row: PersonRow, same: Sequence[_Candidate]) -> _Candidate:
    """Of several that fit, the one that fits most closely and was not yet met in this file."""
    return max(
        same,
        key=lambda other: (
            other.row is None,
            other.person.birth == row.birth,
            spelling(other.person.name) == spelling(row.name),
            other.person.phone == row.phone,
        ),
    )


def _differences(row: PersonRow, first: PersonRow) -> list[str]:
    """What a repeated row says otherwise, so that nothing in it is lost unseen."""
    otherwise = ["name"] if spelling(row.name) != spelling(first.name) else []
    return otherwise + [
        name
        for name in ("birth", "branch", *FIELDS)
        if (value := getattr(row, name)) and value != getattr(first, name)
    ]


def _id_of(person: KnownMember | PersonRow) -> int | None:
    return (person.same_as or person.id) if isinstance(person, KnownMember) else None


def _shown(person: KnownMember | PersonRow) -> str:
    return f"{person.name} {person.birth}".strip()
