"""What a command about the Official Account works with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.cli.errors import CommandError
from bot.settings import Settings, load

if TYPE_CHECKING:
    from bot.channels.zalo_oa import ZaloOaChannel
    from bot.channels.zalo_oa_rooms import OaRooms
    from storage.database import Engine

T = TypeVar("T")


@dataclass(frozen=True)
class Desk:
    """What a command works with."""

    settings: Settings
    engine: Engine
    channel: ZaloOaChannel
    rooms: OaRooms

    def ask(self, call: Callable[[], Awaitable[T]]) -> T:
        """Ask Zalo something.

        Raises:
            CommandError: it refused, or did not answer.
        """
        return asyncio.run(self._asked(call))

    async def _asked(self, call: Callable[[], Awaitable[T]]) -> T:
        try:
            return await answered(call)
        finally:
            await self.channel.close()


async def answered(call: Callable[[], Awaitable[T]]) -> T:
    """What Zalo says.

    Raises:
        CommandError: it refused, or did not answer.
    """
    from bot.channels.zalo_client import NoAnswerError  # noqa: PLC0415
    from bot.channels.zalo_oa_api import OaError  # noqa: PLC0415

    try:
        return await call()
    except (OaError, NoAnswerError) as error:
        raise CommandError(f"Zalo: {error}") from None


@contextmanager
def desk() -> Iterator[Desk]:
    """Everything opened, and closed again."""
    settings = load("channel oa")
    from bot.channels.zalo_oa_rooms import OaRooms  # noqa: PLC0415 - heavy; `--help` needs none
    from bot.cli.channels import zalo_oa  # noqa: PLC0415
    from bot.cli.database import opened  # noqa: PLC0415

    with opened(settings) as engine:
        channel = zalo_oa(settings, engine)
        yield Desk(settings, engine, channel, OaRooms(channel.api))
