"""The platform's limits are never crossed, whatever the jitter; and hardly anything is wasted."""

from __future__ import annotations

import heapq
import random
from collections import defaultdict, deque

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pacing import TELEGRAM_PACE, Limiter, Pace


class StrictServer:
    """Counts what arrives; a message over a limit is a 429."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.refused = 0
        self._all: deque[float] = deque()
        self._chats: dict[str, deque[float]] = defaultdict(deque)
        self._groups: dict[str, deque[float]] = defaultdict(deque)

    def arrive(self, now: float, chat: str, *, group: bool) -> None:
        windows = [
            (self._all, 1.0, self.pace.overall),
            (self._chats[chat], 1.0, self.pace.per_chat),
        ]
        if group:
            windows.append((self._groups[chat], 60.0, self.pace.per_group))
        for window, seconds, room in windows:
            while window and window[0] <= now - seconds:
                window.popleft()
            if len(window) >= room:
                self.refused += 1
                return
        for window, _, _ in windows:
            window.append(now)


def broadcast(
    rng: random.Random, sends: list[str], *, group: bool, from_answer: bool = True
) -> tuple[float, int]:
    """Send all as fast as the limiter allows over a jittery network; (seconds, refusals)."""
    now = 0.0
    limiter = Limiter(TELEGRAM_PACE, lambda: now)
    server = StrictServer(TELEGRAM_PACE)
    waiting = deque(sends)
    events: list[tuple[float, int, str, str]] = []
    serial = 0
    while waiting or events:
        for _ in range(len(waiting)):
            chat = waiting.popleft()
            if limiter.wait(chat, group=group) == 0.0:
                limiter.take(chat, group=group)
                there, back = rng.uniform(0.01, 0.05), rng.uniform(0.01, 0.05)
                serial += 2
                heapq.heappush(events, (now + there, serial, "arrive", chat))
                if from_answer:
                    heapq.heappush(events, (now + there + back, serial + 1, "answer", chat))
                else:
                    limiter.answer(chat, group=group)
            else:
                waiting.append(chat)
        if events and (not waiting or events[0][0] <= now + 0.005):
            now, _, what, chat = heapq.heappop(events)
            if what == "arrive":
                server.arrive(now, chat, group=group)
            else:
                limiter.answer(chat, group=group)
        else:
            now += 0.005
    return now, server.refused


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_broadcast_to_244_groups_is_never_refused_and_nearly_as_fast_as_allowed(
    seed: int,
) -> None:
    seconds, refused = broadcast(random.Random(seed), [f"g{n}" for n in range(244)], group=True)

    assert refused == 0
    assert seconds < 8.2 / 0.85


def test_counting_from_the_send_would_be_refused() -> None:
    """The twin: the same broadcast with slots returned a second after the send."""
    chats = [f"g{n}" for n in range(244)]
    refused = sum(
        broadcast(random.Random(seed), chats, group=True, from_answer=False)[1] for seed in range(2)
    )

    assert refused > 0


def test_one_group_gets_no_more_than_twenty_a_minute() -> None:
    now = 0.0
    limiter = Limiter(Pace(overall=30, per_chat=0, per_group=20), lambda: now)
    for _ in range(20):
        assert limiter.wait("g", group=True) == 0.0
        limiter.take("g", group=True)
        limiter.answer("g", group=True)

    assert limiter.wait("g", group=True) == 60.0
    assert limiter.wait("other", group=True) == 0.0


def test_a_hold_silences_the_whole_token_for_as_long_as_asked() -> None:
    now = 100.0
    limiter = Limiter(TELEGRAM_PACE, lambda: now)
    limiter.hold(7.0)

    assert limiter.wait("anyone", group=False) == 7.0


def test_only_an_answer_frees_a_slot() -> None:
    limiter = Limiter(TELEGRAM_PACE, lambda: 0.0)
    limiter.take("g", group=False)

    assert limiter.wait("g", group=False) is None


def test_idle_chats_are_forgotten() -> None:
    now = 0.0
    limiter = Limiter(TELEGRAM_PACE, lambda: now)
    for number in range(5000):
        now += 0.1
        limiter.take(f"p{number}", group=False)
        limiter.answer(f"p{number}", group=False)

    assert len(limiter._chats) < 4200
