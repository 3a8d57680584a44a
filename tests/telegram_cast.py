"""The cast of `cast.py` on Telegram: the same people, over real HTTP to the fake Bot API server."""

from __future__ import annotations

from sqlalchemy import Engine

from bot.channels.base import Channel
from bot.channels.platform import BOT, Message
from bot.channels.telegram import TelegramChannel
from handlers.chat import Choice
from tests.cast import Cast, Player, Room
from tests.channels.fake_telegram import FakeGroup, FakeMessage, FakeTelegram, Person
from tests.wired_cast import WiredCast

TELEGRAM = "telegram"


class TelegramRoom(Room):
    """A group, or a private talk, on the fake server."""

    cast: TelegramCast

    @property
    def address(self) -> str:
        return f"{TELEGRAM}:{self.chat.id}"

    @property
    def chat(self) -> FakeGroup | Person:
        """The fake server's own chat."""
        return self.cast.rooms[self.id]

    @property
    def messages(self) -> list[Message]:
        chat = self.chat.chat if isinstance(self.chat, Person) else self.chat
        return [_seen(m) for m in chat.messages if not m.deleted and not m.service]

    def find(self, message: Message) -> FakeMessage:
        """The server's own message behind one that was seen."""
        chat = self.chat.chat if isinstance(self.chat, Person) else self.chat
        found = chat.find(message.id)
        assert found is not None
        return found


class TelegramPlayer(Player):
    """A person with Telegram on her phone."""

    cast: TelegramCast

    def __init__(self, cast: Cast, key: str, name: str) -> None:
        super().__init__(cast, key, name)
        self.channel = TELEGRAM

    @property
    def person(self) -> Person:
        """Herself on the fake server."""
        return self.cast.people[self.key]

    @property
    def private(self) -> Room:
        return TelegramRoom(self.cast, self.key, TELEGRAM)

    @property
    def toast(self) -> str:
        return next((t for t in reversed(self.person.toasts) if t), "")

    async def says(
        self, text: str, room: Room | None = None, *, reply_to: Message | None = None
    ) -> Message:
        where = room or self.private
        assert isinstance(where, TelegramRoom)
        chat = where.chat.chat if isinstance(where.chat, Person) else where.chat
        reply = where.find(reply_to) if reply_to else None
        said = await self.person.says(text, chat=chat, reply_to=reply)
        await self.cast.settle()
        return _seen(said)

    async def presses(self, label: str, room: Room | None = None) -> None:
        where = room or self.private
        assert isinstance(where, TelegramRoom)
        message, found = where.button(label)
        await self.person.presses(found, where.find(message), wait=0)
        await self.cast.settle()

    async def sends_file(
        self,
        name: str,
        content: bytes,
        caption: str = "",
        room: Room | None = None,
        mime: str = "application/octet-stream",
    ) -> None:
        where = room or self.private
        assert isinstance(where, TelegramRoom)
        chat = where.chat.chat if isinstance(where.chat, Person) else where.chat
        await self.person.sends_file(name, content, caption=caption, chat=chat, mime=mime)
        await self.cast.settle()


class TelegramCast(WiredCast):
    """The same union, reached through Telegram."""

    wire = TELEGRAM
    server: FakeTelegram

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.server = FakeTelegram(clock=self.clock, hears_all=True)
        self.people: dict[str, Person] = {}
        self.rooms: dict[str, FakeGroup | Person] = {}

    async def plug(self) -> Channel:
        await self.stack.enter_async_context(self.server)
        self.telegram = TelegramChannel(self.server.token, api=self.server.url)
        self.stack.push_async_callback(self.telegram.close)
        return self.telegram

    @property
    def busy(self) -> bool:
        return bool(self.server.updates)

    def add_player(self, key: str, name: str) -> Player:
        person = self.people[key] = self.server.person(name)
        person.started = True
        self.rooms[key] = person
        self.players[key] = TelegramPlayer(self, key, name)
        self.leave_sandbox(key)
        if self.is_known(key, name):
            self.link(f"{TELEGRAM}:{person.id}", name)
        return self.players[key]

    def add_room(
        self, id_: str, title: str, *, unit: str = "", channel: str = TELEGRAM, main: bool = True
    ) -> Room:
        group = self.server.group(title, members=list(self.people.values()))
        group.hears_all = True
        group.statuses[self.server.bot.id] = "member"
        self.rooms[id_] = group
        self.bind_room(f"{TELEGRAM}:{group.id}", title, unit, main=main, hears_all=True)
        return TelegramRoom(self, id_, TELEGRAM)


def _seen(message: FakeMessage) -> Message:
    return Message(
        id=message.id,
        chat=str(message.chat.id),
        sender=BOT if message.from_bot else message.sender.name,
        text=message.html if message.from_bot else message.text,
        choices=tuple(
            tuple(Choice(b.label, b.data, b.url) for b in row) for row in message.buttons
        ),
        file_name=message.document.name if message.document else "",
        mime=message.file.mime if message.file else "",
        reply_to=message.reply_to.id if message.reply_to else None,
        at=message.at,
        edited=message.edited,
        deleted=message.deleted,
        reactions="".join(message.reactions),
        version=message.changed,
    )
