"""Survey forms as clerks type them, and everything wrong in one said at once."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
)
from tests.surveys_scenes import NEEDS, UNMARKED, form_of, problems_of


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


@given(st.text(alphabet="123.:-()*→> nếukhôngcâuthang\nHạKín", max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    reading = read_text_form(text)

    assert (reading.form is None) == bool(reading.problems)
