"""The cast of `cast.py` on Zalo: the same people, over real HTTP to the fake Zalo Bot server.

Zalo takes no files from people, so whoever sends a document does so elsewhere: Hoa and Mai keep
their sandbox talks.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine

from bot.channels.base import Channel
from bot.channels.platform import BOT, Message
from bot.channels.zalo_bot import NAME, ZaloBotChannel
from handlers.capacity import Plan
from handlers.chat import Choice
from tests.cast import Cast, Player, Room
from tests.channels.fake_zalo import (
    FakeZalo,
    FakeZaloChat,
    FakeZaloGroup,
    FakeZaloMessage,
    ZaloPerson,
)
from tests.wired_cast import NumberedPlayer, WiredCast, offered


class ZaloRoom(Room):
    """A group, or a private talk, on the fake server."""

    cast: ZaloCast

    @property
    def messages(self) -> list[Message]:
        return [_seen(m) for m in self.cast.rooms[self.id].messages]

    def find(self, message: Message) -> FakeZaloMessage:
        """The server's own message behind one that was seen."""
        return next(m for m in self.cast.rooms[self.id].messages if m.number == message.id)


class ZaloPlayer(NumberedPlayer):
    """A person with Zalo on her phone. In a group she quotes what the bot said last, as it asks."""

    cast: ZaloCast

    def __init__(self, cast: Cast, key: str, name: str) -> None:
        super().__init__(cast, key, name)
        self.channel = NAME

    @property
    def person(self) -> ZaloPerson:
        """Herself on the fake server."""
        return self.cast.people[self.key]

    @property
    def private(self) -> Room:
        return ZaloRoom(self.cast, self.key, NAME)

    async def chats(self, text: str, room: Room | None = None) -> Message:
        where = room or self.private
        said = await self.person.says(text, self.cast.rooms[where.id])
        await self.cast.settle()
        return _seen(said)

    async def says(
        self, text: str, room: Room | None = None, *, reply_to: Message | None = None
    ) -> Message:
        where = room or self.private
        assert isinstance(where, ZaloRoom)
        chat = self.cast.rooms[where.id]
        quoted = where.find(reply_to) if reply_to else None
        mention = where.id != self.key and quoted is None
        said = _seen(await self.person.says(text, chat, reply_to=quoted, mention=mention))
        self.spoke(said, where)
        await self.cast.settle()
        return said

    async def presses(self, label: str, room: Room | None = None) -> None:
        where = room or self.private
        message, found = where.button(label)
        number = next(c.line for row in message.choices for c in row if c.label == found)
        await self.says(number, where, reply_to=message if where.id != self.key else None)

    async def sends_file(
        self,
        name: str,
        content: bytes,
        caption: str = "",
        room: Room | None = None,
        mime: str = "application/octet-stream",
    ) -> None:
        await self.person.sends("message.unsupported.received")
        await self.cast.settle()


class ZaloCast(WiredCast):
    """The same union, reached through Zalo. `fake` is how the server behaves; with `knows_groups`
    whose ids in groups differ is known there as well.
    """

    wire = NAME
    elsewhere = frozenset({"hoa", "mai"})
    server: FakeZalo

    def __init__(
        self, engine: Engine, *, knows_groups: bool = True, plan: Plan | None = None, **fake: Any
    ) -> None:
        super().__init__(engine)
        self.plan = plan
        self.knows_groups = knows_groups
        self.server = FakeZalo(now=self.clock.now, **fake)
        self.people: dict[str, ZaloPerson] = {}
        self.rooms: dict[str, FakeZaloChat] = {}

    async def plug(self) -> Channel:
        await self.stack.enter_async_context(self.server)
        self.zalo = ZaloBotChannel(self.server.token, api=self.server.url, poll_floor=0.0)
        self.stack.push_async_callback(self.zalo.close)
        return self.zalo

    @property
    def busy(self) -> bool:
        return bool(self.server.waiting)

    def add_player(self, key: str, name: str) -> Player:
        if not self.is_wired(key):
            return super().add_player(key, name)
        person = self.people[key] = self.server.person(name)
        person.opened = True
        self.rooms[key] = person.chat
        self.players[key] = ZaloPlayer(self, key, name)
        self.leave_sandbox(key)
        if self.is_known(key, name):
            self.link(f"{NAME}:{person.id}", name)
            if person.group_id != person.id and self.knows_groups:
                self.link(f"{NAME}:{person.group_id}", name, private=False)
        return self.players[key]

    async def lan_opens_a_roll(self) -> None:
        """The leader, not known in her group yet, opens a roll from her private talk."""
        await self.lan.says("điểm danh")
        await self.settle()

    def add_room(
        self, id_: str, title: str, *, unit: str = "", channel: str = NAME, main: bool = True
    ) -> Room:
        if channel != NAME:
            return super().add_room(id_, title, unit=unit, channel=channel, main=main)
        group: FakeZaloGroup = self.server.group(title)
        self.rooms[id_] = group
        self.bind_room(f"{NAME}:{group.id}", title, unit, main=main, hears_all=False)
        return ZaloRoom(self, id_, NAME)


def _seen(message: FakeZaloMessage) -> Message:
    return Message(
        id=message.number,
        chat=message.chat.id,
        sender=BOT if message.from_bot else message.sender,
        text=message.text,
        choices=tuple((Choice(label, number),) for number, label in offered(message.text)),
        file_name="ket-qua.png" if message.picture else "",
        mime="image/png" if message.picture else "",
        reply_to=message.reply_to.number if message.reply_to else None,
        at=message.at,
        edited=0,
        deleted=False,
        reactions="",
        version=message.number,
    )
