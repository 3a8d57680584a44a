"""The guides: for leaders, for officers and for members."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.web.pages import HEADERS, page
from handlers.help import GUIDE, GUIDES

KEPT = {**HEADERS, "cache-control": "public, max-age=3600"}
TEMPLATES = {path: name for name, path in GUIDES.items()}


async def cover(request: Request) -> Response:
    """Which guide is for whom."""
    return page("guide/cover", {}, headers=KEPT)


async def guide(request: Request) -> Response:
    """One of them."""
    name = TEMPLATES.get(request.path_params["reader"])
    if name is None:
        raise HTTPException(404)
    return page(f"guide/{name}", {}, headers=KEPT)


def routes() -> list[BaseRoute]:
    """The pages."""
    return [Route(f"/{GUIDE}", cover), Route(f"/{GUIDE}/{{reader}}", guide)]
