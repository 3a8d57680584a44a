"""The cast of `cast.py` on a Zalo Official Account: the same people, over real HTTP to the fake
server, which calls our own page. In its groups it hears all talk; in private there are buttons.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from httpx2 import ASGITransport, AsyncClient
from sqlalchemy import Engine

from bot.channels.base import Channel
from bot.channels.platform import BOT, Message
from bot.channels.zalo_oa import NAME, ZaloOaChannel
from bot.channels.zalo_oa_events import GROUP
from bot.channels.zalo_oa_tokens import OAuth, TokenKeeper
from bot.web import zalo_oa_hook
from bot.web.site import site
from handlers.chat import Choice
from storage import oa_tokens
from storage.database import begin
from tests.cast import PUBLIC_URL, Cast, Player, Room
from tests.channels.fake_oa import FakeOa, OaChat, OaGroup, OaMessage, OaPerson
from tests.wired_cast import NumberedPlayer, WiredCast, offered


class OaRoom(Room):
    """A group of the account's, or a private talk, on the fake server."""

    cast: OaCast

    @property
    def address(self) -> str:
        chat = self.cast.rooms[self.id]
        return f"{NAME}:{GROUP if isinstance(chat, OaGroup) else ''}{chat.id}"

    @property
    def messages(self) -> list[Message]:
        return [_seen(m) for m in self.cast.rooms[self.id].messages]

    def find(self, message: Message) -> OaMessage:
        """The server's own message behind one that was seen."""
        return next(m for m in self.cast.rooms[self.id].messages if m.number == message.id)


class OaPlayer(NumberedPlayer):
    """A person with Zalo on her phone."""

    cast: OaCast

    def __init__(self, cast: Cast, key: str, name: str) -> None:
        super().__init__(cast, key, name)
        self.channel = NAME

    @property
    def person(self) -> OaPerson:
        """Herself on the fake server."""
        return self.cast.people[self.key]

    @property
    def private(self) -> Room:
        return OaRoom(self.cast, self.key, NAME)

    async def says(
        self, text: str, room: Room | None = None, *, reply_to: Message | None = None
    ) -> Message:
        where = room or self.private
        assert isinstance(where, OaRoom)
        quoted = where.find(reply_to) if reply_to else None
        said = _seen(await self.person.says(text, self.cast.rooms[where.id], reply_to=quoted))
        self.spoke(said, where)
        await self.cast.settle()
        return said

    async def presses(self, label: str, room: Room | None = None) -> None:
        where = room or self.private
        assert isinstance(where, OaRoom)
        message, found = where.button(label)
        if where.find(message).buttons:
            self.spoke(where.messages[-1], where)
            await self.person.presses(found)
            await self.cast.settle()
            return
        number = next(c.line for row in message.choices for c in row if c.label == found)
        await self.says(number, where, reply_to=message)

    async def sends_file(
        self,
        name: str,
        content: bytes,
        caption: str = "",
        room: Room | None = None,
        mime: str = "application/octet-stream",
    ) -> None:
        chat = self.cast.rooms[(room or self.private).id]
        await self.person.sends_file(name, content, caption, chat)
        await self.cast.settle()


class OaCast(WiredCast):
    """The same union, reached through an Official Account; `fake` is how the server behaves."""

    wire = NAME
    server: FakeOa

    def __init__(self, engine: Engine, **fake: Any) -> None:
        super().__init__(engine)
        self.server = FakeOa(now=self.clock.now, **fake)
        self.people: dict[str, OaPerson] = {}
        self.rooms: dict[str, OaChat] = {}

    async def plug(self) -> Channel:
        server = await self.stack.enter_async_context(self.server)
        authorise(self.engine, server)
        oauth = OAuth(server.app_id, server.app_secret, server.url)
        self.tokens = TokenKeeper(self.engine, NAME, oauth, self.clock)
        self.oa = ZaloOaChannel(server.id, self.tokens, api=server.url)
        self.stack.push_async_callback(self.oa.close)
        hook = zalo_oa_hook.route(self._receive, server.app_id, server.secret, self.clock.now)
        server.webhook = calling(site([hook], PUBLIC_URL, [hook.path]))
        return self.oa

    async def _receive(self, channel: str, raws: Any) -> None:
        await self.app.receive(channel, raws)

    async def settle(self) -> None:
        """An event is stored when its sender is answered: there is nothing to wait for."""
        await self.app.settle()
        while await self.server.settle():
            await self.app.settle()

    def add_player(self, key: str, name: str) -> Player:
        person = self.people[key] = self.server.person(name)
        person.acted_at = self.clock.now()
        self.rooms[key] = person.chat
        self.players[key] = OaPlayer(self, key, name)
        self.leave_sandbox(key)
        if self.is_known(key, name):
            self.link(f"{NAME}:{person.id}", name)
        return self.players[key]

    def add_room(
        self, id_: str, title: str, *, unit: str = "", channel: str = NAME, main: bool = True
    ) -> Room:
        if channel != NAME:
            return super().add_room(id_, title, unit=unit, channel=channel, main=main)
        group = self.rooms[id_] = self.server.group(title)
        self.bind_room(f"{NAME}:{GROUP}{group.id}", title, unit, main=main, hears_all=True)
        return OaRoom(self, id_, NAME)


def authorise(engine: Any, server: FakeOa) -> None:
    """An admin has said yes before the story begins."""
    pair = server.tokens.pair(server.now())
    with begin(engine) as session:
        oa_tokens.keep(
            session,
            NAME,
            access_token=pair["access_token"],
            refresh_token=pair["refresh_token"],
            expires_at=server.now() + timedelta(hours=25),
            now=server.now(),
            oa_id=server.id,
        )


def calling(pages: Any) -> Callable[[bytes, dict[str, str]], Awaitable[int]]:
    """A way to call our page as Zalo does, without a socket."""

    async def call(body: bytes, headers: dict[str, str]) -> int:
        async with AsyncClient(transport=ASGITransport(app=pages), base_url=PUBLIC_URL) as client:
            answer = await client.post(zalo_oa_hook.PATH, content=body, headers=headers)
            return int(answer.status_code)

    return call


def _seen(message: OaMessage) -> Message:
    if message.buttons:
        choices = tuple((_button(button),) for button in message.buttons)
    else:
        choices = tuple((Choice(label, number),) for number, label in offered(message.text))
    return Message(
        id=message.number,
        chat=message.chat.id,
        sender=BOT if message.from_oa else message.sender,
        text=message.text,
        choices=choices,
        file_name=message.file,
        mime=message.mime,
        reply_to=message.reply_to.number if message.reply_to else None,
        at=message.at,
        edited=0,
        deleted=False,
        reactions="",
        version=message.number,
    )


def _button(button: dict[str, Any]) -> Choice:
    if button["type"] == "oa.open.url":
        return Choice(button["title"], url=button["payload"]["url"])
    return Choice(button["title"], button["payload"])
