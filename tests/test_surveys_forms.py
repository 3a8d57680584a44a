"""Survey forms as clerks write them, and the way through their questions."""

from __future__ import annotations

import io
from datetime import date

import msgspec
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from handlers.surveys import form_files
from handlers.surveys.form_files import MAX_FORM_BYTES, read_form
from handlers.surveys.form_text import MAX_LINES, read_text_form
from handlers.surveys.forms import (
    MAX_OPTION,
    MAX_OPTIONS,
    MAX_QUESTION,
    MAX_QUESTIONS,
    MAX_TITLE,
    Condition,
    QuestionKind,
    Skip,
    SurveyForm,
    Value,
    next_question,
    walk,
)

NEEDS = """Khảo sát: Nhu cầu học chữ ký số
Hạn: 30/11/2026
Kín: không
1. Chị đã có chữ ký số chưa? (có/không) *
   nếu không -> câu 3
2. Chị dùng vào việc gì? (nhiều lựa chọn)
   - Dịch vụ công
   - Ngân hàng
3. Mức độ cần tập huấn? (thang 1-5)
"""

UNMARKED = """KHAO SAT NHU CAU HOC NGHE

Cau 1: Chi bao nhieu tuoi? (so 18-110, bat buoc)
  neu duoi 30 => ket thuc
  neu tu 60 tro len thi sang cau 4
Cau 2: Chi thich mon nao,
chon mot mon?
a) Nau an, may va
b) Hat
c) - Khac
  neu Nau an, may va hoac 2 -> cau 4
Cau 3: Y kien khac
-> het
Cau 4: Ngay chi ranh? (ngay)
Cau 5: Chi muon hoc gi? (chon nhieu)
[ ] Dan lat
☐ Lam banh
neu cau 1 = 40 → cau 5
An danh
"""


def form_of(text: str) -> SurveyForm:
    reading = read_text_form(text)
    assert reading.problems == ()
    assert reading.form is not None
    return reading.form


def problems_of(text: str) -> list[tuple[str, int]]:
    reading = read_text_form(text)
    assert reading.form is None
    return [(problem.code, problem.line) for problem in reading.problems]


def test_the_form_of_the_guide() -> None:
    form = form_of(NEEDS)

    assert (form.title, form.deadline, form.anonymous) == (
        "Nhu cầu học chữ ký số",
        "30/11/2026",
        False,
    )
    owns, uses, needs = form.questions
    assert (owns.text, owns.kind, owns.required) == (
        "Chị đã có chữ ký số chưa?",
        QuestionKind.YES_NO,
        True,
    )
    assert owns.skips == (Skip(2, (Condition("=", 0),)),)
    assert (uses.kind, uses.required) == (QuestionKind.SEVERAL_CHOICES, False)
    assert uses.options == ("Dịch vụ công", "Ngân hàng")
    assert (needs.kind, needs.least, needs.most) == (QuestionKind.SCALE, 1, 5)


def test_the_way_through_a_form_follows_what_is_answered_and_changed() -> None:
    form = form_of(NEEDS)

    assert next_question(form, {}) == 0
    assert next_question(form, {0: False}) == 2
    assert next_question(form, {0: True}) == 1
    assert next_question(form, {0: True, 1: None}) == 2
    assert next_question(form, {0: False, 2: 5}) is None
    # She answered question 2, then went back and said no: that answer is off the way.
    assert walk(form, {0: False, 1: (1, 2), 2: 5}) == ((0, 2), None)


def test_a_form_typed_without_marks() -> None:
    form = form_of(UNMARKED)

    age, likes, other, day, learn = form.questions
    assert form.title == "KHAO SAT NHU CAU HOC NGHE"
    assert form.anonymous
    assert form.deadline is None
    assert (age.kind, age.required, age.least, age.most) == (QuestionKind.NUMBER, True, 18, 110)
    assert age.skips == (
        Skip(None, (Condition("<", 30),)),
        Skip(3, (Condition(">=", 60),)),
        Skip(4, (Condition("=", 40),)),
    )
    assert likes.text == "Chi thich mon nao, chon mot mon?"
    assert likes.kind is QuestionKind.ONE_CHOICE
    assert likes.options == ("Nau an, may va", "Hat", "- Khac")
    assert likes.skips == (Skip(3, (Condition("=", 1), Condition("=", 2))),)
    assert (other.kind, other.skips) == (QuestionKind.SHORT_TEXT, (Skip(None),))
    assert day.kind is QuestionKind.DATE
    assert learn.options == ("Dan lat", "Lam banh")


