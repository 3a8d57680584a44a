"""One branch with a group on Telegram, one with a Zalo bot and one of an Official Account, each over
real HTTP to its own fake server, in one union; officers and other branches stay in the sandbox.
"""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Self

from sqlalchemy import Engine

from bot.app import App
from bot.channels.sandbox import SANDBOX
from bot.file_links import FileLinks
from tests.cast import PUBLIC_URL, Cast, Player, Room
from tests.oa_cast import OaCast
from tests.telegram_cast import TelegramCast
from tests.wired_cast import WiredCast
from tests.zalo_cast import ZaloCast

TELEGRAM, ZALO, OA = "telegram", "zalo", "oa"
DOORS_OF = {
    "lan": (TELEGRAM,),
    "an": (TELEGRAM, ZALO),
    "binh": (ZALO,),
    "cuc": (OA,),
    "thu": (OA,),
    "dung": (),
}
"""Who of the branch is reached where; Dung nowhere."""


class EveningCast(Cast):
    """The people of Khóm 8 play on three servers; `groups` are the branch's, by platform."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.casts: dict[str, WiredCast] = {
            TELEGRAM: TelegramCast(engine), ZALO: ZaloCast(engine), OA: OaCast(engine),
        }  # fmt: skip
        self.groups: dict[str, Room] = {}
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        wires = {}
        for part in self.casts.values():
            part.clock = self.clock
            part.server.clock = self.clock
            self._stack.push_async_callback(part.stack.aclose)
            wires[part.wire] = await part.plug()
        self.app = App(
            self.engine,
            {**wires, SANDBOX: self.channels[SANDBOX]},
            self.clock,
            public_url=PUBLIC_URL,
            rng=self.app.rng,
            file_links=FileLinks(PUBLIC_URL, "k" * 32),
        )
        for part in self.casts.values():
            part.app = self.app
        await super().__aenter__()
        for channel in wires.values():
            await self.app.open(channel)
            listening = asyncio.ensure_future(channel.listen(self.app.receive))
            self._stack.push_async_callback(_ended, listening)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()
        await super().__aexit__(kind, error, trace)

    def add_player(self, key: str, name: str) -> Player:
        player = super().add_player(key, name)
        for door in DOORS_OF.get(key, ()):
            self.casts[door].add_player(key, name)
        if doors := DOORS_OF.get(key, ()):
            self.players[key] = self.casts[doors[0]].players[key]
        return player

    def add_room(
        self, id_: str, title: str, *, unit: str = "", channel: str = SANDBOX, main: bool = True
    ) -> Room:
        if id_ != "g8":
            return super().add_room(id_, title, unit=unit, channel=channel, main=main)
        for door, part in self.casts.items():
            self.groups[door] = part.add_room(id_, title, unit=unit, main=door == TELEGRAM)
        return self.groups[TELEGRAM]

    async def settle(self) -> None:
        """Until nothing more happens on any of the servers."""
        for _ in range(2):
            for part in self.casts.values():
                await part.settle()

    async def taps(self, door: str, key: str, label: str) -> None:
        """She presses an answer in her group, or gives its number where there are no buttons."""
        await self.casts[door].players[key].presses(label, self.groups[door])
        await self.settle()

    async def writes(self, door: str, key: str, text: str) -> None:
        """She writes in her group so that the bot hears it there."""
        await self.casts[door].players[key].says(text, self.groups[door])
        await self.settle()

    def told(self, door: str, key: str) -> list[str]:
        """All she was told in private there."""
        return self.casts[door].players[key].private.texts


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
