"""A register is read from spreadsheets as people really keep them."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.render import plain, words
from handlers.members.compare import decide
from handlers.members.notes import Code, Note
from handlers.members.rows import Sheets
from handlers.members.sheets import read_workbook
from storage.members import MemberStatus, RoleKind
from tests.registers.answers import TWO_AREAS
from tests.registers.cases import Case
from tests.registers.clerks import WARD as BY_KHOM
from tests.registers.households import BY_HOUSE, TEAMS_AT_LEFT
from tests.spreadsheets import TODAY, WARD, messy, read

# --- The ward's own workbook ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ward() -> Sheets:
    return read_workbook(WARD.read_bytes(), TODAY)


def test_the_wards_workbook_gives_every_member_and_agrees_with_its_totals(ward: Sheets) -> None:
    assert len(ward.rows) == 2575
    assert ward.several
    assert Counter(row.branch for row in ward.rows) == {
        "Khóm 1": 402,
        "Khóm 2": 371,
        "Khóm 3": 355,
        "Khóm 4": 338,
        "Khóm 6": 384,
        "Khóm 7": 349,
        "Khóm 8": 376,
    }
    assert [total.stated for total in ward.totals] == [402, 371, 355, 338, 384, 349, 376]
    assert not ward.warnings
    assert all(not row.errors and not row.doubts and row.birth for row in ward.rows)
    assert {row.team for row in ward.rows} == {"Tổ 1", "Tổ 2", "Tổ 3"}


def test_the_wards_officers_are_found_in_the_title_column(ward: Sheets) -> None:
    roles = Counter(role.kind for row in ward.rows for role in row.roles)
    assert roles == {RoleKind.LEADER: 7, RoleKind.DEPUTY: 7, RoleKind.TEAM_HEAD: 7}
    assert ward.rows[2].roles[0].team == "Tổ 1"


def test_each_row_of_the_ward_keeps_its_physical_line_and_its_facts(ward: Sheets) -> None:
    first = ward.rows[0]
    assert (first.sheet, first.line, first.name) == ("CH Khóm 1", 8, "Võ Thị Bé Khánh")
    assert (first.birth, first.joined, first.phone) == ("1984-12-21", "1993", "")
    assert first.no_phone
    third = ward.rows[2]
    assert (third.line, third.birth, third.phone) == (10, "2001-01-07", "0900000003")
    assert sum(row.status is MemberStatus.AWAY for row in ward.rows) == 99


def test_progress_is_told_up_to_the_last_row() -> None:
    told: list[tuple[int, int]] = []
    read_workbook(WARD.read_bytes(), TODAY, lambda done, rows: told.append((done, rows)))

    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] > 2575
    assert len(told) > 20


# --- One sheet with every mishap --------------------------------------------------------------------


def test_every_mishap_of_a_sheet_ends_in_the_state_a_careful_secretary_would_give() -> None:
    rows, expected = messy()
    sheets = read(rows, "CH Khóm 8")
    decisions = decide([(row, 1) for row in sheets.rows], [])
    got = {d.row.line: (d.verdict.value, d.row.name, d.row.birth, d.row.phone) for d in decisions}

    assert got == expected
    assert len(got) == len(decisions)
    assert not sheets.several
    teams = Counter(row.team for row in sheets.rows)
    assert teams == {"Tổ 1": 15, "Tổ 2": 6, "Tổ 3": 14}


def test_sensitive_columns_are_left_out_and_named() -> None:
    rows, _ = messy()
    sheets = read(rows, "CH Khóm 8")
    left_out = [note.args[1] for note in sheets.warnings if note.code is Code.SENSITIVE_LEFT_OUT]

    assert left_out == ["Dân tộc", "Hộ nghèo"]
    assert not any("Khmer" in repr(row) for row in sheets.rows)


@pytest.mark.parametrize(
    "case", [BY_KHOM, TWO_AREAS, BY_HOUSE, TEAMS_AT_LEFT], ids=lambda c: c.title
)
def test_sums_by_sex_of_a_page_and_of_each_part_are_understood(case: Case) -> None:
    totals = read_workbook(case.content(), TODAY).totals
    assert totals
    assert [total.stated for total in totals] == [total.read for total in totals]


def test_a_sheets_own_totals_are_compared() -> None:
    rows, _ = messy()
    sheets = read(rows, "CH Khóm 8")

    assert [(t.part, t.stated, t.read) for t in sheets.totals] == [
        ("Tổ 1", 15, 15),
        ("Tổ 2", 6, 6),
        ("", 36, 35),
    ]
    assert Note(Code.TOTAL_DIFFERS, ("CH Khóm 8", "52", "", "36", "35")) in sheets.warnings


# --- Words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", Code)
def test_every_remark_has_its_words(code: Code) -> None:
    count = {
        Code.TOTAL_DIFFERS: 5,
        Code.BRANCHES_DISAGREE: 3,
        Code.NO_NAME: 0,
        Code.CELLS_SHIFTED: 0,
        Code.KNOWN: 0,
        Code.DECIDED: 0,
    }
    two = {
        Code.BIRTH_CHILD,
        Code.BIRTH_VERY_OLD,
        Code.UNDER_AGE,
        Code.SENSITIVE_LEFT_OUT,
        Code.COLUMNS_NOT_READ,
    }
    held = {Code.REPEATED, Code.SAME_NAME_NO_BIRTH, Code.SAME_NAME_OTHER_BIRTH, Code.SAME_NAME_OTHER_FACTS,
            Code.MARKS_DIFFER, Code.NAME_NEARLY, Code.IN_ANOTHER_UNIT}  # fmt: skip
    args = ("phone",) * count.get(code, 2 if code in two | held else 1)
    text = plain(words("members/note.j2", {"code": code.value, "args": args}))

    assert text
    assert "\n" not in text
    assert "%" not in text
