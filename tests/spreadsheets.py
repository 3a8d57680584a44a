"""Spreadsheets made for tests, and a register in which every known mishap happens once."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path

import xlsxwriter

from handlers.members.notes import Code, Note
from handlers.members.rows import PersonRow, Sheets
from handlers.members.sheets import read_workbook

TODAY = date(2026, 11, 24)
WARD = Path(__file__).parent / "data" / "phuong5_hoi_vien.xlsx"
HEADER = ["STT", "Họ và tên", "Năm sinh", "SĐT", "Địa chỉ", "Chức vụ", "Ghi chú"]

Row = Sequence[object]
Expected = tuple[str, str, str, str]  # class, name, birth, phone


def workbook(sheets: Mapping[str, Sequence[Row]], hidden: Sequence[str] = ()) -> bytes:
    """An xlsx file; dates become date cells, None and "" stay empty."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    dates = book.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for down, row in enumerate(rows):
            for right, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(down, right, datetime.combine(value, time()), dates)
                elif isinstance(value, int | float):
                    sheet.write_number(down, right, value)
                elif value:
                    sheet.write_string(down, right, str(value))
        if name in hidden:
            sheet.hide()
    book.close()
    return out.getvalue()


def read(rows: Sequence[Row], sheet: str = "Sheet1") -> Sheets:
    """The people of one sheet."""
    return read_workbook(workbook({sheet: rows}), TODAY)


def one(row: Row, header: Row = HEADER) -> PersonRow:
    """The one person of a sheet of one row."""
    (person,) = read([header, row]).rows
    return person


def codes(notes: Sequence[Note]) -> list[Code]:
    """What kinds of remark were made."""
    return [note.code for note in notes]


def nfd(text: str) -> str:
    """As a Mac or a PDF writes it."""
    return unicodedata.normalize("NFD", text)


TITLES: list[tuple[Row, Expected | None]] = [
    (["HỘI LHPN PHƯỜNG 5", "", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], None),
    (["CHI HỘI PHỤ NỮ KHÓM 8", "", "", "", "Độc lập - Tự do - Hạnh phúc"], None),
    ([], None),
    (["", "DANH SÁCH HỘI VIÊN CHI HỘI KHÓM 8 NĂM 2026"], None),
    ([], None),
]

FIRST: list[tuple[Row, Expected | None]] = [
    # Two levels, one of them under a merged cell, and the row of column numbers.
    (["STT", "Họ và tên", "Ngày sinh", "Dân tộc", "Liên hệ", "", "Chức vụ", "Ghi chú"], None),
    (["", "", "", "", "SĐT\n(Zalo)", "Nơi ở hiện nay", "", ""], None),
    (["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"], None),
    (["I", "TỔ PHỤ NỮ SỐ 1 (Tổ trưởng: Lê Thị Cúc)"], None),
    (
        [1, "NGUYỄN THỊ HOA", "12/05/1970", "Kinh", "0912345678", "Hẻm 1", "Chi hội trưởng"],
        ("imported", "Nguyễn Thị Hoa", "1970-05-12", "0912345678"),
    ),
    (
        [2, nfd("Trần Thị Diệu"), date(1965, 3, 8), "", 912345679],
        ("imported", "Trần Thị Diệu", "1965-03-08", "0912345679"),
    ),
    (
        [3, "Bà Lê Thị Cúc", 28123, "Khmer", "+84 912 345 670", "", "Tổ trưởng tổ 1"],
        ("imported", "Lê Thị Cúc", "1976-12-29", "0912345670"),
    ),
    ([4, "Phạm Thị Mận (Tư Mận)", 1958.0, "", ""], ("imported", "Phạm Thị Mận", "1958", "")),
    (
        [5, "Võ Thị Lựu tức Ba Lựu", "12/5/65", "", "01234567890"],
        ("imported", "Võ Thị Lựu", "1965-05-12", "0834567890"),
    ),
    (
        [6, "lý thị đào", "'1949", "", "0912.345.671/0987 654 321"],
        ("imported", "Lý Thị Đào", "1949", "0912345671"),
    ),
    (
        [7, "Đ/c Huỳnh Thị Sen", "12/25/1975", "", "912345672"],
        ("imported", "Huỳnh Thị Sen", "1975-12-25", "0912345672"),
    ),
    ([8, "Ngô Thị Bưởi", "05/1970", "", "9.12E+08"], ("imported", "Ngô Thị Bưởi", "1970-05", "")),
    ([9, "Đỗ Thị\nHồng", "khoảng 1950", "", "không có"], ("imported", "Đỗ Thị Hồng", "1950", "")),
    (
        [10, "Hồ Thị Quýt, Hồ Thị Cam", "1960", "", "0912345673"],
        ("held", "Hồ Thị Quýt, Hồ Thị Cam", "1960", "0912345673"),
    ),
    ([11, "#REF!", "1971", "", ""], ("error", "", "1971", "")),
    ([12, "", "12/07/1969", "", "0912345674"], ("error", "", "1969-07-12", "0912345674")),
    ([13, "Dương Thị Na", "31/02/1970", "", ""], ("imported", "Dương Thị Na", "1970", "")),
    ([14, "Dương Thị Nở", "12/05/2036", "", ""], ("held", "Dương Thị Nở", "", "")),
    ([15, "Bùi Thị Bé", "12-Dec", "", "09123456"], ("imported", "Bùi Thị Bé", "", "")),
    (["", "Cộng tổ 1: 15 hội viên"], None),
    ([], None),
    (["II. TỔ 2 : 6 hội viên"], None),
    (
        [1, "Nguyễn Thị Hoa", "12/5/1970", "", "0912 345 678"],
        ("duplicate", "Nguyễn Thị Hoa", "1970-05-12", "0912345678"),
    ),
    (
        [2, "Nguyen Thi Hoa", "1970", "", ""],
        ("held", "Nguyen Thi Hoa", "1970", ""),
    ),
    ([3, "Nguyễn Thị Hoa", "1952", "", ""], ("imported", "Nguyễn Thị Hoa", "1952", "")),
    ([4, "Nguyễn Thị Hoa", "", "", ""], ("held", "Nguyễn Thị Hoa", "", "")),
    (
        [5, "Trần Thị Diệu", "08/03/1956", "", "0912345679"],
        ("held", "Trần Thị Diệu", "1956-03-08", "0912345679"),
    ),
    ([6, "Lê Thị Thúy", 1980, "", ""], ("imported", "Lê Thị Thúy", "1980", "")),
    ([7], None),
    ([8], None),
]

