"""The sandbox page and its API: one person plays everybody of an invented union."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import Meta
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import App
from bot.channels.platform import BOT
from bot.channels.sandbox import HAND, SandboxChannel
from bot.demo.travel import TravelError
from bot.demo.world import World
from bot.demo.worlds import FullError, Worlds, is_visitor, new_visitor
from bot.web import (
    answer_pages,
    files,
    guide,
    hall_pages,
    own_data,
    pages,
    papers,
    registers,
    static,
)
from bot.web.bodies import body_of
from bot.web.cookies import keep
from bot.web.guard import SafeHeaders, SameOrigin, compressed
from bot.web.pages import page
from bot.web.sandbox_view import PICTURES, state, whole_world
from handlers.understanding.zone import ZONE, local

COOKIE = "chihoi_world"
COOKIE_LIFE = timedelta(days=180)
TEXT_LIMIT = 8_000
"""Characters; twice what Telegram takes, so that long texts can be tried."""
BODY_LIMIT = 256 * 1024
FILE_LIMIT = 64 * 1024 * 1024
"""Bytes; more than the bot may fetch, so that its refusal can be seen."""
SHARED_FILE_LIMIT = 21 * 1024 * 1024
MORNING = time(7)
Key = Annotated[str, Meta(max_length=100)]
T = TypeVar("T")


class Say(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody writes in a chat."""

    person: Key
    chat: Key
    text: Annotated[str, Meta(min_length=1, max_length=TEXT_LIMIT)]
    reply_to: int | None = None


