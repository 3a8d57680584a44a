"""Updates sent to the bot's own address.

Rules as in tdlib/telegram-bot-api 10.0 (WebhookActor.cpp): per queue in order, queues side by side;
anything but 2xx is tried again after 1, 2, 4 … 60-120 s or the answer's own Retry-After.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any

import aiohttp

from tests.channels.fake_telegram.updates import Queue, Update
from tests.channels.telegram_spec import Json

if TYPE_CHECKING:
    from tests.channels.fake_telegram.server import FakeTelegram

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_DELAY = 60
LONGEST_RETRY_AFTER = 3600
TIMEOUT = 60.0


class Webhook:
    """One webhook as set by the bot. `pace` is the real length of one second of its delays."""

    def __init__(self, server: FakeTelegram, params: Json, *, pace: float) -> None:
        self.url: str = params["url"]
        self.max_connections: int = params.get("max_connections", 40)
        self.last_error: tuple[int, str] | None = None
        self._server = server
        self._secret: str = params.get("secret_token", "")
        self._pace = pace
        self._rows: defaultdict[Queue, deque[Update]] = defaultdict(deque)
        self._busy: dict[Queue, asyncio.Task[None]] = {}
        self._slots = asyncio.Semaphore(self.max_connections)
        for update in server.updates.waiting():
            self.take(update)

    def take(self, update: Update) -> None:
        """Send an update after those already in its queue."""
        self._rows[update.queue].append(update)
        if update.queue not in self._busy:
            work = self._work(update.queue)
            self._busy[update.queue] = self._server.tasks.create_task(work)

    def close(self) -> None:
        """Send nothing more."""
        for task in self._busy.values():
            task.cancel()

    async def _work(self, queue: Queue) -> None:
        row = self._rows[queue]
        try:
            while row:
                await self._bring(row[0])
                row.popleft()
        finally:
            del self._busy[queue]

    async def _bring(self, update: Update) -> None:
        """Try until it is taken or its time is up."""
        delay, failures = 1, 0
        while update.expires > self._server.now():
            async with self._slots:
                retry_after = await self._post(update)
            if retry_after is None:
                if self._server.updates.confirmation_lost():
                    continue
                break
            if failures and not retry_after:
                delay = min(delay * 2, LONGEST_DELAY)
            failures += 1
            wait = min(retry_after, LONGEST_RETRY_AFTER) or delay
            await asyncio.sleep(wait * self._pace)
        self._server.updates.confirm(update)

    async def _post(self, update: Update) -> int | None:
        """None if taken, else the seconds the receiver asks to wait (0: it names none)."""
        headers = {SECRET_HEADER: self._secret} if self._secret else {}
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        try:
            async with self._server.client.post(
                self.url, json=update.json(), headers=headers, timeout=timeout
            ) as answer:
                body = await answer.read()
                if answer.ok:
                    await self._obey(body)
                    return None
                self._note(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                asked = answer.headers.get("Retry-After", "")
                return int(asked) if asked.isdigit() else 0
        except (aiohttp.ClientError, TimeoutError) as error:
            self._note(f"Webhook connection failed: {type(error).__name__}")
            return 0

    async def _obey(self, body: bytes) -> None:
        """The answer may itself carry one call; what it brings is told to nobody."""
        try:
            params: Any = json.loads(body)
            method = params.pop("method")
        except (ValueError, AttributeError, KeyError, TypeError):
            return
        if not str(method).lower().startswith(("get", "setwebhook", "deletewebhook")):
            await self._server.call_quietly(str(method), params)

    def _note(self, words: str) -> None:
        self.last_error = (int(self._server.now().timestamp()), words)
