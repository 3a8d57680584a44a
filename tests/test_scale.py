"""The guide's page on scale shows what the simulation found, and the simulation finds it again."""

from __future__ import annotations

import json
import re
from dataclasses import asdict

import pytest

from bot.web.guide import FIGURES, SCALE
from handlers.help import GUIDE
from tests.bench import nation
from tests.browsing import Browser
from tests.cast import Cast

STORED = json.loads(FIGURES.read_text(encoding="utf-8"))
QUICK = 5_000
"""Messages that are simulated again at every run; all of them by `python -m tests.bench.nation`."""


def lasting(seconds: float) -> str:
    if seconds < 1:
        return "dưới 1 giây"
    return f"{seconds:.0f} giây" if seconds < 120 else f"{seconds / 60:.0f} phút"


def grouped(number: int) -> str:
    if number < 1_000_000:
        return f"{number:,}".replace(",", ".")
    return f"{number / 1_000_000:g} triệu".replace(".", ",")


async def test_the_table_is_what_was_simulated(cast: Cast) -> None:
    async with Browser(cast) as browser:
        page = await browser.opens(f"/{GUIDE}/{SCALE}")

    assert page.status_code == 200
    assert "<script" not in page.text
    rows = re.findall(r"<tr><th>[^<]+</th>((?:<td data-of[^<]+</td>)+)</tr>", page.text)
    cells = [re.findall(r"<td[^>]+>([^<]+)</td>", row) for row in rows]
    assert cells[: len(STORED["broadcasts"])] == [
        [
            grouped(row["messages"]),
            str(row["tokens"]),
            lasting(row["ideal"]),
            lasting(row["seconds"]),
        ]
        for row in STORED["broadcasts"]
    ]
    drawn = re.findall(r'<rect width="([\d.]+)" height="4" fill="#(?!ead9d1)', page.text)
    longest = max(row["seconds"] for row in STORED["broadcasts"])
    assert [float(width) for width in drawn] == [
        pytest.approx(max(0.8, 100 * row["seconds"] / longest), abs=0.1)
        for row in STORED["broadcasts"]
    ]


def test_what_is_stored_is_found_again() -> None:
    stored = {row["what"]: row for row in STORED["broadcasts"]}
    assert list(stored) == [plan.what for plan in nation.PLANS]
    for plan in nation.PLANS:
        if plan.each <= QUICK:
            assert asdict(nation.simulated(plan)) == stored[plan.what]
    assert STORED["layout"] == nation.layout()


def test_no_broadcast_was_refused_anything_and_none_wastes_time() -> None:
    for row in STORED["broadcasts"]:
        assert row["refused"] == 0
        assert row["ideal"] <= row["seconds"] <= 1.06 * row["ideal"] + 1
