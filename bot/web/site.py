"""The web server of `chihoi run`: webhooks and pages."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from bot.web import guide, pages, static
from bot.web.guard import SafeHeaders, SameOrigin, compressed


def site(
    routes: Sequence[BaseRoute], public_url: str = "", webhooks: Sequence[str] = ()
) -> Starlette:
    """The pages and webhooks of one union; a page is changed only by our own pages."""
    return Starlette(
        routes=[*routes, *guide.routes(), static.mount()],
        middleware=[
            compressed(),
            Middleware(SafeHeaders),
            Middleware(SameOrigin, public_url=public_url, exempt=frozenset(webhooks)),
        ],
        exception_handlers=pages.HANDLERS,
    )
