"""Telegram's three flood limits, counted on the world's own clock."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field


@dataclass
class FloodLimits:
    """How much one bot may send; the API says ~30/s, ~1/s a chat in short bursts, 20/min a group.

    `holds_bot` plays the stricter rule some report: after a 429 nothing passes until its time is up.
    """

    per_second: int = 30
    per_chat_second: float = 1.0
    chat_burst: int = 3
    per_group_minute: int = 20
    holds_bot: bool = False
    refused: int = 0
    _all: deque[float] = field(default_factory=deque)
    _groups: defaultdict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _chats: dict[int, tuple[float, float]] = field(default_factory=dict)
    _held_until: float = 0.0

    def admit(self, chat: int, now: float, *, group: bool) -> int:
        """Count one send at `now` (seconds) and return 0, or the seconds to wait when refused."""
        wait = max(
            self._held_until - now,
            _window(self._all, now, 1.0, self.per_second),
            _window(self._groups[chat], now, 60.0, self.per_group_minute) if group else 0.0,
            self._chat_wait(chat, now),
        )
        if wait > 0:
            self.refused += 1
            if self.holds_bot:
                self._held_until = max(self._held_until, now + wait)
            return max(1, math.ceil(wait))
        self._all.append(now)
        if group:
            self._groups[chat].append(now)
        tokens, _ = self._chats[chat]
        self._chats[chat] = (tokens - 1, now)
        return 0

    def _chat_wait(self, chat: int, now: float) -> float:
        tokens, since = self._chats.get(chat, (float(self.chat_burst), now))
        tokens = min(float(self.chat_burst), tokens + max(now - since, 0.0) * self.per_chat_second)
        self._chats[chat] = (tokens, now)
        # A float's rounding must not cost whoever waited exactly long enough.
        return 0.0 if tokens >= 1 - 1e-6 else (1 - tokens) / self.per_chat_second


def _window(sent: deque[float], now: float, seconds: float, allowed: int) -> float:
    while sent and sent[0] <= now - seconds + 1e-6:
        sent.popleft()
    return 0.0 if len(sent) < allowed else sent[-allowed] + seconds - now
