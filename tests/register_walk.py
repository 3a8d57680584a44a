"""The register's part of the permission walk: its lines, and the things they name."""

from __future__ import annotations

from handlers.members import merging
from storage import clubs, histories, members
from storage.clubs import ClubKind
from storage.database import begin
from storage.held_rows import HeldRow
from storage.histories import Happened, Move
from tests.cast import Cast

LEADERS = frozenset({"lan", "sau", "nga", "hoa", "oanh", "mai"})
K8 = frozenset({"lan", "hoa", "mai"})
REGISTER_WALK: tuple[tuple[str, frozenset[str]], ...] = (
    ("held", LEADERS),
    ("held_page P5-K8", K8),
    ("held_do {held} later", K8),
    ("separate {merger}", K8),
    ("history {an}", K8),
    ("edit {an} job may", K8),
    ("edit_undo {event}", K8),
    ("leave {an} away", K8),
    ("back {an}", K8),
    ("move {an}", K8),
    ("move_end {move} no", frozenset({"sau", "hoa", "mai"})),
    ("merge {an} {dung}", K8),
    ("clubs", LEADERS),
    ("club {club}", K8),
    ("club_new P5-K8 club May", K8),
    ("club_add {club} an", K8),
    ("club_less {club} an", K8),
    ("club_join {club} {an}", K8),
    ("club_leave {club} {an}", K8),
    ("club_close {club}", K8),
    ("clubs_of {an}", K8),
    ("dues {k8}", frozenset({"lan"})),
    ("dues_paid {k8} 2026 an", frozenset({"lan"})),
    ("dues_undo {k8} 2026 an", frozenset({"lan"})),
    ("dues_sheet {k8} 2026", frozenset({"lan"})),
)


def register_things(cast: Cast) -> dict[str, int | None]:
    """A row that waits in P5-K8, and two records of one person there."""
    now = cast.clock.now()
    k8, k1 = cast.unit("P5-K8").id or 0, cast.unit("P5-K1").id or 0
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
        event = histories.note(
            session, one.id or 0, Happened.EDITED, now, changes={"job": ["", ""]}
        )
        move = histories.ask_move(
            session,
            Move(member_id=one.id or 0, from_id=k8, to_id=k1, chat="", at=now),
        )
        club = clubs.found(session, k8, ClubKind.CLUB, "CLB Hoa sen", now)
        return {
            "held": row.id,
            "merger": merger.id,
            "event": event.id,
            "move": move.id,
            "club": club.id,
        }
