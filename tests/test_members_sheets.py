"""A register is read from spreadsheets as people really keep them."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.render import plain, words
from handlers.members.compare import decide
from handlers.members.grids import Cell
from handlers.members.landmarks import Mark, branch_in, branch_name, sheet_branch, team_name
from handlers.members.notes import Code, Note
from handlers.members.rows import Sheets
from handlers.members.sheets import read_workbook
from storage.members import MemberStatus, RoleKind
from tests.spreadsheets import HEADER, TODAY, WARD, Row, codes, messy, one, read, workbook

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


def test_a_sheets_own_totals_are_compared() -> None:
    rows, _ = messy()
    sheets = read(rows, "CH Khóm 8")

    assert [(t.part, t.stated, t.read) for t in sheets.totals] == [
        ("Tổ 1", 15, 15),
        ("Tổ 2", 6, 6),
        ("", 36, 35),
    ]
    assert Note(Code.TOTAL_DIFFERS, ("CH Khóm 8", "52", "", "36", "35")) in sheets.warnings


# --- Lines and places -------------------------------------------------------------------------------


def test_lines_are_counted_from_the_top_of_the_file_blank_ones_too() -> None:
    sheets = read([[], [], HEADER, [], [1, "Nguyễn Thị Hoa", 1970], [], [2, "Trần Thị Cúc", 1971]])
    assert [row.line for row in sheets.rows] == [5, 7]


def test_a_file_has_several_sheets_only_if_several_are_filled() -> None:
    person: list[Row] = [HEADER, [1, "Nguyễn Thị Hoa", 1970]]
    assert not read_workbook(workbook({"A": person, "Sheet2": [], "Sheet3": []}), TODAY).several
    both = read_workbook(workbook({"A": person, "Tổng hợp": [["Khóm", "Số"]]}), TODAY)
    assert both.several
    assert both.warnings == [Note(Code.SHEET_WITHOUT_LIST, ("Tổng hợp",))]


def test_a_hidden_sheet_is_told_and_not_read() -> None:
    old: list[Row] = [HEADER, [1, "Cũ Thị Xưa", 1970]]
    new: list[Row] = [HEADER, [1, "Nguyễn Thị Hoa", 1970]]
    sheets = read_workbook(workbook({"Mới": new, "Cũ": old}, hidden=["Cũ"]), TODAY)
    assert [row.name for row in sheets.rows] == ["Nguyễn Thị Hoa"]
    assert codes(sheets.warnings) == [Code.HIDDEN_SHEET]


def test_the_branch_comes_from_tab_title_group_row_or_column() -> None:
    person = [1, "Nguyễn Thị Hoa", 1970]
    assert read([HEADER, person], "CH Khóm 8").rows[0].branch == "Khóm 8"
    assert read([["CHI HỘI PHỤ NỮ KHÓM 3"], HEADER, person]).rows[0].branch == "Khóm 3"
    assert read([HEADER, person]).rows[0].branch == ""
    grouped = read([HEADER, ["I. CHI HỘI KHÓM 2"], ["Tổ 1"], person, ["KHÓM 4"], person])
    assert [(row.branch, row.team) for row in grouped.rows] == [("Khóm 2", "Tổ 1"), ("Khóm 4", "")]
    column = one([1, "Nguyễn Thị Hoa", "Chi hội Khóm 6", 3], ["TT", "Họ tên", "Chi hội", "Tổ"])
    assert (column.branch, column.team) == ("Khóm 6", "Tổ 3")
    hamlet = one([1, "Nguyễn Thị Hoa", 7], ["TT", "Họ tên", "Khóm"])
    assert hamlet.branch == "Khóm 7"


def test_a_tab_that_contradicts_its_title_is_told() -> None:
    sheets = read([["CHI HỘI PHỤ NỮ KHÓM 1"], HEADER, [1, "Nguyễn Thị Hoa"]], "CH Khóm 2")
    assert sheets.rows[0].branch == "Khóm 2"
    assert sheets.warnings == [Note(Code.BRANCHES_DISAGREE, ("CH Khóm 2", "Khóm 2", "Khóm 1"))]


@pytest.mark.parametrize(
    ("tab", "branch"),
    [
        ("CH Khóm 1", "Khóm 1"), ("K8", "Khóm 8"), ("DS K.3", "Khóm 3"), ("CH_Khóm_6", "Khóm 6"),
        ("Chi hội ấp Tân Phong", "Ấp Tân Phong"), ("Khom 4", "Khom 4"), ("Sheet1", ""),
        ("Danh sách", ""), ("Trang tính1", ""), ("Khánh", ""),
    ],
)  # fmt: skip
def test_a_tab_names_a_branch_or_nothing(tab: str, branch: str) -> None:
    assert sheet_branch(tab) == branch


@pytest.mark.parametrize(
    ("title", "branch"),
    [
        ("DANH SÁCH HỘI VIÊN CHI HỘI KHÓM 1 NĂM 2024", "Khóm 1"),
        ("Chi hội: Khóm 8, Phường 5", "Khóm 8"),
        ("CHI HỘI PN ẤP TÂN PHONG B XÃ AN XUYÊN", "Ấp Tân Phong B"),
        ("HỘI LHPN PHƯỜNG 5", ""),
    ],
)
def test_a_title_names_a_branch_without_its_ward_or_year(title: str, branch: str) -> None:
    assert branch_in(title) == branch
    assert branch_name("Hoa Sen") == "Hoa Sen"


@pytest.mark.parametrize(
    ("cell", "team"),
    [
        (1.0, "Tổ 1"), ("1", "Tổ 1"), ("01", "Tổ 1"), ("T1", "Tổ 1"), ("tổ số 1", "Tổ 1"),
        ("TỔ PHỤ NỮ SỐ 2", "Tổ 2"), ("Tổ 1A", "Tổ 1A"), ("IV", "Tổ 4"), ("Tổ Hoa Sen", "Tổ Hoa Sen"),
        ("Hoa Sen", "Hoa Sen"), ("", ""), (1.5, ""),
    ],
)  # fmt: skip
def test_a_team_has_one_name(cell: Cell, team: str) -> None:
    assert team_name(cell) == team


def test_a_list_without_numbers_takes_nicknames_for_people() -> None:
    sheets = read([["Họ và tên", "SĐT"], ["Bà Tư Hoa"], ["Sáu Lành"], ["hết phần này rồi"]])
    assert [row.name for row in sheets.rows] == ["Tư Hoa", "Sáu Lành"]
    assert sheets.skipped[0].mark is Mark.REMARK


def test_a_list_goes_on_after_totals_and_signatures_of_a_page() -> None:
    sheets = read(
        [
            HEADER,
            [1, "Nguyễn Thị Hoa", 1970],
            ["Cộng: 1"],
            ["", "CHI HỘI TRƯỞNG"],
            ["", "Võ Thị Khánh"],
            HEADER,
            [2, "Trần Thị Cúc", 1971],
            ["", "Lê Thị Ba"],
        ]
    )
    assert [row.line for row in sheets.rows] == [2, 7, 8]
    assert [skipped.line for skipped in sheets.skipped] == [3, 4, 5]


@pytest.mark.parametrize(
    "row",
    [
        ["A. HỘI VIÊN DANH DỰ"],
        ["Tổng cộng", 2],
        ["Danh sách này có: 2 người"],
        ["(1)", "(2)", "(3)"],
        ["", "", "", "Cà Mau, ngày   tháng   năm 2026"],
        ["Hết danh sách"],
        ["Ghi chú: hội viên đi làm xa vẫn tính"],
        ["", "T/M BAN CHẤP HÀNH"],
        ["Nơi nhận:"],
        ["", "Trang 2"],
        [3.0],
        ["", "", "", "", "", "", "HẾT"],
    ],
)
def test_rows_that_are_no_person_are_skipped_and_listed(row: Row) -> None:
    sheets = read([HEADER, [1, "Nguyễn Thị Hoa", 1970], [2, "Trần Thị Cúc", 1971], row])
    assert len(sheets.rows) == 2
    assert [skipped.line for skipped in sheets.skipped] == [4]


@pytest.mark.parametrize(
    "name",
    ["Tống Thị Cộng", "Công Thị Nga", "Tô Thị Tổng", "Phan Thị A", "Danh Thị Sách", "Hà Thị Nhóm"],
)
def test_people_whose_names_look_like_totals_and_groups_are_people(name: str) -> None:
    sheets = read([["Họ và tên", "Năm sinh"], [name, ""], [name, 1970]])
    assert [row.name for row in sheets.rows] == [name, name]


# --- Words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", Code)
def test_every_remark_has_its_words(code: Code) -> None:
    count = {
        Code.TOTAL_DIFFERS: 5,
        Code.BRANCHES_DISAGREE: 3,
        Code.NO_NAME: 0,
        Code.CELLS_SHIFTED: 0,
        Code.KNOWN: 0,
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
