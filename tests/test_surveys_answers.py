"""What members write back to one question of a survey."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.surveys.answers import AnswerProblem, check_answer
from handlers.surveys.forms import MAX_ANSWER, Question, QuestionKind, Value

USES = ("Dịch vụ công", "Ngân hàng", "Nấu ăn, may vá", "Bò")
YES_NO = Question("Có chưa?", QuestionKind.YES_NO)
ONE = Question("Nào?", QuestionKind.ONE_CHOICE, options=USES)
SEVERAL = Question("Gì?", QuestionKind.SEVERAL_CHOICES, options=USES)
NUMBER = Question("Mấy?", QuestionKind.NUMBER, least=0, most=2000)
SCALE = Question("Cần không?", QuestionKind.SCALE, least=1, most=5)
DAY = Question("Ngày nào?", QuestionKind.DATE)
WORDS = Question("Ý kiến?", QuestionKind.SHORT_TEXT)


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        (YES_NO, "có", True),
        (YES_NO, "Dạ có ạ", True),
        (YES_NO, "CO ROI", True),
        (YES_NO, "1", True),
        (YES_NO, "hông", False),
        (YES_NO, "dạ chưa nghen", False),
        (YES_NO, "2", False),
        (ONE, "2", 2),
        (ONE, "2.", 2),
        (ONE, "số 2", 2),
        (ONE, "ngan hang", 2),
        (ONE, "2. Ngân hàng", 2),
        (ONE, "Nấu ăn, may vá", 3),
        (ONE, "bò", 4),
        (ONE, "bo", 4),
        (SEVERAL, "1, 3", (1, 3)),
        (SEVERAL, "3 1 1", (1, 3)),
        (SEVERAL, "1 và 3", (1, 3)),
        (SEVERAL, "dich vu cong, ngan hang", (1, 2)),
        (SEVERAL, "Nấu ăn, may vá", (3,)),
        (SEVERAL, "1. Dịch vụ công\n4. Bò", (1, 4)),
        (NUMBER, "12", 12),
        (NUMBER, "dạ 12 người ạ", 12),
        (NUMBER, "1.200", 1200),
        (NUMBER, "2,5 công", 2.5),
        (NUMBER, "hai mươi lăm", 25),
        (SCALE, "5", 5),
        (SCALE, "mức 3", 3),
        (SCALE, "bốn", 4),
        (DAY, "5/12/2026", date(2026, 12, 5)),
        (DAY, "ngày 05 tháng 12 năm 2026", date(2026, 12, 5)),
        (DAY, "05-12-2026", date(2026, 12, 5)),
        (WORDS, "  Xin mở  lớp\n\n buổi tối ", "Xin mở lớp\nbuổi tối"),
        (WORDS, "ạ" * MAX_ANSWER, "ạ" * MAX_ANSWER),
        (WORDS, "bỏ qua", None),
        (SCALE, "-", None),
        (ONE, "", None),
    ],
)
def test_answers_that_are_understood(question: Question, text: str, value: Value) -> None:
    answer = check_answer(question, text)

    assert answer == value
    assert type(answer) is type(value)


@pytest.mark.parametrize(
    ("question", "text", "problem"),
    [
        (YES_NO, "c", AnswerProblem("unclear")),
        (YES_NO, "chắc có", AnswerProblem("unclear")),
        (YES_NO, "dạ", AnswerProblem("unclear")),
        (ONE, "5", AnswerProblem("no_such_option", 1, 4)),
        (ONE, "0", AnswerProblem("no_such_option", 1, 4)),
        (ONE, "1. Ngân hàng", AnswerProblem("no_such_option", 1, 4)),
        (ONE, "1, 2", AnswerProblem("only_one")),
        (ONE, "ngân", AnswerProblem("no_such_option", 1, 4)),
        (SEVERAL, "1, 9", AnswerProblem("no_such_option", 1, 4)),
        (SEVERAL, "13", AnswerProblem("no_such_option", 1, 4)),
        (SEVERAL, ", ,", AnswerProblem("no_such_option", 1, 4)),
        (NUMBER, "nhiều lắm", AnswerProblem("not_a_number", 0, 2000)),
        (NUMBER, "2 triệu", AnswerProblem("too_large", 0, 2000)),
        (NUMBER, "1,200", AnswerProblem("not_a_number", 0, 2000)),
        (NUMBER, "3 hoặc 4", AnswerProblem("not_a_number", 0, 2000)),
        (NUMBER, "-1", AnswerProblem("too_small", 0, 2000)),
        (NUMBER, "2.001", AnswerProblem("too_large", 0, 2000)),
        (SCALE, "0", AnswerProblem("too_small", 1, 5)),
        (SCALE, "6", AnswerProblem("too_large", 1, 5)),
        (SCALE, "3,5", AnswerProblem("not_a_step", 1, 5)),
        (SCALE, "tốt", AnswerProblem("not_a_step", 1, 5)),
        (DAY, "31/11/2026", AnswerProblem("not_a_date")),
        (DAY, "5/12", AnswerProblem("not_a_date")),
        (DAY, "5/12/1026", AnswerProblem("not_a_date")),
        (WORDS, "ạ" * (MAX_ANSWER + 1), AnswerProblem("too_long", most=MAX_ANSWER)),
    ],
)
def test_answers_that_are_asked_back(question: Question, text: str, problem: AnswerProblem) -> None:
    assert check_answer(question, text) == problem


def test_a_required_question_cannot_be_left_out() -> None:
    required = Question("Ý kiến?", QuestionKind.SHORT_TEXT, required=True)

    assert check_answer(required, "bỏ qua") == AnswerProblem("required")
    assert check_answer(required, " \n") == AnswerProblem("required")
    assert check_answer(required, "không có ý kiến") == "không có ý kiến"


def test_two_options_alike_without_marks_are_told_apart_only_by_marks_or_number() -> None:
    question = Question("Ai?", QuestionKind.ONE_CHOICE, options=("Chị Thúy", "Chị Thùy"))

    assert check_answer(question, "chị thùy") == 2
    assert check_answer(question, "2") == 2
    assert check_answer(question, "chi thuy") == AnswerProblem("no_such_option", 1, 2)


@given(
    st.sampled_from([YES_NO, ONE, SEVERAL, NUMBER, SCALE, DAY, WORDS]),
    st.text(max_size=60) | st.text(alphabet="0123456789.,-+/ và", max_size=20),
)
def test_no_answer_breaks_the_reader_or_leaves_its_bounds(question: Question, text: str) -> None:
    answer = check_answer(question, text)

    if isinstance(answer, tuple):
        assert set(answer) <= set(range(1, len(question.options) + 1))
    elif question.least is not None and isinstance(answer, int | float):
        assert question.least <= answer <= (question.most or 0)
