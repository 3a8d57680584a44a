"""The part of the leaders' guide that says whose word counts is what the program does."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from handlers.help import GUIDE, GUIDES
from handlers.rolls.precedence import decide
from storage.roll_marks import Mark
from storage.rolls import Source, Status
from tests.browsing import Browser
from tests.cast import MONDAY_8AM, Cast

UNSIGNED = "unsigned"
"""In the guide: the row of a sheet in which nobody signed."""


@pytest.fixture
async def ranks(cast: Cast) -> list[list[str]]:
    """The sources by rank, as the page lists them, the weightiest first."""
    async with Browser(cast) as browser:
        page = await browser.opens(f"/{GUIDE}/{GUIDES['leaders']}")
    (told,) = re.findall(r'<ol class="voices">(.*?)</ol>', page.text, re.DOTALL)
    return [rank.split() for rank in re.findall(r'<li data-sources="([\w ]+)">', told)]


def said(source: str, status: Status, *, after: int = 0) -> Mark:
    """What this source says; whoever did not sign is away."""
    at = MONDAY_8AM + timedelta(minutes=after)
    if source == UNSIGNED:
        return Mark(Status.ABSENT, Source.PAPER, at)
    return Mark(status, Source(source), at)


async def test_every_source_has_its_place(ranks: list[list[str]]) -> None:
    listed = [source for rank in ranks for source in rank]

    assert sorted(listed) == sorted([*Source, UNSIGNED])


async def test_what_stands_above_counts_over_what_stands_below(ranks: list[list[str]]) -> None:
    for place, above in enumerate(ranks):
        for heavy in above:
            for light in (source for rank in ranks[place + 1 :] for source in rank):
                first = said(heavy, Status.PRESENT)
                later = said(light, Status.LATE, after=1)
                decision = decide([first, later])
                assert decision.counts == first, (heavy, light)
                assert decision.differs == later.status, (heavy, light)
                turned = decide([said(light, Status.LATE), said(heavy, Status.PRESENT, after=1)])
                assert turned.counts is not None and turned.counts.status == Status.PRESENT


async def test_within_one_rank_the_newest_counts(ranks: list[list[str]]) -> None:
    for rank in ranks:
        for one in rank:
            for other in rank:
                newer = said(other, Status.LATE, after=1)
                counts = decide([said(one, Status.PRESENT), newer]).counts
                assert counts is not None and counts.status == newer.status, (one, other)


async def test_a_page_that_told_it_otherwise_would_be_found(ranks: list[list[str]]) -> None:
    """The twin: two ranks changed places."""
    first, second, *_ = ranks
    wrong = decide([said(second[0], Status.PRESENT), said(first[0], Status.LATE, after=1)])
    assert wrong.counts is not None and wrong.counts.status == Status.LATE
