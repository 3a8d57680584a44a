"""How fast one token may speak, counted from the platform's answers.

The platform counts a message somewhere between its sending and its answer. A slot counted from
the *sending* is back too early whenever the network jitters; counted from the *answer* it never
is. Each then stays taken for a round trip too long, which costs a hundredth of a broadcast's time
against guessing the way back, and a guess may be wrong (tests/test_pacing.py).
"""

from __future__ import annotations

import threading
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


@dataclass(slots=True)
class _Window:
    """At most `room` things in flight or counted within the last `seconds`."""

    room: int
    seconds: float
    in_flight: int = 0
    counted: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float | None:
        """Seconds until a slot is free: 0 now, None when only an answer can free one."""
        # the very sum that is returned below: rounded in two ways it would once say "0, now" while
        # the slot is still taken, and then let everything pass
        while self.counted and self.counted[0] + self.seconds <= now:
            self.counted.popleft()
        if self.in_flight + len(self.counted) < self.room:
            return 0.0
        return self.counted[0] + self.seconds - now if self.counted else None


class Limiter:
    """Slots for one token, for any thread. `monotonic` is the clock, in seconds."""

    def __init__(self, pace: Pace, monotonic: Callable[[], float]) -> None:
        self.pace = pace
        self.monotonic = monotonic
        self._lock = threading.Lock()
        self._held_until = 0.0
        self._held_chats: dict[str, float] = {}
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

    def wait_overall(self) -> float | None:
        """Seconds until the token may speak at all; None when an answer must come first."""
        with self._lock:
            now = self.monotonic()
            held = max(0.0, self._held_until - now)
            wait = self._overall.wait(now) if self.pace.overall else 0.0
            return None if wait is None else max(held, wait)

    def wait(self, chat: str, *, group: bool) -> float | None:
        """Seconds until `chat` may be written to; None when an answer must come first."""
        with self._lock:
            now = self.monotonic()
            waits = [window.wait(now) for window in self._windows(chat, group=group)]
            held = max(self._held_until, self._held_chats.get(chat, 0.0)) - now
        known = [wait for wait in waits if wait is not None]
        return max([0.0, held, *known]) if len(known) == len(waits) else None

    def take(self, chat: str, *, group: bool) -> None:
        """Something is being sent to `chat`."""
        with self._lock:
            for window in self._windows(chat, group=group):
                window.in_flight += 1

    def untake(self, chat: str, *, group: bool) -> None:
        """It was not sent after all."""
        with self._lock:
            for window in self._windows(chat, group=group):
                window.in_flight -= 1

    def answer(self, chat: str, *, group: bool) -> None:
        """The platform has answered for it."""
        with self._lock:
            now = self.monotonic()
            for window in self._windows(chat, group=group):
                window.in_flight -= 1
                window.counted.append(now)
            if len(self._chats) + len(self._groups) > 4096:
                self._forget_idle(now)

    def hold(self, seconds: float, chat: str = "") -> None:
        """The platform asked the whole token, or only one chat, to be silent for so long."""
        with self._lock:
            until = self.monotonic() + seconds
            if chat:
                self._held_chats[chat] = max(self._held_chats.get(chat, 0.0), until)
            else:
                self._held_until = max(self._held_until, until)

    def held(self, chat: str) -> float:
        """Seconds for which the platform has asked for silence, everywhere or in this chat."""
        with self._lock:
            until = max(self._held_until, self._held_chats.get(chat, 0.0))
            return max(0.0, until - self.monotonic())

    def _forget_idle(self, now: float) -> None:
        for table in (self._chats, self._groups):
            idle = [chat for chat, w in table.items() if not w.in_flight and w.wait(now) == 0.0]
            for chat in idle:
                if not table[chat].counted:
                    del table[chat]
        over = [chat for chat, until in self._held_chats.items() if until <= now]
        for chat in over:
            del self._held_chats[chat]
