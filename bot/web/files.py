"""The page behind a link to a file: the file itself, while its signature and time are good."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.app import App
from bot.file_links import PATH
from bot.web.pages import page
from storage import blobs, directives
from storage.blobs import Blob
from storage.database import reading

HEADERS = {
    "cache-control": "private, max-age=3600",
    "content-security-policy": "default-src 'none'; style-src 'self'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


def routes(app_of: Callable[[Request], Awaitable[App]]) -> list[BaseRoute]:
    """The one page, for whichever union a request belongs to."""

    async def show(request: Request) -> Response:
        app = await app_of(request)
        token = request.path_params["token"]
        links = app.file_links
        blob_id = links.opened(token, app.clock.now()) if links is not None else None
        found = await asyncio.to_thread(_load, app, blob_id) if blob_id is not None else None
        if found is None:
            return page("pages/file_gone", {}, 404)
        headers = HEADERS | {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"
        }
        return Response(found.content, media_type=found.mime or None, headers=headers)

    return [Route(f"{PATH}/{{token}}", show, methods=["GET"])]


def _load(app: App, blob_id: int) -> Blob | None:
    """The file, or what has taken its place: an old link leads nobody to a wrong file."""
    with reading(app.engine) as session:
        now = directives.file_now(session, blob_id)
        return blobs.get(session, now) if now is not None else None
