"""Headers of every form are understood."""

from __future__ import annotations

import pytest

from handlers.members.headings import Field, field_of
from handlers.members.notes import Code, Note
from tests.spreadsheets import HEADER, Row, codes, nfd, read

VARIANTS = {
    Field.NUMBER: "STT|TT|Số TT|SỐ THỨ TỰ",
    Field.NAME: "Họ và tên|Họ tên|Họ tên hội viên|HỌ VÀ TÊN|HỌ VÀ\nTÊN HỘI VIÊN|Ho va ten|Tên hội viên",
    Field.BIRTH: "Ngày tháng năm sinh|Năm sinh|NS|Ngày sinh|Ngày, tháng, năm sinh|Ngày/tháng/năm sinh|Sinh năm",
    Field.PHONE: "SĐT|Số ĐT|Điện thoại|ĐTDĐ|SĐT (Zalo)|Số ĐT (Zalo)|ĐT|Đ.T|Số điện thoại|Zalo|Dien thoai",
    Field.ADDRESS: "Nơi ở|Địa chỉ|Chỗ ở hiện nay|Nơi cư trú|Nơi ở hiện nay|Chỗ ở|ĐC|Hộ khẩu thường trú",
    Field.HAMLET: "Khóm-ấp|Khóm/ấp|Ấp|Khóm",
    Field.JOB: "Nghề|Nghề nghiệp|NN|NGHỀ NGHIỆP",
    Field.JOINED: "Ngày vào Hội|Năm vào Hội|Năm kết nạp|NĂM VÀO HỘI|Ngày kết nạp vào Hội",
    Field.LEFT: "Ngày rời Hội|Năm ra khỏi Hội|Ngày chuyển đi",
    Field.TITLE: "Chức vụ|CV|CHỨC VỤ|Chức danh",
    Field.TEAM: "Tổ|Tổ phụ nữ|Tổ PN số",
    Field.BRANCH: "Chi hội|Tên chi hội|CH|Chi hội khóm/ấp",
    Field.NOTE: "Ghi chú|GC|Lý do",
    Field.ALIAS: "Tên thường gọi|Tên gọi khác|Bí danh",
    Field.FAMILY: "Họ|Họ đệm|Họ và tên đệm|Họ và chữ lót",
    Field.SENSITIVE: "DT|Dân tộc|TG|Tôn giáo|ĐV|Đảng viên (x)|Ngày vào Đảng|Hộ nghèo|Diện hộ|Hoàn cảnh|Sức khỏe|Số CCCD|Chức vụ Đảng",
    Field.OTHER: "TĐHV|Học vấn|VH|CM|LLCT|Họ tên chồng|Họ và tên chủ hộ|Giới tính|Sử dụng Zalo|Nơi sinh|Hội viên nòng cốt",
}


@pytest.mark.parametrize(
    ("field", "heading"),
    [(field, heading) for field, texts in VARIANTS.items() for heading in texts.split("|")],
)
def test_a_heading_is_known_in_all_its_forms(field: Field, heading: str) -> None:
    assert field_of(heading) is field
    assert field_of(nfd(heading)) is field


@pytest.mark.parametrize(
    "words", ["Nguyễn Thị Hoa", "Nội trợ", "Tổ 1", "Khóm 8", "Danh sách hội viên", "", "x" * 99]
)
def test_what_stands_under_a_heading_is_none(words: str) -> None:
    assert field_of(words) is None


def test_years_under_the_sexes_are_births() -> None:
    sheets = read(
        [
            ["STT", "Họ và tên", "Năm sinh", "", "SĐT"],
            ["", "", "Nam", "Nữ", ""],
            [1, "Nguyễn Thị Hoa", "", 1970, "0912345678"],
            [2, "Trần Văn An", 1965, "", ""],
            [3, "Lê Thị Ba", "x", 1966, ""],
        ]
    )
    assert [row.birth for row in sheets.rows] == ["1970", "1965", "1966"]


def test_day_month_and_year_may_have_a_column_each() -> None:
    below = [1, "Nguyễn Thị Hoa", 5, 12, 1970, "0912345678"]
    titled = read(
        [
            ["STT", "Họ và tên", "Ngày sinh", "", "", "SĐT"],
            ["", "", "Ngày", "Tháng", "Năm", ""],
            below,
        ]
    )
    untitled = read([["STT", "Họ và tên", "Ngày sinh", "", "", "SĐT"], below])
    assert titled.rows[0].birth == untitled.rows[0].birth == "1970-12-05"
    year = read(
        [
            ["STT", "Họ tên", "Ngày sinh", "", ""],
            ["", "", "Ngày", "Tháng", "Năm"],
            [1, "Lê Thị Ba", "", "", 1966],
        ]
    )
    assert year.rows[0].birth == "1966"


