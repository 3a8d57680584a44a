"""A channel that answers nobody is left alone, and tried now and then until it is back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

FAULTS = 5
"""So many failures of the network or the server in a row, and the channel counts as down."""
PROBES = (5.0, 10.0, 20.0, 30.0)
"""Seconds until the next attempt while it is down; the last one repeats."""


@dataclass
class Breaker:
    """Closed while a channel works; open while it is down, letting one attempt through at times.

    `faults` of 0 never opens it. A refusal is no fault: a server that says no is there.
    """

    monotonic: Callable[[], float]
    faults: int = FAULTS
    is_open: bool = False
    _in_a_row: int = 0
    _probes: int = 0
    _next_probe: float = 0.0
    _probing: bool = False

    def worked(self) -> None:
        """The channel has answered."""
        self.is_open = self._probing = False
        self._in_a_row = self._probes = 0

    def failed(self) -> None:
        """It has not."""
        self._in_a_row += 1
        if not self.faults or self._in_a_row < self.faults:
            return
        if self._probing or not self.is_open:  # what was on its way at the fall is no new probe
            pause = PROBES[min(self._probes, len(PROBES) - 1)]
            self._next_probe = self.monotonic() + pause
            self._probes += 1
        self.is_open, self._probing = True, False

    def wait(self) -> float | None:
        """Seconds until something may be tried: 0 now, None while an attempt is under way."""
        if not self.is_open:
            return 0.0
        return None if self._probing else max(0.0, self._next_probe - self.monotonic())

    def probe(self) -> None:
        """The one attempt has begun."""
        self._probing = True

    def unprobe(self) -> None:
        """It has come to nothing: there was nothing to send after all."""
        self._probing = False
