"""Zalo's webhooks, one address a bot: checked, stored, and only then answered."""

from __future__ import annotations

import hashlib
import hmac

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.base import Receive
from bot.channels.zalo_updates import raw_event
from bot.web.bodies import UNREADABLE, body_of

BODY_LIMIT = 256 * 1024
"""Bytes; an event holds one message of at most 2,000 characters."""


def path(number: int) -> str:
    """The address of the n-th bot's webhook: a body does not say whose it is."""
    return f"/zalo/bot/{number}"


def secret(secret_key: str, number: int) -> str:
    """The word Zalo must bring to the n-th bot, derived so that no second secret needs keeping."""
    told = f"zalo-webhook:{number}".encode()
    return hmac.new(secret_key.encode(), told, hashlib.sha256).hexdigest()


def route(receive: Receive, channel: str, number: int, word: str) -> Route:
    """The page Zalo calls for one bot.

    Its trial call, when the address is set, brings no secret and perhaps no body: it is answered
    well and does nothing.
    """

    async def hook(request: Request) -> Response:
        brought = request.headers.get("x-bot-api-secret-token")
        if brought is None:
            return PlainTextResponse("")
        if not hmac.compare_digest(brought.encode(), word.encode()):
            return PlainTextResponse("", 403)
        body = await body_of(request, BODY_LIMIT)
        if body is None:
            return PlainTextResponse("", 413)
        try:
            raw = raw_event(body)
        except UNREADABLE:
            return PlainTextResponse("", 400)
        if raw is not None:
            await receive(channel, [raw])
        return PlainTextResponse("")

    return Route(path(number), hook, methods=["GET", "POST"])
