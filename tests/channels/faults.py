"""What goes wrong on the way to a server of our own, and its book of requests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web

Json = dict[str, Any]


class RefusalError(Exception):
    """The call is refused."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


class NoJsonError(Exception):
    """The call is answered with a page of this HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status

    @property
    def page(self) -> web.Response:
        """That page."""
        return web.Response(status=self.status, text="<html>busy</html>")


@dataclass
class Fault:
    """The next `times` calls of a method go wrong (`None`: all). `code` is refused with, in the
    envelope, and by Zalo Bot as the HTTP status too; `cut` breaks the line, with `after_effect`
    only once the call has done its work; `page` answers with something that is no JSON; `delay` is
    in real seconds.
    """

    method: str
    code: int = 0
    description: str = ""
    cut: bool = False
    page: int = 0
    after_effect: bool = False
    delay: float = 0.0
    times: int | None = 1

    def takes(self, method: str) -> bool:
        """Whether this call is struck."""
        if self.method not in {"*", method} or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def strike(self, request: web.Request) -> None:
        """Let this call go wrong.

        Raises:
            NoJsonError: it gets a page, or nothing at all.
            RefusalError: it is refused.
        """
        if self.cut:
            assert request.transport is not None
            request.transport.abort()
            raise NoJsonError(500)  # nobody reads it any more
        if self.page:
            raise NoJsonError(self.page)
        if self.code:
            raise RefusalError(self.code, self.description)


class Faulty:
    """A server whose calls can go wrong, and which notes them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, Json]] = []

    def fault(self, method: str = "*", **what: Any) -> Fault:
        """Let a call go wrong."""
        self.faults.append(Fault(method, **what))
        return self.faults[-1]

    def calls(self, method: str) -> list[Json]:
        """The parameters of every call of a method."""
        return [params for name, params in self.requests if name == method]

    @asynccontextmanager
    async def struck(self, request: web.Request, method: str) -> AsyncIterator[None]:
        """The work of one call, with what goes wrong before and after it.

        Raises:
            NoJsonError: as `Fault.strike`.
            RefusalError: as `Fault.strike`.
        """
        fault = next((fault for fault in self.faults if fault.takes(method)), None)
        if fault is None:
            yield
            return
        await asyncio.sleep(fault.delay)
        if not fault.after_effect:
            fault.strike(request)
        yield
        if fault.after_effect:
            fault.strike(request)
