"""A light Bot API server for measuring: it lives in the driver's process, never in the bot's.

It answers what the bots of the benchmarks call, counts what it saw, and may hold the bot to
Telegram's limits. The fake server of tests/channels/ checks every call against the documented API;
this one only has to be cheap.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict, deque
from contextlib import AsyncExitStack
from typing import Any, Self
from urllib.parse import parse_qs

import msgspec
from aiohttp import web

from tests.bench import union
from tests.channels.fake_telegram.limits import FloodLimits

COUNTED = {"sendMessage", "sendDocument", "sendPhoto", "editMessageText"}
ANSWERS = {"answerCallbackQuery", "setMessageReaction"}


class Stub:
    """`async with Stub() as stub`: serves `stub.url`; updates given to `push` wait to be polled."""

    def __init__(self, *, limits: bool = False, delay: tuple[float, float] = (0.0, 0.0)) -> None:
        self.flood = FloodLimits() if limits else None
        self.delay = delay  # mean and spread of an answer's way, seconds
        self.url = ""
        self.calls: Counter[str] = Counter()
        self.answers = 0
        self.refused = 0
        self.last_edit = 0.0
        self.edits: defaultdict[int, list[float]] = defaultdict(list)
        self.sent_at: list[float] = []
        self.polled = asyncio.Event()
        self.news = asyncio.Event()
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._random = random.Random(1)
        self._next_message = 100_000
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        self.news.set()
        await self._stack.aclose()

    def push(self, number: int, body: bytes) -> None:
        """An update the bot has not seen."""
        self._waiting.append((number, body))
        self.news.set()

    async def _serve(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.calls[method] += 1
        params = await _params(request)
        if method == "getUpdates":
            return await self._updates(params)
        if self.delay[0]:
            mean, spread = self.delay
            await asyncio.sleep(max(0.0, mean + self._random.uniform(-spread, spread)) / 2)
        result = self._result(method, params)
        if self.delay[0]:
            await asyncio.sleep(self.delay[0] / 2)
        return result

    def _result(self, method: str, params: dict[str, Any]) -> web.Response:
        now = time.time()
        if self.flood is not None and method in COUNTED:
            chat = int(params["chat_id"])
            wait = self.flood.admit(chat, now, group=chat < 0)
            if wait:
                self.refused += 1
                return _respond(
                    {
                        "ok": False,
                        "error_code": 429,
                        "description": f"Too Many Requests: retry after {wait}",
                        "parameters": {"retry_after": wait},
                    },
                    429,
                )
        if method == "getMe":
            return _ok({**union.BOT, "can_read_all_group_messages": True})
        if method in COUNTED:
            return _ok(self._message(method, params, now))
        self.answers += method in ANSWERS
        return _ok(True)

    def _message(self, method: str, params: dict[str, Any], now: float) -> dict[str, Any]:
        chat = int(params["chat_id"])
        if method == "editMessageText":
            self.edits[chat].append(now)
            self.last_edit = now
            number = int(params["message_id"])
        else:
            self.sent_at.append(now)
            self._next_message += 1
            number = self._next_message
        return {
            "message_id": number,
            "from": union.BOT,
            "chat": {"id": chat, "type": "supergroup", "title": "Chi hội"},
            "date": int(now),
            "text": params.get("text", ""),
        }

    async def _updates(self, params: dict[str, Any]) -> web.Response:
        offset, limit = int(params.get("offset") or 0), int(params.get("limit") or 100)
        self.polled.set()
        while self._waiting and self._waiting[0][0] < offset:
            self._waiting.popleft()
        if not self._waiting:
            self.news.clear()
            try:
                async with asyncio.timeout(min(float(params.get("timeout") or 0), 25.0)):
                    await self.news.wait()
            except TimeoutError:
                pass
        found = [body for _, (_, body) in zip(range(limit), self._waiting, strict=False)]
        return web.Response(
            body=b'{"ok":true,"result":[' + b",".join(found) + b"]}",
            content_type="application/json",
        )


async def _params(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        found: dict[str, Any] = msgspec.json.decode(await request.read())
        return found
    if request.content_type.startswith("multipart/"):
        return dict(await request.post())
    body = (await request.read()).decode() or request.query_string
    return {name: values[-1] for name, values in parse_qs(body).items()}


def _ok(result: object) -> web.Response:
    return _respond({"ok": True, "result": result}, 200)


def _respond(body: object, code: int) -> web.Response:
    return web.Response(
        body=msgspec.json.encode(body), status=code, content_type="application/json"
    )
