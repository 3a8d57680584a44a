"""A few real kills in every CI run; `python -m tests.torture.kills 200` does the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.torture.kills import broadcast

pytestmark = pytest.mark.torture


async def test_a_killed_process_loses_nothing_and_doubles_only_what_it_marks(
    tmp_path: Path,
) -> None:
    toll = await broadcast(tmp_path, 1, kills=4)

    assert toll.wrong == []
    assert toll.under_way > 0, "all of them met an idle bot"
