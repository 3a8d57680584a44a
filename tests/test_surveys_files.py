"""Survey forms in workbooks and text files, and files that are none."""

from __future__ import annotations

import io
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from handlers.surveys import form_files
from handlers.surveys.form_files import MAX_FORM_BYTES, read_form
from handlers.surveys.form_text import read_text_form
from handlers.surveys.forms import Condition, QuestionKind, Skip
from tests.surveys_scenes import NEEDS

HEADER = ["STT", "Câu hỏi", "Loại", "Bắt buộc", "Lựa chọn 1", "Lựa chọn 2", "Nếu"]


def workbook(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell, *([day] if isinstance(cell, date) else []))
    return out.getvalue()


SHEET: list[list[object]] = [
    ["KHẢO SÁT NHU CẦU"],
    ["Hạn", date(2026, 11, 30)],
    ["Kín:", "có"],
    [],
    list(HEADER),
    [1, "Chị đã có chữ ký số chưa?", "có/không", "x", "", "", "không -> câu 3"],
    [2, "Chị dùng vào việc gì?", "nhiều lựa chọn", "", "Dịch vụ công", "Ngân hàng; Khác", ""],
    [3, "Nhà có mấy người?", "số 1-20", True, "", "", ""],
]


def test_a_form_in_a_workbook() -> None:
    reading = read_form(workbook(SHEET), "khao-sat.xlsx")

    assert reading.problems == ()
    form = reading.form
    assert form is not None
    assert (form.title, form.deadline, form.anonymous) == ("KHẢO SÁT NHU CẦU", "30/11/2026", True)
    owns, uses, people = form.questions
    assert (owns.kind, owns.required) == (QuestionKind.YES_NO, True)
    assert owns.skips == (Skip(2, (Condition("=", 0),)),)
    assert (uses.options, uses.required) == (("Dịch vụ công", "Ngân hàng", "Khác"), False)
    assert (people.kind, people.least, people.most, people.required) == (
        QuestionKind.NUMBER,
        1,
        20,
        True,
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_a_form_as_csv_of_any_office_program(encoding: str, delimiter: str) -> None:
    rows = [
        ["Khảo sát", "Nhu cầu"],
        ["Câu hỏi", "Loại", "Phương án"],
        ["Chị học gì?", "", "Đan lát|May vá"],
    ]
    text = "\r\n".join(delimiter.join(row) for row in rows)

    reading = read_form(text.encode(encoding), "form.csv")

    assert reading.form is not None
    assert reading.form.title == "Nhu cầu"
    assert reading.form.questions[0].options == ("Đan lát", "May vá")


def test_what_is_wrong_in_a_workbook_is_named_by_its_row() -> None:
    rows = [
        *SHEET,
        [4, "Khác?", "chọn đại", "", "", "", ""],
        [5, "", "", "", "", "", "không -> câu 9"],
    ]

    problems = read_form(workbook([["Thừa"], *rows])).problems

    assert [(one.code, one.line) for one in problems] == [
        ("stray_line", 2),
        ("kind_unknown", 10),
        ("question_empty", 11),
        ("skip_unknown", 11),
    ]


def test_a_workbook_without_a_header() -> None:
    problems = read_form(workbook([["Khảo sát", "Nhu cầu"]])).problems

    assert {one.code for one in problems} == {"no_header", "no_questions"}


def test_a_text_file() -> None:
    assert read_form(NEEDS.encode(), "form.txt") == read_text_form(NEEDS)


def test_files_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def code(data: bytes) -> str:
        (problem,) = read_form(data, "form.xlsx").problems
        return problem.code

    assert code(b"x" * (MAX_FORM_BYTES + 1)) == "too_big"
    assert code(b"PK\x03\x04 broken") == "unreadable"
    assert code(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)) == "unreadable"
    assert code(b"\xff\xd8\xff\xe0 a photo \x80") == "unreadable"
    assert code(b"zero\0bytes") == "unreadable"
    monkeypatch.setattr(form_files, "MAX_UNPACKED_BYTES", 100)
    assert code(workbook(SHEET)) == "too_big"  # small, but would unfold to too much


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.txt", "a.xlsx"]))
def test_no_file_breaks_the_reader(data: bytes, name: str) -> None:
    assert read_form(data, name).problems
    assert read_form(b"PK\x03\x04" + data, name).problems
