"""Dates of birth and joining as people type them and as Excel damages them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.members.births import When, habit_of, read_birth, read_joined
from handlers.members.grids import Cell
from handlers.members.notes import Code, Note
from tests.spreadsheets import TODAY, codes, one


@pytest.mark.parametrize(
    ("cell", "birth"),
    [
        ("12/05/1970", "1970-05-12"), ("12-5-1970", "1970-05-12"), ("12.5.1970", "1970-05-12"),
        ("12 / 5 / 1970", "1970-05-12"), ("1970-05-12", "1970-05-12"), ("1970/5", "1970-05"),
        ("1970-05-12 00:00:00", "1970-05-12"), ("12/05/70", "1970-05-12"), ("12/5/05", "2005-05-12"),
        ("ngày 12 tháng 5 năm 1970", "1970-05-12"), ("tháng 5/1970", "1970-05"), ("T5/1970", "1970-05"),
        ("12-May-1970", "1970-05-12"), ("12-thg 5-1970", "1970-05-12"), ("Dec-75", "1975-12"),
        ("5/70", "1970-05"), ("05/1970", "1970-05"), (10.197, "1970-10"), ("12.1970", "1970-12"),
        (1970.0, "1970"), ("1970", "1970"), ("'1970", "1970"), ("197O", "1970"), (70.0, "1970"),
        ("sinh năm 1970", "1970"), ("~1950", "1950"), ("khoảng 1950", "1950"), ("1950?", "1950"),
        ("xx/xx/1950", "1950"), ("1.970", "1970"), ("28,123", "1976-12-29"), ("12 tháng năm 1970", "1970-05-12"), ("tháng chạp 1970", "1970-12"), ("l2/O5/1970", "1970-05-12"), ("00/00/1950", "1950"), ("Mậu Thân 1968", "1968"), ("1968 (tuổi Thân)", "1968"), ("--/05/1950", "1950-05"), ("25/1970", "1970"),
        (28123.0, "1976-12-29"), ("28123", "1976-12-29"), ("12051970", "1970-05-12"), (1051970.0, "1970-05-01"),
        ("19700512", "1970-05-12"), ("120570", "1970-05-12"), ("051970", "1970-05"), ("12/25/1970", "1970-12-25"),
        (date(1970, 5, 12), "1970-05-12"), (datetime(1970, 5, 12, 0, 0), "1970-05-12"),
        (date(1905, 5, 23), "1970"), ("23/05/1905", "1970"), ("12/05/1970 (ÂL)", "1970-05-12"),
    ],
)  # fmt: skip
def test_a_birth_is_read_as_far_as_it_is_written(cell: Cell, birth: str) -> None:
    found = read_birth(cell, TODAY)
    assert found.text == birth
    assert not found.doubt


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1870", Code.BIRTH_IMPOSSIBLE), ("31/02/1870", Code.BIRTH_IMPOSSIBLE),
        ("12/12/2026", Code.BIRTH_FUTURE), ("2036", Code.BIRTH_FUTURE), ("2026-12", Code.BIRTH_FUTURE),
        ("12/05/2020", Code.BIRTH_CHILD), (date(2024, 12, 12), Code.BIRTH_CHILD),
    ],
)  # fmt: skip
def test_a_year_that_cannot_be_hers_is_for_a_person_to_decide(cell: Cell, code: Code) -> None:
    found = read_birth(cell, TODAY)
    assert found.text == ""
    assert found.doubt is not None
    assert found.doubt.code is code


@pytest.mark.parametrize("cell", ["31/02/1970", "32/05/1970", "15/14/1970", "30/2/70", "29.2.1970"])
def test_a_day_the_calendar_lacks_leaves_its_year(cell: str) -> None:
    assert read_birth(cell, TODAY) == When("1970", warning=Note(Code.BIRTH_NO_SUCH_DAY, (cell,)))


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("12-Dec", Code.BIRTH_NO_YEAR), ("Dec-12", Code.BIRTH_NO_YEAR), ("12/5", Code.BIRTH_NO_YEAR),
        ("#N/A", Code.BIRTH_UNREADABLE), ("không nhớ", Code.BIRTH_UNREADABLE), ("???1", Code.BIRTH_UNREADABLE),
        ("Dec-Nov-1970", Code.BIRTH_UNREADABLE), ("1/2/3/4", Code.BIRTH_UNREADABLE), (123.0, Code.BIRTH_UNREADABLE),
        ("1-Dec-2-70", Code.BIRTH_UNREADABLE), ("1/5/197", Code.BIRTH_UNREADABLE), (-5.0, Code.BIRTH_UNREADABLE),
        (0.5, Code.BIRTH_UNREADABLE), (time(12, 0), Code.BIRTH_UNREADABLE), (timedelta(3), Code.BIRTH_UNREADABLE), (True, Code.BIRTH_UNREADABLE),
        ("123456789", Code.BIRTH_UNREADABLE),
    ],
)  # fmt: skip
def test_a_birth_nobody_can_read_is_left_out_with_a_word(cell: Cell, code: Code) -> None:
    found = read_birth(cell, TODAY)
    assert found.text == ""
    assert found.warning is not None
    assert found.warning.code is code


@pytest.mark.parametrize("cell", ["", "x", "-", "Nữ", "không rõ", "không"])
def test_an_empty_birth_is_no_warning(cell: str) -> None:
    assert read_birth(cell, TODAY) == read_birth("", TODAY)
    assert read_birth(cell, TODAY).warning is None


@pytest.mark.parametrize("cell", ["1960, 1965", "12/5/1960\n3/4/1965", "1958 (CCCD 1960)"])
def test_two_births_in_one_cell_are_held(cell: str) -> None:
    doubt = read_birth(cell, TODAY).doubt
    assert doubt is not None
    assert doubt.code is Code.TWO_BIRTHS


def test_very_old_and_very_young_people_are_remarked_on() -> None:
    old, young = read_birth("1918", TODAY), read_birth("2012", TODAY)
    assert old.text == "1918"
    assert old.warning is not None
    assert young.text == "2012"
    assert young.doubt == Note(Code.UNDER_AGE, ("2012", "14"))


def test_a_column_written_month_first_is_read_so() -> None:
    habit = habit_of(["12/25/1970", "11/30/1971", "5/6/1972"])
    assert read_birth("5/6/1972", TODAY, habit).text == "1972-05-06"
    assert read_birth("5/6/1972", TODAY).text == "1972-06-05"


def test_dates_excel_took_for_american_are_turned_back() -> None:
    american = [date(1970, day, 5) for day in (1, 2, 3, 4)]  # typed 05/01, 05/02, 05/03 …
    texts = ["25/12/1970", "13/01/1971", "31/05/1960", "14/02/1955"]
    habit = habit_of([*american, *texts])
    assert read_birth(date(1970, 1, 5), TODAY, habit).text == "1970-05-01"
    honest = habit_of([*american, date(1970, 1, 31), *texts])
    assert read_birth(date(1970, 1, 5), TODAY, honest).text == "1970-01-05"


def test_where_both_orders_occur_the_doubt_is_told() -> None:
    habit = habit_of(["12/25/1970", "11/30/1971", "25/12/1970", "5/6/1972"])
    found = read_birth("5/6/1972", TODAY, habit)
    assert found.text == "1972-06-05"
    assert found.warning == Note(Code.DAY_OR_MONTH, ("5/6/1972",))


@given(st.dates(date(1930, 1, 1), date(2007, 12, 31)))
def test_every_way_to_write_a_day_means_that_day(day: date) -> None:
    serial = float((day - date(1899, 12, 30)).days)
    written: list[Cell] = [
        day,
        serial,
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        day.strftime("%d.%m.%Y"),
        day.strftime("%d-%b-%Y"),
        f"ngày {day.day} tháng {day.month} năm {day.year}",
        day.strftime("%d/%m/%y"),
    ]
    assert {read_birth(cell, TODAY).text for cell in written} == {day.isoformat()}


@given(st.text() | st.floats() | st.dates() | st.from_regex(r"[0-9/ .xT-]{0,14}", fullmatch=True))
def test_whatever_is_read_as_a_birth_is_a_day_of_a_living_adult(cell: Cell) -> None:
    found = read_birth(cell, TODAY)
    assert found.text == "" or 1906 <= int(found.text[:4]) <= 2016
    joined = read_joined(cell, TODAY)
    assert joined.text == "" or "1930" <= joined.text <= TODAY.isoformat()


@pytest.mark.parametrize(
    ("cell", "joined", "warned"),
    [
        ("8/3/2015", "2015-03-08", False), (1997.0, "1997", False), ("15", "2015", False),
        ("", "", False), ("x", "", False), ("2036", "", True), ("1899", "", True), ("lâu rồi", "", True),
    ],
)  # fmt: skip
def test_a_day_of_joining_is_of_the_unions_time(cell: Cell, joined: str, warned: bool) -> None:
    found = read_joined(cell, TODAY)
    assert found.text == joined
    assert bool(found.warning) is warned


def test_joining_before_birth_is_remarked_on() -> None:
    person = one([1, "Nguyễn Thị Hoa", 1990, "1985"], ["TT", "Họ tên", "Năm sinh", "Năm vào Hội"])
    assert codes(person.warnings) == [Code.JOINED_TOO_EARLY]
