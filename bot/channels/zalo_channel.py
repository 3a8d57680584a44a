"""What the channels of Zalo have in common: they wait for it, and there is much it cannot do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from aiohttp import ClientError, ClientTimeout

from bot.channels.base import DeliveryError, Post
from bot.channels.zalo_client import NoAnswerError, ZaloClient, ZaloError
from handlers.chat import Address, File

log = structlog.get_logger()
T = TypeVar("T")
BACK_OFF = (1.0, 2.0, 4.0, 8.0, 30.0)
FILE_LIMIT = 20 * 1024 * 1024
FETCH_SECONDS = 60.0


class ZaloChannel:
    """A channel over one client; `door` is the pattern of a page of ours that leads into a
    private talk.
    """

    def __init__(self, name: str, client: ZaloClient, door: str) -> None:
        self.name = name
        self._connections = client
        self._door = door

    def start_link(self) -> str:
        """No link of Zalo's hands a code over: a page of ours tells people to send it."""
        return self._door

    async def close(self) -> None:
        """Let go of the connections."""
        await self._connections.close()

    async def _until_answered(self, call: Callable[[], Awaitable[T]]) -> T:
        failures = 0
        while True:
            try:
                return await call()
            except (ZaloError, NoAnswerError) as error:
                log.warning("zalo_unreachable", channel=self.name, reason=str(error))
                await asyncio.sleep(BACK_OFF[min(failures, len(BACK_OFF) - 1)])
                failures += 1

    async def edit(self, post: Post, message_id: str) -> None:
        """Zalo has no edits."""
        raise DeliveryError("no edits", gone=True)

    async def delete(self, chat: Address, message_id: str) -> None:
        """Zalo lets a bot take nothing back."""
        raise DeliveryError("no deletes")

    async def toast(self, chat: Address, press_id: str, text: str) -> None:
        """A press is a message, where there is one at all, and waits for no answer."""

    async def react(self, chat: Address, message_id: str, emoji: str) -> None:
        """Reactions are not sure to be taken."""
        raise DeliveryError("no reactions")

    async def fetch(self, file: File) -> bytes:
        """Bring what a person sent, while its address is good."""
        if not file.ref.startswith(("https://", "http://")):
            raise DeliveryError("unavailable")
        try:
            timeout = ClientTimeout(FETCH_SECONDS)
            async with self._connections.client.get(file.ref, timeout=timeout) as response:
                response.raise_for_status()
                content = await response.content.read(FILE_LIMIT + 1)
                while not response.content.at_eof() and len(content) <= FILE_LIMIT:
                    content += await response.content.read(FILE_LIMIT + 1)
        except (ClientError, OSError, TimeoutError, ValueError) as error:
            raise DeliveryError("unavailable", retryable=True) from error
        if len(content) > FILE_LIMIT:
            raise DeliveryError("too_big")
        return content
