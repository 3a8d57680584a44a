"""The register's part of the permission walk: its lines, and the things they name."""

from __future__ import annotations

from handlers.members import merging
from storage import members
from storage.database import begin
from storage.held_rows import HeldRow
from tests.cast import Cast

LEADERS = frozenset({"lan", "sau", "nga", "hoa", "oanh", "mai"})
K8 = frozenset({"lan", "hoa", "mai"})
REGISTER_WALK: tuple[tuple[str, frozenset[str]], ...] = (
    ("held", LEADERS),
    ("held_do {held} later", K8),
    ("separate {merger}", K8),
)


def register_things(cast: Cast) -> dict[str, int | None]:
    """A row that waits in P5-K8, and two records of one person there."""
    now = cast.clock.now()
    k8 = cast.unit("P5-K8").id or 0
    with begin(cast.engine) as session:
        row = HeldRow(
            unit_id=k8,
            digest="walk",
            facts={"name": "Lê Thị Ai"},
            code="under_age",
            file="ds.xlsx",
            line="4",
            ground="membership",
            at=now,
        )
        session.add(row)
        one, two = (members.add(session, unit_id=k8, name="Lê Thị Đôi", now=now) for _ in range(2))
        merger = merging.merge(session, one, two, None, now)
        session.flush()
        return {"held": row.id, "merger": merger.id}
