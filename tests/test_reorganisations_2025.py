"""The summer of 2025: a level goes, Phường 5 comes into a new ward, Phường 6 is split over two.

The units are those of tests/data/units.csv; the people are invented.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from handlers.access import Actor, Standing, access_member, governs
from handlers.errors import NotYoursError
from handlers.reorganisations import applying, plans, undoing
from storage import members, pasts, reorganisations, units
from storage.database import Session, begin, reading
from storage.members import Member, RoleKind
from storage.reorganisations import Reorganisation
from storage.units import Unit
from tests.reorganising import state
from tests.test_units import load_file

DAY = date(2025, 7, 1)
NOW = datetime(2025, 7, 1, 1, 0, tzinfo=UTC)
BEFORE = datetime(2025, 6, 30, 12, 0, tzinfo=UTC)
PLAN = """việc\tđơn vị\tđến\ttên\tloại\tcấp trên\tai
lập\tCM\t\tHội LHPN tỉnh Cà Mau\ttỉnh\t\t
lập\tTT\t\tHội LHPN phường Tân Thành\tphường\tCM\t
lập\tHT\t\tHội LHPN phường Hoà Thành\tphường\tCM\t
đổi tên\tTX\tAX\tHội LHPN phường An Xuyên\t\t\t
gộp\tP5\tTT\t\t\t\t
tách\tP6\tHT\t\t\t\tP6-K1; P6-K2
tách\tP6-K3\tHT-K3\tChi hội Khóm 3\t\tHT\tđịa chỉ: đường Hải Thượng Lãn Ông; Tổ 4; Mã Thị Na 1950
gộp\tP6\tTT\t\t\t\t
gộp\tTP\tCM\t\t\t\t
""".splitlines(keepends=True)


def add(session: Session, code: str, name: str, **more: str) -> Member:
    """Somebody of a unit."""
    unit = units.by_code(session, code)
    assert unit is not None and unit.id is not None
    member = members.add(session, unit_id=unit.id, name=name, now=BEFORE)
    for field, value in more.items():
        setattr(member, field, value)
    session.add(member)
    session.flush()
    return member


@pytest.fixture
def people(engine: Engine) -> dict[str, int]:
    """Three in each branch, a leader among them, and officers of wards and city."""
    load_file(engine)
    found: dict[str, int] = {}
    with begin(engine) as session:
        for unit in units.everything(session):
            if unit.kind != "chi hội":
                head = add(session, unit.code, f"Cán Bộ {unit.code}")
                members.grant(
                    session, head.id or 0, unit.id or 0, RoleKind.OFFICER, on=date(2024, 1, 1)
                )
                found[unit.code] = head.id or 0
                continue
            for number in (1, 2, 3):
                one = add(session, unit.code, f"Người {unit.code} {number}", team=f"Tổ {number}")
                found[f"{unit.code}.{number}"] = one.id or 0
            leader = found[f"{unit.code}.1"]
            members.grant(session, leader, unit.id or 0, RoleKind.LEADER, on=date(2024, 1, 1))
        here = {"address": "12 Đường Hải Thượng Lãn Ông, khóm 3"}
        found["there"] = add(session, "P6-K3", "Võ Thị Đường", **here).id or 0
        found["na"] = add(session, "P6-K3", "Mã Thị Na", birth="1950-02").id or 0
        found["na too"] = add(session, "P6-K3", "Mã Thị Na", birth="1960").id or 0
        found["four"] = add(session, "P6-K3", "Lê Thị Bốn", team="Tổ 4").id or 0
    return found


def carry_out(engine: Engine) -> Reorganisation:
    """The decree is carried out."""
    steps, mistakes = plans.read(PLAN)
    assert not mistakes
    with begin(engine) as session:
        row = reorganisations.add(
            session,
            Reorganisation(
                title="NQ 1655",
                effective_on=DAY,
                steps=[step.kept() for step in steps],
                made_at=NOW,
            ),
        )
        applying.apply(session, row, NOW)
        return row


def tree(session: Session, code: str, depth: int = 0) -> list[str]:
    """The open units from one down, a line each."""
    unit = units.by_code(session, code)
    assert unit is not None and unit.id is not None
    lines = [f"{'  ' * depth}{unit.code} {unit.name}"]
    for child in units.children(session, unit.id):
        lines += tree(session, child.code, depth + 1)
    return lines


def officer(session: Session, member_id: int) -> Actor:
    """Somebody with the roles she holds on the day."""
    held = members.roles_of(session, [member_id], DAY)
    standings = tuple(Standing(r.kind, r.unit_id, r.team, r.member_id) for r in held)
    return Actor("test:x", member_ids=(member_id,), standings=standings)


def test_the_tree_of_the_new_province(engine: Engine, people: dict[str, int]) -> None:
    carry_out(engine)
    with reading(engine) as session:
        assert tree(session, "CM") == [
            "CM Hội LHPN tỉnh Cà Mau",
            "  AX Hội LHPN phường An Xuyên",
            *(f"    TX-K{n} Chi hội Khóm {n}" for n in range(1, 8)),
            "  HT Hội LHPN phường Hoà Thành",
            "    HT-K3 Chi hội Khóm 3",
            "    P6-K1 Chi hội Khóm 1",
            "    P6-K2 Chi hội Khóm 2",
            "  TT Hội LHPN phường Tân Thành",
            "    P5-K1 Chi hội Khóm 1",
            "    P5-K2 Chi hội Khóm 2",
            "    P5-K3 Chi hội Khóm 3 (Phường 5 cũ)",
            "    P5-K4 Chi hội Khóm 4 (Phường 5 cũ)",
            "    P5-K6 Chi hội Khóm 6 (Phường 5 cũ)",
            "    P5-K7 Chi hội Khóm 7",
            "    P5-K8 Chi hội Khóm 8 (Phường 5 cũ)",
            "    P6-K3 Chi hội Khóm 3 (Phường 6 cũ)",
            "    P6-K4 Chi hội Khóm 4 (Phường 6 cũ)",
            "    P6-K5 Chi hội Khóm 5",
            "    P6-K6 Chi hội Khóm 6 (Phường 6 cũ)",
            "    P6-K8 Chi hội Khóm 8 (Phường 6 cũ)",
        ]
        for old, new in (("TP", "CM"), ("P5", "TT"), ("P6", "TT"), ("TX", "AX")):
            found = units.by_code(session, old)
            assert found is not None and found.code == new, old


def test_everybody_is_in_one_branch_and_nobody_is_lost(
    engine: Engine, people: dict[str, int]
) -> None:
    carry_out(engine)
    with reading(engine) as session:
        codes = {unit.id: unit.code for unit in units.everything(session) if not unit.closed}
        homes = {m.id: codes[m.unit_id] for m in session.exec(select(Member))}
        assert len(homes) == 21 * 3 + 4 + 4
        assert [homes[people[key]] for key in ("there", "na", "four", "na too")] == [
            "HT-K3", "HT-K3", "HT-K3", "P6-K3",
        ]  # fmt: skip
        assert Counter(homes.values())["HT-K3"] == 3
        assert homes[people["P5-K8.2"]] == "P5-K8"
        assert [homes[people[key]] for key in ("TP", "P5", "P6", "TX")] == ["CM", "TT", "TT", "AX"]


def test_officers_follow_and_see_no_more_than_their_new_ward(
    engine: Engine, people: dict[str, int]
) -> None:
    carry_out(engine)
    with reading(engine) as session:
        six, city = officer(session, people["P6"]), officer(session, people["TP"])
        for key, hers in (("P6-K4.1", True), ("P5-K1.1", True), ("P6-K1.1", False), ("na", False)):
            who = members.get(session, people[key])
            assert who is not None
            if hers:
                assert access_member(session, six, who.id or 0)
            else:
                with pytest.raises(NotYoursError):
                    access_member(session, six, who.id or 0)
            assert governs(session, city, who.unit_id), key
        old_ward = units.bearing(session, "P6")
        assert old_ward is not None and old_ward.id is not None
        assert not governs(session, six, old_ward.id)  # its past is of both new wards
        assert governs(session, city, old_ward.id)
        old_five = units.bearing(session, "P5")
        assert old_five is not None and governs(session, six, old_five.id or 0)


def test_the_names_and_places_of_the_day_before_are_known(
    engine: Engine, people: dict[str, int]
) -> None:
    carry_out(engine)
    with reading(engine) as session:
        then = pasts.units_on(session, None, BEFORE)
        by_code = {unit.code: unit for unit in then.values()}
        branch, ward = by_code["P6-K8"], by_code["P6"]
        assert (branch.name, branch.parent_id, ward.closed) == ("Chi hội Khóm 8", ward.id, False)
        assert by_code["TX"].name == "Hội LHPN Phường Tân Xuyên"
        assert pasts.full_names_on(session, [branch.id or 0], BEFORE) == {
            branch.id: "Chi hội Khóm 8 (Hội LHPN Phường 6)"
        }


@pytest.mark.slow
@pytest.mark.sqlite
def test_it_can_be_undone_to_the_last_row(engine: Engine, people: dict[str, int]) -> None:
    before = state(engine)
    row = carry_out(engine)
    with begin(engine) as session:
        kept = reorganisations.get(session, row.number)
        assert kept is not None
        undoing.undo(session, kept, NOW)

    assert state(engine) == before


def test_a_closed_ward_is_offered_nowhere(engine: Engine, people: dict[str, int]) -> None:
    carry_out(engine)
    with reading(engine) as session:
        top = units.by_code(session, "CM")
        assert top is not None and top.id is not None
        assert units.roots(session) == [top.id]
        everywhere = units.subtree(session, [top.id])
        assert units.named(session, "Hội LHPN Phường 6", everywhere) == units.named(
            session, "Hội LHPN phường Tân Thành", everywhere
        )
        assert len(units.leaves(session, top.id)) == 22
        closed = [unit for unit in units.load(session, everywhere) if unit.closed]
        assert sorted(unit.code for unit in closed) == ["P5", "P6", "TP"]
        assert isinstance(closed[0], Unit)
