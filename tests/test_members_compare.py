"""What a row means against the people already known."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.members.compare import RowDecision, Verdict, changes_of, decide
from handlers.members.notes import Code, Note
from handlers.members.report import report_lines
from handlers.members.rows import KnownMember, PersonRow
from handlers.members.sheets import read_workbook
from storage.members import MemberStatus
from tests.spreadsheets import TODAY, WARD, messy, read

HOA = PersonRow(
    "S", 8, "Nguyễn Thị Hoa", birth="1970-05-12", phone="0912345678", address="12, hẻm 3", team="Tổ 1"
)  # fmt: skip


def known(row: PersonRow, member_id: int = 1, unit_id: int = 1) -> KnownMember:
    """The member a row became, as the register keeps her."""
    return KnownMember(
        member_id,
        unit_id,
        row.name,
        row.birth,
        row.phone,
        row.team,
        row.address,
        row.job,
        row.joined,
        row.title,
        row.note,
        no_phone=row.no_phone,
        status=row.status,
        alias=row.alias,
    )


def like(row: PersonRow, **changes: Any) -> PersonRow:
    """Another row, ten lines below, that differs as told."""
    return replace(row, line=row.line + 10, **changes)


def bare(**changes: Any) -> PersonRow:
    """Nguyễn Thị Hoa of whom nothing else is known."""
    return replace(PersonRow("S", 8, "Nguyễn Thị Hoa"), **changes)


def second(first: PersonRow, other: PersonRow) -> RowDecision:
    """What the later of two rows becomes when both stand in one file."""
    decisions = decide([(first, 1), (other, 1)], [])
    assert decisions[0].verdict is Verdict.IMPORTED
    return decisions[1]


def against(member: KnownMember, row: PersonRow) -> RowDecision:
    return decide([(row, 1)], [member])[0]


# --- The ward twice --------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.sqlite
def test_the_ward_is_imported_whole_and_the_second_time_nothing_changes() -> None:
    sheets = read_workbook(WARD.read_bytes(), TODAY)
    units = {row.branch: number for number, row in enumerate(sheets.rows)}
    rows = [(row, units[row.branch]) for row in sheets.rows]
    first = decide(rows, [], several=True)
    members = [known(row, number, unit) for number, (row, unit) in enumerate(rows, 1)]
    again = decide(rows, members, several=True)

    assert Counter(decision.verdict for decision in first) == {Verdict.IMPORTED: 2575}
    assert {decision.verdict for decision in again} == {Verdict.DUPLICATE}
    assert {decision.notes for decision in again} == {(Note(Code.KNOWN),)}
    assert [decision.member_id for decision in again] == [member.id for member in members]


def test_the_messy_sheet_too_is_settled_the_second_time() -> None:
    rows = [(row, 1) for row in read(messy()[0], "CH Khóm 8").rows]
    first = decide(rows, [])
    members = [
        known(decision.row, number)
        for number, decision in enumerate(first, 1)
        if decision.verdict is Verdict.IMPORTED
    ]
    again = decide(rows, members)

    for before, after in zip(first, again, strict=True):
        if before.verdict is Verdict.IMPORTED:
            assert after.verdict is Verdict.DUPLICATE
            assert after.notes == (Note(Code.KNOWN),)
        else:
            assert after.verdict is before.verdict


# --- The same person -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        like(HOA),
        like(HOA, birth="1970"),
        like(HOA, birth="1970-05"),
        like(HOA, phone="0987654321", address="99, hẻm 7", team="Tổ 2"),
        like(HOA, phone=""),
        like(HOA, name="Nguyễn Thị Hoa"),
        like(HOA, name="Nguyen Thi Hoa"),
        like(HOA, name="Nguyen Thi Hoa", birth="1970"),
    ],
)
def test_a_second_row_of_one_person_names_the_first(other: PersonRow) -> None:
    decision = second(HOA, other)
    assert decision.verdict is Verdict.DUPLICATE
    assert decision.notes[0].code is Code.REPEATED
    assert decision.notes[0].args[0] == "8"


def test_what_a_repeated_row_says_otherwise_is_told() -> None:
    decision = second(HOA, like(HOA, phone="0987654321", birth="1970", job="May"))
    assert decision.notes == (Note(Code.REPEATED, ("8", "birth,phone,job")),)


def test_tone_marks_may_stand_on_either_vowel() -> None:
    first = replace(HOA, name="Nguyễn Thị Hòa")
    assert second(first, like(first, name="Nguyễn Thị Hoà")).verdict is Verdict.DUPLICATE
    assert against(known(first), replace(first, name="Nguyễn Thị Hoà")).notes == (Note(Code.KNOWN),)


def test_in_a_file_of_several_sheets_the_first_row_is_named_with_its_sheet() -> None:
    decision = decide([(HOA, 1), (like(HOA), 1)], [], several=True)[1]
    assert decision.notes[0].args[0] == "S!8"


def test_without_births_a_shared_phone_or_house_joins_one_name() -> None:
    phone, house = bare(phone="0912345678"), bare(address="12, hẻm 3")
    assert second(phone, like(phone)).verdict is Verdict.DUPLICATE
    assert second(house, like(house)).verdict is Verdict.DUPLICATE
    assert second(HOA, like(phone)).verdict is Verdict.DUPLICATE


# --- Not sure --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "other", "code"),
    [
        (HOA, like(HOA, birth="", phone="", address=""), Code.SAME_NAME_NO_BIRTH),
        (bare(), like(bare()), Code.SAME_NAME_NO_BIRTH),
        (
            bare(address="Khóm 8, Phường 5"),
            like(bare(address="Khóm 8, Phường 5")),
            Code.SAME_NAME_NO_BIRTH,
        ),
        (HOA, like(HOA, birth="1970-12-05"), Code.SAME_NAME_OTHER_BIRTH),
        (HOA, like(HOA, birth="1971-05-12", phone=""), Code.SAME_NAME_OTHER_BIRTH),
        (HOA, like(HOA, birth="1952"), Code.SAME_NAME_OTHER_BIRTH),
        (
            bare(birth="1970", phone="0912345678", team="Tổ 1"),
            like(bare(birth="1970", phone="0987654321", team="Tổ 2")),
            Code.SAME_NAME_OTHER_FACTS,
        ),
        (HOA, like(HOA, name="Nguyễn Thị Hóa"), Code.MARKS_DIFFER),
        (HOA, like(HOA, name="Nguyen Thi Hoa", birth="1970", phone=""), Code.MARKS_DIFFER),
        (HOA, like(HOA, name="Nguyễn Thị Hóa", birth=""), Code.MARKS_DIFFER),
        (HOA, like(HOA, name="Nguyen Thi Hoa", birth="", phone=""), Code.MARKS_DIFFER),
        (HOA, like(HOA, name="Ng. Thị Hoa"), Code.NAME_NEARLY),
    ],
)
def test_what_may_be_one_person_is_held_with_the_reason(
    first: PersonRow, other: PersonRow, code: Code
) -> None:
    decision = second(first, other)
    assert decision.verdict is Verdict.HELD
    assert decision.notes[0].code is code
    assert decision.notes[0].args[1] == "8"


def test_the_row_without_a_birth_is_the_one_in_question_wherever_it_stands() -> None:
    rows = [
        bare(),
        like(bare(), birth="1970"),
        replace(bare(birth="1980"), line=30),
    ]
    decisions = decide([(row, 1) for row in rows], [])
    assert [decision.verdict for decision in decisions] == [
        Verdict.HELD,
        Verdict.IMPORTED,
        Verdict.IMPORTED,
    ]


@pytest.mark.parametrize(
    "other",
    [
        like(HOA, birth="1952-01-31", phone="", address=""),
        like(HOA, birth="1970-08-20", phone="0987654321", address=""),
        like(HOA, name="Nguyễn Thị Hóa", birth="1971"),
        like(HOA, name="Nguyễn Thị Hóa", birth="", phone=""),
        like(HOA, name="Trần Thị Lan"),
    ],
)
def test_namesakes_and_housemates_are_two_people(other: PersonRow) -> None:
    assert second(HOA, other).verdict is Verdict.IMPORTED


def test_the_same_person_in_another_unit_is_held_and_a_namesake_there_is_not() -> None:
    moved = decide([(HOA, 2)], [known(HOA)])[0]
    twice = decide([(HOA, 1), (like(HOA, branch="Khóm 2"), 2)], [])[1]
    by_phone = decide([(HOA, 1), (like(HOA, birth="1970"), 2)], [])[1]
    namesake = decide([(HOA, 1), (like(HOA, birth="1970", phone=""), 2)], [])[1]
    other_marks = decide([(HOA, 1), (like(HOA, name="Nguyễn Thị Hóa"), 2)], [])[1]

    assert moved.notes[0].code is by_phone.notes[0].code is Code.IN_ANOTHER_UNIT
    assert moved.verdict is by_phone.verdict is Verdict.HELD
    assert (twice.verdict, twice.notes[0].args[1]) == (Verdict.DUPLICATE, "branch")
    assert namesake.verdict is other_marks.verdict is Verdict.IMPORTED


# --- Against the register --------------------------------------------------------------------


def test_a_changed_row_updates_its_person_and_says_what() -> None:
    row = replace(HOA, phone="0987654321", job="May")
    decision = against(known(HOA, 7), row)
    assert decision.verdict is Verdict.IMPORTED
    assert decision.member_id == 7
    assert decision.changes == {"phone": "0987654321", "job": "May"}
    assert decision.notes == (Note(Code.CHANGED, ("phone,job",)),)


def test_an_empty_cell_and_a_shorter_birth_take_nothing_away() -> None:
    assert against(known(HOA), bare(birth="1970")).notes == (Note(Code.KNOWN),)


def test_a_fuller_birth_and_a_better_spelling_are_taken() -> None:
    member = known(replace(HOA, name="Nguyen Thi Hoa", birth="1970"))
    decision = against(member, HOA)
    assert decision.changes == {"birth": "1970-05-12", "name": "Nguyễn Thị Hoa"}


def test_leaving_and_having_no_phone_are_changes_too() -> None:
    row = replace(bare(birth="1970"), no_phone=True, status=MemberStatus.LEFT)
    member = known(bare(birth="1970"))
    assert changes_of(row, member) == {"no_phone": True, "status": "left"}
    assert changes_of(row, replace(member, phone="0912345678", status=MemberStatus.LEFT)) == {}


def test_someone_who_left_and_is_listed_again_is_for_a_person_to_decide() -> None:
    gone = replace(known(HOA), status=MemberStatus.LEFT)
    decision = against(gone, HOA)
    assert decision.verdict is Verdict.HELD
    assert decision.notes[0].code is Code.HAS_LEFT
    assert against(gone, replace(HOA, status=MemberStatus.LEFT)).verdict is Verdict.DUPLICATE


def test_two_rows_of_one_member_are_her_and_a_repetition() -> None:
    first, again = decide([(HOA, 1), (like(HOA), 1)], [known(HOA, 7)])
    assert first.notes == (Note(Code.KNOWN),)
    assert again.verdict is Verdict.DUPLICATE
    assert again.notes == (Note(Code.REPEATED, ("8", "")),)
    assert again.member_id == 7


def test_of_two_members_of_one_name_each_row_finds_its_own() -> None:
    one, two = bare(birth="1970"), like(bare(), birth="1970-05-12")
    decisions = decide([(two, 1), (one, 1)], [known(one, 1), known(two, 2)])
    assert [decision.member_id for decision in decisions] == [2, 1]
    assert {decision.notes for decision in decisions} == {(Note(Code.KNOWN),)}


def test_someone_of_whom_only_the_name_is_known_is_known_again() -> None:
    assert against(known(bare()), bare()).notes == (Note(Code.KNOWN),)


def test_errors_and_doubts_of_the_reading_decide_first() -> None:
    wrong = replace(HOA, errors=(Note(Code.BIRTH_FUTURE, ("2036",)),))
    two = replace(HOA, doubts=(Note(Code.TWO_PEOPLE, ("A, B",)),))
    assert against(known(HOA), wrong).verdict is Verdict.ERROR
    assert against(known(HOA), two).verdict is Verdict.HELD


def test_a_young_member_once_decided_upon_stays_decided() -> None:
    young = replace(HOA, birth="2012", doubts=(Note(Code.UNDER_AGE, ("2012", "14")),))
    assert second(HOA, like(young)).verdict is Verdict.HELD
    assert against(known(young), young).notes == (Note(Code.KNOWN),)


# --- Of every set of rows ----------------------------------------------------------------------

rows = st.builds(
    PersonRow,
    sheet=st.just("S"),
    line=st.integers(1, 99),
    name=st.sampled_from(["Nguyễn Thị Hoa", "Nguyen Thi Hoa", "Nguyễn Thị Hóa", "Lê Thị Ba"]),
    birth=st.sampled_from(["", "1970", "1970-05", "1970-05-12", "1970-12-05", "1952"]),
    phone=st.sampled_from(["", "0912345678", "0987654321"]),
    address=st.sampled_from(["", "Khóm 8", "12, hẻm 3"]),
    team=st.sampled_from(["", "Tổ 1", "Tổ 2"]),
)


@given(st.lists(st.tuples(rows, st.integers(1, 2)), max_size=8))
@settings(max_examples=300, deadline=None)
@pytest.mark.slow
@pytest.mark.sqlite
def test_importing_twice_imports_once(placed: list[tuple[PersonRow, int]]) -> None:
    first = decide(placed, [])
    members = [
        known(decision.row, number, unit)
        for number, (decision, (_, unit)) in enumerate(zip(first, placed, strict=True), 1)
        if decision.verdict is Verdict.IMPORTED
    ]
    again = decide(placed, members)

    assert [decision.row for decision in first] == [row for row, _ in placed]
    for before, after in zip(first, again, strict=True):
        if before.verdict is Verdict.IMPORTED:
            assert after.notes == (Note(Code.KNOWN),)
    assert not any(decision.changes for decision in again)
    assert all(decision.verdict is not Verdict.IMPORTED for decision in again)


# --- The report --------------------------------------------------------------------------------


def test_the_report_has_one_line_a_row_and_no_formula() -> None:
    odd = replace(HOA, name="=1+1\tx\ny", errors=(Note(Code.NAME_NOT_WORDS, ("?",)),))
    decisions = decide([(HOA, 1), (like(HOA), 1), (odd, 1)], [])
    lines = list(report_lines(decisions, lambda note: note.code.value, several=False))

    assert lines == [
        "line\tclass\tname\tbirth\tphone\tnote\n",
        "8\timported\tNguyễn Thị Hoa\t1970-05-12\t0912345678\t\n",
        "18\tduplicate\tNguyễn Thị Hoa\t1970-05-12\t0912345678\trepeated\n",
        "8\terror\t'=1+1 x y\t1970-05-12\t0912345678\tname_not_words\n",
    ]
    assert list(report_lines(decisions, lambda _: "", several=True))[1].startswith("S!8\t")
