"""Calls to the Zalo Bot Platform (docs.zaloplatforms.com/docs/BOT), over aiohttp.

No library is fit for it: the Python ones lose events, ids or errors. The token is part of every
address, so neither addresses nor aiohttp's own words about them are ever logged.
"""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import ClientTimeout

from bot.channels.zalo_client import NoAnswerError, ZaloClient, ZaloError, outcome

API = "https://bot-api.zaloplatforms.com"
CALL_SECONDS = 30.0
EMPTY_POLL = 408
"""A long poll that ended without news says so with this code."""


class Answer(msgspec.Struct):
    """The envelope of every answer; `ok` counts, whatever the HTTP status."""

    ok: bool = False
    result: msgspec.Raw = msgspec.Raw()
    description: str = ""
    error_code: int = 0


class ZaloApi(ZaloClient):
    """One bot's calls. `api` is another server that speaks the same."""

    def __init__(self, token: str, api: str = "") -> None:
        super().__init__()
        self._token = token
        self._api = (api or API).rstrip("/")

    async def call(
        self, method: str, params: dict[str, Any] | None = None, *, seconds: float = CALL_SECONDS
    ) -> bytes:
        """The `result` of a call as it came; b"" if the answer has none.

        Raises:
            ZaloError: Zalo refused.
            NoAnswerError: it did not answer in words.
        """
        url = f"{self._api}/bot{self._token}/{method}"
        status, body = await outcome(
            self.client.post(url, json=params or {}, timeout=ClientTimeout(total=seconds))
        )
        try:
            answer = msgspec.json.decode(body, type=Answer)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            if status >= 400:
                raise ZaloError(status, f"HTTP {status}") from None
            raise NoAnswerError("an answer nobody can read", left=True) from None
        if not answer.ok:
            raise ZaloError(answer.error_code or status, answer.description)
        return bytes(answer.result)
