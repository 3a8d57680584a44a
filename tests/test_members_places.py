"""Where in a file a person stands: line, sheet, branch and team; and which rows are nobody."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from handlers.members.grids import Cell
from handlers.members.landmarks import (
    Mark,
    branch_in,
    branch_name,
    sheet_branch,
    team_name,
    team_order,
)
from handlers.members.notes import Code, Note
from handlers.members.sheets import read_workbook
from tests.spreadsheets import HEADER, TODAY, Row, codes, one, read, workbook


def test_lines_are_counted_from_the_top_of_the_file_blank_ones_too() -> None:
    sheets = read([[], [], HEADER, [], [1, "Nguyễn Thị Hoa", 1970], [], [2, "Trần Thị Cúc", 1971]])
    assert [row.line for row in sheets.rows] == [5, 7]


def test_lines_are_told_with_their_sheet_only_if_people_stand_on_several() -> None:
    person: list[Row] = [HEADER, [1, "Nguyễn Thị Hoa", 1970]]
    assert not read_workbook(workbook({"A": person, "Sheet2": [], "Sheet3": []}), TODAY).several
    both = read_workbook(workbook({"A": person, "Tổng hợp": [["Khóm", "Số"]]}), TODAY)
    assert not both.several
    assert read_workbook(workbook({"A": person, "B": person}), TODAY).several
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


def test_an_empty_team_is_nobody_elses_team() -> None:
    sheets = read([["Chi hội", "Tổ", "Họ tên"], ["Khóm 1", 1, "Lê Thị Ba"], ["", "", "Lê Thị Tư"]])
    assert [(row.branch, row.team) for row in sheets.rows] == [("Khóm 1", "Tổ 1"), ("", "")]


def test_a_cell_merged_downwards_holds_for_all_its_rows() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    people = ["Lê Thị Ba", "Lê Thị Tư", "Lê Thị Năm"]
    sheet.write_row(0, 0, ["Tổ", "Họ tên"])
    sheet.write_column(1, 1, people)
    sheet.merge_range(1, 0, 2, 0, "Tổ 1")
    sheet.write(3, 0, "Tổ 2")
    book.close()
    rows = read_workbook(out.getvalue(), TODAY).rows
    assert [row.team for row in rows] == ["Tổ 1", "Tổ 1", "Tổ 2"]


@pytest.mark.parametrize(
    ("words", "team"),
    [
        ("Tổ phụ nữ: số 1", "Tổ 1"), ("TỔ TỰ QUẢN SỐ 3", "Tổ 3"), ("Tổ 04 (hẻm 12)", "Tổ 4"),
        ("TỔ PN 7 - KHÓM 8", "Tổ 7"), ("1.Tổ 9", "Tổ 9"), ("TO PHU NU SO 10", "Tổ 10"),
        ("Tổ: 6 - Tổ trưởng: Lê Thị Na, ĐT 0912345678", "Tổ 6"), ("Danh sách Tổ 8:", "Tổ 8"),
        ("TỔ HOA SEN", "Tổ Hoa Sen"), ("TỔ PHỤ NỮ KHÓM 8", ""), ("* Tổ 2", "Tổ 2"), ("IV. TỔ IV", "Tổ 4"),
    ],
)  # fmt: skip
def test_a_group_row_names_the_team_of_those_below_it(words: str, team: str) -> None:
    sheets = read([HEADER, [words], [1, "Lê Thị Ba", 1970]])
    assert [(row.line, row.team) for row in sheets.rows] == [(3, team)]
    assert not sheets.totals


def test_a_group_row_may_state_its_people_in_a_cell_beside_it() -> None:
    sheets = read([HEADER, ["I", "Tổ 1", "", "(2 HV)"], [1, "Lê Thị Ba", 1970], ["II", "Tổ 2", 1]])
    assert [(t.part, t.stated, t.read) for t in sheets.totals] == [("Tổ 1", 2, 1), ("Tổ 2", 1, 0)]


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


def test_teams_stand_in_the_order_of_their_numbers_and_who_has_none_comes_last() -> None:
    found = sorted(["", "Tổ 10", "Tổ 2 (Khóm 5 cũ)", "Tổ 2", "Tổ Chợ"], key=team_order)
    assert found == ["Tổ Chợ", "Tổ 2", "Tổ 2 (Khóm 5 cũ)", "Tổ 10", ""]
