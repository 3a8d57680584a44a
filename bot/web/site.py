"""The web server of `chihoi run`: webhooks and pages."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route

from bot.web import guide, pages, static
from bot.web.guard import PastPages, SafeHeaders, SameOrigin, compressed


def site(
    routes: Sequence[BaseRoute], public_url: str = "", webhooks: Sequence[str] = ()
) -> Starlette:
    """The pages and webhooks of one union; a page is changed only by our own pages."""
    hooks = {page.path: page.app for page in routes if isinstance(page, Route)}
    return Starlette(
        routes=[*routes, *guide.routes(), static.mount()],
        middleware=[
            Middleware(PastPages, hooks={path: hooks[path] for path in webhooks}),
            compressed(),
            Middleware(SafeHeaders),
            Middleware(SameOrigin, public_url=public_url, exempt=frozenset(webhooks)),
        ],
        exception_handlers=pages.HANDLERS,
    )
