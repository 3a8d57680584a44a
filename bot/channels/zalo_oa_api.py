"""Calls to Zalo's Official Account OpenAPI (developers.zalo.me/docs/official-account).

HTTP says 200 even of errors: the code in the body counts. What a token is refused for is mended
once, by a fresh one, and the call made again.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import aiohttp
import msgspec
from aiohttp import ClientTimeout

from bot.channels.zalo_client import NoAnswerError, ZaloClient, ZaloError, outcome

API = "https://openapi.zalo.me"
CALL_SECONDS = 30.0
UPLOAD_SECONDS = 120.0
OF_THE_TOKEN = frozenset({-216, -220, 216, 401, -401})
"""The token is wrong or too old."""


class OaError(ZaloError):
    """Zalo said no; `code` as in its list of errors, all but a few below zero."""


class Tokens(Protocol):
    """Where the access token comes from."""

    async def access(self) -> str:
        """The one that is good now."""
        ...

    async def renew(self, spent: str) -> str:
        """Another one, in place of one that was refused."""
        ...


class _Answer(msgspec.Struct):
    error: int = 0
    message: str = ""
    data: Any = None


Request = Callable[[aiohttp.ClientSession, dict[str, str]], Any]


class OaApi(ZaloClient):
    """One account's calls. `api` is another server that speaks the same."""

    def __init__(self, tokens: Tokens, api: str = "") -> None:
        super().__init__()
        self.tokens = tokens
        self._api = (api or API).rstrip("/")

    async def get(self, path: str, **query: Any) -> Any:
        """The `data` of a question; `query` goes in the one parameter Zalo reads.

        Raises:
            OaError: Zalo refused.
            NoAnswerError: it did not answer in words.
        """
        told = {"data": json.dumps(query)} if query else {}
        return await self.ask(path, **told)

    async def ask(self, path: str, **query: Any) -> Any:
        """The same, each of `query` a parameter of its own."""
        told = {name: str(value) for name, value in query.items()}
        return await self._call(
            lambda client, head: client.get(
                self._api + path, params=told, headers=head, timeout=ClientTimeout(CALL_SECONDS)
            )
        )

    async def account(self) -> tuple[str, str]:
        """The id and the name of the account whose tokens these are. Raises like `get`."""
        found = await self.ask("/v2.0/oa/getoa")
        told = found if isinstance(found, dict) else {}
        return str(told.get("oa_id", "")), str(told.get("name", ""))

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """The `data` of a deed. Raises like `get`."""
        return await self._call(
            lambda client, head: client.post(
                self._api + path, json=body, headers=head, timeout=ClientTimeout(CALL_SECONDS)
            )
        )

    async def upload(self, path: str, name: str, mime: str, content: bytes) -> Any:
        """The `data` of a file brought there. Raises like `get`."""

        def request(client: aiohttp.ClientSession, head: dict[str, str]) -> Any:
            form = aiohttp.FormData()
            form.add_field("file", content, filename=name, content_type=mime)
            timeout = ClientTimeout(UPLOAD_SECONDS)
            return client.post(self._api + path, data=form, headers=head, timeout=timeout)

        return await self._call(request)

    async def _call(self, request: Request) -> Any:
        token = await _token(self.tokens.access())
        try:
            return await self._once(request, token)
        except OaError as error:
            if error.code not in OF_THE_TOKEN:
                raise
        return await self._once(request, await _token(self.tokens.renew(token)))

    async def _once(self, request: Request, token: str) -> Any:
        answer = await answered(request(self.client, {"access_token": token}))
        if answer.error:
            raise OaError(answer.error, answer.message)
        return answer.data


async def _token(asked: Awaitable[str]) -> str:
    """A token; where none is to be had, nothing has left for Zalo that it was wanted for."""
    try:
        return await asked
    except NoAnswerError as error:
        raise NoAnswerError(str(error), left=False) from error


async def answered(call: Any) -> _Answer:
    """What came back.

    Raises:
        OaError: an error of HTTP that says what it means.
        NoAnswerError: nothing, or nothing readable.
    """
    status, body = await spoken(call)
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        if status < 400:
            raise NoAnswerError("an answer nobody can read", left=True) from None
        answer = _Answer()
    if status >= 400 and not answer.error:
        raise OaError(status, f"HTTP {status}")
    return answer


async def spoken(call: Any) -> tuple[int, bytes]:
    """The status and body of an answer. Raises like `answered`."""
    status, body = await outcome(call)
    if status == 429:
        raise OaError(-32, "HTTP 429")
    if status >= 500:
        raise NoAnswerError(f"HTTP {status}", left=True)
    return status, body
