"""Short answers: what is clear is understood, and what a secretary would ask back stays unclear."""

from __future__ import annotations

import time
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.answers import (
    ANSWERS,
    Answer,
    Context,
    Meaning,
    read_answer,
    read_number,
    read_yes_no,
)
from storage.vietnamese import fold

ROLL = {
    Meaning.PRESENT: """
        có mặt | co mat | CÓ MẶT | Có mặt. | cm | có | dạ có | có em | có ạ | em có mặt | em có mặt ạ | mặt
        mặt ạ | có mặt ạ | + | dạ em có mặt nha chị | chị ơi em có mặt | chị Hoa ơi, em có mặt ạ
        tui có mặt | mình có mặt nhé | e có mặt | da co mat a | có mặt rồi nha | có mặt !!! | có mặt 🙋‍♀️
        có mặt ✅ | có nghen | có nhen chị | có em nè | chị có mặt | em có tham dự | dự được nha
        cả nhà ơi em có mặt | co nha | tới rồi | em tham gia
    """,
    Meaning.PRESENT_ONLINE: """
        trực tuyến | truc tuyen | online | em dự online | có mặt trực tuyến | có mặt online nha
        dạ em tham gia qua zoom ạ | em họp onl | xin phép dự trực tuyến
    """,
    Meaning.LATE: """
        đi trễ | di tre | đến trễ | tới trễ | trễ | đi trể | em tới trễ chút nha | em vô trễ
        dạ em xin phép đến trễ ạ | đi muộn | bận việc đến trễ
    """,
    Meaning.ABSENT: """
        vắng | vang | vắng mặt | em vắng nha | nghỉ | không đi được | ko đi dc | em k dự được ạ
        hông đi được | khong tham gia duoc | em không có mặt | chị Hoa ơi em vắng
    """,
    Meaning.ABSENT_EXCUSED: """
        xin vắng | xin phép vắng | xin phep vang | dạ em xin phép vắng ạ 🙏 | xin phép bận | vắng có phép
        bận không đi được | ban khong di duoc | bận việc k đi được | em bận, em xin vắng | bệnh xin nghỉ
        em có việc xin phép vắng | xin nghĩ | có phép
    """,
    Meaning.UNCLEAR: """
        dạ | ok | oke | đã xem | vâng | vâng ạ | dạ vâng | da vang | vang a | vắng không? | vắng không
        có ai vắng | không vắng | hông vắng | có mặt không | có mặt? | mai có | c | k | không | 1 | 2 | có 2
        chị Hoa có mặt | vắng chị Hoa | bà Năm vắng | chị em có mặt | tụi em có mặt | có lẽ | chắc có
        không, có mặt | có mặt, vắng | có/vắng | có mặt ❌ | 👍 | 🙋‍♀️ | có nhà | có con | vàng | muon | mat | nghi ngờ
        ơi | em ơi | em | có mặt đi mấy chị | ai có mặt | có mặt chưa | vắng nhiều quá | nay có họp hông | ...
        em có mặt rồi mà sao ghi em vắng | nhà em có người bệnh | có chị | hôm nay em vắng mặt chị Lan
    """,
}
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


@pytest.mark.parametrize(("text", "meaning"), rows(ROLL))
def test_a_roll_call_is_answered(text: str, meaning: Meaning) -> None:
    assert read_answer(text, "roll").meaning is meaning
    assert read_answer(unicodedata.normalize("NFD", text), "roll").meaning is meaning


@pytest.mark.parametrize(("text", "meaning"), rows(YES_NO))
def test_a_yes_no_question_is_answered(text: str, meaning: Meaning) -> None:
    assert read_yes_no(text).meaning is meaning


@pytest.mark.parametrize(("text", "number"), NUMBERS.items())
def test_a_number_is_read(text: str, number: Decimal) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_clear_number_is_none(text: str) -> None:
    assert read_number(text) is None


def test_an_answer_tells_the_words_it_rests_on() -> None:
    assert read_answer("Dạ, em xin phép VẮNG ạ 🙏") == Answer(
        Meaning.ABSENT_EXCUSED, "xin phép vắng"
    )
    assert read_answer("mai có") == Answer(Meaning.UNCLEAR, "")
    assert read_answer("có mặt" + " ạ" * 50) == Answer(Meaning.UNCLEAR, "")


@pytest.mark.parametrize("context", ANSWERS)
def test_every_listed_line_means_what_its_list_says(context: Context) -> None:
    """Two lists that claim one line would make the table lie to whoever extends it."""
    for meaning, lines in ANSWERS[context].items():
        for line in lines.replace("\n", "/").split("/"):
            if line.strip():
                assert read_answer(line, context).meaning is meaning, line


@given(st.text(max_size=120))
def test_no_text_is_too_strange(text: str) -> None:
    for context in ANSWERS:
        answer = read_answer(text, context)
        assert (answer.meaning is Meaning.UNCLEAR) == (not answer.rested_on)
    number = read_number(text)
    assert number is None or number >= 0


@given(
    st.sampled_from(rows(ROLL)),
    st.sampled_from(["?", " không?", " hông", " chưa", " hả chị", " đâu"]),
)
def test_a_question_is_never_an_answer(row: tuple[str, Meaning], asking: str) -> None:
    assert read_answer(row[0] + asking).meaning is Meaning.UNCLEAR


@given(st.sampled_from(rows(ROLL)), st.sampled_from(["chị Hoa", "bà Năm", "cô Tư", "Lan"]))
def test_somebody_named_is_never_the_sender(row: tuple[str, Meaning], name: str) -> None:
    assert read_answer(f"{name} {row[0]}").meaning is Meaning.UNCLEAR


@given(st.sampled_from([row for row in rows(ROLL) if row[1] is not Meaning.UNCLEAR]))
def test_lost_marks_may_lose_a_meaning_but_never_change_it(row: tuple[str, Meaning]) -> None:
    text, meaning = row
    assert read_answer(fold(text)).meaning in (meaning, Meaning.UNCLEAR)


def test_a_thousand_answers_take_less_than_a_second() -> None:
    texts = [text for text, _ in rows(ROLL)]
    begun = time.perf_counter()
    for count in range(1000):
        read_answer(texts[count % len(texts)])

    assert time.perf_counter() - begun < 1
