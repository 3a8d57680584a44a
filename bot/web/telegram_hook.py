"""Telegram's webhook: checked, stored, and only then answered."""

from __future__ import annotations

import hashlib
import hmac

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.base import Receive
from bot.channels.telegram_updates import NAME, raw_update

PATH = "/telegram/webhook"
BODY_LIMIT = 1024 * 1024
"""Bytes; an update holds at most a message of 4,096 characters and its reply."""


def secret(secret_key: str) -> str:
    """The word Telegram must bring, derived so that no second secret needs keeping
    (core.telegram.org/bots/api#setwebhook: 1-256 of A-Z a-z 0-9 _ -).
    """
    return hmac.new(secret_key.encode(), b"telegram-webhook", hashlib.sha256).hexdigest()


def route(receive: Receive, word: str) -> Route:
    """The page Telegram calls."""

    async def hook(request: Request) -> Response:
        brought = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(brought.encode(), word.encode()):
            return PlainTextResponse("", 403)
        if int(request.headers.get("content-length") or 0) > BODY_LIMIT:
            return PlainTextResponse("", 413)
        body = await request.body()
        try:
            _, raw = raw_update(body)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return PlainTextResponse("", 400)
        await receive(NAME, [raw])
        return PlainTextResponse("")

    return Route(PATH, hook, methods=["POST"])
