"""An event loop on a clock of its own: nothing waits, nothing runs in a thread, and the same seed
gives the same run.
"""

from __future__ import annotations

import asyncio
import math
import random
import selectors
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

STARTS_AT = datetime(2026, 11, 16, 11, 0, tzinfo=UTC)
"""Monday 16/11/2026, 18:00 in Vietnam."""
EPSILON = 1e-6
THREAD_SECONDS = 0.02
"""How long at most a thread takes to hand back what it found."""


class Killed(BaseException):
    """The process is gone: nothing of it may do anything any more."""


class StuckError(Exception):
    """Nobody has anything left to do, and yet the evening is not over."""


class _Skipping(selectors.DefaultSelector):
    """Instead of waiting it moves the loop's clock."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise StuckError
        self.loop.seconds += max(timeout, 0.0)
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """`seconds` have passed. What would run in a thread runs at once, its result comes later.

    All that is timed happens on a grid of `step` seconds: the coarser it is, the more happens at
    once, and the less work a run is.
    """

    def __init__(self, rng: random.Random, step: float) -> None:
        selector = _Skipping()
        selector.loop = self
        self.seconds = 0.0
        self._rng = rng
        self._step = step
        super().__init__(selector)
        self.set_exception_handler(lambda _loop, _context: None)

    def time(self) -> float:
        return self.seconds

    def call_at(  # type: ignore[override]
        self, when: float, callback: Any, *args: Any, context: Any = None
    ) -> Any:
        on_grid = math.ceil(when / self._step - EPSILON) * self._step
        return super().call_at(on_grid, callback, *args, context=context)

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> Any:
        future = self.create_future()
        try:
            result = func(*args)
        except Exception as error:  # noqa: BLE001 - as a thread would hand it back
            self.call_later(self._rng.random() * THREAD_SECONDS, _fail, future, error)
        else:
            self.call_later(self._rng.random() * THREAD_SECONDS, _give, future, result)
        return future


def _give(future: asyncio.Future[Any], result: object) -> None:
    if not future.done():
        future.set_result(result)


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


class WallClock:
    """The machine's clock, which somebody may set forward or back (`jump`)."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self.jump = timedelta(0)

    def now(self) -> datetime:
        return STARTS_AT + timedelta(seconds=self._loop.seconds) + self.jump
