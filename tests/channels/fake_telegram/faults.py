"""What goes wrong on purpose: refusals, delays and broken lines, for chosen calls."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.channels.fake_telegram.errors import ApiError, CutConnectionError
from tests.channels.telegram_spec import Json


@dataclass
class Fault:
    """One mishap: waits `delay` real seconds, then breaks the line (`cut`) or answers `error`.

    `method` "*" is any call but getUpdates; a download is the method `file`. `after_effect` lets
    the call do its work first, so that only its answer is lost. `times` None means always; the
    first `skip` fitting calls pass unharmed.
    """

    method: str = "*"
    chat: int | None = None
    times: int | None = 1
    skip: int = 0
    after_effect: bool = False
    delay: float = 0.0
    cut: bool = False
    error: ApiError | None = None

    def fits(self, method: str, params: Json) -> bool:
        """Whether this call is meant."""
        if self.method != method and (self.method != "*" or method == "getUpdates"):
            return False
        return self.chat is None or params.get("chat_id") == self.chat

    async def strike(self, closing: asyncio.Event) -> None:
        """Do the harm; a server that closes waits no longer.

        Raises:
            CutConnectionError, ApiError: as ordered.
        """
        if self.delay:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(closing.wait(), self.delay)
        if self.cut:
            raise CutConnectionError
        if self.error is not None:
            raise self.error


class Faults:
    """The mishaps still to come; `script` may choose one for each call, as a random harness does."""

    def __init__(self) -> None:
        self.script: Callable[[str, Json], Fault | None] = lambda _method, _params: None
        self._planned: list[Fault] = []

    def plan(self, fault: Fault) -> Fault:
        """Let it happen from now on."""
        self._planned.append(fault)
        return fault

    def clear(self) -> None:
        """Nothing planned goes wrong any more."""
        self._planned.clear()

    def take(self, method: str, params: Json) -> Fault | None:
        """The mishap of this call, if any; it is then used up."""
        for fault in self._planned:
            if not fault.fits(method, params) or fault.times == 0:
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
            return fault
        return self.script(method, params)