class Press(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody presses a button."""

    person: Key
    message: int
    label: str


class Admit(msgspec.Struct, forbid_unknown_fields=True):
    """Somebody lets the bot into a group, or removes it."""

    person: Key
    chat: Key
    inside: bool


class Move(msgspec.Struct, forbid_unknown_fields=True):
    """The clock goes on: by minutes, to 07:00 tomorrow, to a local moment; or the walk stops."""

    minutes: Annotated[int, Meta(ge=0, le=600_000)] = 0
    morning: bool = False
    to: str = ""
    stop: bool = False


class Cut(msgspec.Struct, forbid_unknown_fields=True):
    """A channel is lost, or back."""

    door: Literal["sandbox", "zalo", "oa"]
    down: bool


class Sandbox:
    """The pages of one demo server."""

    def __init__(self, worlds: Worlds, public_url: str = "") -> None:
        self.worlds = worlds
        self.public_url = public_url
        self.file_limit = SHARED_FILE_LIMIT if worlds.shared else FILE_LIMIT

    async def page(self, request: Request) -> Response:
        """The page itself; on a practice server it hands out the visitor's cookie."""
        response = page("pages/sandbox", {"shared": self.worlds.shared}, headers={})
        if self.worlds.shared and not is_visitor(request.cookies.get(COOKIE, "")):
            keep(response, self.public_url, COOKIE, new_visitor(), COOKIE_LIFE, path="/")
        return response

    async def _world(self, request: Request) -> World:
        visitor = request.cookies.get(COOKIE, "")
        if self.worlds.shared and not is_visitor(visitor):
            raise HTTPException(403, "no_visitor")
        try:
            return await self.worlds.of(visitor)
        except FullError:
            raise HTTPException(503, "full") from None

    async def app_of(self, request: Request) -> App:
        """The union that a link of the bot's leads into."""
        return (await self._world(request)).app

    async def world(self, request: Request) -> Response:
        """People and chats."""
        return _json(whole_world(await self._world(request)))

    async def state(self, request: Request) -> Response:
        """What has changed since the page last asked."""
        ask = request.query_params
        try:
            numbers = {name: int(ask.get(name) or 0) for name in ("since", "after", "toast")}
        except ValueError:
            raise HTTPException(400, "not_understood") from None
        return _json(state(await self._world(request), chat=ask.get("chat", ""), **numbers))

    async def say(self, request: Request) -> Response:
        """Somebody writes."""
        said = await _read(request, Say)
        world = await self._world(request)
        channel = _channel(world, said.chat, said.person)
        await channel.say(said.person, said.chat, said.text, reply_to=said.reply_to)
        return _json({})

    async def press(self, request: Request) -> Response:
        """Somebody presses a button."""
        pressed = await _read(request, Press)
        world = await self._world(request)
        message = world.platform.message(pressed.message)
        if message is None or message.sender != BOT:
            raise HTTPException(404, "no_message")
        channel = _channel(world, message.chat, pressed.person)
        try:
            await channel.press(pressed.person, message, pressed.label)
        except KeyError:
            raise HTTPException(409, "no_button") from None
        return _json({})

    async def send_file(self, request: Request) -> Response:
        """Somebody sends a file: the body is its content, the rest stands in the address."""
        ask = request.query_params
        world = await self._world(request)
        channel = _channel(world, ask.get("chat", ""), ask.get("person", ""))
        if not channel.limits.files:
            raise HTTPException(409, "no_files")
        content = await _body(request, self.file_limit)
        await channel.send_file(
            ask["person"], ask["chat"], ask.get("name", "")[:200] or "file",
            request.headers.get("content-type", "application/octet-stream"), content,
            ask.get("caption", "")[:TEXT_LIMIT],
        )  # fmt: skip
        return _json({})

    async def file(self, request: Request) -> Response:
        """A file that was sent, to keep: never to be shown as a page of ours."""
        world = await self._world(request)
        found = world.platform.file(request.path_params["message"])
        if found is None:
            raise HTTPException(404, "no_file")
        name, mime, content = found
        disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
        shown = mime if mime in PICTURES else "application/octet-stream"
        return Response(content, headers={"content-disposition": disposition}, media_type=shown)

    async def admit(self, request: Request) -> Response:
        """Somebody lets the bot in, or shows it out."""
        deed = await _read(request, Admit)
        world = await self._world(request)
        channel = _channel(world, deed.chat, deed.person)
        if channel.name == HAND:
            raise HTTPException(409, "no_bot_enters")
        act = channel.add_bot if deed.inside else channel.remove_bot
        await act(deed.person, deed.chat)
        return _json({})

    async def cut(self, request: Request) -> Response:
        """A channel is lost, or back."""
        deed = await _read(request, Cut)
        world = await self._world(request)
        await asyncio.to_thread(world.cut, deed.door, down=deed.down)
        return _json({})

    async def move(self, request: Request) -> Response:
        """The clock goes on, or stays."""
        move = await _read(request, Move)
        world = await self._world(request)
        if move.stop:
            world.traveller.stop()
            return _json({})
        try:
            world.traveller.go(_goal(world.clock.now(), move))
        except TravelError:
            raise HTTPException(409, "only_forward") from None
        except ValueError:
            raise HTTPException(400, "no_moment") from None
        return _json({})


def _goal(now: datetime, move: Move) -> datetime:
    here = local(now)
    if move.minutes:
        return now + timedelta(minutes=move.minutes)
    if move.morning:
        return datetime.combine(here.date() + timedelta(days=1), MORNING, ZONE)
    return datetime.fromisoformat(move.to).replace(tzinfo=ZONE)


def _channel(world: World, chat: str, person: str) -> SandboxChannel:
    """The channel of a chat, if the person is in it."""
    found = world.platform.chat(chat)
    if found is None or person not in {p["id"] for p in world.platform.people(chat)}:
        raise HTTPException(404, "no_chat")
    return world.channels[found["channel"]]


async def _body(request: Request, limit: int) -> bytes:
    content = await body_of(request, limit)
    if content is None:
        raise HTTPException(413, "too_big")
    return content


async def _read(request: Request, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(await _body(request, BODY_LIMIT), type=shape)
    except msgspec.MsgspecError:
        raise HTTPException(400, "not_understood") from None


def _json(data: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(data), status, media_type="application/json")


async def _failed(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if not request.url.path.startswith("/api/"):
        return await pages.refused(request, error)
    return _json({"error": error.detail}, error.status_code)


def sandbox_site(worlds: Worlds, public_url: str) -> Starlette:
    """The demo's web site; it answers only to names of this machine, or of `public_url`."""
    box = Sandbox(worlds, public_url)
    hosts = ["127.0.0.1", "localhost"]
    if worlds.shared and (name := urlsplit(public_url).hostname):
        hosts.append(name)
    return Starlette(
        routes=[
            Route("/", box.page),
            Route("/api/world", box.world),
            Route("/api/state", box.state),
            Route("/api/say", box.say, methods=["POST"]),
            Route("/api/press", box.press, methods=["POST"]),
            Route("/api/file", box.send_file, methods=["POST"]),
            Route("/api/files/{message:int}", box.file),
            Route("/api/bot", box.admit, methods=["POST"]),
            Route("/api/clock", box.move, methods=["POST"]),
            Route("/api/door", box.cut, methods=["POST"]),
            *registers.routes(box.app_of),
            *papers.routes(box.app_of),
            *own_data.routes(box.app_of),
            *files.routes(box.app_of),
            *answer_pages.routes(box.app_of),
            *hall_pages.routes(box.app_of),
            *guide.routes(),
            static.mount(),
        ],
        middleware=[
            compressed(),
            Middleware(SafeHeaders),
            Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
            Middleware(SameOrigin),
        ],
        exception_handlers={**pages.HANDLERS, HTTPException: _failed},
    )
