"""Pages on which sign-in sheets are fetched and typed in, each behind a link of half an hour."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.web.linked import AppOf, worked
from bot.web.pages import HEADERS, page
from bot.web.paper_desk import PaperDesk, Shown
from handlers.papers.drawing import MIME
from handlers.papers.passing import PATH

Work = Callable[[PaperDesk], Shown]


class Papers:
    """The pages, for whichever union a request belongs to."""

    def __init__(self, app_of: AppOf) -> None:
        self._app_of = app_of

    async def show(self, request: Request) -> Response:
        """What the link is for."""
        return await self._answer(request, PaperDesk.show)

    async def print_out(self, request: Request) -> Response:
        """The sheets as a file to print."""
        return await self._answer(request, PaperDesk.print_out)

    async def preview(self, request: Request) -> Response:
        """What she typed, by names."""
        said = await _said(request)
        return await self._answer(request, lambda desk: desk.preview(said))

    async def save(self, request: Request) -> Response:
        """She agrees."""
        said = await _said(request)
        return await self._answer(request, lambda desk: desk.save(said))

    async def _answer(self, request: Request, work: Work) -> Response:
        """Do the work in a thread and show what came of it."""
        app = await self._app_of(request)
        desk = PaperDesk(app, request.path_params["token"])
        shown = await worked("papers", lambda: work(desk))
        if isinstance(shown, Response):
            return shown
        app.delivery.wake.set()
        if shown.page:
            return page(f"pages/papers/{shown.page}", shown.context, shown.status)
        disposition = {"content-disposition": f'attachment; filename="{shown.name}"'}
        return Response(shown.content, 200, {**HEADERS, **disposition}, MIME)


async def _said(request: Request) -> str:
    """What stands in the form."""
    async with request.form(max_files=0, max_fields=4) as form:
        return str(form.get("loi") or "").strip()


def routes(app_of: AppOf) -> list[BaseRoute]:
    """The pages; `app_of` finds the union that a request belongs to."""
    pages = Papers(app_of)
    place = f"/{PATH}/{{token}}"
    return [
        Route(place, pages.show),
        Route(f"{place}/tai", pages.print_out, methods=["POST"]),
        Route(f"{place}/xem", pages.preview, methods=["POST"]),
        Route(f"{place}/ghi", pages.save, methods=["POST"]),
    ]
