"""Which unit the branch named in a sheet is: found inside one part of the tree, or to be made."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from handlers.unit_files import CODE_LENGTH
from storage import register, units
from storage.database import Session
from storage.units import Unit
from storage.vietnamese import fold, normalise

BRANCH = "chi hội"
"""The kind of a branch; also what its name begins with."""
_PREFIX = re.compile(
    r"^(?:chi hoi|chpn|ch|hoi|hlhpn)\b\.?(?: (?:lhpn|lien hiep phu nu|phu nu|pn))?\s*"
)
_SHORT = re.compile(r"^(?:k|khom)[ ._-]*(?:so )?0*(\d+[a-z]?)$")
_LETTERED = re.compile(r"\b\d+[a-z]\b")
_NUMBER = re.compile(r"\b(?:so )?0*(\d+[a-z]?)\b")


@dataclass(slots=True)
class NewUnit:
    """A branch that the tree does not have yet."""

    name: str  # as the sheet calls it: "Khóm 9"
    code: str


@dataclass(slots=True)
class Places:
    """The units a sheet may speak of; new ones get negative ids until they are made."""

    top: Unit | None
    known: dict[int, Unit]
    by_key: dict[str, set[int]]
    codes: set[str]
    has_branches: bool
    new: dict[int, NewUnit] = field(default_factory=dict)
    ambiguous: dict[str, None] = field(default_factory=dict)

    def find(self, branch: str) -> int | None:
        """The unit of a row; one more new unit where none is called so.

        None: the row names no branch and the top is not one, or several are called so.
        """
        if not branch:
            return None if self.top is None or self.has_branches else self.top.id
        found = self.by_key.get(key(branch), set())
        if len(found) > 1:
            self.ambiguous.setdefault(branch)
            return None
        if found:
            return next(iter(found))
        return self._new(branch)

    def _new(self, branch: str) -> int:
        branch = _LETTERED.sub(lambda found: found[0].upper(), branch)
        unit_id = -1 - len(self.new)
        code = self._code(branch)
        self.codes.add(code)
        self.new[unit_id] = NewUnit(branch, code)
        self.by_key[key(branch)] = {unit_id}
        return unit_id

    def _code(self, branch: str) -> str:
        """Like P5-K9: the code of the unit above, first letters and the number; never taken."""
        words = key(branch).split()
        short = "".join(w if w[:1].isdigit() else w[:1] for w in words).upper()
        letters = "".join(letter for letter in short if letter.isascii() and letter.isalnum())
        above = f"{self.top.code}-" if self.top else ""
        code = wanted = f"{above}{letters or 'X'}"[: CODE_LENGTH - 4]
        number = 1
        while code in self.codes:
            number += 1
            code = f"{wanted}-{number}"
        return code

    def name(self, unit_id: int) -> str:
        """What a unit is called, made or not."""
        return official_name(self.new[unit_id].name) if unit_id < 0 else self.known[unit_id].name

    @property
    def may_grow(self) -> bool:
        """Whether branches may be made below the top: a branch has none below it."""
        return self.top is not None and fold(self.top.kind) != fold(BRANCH)


@lru_cache(maxsize=1024)
def key(name: str) -> str:
    """What a branch's names have in common: "CHI HỘI PHỤ NỮ KHÓM 01", "CH Khóm 1", "K1"."""
    words = _PREFIX.sub("", fold(normalise(name).replace(".", ". ")))
    if short := _SHORT.match(words):
        return f"khom {short[1]}"
    return _NUMBER.sub(r"\1", words) or fold(name)


def official_name(branch: str) -> str:
    """As "Chi hội Khóm 9"."""
    whole = branch if key(branch) != fold(branch) else f"{BRANCH} {branch}"
    return whole[:1].upper() + whole[1:]


def nowhere() -> Places:
    """Without a tree: every branch is new."""
    return Places(None, {}, {}, set(), has_branches=False)


def places(session: Session, top: Unit, today: date) -> Places:
    """The units of the subtree of `top` that exist on a day."""
    assert top.id is not None
    inside = units.subtree(session, [top.id])
    by_key: dict[str, set[int]] = defaultdict(set)
    known: dict[int, Unit] = {}
    for unit, names in register.unit_names(session, inside):
        assert unit.id is not None
        if unit.valid_to is not None and unit.valid_to <= today:
            continue
        known[unit.id] = unit
        for name in (*names, unit.code):
            by_key[key(name)].add(unit.id)
    codes = units.codes(session)
    return Places(top, known, dict(by_key), codes, has_branches=len(known) > 1)


def make(session: Session, found: Places, today: date, used: Sequence[int]) -> dict[int, int]:
    """Make the new units of `found` that are used; their ids by the negative ones."""
    assert found.top is not None
    made = {}
    for unit_id in used:
        wanted = found.new[unit_id]
        unit = Unit(
            code=wanted.code,
            name=official_name(wanted.name),
            kind=BRANCH,
            parent_id=found.top.id,
            valid_from=today,
        )
        made_unit = register.add_unit(session, unit, wanted.name)
        assert made_unit.id is not None
        made[unit_id] = made_unit.id
    return made
