"""How fast one token may speak, counted from the platform's answers.

A slot returns a second after the *answer* to what took it. The platform counted the message no
later than that, so no jitter of the network can push it over a limit.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Pace:
    """Messages per second overall and per chat, and per minute in a group; 0 means no limit."""

    overall: int = 0
    per_chat: int = 0
    per_group: int = 0


TELEGRAM_PACE = Pace(overall=30, per_chat=1, per_group=20)
"""core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this"""


@dataclass
class _Window:
    """At most `room` things in flight or answered within the last `seconds`."""

    room: int
    seconds: float
    in_flight: int = 0
    answered: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float | None:
        """Seconds until a slot is free: 0 now, None when only an answer can free one."""
        while self.answered and self.answered[0] <= now - self.seconds:
            self.answered.popleft()
        if self.in_flight + len(self.answered) < self.room:
            return 0.0
        return self.answered[0] + self.seconds - now if self.answered else None


class Limiter:
    """Slots for one token. `monotonic` is the clock, in seconds."""

    def __init__(self, pace: Pace, monotonic: Callable[[], float]) -> None:
        self.pace = pace
        self.monotonic = monotonic
        self._held_until = 0.0
        self._overall = _Window(pace.overall, 1.0)
        self._chats: dict[str, _Window] = defaultdict(lambda: _Window(pace.per_chat, 1.0))
        self._groups: dict[str, _Window] = defaultdict(lambda: _Window(pace.per_group, 60.0))

    def _windows(self, chat: str, *, group: bool) -> list[_Window]:
        windows = [self._overall] if self.pace.overall else []
        if self.pace.per_chat:
            windows.append(self._chats[chat])
        if group and self.pace.per_group:
            windows.append(self._groups[chat])
        return windows

    def wait(self, chat: str, *, group: bool) -> float | None:
        """Seconds until `chat` may be written to; None when an answer must come first."""
        now = self.monotonic()
        waits = [window.wait(now) for window in self._windows(chat, group=group)]
        if None in waits:
            return None
        held = max(0.0, self._held_until - now)
        return max([held, *(wait for wait in waits if wait is not None)])

    def take(self, chat: str, *, group: bool) -> None:
        """Something is being sent to `chat`."""
        for window in self._windows(chat, group=group):
            window.in_flight += 1

    def answer(self, chat: str, *, group: bool) -> None:
        """The platform has answered for it."""
        now = self.monotonic()
        for window in self._windows(chat, group=group):
            window.in_flight -= 1
            window.answered.append(now)
        if len(self._chats) + len(self._groups) > 4096:
            self._forget_idle(now)

    def hold(self, seconds: float) -> None:
        """The platform asked the whole token to be silent for so long."""
        self._held_until = max(self._held_until, self.monotonic() + seconds)

    def _forget_idle(self, now: float) -> None:
        for table in (self._chats, self._groups):
            idle = [chat for chat, w in table.items() if not w.in_flight and w.wait(now) == 0.0]
            for chat in idle:
                if not table[chat].answered:
                    del table[chat]
