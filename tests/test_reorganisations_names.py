"""Names of their day in old reports, and two units of one name told apart."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from handlers import unit_files
from handlers.access import recognise
from handlers.members import placing
from handlers.reorganisations import telling
from handlers.rolls import sheets
from handlers.surveys import sheets as survey_sheets
from handlers.surveys.access import access_view
from storage import pasts, reorganisations, rolls, units
from storage.database import begin, reading
from tests.cast import Cast
from tests.reorganising import reorganise, undo
from tests.surveys_scenes import YES_NO, sends
from tests.test_units import HEADER

MOVE = "move,P6-K8,,,,P5,"


def names_below(cast: Cast, code: str) -> list[str]:
    """What the units right below one are called."""
    with cast.session() as session:
        return [unit.name for unit in units.children(session, cast.unit(code).id or 0)]


def cells(content: bytes) -> dict[str, list[list[Any]]]:
    """What stands in a workbook."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def listed(cast: Cast) -> dict[str, list[list[Any]]]:
    """The workbook of the first roll."""
    with reading(cast.engine) as session:
        roll = rolls.get(session, 1)
        assert roll is not None
        return cells(sheets.workbook(session, roll, cast.clock.now())[1])


def tabled(cast: Cast) -> dict[str, list[list[Any]]]:
    """The workbook of the first survey, as its leader gets it."""
    with reading(cast.engine) as session:
        actor = recognise(session, address="sandbox:lan", name="", now=cast.clock.now())
        view = access_view(session, actor, "1")
        scope = view.survey.scope_id or 0
        return cells(survey_sheets.workbook(session, view, scope, cast.clock.now())[1])


def test_two_of_one_name_are_told_apart_by_their_old_ward(cast: Cast) -> None:
    reorganise(cast, MOVE)

    assert names_below(cast, "P5") == [
        "Chi hội Khóm 1",
        "Chi hội Khóm 8 (Phường 5)",
        "Chi hội Khóm 8 (Phường 6 cũ)",
    ]
    with cast.session() as session:
        below = units.subtree(session, [cast.unit("P5").id or 0])
        assert [u.code for u in units.named(session, "khóm 8", below)] == ["P5-K8", "P6-K8"]


def test_a_sheet_and_a_group_mean_the_one_in_brackets(cast: Cast) -> None:
    reorganise(cast, "merge,P5-K1,P5-K8,,,,", MOVE)
    with cast.session() as session:
        ward = units.by_code(session, "P5")
        assert ward is not None
        found = placing.places(session, ward, cast.clock.now().date())
        meant = {words: sorted(found.by_key.get(placing.key(words), ())) for words in (
            "CH Khóm 8 (Phường 6 cũ)", "Khóm 8", "khóm 1",
        )}  # fmt: skip
        ids = {code: cast.unit(code).id for code in ("P5-K8", "P6-K8")}
    assert meant["CH Khóm 8 (Phường 6 cũ)"] == [ids["P6-K8"]]
    assert len(meant["Khóm 8"]) == 2
    assert meant["khóm 1"] == [ids["P5-K8"]]
    assert {"P5-K1", "P5-K8"} <= found.codes
    with cast.session() as session:
        branch = units.by_code(session, "P5-K8")
        assert branch is not None
        alone = placing.places(session, branch, cast.clock.now().date())
        assert not alone.has_branches


def test_a_lone_one_needs_nothing_in_brackets(cast: Cast) -> None:
    reorganise(cast, MOVE)
    reorganise(cast, "đổi tên,P6-K8,,Chi hội Khóm 18,,,")

    assert names_below(cast, "P5") == ["Chi hội Khóm 1", "Chi hội Khóm 8", "Chi hội Khóm 18"]


def test_where_even_that_is_one_the_code_tells(cast: Cast) -> None:
    reorganise(cast, "create,P6-K8B,,Chi hội Khóm 8,chi hội,P6,")

    assert names_below(cast, "P6") == ["Chi hội Khóm 8 (P6-K8)", "Chi hội Khóm 8 (P6-K8B)"]


async def test_a_group_hears_that_its_unit_is_called_something_else(cast: Cast) -> None:
    reorganise(cast, MOVE, "rename,P5-K1,,Chi hội Khóm 11,,,")
    await cast.tick()

    assert "Chi hội Khóm 8 nay là Chi hội Khóm 8 (Phường 5)" in cast.k8.text
    assert "Chi hội Khóm 1 nay là Chi hội Khóm 11" in cast.k1.text
    assert "nay thuộc Hội LHPN Phường 5, gọi là Chi hội Khóm 8 (Phường 6 cũ)" in cast.nga.text
    undo(cast)
    await cast.tick()
    assert "trở lại là nhóm của Chi hội Khóm 1" in cast.k1.text
    assert "hoàn tác" in cast.nga.text


