"""The tree of units: loaded from a file, walked up and down, found by any of its names."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from handlers import unit_files
from handlers.unit_files import Loaded, UnitsFileError
from storage import units
from storage.database import begin, reading

FILE = Path(__file__).parent / "data" / "units.csv"
HEADER = "code,name,kind,parent,valid_from,valid_to,aliases"


def load(engine: Engine, *lines: str) -> Loaded:
    with begin(engine) as session:
        return unit_files.load(session, unit_files.read([HEADER, *lines]))


def load_file(engine: Engine) -> Loaded:
    with FILE.open(encoding="utf-8") as lines, begin(engine) as session:
        return unit_files.load(session, unit_files.read(lines))


def test_the_small_union_is_loaded_once(engine: Engine) -> None:
    assert load_file(engine) == Loaded(25, 0, 0)
    assert load_file(engine) == Loaded(0, 0, 25)


def test_the_tree_is_walked_up_and_down(engine: Engine) -> None:
    load_file(engine)
    with reading(engine) as session:
        ward, branch = units.by_code(session, "p5"), units.by_code(session, "P5-K8")
        city = units.by_code(session, "TP")
        assert ward is not None and branch is not None and city is not None
        assert ward.id is not None and branch.id is not None and city.id is not None

        assert units.lineage(session, branch.id) == [branch.id, ward.id, city.id]
        assert len(units.subtree(session, [ward.id])) == 8
        assert len(units.leaves(session, city.id)) == 21
        assert [unit.code for unit in units.children(session, city.id)] == ["P5", "P6", "TX"]


def test_a_unit_is_found_by_any_name_but_only_within_reach(engine: Engine) -> None:
    load_file(engine)
    with reading(engine) as session:
        city, ward = units.by_code(session, "TP"), units.by_code(session, "P5")
        assert city is not None and city.id is not None and ward is not None and ward.id is not None
        everywhere, here = units.subtree(session, [city.id]), units.subtree(session, [ward.id])

        assert [u.code for u in units.named(session, "khom 8", here)] == ["P5-K8"]
        assert [u.code for u in units.named(session, "Khóm 8", everywhere)] == ["P5-K8", "P6-K8"]
        assert [u.code for u in units.named(session, "phuong nam", everywhere)] == ["P5"]


def test_children_may_stand_before_their_parents_in_the_file(engine: Engine) -> None:
    assert load(engine, "A-1,Chi hội 1,chi hội,A,,,", "A,Phường A,phường,,,,").added == 2


def test_a_renamed_unit_keeps_its_old_name_as_an_alias(engine: Engine) -> None:
    load(engine, "A,Phường 5,phường,,,,")
    assert load(engine, "A,Phường Tân Thành,phường,,2025-07-01,,") == Loaded(0, 1, 0)

    with reading(engine) as session:
        unit = units.by_code(session, "A")
        assert unit is not None and unit.id is not None
        assert unit.name == "Phường Tân Thành"
        assert units.aliases(session, unit.id) == ["Phường 5"]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["A,Phường A,phường,B,,,"], "line 2: there is no unit B"),
        (["A,Phường A,phường,B,,,", "B,Phường B,phường,A,,,"], "would stand below itself"),
        (["A,Phường A,phường,,,,", "a,Phường A,phường,,,,"], "line 3: A stands on line 2 too"),
        (["A B,Phường A,phường,,,,"], "line 2: the code"),
        (["A,,phường,,,,"], "line 2: A has no name"),
        (["A,Phường A,phường,,1/7/2025,,"], "line 2: '1/7/2025' is no date"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_loaded(
    engine: Engine, lines: list[str], words: str
) -> None:
    with pytest.raises(UnitsFileError, match=words):
        load(engine, *lines)

    with reading(engine) as session:
        assert units.everything(session) == []


def test_a_missing_column_is_named() -> None:
    with pytest.raises(UnitsFileError, match="column 'kind' is missing"):
        unit_files.read(["code,name,parent", "A,B,"])


def test_two_units_of_one_name_are_told_apart_where_one_chooses(engine: Engine) -> None:
    load_file(engine)
    with reading(engine) as session:
        found = [units.by_code(session, code) for code in ("P5-K8", "P6-K8", "P6-K5")]
        offered = [unit for unit in found if unit is not None]

        assert list(units.labels(session, offered).values()) == [
            "Chi hội Khóm 8 · Hội LHPN Phường 5",
            "Chi hội Khóm 8 · Hội LHPN Phường 6",
            "Chi hội Khóm 5",
        ]
