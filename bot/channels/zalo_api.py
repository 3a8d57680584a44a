"""Calls to the Zalo Bot Platform (docs.zaloplatforms.com/docs/BOT), over aiohttp.

No library is fit for it: the Python ones lose events, ids or errors. The token is part of every
address, so neither addresses nor aiohttp's own words about them are ever logged.
"""

from __future__ import annotations

from typing import Any

import aiohttp
import msgspec
from aiohttp import ClientError, ClientTimeout

API = "https://bot-api.zaloplatforms.com"
CALL_SECONDS = 30.0
EMPTY_POLL = 408
"""A long poll that ended without news says so with this code."""


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


class Answer(msgspec.Struct):
    """The envelope of every answer; `ok` counts, whatever the HTTP status."""

    ok: bool = False
    result: msgspec.Raw = msgspec.Raw()
    description: str = ""
    error_code: int = 0


class ZaloApi:
    """One bot's calls. `api` is another server that speaks the same."""

    def __init__(self, token: str, api: str = "") -> None:
        self._token = token
        self._api = (api or API).rstrip("/")
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

    async def call(
        self, method: str, params: dict[str, Any] | None = None, *, seconds: float = CALL_SECONDS
    ) -> bytes:
        """The `result` of a call as it came; b"" if the answer has none.

        Raises:
            ZaloError: Zalo refused.
            NoAnswerError: it did not answer in words.
        """
        url = f"{self._api}/bot{self._token}/{method}"
        try:
            async with self.client.post(
                url, json=params or {}, timeout=ClientTimeout(total=seconds)
            ) as response:
                status, body = response.status, await response.read()
        except aiohttp.ClientConnectorError as error:
            raise NoAnswerError(type(error).__name__, left=False) from None
        except (ClientError, OSError, TimeoutError) as error:
            raise NoAnswerError(type(error).__name__, left=True) from None
        try:
            answer = msgspec.json.decode(body, type=Answer)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            if status >= 400:
                raise ZaloError(status, f"HTTP {status}") from None
            raise NoAnswerError("an answer nobody can read", left=True) from None
        if not answer.ok:
            raise ZaloError(answer.error_code or status, answer.description)
        return bytes(answer.result)
