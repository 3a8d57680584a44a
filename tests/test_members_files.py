"""Every kind of file is read, or refused by its kind."""

from __future__ import annotations

import csv
import io
import zipfile
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.members import grids
from handlers.members.grids import Cell, Reason, UnreadableSheet
from handlers.members.sheets import read_workbook
from tests.spreadsheets import HEADER, TODAY, WARD, Row, messy, workbook


def refused(content: bytes) -> Reason:
    with pytest.raises(UnreadableSheet) as caught:
        read_workbook(content, TODAY)
    return caught.value.reason


# --- Text files -------------------------------------------------------------------------------------

CSV = "STT;Họ và tên;Năm sinh;SĐT\n\n1;Nguyễn Thị Hoa;1970;0912345678\n2;Trần Thị Cúc;1971;\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_text_file_is_read_in_any_encoding_and_with_any_delimiter(
    encoding: str, delimiter: str
) -> None:
    sheets = read_workbook(CSV.replace(";", delimiter).encode(encoding), TODAY)
    assert [(row.line, row.name, row.phone) for row in sheets.rows] == [
        (3, "Nguyễn Thị Hoa", "0912345678"),
        (4, "Trần Thị Cúc", ""),
    ]
    assert not sheets.several


def test_the_windows_code_page_of_vietnam_is_read() -> None:
    marks = {"ễ": "ê\u0303", "ị": "i\u0323", "ầ": "â\u0300", "ú": "u\u0301", "ọ": "o\u0323"}
    text = "".join(marks.get(letter, letter) for letter in CSV)
    sheets = read_workbook(text.encode("cp1258"), TODAY)
    assert [row.name for row in sheets.rows] == ["Nguyễn Thị Hoa", "Trần Thị Cúc"]


def test_a_cell_over_several_lines_counts_from_its_first() -> None:
    text = (
        'sep=;\r\nHọ tên;Ghi chú;Năm sinh\r\nLê Thị Ba;"dòng\nhai\nba";1960\r\nLê Thị Tư;;1961\r\n'
    )
    sheets = read_workbook(text.encode(), TODAY)
    assert [(row.line, row.birth) for row in sheets.rows] == [(3, "1960"), (6, "1961")]


def test_a_stray_quote_swallows_nobody() -> None:
    text = 'Họ tên,Năm sinh\n"Lê Thị Ba,1960\nLê Thị Tư,1961\n"Lê Thị Năm",1962\n'
    sheets = read_workbook(text.encode(), TODAY)
    assert [(row.line, row.name) for row in sheets.rows] == [
        (2, "Lê Thị Ba"),
        (3, "Lê Thị Tư"),
        (4, "Lê Thị Năm"),
    ]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["Nguyễn Thị Hoa", "TRẦN THỊ CÚC", "Lê Thị\nBa", "#REF!", "Danh Út", ""]
            ),
            st.sampled_from(["1970", "12/5/65", "", "31/02/1970", "28123", "x"]),
            st.sampled_from(["0912345678", "", "912345679", "09123"]),
            st.booleans(),
        ),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=60, deadline=None)
def test_every_person_row_comes_out_once_and_in_its_place(
    people: list[tuple[str, str, str, bool]],
) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["STT", "Họ và tên", "Năm sinh", "SĐT", "Ghi chú"])
    expected = []
    for number, (name, birth, phone, blank) in enumerate(people, 1):
        if blank:
            writer.writerow([])
        expected.append(out.getvalue().count("\n") + 1)
        writer.writerow([number, name, birth, phone, "có thật"])
    sheets = read_workbook(out.getvalue().encode(), TODAY)

    assert [row.line for row in sheets.rows] == expected
    assert not sheets.skipped


# --- Files that cannot be read ----------------------------------------------------------------------


def test_files_that_are_no_list_are_refused_by_their_kind() -> None:
    assert refused(b"") is Reason.EMPTY
    assert refused(b" \r\n ") is Reason.EMPTY
    assert refused("\ufeff".encode()) is Reason.EMPTY
    assert refused(workbook({"A": [], "B": []})) is Reason.EMPTY
    assert refused("STT,Họ và tên,Năm sinh\n".encode()) is Reason.EMPTY
    assert refused(workbook({"A": [["STT", "Họ và tên"], ["", "Tổng cộng: 0"]]})) is Reason.EMPTY
    assert refused(b"%PDF-1.7 ...") is Reason.NOT_A_SHEET
    assert refused(b"\x89PNG\r\n\x1a\n") is Reason.NOT_A_SHEET
    assert refused(b"<html><form>Sign in</form></html>") is Reason.NOT_A_SHEET
    assert refused(b"<html><table><tr><td>1</td></tr></table>") is Reason.NO_HEADER
    assert refused(b"abc\x01\x02def") is Reason.NOT_A_SHEET
    assert refused("chào chị\nem gửi danh sách".encode()) is Reason.NO_HEADER
    assert refused(workbook({"A": [["Khóm", "Số hội viên"], ["Khóm 1", 402]]})) is Reason.NO_HEADER


