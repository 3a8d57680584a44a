"""The web server of `chihoi run`: webhooks and pages."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.render import TEMPLATES

STATIC = TEMPLATES / "pages" / "static"


async def alive(request: Request) -> Response:
    """Answer whoever watches over the process."""
    return PlainTextResponse("ok")


def site(routes: Sequence[BaseRoute]) -> Starlette:
    """The pages and webhooks of one union."""
    static = Mount("/static", StaticFiles(directory=STATIC))
    return Starlette(routes=[Route("/health", alive), *routes, static])
