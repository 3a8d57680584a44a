"""Telegram's webhook: checked, stored, and only then answered."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from starlette.routing import Route
from starlette.types import Receive as Hear
from starlette.types import Scope, Send

from bot.channels.base import Receive
from bot.channels.telegram_updates import NAME, raw_update
from bot.web.bodies import UNREADABLE

PATH = "/telegram/webhook"
BODY_LIMIT = 1024 * 1024
"""Bytes; an update holds at most a message of 4,096 characters and its reply."""

SECRET = b"x-telegram-bot-api-secret-token"
EMPTY = [(b"content-length", b"0"), (b"content-type", b"text/plain; charset=utf-8")]


def secret(secret_key: str) -> str:
    """The word Telegram must bring, derived so that no second secret needs keeping
    (core.telegram.org/bots/api#setwebhook: 1-256 of A-Z a-z 0-9 _ -).
    """
    return hmac.new(secret_key.encode(), b"telegram-webhook", hashlib.sha256).hexdigest()


class Hook:
    """The page Telegram calls, without Starlette's request and response: they cost more than
    storing the update (tests/bench).
    """

    def __init__(self, receive: Receive, word: str) -> None:
        self._receive = receive
        self._word = word.encode()

    async def __call__(self, scope: Scope, receive: Hear, send: Send) -> None:
        """Answer one call, once what it brings is stored."""
        status = await self._take(dict(scope["headers"]), receive)
        await send({"type": "http.response.start", "status": status, "headers": EMPTY})
        await send({"type": "http.response.body", "body": b""})

    async def _take(self, headers: Mapping[bytes, bytes], receive: Hear) -> int:
        if not hmac.compare_digest(headers.get(SECRET, b""), self._word):
            return 403
        body = b""
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return 400  # it hung up
            body += message.get("body", b"")
            if len(body) > BODY_LIMIT:
                return 413
            if not message.get("more_body"):
                break
        try:
            _, raw = raw_update(body)
        except UNREADABLE:
            return 400
        await self._receive(NAME, [raw])
        return 200


def route(receive: Receive, word: str) -> Route:
    """The page Telegram calls."""
    return Route(PATH, Hook(receive, word), methods=["POST"])
