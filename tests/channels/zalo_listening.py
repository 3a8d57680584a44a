"""Waiting for what a channel of Zalo hears."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

from bot.channels.base import Raw
from bot.channels.zalo_bot import ZaloBotChannel


@contextlib.asynccontextmanager
async def polling(channel: ZaloBotChannel) -> AsyncIterator[list[Raw]]:
    """A channel that listens; what it received."""
    got: list[Raw] = []

    async def receive(name: str, raws: Any) -> None:
        got.extend(raws)

    task = asyncio.ensure_future(channel.listen(receive))
    yield got
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def until(true: Any, seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)
