"""What all calls to Zalo have in common: the connections, and the two ways in which one fails."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

import aiohttp
from aiohttp import ClientError


class ZaloError(Exception):
    """Zalo said no; `code` is its error code, or the HTTP status where it gave none."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(f"{code} {description}".strip())
        self.code = code
        self.description = description


class NoAnswerError(Exception):
    """Nothing, or nothing readable, came back. `left`: the request may have reached Zalo."""

    def __init__(self, reason: str, *, left: bool) -> None:
        super().__init__(reason)
        self.left = left


class ZaloClient:
    """Keeps the connections to one server."""

    def __init__(self) -> None:
        self._client: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await self._client.close()

    @property
    def client(self) -> aiohttp.ClientSession:
        """The connections, opened at the first use: that needs a running loop."""
        if self._client is None or self._client.closed:
            self._client = aiohttp.ClientSession()
        return self._client


async def outcome(
    call: AbstractAsyncContextManager[aiohttp.ClientResponse],
) -> tuple[int, bytes]:
    """The status and body of an answer. aiohttp's own words may hold an address, and with it a
    token: they are not passed on.

    Raises:
        NoAnswerError: there is none.
    """
    try:
        async with call as response:
            return response.status, await response.read()
    except aiohttp.ClientConnectorError as error:
        raise NoAnswerError(type(error).__name__, left=False) from None
    except (ClientError, OSError, TimeoutError) as error:
        raise NoAnswerError(type(error).__name__, left=True) from None
