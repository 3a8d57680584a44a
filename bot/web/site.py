"""The web server of `chihoi run`: webhooks and pages."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from bot.render import TEMPLATES
from bot.web.guard import SameOrigin

STATIC = TEMPLATES / "pages" / "static"


def site(
    routes: Sequence[BaseRoute], public_url: str = "", webhooks: Sequence[str] = ()
) -> Starlette:
    """The pages and webhooks of one union; a page is changed only by our own pages."""
    static = Mount("/static", StaticFiles(directory=STATIC))
    guard = Middleware(SameOrigin, public_url=public_url, exempt=frozenset(webhooks))
    return Starlette(routes=[*routes, static], middleware=[guard])
