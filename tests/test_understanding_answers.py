"""Short answers: what is clear is understood, and what a secretary would ask back stays unclear."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.answers import ANSWERS, Answer, Meaning, read_number, read_yes_no
from storage.vietnamese import fold

YES_NO = {
    Meaning.YES: "có | co | dạ có | có ạ | đồng ý | dong y | em đồng ý ạ | nhất trí nha chị | được | đc | rồi | có chứ",
    Meaning.NO: """
        không | khong | ko | k | hông | hổng | dạ không ạ | không nha chị | không, chị ạ | không đồng ý
        khong dong y | chưa | chưa có
    """,
    Meaning.UNCLEAR: """
        c | dạ | ok | vâng | có không | không? | có hay không | không, em đồng ý | không biết | sao cũng được | 👍 | 0
    """,
}
NUMBERS = {
    "12": 12,
    '"12"': 12,
    "12.": 12,
    "dạ 12 ạ": 12,
    "0": 0,
    "007": 7,
    "1.200": 1200,
    "1.200.000": 1_200_000,
    "1,5": Decimal("1.5"),
    "1.5": Decimal("1.5"),
    "1.200,5": Decimal("1200.5"),
    "12 người": 12,
    "hai hội viên": 2,
    "hai mươi": 20,
    "hai muoi lam": 25,
    "mười hai": 12,
    "một trăm linh năm": 105,
    "một nghìn hai trăm": 1200,
    "hai lăm": 25,
    "năm": 5,
    "bẩy": 7,
    "ba mươi mốt": 31,
    "năm trăm ngàn": 500_000,
    "hai triệu": 2_000_000,
}
NO_NUMBERS = (
    "", "1,200", "khoảng 12", "-5", "không", "1.20.3", "một trăm hai", "một ngàn hai", "hai ba", "bà",
    "12 13", "mười nghìn trăm", "12 12 người", "người", "nhiều lắm", "12?", "1.2345", "trăm", "9" * 90,
)  # fmt: skip


def rows(table: dict[Meaning, str]) -> list[tuple[str, Meaning]]:
    return [
        (text.strip(), meaning)
        for meaning, lines in table.items()
        for text in lines.replace("\n", "|").split("|")
        if text.strip()
    ]


@pytest.mark.parametrize(("text", "meaning"), rows(YES_NO))
def test_a_yes_no_question_is_answered(text: str, meaning: Meaning) -> None:
    assert read_yes_no(text).meaning is meaning
    assert read_yes_no(unicodedata.normalize("NFD", text)).meaning is meaning


@pytest.mark.parametrize(("text", "number"), NUMBERS.items())
def test_a_number_is_read(text: str, number: Decimal) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_clear_number_is_none(text: str) -> None:
    assert read_number(text) is None


def test_an_answer_tells_the_words_it_rests_on() -> None:
    assert read_yes_no("Dạ, em ĐỒNG Ý ạ 🙏") == Answer(Meaning.YES, "đồng ý")
    assert read_yes_no("mai có") == Answer(Meaning.UNCLEAR, "")
    assert read_yes_no("đồng ý" + " ạ" * 50) == Answer(Meaning.UNCLEAR, "")


@pytest.mark.parametrize("meaning", ANSWERS)
def test_every_listed_line_means_what_its_list_says(meaning: Meaning) -> None:
    """Two lists that claim one line would make the table lie to whoever extends it."""
    for line in ANSWERS[meaning].replace("\n", "/").split("/"):
        if line.strip():
            assert read_yes_no(line).meaning is meaning, line


@given(st.text(max_size=120))
def test_no_text_is_too_strange(text: str) -> None:
    answer = read_yes_no(text)
    assert (answer.meaning is Meaning.UNCLEAR) == (not answer.rested_on)
    number = read_number(text)
    assert number is None or number >= 0


FIRM = [row for row in rows(YES_NO) if row[1] is not Meaning.UNCLEAR]


@given(st.sampled_from(FIRM), st.sampled_from(["?", " không?", " hông", " hả chị", " đâu"]))
def test_a_question_is_never_an_answer(row: tuple[str, Meaning], asking: str) -> None:
    assert read_yes_no(row[0] + asking).meaning is Meaning.UNCLEAR


@given(st.sampled_from(rows(YES_NO)), st.sampled_from(["chị Hoa", "bà Năm", "cô Tư", "Lan"]))
def test_somebody_named_is_never_the_sender(row: tuple[str, Meaning], name: str) -> None:
    assert read_yes_no(f"{name} {row[0]}").meaning is Meaning.UNCLEAR


@given(st.sampled_from(FIRM))
def test_lost_marks_may_lose_a_meaning_but_never_change_it(row: tuple[str, Meaning]) -> None:
    text, meaning = row
    assert read_yes_no(fold(text)).meaning in (meaning, Meaning.UNCLEAR)
