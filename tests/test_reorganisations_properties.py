"""Whatever is merged, split, moved, renamed and closed, and in whatever order: nobody is ever in
no branch or in two, scopes are those of the tree, and undoing gives back the exact former state.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import select

from handlers.access import Actor, Standing, leads
from handlers.reorganisations import applying, plans, undoing
from storage import members, rehoming, reorganisations, roll_marks, rolls, units
from storage.database import Session, begin, reading
from storage.members import Member, RoleKind
from storage.reorganisations import Reorganisation
from storage.roll_marks import Mark
from storage.rolls import Roll
from storage.units import Unit
from tests.reorganising import HEADER, state

NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
EXAMPLES = settings().max_examples // 5
"""Each is a whole union, reorganised up to nine times and undone."""
WARDS = ("A", "B")
BRANCHES = ("A-1", "A-2", "B-1", "B-2")
branch, ward = st.sampled_from(BRANCHES), st.sampled_from(WARDS)
step = st.one_of(
    st.builds("gộp,{},{},,,,".format, branch, branch),
    st.builds("gộp,{}|{},N{},Chi hội mới,,,".format, branch, branch, st.integers(1, 3)),
    st.builds("tách,{},{},,,,Tổ {}".format, branch, branch, st.integers(1, 2)),
    st.builds("tách,{},N{},Chi hội mới,,,địa chỉ: Đường {}".format, branch, st.integers(1, 3),
              st.sampled_from(("Một", "Hai"))),
    st.builds("tách,{},{},,,,{}".format, ward, ward, branch),
    st.builds("chuyển,{},,,,{},".format, branch, ward),
    st.builds("đổi tên,{},,Tên {},,,".format, branch, st.integers(1, 2)),
    st.builds("gộp,{},{},,,,".format, ward, ward),
    st.builds("đóng,{},,,,,".format, branch),
    st.builds("mở lại,{},,,,,".format, branch),
)  # fmt: skip


def fill(session: Session) -> None:
    """A city, two wards, four branches of four people; each branch has a leader and an open roll."""
    city = Unit(code="C", name="Thành phố", kind="thành phố")
    session.add(city)
    session.flush()
    for code in (*WARDS, *BRANCHES):
        above = units.bearing(session, code[0]) if "-" in code else city
        kind = "chi hội" if "-" in code else "phường"
        unit = Unit(code=code, name=f"Khóm {code[-1]}", kind=kind, parent_id=above.id)  # type: ignore[union-attr]
        session.add(unit)
        session.flush()
        if kind == "chi hội":
            _people(session, unit)


def _people(session: Session, unit: Unit) -> None:
    assert unit.id is not None
    roll = rolls.add(
        session, Roll(unit_id=unit.id, title="họp", template="x", opened_at=NOW, digest_at=NOW)
    )
    for number in range(4):
        name = f"Chị {unit.code} {number}"
        member = members.add(session, unit_id=unit.id, name=name, now=NOW - timedelta(days=9))
        member.team, member.address = f"Tổ {number % 2 + 1}", f"Đường {('Một', 'Hai')[number // 2]}"
        session.add(member)
        assert member.id is not None
        if number == 0:
            members.grant(session, member.id, unit.id, RoleKind.LEADER, on=NOW.date())
        mark = Mark("present", "button", NOW)
        if number:
            roll_marks.add(session, roll.number, member.id, mark)
            roll_marks.judge(session, roll.number, member.id, mark, "")


def tried(engine: Engine, lines: list[str], now: datetime) -> int:
    """Do a plan if it can be done; its number, or 0."""
    steps, _ = plans.read([HEADER, *lines])
    try:
        with begin(engine) as session:
            kept = [each.kept() for each in steps]
            row = Reorganisation(title="x", effective_on=now.date(), steps=kept, made_at=now)
            applying.apply(session, reorganisations.add(session, row), now)
            return row.number
    except applying.PlanError:
        return 0


def check(engine: Engine) -> None:
    """What holds at any time."""
    with reading(engine) as session:
        tree = {unit.id: unit for unit in units.everything(session)}
        below = {unit.parent_id for unit in tree.values() if not unit.closed}
        people = list(session.exec(select(Member)))
        assert len(people) == 4 * len(BRANCHES)
        for member in people:
            home = tree[member.unit_id]
            assert not home.closed and home.id not in below, "in a branch, and in an open one"
        for role in (
            role for id_ in tree for role in rehoming.roles(session, id_ or 0, NOW.date())
        ):
            assert role.unit_id == next(m.unit_id for m in people if m.id == role.member_id)
            _see(session, role.member_id, role.unit_id, people)
        for roll in session.exec(select(Roll).where(Roll.state == "open")):
            for row in rehoming.marks(session, roll.number, None):
                assert next(m for m in people if m.id == row.member_id).unit_id == roll.unit_id
        names = [(unit.parent_id, unit.name) for unit in tree.values() if not unit.closed]
        assert len(names) == len(set(names)), "told apart"
        assert len({unit.code for unit in tree.values()}) == len(tree)
        for code in BRANCHES:
            assert units.by_code(session, code) is not None


def _see(session: Session, leader: int, unit_id: int, people: list[Member]) -> None:
    """A leader sees her branch, and nobody of another."""
    actor = Actor("x", member_ids=(leader,), standings=(Standing("leader", unit_id, "", leader),))
    for member in people:
        assert leads(session, actor, member.unit_id) == (member.unit_id == unit_id)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(step, min_size=1, max_size=3), min_size=1, max_size=3))
@pytest.mark.slow
@pytest.mark.sqlite
def test_whatever_is_done_holds_together_and_can_be_undone(
    engine: Engine, plans_: list[list[str]]
) -> None:
    with begin(engine) as session:
        if not units.everything(session):
            fill(session)
    states, done = [state(engine)], []
    for index, lines in enumerate(plans_, 1):
        number = tried(engine, lines, NOW + timedelta(minutes=index))
        check(engine)
        if number:
            done.append(number)
            states.append(state(engine))
        else:
            assert state(engine) == states[-1]
    for number in reversed(done):
        states.pop()
        with begin(engine) as session:
            row = reorganisations.get(session, number)
            assert row is not None
            undoing.undo(session, row, NOW + timedelta(hours=1))
        assert state(engine) == states[-1]
