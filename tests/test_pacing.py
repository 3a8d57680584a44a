"""The platform's limits are never crossed, whatever the jitter; and hardly anything is wasted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pacing import TELEGRAM_PACE, Limiter, Pace
from tests.bench.broadcast import broadcast, hundred_thousand

GROUPS = [f"g{number}" for number in range(244)]


class FromTheSend(Limiter):
    """The usual way: a slot is back a second after the sending."""

    def take(self, chat: str, *, group: bool) -> None:
        super().take(chat, group=group)
        super().answer(chat, group=group)

    def answer(self, chat: str, *, group: bool) -> None:
        pass


class Guessing(Limiter):
    """Gives a slot back a guess at the way back too soon: 20 ms of it."""

    def answer(self, chat: str, *, group: bool) -> None:
        clock = self.monotonic
        self.monotonic = lambda: clock() - 0.02
        super().answer(chat, group=group)
        self.monotonic = clock


@settings(max_examples=5, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    quickest=st.floats(0.0, 0.1),
    jitter=st.floats(0.0, 0.4),
    rounds=st.integers(1, 3),
)
def test_no_limit_is_ever_crossed_and_no_chat_hears_things_out_of_order(
    seed: int, quickest: float, jitter: float, rounds: int
) -> None:
    way = (quickest, quickest + jitter)
    result = broadcast(GROUPS * rounds, seed=seed, one_way=way)

    assert result.refused == 0
    assert result.order_kept


def test_a_broadcast_comes_near_the_ideal_time() -> None:
    result = broadcast(GROUPS * 10)

    assert result.refused == 0
    assert result.share >= 0.94


def test_private_mail_too() -> None:
    result = broadcast([f"p{number}" for number in range(3000)], groups=False)

    assert result.refused == 0
    assert result.share >= 0.94


def test_counting_from_the_send_would_be_refused() -> None:
    """The twin: the same broadcast with slots returned a second after the send."""
    assert broadcast(GROUPS, limiter=FromTheSend).refused > 0


def test_guessing_the_way_back_would_be_refused() -> None:
    """The twin: some ways take no time at all."""
    people = [f"p{number}" for number in range(3000)]

    assert broadcast(people, groups=False, one_way=(0.0, 0.05), limiter=Guessing).refused > 0
    assert broadcast(people, groups=False, one_way=(0.0, 0.05)).refused == 0


def test_a_slot_is_taken_until_the_very_moment_it_is_free() -> None:
    """Rounding once made `wait` say 0 a hair too early, and then all went at once."""
    now = 0.03002929815391612
    limiter = Limiter(Pace(overall=1), lambda: now)
    limiter.take("a", group=False)
    limiter.answer("a", group=False)
    now += 1.0
    while limiter.wait("b", group=False) != 0.0:
        now += 1e-17 + now * 2**-52
    limiter.take("b", group=False)

    assert limiter.wait("c", group=False) is None


def test_one_group_gets_no_more_than_twenty_a_minute() -> None:
    now = 0.0
    limiter = Limiter(Pace(overall=30, per_chat=0, per_group=20), lambda: now)
    for _ in range(20):
        assert limiter.wait("g", group=True) == 0.0
        limiter.take("g", group=True)
        limiter.answer("g", group=True)

    assert limiter.wait("g", group=True) == 60.0
    assert limiter.wait("other", group=True) == 0.0


def test_a_hold_silences_the_whole_token_for_exactly_as_long_as_asked() -> None:
    now = 100.0
    limiter = Limiter(TELEGRAM_PACE, lambda: now)
    limiter.hold(7.0)
    limiter.hold(2.0)

    assert limiter.wait("anyone", group=False) == limiter.wait_overall() == 7.0
    now = 107.0
    assert limiter.wait("anyone", group=False) == 0.0


def test_a_hold_of_one_chat_leaves_the_others_alone() -> None:
    limiter = Limiter(TELEGRAM_PACE, lambda: 100.0)
    limiter.hold(7.0, "g")

    assert limiter.wait("g", group=True) == 7.0
    assert limiter.wait("other", group=True) == limiter.wait_overall() == 0.0


def test_only_an_answer_frees_a_slot() -> None:
    limiter = Limiter(TELEGRAM_PACE, lambda: 0.0)
    limiter.take("g", group=False)

    assert limiter.wait("g", group=False) is None
    limiter.untake("g", group=False)
    assert limiter.wait("g", group=False) == 0.0


def test_idle_chats_are_forgotten() -> None:
    now = 0.0
    limiter = Limiter(TELEGRAM_PACE, lambda: now)
    for number in range(5000):
        now += 0.1
        limiter.take(f"p{number}", group=False)
        limiter.answer(f"p{number}", group=False)

    assert len(limiter._chats) < 4200


@pytest.mark.slow
def test_a_hundred_thousand_sends_are_near_the_ideal_without_one_refusal() -> None:
    result = hundred_thousand()

    assert result.refused == 0
    assert result.share >= 0.94
