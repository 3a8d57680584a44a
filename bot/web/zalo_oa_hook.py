"""The Official Account's webhook: checked, stored, and only then answered.

Zalo waits two seconds for its answer, tries again five times within two hours, and then calls no
more until somebody switches it on again.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.base import Receive
from bot.channels.zalo_oa import NAME
from bot.channels.zalo_oa_events import Head, head, raw_events
from bot.web.bodies import UNREADABLE, body_of

log = structlog.get_logger()
PATH = "/zalo/oa"
BODY_LIMIT = 256 * 1024
ANSWER_SECONDS = 1.7
STALE = timedelta(days=1)
"""Zalo's last attempt comes within two hours; what is older is somebody's copy."""


def signature(app_id: str, body: bytes, timestamp: str, oa_secret: str) -> str:
    """What Zalo signs an event with: a plain SHA-256, no HMAC, with the account's own secret, which
    is not the app's.
    """
    signed = app_id.encode() + body + timestamp.encode() + oa_secret.encode()
    return f"mac={hashlib.sha256(signed).hexdigest()}"


def route(receive: Receive, app_id: str, oa_secret: str, now: Callable[[], datetime]) -> Route:
    """The page Zalo calls.

    Its trial call, when the address is registered, has no good signature and wants a 200: whatever
    is no event of our app gets one, and does nothing.
    """

    async def hook(request: Request) -> Response:
        body = await body_of(request, BODY_LIMIT)
        if body is None:
            return PlainTextResponse("", 413)
        found = _head(body)
        if found is None or str(found.app_id) != app_id:
            return PlainTextResponse("")
        brought = request.headers.get("x-zevent-signature", "")
        good = signature(app_id, body, str(found.timestamp), oa_secret)
        if not hmac.compare_digest(brought.encode(), good.encode()):
            log.warning("zalo_oa_forged")
            return PlainTextResponse("", 403)
        if not _is_fresh(found, now()):
            log.warning("zalo_oa_stale")
            return PlainTextResponse("")
        return await _stored(receive, body)

    return Route(PATH, hook, methods=["GET", "POST"])


def _head(body: bytes) -> Head | None:
    try:
        found = head(body)
    except UNREADABLE:
        return None
    return found if found.event_name else None


def _is_fresh(found: Head, now: datetime) -> bool:
    try:
        return abs(now - found.at) < STALE
    except (ValueError, OverflowError, OSError):
        return False


async def _stored(receive: Receive, body: bytes) -> Response:
    """200 once it is stored. What takes too long goes on, and its repeat will be known."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await asyncio.shield(receive(NAME, raw_events(body)))
    except TimeoutError:
        return PlainTextResponse("", 503)
    return PlainTextResponse("")
