"""The rules by which a form leaves questions out, and the way through it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.surveys.forms import Condition, Skip, Value, walk
from tests.surveys_scenes import NEEDS, UNMARKED, form_of, problems_of


def test_the_way_through_a_form_follows_what_is_answered_and_changed() -> None:
    form = form_of(NEEDS)

    assert walk(form, {})[1] == 0
    assert walk(form, {0: False})[1] == 2
    assert walk(form, {0: True})[1] == 1
    assert walk(form, {0: True, 1: None})[1] == 2
    assert walk(form, {0: False, 2: 5})[1] is None
    # She answered question 2, then went back and said no: that answer is off the way.
    assert walk(form, {0: False, 1: (1, 2), 2: 5}) == ((0, 2), None)


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
    assert walk(form_of(UNMARKED), answers)[1] == following


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


def test_a_rule_may_not_lead_to_its_own_question() -> None:
    assert problems_of("Hỏi\n1. A? (có/không)\nnếu có -> câu 1") == [("skip_backwards", 3)]


def test_a_text_question_takes_no_condition() -> None:
    assert problems_of("Hỏi\n1. A?\nnếu có -> hết\n2. B?") == [("skip_condition", 3)]


@given(st.data())
def test_every_walk_through_a_form_ends(data: st.DataObject) -> None:
    form = form_of(UNMARKED)
    answers: dict[int, Value] = {}
    values: st.SearchStrategy[Value] = st.one_of(st.none(), st.integers(0, 99), st.just("ừ"))
    asked: list[int] = []
    while (index := walk(form, answers)[1]) is not None:
        asked.append(index)
        answers[index] = data.draw(values)

    assert asked == sorted(set(asked))
    assert walk(form, answers)[0] == tuple(asked)
