"""The fake Zalo Bot server on 127.0.0.1."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from bot.clock import SystemClock
from tests.channels.fake_zalo import events
from tests.channels.fake_zalo.methods import Methods
from tests.channels.fake_zalo.people import (
    FakeZaloChat,
    FakeZaloGroup,
    FakeZaloMessage,
    ZaloPerson,
)
from tests.channels.faults import Faulty, Json, NoJsonError, RefusalError

REAL = SystemClock().now


class FakeZalo(Faulty):
    """`async with FakeZalo() as server:` serves `server.url` to the bot with `server.token`.

    `wrapped` events come as documented, else flat as seen live. `replays`: how often an event is
    handed over again. `loses`: what nobody polls for is gone. `tells_quotes`: a field nobody has
    documented names the quoted message. `month`: messages the plan allows. `longest_poll`: seconds
    a poll is held at most. `pictures`: whether it can fetch them. `counts_bytes`: in its limit of
    text. `hands_over_all`: a group's whole talk. `group_ids_differ`: people's ids in groups are not those of their
    private talks.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime] = REAL,
        wrapped: bool = False,
        replays: int = 0,
        loses: bool = False,
        tells_quotes: bool = False,
        group_ids_differ: bool = False,
        month: int = 3000,
        pictures: bool = True,
        counts_bytes: bool = False,
        hands_over_all: bool = False,
        longest_poll: float = 30.0,
        display_name: str = "Bot Chi hội",
        serial: int = 0,
    ) -> None:
        super().__init__()
        self.token = f"100200300{serial}:fake-zalo-token-of-a-bot"
        self.display_name = display_name
        self.id = "1234567890123456789"
        self.url = ""
        self.wrapped, self.replays, self.loses = wrapped, replays, loses
        self.tells_quotes, self.group_ids_differ = tells_quotes, group_ids_differ
        self.month = month
        self.pictures, self.counts_bytes = pictures, counts_bytes
        self.hands_over_all = hands_over_all
        self.longest_poll = longest_poll
        self.chats: dict[str, FakeZaloChat] = {}
        self.people: list[ZaloPerson] = []
        self.problems: list[str] = []
        self.webhook: tuple[str, str] | None = None
        self.waiting: deque[Json] = deque()
        self.unverified = 0  # so many trial calls to the webhook count as failed
        self._arrived = asyncio.Event()
        self._now = now
        self._numbers = serial * 1_000_000
        self._methods = Methods(self)
        self._stack = AsyncExitStack()
        self.client: aiohttp.ClientSession
        self.polling = False

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/pictures/{name}", self._picture)
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
        self._arrived.set()
        await self._stack.__aexit__(kind, error, trace)

    def now(self) -> datetime:
        """The server's clock."""
        return self._now()

    def new_id(self) -> tuple[int, str]:
        """A number, and the id of 20 hex characters made of it."""
        self._numbers += 1
        return self._numbers, f"{self._numbers * 0x9E3779B97F4A7C15 % 2**80:020x}"

    def person(self, name: str) -> ZaloPerson:
        """A new person with Zalo; her private talk is closed until she writes."""
        (_, private), (_, grouped) = self.new_id(), self.new_id()
        person = ZaloPerson(self, private, name, grouped if self.group_ids_differ else private)
        self.chats[private] = FakeZaloChat(private, "PRIVATE")
        self.people.append(person)
        return person

    def group(self, title: str) -> FakeZaloGroup:
        """A group an admin has let the bot into."""
        _, id_ = self.new_id()
        group = FakeZaloGroup(id_, "GROUP", title=title)
        self.chats[id_] = group
        return group

    async def speak(
        self,
        person: ZaloPerson,
        chat: FakeZaloChat,
        text: str,
        *,
        reply_to: FakeZaloMessage | None = None,
        mention: bool = False,
    ) -> FakeZaloMessage:
        """Words of a person; in a group the bot is handed only what calls or quotes it."""
        number, id_ = self.new_id()
        message = FakeZaloMessage(number, id_, chat, person.name, text, self.now(), reply_to)
        chat.messages.append(message)
        quotes = reply_to is not None and reply_to.from_bot
        if isinstance(chat, FakeZaloGroup):
            if not chat.bot_inside or not (mention or quotes or self.hands_over_all):
                return message
        else:
            person.opened = True
        await self._hand_over(events.text(self, person, message))
        return message

    async def other(
        self, person: ZaloPerson, event: str, fields: Json, chat: FakeZaloChat | None = None
    ) -> None:
        """Something else than words, in private, or in a group with the bot's name beside it."""
        number, id_ = self.new_id()
        chat = chat or person.chat
        person.opened = person.opened or chat is person.chat
        message = FakeZaloMessage(number, id_, chat, person.name, "", self.now())
        chat.messages.append(message)
        await self._hand_over(events.other(self, person, message, event, fields))

    async def _hand_over(self, event: Json) -> None:
        for _ in range(self.replays + 1):
            if self.webhook is not None:
                await self.call_webhook(event)
            elif self.polling or not self.loses:
                self.waiting.append(event)
                self._arrived.set()

    async def call_webhook(self, event: Json | None, *, secret: str | None = "") -> int:
        """Call the bot's webhook; the status it answered with. `secret` None sends none."""
        assert self.webhook is not None
        url, word = self.webhook
        headers = {} if secret is None else {"X-Bot-Api-Secret-Token": secret or word}
        body = b"" if event is None else json.dumps(events.body(self, event)).encode()
        async with self.client.post(url, data=body, headers=headers) as answer:
            return answer.status

    async def poll(self, seconds: float) -> Any:
        """The next event; 408 if none comes."""
        self.polling = True
        until = asyncio.get_running_loop().time() + min(seconds, self.longest_poll)
        while not self.waiting:
            self._arrived.clear()
            left = until - asyncio.get_running_loop().time()
            if left <= 0:
                raise RefusalError(408, "Request timeout")
            try:
                async with asyncio.timeout(left):
                    await self._arrived.wait()
            except TimeoutError:
                continue
        return self.waiting.popleft()

    async def _serve(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        params: Json = await request.json() if request.can_read_body else {}
        self.requests.append((method, params))
        if request.match_info["token"] != self.token:
            return _refused(401, "Unauthorized")
        try:
            async with self.struck(request, method):
                result = await self._methods.call(method, params)
        except RefusalError as error:
            return _refused(error.code, error.description)
        except NoJsonError as error:
            return error.page
        answer = {"ok": True} if result is None else {"ok": True, "result": result}
        return web.json_response(answer)

    async def _picture(self, request: web.Request) -> web.Response:
        return web.Response(body=b"\x89PNG picture", content_type="image/png")


def _refused(code: int, description: str) -> web.Response:
    body = {"ok": False, "error_code": code, "description": description}
    return web.json_response(body, status=code)
