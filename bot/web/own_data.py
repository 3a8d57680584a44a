"""The page on which a person reads and takes all that is kept of her."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.app import App
from bot.web.pages import HEADERS, page
from handlers import audit
from handlers.members.passes import PassError
from handlers.privacy import exporting, gathering, passing
from storage.audit import Deed
from storage.database import begin

log = structlog.get_logger()
GONE = {"unknown": 404, "expired": 410, "refused": 410}
AppOf = Callable[[Request], Awaitable[App]]
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
        try:
            found = await asyncio.to_thread(_look, app, token, form)
        except PassError as error:
            return page("pages/own_data/gone", {"reason": error.reason}, GONE[error.reason])
        except Exception as error:  # noqa: BLE001 - its text may hold a member's data
            log.error("own_data_failed", error=type(error).__name__)  # noqa: TRY400
            return page("pages/own_data/gone", {"reason": "failed"}, 500)
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