def test_a_given_name_may_have_its_own_column_with_or_without_a_heading() -> None:
    people: list[Row] = [[1, "Nguyễn Thị", "Hoa", 1970], [2, "Trần Kim", "Cúc", 1971]]
    for header in (
        ["STT", "Họ và tên đệm", "Tên", "Năm sinh"],
        ["STT", "Họ và tên", "", "Năm sinh"],
    ):
        sheets = read([header, *people])
        assert [row.name for row in sheets.rows] == ["Nguyễn Thị Hoa", "Trần Kim Cúc"]
        assert [row.birth for row in sheets.rows] == ["1970", "1971"]


def test_a_heading_over_two_rows_and_under_a_common_one_is_put_together() -> None:
    sheets = read(
        [
            ["STT", "THÔNG TIN CÁ NHÂN", "", "", "LIÊN HỆ", ""],
            ["", "Họ và tên", "Năm sinh", "Đảng viên", "Số điện", "Nơi ở"],
            ["", "", "", "Chính thức", "thoại", ""],
            [1, "Nguyễn Thị Hoa", 1970, "x", "0912345678", "Hẻm 3"],
        ]
    )
    (row,) = sheets.rows
    assert (row.birth, row.phone, row.address) == ("1970", "0912345678", "Hẻm 3")
    assert codes(sheets.warnings) == [Code.SENSITIVE_LEFT_OUT]


def test_dt_without_its_mark_is_a_phone_where_phones_stand_below_it() -> None:
    phones = read([["TT", "Họ tên", "DT"], [1, "Nguyễn Thị Hoa", "0912345678"]])
    peoples = read([["TT", "Họ tên", "DT"], [1, "Nguyễn Thị Hoa", "Khmer"]])
    assert phones.rows[0].phone == "0912345678"
    assert not phones.warnings
    assert peoples.rows[0].phone == ""
    assert codes(peoples.warnings) == [Code.SENSITIVE_LEFT_OUT]


def test_columns_nobody_reads_are_named() -> None:
    sheets = read([[*HEADER, "Trình độ học vấn", "Bạn thân"], [1, "Nguyễn Thị Hoa"]])
    assert Note(Code.COLUMNS_NOT_READ, ("Sheet1", "Trình độ học vấn, Bạn thân")) in sheets.warnings


def test_a_list_of_bare_names_is_a_list() -> None:
    sheets = read([["Họ và tên"], ["Nguyễn Thị Hoa"], ["Trần Thị Cúc"], ["Tổ 2"], ["Lê Thị Ba"]])
    assert [(row.line, row.name, row.team) for row in sheets.rows] == [
        (2, "Nguyễn Thị Hoa", ""),
        (3, "Trần Thị Cúc", ""),
        (5, "Lê Thị Ba", "Tổ 2"),
    ]


def test_a_title_of_member_does_not_make_a_row_a_header() -> None:
    sheets = read(
        [["Họ và tên", "Năm sinh", "Chức vụ"], ["Nguyễn Thị Hoa", 1970, "Hội viên"],
         ["Trần Thị Cúc", "", "Hội viên"]]
    )  # fmt: skip
    assert [row.name for row in sheets.rows] == ["Nguyễn Thị Hoa", "Trần Thị Cúc"]


def test_sub_headings_of_two_common_ones_go_to_their_own() -> None:
    sheets = read(
        [
            ["TT", "Họ và tên", "Năm sinh", "", "Ngày vào", "", "Điện thoại"],
            ["", "", "Nam", "Nữ", "Hội", "Đảng", ""],
            [1, "Lê Thị Ba", "", 1970, "8/3/2010", "1/1/2015", "0912345678"],
        ]
    )
    assert (sheets.rows[0].birth, sheets.rows[0].joined) == ("1970", "2010-03-08")
    assert sheets.warnings == [Note(Code.SENSITIVE_LEFT_OUT, ("Sheet1", "Ngày vào Đảng"))]


def test_columns_of_fees_under_a_common_heading_hide_nobody() -> None:
    sheets = read(
        [
            ["STT", "HỌ TÊN", "NS", "HỘI PHÍ", "", ""],
            ["", "", "", "Q1", "Q2", "Ký nhận"],
            [1, "Lê Thị Ba", 1970, "x", "", ""],
        ]
    )
    assert [(row.line, row.name) for row in sheets.rows] == [(3, "Lê Thị Ba")]


@pytest.mark.parametrize(
    "name",
    [
        "Hà Thị Nhóm",
        "Lê Thị Con",
        "Hồ Thị Mẹ",
        "Võ Thị Số",
        "Nghê Thị Ba",
        "Lê Thị Nghèo",
        "Hồ Chu",
        "Lý Đô",
    ],
)
def test_the_first_person_is_no_part_of_the_header(name: str) -> None:
    sheets = read([["Họ và tên", "Năm sinh"], [name, ""], [name, 1970]])
    assert [row.line for row in sheets.rows] == [2, 3]
