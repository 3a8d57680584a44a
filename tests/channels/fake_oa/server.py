"""The fake Official Account server on 127.0.0.1."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from bot.clock import SystemClock
from tests.channels.fake_oa import events
from tests.channels.fake_oa.methods import Methods
from tests.channels.fake_oa.people import OaChat, OaGroup, OaMessage, OaPerson
from tests.channels.fake_oa.tokens import Tokens
from tests.channels.faults import Faulty, Json, NoJsonError, RefusalError

Call = Callable[[bytes, dict[str, str]], Awaitable[int]]
"""Brings an event to the app's page; the status it answers with."""
REAL = SystemClock().now


class FakeOa(Faulty):
    """`async with FakeOa() as server:` serves `server.url` to the app `server.app_id`.

    `shapes`: the ways of writing buttons that are taken. `group_files`: groups take documents.
    `replays`: how often an event is handed over again. `paid`: messages that may still go to people
    who were silent for two to seven days. `webhook` is where events go.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = REAL,
        shapes: tuple[str, ...] = ("template", "list"),
        group_files: bool = False,
        replays: int = 0,
        paid: int = 500,
    ) -> None:
        super().__init__()
        self.app_id, self.app_secret = "4400123456789012345", "secret-of-the-app"
        self.id, self.name, self.secret = "2491302944280861639", "Hội LHPN Phường 5", "secret-of-oa"
        self.url = ""
        self.shapes, self.group_files, self.replays = shapes, group_files, replays
        self.paid_left = paid
        self.tokens = Tokens(self.app_id, self.app_secret, self.id)
        self.people: dict[str, OaPerson] = {}
        self.chats: dict[str, OaChat] = {}
        self.assets: dict[str, tuple[str, str]] = {}
        self.uploads: dict[str, str] = {}
        self.files: dict[str, bytes] = {}
        self.problems: list[str] = []
        self.late: list[str] = []  # whom it was tried to write to too late
        self.webhook: Call | None = None
        self.statuses: list[int] = []
        self._later: list[Json] = []
        self._now = now
        self._numbers = 0
        self._methods = Methods(self)
        self._stack = AsyncExitStack()
        self.client: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8 << 20)
        app.router.add_get("/v4/oa/permission", self._consent)
        app.router.add_post("/v4/oa/access_token", self._grant)
        app.router.add_post("/v2.0/oa/upload/{kind}", self._upload)
        app.router.add_get("/files/{name}", self._file)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self.client = await self._stack.enter_async_context(aiohttp.ClientSession())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    def now(self) -> datetime:
        """The server's clock."""
        return self._now()

    def new_id(self) -> tuple[int, str]:
        """A number, and the id made of it."""
        self._numbers += 1
        return self._numbers, f"{self._numbers * 0x9E3779B97F4A7C15 % 2**80:020x}"

    def person(self, name: str, *, admin: bool = False) -> OaPerson:
        """A new follower, who has not done anything yet."""
        number, _ = self.new_id()
        person = OaPerson(self, str(6100000000000000000 + number), name, admin=admin)
        self.people[person.id] = person
        self.chats[person.id] = OaChat(person.id)
        return person

    def group(self, title: str) -> OaGroup:
        """A group of the account's."""
        group = OaGroup(self.new_id()[1], title=title)
        self.chats[group.id] = group
        return group

    def put(self, name: str, content: bytes) -> str:
        """Where a file lies that a person sent."""
        self.files[name] = content
        return f"{self.url}/files/{name}"

    async def speak(
        self,
        person: OaPerson,
        chat: OaChat,
        text: str,
        reply_to: OaMessage | None = None,
        *,
        shown: bool = True,
    ) -> OaMessage:
        """Words of a person: in the account's groups it hears all of them."""
        number, id_ = self.new_id()
        said = OaMessage(number, id_, chat, person.name, text, self.now(), reply_to)
        if shown:
            chat.messages.append(said)
        person.acted_at = self.now()
        await self.hand_over(events.message(self, person, said, "text"))
        return said

    async def other(
        self, person: OaPerson, chat: OaChat, kind: str, attachment: Json, text: str = ""
    ) -> OaMessage:
        """Something else than words."""
        number, id_ = self.new_id()
        said = OaMessage(number, id_, chat, person.name, text, self.now())
        chat.messages.append(said)
        person.acted_at = self.now()
        await self.hand_over(events.message(self, person, said, kind, attachment))
        return said

    async def happens(self, name: str, group: OaGroup, *people: OaPerson) -> None:
        """Somebody came or went, the group was closed."""
        await self.hand_over(events.of_room(self, name, group, list(people)))

    async def unfollows(self, person: OaPerson) -> None:
        """She follows the account no more."""
        person.follows = False
        await self.hand_over(events.unfollowed(self, person))

    async def hand_over(self, event: Json) -> None:
        """Call the webhook, as often as `replays` says."""
        for _ in range(self.replays + 1):
            self.statuses.append(await self.call(event))

    def later(self, event: Json) -> None:
        """An event that follows a call; `settle` hands it over."""
        self._later.append(event)

    async def settle(self) -> bool:
        """Hand over what follows from calls; whether there was any."""
        waiting, self._later = self._later, []
        for event in waiting:
            await self.hand_over(event)
        return bool(waiting)

    async def call(self, event: Json, **forged: str) -> int:
        """Call the webhook once; the status it answers with. `forged`: another secret or time."""
        assert self.webhook is not None
        body = json.dumps(event, ensure_ascii=False).encode()
        secret = forged.get("secret", self.secret)
        mac = events.signature(self.app_id, body, event.get("timestamp", ""), secret)
        headers = {"X-ZEvent-Signature": mac, "Content-Type": "application/json"}
        return await self.webhook(body, headers)

    async def _consent(self, request: web.Request) -> web.Response:
        try:
            back = self.tokens.consent(dict(request.query), self.now())
        except RefusalError as error:
            return _refused(error)
        where = f"{request.query['redirect_uri']}?{urlencode(back)}"
        return web.Response(status=302, headers={"Location": where})

    async def _grant(self, request: web.Request) -> web.Response:
        form = dict(await request.post())
        self.requests.append(("/v4/oa/access_token", form))
        secret = request.headers.get("secret_key", "")
        return await self._struck(request, lambda: self.tokens.grant(form, secret, self.now()))

    async def _upload(self, request: web.Request) -> web.Response:
        field = (await request.post())["file"]
        assert isinstance(field, web.FileField)
        kind, content = request.match_info["kind"], field.file.read()
        self.requests.append((request.path, {"name": field.filename, "size": len(content)}))
        return await self._struck(
            request, lambda: _data(self._methods.upload(kind, field.filename, content))
        )

    async def _serve(self, request: web.Request) -> web.Response:
        params: Json = dict(request.query)
        if "data" in params:
            params = json.loads(params["data"])
        if request.can_read_body:
            params = await request.json()
        self.requests.append((request.path, params))
        return await self._struck(request, lambda: _data(self._methods.call(request.path, params)))

    async def _struck(self, request: web.Request, work: Callable[[], Any]) -> web.Response:
        """Do it, unless something goes wrong on the way."""
        try:
            async with self.struck(request, request.path):
                self._check_token(request)
                result = work()
        except RefusalError as error:
            return _refused(error)
        except NoJsonError as error:
            return error.page
        return web.json_response(result)

    def _check_token(self, request: web.Request) -> None:
        if request.path.startswith("/v4/"):
            return
        until = self.tokens.access.get(request.headers.get("access_token", ""))
        if until is None or until <= self.now():
            raise RefusalError(-216, "Access token is invalid")

    async def _file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["name"])
        return web.Response(status=404) if content is None else web.Response(body=content)


def _data(found: Any) -> Json:
    return {"error": 0, "message": "Success", "data": found}


def _refused(error: RefusalError) -> web.Response:
    told = {"error": error.code, "message": error.description, "error_name": error.description}
    return web.json_response(told)
