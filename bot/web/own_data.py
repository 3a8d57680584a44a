"""The page on which a person reads and takes all that is kept of her."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.app import App
from bot.web.linked import AppOf, worked
from bot.web.pages import HEADERS, page
from handlers import audit
from handlers.privacy import exporting, gathering, passing
from storage.audit import Deed
from storage.database import begin

ASKED, READ, TEXT, ROWS = "ask", "read", "txt", "json"


class OwnData:
    """The pages, for whichever union a request belongs to. Looking at the first shows nothing."""

    def __init__(self, app_of: AppOf) -> None:
        self._app_of = app_of

    async def ask(self, request: Request) -> Response:
        """Whose data it is, and in which form it is wanted."""
        return await self._answer(request, ASKED)

    async def read(self, request: Request) -> Response:
        """All of it, to read."""
        return await self._answer(request, READ)

    async def text(self, request: Request) -> Response:
        """All of it, as a file to read."""
        return await self._answer(request, TEXT)

    async def rows(self, request: Request) -> Response:
        """The bare rows, for a machine."""
        return await self._answer(request, ROWS)

    async def _answer(self, request: Request, form: str) -> Response:
        app = await self._app_of(request)
        token = request.path_params["token"]
        found = await worked("own_data", lambda: _look(app, token, form))
        if isinstance(found, Response):
            return found
        if form in {ASKED, READ}:
            return page(f"pages/own_data/{form}", {"token": token, **found})
        named = {"content-disposition": f'attachment; filename="du-lieu.{form}"'}
        kind = "text/plain" if form == TEXT else "application/json"
        return Response(found["content"].encode("utf-8-sig"), 200, {**HEADERS, **named}, kind)


def _look(app: App, token: str, form: str) -> dict[str, Any]:
    now = app.clock.now()
    with begin(app.engine) as session:
        member, actor = passing.opened(session, token, now)
        if form != ASKED and member.id not in actor.member_ids:
            audit.one(session, actor, Deed.EXPORT, member, now)
        if form == TEXT:
            return {"content": exporting.as_text(session, member, now)}
        if form == ROWS:
            return {"content": exporting.as_json(session, member)}
        found = gathering.gather(session, member, now) if form == READ else []
        return {"name": member.name, "sections": found}


def routes(app_of: AppOf) -> list[BaseRoute]:
    """The pages; `app_of` finds the union that a request belongs to."""
    pages = OwnData(app_of)
    place = f"/{passing.PATH}/{{token}}"
    return [
        Route(place, pages.ask),
        Route(f"{place}/doc", pages.read, methods=["POST"]),
        Route(f"{place}/tai", pages.text, methods=["POST"]),
        Route(f"{place}/may", pages.rows, methods=["POST"]),
    ]
