"""Pages on which the register is brought in and taken out, each behind a one-time link.

Looking never uses a link up: chat platforms open links by themselves to show a preview.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Message

from bot.web.linked import AppOf, worked
from bot.web.pages import HEADERS, page
from bot.web.register_desk import Desk, Shown
from handlers.members.grids import MAX_BYTES
from handlers.members.passes import PATH
from handlers.workbooks import MIME

ENVELOPE = 64 * 1024
"""Bytes a form adds around the file in it."""
DRAINED = 4 * MAX_BYTES
"""A browser shows our answer only once it has sent its file; so much is read and thrown away."""
NAME_LENGTH = 120
Work = Callable[[Desk], Shown]


class TooBigError(Exception):
    """More was sent than is taken."""


class Registers:
    """The pages, for whichever union a request belongs to."""

    def __init__(self, app_of: AppOf) -> None:
        self._app_of = app_of

    async def show(self, request: Request) -> Response:
        """What the link is for: a form, a preview, or a list to take away."""
        return await self._answer(request, Desk.show)

    async def report(self, request: Request) -> Response:
        """Every row of the waiting workbook and what becomes of it."""
        return await self._answer(request, Desk.report)

    async def upload(self, request: Request) -> Response:
        """A workbook: read it, keep it until she agrees, show what it would change."""
        form = await self._answer(request, Desk.ask)
        if form.status_code != 200:  # nobody sends files without a good link
            return form
        try:
            name, content = await _file(request)
        except TooBigError:
            return await self._answer(request, lambda desk: desk.ask("too_big", status=413))
        except ClientDisconnect:
            return Response(status_code=400)
        return await self._answer(request, lambda desk: desk.take(name, content))

    async def other(self, request: Request) -> Response:
        """Another file than the one that waits."""
        return await self._answer(request, Desk.put_back)

    async def bring_in(self, request: Request) -> Response:
        """She agrees: all of it is done, and the link is dead."""
        async with request.form(max_files=0, max_fields=4) as form:
            make = form.get("lap") == "1"
        return await self._answer(request, lambda desk: desk.bring_in(create_units=make))

    async def decide(self, request: Request) -> Response:
        """What she makes of one row that waits; then the page again."""
        async with request.form(max_files=0, max_fields=4) as form:
            row, way = str(form.get("dong", "")), str(form.get("cach", ""))
        return await self._answer(request, lambda desk: desk.decide(row, way))

    async def take_out(self, request: Request) -> Response:
        """The workbook; the link is dead."""
        async with request.form(max_files=0, max_fields=2) as form:
            central = form.get("mau") == "phan-mem"
        return await self._answer(request, lambda desk: desk.take_out(central=central))

    async def _answer(self, request: Request, work: Work) -> Response:
        """Do the work in a thread and show what came of it."""
        app = await self._app_of(request)
        desk = Desk(app, request.path_params["token"])
        shown = await worked("register", lambda: work(desk))
        if isinstance(shown, Response):
            return shown
        app.delivery.wake.set()
        if shown.page:
            return page(f"pages/register/{shown.page}", shown.context, shown.status)
        if shown.name:
            disposition = {"content-disposition": f'attachment; filename="{shown.name}"'}
            mime = MIME if shown.name.endswith(".xlsx") else "text/tab-separated-values"
            return Response(shown.content, 200, {**HEADERS, **disposition}, mime)
        return RedirectResponse(f"/{PATH}/{desk.token}", 303, HEADERS)


async def _file(request: Request) -> tuple[str, bytes]:
    """The file in a form, read no further than its limit.

    Raises:
        TooBigError: it is larger.
    """
    limited = Request(request.scope, _Limited(request.receive).receive)
    async with limited.form(max_files=1, max_fields=4) as form:
        file = form.get("tep")
        if not isinstance(file, UploadFile):
            return "", b""
        name = (file.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
        return name[-NAME_LENGTH:], await file.read()


class _Limited:
    """What a request sends, up to a limit; the rest is read and thrown away before saying so."""

    def __init__(self, receive: Callable[[], Awaitable[Message]]) -> None:
        self._receive = receive
        self._read = 0

    async def receive(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read <= MAX_BYTES + ENVELOPE:
            return message
        while message.get("more_body") and self._read <= DRAINED:
            message = await self._receive()
            self._read += len(message.get("body", b""))
        raise TooBigError


def routes(app_of: AppOf) -> list[BaseRoute]:
    """The pages; `app_of` finds the union that a request belongs to."""
    pages = Registers(app_of)
    place = f"/{PATH}/{{token}}"
    return [
        Route(place, pages.show),
        Route(f"{place}/bao-cao.tsv", pages.report),
        Route(f"{place}/tep", pages.upload, methods=["POST"]),
        Route(f"{place}/khac", pages.other, methods=["POST"]),
        Route(f"{place}/nhap", pages.bring_in, methods=["POST"]),
        Route(f"{place}/tai", pages.take_out, methods=["POST"]),
        Route(f"{place}/xet", pages.decide, methods=["POST"]),
    ]
