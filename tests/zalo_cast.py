"""The cast of `cast.py` on Zalo: the same people, over real HTTP to the fake Zalo Bot server.

Zalo takes no files from people, so whoever sends a document does so elsewhere: Hoa and Mai keep
their sandbox talks.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine
from sqlmodel import col, delete, select

from bot.app import App
from bot.channels.platform import BOT, Message
from bot.channels.sandbox import SANDBOX
from bot.channels.zalo_bot import NAME, ZaloBotChannel
from bot.file_links import FileLinks
from handlers.capacity import Plan
from handlers.chat import Choice
from storage import accounts
from storage.accounts import Account, AccountMember
from storage.database import begin, reading
from storage.rolls import RollVerdict
from tests.cast import PEOPLE, PUBLIC_URL, UNLINKED, Cast, Player, Room
from tests.channels.fake_zalo import (
    FakeZalo,
    FakeZaloChat,
    FakeZaloGroup,
    FakeZaloMessage,
    ZaloPerson,
)

ELSEWHERE = {"hoa", "mai"}
_LINE = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
_ASKS = re.compile(r"\n[^\n]*(?:bằng|kèm) số: [\d, ]+\.$", re.MULTILINE)


class ZaloRoom(Room):
    """A group, or a private talk, on the fake server."""

    cast: ZaloCast

    @property
    def messages(self) -> list[Message]:
        return [_seen(m) for m in self.cast.rooms[self.id].messages]

    def find(self, message: Message) -> FakeZaloMessage:
        """The server's own message behind one that was seen."""
        return next(m for m in self.cast.rooms[self.id].messages if m.number == message.id)


class ZaloPlayer(Player):
    """A person with Zalo on her phone. In a group she quotes what the bot said last, as it asks."""

    cast: ZaloCast

    def __init__(self, cast: Cast, key: str, name: str) -> None:
        super().__init__(cast, key, name)
        self.channel = NAME
        self._since = 0
        self._where: Room = self.private

    @property
    def person(self) -> ZaloPerson:
        """Herself on the fake server."""
        return self.cast.people[self.key]

    @property
    def private(self) -> Room:
        return ZaloRoom(self.cast, self.key, NAME)

    @property
    def toast(self) -> str:
        """What the bot answered first to what she last said: in private, or else in the group."""
        answers = [m.text for r in (self.private, self._where) for m in r.bot if m.id > self._since]
        return next(iter(answers), "")

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
        said = await self.person.says(text, chat, reply_to=quoted, mention=mention)
        self._since, self._where = said.number, where
        await self.cast.settle()
        return _seen(said)

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


class ZaloCast(Cast):
    """The same union, reached through Zalo. `fake` is how the server behaves; with `knows_groups`
    whose ids in groups differ is known there as well.
    """

    def __init__(
        self, engine: Engine, *, knows_groups: bool = True, plan: Plan | None = None, **fake: Any
    ) -> None:
        super().__init__(engine)
        self.plans = {NAME: plan} if plan else {}
        self.knows_groups = knows_groups
        self.server = FakeZalo(now=self.clock.now, **fake)
        self.people: dict[str, ZaloPerson] = {}
        self.rooms: dict[str, FakeZaloChat] = {}
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.server)
        self.zalo = ZaloBotChannel(self.server.token, api=self.server.url, poll_floor=0.0)
        self._stack.push_async_callback(self.zalo.close)
        self.app = App(
            self.engine,
            {NAME: self.zalo, SANDBOX: self.channels[SANDBOX]},
            self.clock,
            public_url=PUBLIC_URL,
            rng=self.app.rng,
            file_links=FileLinks(PUBLIC_URL, "k" * 32),
            plans=self.plans,
        )
        await super().__aenter__()
        await self.app.open(self.zalo)
        self._listening = asyncio.ensure_future(self.zalo.listen(self.app.receive))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._listening
        await self._stack.aclose()
        await super().__aexit__(kind, error, trace)

    def add_player(self, key: str, name: str) -> Player:
        if key in ELSEWHERE:
            return super().add_player(key, name)
        person = self.people[key] = self.server.person(name)
        person.opened = True
        self.rooms[key] = person.chat
        self.players[key] = ZaloPlayer(self, key, name)
        with begin(self.engine) as session:
            old = session.exec(select(Account).where(col(Account.address).endswith(f":{key}")))
            for account in old.all():
                links = delete(AccountMember).where(col(AccountMember.account_id) == account.id)
                session.exec(links)
                session.delete(account)
        if key not in UNLINKED and name in {row[1] for row in PEOPLE}:
            self.link(f"{NAME}:{person.id}", name, private=True)
            if person.group_id != person.id and self.knows_groups:
                self.link(f"{NAME}:{person.group_id}", name, private=False)
        return self.players[key]

    def link(self, address: str, name: str, *, private: bool) -> None:
        """Let an address speak for a member."""
        with begin(self.engine) as session:
            account = accounts.ensure(session, address=address, name=name, now=self.clock.now())
            account.private_chat = address if private else ""
            member = self.member(name)
            assert account.id is not None and member.id is not None
            accounts.link(session, account.id, member.id, by="test", now=self.clock.now())
            session.add(account)

    def shut(self, address: str) -> None:
        """Whoever writes from there has no private talk with the bot."""
        with begin(self.engine) as session:
            account = accounts.by_address(session, address)
            assert account is not None
            account.private_chat = ""
            session.add(account)

    async def lan_opens_a_roll(self) -> None:
        """The leader, not known in her group yet, opens a roll from her private talk."""
        await self.lan.says("điểm danh")
        await self.settle()

    def statuses(self, name: str) -> set[str]:
        """What the rolls hold of somebody."""
        with reading(self.engine) as session:
            marks = select(RollVerdict).where(RollVerdict.member_id == self.member(name).id)
            return {verdict.status for verdict in session.exec(marks)}

    def add_room(
        self, id_: str, title: str, *, unit: str = "", channel: str = NAME, main: bool = True
    ) -> Room:
        if channel != NAME:
            return super().add_room(id_, title, unit=unit, channel=channel, main=main)
        group: FakeZaloGroup = self.server.group(title)
        self.rooms[id_] = group
        self.bind_room(f"{NAME}:{group.id}", title, unit, main=main, hears_all=False)
        return ZaloRoom(self, id_, NAME)

    async def settle(self) -> None:
        """Let the poll bring what was said, work it, send, until nothing more happens."""
        quiet = 0
        while quiet < 3:
            await asyncio.sleep(0.01)
            worked = await self.app.work_once()
            await self.app.delivery.drain()
            quiet = 0 if worked or self.server.waiting else quiet + 1


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


def offered(text: str) -> list[tuple[str, str]]:
    """The (number, label) of the choices a message offers, as a person reads them."""
    asks = _ASKS.search(text)
    if asks is None:
        return []
    block = text[: asks.start()].rsplit("\n\n", maxsplit=1)[-1]
    return _LINE.findall(block)
