"""What is typed of a sheet: lists of rows, in the words leaders use."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.papers.reading import UnclearError, read
from storage.rolls import Status
from tests.cast import Cast

ROWS = range(1, 13)


def away(text: str) -> set[int]:
    return {row for row, status in read(text, ROWS).items() if status != Status.PRESENT}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("vắng 3, 7, 12", {3, 7, 12}),
        ("vang 3 7 12", {3, 7, 12}),
        ("Vắng: 3; 7.", {3, 7}),
        ("vắng số 3 và số 7, còn lại có mặt", {3, 7}),
        ("3, 7, 12 vắng", {3, 7, 12}),
        ("trừ 4 còn lại có mặt", {4}),
        ("có mặt trừ 4 9", {4, 9}),
        ("co mat het, tru 4, 9", {4, 9}),
        ("cả tổ có mặt ngoại trừ số 4 ạ", {4}),
        ("có mặt 1-5, 8", {6, 7, 9, 10, 11, 12}),
        ("có mặt 1 đến 11", {12}),
        ("vắng 3–5", {3, 4, 5}),
        ("chưa ký 3, 7", {3, 7}),
        ("vắng hết trừ 1 2", set(ROWS) - {1, 2}),
        ("có mặt hết", set()),
        ("không vắng ai", set()),
        ("đủ", set()),
        ("vắng 1, có mặt 2-12", {1}),
    ],
)
def test_one_list_tells_of_every_row(text: str, rows: set[int]) -> None:
    assert away(text) == rows


def test_other_states_have_their_words() -> None:
    said = read("vắng 3, có phép 4, trễ 5, trực tuyến 6", ROWS)

    assert {row: str(status) for row, status in said.items() if status != Status.PRESENT} == {
        3: "absent", 4: "absent_excused", 5: "late", 6: "present_online",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reason", "numbers"),
    [
        ("3 7", "which", []),
        ("có mặt", "words", []),
        ("vắng", "words", []),
        ("vắng 3 không phép", "words", []),
        ("hôm nay trời mưa", "words", []),
        ("vắng 3, còn lại", "words", []),
        ("có mặt hết, vắng hết", "words", []),
        ("vắng 99", "strange", [99]),
        ("vắng 0", "strange", [0]),
        ("vắng 3 có mặt 3 4", "twice", [3]),
        ("vắng 3 có mặt 1 2", "missing", list(range(4, 13))),
        ("vắng " + "3 " * 400, "words", []),
    ],
)
def test_the_rest_is_asked_again(text: str, reason: str, numbers: list[int]) -> None:
    with pytest.raises(UnclearError) as caught:
        read(text, ROWS)

    assert (caught.value.reason, caught.value.numbers) == (reason, numbers)


subsets = st.sets(st.sampled_from(list(ROWS)), min_size=1)


@given(subsets)
def test_who_is_named_away_and_who_is_named_present_make_one_sheet(rows: set[int]) -> None:
    named = ", ".join(map(str, sorted(rows)))
    others = ", ".join(map(str, sorted(set(ROWS) - rows)))

    assert away(f"vắng {named}") == rows
    assert away(f"có mặt trừ {named}") == rows
    if others:
        assert away(f"có mặt {others}") == rows


@given(st.text(alphabet="vắngcómặttrừ 0123456789,-", max_size=40))
def test_whatever_is_typed_tells_of_each_row_or_is_asked_again(text: str) -> None:
    try:
        said = read(text, ROWS)
    except UnclearError:
        return
    assert set(said) == set(ROWS)


def test_a_row_of_somebody_erased_since_is_passed_over() -> None:
    assert read("vắng 2, 3", [1, 3, 4]) == {
        1: Status.PRESENT,
        3: Status.ABSENT,
        4: Status.PRESENT,
    }


@pytest.mark.parametrize("words", ["phiếu tổ 1", "in phiếu điểm danh tổ 1", "phieu ky ten to 1"])
async def test_a_sheet_is_asked_for_by_its_team(cast: Cast, words: str) -> None:
    await cast.lan.says("điểm danh họp tháng 11")
    await cast.lan.says(words)
    assert "Phiếu 1: Tổ 1, 3 chị" in cast.lan.text and "Phiếu 2" not in cast.lan.text

    await cast.an.says(words)
    assert "Võ Thị An" not in cast.an.text and not cast.an.private.last.file_name
