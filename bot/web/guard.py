"""What keeps other web pages away from a server on this machine.

Any page a person visits may send requests to 127.0.0.1. Reading an answer needs a name that
resolves here (DNS rebinding), which the host check of Starlette stops; changing something needs
no answer, which the origin check stops.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.pages import FORBIDDEN, trouble
from handlers.workbooks import MIME

PACKED = (
    "application/pdf",
    MIME,
    "application/octet-stream",
)
"""Files people send each other: pressed already."""
SAFE = frozenset({"GET", "HEAD"})
POLICY = (
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'; object-src 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "cache-control": "no-cache",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


class PastPages:
    """Hands the calls of platforms to their webhooks past what is there for browsers."""

    def __init__(self, app: ASGIApp, hooks: Mapping[str, ASGIApp]) -> None:
        self.app = app
        self.hooks = hooks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, the short way or the long one."""
        called = scope["type"] == "http" and scope["method"] == "POST"
        app = self.hooks.get(scope["path"], self.app) if called else self.app
        await app(scope, receive, send)


class SameOrigin:
    """Refuses what changes something unless one of our own pages sent it.

    Browsers name the sending page in Origin with every such request
    (fetch.spec.whatwg.org/#origin-header).
    """

    def __init__(
        self, app: ASGIApp, public_url: str = "", exempt: frozenset[str] = frozenset()
    ) -> None:
        self.app = app
        self.public = public_url.partition("://")[2]  # our name outside, behind a reverse proxy
        self.exempt = exempt  # paths no browser calls, guarded by a secret of their own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        changes = scope["type"] == "http" and scope["method"] not in SAFE
        if changes and scope["path"] not in self.exempt:
            headers = Headers(scope=scope)
            origin = headers.get("origin", "").partition("://")[2]
            if not origin or origin not in {headers.get("host"), self.public}:
                await trouble(FORBIDDEN)(scope, receive, send)
                return
        await self.app(scope, receive, send)


class SafeHeaders:
    """Says on every answer what a browser may do with it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its answer's headers."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, answer if scope["type"] == "http" else send)


def compressed() -> Middleware:
    """Sends words and scripts with gzip, for slow lines."""
    packed = (*DEFAULT_EXCLUDED_CONTENT_TYPES, *PACKED)
    return Middleware(GZipMiddleware, compresslevel=6, exclude_content_types=packed)