@pytest.mark.parametrize(
    ("answers", "following"),
    [
        ({0: 29}, None),
        ({0: 30}, 1),
        ({0: 40}, 4),
        ({0: 75}, 3),
        ({0: 50, 1: 2}, 3),
        ({0: 50, 1: 3}, 2),
        ({0: 50, 1: None}, 2),
        ({0: 50, 1: 3, 2: "đan len"}, None),
        ({0: 50, 1: 3, 2: None}, None),
        ({0: 75, 3: date(2026, 12, 1)}, 4),
    ],
)
def test_rules_on_numbers_choices_and_without_a_condition(
    answers: dict[int, Value], following: int | None
) -> None:
    assert next_question(form_of(UNMARKED), answers) == following


@pytest.mark.parametrize(
    ("brackets", "kind", "least", "most", "required"),
    [
        ("(có/không)", QuestionKind.YES_NO, None, None, False),
        ("(Có hoặc không) *", QuestionKind.YES_NO, None, None, True),
        ("* (co khong)", QuestionKind.YES_NO, None, None, True),
        ("(số)", QuestionKind.NUMBER, None, None, False),
        ("(số từ 0 đến 20)(bắt buộc)", QuestionKind.NUMBER, 0, 20, True),
        ("(số lượng, 1 - 9)", QuestionKind.NUMBER, 1, 9, False),
        ("(thang điểm 1 đến 10)", QuestionKind.SCALE, 1, 10, False),
        ("(thang 7)", QuestionKind.SCALE, 1, 7, False),
        ("(1-5) *", QuestionKind.SCALE, 1, 5, True),
        ("(ngày/tháng/năm)", QuestionKind.DATE, None, None, False),
        ("(tự ghi, bắt buộc)", QuestionKind.SHORT_TEXT, None, None, True),
        ("(không bắt buộc)", QuestionKind.SHORT_TEXT, None, None, False),
        ("(tháng 1-12)", None, None, None, False),
        ("(1950-1980)", None, None, None, False),
        ("(ví dụ: VNeID)", None, None, None, False),
    ],
)
def test_what_brackets_say(
    brackets: str, kind: QuestionKind | None, least: int, most: int, required: bool
) -> None:
    (question,) = form_of(f"Hỏi\n1. Chị thấy sao? {brackets}").questions

    assert question.kind is (kind or QuestionKind.SHORT_TEXT)
    assert (question.least, question.most, question.required) == (least, most, required)
    assert question.text == (
        "Chị thấy sao?" if kind or "buộc" in brackets else f"Chị thấy sao? {brackets}"
    )


def test_options_yes_and_no_make_a_yes_no_question() -> None:
    first, second = form_of(
        "Hỏi\n1. Đi không?\n- Có\n- Không\n2. Đi? (có/không)\n+ có\n+ không"
    ).questions

    assert first.kind is second.kind is QuestionKind.YES_NO
    assert first.options == second.options == ("Có", "Không")[:0]


@pytest.mark.parametrize(
    "arrow", ["->", "-->", "=>", "→", "thì", "thì sang", ", chuyển", "nhảy đến"]
)
@pytest.mark.parametrize("target", ["câu 3", "Cau 3.", "câu hỏi số 3"])
def test_arrows_and_targets(arrow: str, target: str) -> None:
    text = f"Hỏi\n1. A? (có/không)\nNếu không {arrow} {target}\n2. B?\n3. C?"

    assert form_of(text).questions[0].skips == (Skip(2, (Condition("=", 0),)),)


@pytest.mark.parametrize(
    ("rule", "condition"),
    [
        ("nếu Ngân hàng -> câu 3", Condition("=", 2)),
        ("nếu ngan hang -> câu 3", Condition("=", 2)),
        ("nếu chọn 2 -> câu 3", Condition("=", 2)),
        ("nếu câu 1 là 2. Ngân hàng -> câu 3", Condition("=", 2)),
        ("- nếu trả lời “Ngân hàng” → kết thúc khảo sát", Condition("=", 2)),
    ],
)
def test_conditions_on_an_option(rule: str, condition: Condition) -> None:
    text = f"Hỏi\n1. A?\n- Dịch vụ công\n- Ngân hàng\n- Nếu có thời gian\n{rule}\n2. B?\n3. C?"

    (skip,) = form_of(text).questions[0].skips
    assert skip.conditions == (condition,)
    assert skip.to in {2, None}


