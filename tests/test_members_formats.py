"""Lists in files that are no Excel: a page called .xls, a workbook of LibreOffice."""

from __future__ import annotations

import pytest

from handlers.members import grids
from handlers.members.grids import Reason
from handlers.members.sheets import read_workbook
from tests.registers.cases import states
from tests.spreadsheets import TODAY
from tests.test_members_files import packed, refused

PAGE = """<html><head><meta charset="utf-8"></head><body>
<table><tr><td colspan="4">CHI HỘI PHỤ NỮ KHÓM 4</td></tr></table><p>Danh sách
<table border=1><![if !supportMisalignedColumns]><!-- cột -->
<tr><th rowspan=2>STT<th rowspan=2>Họ và tên<th colspan=2>Năm sinh<th rowspan="2">Điện<br>thoại</tr>
<tr><th>Nam</th><th>Nữ</th></tr>
<tr><td>1</td><td>Nguy&#7877;n Thị&nbsp;Hoa</td><td></td><td>1960</td><td>0912 345 678</td></tr>
<tr><td>2<td>Lê Thị Lan<br>Lê Thị Huệ<td><td>1961<td></tr>
</table>"""
CONTENT = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
<table:table table:name="Khóm 4">%s</table:table>
</office:spreadsheet></office:body></office:document-content>"""
EMPTY_END = (
    '<table:table-row table:number-rows-repeated="1048570">'
    '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
)


def cell(text: str, times: int = 1) -> str:
    repeated = f'table:number-columns-repeated="{times}"'
    return (
        f'<table:table-cell {repeated} office:value-type="string"><text:p>{text}</text:p>'
        "</table:table-cell>"
    )


def row(*cells: str, times: int = 1) -> str:
    repeated = f'table:number-rows-repeated="{times}"'
    return f"<table:table-row {repeated}>{''.join(cells)}</table:table-row>"


def ods(*rows: str) -> bytes:
    return packed(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": (CONTENT % "".join(rows)).encode(),
            "META-INF/manifest.xml": b"<manifest/>",
        }
    )


def test_a_page_called_xls_is_read_with_its_merged_header() -> None:
    assert states(PAGE.encode()) == {
        4: [("imported", "Nguyễn Thị Hoa", "1960", "0912345678")],
        5: [("held", "Lê Thị Lan, Lê Thị Huệ", "1961", "")],
    }
    assert {person.branch for person in read_workbook(PAGE.encode(), TODAY).rows} == {"Khóm 4"}


def test_a_page_without_a_list_or_out_of_all_bounds_is_refused() -> None:
    assert refused(b"<!DOCTYPE html><table><![oops") is Reason.NOT_A_SHEET
    assert refused(b"<table><tr><td>" + b"<a " * 300_000) is Reason.EMPTY  # at once
    wide = "<table><tr><td colspan=999>x<td colspan=9>y<tr><td rowspan=99999>Họ tên</table>"
    assert refused(wide.encode()) is Reason.EMPTY


def test_a_page_of_endless_merged_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    page = b"<table>" + b"<tr><td colspan=200 rowspan=9>" * 50
    assert refused(page) is Reason.EMPTY
    monkeypatch.setattr(grids, "MAX_CELLS", 5000)
    assert refused(page) is Reason.TOO_BIG


def test_a_workbook_of_libreoffice_is_read() -> None:
    book = ods(row(cell("Họ và tên"), cell("Năm sinh")), row(cell("Lê Thị Lan"), cell("1960")))
    assert states(book) == {2: [("imported", "Lê Thị Lan", "1960", "")]}
    ending = ods(row(cell("Họ và tên"), cell("SĐT")), row(cell("Lê Thị Lan"), cell("x")), EMPTY_END)
    assert states(ending) == {2: [("imported", "Lê Thị Lan", "", "")]}


def test_a_cell_repeated_a_million_times_does_not_eat_the_memory() -> None:
    assert refused(ods(*[row(cell("x", 1_000_000))] * 5)) is Reason.TOO_BIG
    assert refused(ods(row(cell("x"), times=5_000_000))) is Reason.TOO_BIG
    far = '<table:table-cell table:number-columns-repeated="16000"/>'
    assert refused(ods(EMPTY_END, row(far, cell("x")))) is Reason.TOO_BIG
