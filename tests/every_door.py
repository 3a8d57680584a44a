"""The cast of `cast.py`, whose branch has a group on each platform the sandbox imitates."""

from __future__ import annotations

from typing import Self

from sqlalchemy import Engine

from bot.app import App
from bot.channels.sandbox import MENTION, OA, SANDBOX, ZALO, SandboxChannel, address_of
from bot.file_links import FileLinks
from storage import accounts
from storage.database import begin
from tests.cast import PEOPLE, PUBLIC_URL, UNLINKED, Cast, Player, Room

DOORS = (SANDBOX, ZALO, OA)
"""Telegram, a Zalo bot, an Official Account."""


class EveryDoor(Cast):
    """`k8` is on Telegram, `zalo` and `oa` are the branch's other groups; everybody has an account
    on each.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.channels |= {
            name: SandboxChannel(name, self.platform, self.clock.now) for name in DOORS[1:]
        }
        self.app = App(
            engine,
            self.channels,
            self.clock,
            public_url=PUBLIC_URL,
            rng=self.app.rng,
            file_links=FileLinks(PUBLIC_URL, "k" * 32),
        )

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self.zalo = self.add_room("z8", "PN Khóm 8", unit="P5-K8", channel=ZALO, main=False)
        self.oa = self.add_room("o8", "Chi hội Khóm 8", unit="P5-K8", channel=OA, main=False)
        self.groups = {"telegram": self.k8, "zalo": self.zalo, "oa": self.oa}
        return self

    def add_player(self, key: str, name: str) -> Player:
        player = super().add_player(key, name)
        for channel in DOORS[1:]:
            self.platform.add_chat(f"{key}@{channel}", channel=channel, title=name, private=True)
            self.platform.join(f"{key}@{channel}", key)
            if key not in UNLINKED and name in {row[1] for row in PEOPLE}:
                self._link(address_of(channel, key), f"{channel}:{key}@{channel}", name)
        return player

    def _link(self, address: str, chat: str, name: str) -> None:
        with begin(self.engine) as session:
            account = accounts.ensure(session, address=address, name=name, now=self.clock.now())
            account.private_chat = chat
            session.add(account)
            member = self.member(name)
            assert account.id is not None and member.id is not None
            accounts.link(session, account.id, member.id, by="test", now=self.clock.now())

    async def taps(self, door: str, key: str, label: str) -> None:
        """She presses an answer in her group, or gives its number where there are no buttons."""
        room = self.groups[door]
        if room is self.k8:
            await self.players[key].presses(label, room)
            return
        shown = next(m for m in reversed(room.bot) if label in m.text)
        line = next(line for line in shown.text.splitlines() if label in line and line[0].isdigit())
        await self.players[key].says(line.split(".")[0], room, reply_to=shown)

    async def writes(self, door: str, key: str, text: str) -> None:
        """She writes in her group so that the bot hears it there."""
        words = f"{MENTION} {text}" if door == "zalo" else text
        await self.players[key].says(words, self.groups[door])

    def told(self, door: str, key: str) -> list[str]:
        """All she was told in private there."""
        return self.at(DOORS[list(self.groups).index(door)], key).texts

    def at(self, channel: str, key: str) -> Room:
        """Somebody's private talk on a platform."""
        return Room(self, f"{key}@{channel}", channel)
