"""The README is true."""

from __future__ import annotations

import re
from pathlib import Path

from bot.docs import TABLES, filled

HOUSE = Path(__file__).parent.parent
README = (HOUSE / "README.md").read_text(encoding="utf-8")


def test_its_tables_are_those_of_the_code() -> None:
    assert filled(README) == README, "run `make docs`"
    assert all(f"<!-- {name} -->" in README for name in TABLES)


def test_it_is_short() -> None:
    assert len(README.splitlines()) < 300


def test_every_file_it_names_is_there() -> None:
    named = re.findall(r"`((?:bot|handlers|storage|templates|tests)/[\w/.-]*)`", README)

    assert named
    assert [path for path in named if not (HOUSE / path).exists()] == []
