"""Sheets with the malice of real ones: every row ends in the one state a careful clerk expects."""

from __future__ import annotations

import csv
import io
import unicodedata
from pathlib import Path

import openpyxl
import pytest

from handlers.members.damage import mended
from handlers.members.headings import Field, field_of
from handlers.members.notes import Code
from handlers.members.sheets import read_workbook
from tests.registers import CASES
from tests.registers.cases import Case, states
from tests.registers.wards import KHOM_3
from tests.spreadsheets import HEADER, TODAY, Row, codes, nfd, read, workbook

OLD_BOOK = Path(__file__).parent / "data" / "khom3_cu.xls"
LIST: list[Row] = [
    ["DANH SÁCH HỘI VIÊN CHI HỘI KHÓM 2"],
    ["STT", "Họ và tên", "Năm sinh", "Điện thoại"],
    ["1", "Nguyễn Thị Hồng", "1970", "0913456301"],
    ["2", "Trần Thị Đẹp", "12/5/1966", "0913456302"],
]
READ = {
    3: [("imported", "Nguyễn Thị Hồng", "1970", "0913456301")],
    4: [("imported", "Trần Thị Đẹp", "1966-05-12", "0913456302")],
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_every_row_of_a_messy_sheet_ends_in_the_state_a_clerk_expects(case: Case) -> None:
    assert states(case.content()) == case.expected


def test_a_workbook_of_excel_97_says_the_same() -> None:
    assert states(OLD_BOOK.read_bytes()) == KHOM_3.expected


def text(delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(LIST)
    return out.getvalue()


def cp1258(words: str) -> bytes:
    """As Windows writes Vietnamese: a letter with its hat or horn, then its tone."""
    found = b""
    for letter in words:
        try:
            found += letter.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", letter)
            tone = "".join(part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", parts.translate(dict.fromkeys(map(ord, tone))))
            found += (base + tone).encode("cp1258")
    return found


def harmed(words: str) -> str:
    """UTF-8 read as Windows-1252; bytes that it lacks stay what they are."""
    return "".join(
        chr(byte) if byte in {0x81, 0x8D, 0x8F, 0x90, 0x9D} else bytes([byte]).decode("cp1252")
        for byte in words.encode()
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["cp1258", "utf-16", "nfd", "utf-8-sig"])
def test_a_text_file_is_read_in_any_code_page_and_with_any_sign(
    delimiter: str, encoding: str
) -> None:
    words = text(delimiter)
    if encoding == "cp1258":
        content = cp1258(words)
    else:
        content = nfd(words).encode() if encoding == "nfd" else words.encode(encoding)
    assert states(content) == READ


@pytest.mark.parametrize("times", [1, 2])
def test_a_sheet_harmed_as_a_whole_is_mended_and_told(times: int) -> None:
    rows = [[str(cell) for cell in row] for row in LIST]
    for _ in range(times):
        rows = [[harmed(cell) for cell in row] for row in rows]
    content = workbook({"Sheet1": rows})
    assert states(content) == READ
    assert codes(read_workbook(content, TODAY).warnings) == [Code.SHEET_MENDED]


def test_letters_a_web_page_wrote_as_numbers_are_letters() -> None:
    assert mended("Nguy&#7877;n Th&#7883; H&#7891;ng") == "Nguyễn Thị Hồng"


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("N.sinh", Field.BIRTH), ("Tuổi (năm sinh)", Field.BIRTH), ("Đ/thoại", Field.PHONE), ("Fb/Zalo", Field.PHONE),
        ("H.tên", Field.NAME), ("Full name", Field.NAME), ("Năm v/h", Field.JOINED), ("C.vụ", Field.TITLE), ("G/chú", Field.NOTE),
        ("Ghi chú (Zalo)", Field.NOTE), ("Trú quán", Field.ADDRESS), ("Ngày mất", Field.LEFT), ("Tên gọi ở nhà", Field.ALIAS), ("D.T", Field.SENSITIVE),
    ],
)  # fmt: skip
def test_a_heading_may_be_shortened(heading: str, field: Field) -> None:
    assert field_of(heading) is field


def test_phones_and_births_under_no_heading_are_found_by_their_shape() -> None:
    people: list[Row] = [
        [number, f"Lê Thị {name}", f"{number}/5/1960", 2001, f"091234567{number}"]
        for number, name in enumerate(["Ba", "Tư", "Năm"], 1)
    ]
    sheets = read([["STT", "Họ và tên", "Khi nào", "Khi ấy", ""], *people])
    assert [row.phone for row in sheets.rows] == ["0912345671", "0912345672", "0912345673"]
    assert sheets.rows[0].birth == "1960-05-01"
    assert sheets.warnings[0].args[1] == "Khi ấy"


def test_where_one_number_is_a_phone_by_chance_nothing_is_guessed() -> None:
    sheets = read([["STT", "Họ và tên", "Mã"], [1, "Lê Thị Ba", "0912345671"], [2, "Lê Thị Tư"]])
    assert [row.phone for row in sheets.rows] == ["", ""]


def test_two_columns_of_names_are_one_list_unless_each_has_its_own_facts() -> None:
    header = ["STT", "Họ và tên", "Năm sinh", "Họ tên thường gọi"]
    sheets = read([header, [1, "Lê Thị Ba", 1960, "Ba Lành"]])
    assert [row.name for row in sheets.rows] == ["Lê Thị Ba"]


def test_a_total_of_a_team_is_compared_with_that_team_alone() -> None:
    sheets = read(
        [HEADER, ["Tổ 1 (3 hội viên)"], [1, "Lê Thị Ba", 1960], [2, "Lê Thị Tư", 1961], ["Cộng", "", "2 người"], [3, "Lê Thị Năm", 1962], ["Tổng cộng: 3"]]
    )  # fmt: skip
    assert [(total.part, total.stated, total.read) for total in sheets.totals] == [
        ("Tổ 1", 2, 2),
        ("Tổ 1", 3, 2),
        ("", 3, 3),
    ]
    assert codes(sheets.warnings) == [Code.TOTAL_DIFFERS]


def test_an_error_of_excel_or_a_formula_without_its_value_is_no_empty_cell() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["STT", "Họ và tên", "Năm sinh", "SĐT"],
        ["=ROW()-1", "Lê Thị Ba", 1970, "0912345671"],
        ["=ROW()-1", "#REF!", 1971, "0912345672"],
        ["=ROW()-1", "#N/A", "#N/A", "#N/A"],
        ["=ROW()-1", "=B2", "=DATE(1970,1,1)", "0912345673"],
        ["=ROW()-1", "Lê Thị Tư", "#VALUE!", ""],
        ["=ROW()-1", "", "", ""],
    ):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    found = states(out.getvalue())
    assert {line: people[0][0] for line, people in found.items()} == {
        2: "imported",
        3: "error",
        4: "error",
        5: "error",
        6: "imported",
    }
    damaged = {row.line: codes((*row.errors, *row.warnings)) for row in read_workbook(out.getvalue(), TODAY).rows}  # fmt: skip
    assert damaged[3] == [Code.NAME_DAMAGED]
    assert damaged[6] == [Code.BIRTH_UNREADABLE]


def test_a_total_of_a_branch_names_its_number_before_the_count() -> None:
    person = ["1", "Lê Thị Ba", 1960]
    sheets = read([HEADER, ["CHI HỘI KHÓM 2"], person, ["", "Tổng số hội viên khóm 2: 1"]])
    assert [(total.stated, total.read) for total in sheets.totals] == [(1, 1)]


def test_a_total_that_names_its_to_counts_by_the_number_beside_it_and_not_by_the_name() -> None:
    rows: list[Row] = [*LIST, ["", "Cộng Tổ 3", "2"], ["", "Cộng Khóm 9", ""], ["Tổng: 2"]]
    sheets = read(rows)
    assert [(total.stated, total.read) for total in sheets.totals] == [(2, 2), (2, 2)]
