"""Pages for a hall full of people: the screen at its door, what its code opens, and the leader's
list for where there is no signal.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.app import App
from bot.web import static
from bot.web.bodies import body_of
from bot.web.cookies import keep
from bot.web.hall_codes import REMEMBERED, SCAN_LIFE
from bot.web.hall_door import DOOR, Door, Screen, Shown
from bot.web.hall_list import ListDesk, Sent
from bot.web.linked import AppOf, worked
from bot.web.pages import HEADERS, page
from handlers.hall.links import PATHS
from storage.roll_pages import PageKind

SCREEN, LIST = PATHS[PageKind.SCREEN], PATHS[PageKind.LIST]
KEPT, OWNER = "vao", "toi"
"""The cookies in which a telephone keeps its scan, and whose it is."""
NOW = timedelta(0)
MOST_PEOPLE = 2000
MOST_BYTES = 64 * 1024
WITH_SCRIPT = {
    **HEADERS,
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src data:; script-src 'self'; "
        "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
}
T = TypeVar("T")


class Hall:
    """The pages, for whichever union a request belongs to."""

    def __init__(self, app_of: AppOf) -> None:
        self._app_of = app_of

    async def screen(self, request: Request) -> Response:
        """The code, as large as the screen."""
        return await self._shown(request, lambda app: Screen(app, _token(request)).show())

    async def code(self, request: Request) -> Response:
        """The code that holds now, for a screen that changes it by itself."""
        return await self._data(request, lambda app: Screen(app, _token(request)).code())

    async def enter(self, request: Request) -> Response:
        """A code was scanned."""
        code = str(request.path_params["code"])
        return await self._shown(request, lambda app: _door(app, request).enter(code))

    async def door(self, request: Request) -> Response:
        """Who scanned it, and what counts for her."""
        another = "khac" in request.query_params
        return await self._shown(request, lambda app: _door(app, request).show(another=another))

    async def identify(self, request: Request) -> Response:
        """She says who she is."""
        async with request.form(max_files=0, max_fields=4) as form:
            name, fact = str(form.get("ten", "")), str(form.get("so", ""))
            remember = "nho" in form
        return await self._shown(
            request, lambda app: _door(app, request).identify(name, fact, remember=remember)
        )

    async def confirm(self, request: Request) -> Response:
        """It is she whose telephone this is."""
        return await self._shown(request, lambda app: _door(app, request).confirm())

    async def forget(self, request: Request) -> Response:
        """The telephone is to forget whose it is."""
        return await self._shown(request, lambda app: _door(app, request).forget())

    async def list(self, request: Request) -> Response:
        """The leader's list."""
        searched, saved = (request.query_params.get(name, "")[:60] for name in ("tim", "da_ghi"))
        return await self._shown(
            request, lambda app: ListDesk(app, _token(request)).show(searched, saved)
        )

    async def tick(self, request: Request) -> Response:
        """What she ticked on a page without a script."""
        async with request.form(max_files=0, max_fields=MOST_PEOPLE) as form:
            people = [str(one) for one in form.getlist("nguoi")]
            status, batch = str(form.get("ghi", "")), str(form.get("lo", ""))
        token = _token(request)
        found = await self._work(
            request, lambda app: ListDesk(app, token).send_form(people, status, batch)
        )
        if isinstance(found, Response):
            return found
        return RedirectResponse(f"/{LIST}/{token}?da_ghi={found}", 303, HEADERS)

    async def send(self, request: Request) -> Response:
        """What a page kept until there was signal."""
        body = await body_of(request, MOST_BYTES)
        if body is None:
            raise HTTPException(413)
        try:
            sent = msgspec.json.decode(body, type=Sent)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise HTTPException(422) from None
        return await self._data(request, lambda app: ListDesk(app, _token(request)).send(sent))

    async def _shown(self, request: Request, work: Callable[[App], Shown]) -> Response:
        found = await self._work(request, work)
        if isinstance(found, Response):
            return found
        answer: Response
        if found.page:
            headers = WITH_SCRIPT if found.page in {"screen", "list"} else HEADERS
            answer = page(f"pages/hall/{found.page}", found.context, found.status, headers)
        else:
            answer = RedirectResponse(f"/{DOOR}", 303, HEADERS)
        outside = (await self._app_of(request)).dispatcher.public_url
        path = f"/{DOOR}"
        if found.scan:
            keep(answer, outside, KEPT, found.scan, SCAN_LIFE, path=path)
        if found.owner is not None:
            life = REMEMBERED if found.owner else NOW
            keep(answer, outside, OWNER, found.owner, life, path=path)
        return answer

    async def _data(self, request: Request, work: Callable[[App], object]) -> Response:
        found = await self._work(request, work)
        if isinstance(found, Response):
            return Response(b"{}", found.status_code, HEADERS, "application/json")
        return Response(msgspec.json.encode(found), 200, HEADERS, "application/json")

    async def _work(self, request: Request, work: Callable[[App], T]) -> T | Response:
        """Do the work in a thread; a page that says why, where the link is no good."""
        app = await self._app_of(request)
        found = await worked("hall", lambda: work(app))
        if request.method == "POST":
            app.delivery.wake.set()
        return found


def _token(request: Request) -> str:
    return str(request.path_params["token"])


def _door(app: App, request: Request) -> Door:
    return Door(app, request.cookies.get(KEPT, ""), request.cookies.get(OWNER, ""))


@cache
def _worker() -> bytes:
    return (static.FOLDER / "hall" / "worker.js").read_bytes()


async def worker(_: Request) -> Response:
    """The script that keeps the list on a telephone; it may only do so for what lies beside it."""
    return Response(_worker(), 200, {"cache-control": "no-cache"}, "text/javascript")


def routes(app_of: AppOf) -> list[BaseRoute]:
    """The pages; `app_of` finds the union that a request belongs to."""
    pages = Hall(app_of)
    return [
        Route(f"/{SCREEN}/{{token}}", pages.screen),
        Route(f"/{SCREEN}/{{token}}/ma", pages.code),
        Route(f"/{DOOR}", pages.door),
        Route(f"/{DOOR}/ai", pages.identify, methods=["POST"]),
        Route(f"/{DOOR}/toi", pages.confirm, methods=["POST"]),
        Route(f"/{DOOR}/quen", pages.forget, methods=["POST"]),
        Route(f"/{DOOR}/{{code}}", pages.enter),
        Route(f"/{LIST}/luu.js", worker),
        Route(f"/{LIST}/{{token}}", pages.list),
        Route(f"/{LIST}/{{token}}/ghi", pages.tick, methods=["POST"]),
        Route(f"/{LIST}/{{token}}/gui", pages.send, methods=["POST"]),
    ]
