"""Pages on which questions are answered without a chat, each behind a link."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.app import App
from bot.web.answer_desk import Desk, Shown
from bot.web.answer_tickets import LIFE, MARK, Tickets
from bot.web.cookies import keep
from bot.web.hall_codes import Codes
from bot.web.hall_door import DOOR
from bot.web.hall_pages import OWNER
from bot.web.linked import UNKNOWN, AppOf, gone, worked
from bot.web.pages import HEADERS, page
from handlers.answer_links.minting import OWN_LIFE, PATH
from storage.blobs import Blob

KEPT = "toi"
"""The cookie, for one address with a ticket, of the telephone that got it: to anybody else who is
sent the address, or has no cookies, the page shows nothing before she says that it is she.
"""
MOST_FIELDS = 400
"""Twenty questions with twelve options each, and room."""


class Answers:
    """The pages, for whichever union a request belongs to."""

    def __init__(self, app_of: AppOf) -> None:
        self._app_of = app_of

    async def show(self, request: Request) -> Response:
        """The question, or the form that asks who answers."""
        again, says_so = "sua" in request.query_params, KEPT in request.query_params
        hers = says_so or KEPT in request.cookies
        shown = await self._page(request, lambda desk: desk.look(again=again, hers=hers))
        if says_so and shown.status_code < UNKNOWN:
            _keep(shown, await self._app_of(request), request.path_params["key"])
        return shown

    async def identify(self, request: Request) -> Response:
        """Who answers, on the link of a group."""
        async with request.form(max_files=0, max_fields=4) as form:
            name, fact = str(form.get("ten", "")), str(form.get("so", ""))
        return await self._page(request, lambda desk: desk.identify(name, fact))

    async def again(self, request: Request) -> Response:
        """A telephone that opens its pages anew asks for what it had sent: it gets the question."""
        return RedirectResponse(f"/{PATH}/{request.path_params['key']}", 303, HEADERS)

    async def answer(self, request: Request) -> Response:
        """Her answer."""
        async with request.form(max_files=0, max_fields=MOST_FIELDS) as form:
            sent = {name: [str(one) for one in form.getlist(name)] for name in form}
        return await self._page(request, lambda desk: desk.answer(sent))

    async def poster(self, request: Request) -> Response:
        """The code to hang up."""
        return await self._page(request, Desk.poster)

    async def drawing(self, request: Request) -> Response:
        """The code alone, for whoever makes a poster of her own."""
        found = await self._work(request, Desk.drawing)
        if isinstance(found, bytes):
            return Response(found, 200, HEADERS, "image/svg+xml")
        return found if isinstance(found, Response) else gone("answer", "unknown")

    async def calendar(self, request: Request) -> Response:
        """The meeting as a file for the calendar of a telephone."""
        found = await self._work(request, Desk.calendar)
        if isinstance(found, bytes):
            return Response(found, 200, HEADERS | _named("cuoc-hop.ics"), "text/calendar")
        return found if isinstance(found, Response) else gone("answer", "unknown")

    async def file(self, request: Request) -> Response:
        """The file of a directive."""
        found = await self._work(request, Desk.file)
        if isinstance(found, Blob):
            return Response(found.content, 200, HEADERS | _named(found.name), found.mime or None)
        return found if isinstance(found, Response) else gone("answer", "unknown")

    async def _page(self, request: Request, work: Callable[[Desk], Shown]) -> Response:
        found = await self._work(request, work)
        if isinstance(found, Response):
            return found
        assert isinstance(found, Shown)
        if not found.page:
            app = await self._app_of(request)
            answer = _onward(request, app, found.to)
            if found.owner:
                _know(answer, app, found.owner)
            return answer
        return page(f"pages/answer/{found.page}", found.context, found.status)

    async def _work(
        self, request: Request, work: Callable[[Desk], Shown | Blob | bytes | None]
    ) -> Shown | Blob | bytes | Response | None:
        """Do the work in a thread; a page that says why, where the link is no good."""
        app = await self._app_of(request)
        host = request.client.host if request.client else ""
        desk = Desk(app, request.path_params["key"], host)
        found = await worked("answer", lambda: work(desk))
        if request.method == "POST":
            app.delivery.wake.set()
        return found


def _onward(request: Request, app: App, key: str) -> Response:
    """To the page with what is recorded; who has just said who she is is known there."""
    known = KEPT in request.cookies or MARK not in key
    if key == request.path_params["key"]:
        return RedirectResponse(f"/{PATH}/{key}{'' if known else f'?{KEPT}'}", 303, HEADERS)
    answer = RedirectResponse(f"/{PATH}/{key}", 303, HEADERS)
    if MARK in key:
        _keep(answer, app, key)
    return answer


def _keep(answer: Response, app: App, key: str) -> None:
    keep(answer, app.dispatcher.public_url, KEPT, "1", LIFE, path=f"/{PATH}/{key}")


def _know(answer: Response, app: App, member: int) -> None:
    """At the door of a hall her telephone asks her for one press, not for her name."""
    words = Codes(Tickets.of(app)).remember(member, app.clock.now())
    keep(answer, app.dispatcher.public_url, OWNER, words, OWN_LIFE, path=f"/{DOOR}")


def _named(name: str) -> dict[str, str]:
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


def routes(app_of: AppOf) -> list[BaseRoute]:
    """The pages; `app_of` finds the union that a request belongs to."""
    pages = Answers(app_of)
    place = f"/{PATH}/{{key}}"
    return [
        Route(place, pages.show),
        Route(f"{place}/ai", pages.identify, methods=["POST"]),
        Route(f"{place}/tra-loi", pages.answer, methods=["POST"]),
        Route(f"{place}/ai", pages.again),
        Route(f"{place}/tra-loi", pages.again),
        Route(f"{place}/tep", pages.file),
        Route(f"{place}/lich.ics", pages.calendar),
        Route(f"{place}/in", pages.poster),
        Route(f"{place}/qr.svg", pages.drawing),
    ]
