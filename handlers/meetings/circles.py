"""Whom somebody may invite: her branch, all branches below her unit, or one of them."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.access import LEADERS, Actor, access_unit, governs
from handlers.chat import Choice
from storage import groups, units
from storage.database import Session
from storage.meetings import Scope
from storage.members import RoleKind
from storage.units import Unit

PAGE = 10
"""How many branches are offered at a time."""
PICK = "pick"


@dataclass(frozen=True, slots=True)
class Circle:
    """People who can be invited together; with `PICK` one branch must still be chosen."""

    label: str
    unit_id: int
    scope: str

    def choice(self, draft_id: int) -> Choice:
        """The circle as a button of a draft."""
        return Choice(self.label, f"meet_for {draft_id} {self.unit_id} {self.scope}")


def circles(session: Session, actor: Actor, unit_id: int | None = None) -> list[Circle]:
    """Whom the person may invite; only in one unit, if it is named.

    Raises:
        NotYoursError: she does not answer for that unit.
    """
    if unit_id is not None:
        return _of_unit(session, actor, access_unit(session, actor, unit_id))
    found: list[Circle] = []
    for mine in actor.units(*LEADERS, RoleKind.OFFICER):
        unit = units.get(session, mine)
        if unit is not None:
            found += _of_unit(session, actor, unit)
    return found


def _of_unit(session: Session, actor: Actor, unit: Unit) -> list[Circle]:
    assert unit.id is not None
    branches = units.leaves(session, unit.id)
    alone = [branch.id for branch in branches] == [unit.id]
    if alone or not governs(session, actor, unit.id):
        return [Circle(unit.name, unit.id, Scope.UNIT)]
    found = [
        Circle(f"Tất cả {len(branches)} chi hội của {unit.name}", unit.id, Scope.BELOW),
        Circle(f"Chọn một chi hội của {unit.name}", unit.id, PICK),
    ]
    if groups.of_unit(session, unit.id):
        found.insert(1, Circle(f"Riêng nhóm của {unit.name}", unit.id, Scope.UNIT))
    return found


def branches(session: Session, unit_id: int, draft_id: int, skip: int) -> tuple[Choice, ...]:
    """The branches of a unit to choose one from, a page at a time."""
    found = units.leaves(session, unit_id)
    choices = [
        Circle(branch.name, branch.id or 0, Scope.UNIT).choice(draft_id)
        for branch in found[skip : skip + PAGE]
    ]
    if len(found) > skip + PAGE:
        choices.append(Choice("Xem thêm", f"meet_for {draft_id} {unit_id} {PICK} {skip + PAGE}"))
    return tuple(choices)
