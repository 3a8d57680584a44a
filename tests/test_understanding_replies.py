"""Replies as members type them: grown examples, seen and unseen, and what must never happen."""

from __future__ import annotations

import io
import re
import sys
import time
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import main
from handlers.understanding import answers
from handlers.understanding.replies import Context, Meaning, prepare, understand
from storage.vietnamese import fold
from tests.understanding.__main__ import FOLDER, Example, examples, figures, is_wrong

WORDS = Path(answers.__file__).parent / "words"
SETS = sorted(file.stem for file in FOLDER.glob("*.tsv"))
KNOWN = examples("examples")
FIRM = [row for row in KNOWN if not row.expected.startswith("unclear")]


@pytest.mark.parametrize("name", SETS)
def test_replies_are_understood_and_hardly_one_is_mistaken(name: str) -> None:
    found = figures(examples(name))

    assert found.wrong <= 0.01
    assert found.understood >= 0.93
    assert found.proxy >= 0.9


@given(st.sampled_from(FIRM))
def test_unicode_capitals_and_blanks_change_nothing(row: Example) -> None:
    assert str(understand(unicodedata.normalize("NFD", row.reply), row.context)) == row.got
    assert str(understand(f"  {row.reply.replace(' ', '  ')} \n", row.context)) == row.got
    shouted = str(understand(row.reply.upper(), row.context))
    assert not is_wrong(row, shouted)


@pytest.mark.slow
@pytest.mark.sqlite
def test_lost_marks_may_lose_a_meaning_but_hardly_ever_change_it() -> None:
    lost = [(row, str(understand(fold(row.reply), row.context))) for row in KNOWN]

    assert sum(is_wrong(row, got) for row, got in lost) / len(lost) <= 0.01


def keys(text: str, telex: bool) -> str:
    """What somebody types whose keyboard turns no keys into marks, the tone behind the word."""
    typed = []
    for word in unicodedata.normalize("NFD", text).replace("đ", "dd" if telex else "d9").split():
        tones = "".join("sfrxj12345"["\u0301\u0300\u0309\u0303\u0323".index(one) + (not telex) * 5]
                        for one in word if one in "\u0301\u0300\u0309\u0303\u0323")  # fmt: skip
        bare = "".join(one for one in word if one not in "\u0301\u0300\u0309\u0303\u0323")
        if telex:
            bare = re.sub("(.)\u0302", r"\1\1", bare).replace("\u031b", "w").replace("\u0306", "w")
        else:
            bare = bare.translate({0x302: "6", 0x31B: "7", 0x306: "8"})
        end = re.search(r"\W*$", bare)
        assert end
        typed.append(bare[: end.start()] + tones + end[0])
    return " ".join(typed)


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize("telex", [True, False])
def test_keys_that_became_no_marks_hardly_ever_change_a_meaning(telex: bool) -> None:
    typed = [(row, str(understand(keys(row.reply, telex), row.context))) for row in KNOWN]

    assert sum(is_wrong(row, got) for row, got in typed) / len(typed) <= 0.005
    assert sum(row.expected == got for row, got in typed) / len(typed) >= 0.93


@given(st.sampled_from(FIRM), st.sampled_from(["?", " phải không chị", " hả", " mấy giờ vậy chị"]))
def test_a_question_is_no_answer(row: Example, asking: str) -> None:
    assert understand(row.reply + asking, row.context).meaning is Meaning.UNCLEAR


@given(st.sampled_from(FIRM), st.sampled_from(["nếu ", "chắc ", "có lẽ ", "để em coi "]))
def test_a_doubt_is_no_answer(row: Example, doubt: str) -> None:
    assert understand(doubt + row.reply, row.context).meaning is Meaning.UNCLEAR


@given(st.text(max_size=250), st.sampled_from(["roll_call", "yes_no", "quantity"]))
def test_no_text_is_too_strange(text: str, context: str) -> None:
    reply = understand(text, context)  # type: ignore[arg-type]

    assert (reply.number is not None) == (reply.meaning is Meaning.NUMBER)


def test_a_reply_tells_whom_it_means_and_what_it_rests_on() -> None:
    both = understand("dạ em và chị Hoa xin phép vắng vì bận đám cưới ạ", "roll_call")

    assert str(both) == "absent_excused+proxy"
    assert both.people == ("chị Hoa",)
    assert both.reason
    assert "xin phép vắng" in both.rested_on
    assert not understand("em xin phép vắng", "roll_call").reason
    assert understand("chị Lan góp 2tr5", "quantity").number == Decimal(2_500_000)


@pytest.mark.parametrize("reply", ["em vắng tuần trước", "em có mặt hôm qua", "em đi tuần sau"])
def test_what_one_does_another_day_is_no_answer(reply: str) -> None:
    assert understand(reply, "roll_call").meaning is Meaning.UNCLEAR
    today = f"{reply}, bữa nay em bệnh xin vắng"
    assert understand(today, "roll_call").meaning is Meaning.ABSENT_EXCUSED


def test_what_follows_a_correction_counts_and_somebody_else_is_added() -> None:
    assert str(understand("em có mặt, à quên em kẹt rồi, vắng", "roll_call")) == "absent_excused"
    assert str(understand("em có mặt, à quên chị Ba vắng", "roll_call")) == "present+proxy"
    assert str(understand("3 phần, nhầm, 2 phần", "quantity")) == "number:2"
    assert str(understand("em 2, à quên chị Ba 3", "quantity")) == "unclear"


def test_no_phrase_of_the_lists_is_lost_by_a_slip_of_the_pen() -> None:
    """A doubled slash or a stray sign makes a phrase nobody can type."""
    for file in WORDS.glob("*.txt"):
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.startswith(("#", "[")) or file.stem in {"names", "spellings"}:
                continue
            phrases = re.split(r" / | \| ", line.partition(" = ")[2] or line)
            assert all(phrase.strip() for phrase in phrases), line
            assert not re.search(r"(?:^|\s)/(?:\s|$)|\w/\s|[^\W\d]\d(?:\s|$)", " ".join(phrases)), (
                line
            )


def test_the_first_word_waits_for_no_list() -> None:
    """What is read at the start need not be read when somebody first speaks."""
    prepare()
    begun = time.process_time()
    for context in get_args(Context):
        understand("dạ em có mặt", context)

    assert time.process_time() - begun < 0.02


def test_a_thousand_replies_take_less_than_a_second() -> None:
    understand("có mặt", "roll_call")
    begun = time.perf_counter()
    for count in range(1000):
        row = KNOWN[count * 7 % len(KNOWN)]
        understand(row.reply, row.context)

    assert time.perf_counter() - begun < 1


def test_the_command_prints_one_meaning_a_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = "có mặt\r\n\nchị Hoa vắng\nem v\n".encode() + b"v\xe1\xff\n" + "em họp zoom".encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    monkeypatch.setattr(sys, "argv", ["chihoi", "understand", "--context", "roll_call"])

    with pytest.raises(SystemExit) as ended:
        main()

    assert not ended.value.code
    assert capsys.readouterr().out.split("\n") == [
        "present", "unclear", "absent+proxy", "unclear", "unclear", "present_online", "",
    ]  # fmt: skip
