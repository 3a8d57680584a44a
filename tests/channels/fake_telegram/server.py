"""The fake Bot API server: the world of `world.py` behind real HTTP on 127.0.0.1."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.channels.fake_telegram import errors, wire
from tests.channels.fake_telegram.errors import ApiError, CutConnectionError
from tests.channels.fake_telegram.faults import Fault
from tests.channels.fake_telegram.files import UPLOAD_LIMIT
from tests.channels.fake_telegram.methods import FLOOD_COUNTED, METHODS
from tests.channels.fake_telegram.records import Request
from tests.channels.fake_telegram.webhooks import Webhook
from tests.channels.fake_telegram.world import World
from tests.channels.telegram_spec import Json, check_call, check_result, method_name

_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


class FakeTelegram(World):
    """`async with FakeTelegram() as server:` serves `server.url` to the bot with `server.token`.

    Takes what `World` takes; `pace` is the real length in seconds of one second of webhook delay.
    """

    def __init__(self, *, pace: float = 1.0, **world: Any) -> None:
        super().__init__(**world)
        self.token = f"{self.bot.id}:AAE-fake_token_of_a_bot_in_the_tests"
        self.url = ""
        self.tasks = asyncio.TaskGroup()
        self.client: aiohttp.ClientSession
        self.webhook: Webhook | None = None
        self._pace = pace
        self._worked = 0  # calls other than getUpdates
        self._closing = asyncio.Event()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=UPLOAD_LIMIT)
        app.router.add_route("*", "/bot{token}/{method}", self._serve_call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._serve_file)
        await self._stack.enter_async_context(self.tasks)
        self.client = await self._stack.enter_async_context(aiohttp.ClientSession())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._stack.callback(self._close)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, trace)

    def fault(self, method: str = "*", **what: Any) -> Fault:
        """Let a call go wrong; see `Fault` for what can."""
        return self.faults.plan(Fault(method, **what))

    async def settled(self, *, quiet: float = 0.05, within: float = 5.0) -> None:
        """Wait, at most `within` real seconds, until no update waits and no call came for `quiet`."""
        loop = asyncio.get_running_loop()
        until, seen, since = loop.time() + within, -1, loop.time()
        while loop.time() < until:
            if len(self.updates) or self._worked != seen:
                seen, since = self._worked, loop.time()
            elif loop.time() - since >= quiet:
                return
            await asyncio.sleep(quiet / 5)
        raise AssertionError(f"not settled: {len(self.updates)} updates wait, {seen} calls came")

    async def call(self, method: str, params: Json | None = None) -> Any:
        """Make one call as the bot does, without HTTP.

        Raises:
            ApiError: the call was refused.
            CutConnectionError: a fault broke the line.
        """
        params = params or {}
        name = method_name(method)
        request = Request(name or method, params, self.now())
        self.requests.append(request)
        self._worked += name != "getUpdates"
        try:
            request.result = await self._with_faults(name, params)
        except ApiError as error:
            request.error = error
            raise
        except CutConnectionError:
            request.cut = True
            raise
        return request.result

    async def call_quietly(self, method: str, params: Json) -> None:
        """Make a call whose outcome nobody learns, as one inside a webhook's answer."""
        try:
            await self.call(method, params)
        except (ApiError, CutConnectionError):
            return

    async def _with_faults(self, name: str, params: Json) -> Any:
        if not name:
            self.problems.append("a method the API does not know")
            raise ApiError(404, "Not Found: method not found")
        fault = self.faults.take(name, params)
        if fault is not None and not fault.after_effect:
            await fault.strike(self._closing)
        result = await self._perform(name, params)
        if fault is not None and fault.after_effect:
            await fault.strike(self._closing)
        return result

    async def _perform(self, name: str, params: Json) -> Any:
        if self.checks:
            self.problems += check_call(name, params)
        if name == "getUpdates":
            return await self.updates.poll(params, self._closing)
        self._check_flood(name, params)
        if name in {"setWebhook", "deleteWebhook"}:
            result: Any = self._set_webhook(params)
        elif name == "getWebhookInfo":
            result = self._webhook_info()
        elif name in METHODS:
            result = METHODS[name](self, params)
        else:
            self.problems.append(f"{name}: the fake server does not model it")
            raise errors.bad_request("method is not modelled by the fake server")
        if self.checks:
            self.problems += check_result(name, result)
        return result

    def _check_flood(self, name: str, params: Json) -> None:
        chat = params.get("chat_id")
        if self.flood is None or name not in FLOOD_COUNTED or not isinstance(chat, int):
            return
        wait = self.flood.admit(chat, self.now().timestamp(), group=chat < 0)
        if wait:
            raise errors.too_many(wait)

    def _set_webhook(self, params: Json) -> bool:
        url = params.get("url", "")
        if url and not re.match(r"https?://[^/\s]+", url):
            raise errors.bad_request("invalid webhook URL specified")
        if not _SECRET.fullmatch(params.get("secret_token", "")):
            raise errors.bad_request("secret token contains unallowed characters")
        if params.get("drop_pending_updates"):
            self.updates.clear()
        self.updates.allow(params.get("allowed_updates"))
        self._stop_webhook()
        if url:
            self.updates.end_poll(errors.WEBHOOK_SET)
            self.updates.webhook_url = url
            self.webhook = Webhook(self, params, pace=self._pace)
            self.updates.on_news = self.webhook.take
        return True

    def _stop_webhook(self) -> None:
        if self.webhook is not None:
            self.webhook.close()
        self.webhook, self.updates.webhook_url = None, ""
        self.updates.on_news = lambda _update: None

    def _webhook_info(self) -> Json:
        info: Json = {
            "url": self.updates.webhook_url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates),
            "allowed_updates": self.updates.allowed,
        }
        if self.webhook is not None:
            info["max_connections"] = self.webhook.max_connections
            if self.webhook.last_error:
                info["last_error_date"], info["last_error_message"] = self.webhook.last_error
        return info

    def _close(self) -> None:
        self._closing.set()
        self.updates.wake()
        self._stop_webhook()

    async def _serve_call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        try:
            self._check_token(request)
            params = await wire.read_params(request, method_name(name))
            return wire.respond(await self.call(name, params))
        except ApiError as error:
            return wire.refuse(error)
        except CutConnectionError:
            return _cut(request)

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        try:
            self._check_token(request)
            fault = self.faults.take("file", {"path": path})
            if fault is not None:
                await fault.strike(self._closing)
            content = self.files.at(path).content
            return web.Response(body=content, content_type="application/octet-stream")
        except ApiError as error:
            return wire.refuse(error)
        except CutConnectionError:
            return _cut(request)

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if token == self.token:
            return
        known_form = re.fullmatch(r"\d+:[\w-]+", token)
        raise ApiError(401, "Unauthorized") if known_form else ApiError(404, "Not Found")


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