async def test_a_closed_roll_keeps_the_names_and_teams_of_its_day(cast: Cast) -> None:
    await cast.lan.says("/diemdanh họp tháng 11", cast.k8)
    await cast.binh.presses("Có mặt", cast.k8)
    await cast.lan.says("/chotdiemdanh")
    before = listed(cast)
    await cast.passes(days=1)
    reorganise(
        cast,
        "create,P5-K9,,Chi hội Khóm 9,chi hội,P5,",
        "rename,P5-K8,KM-8,Chi hội Khóm Tám,,,",
        "split,P5-K8,P5-K9,,,,Tổ 2",
        "move,P5-K8,,,,P6,",
    )
    await cast.mai.says("/ketquadiemdanh 1")
    assert "Chi hội Khóm 8" in cast.mai.text and "Tám" not in cast.mai.text

    assert listed(cast) == before


async def test_a_closed_survey_keeps_its_units_its_silent_and_its_counts(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.binh.presses("Có", cast.k8)
    await cast.lan.says("khảo sát")
    await cast.lan.presses("Đi chợ phiên")
    await cast.lan.presses("Chốt")
    await cast.lan.presses("Chốt")
    await cast.lan.presses("Xem kết quả")
    counted = cast.lan.text
    before = tabled(cast)
    await cast.passes(days=1)

    reorganise(cast, "rename,P5-K8,,Khóm Tám,,,", "split,P5-K8,P5-K9,Khóm 9,,,Tổ 2")
    await cast.lan.says("kết quả")
    assert cast.lan.text == counted
    assert tabled(cast) == before


def test_each_change_is_in_the_history_of_the_unit_and_of_the_person(cast: Cast) -> None:
    reorganise(cast, "rename,P5-K1,P5-K11,Chi hội Khóm 11,,,", on=date(2026, 11, 1))
    reorganise(cast, "merge,P5-K11,P5-K8,,,,")

    with cast.session() as session:
        unit = units.bearing(session, "P5-K11")
        assert unit is not None and unit.id is not None
        former = pasts.of_unit(session, unit.id)
        assert [(past.code, past.name) for past in former] == [
            ("P5-K1", "Chi hội Khóm 1"), ("P5-K11", "Chi hội Khóm 11"),
        ]  # fmt: skip
        assert pasts.full_names_on(session, [unit.id], former[0].last) == {
            unit.id: "Chi hội Khóm 1 (Hội LHPN Phường 5)"
        }
        moved = {each.member.id: each.then for each in pasts.moved_since(session, former[0].last)}
        assert moved[cast.tam.member.id] == unit.id
        for code in ("P5-K1", "p5-k11", "P5-K8"):
            found = units.by_code(session, code)
            assert found is not None and found.code == "P5-K8"


async def test_her_leader_reads_it_in_her_history(cast: Cast) -> None:
    reorganise(cast, "merge,P5-K1,P5-K8,,,,")
    await cast.lan.says("/tim Tám")
    await cast.lan.presses("Lịch sử")

    assert "chuyển chi hội Chi hội Khóm 1 → Chi hội Khóm 8" in cast.lan.text


def test_an_old_file_of_units_does_not_turn_a_reorganisation_back(cast: Cast) -> None:
    reorganise(cast, "rename,P5-K1,,Chi hội Khóm 11,,,", "merge,P6-K8,P5-K8,,,,")
    for line, words in (
        ("P5-K1,Chi hội Khóm 1,chi hội,P5,,,", "P5-K1 was reorganised and is Chi hội Khóm 11"),
        ("P6-K8,Chi hội Khóm 8,chi hội,P6,,,", "P6-K8 was reorganised"),
        ("P6-K8-1,Tổ,tổ,P6-K8,,,", "P6-K8 was reorganised"),
    ):
        with pytest.raises(unit_files.UnitsFileError, match=words), begin(cast.engine) as session:
            unit_files.load(session, unit_files.read([HEADER, line]))

    with begin(cast.engine) as session:
        same = unit_files.read([HEADER, "P5-K1,Chi hội Khóm 11,chi hội,P5,,,"])
        assert unit_files.load(session, same).unchanged == 1


def test_a_line_of_history_keeps_the_names_of_its_day(cast: Cast) -> None:
    reorganise(cast, "merge,P5-K1,P5-K8,,,,")
    cast.clock.advance(timedelta(days=1))
    reorganise(cast, "rename,P5-K8,,Chi hội Khóm 18,,,")

    with cast.session() as session:
        (_, first), (_, second) = telling.of_unit(session, cast.unit("P5-K8").id or 0)
    assert first["to"] == "Chi hội Khóm 8 (Hội LHPN Phường 5)"
    assert (second["old"], second["name"]) == ("Chi hội Khóm 8", "Chi hội Khóm 18")


def test_events_survive_being_stored(cast: Cast) -> None:
    done = reorganise(cast, "merge,P5-K1,P5-K8,,,,")
    with reading(cast.engine) as session:
        row = reorganisations.get(session, 1)
        assert row is not None
        kept = telling.events(row)
        assert [telling.line(session, e) for e in kept] == [telling.line(session, e) for e in done]
