"""A broadcast on a virtual clock: the real line and the real limiter against a strict server.

The network is jitter only: each way takes its own random time. The server counts a message when
it arrives, in sliding windows, and refuses what is over a limit. `ideal` is what a sender would
need that could read the server's mind.
"""

from __future__ import annotations

import heapq
import random
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.outgoing import Entry, Outgoing
from bot.pacing import TELEGRAM_PACE, Limiter, Pace

START = datetime(2026, 11, 16, 1, tzinfo=UTC)
ONE_WAY = (0.010, 0.050)
"""Seconds; two ways make a round trip of 60 ± 40 ms."""
TURN = 0.002
"""Seconds between two looks at the line, as delivery takes them."""


class StrictServer:
    """Counts what arrives; a message over a limit is refused."""

    def __init__(self, pace: Pace = TELEGRAM_PACE) -> None:
        self.pace = pace
        self.taken = self.refused = 0
        self._all: deque[float] = deque()
        self._chats: dict[str, deque[float]] = defaultdict(deque)
        self._groups: dict[str, deque[float]] = defaultdict(deque)

    def arrive(self, now: float, chat: str, *, group: bool) -> None:
        """A message comes in."""
        windows = [
            (self._all, 1.0, self.pace.overall),
            (self._chats[chat], 1.0, self.pace.per_chat),
        ]
        if group:
            windows.append((self._groups[chat], 60.0, self.pace.per_group))
        for window, seconds, room in windows:
            while window and window[0] + seconds <= now:
                window.popleft()
            if len(window) >= room:
                self.refused += 1
                return
        self.taken += 1
        for window, _, _ in windows:
            window.append(now)


@dataclass(frozen=True, slots=True)
class Result:
    """How a broadcast went; times in seconds."""

    sends: int
    seconds: float
    ideal: float
    refused: int
    order_kept: bool

    @property
    def share(self) -> float:
        """How near it came to the ideal: 1 is perfect."""
        return self.ideal / self.seconds


def ideal(chats: Sequence[str], *, groups: bool) -> float:
    """The least time in which these may be sent, each limit by itself being enough to bind."""
    counts: dict[str, int] = defaultdict(int)
    for chat in chats:
        counts[chat] += 1
    most = max(counts.values())
    overall = (len(chats) - 1) // TELEGRAM_PACE.overall
    minutes = (most - 1) // TELEGRAM_PACE.per_group if groups else 0
    within = (most - 1) % TELEGRAM_PACE.per_group if groups else most - 1
    return float(max(overall, 60 * minutes + within))


def broadcast(
    chats: Sequence[str],
    *,
    groups: bool = True,
    seed: int = 1,
    one_way: tuple[float, float] = ONE_WAY,
    limiter: Callable[[Pace, Callable[[], float]], Limiter] = Limiter,
    say: Callable[[int], None] = lambda _: None,
) -> Result:
    """Send one message to each of these chats, in this order, as fast as the line lets them go."""
    rng, server, now = random.Random(seed), StrictServer(), 0.0
    line = Outgoing(limiter(TELEGRAM_PACE, lambda: now), lambda _chat: groups)
    for number, chat in enumerate(chats, 1):
        line.add(Entry(number, chat, bulk=True), START)
    events: list[tuple[float, int, bool, Entry]] = []
    newest: dict[str, int] = {}
    order_kept = True
    left = len(chats)
    while left:
        picked, pause = line.pick(START + timedelta(seconds=now), 100)
        for entry in picked:
            there, back = rng.uniform(*one_way), rng.uniform(*one_way)
            heapq.heappush(events, (now + there, entry.id, False, entry))
            heapq.heappush(events, (now + there + back, entry.id, True, entry))
        wakes = now + max(TURN, pause) if pause is not None else float("inf")
        wakes = max(wakes, now + TURN)
        while events and events[0][0] <= wakes:
            now, _, answered, entry = heapq.heappop(events)
            if not answered:
                server.arrive(now, entry.chat, group=groups)
                order_kept &= newest.get(entry.chat, 0) < entry.id
                newest[entry.chat] = entry.id
                continue
            line.answered(entry)
            line.done(entry)
            left -= 1
            if left % 1000 == 0:
                say(left)
            wakes = min(wakes, now + TURN)
        now = max(now, wakes) if left else now
    return Result(len(chats), now, ideal(chats, groups=groups), server.refused, order_kept)


def hundred_thousand(seed: int = 1, say: Callable[[int], None] = lambda _: None) -> Result:
    """100,000 private messages to 25,000 people, the row of the table of benchmarks."""
    people = [f"p{number}" for number in range(25_000)]
    return broadcast(people * 4, groups=False, seed=seed, say=say)