SECOND: list[tuple[Row, Expected | None]] = [
    # The page repeats its header, in another order and in other words.
    (["DANH SÁCH HỘI VIÊN TỔ 3"], None),
    (["TT", "ĐT", "HỌ VÀ TÊN HỘI VIÊN", "NS", "Hộ nghèo", "ĐC", "CV", "GC"], None),
    (
        ["1", "84912345680", "Lê Thị Thùy", "1980", "x", "Khóm 8"],
        ("held", "Lê Thị Thùy", "1980", "0912345680"),
    ),
    (
        ["2", "O912345681", "THẠCH THỊ SA RẾT", "30/4/75", "", ""],
        ("imported", "Thạch Thị Sa Rết", "1975-04-30", "0912345681"),
    ),
    (
        ["3", "0912345682", "Danh Thị Út", date(1905, 5, 23), "", ""],  # 1970 shown as a date
        ("imported", "Danh Thị Út", "1970", "0912345682"),
    ),
    (
        ["4", "1968", "Kim Thị Sáu", "0912345683", "", ""],
        ("imported", "Kim Thị Sáu", "1968", "0912345683"),
    ),
    (
        ["5", "0290 3831234", "1. Lâm Thị Tám - Tám Bánh Xèo", "01011961", "", ""],
        ("imported", "Lâm Thị Tám", "1961-01-01", "02903831234"),
    ),
    (
        ["6", "", "Nguy?n Th? Lan", "1966", "", ""],
        ("error", "Nguy?n Th? Lan", "1966", ""),
    ),
    (["7", "", "NguyÔn ThÞ Lµnh", "1966", "", ""], ("error", "NguyÔn ThÞ Lµnh", "1966", "")),
    (
        ["8", "", "Nguyá»…n Thá»‹ Mai", "1967", "", "", "", "Đã chuyển đi 5/2023"],
        ("imported", "Nguyễn Thị Mai", "1967", ""),
    ),
    (
        ["9", "0912345684 (con gái)", "Cao Thị Ngà", "1947; 1949", "", ""],
        ("held", "Cao Thị Ngà", "", "0912345684"),
    ),
    (["10", "", "Tống Thị Cộng", "1955", "", ""], ("imported", "Tống Thị Cộng", "1955", "")),
    (
        ["11", "", "Tô Thị Khóm", "ngày 2 tháng 9 năm 1945"],
        ("imported", "Tô Thị Khóm", "1945-09-02", ""),
    ),
    (["12", "", "Mai Thị Chín", "2012"], ("held", "Mai Thị Chín", "2012", "")),
    (["13", "", "Lưu Thị Bảy", "########"], ("imported", "Lưu Thị Bảy", "", "")),
    (["", "", "Phan Thị Tư"], ("imported", "Phan Thị Tư", "", "")),
    (["", "", "Tổng cộng: 36 hội viên"], None),
    ([], None),
    (["", "", "", "", "", "Cà Mau, ngày 12 tháng 5 năm 2026"], None),
    (["", "NGƯỜI LẬP BIỂU", "", "", "", "CHI HỘI TRƯỞNG"], None),
    (["", "(Ký, ghi rõ họ tên)"], None),
    ([], None),
    (["", "", "Trần Thị Bích", "", "", "Võ Thị Bé Khánh"], None),
]


def messy() -> tuple[list[Row], dict[int, Expected]]:
    """The rows of one sheet, and what each person row must become, by its physical line."""
    everything = [*TITLES, *FIRST, *SECOND]
    rows = [row for row, _ in everything]
    expected = {line: want for line, (_, want) in enumerate(everything, 1) if want}
    return rows, expected
