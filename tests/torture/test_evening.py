"""Evenings under faults: nothing lost, nothing twice, whatever the seed. More by `make torture`."""

from __future__ import annotations

import pytest

from tests.torture.evening import FULL, play
from tests.torture.faults import Fault, Kind
from tests.torture.world import Worlds

EVERY_TIME = 2
EVERY_CI = 120
AT_ONCE = 25


@pytest.mark.parametrize("seed", range(EVERY_TIME))
def test_an_evening_loses_and_doubles_nothing(worlds: Worlds, seed: int) -> None:
    report = play(worlds, seed)

    assert report.wrong == [], report.plan


@pytest.mark.torture
@pytest.mark.sqlite  # so that test-all plays them, where nothing measures coverage
@pytest.mark.parametrize("first", range(EVERY_TIME, EVERY_TIME + EVERY_CI, AT_ONCE))
def test_hundreds_of_evenings_do(worlds: Worlds, first: int) -> None:
    reports = [play(worlds, seed) for seed in range(first, first + AT_ONCE)]

    assert [(r.seed, r.plan, r.wrong) for r in reports if r.wrong] == []
    assert sum(report.deaths for report in reports) > 0


@pytest.mark.torture
def test_an_evening_of_244_groups(worlds: Worlds) -> None:
    plan = [
        Fault(Kind.AFTER_SEND, 60, 3.0),
        Fault(Kind.BEFORE_COMMIT, 150, 2.0),
        Fault(Kind.OUTAGE, 30, 20.0),
        Fault(Kind.LOCKED, 50, 15.0),
    ]
    report = play(worlds, 1, plan, FULL)

    assert report.wrong == []
    assert report.deaths == 2


@pytest.mark.parametrize("seed", range(1000, 1002))
def test_what_waited_for_a_channel_that_was_given_up_finds_its_end(
    worlds: Worlds, seed: int
) -> None:
    """It is down for so long, by a clock set forward, that what is open goes by other doors."""
    report = play(worlds, seed, [Fault(Kind.OUTAGE, 110, 400.0), Fault(Kind.JUMP, 300, 2400)])

    assert report.wrong == []


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.slow
@pytest.mark.sqlite
def test_an_update_that_came_twice_while_the_bot_was_away_was_said_once(
    worlds: Worlds, seed: int
) -> None:
    """Both copies lie in one batch: the judge, too, must count them as one deed."""
    twice = [Fault(Kind.TWICE, number, 1.0) for number in range(15, 30)]
    report = play(worlds, seed, [Fault(Kind.LOCKED, 20, 30.0), *twice])

    assert report.wrong == []
    assert report.effects == report.passed["updates"]


def test_the_same_seed_plays_the_same_evening(worlds: Worlds) -> None:
    plan = [Fault(Kind.AFTER_COMMIT, 40, 3.0), Fault(Kind.TIMEOUT, 30)]

    assert play(worlds, 7, plan) == play(worlds, 7, plan)
