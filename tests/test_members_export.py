"""The register goes out as a workbook, and what goes out comes in again unchanged."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import Engine
from sqlmodel import select

from handlers.members import exporting
from handlers.members.roles import hand_over
from storage import members, units
from storage.database import begin, reading
from storage.members import Member, Role, RoleKind
from tests.members_scenes import LAN, LATER, NOW, THU, TODAY, bring_in, k8
from tests.spreadsheets import WARD
from tests.test_units import load_file


@pytest.fixture
def union(engine: Engine) -> Engine:
    load_file(engine)
    return engine


def exported(engine: Engine, code: str = "P5") -> exporting.Exported:
    with reading(engine) as session:
        unit = units.by_code(session, code)
        assert unit is not None
        return exporting.export(session, unit, NOW)


@pytest.mark.slow
@pytest.mark.sqlite
def test_what_goes_out_comes_in_again_unchanged(union: Engine) -> None:
    bring_in(union, WARD.read_bytes())
    out = exported(union)
    assert (out.people, out.name) == (2575, "hoi-vien-p5-2026-11-16.xlsx")
    again = bring_in(union, out.content, now=LATER)
    assert again.plan.total("same") == 2575 and not again.plan.warnings


def test_a_list_of_the_whole_city_tells_namesake_branches_apart(union: Engine) -> None:
    bring_in(union, k8(LAN))
    bring_in(union, k8(THU), "P6")
    again = bring_in(union, exported(union, "TP").content, "TP")
    assert [(count.unit, count.same) for count in again.plan.counts] == [("Chi hội Khóm 8", 1)] * 2


def test_the_list_has_the_columns_of_the_register_and_no_formula(union: Engine) -> None:
    evil = '=HYPERLINK("http://x","y")'
    with begin(union) as session:
        branch = units.by_code(session, "P5-K8")
        assert branch is not None and branch.id is not None
        bad = members.add(session, unit_id=branch.id, name="+cmd|' /C calc'!A0", now=NOW)
        bad.address, bad.note, bad.phone = evil, "@SUM(1)", "-1"
        session.add(bad)
        members.add(session, unit_id=branch.id, name="Trần Thị Mơ", now=NOW, birth="1970-05")
        members.grant(session, bad.id or 0, branch.id, RoleKind.TEAM_HEAD, team="Tổ 2", on=TODAY)
    book = CalamineWorkbook.from_filelike(BytesIO(exported(union).content))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[3] == list(exporting.COLUMNS)
    cells = next(row for row in rows if row[8] == "" and row[4] == evil)
    assert (cells[1], cells[3], cells[10]) == ("+cmd|' /C calc'!A0", "-1", "@SUM(1)")
    assert cells[7] == "Tổ trưởng Tổ 2"
    assert any(row[2] == "05/1970" for row in rows)


SYLLABLES = st.sampled_from(
    ["Lan", "Hoa", "Kim", "Ngọc", "Bích", "Sen", "Đào", "Hạnh", "Diễm", "Mỹ"]
)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.lists(SYLLABLES, min_size=2, max_size=3, unique=True).map(
                lambda words: " ".join(["Nguyễn Thị", *words])
            ),
            "birth": st.dates(date(1930, 1, 1), date(2005, 12, 31)).map(date.isoformat)
            | st.integers(1930, 2005).map(str)
            | st.just("")
            | st.just("1975-04"),
            "phone": st.integers(900_000_000, 999_999_999).map(lambda n: f"0{n}") | st.just(""),
            "team": st.sampled_from(["", "Tổ 1", "Tổ 12"]),
            "title": st.sampled_from(["", "Tổ trưởng", "Chi hội phó"]),
            "joined": st.sampled_from(["", "2010", "2010-10-20"]),
            "address": st.sampled_from(["", "12 Lý Bôn", "Hẻm 3"]),
        }
    ),
    max_size=6,
    unique_by=lambda one: one["name"],
)


@given(PEOPLE)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@pytest.mark.slow
@pytest.mark.sqlite
def test_whoever_is_in_the_register_survives_the_way_out_and_in(
    union: Engine, people: list[dict[str, str]]
) -> None:
    with begin(union) as session:
        branch = units.by_code(session, "P5-K8")
        assert branch is not None and branch.id is not None
        for old in session.exec(select(Role)).all():
            session.delete(old)
        session.flush()
        for gone in session.exec(select(Member)).all():
            session.delete(gone)
        session.flush()
        for one in people:
            member = members.add(session, unit_id=branch.id, name=one["name"], now=NOW)
            for field, value in one.items():
                setattr(member, field, value)
            session.add(member)
            session.flush()
            hand_over(session, member, set(), TODAY)
    if people:
        again = bring_in(union, exported(union).content, now=LATER)
        assert again.plan.total("same") == len(people)
        assert (again.given, again.ended) == (0, 0)