@pytest.mark.parametrize(
    ("words", "sign", "value"),
    [
        ("3", "=", 3),
        ("bằng 3", "=", 3),
        ("> 3", ">", 3),
        ("trên 3", ">", 3),
        ("<= 3", "<=", 3),
        ("tối đa 3", "<=", 3),
    ],
)
def test_conditions_on_a_number(words: str, sign: str, value: int) -> None:
    (question, _) = form_of(f"Hỏi\n1. Mấy con? (số)\nnếu {words} -> hết\n2. B?").questions

    assert question.skips == (Skip(None, (Condition(sign, value),)),)


def test_everything_wrong_is_said_at_once_with_its_line() -> None:
    text = """Kín: chắc vậy
Dòng đầu
Dòng thừa
1. A? (có/không)
 nếu có -> câu 9
 nếu 7 -> câu 2
 nếu có
 nếu câu 8 = có -> câu 2
2. B? (một lựa chọn)
 - x
3. C (thang 1-30)
 - hê
 nếu không -> câu 1
2. D?
 - a
 - A
 - 7
lạc lõng
4. (có/không)
5. E? (số 9-3)"""

    assert problems_of(text) == [
        ("secret_unclear", 1),
        ("stray_line", 3),
        ("skip_unknown", 5),
        ("skip_condition", 6),
        ("skip_unclear", 7),
        ("skip_unknown", 8),
        ("too_few_options", 9),
        ("bad_range", 11),
        ("options_unwanted", 12),
        ("skip_backwards", 13),
        ("number_order", 14),
        ("option_twice", 16),
        ("option_number", 17),
        ("stray_line", 18),
        ("question_empty", 19),
        ("bad_range", 20),
    ]


def test_a_rule_may_not_lead_to_its_own_question() -> None:
    assert problems_of("Hỏi\n1. A? (có/không)\nnếu có -> câu 1") == [("skip_backwards", 3)]


def test_a_text_question_takes_no_condition() -> None:
    assert problems_of("Hỏi\n1. A?\nnếu có -> hết\n2. B?") == [("skip_condition", 3)]


def test_limits() -> None:
    many = "\n".join(f"{number}. A?" for number in range(1, MAX_QUESTIONS + 2))
    options = "\n".join(f"- món {number}" for number in range(MAX_OPTIONS + 1))

    assert problems_of(f"Hỏi\n{many}") == [("too_many_questions", MAX_QUESTIONS + 2)]
    assert problems_of(f"Hỏi\n1. A?\n{options}") == [("too_many_options", MAX_OPTIONS + 3)]
    assert problems_of(f"{'ạ' * (MAX_TITLE + 1)}\n1. A?") == [("title_too_long", 1)]
    assert problems_of(f"Hỏi\n1. {'ạ' * (MAX_QUESTION + 1)}") == [("question_too_long", 2)]
    assert problems_of(f"Hỏi\n1. A?\n- b\n- {'ạ' * (MAX_OPTION + 1)}") == [("option_too_long", 4)]
    assert problems_of("Hỏi\n1. A?\n" + "\n" * MAX_LINES) == [("form_too_long", MAX_LINES + 1)]
    assert form_of(f"{'ạ' * MAX_TITLE}\n1. {'ạ' * MAX_QUESTION}")


@pytest.mark.parametrize("text", ["", "   \n\n", "Khảo sát:"])
def test_an_empty_form(text: str) -> None:
    assert {code for code, _ in problems_of(text)} == {"no_title", "no_questions"}


def test_a_form_keeps_its_shape_on_the_way_to_the_database_and_back() -> None:
    for text in (NEEDS, UNMARKED):
        form = form_of(text)
        assert msgspec.json.decode(msgspec.json.encode(form), type=SurveyForm) == form


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


@given(st.text(alphabet="123.:-()*→> nếukhôngcâuthang\nHạKín", max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    reading = read_text_form(text)

    assert (reading.form is None) == bool(reading.problems)


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.txt", "a.xlsx"]))
def test_no_file_breaks_the_reader(data: bytes, name: str) -> None:
    assert read_form(data, name).problems
    assert read_form(b"PK\x03\x04" + data, name).problems


@given(st.data())
def test_every_walk_through_a_form_ends(data: st.DataObject) -> None:
    form = form_of(UNMARKED)
    answers: dict[int, Value] = {}
    values: st.SearchStrategy[Value] = st.one_of(st.none(), st.integers(0, 99), st.just("ừ"))
    asked: list[int] = []
    while (index := next_question(form, answers)) is not None:
        asked.append(index)
        answers[index] = data.draw(values)

    assert asked == sorted(set(asked))
    assert walk(form, answers)[0] == tuple(asked)
