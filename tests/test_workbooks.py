"""A workbook shows what it was given, and nothing in it runs."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import openpyxl
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.workbooks import Cell, Table, write

NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)


def read(content: bytes, sheet: int = 0) -> list[list[object]]:
    book = python_calamine.load_workbook(io.BytesIO(content))
    return list(book.get_sheet_by_index(sheet).to_python())  # type: ignore[arg-type]


def xml(content: bytes, part: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(part).decode()


def table(*cells: Cell) -> Table:
    return Table("Bảng", [str(n) for n in range(len(cells))], [list(cells)])


def test_title_notes_header_and_rows_stand_in_order() -> None:
    content = write(
        [
            Table(
                "Danh sách hội viên",
                ("STT", "Họ và tên", "Sinh", "Lúc"),
                [(1, "Võ Thị An", date(1980, 10, 20), NOW), (2, "Đặng Thị Bình", None, None)],
                notes=("Chi hội Khóm 8",),
            )
        ],
        created=NOW,
    )

    rows = read(content)
    assert rows[0][0] == "Danh sách hội viên"
    assert rows[1][0] == "Chi hội Khóm 8"
    assert rows[3] == ["STT", "Họ và tên", "Sinh", "Lúc"]
    assert rows[4][:3] == [1.0, "Võ Thị An", date(1980, 10, 20)]
    assert rows[4][3] == datetime(2026, 11, 16, 8, 0), "Vietnam's wall clock"
    assert rows[5] == [2.0, "Đặng Thị Bình", "", ""]
    sheet = xml(content, "xl/worksheets/sheet1.xml")
    assert 'state="frozen"' in sheet
    assert 'ySplit="4"' in sheet


@pytest.mark.parametrize("start", ["=1+1", "+84912", "-1", "@SUM(A1)", "=HYPERLINK(1)", "\t=1"])
def test_text_that_looks_like_a_formula_stays_text(start: str) -> None:
    content = write([table(start)], created=NOW)

    assert read(content)[-1] == [start]
    sheet = xml(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert 't="s"' in sheet


def test_a_library_left_to_guess_would_write_a_formula() -> None:
    """The twin: why every text is written as text."""
    import xlsxwriter  # noqa: PLC0415 - only here

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet().write(0, 0, "=1+1")
    book.close()

    assert "<f>" in xml(out.getvalue(), "xl/worksheets/sheet1.xml")


def test_an_address_is_not_a_link() -> None:
    content = write([table("https://example.com/a")], created=NOW)

    assert "hyperlink" not in xml(content, "xl/worksheets/sheet1.xml")


def test_sheets_get_lawful_and_different_names() -> None:
    same = Table("Chi hội [Khóm 8]: họp/tháng 11 và những việc cần làm", ("a",), [])
    content = write([same, same, Table("x", ("a",), [], sheet="***")], created=NOW)

    names = python_calamine.load_workbook(io.BytesIO(content)).sheet_names
    assert len({name.casefold() for name in names}) == 3
    assert all(0 < len(name) <= 31 for name in names)
    assert not any(set("[]:*?/\\'") & set(name) for name in names)


def test_the_same_table_gives_the_same_bytes() -> None:
    assert write([table("a", 1)], created=NOW) == write([table("a", 1)], created=NOW)


def test_the_properties_tell_the_callers_time_and_not_the_librarys() -> None:
    content = write([table("a", 1)], created=NOW)

    properties = xml(content, "docProps/core.xml")
    assert properties.count("2026-11-16T08:00:00Z") == 2
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    assert openpyxl.load_workbook(io.BytesIO(content)).properties.created == datetime(
        2026, 11, 16, 8, 0
    )


def test_a_list_of_nobody_still_has_its_header() -> None:
    rows = read(write([Table("Bảng", ("STT", "Họ và tên"), [])], created=NOW))

    assert [row[:2] for row in rows if any(row)] == [["Bảng", ""], ["STT", "Họ và tên"]]


def test_two_columns_of_one_heading_lose_nothing() -> None:
    content = write([Table("Khảo sát", ("Ý kiến", "Ý kiến"), [("có", "không")])], created=NOW)

    *_, header, row = read(content)
    assert [str(name).strip() for name in header[:2]] == ["Ý kiến", "Ý kiến"]
    assert row[:2] == ["có", "không"]


def test_a_number_among_dates_is_shown_as_itself() -> None:
    days: list[tuple[Cell]] = [(date(1980, 10, 20),), (1975,), ("05/2001",), (None,)]
    moments = Table("Lúc", ("Lúc",), [(NOW,), (date(1980, 10, 20),)])
    content = write([Table("Sinh", ("Sinh",), days), moments], created=NOW)

    assert [row[0] for row in read(content)[3:6]] == [date(1980, 10, 20), "1975", "05/2001"]
    assert read(content, 1)[-1][0] == "20/10/1980"


def test_no_green_corner_calls_a_phone_a_number() -> None:
    sheet = xml(write([table("0912345678", 3)], created=NOW), "xl/worksheets/sheet1.xml")

    assert '<ignoredError sqref="A4" numberStoredAsText="1"/>' in sheet


def test_it_prints_as_a_list_on_whole_pages_with_its_header_on_each() -> None:
    content = write([table("a", 1)], created=NOW)

    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.print_area == "'Bảng'!$A$1:$H$4"
    assert sheet.auto_filter.ref == "A3:B4"


def test_a_text_too_long_for_a_cell_is_cut() -> None:
    (cell,) = read(write([table("a" * 40_000)], created=NOW))[-1]
    assert isinstance(cell, str)
    assert len(cell) == 32_767


letters = st.characters(
    min_codepoint=32, exclude_categories=["Cs", "Cn"], exclude_characters="\ufffe\uffff"
)


@settings(deadline=None)
@given(st.text(letters, min_size=1, max_size=40))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert read(write([table("x", text)], created=NOW))[-1] == ["x", text]