def test_a_file_of_sixty_megabytes_is_not_even_opened() -> None:
    assert refused(b"PK\x03\x04" + bytes(60 * 1024 * 1024)) is Reason.TOO_BIG


def test_a_locked_workbook_is_told_from_a_broken_one() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    assert refused(ole + "EncryptedPackage".encode("utf-16-le")) is Reason.LOCKED
    assert refused(ole + "WordDocument".encode("utf-16-le")) is Reason.NOT_A_SHEET
    assert refused(ole + "Workbook".encode("utf-16-le")) is Reason.CORRUPT
    whole = WARD.read_bytes()
    assert refused(whole[: len(whole) // 2]) is Reason.CORRUPT
    assert refused(b"PK\x03\x04") is Reason.CORRUPT


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def test_a_zip_that_is_no_workbook_or_too_large_inside_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert refused(packed({"word/document.xml": b"<a/>"})) is Reason.NOT_A_SHEET
    assert refused(packed({"xl/workbook.xml": b"<a/>"})) is Reason.CORRUPT
    locked = bytearray(packed({"xl/workbook.xml": b"<a/>"}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(locked)) is Reason.LOCKED
    corner = workbook({"A": [HEADER, [1, "Nguyễn Thị Hoa"]]})
    assert read_workbook(corner, TODAY).rows
    monkeypatch.setattr(grids, "MAX_UNPACKED", 1000)
    assert refused(corner) is Reason.TOO_BIG


@pytest.mark.slow
@pytest.mark.sqlite
def test_one_stray_cell_in_the_far_corner_does_not_eat_the_memory() -> None:
    far = [[""] * 16000 + ["x"] if line == 300 else [1] for line in range(301)]
    assert refused(workbook({"A": far})) is Reason.TOO_BIG


def test_more_rows_than_any_union_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[Row] = [HEADER, *([n, "Nguyễn Thị Hoa"] for n in range(20))]
    monkeypatch.setattr(grids, "MAX_ROWS", 20)
    assert refused(workbook({"A": rows})) is Reason.TOO_BIG


TCVN3 = [["STT", "Hä vµ tªn", "N¨m sinh"], [1, "NguyÔn ThÞ Hoµ", 1970], [2, "TrÇn ThÞ Cóc", 1971]]
VNI = [
    ["STT", "Hoï vaø teân", "Naêm sinh"],
    [1, "Nguyeãn Thò Hoaø", 1970],
    [2, "Traàn Thò Cuùc", 1971],
]


@pytest.mark.parametrize("rows", [TCVN3, VNI], ids=["TCVN3", "VNI"])
def test_a_sheet_in_an_old_font_is_refused_by_name(rows: list[Row]) -> None:
    assert refused(workbook({"A": rows})) is Reason.OLD_FONT
    half = [HEADER, *rows[1:]]
    assert refused(workbook({"A": half})) is Reason.OLD_FONT


def test_a_broken_cell_in_a_text_file_is_no_crash() -> None:
    assert refused(b'H\xe1,"' + b"x" * 200_000) in {Reason.CORRUPT, Reason.NO_HEADER}


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_bytes_whatever_raise_anything_else(content: bytes) -> None:
    with suppress(UnreadableSheet):
        read_workbook(content, TODAY)


SMALL = workbook({"CH Khóm 8": messy()[0]})


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_workbook_damaged_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(SMALL)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    with suppress(UnreadableSheet):
        read_workbook(bytes(content), TODAY)


cells = (
    st.text(max_size=20)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | st.dates(date(1901, 1, 1), date(2100, 1, 1))
    | st.sampled_from(
        [*HEADER, "Tổ 2", "Nguyễn Thị Hoa", "Tổng cộng: 5", "0912345678", "(1)", "Nam"]
    )
)


@given(st.lists(st.lists(cells, max_size=7), max_size=12))
@settings(max_examples=100, deadline=None)
def test_no_cells_whatever_raise_anything_else(rows: list[list[Cell]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *rows])
    try:
        sheets = read_workbook(out.getvalue().encode(errors="replace"), TODAY)
    except UnreadableSheet:
        return
    assert all(row.name or row.errors or row.doubts for row in sheets.rows)
    assert len({row.line for row in sheets.rows}) == len(sheets.rows)
