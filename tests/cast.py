"""The cast of the story tests: a small union, its people, and what they say and see.

Phường 5 has Khóm 8 (led by Lan) and Khóm 1 (led by Sáu); Phường 6 has a Khóm 8 too (led by Ngà).
Hoa is an officer of Phường 5, Mai of the city. An, Bình and Cúc are members of P5-K8; Thu heads
its Tổ 1. Dung has no account. Tý is a stranger nobody knows. The clock stands still unless moved.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import msgspec
from sqlalchemy import Engine
from sqlmodel import Session, select

from bot.app import App
from bot.channels.base import Raw
from bot.channels.platform import BOT, Message, Platform
from bot.channels.sandbox import PLAIN, SANDBOX, SandboxChannel
from bot.clock import MovableClock
from bot.render import plain
from handlers import TICKS
from handlers.chat import Incoming, Kind
from storage import accounts, units
from storage.database import begin, reading
from storage.groups import Group
from storage.mail import Outbox
from storage.members import Member, Role, RoleKind
from storage.units import Unit, UnitAlias
from storage.vietnamese import fold, name_key

MONDAY_8AM = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
"""Monday 16/11/2026, 08:00 in Vietnam."""
PUBLIC_URL = "https://chihoi.test"

UNITS = (
    ("TP", "Hội LHPN thành phố Cà Mau", "thành phố", "", ()),
    ("P5", "Hội LHPN Phường 5", "phường", "TP", ("P.5", "Phường Năm")),
    ("P6", "Hội LHPN Phường 6", "phường", "TP", ()),
    ("P5-K8", "Chi hội Khóm 8", "chi hội", "P5", ("Khóm 8",)),
    ("P5-K1", "Chi hội Khóm 1", "chi hội", "P5", ("Khóm 1",)),
    ("P6-K8", "Chi hội Khóm 8", "chi hội", "P6", ("Khóm 8",)),
)
# key, full name, unit, birth, team, role
PEOPLE = (
    ("mai", "Trần Thị Mai", "TP", "1970", "", RoleKind.OFFICER),
    ("hoa", "Lê Thị Hoa", "P5", "1975-03-08", "", RoleKind.OFFICER),
    ("lan", "Nguyễn Thị Lan", "P5-K8", "1968-05-19", "Tổ 1", RoleKind.LEADER),
    ("thu", "Phạm Thị Thu", "P5-K8", "1972", "Tổ 1", RoleKind.TEAM_HEAD),
    ("an", "Võ Thị An", "P5-K8", "1980-10-20", "Tổ 1", None),
    ("binh", "Đặng Thị Bình", "P5-K8", "1958", "Tổ 2", None),
    ("cuc", "Huỳnh Kim Cúc", "P5-K8", "1990-01-02", "Tổ 2", None),
    ("dung", "Lý Thị Dung", "P5-K8", "1949", "Tổ 2", None),
    ("sau", "Cao Thị Sáu", "P5-K1", "1966", "", RoleKind.LEADER),
    ("tam", "Bùi Thị Tám", "P5-K1", "1985", "", None),
    ("nga", "Dương Thị Ngà", "P6-K8", "1971", "", RoleKind.LEADER),
)
UNLINKED = {"dung"}


class Room:
    """A group chat."""

    def __init__(self, cast: Cast, id_: str, channel: str) -> None:
        self.cast = cast
        self.id = id_
        self.channel = channel

    @property
    def address(self) -> str:
        return f"{self.channel}:{self.id}"

    @property
    def messages(self) -> list[Message]:
        """What is to be seen here, oldest first."""
        return [m for m in self.cast.platform.messages(self.id) if not m.deleted]

    @property
    def bot(self) -> list[Message]:
        """What the bot has said here."""
        return [m for m in self.messages if m.sender == BOT]

    @property
    def last(self) -> Message:
        """The bot's newest message here."""
        return self.bot[-1]

    @property
    def text(self) -> str:
        """The words of the bot's newest message, without markup."""
        return plain(self.last.text)

    @property
    def texts(self) -> list[str]:
        """The words of everything the bot has said here."""
        return [plain(m.text) for m in self.bot]

    def button(self, label: str) -> tuple[Message, str]:
        """The newest button whose label contains these words, and the message it is under."""
        for message in reversed(self.bot):
            for found in message.labels:
                if label in found:
                    return message, found
        seen = [message.labels for message in self.bot]
        raise AssertionError(f"no button {label!r} in {self.id}; there are {seen}")


class Player:
    """A person who speaks and presses, and sees what a person would."""

    def __init__(self, cast: Cast, key: str, name: str) -> None:
        self.cast = cast
        self.key = key
        self.name = name
        self.channel = SANDBOX

    @property
    def member(self) -> Member:
        """Her row in the register."""
        return self.cast.member(self.name)

    @property
    def private(self) -> Room:
        """Her private talk with the bot."""
        return Room(self.cast, f"{self.key}@{self.channel}", self.channel)

    @property
    def text(self) -> str:
        """What the bot last told her in private."""
        return self.private.text

    @property
    def texts(self) -> list[str]:
        """All that the bot told her in private."""
        return self.private.texts

    @property
    def labels(self) -> list[str]:
        """The buttons under the bot's last private message."""
        return self.private.last.labels

    @property
    def toast(self) -> str:
        """The last notice that popped up for her; "" if none did."""
        return (self.cast.platform.toasts(self.key) or [(0, "")])[-1][1]

    async def says(
        self, text: str, room: Room | None = None, *, reply_to: Message | None = None
    ) -> Message:
        """She writes, in private unless a room is named; her message as it now stands."""
        where = room or self.private
        channel = self.cast.channels[where.channel]
        reply = reply_to.id if reply_to else None
        message = await channel.say(self.key, where.id, text, reply_to=reply)
        await self.cast.settle()
        found = self.cast.platform.message(message)
        assert found is not None
        return found

    async def chats(self, text: str, room: Room | None = None) -> Message:
        """She writes for the other people; on Zalo the bot does not even hear it."""
        return await self.says(text, room)

    async def presses(self, label: str, room: Room | None = None) -> None:
        """She presses the newest button whose label contains these words."""
        where = room or self.private
        channel = self.cast.channels[where.channel]
        message, found = where.button(label)
        await channel.press(self.key, message, found)
        await self.cast.settle()

    async def sends_file(
        self,
        name: str,
        content: bytes,
        caption: str = "",
        room: Room | None = None,
        mime: str = "application/octet-stream",
    ) -> None:
        """She sends a file."""
        where = room or self.private
        channel = self.cast.channels[where.channel]
        await channel.send_file(self.key, where.id, name, mime, content, caption)
        await self.cast.settle()


class Cast:
    """A union on the sandbox platform."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.clock = MovableClock(MONDAY_8AM, held=True)
        self.platform = Platform()
        self.channels = {
            name: SandboxChannel(
                name, self.platform, self.clock.now, "https://sandbox.test/?start={code}"
            )
            for name in (SANDBOX, PLAIN)
        }
        self.app = App(
            engine,
            self.channels,
            self.clock,
            public_url=PUBLIC_URL,
            rng=random.Random(7),
        )
        self.players: dict[str, Player] = {}

    async def __aenter__(self) -> Self:
        for channel in self.channels.values():
            channel.connect(self.app.receive)
        with begin(self.engine) as session:
            if not units.everything(session):
                fill(session, self.clock.now())
        for key, name, *_ in PEOPLE:
            self.add_player(key, name)
        self.add_player("ty", "Tý Lạ")
        self.k8 = self.add_room("g8", "CH Khóm 8", unit="P5-K8")
        self.k1 = self.add_room("g1", "CH Khóm 1", unit="P5-K1")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.platform.close()

    def __getattr__(self, key: str) -> Player:
        try:
            return self.__dict__["players"][key]  # type: ignore[no-any-return]
        except KeyError:
            raise AttributeError(key) from None

    def add_player(self, key: str, name: str) -> Player:
        """A person with a private talk on each channel; linked unless she is left out on purpose."""
        self.platform.add_person(key, name)
        for channel in (SANDBOX, PLAIN):
            chat = f"{key}@{channel}"
            self.platform.add_chat(chat, channel=channel, title=name, private=True)
            self.platform.join(chat, key)
        self.players[key] = Player(self, key, name)
        return self.players[key]

    def add_room(
        self, id_: str, title: str, *, unit: str = "", channel: str = SANDBOX, main: bool = True
    ) -> Room:
        """A group with everybody in it; bound to a unit if one is named."""
        self.platform.add_chat(id_, channel=channel, title=title)
        for key in self.players:
            self.platform.join(id_, key)
        self.bind_room(f"{channel}:{id_}", title, unit, main=main, hears_all=channel == SANDBOX)
        return Room(self, id_, channel)

    def bind_room(
        self, address: str, title: str, unit: str, *, main: bool, hears_all: bool
    ) -> None:
        """Let the bot know a group, bound to a unit if one is named."""
        with begin(self.engine) as session:
            found = units.by_code(session, unit)
            group = Group(
                address=address,
                title=title,
                unit_id=found.id if found else None,
                main=main,
                hears_all=hears_all,
                seen_at=self.clock.now(),
            )
            session.add(group)

    def member(self, name: str) -> Member:
        """Somebody's row in the register."""
        with reading(self.engine) as session:
            return session.exec(select(Member).where(Member.name == name)).one()

    def unit(self, code: str) -> Unit:
        """A unit's row."""
        with reading(self.engine) as session:
            found = units.by_code(session, code)
            assert found is not None
            return found

    def session(self) -> Session:
        """A session to look with; use it as a context manager."""
        return Session(self.engine)

    def outbox(self) -> list[Outbox]:
        """Every message ever queued."""
        with reading(self.engine) as session:
            return list(session.exec(select(Outbox).order_by(Outbox.id)))  # type: ignore[arg-type]

    async def happens(self, kind: Kind, player: Player, room: Room, **more: Any) -> None:
        """Something happens that is nobody's words: a door closes, a group moves."""
        serial = f"happened-{self.platform.new_event()}"
        incoming = Incoming(
            channel=room.channel,
            event_id=serial,
            chat=room.address,
            sender=f"{room.channel}:{player.key}",
            at=self.clock.now(),
            kind=kind,
            private=room.id == player.private.id,
            sender_name=player.name,
            **more,
        )
        raw = Raw(serial, msgspec.json.encode(incoming).decode())
        await self.app.receive(room.channel, [raw])
        await self.settle()

    async def settle(self) -> None:
        """Work and send until all is quiet."""
        await self.app.settle()

    async def passes(self, **step: float) -> None:
        """Time goes by (`minutes=5`), in one leap; what comes due is done and sent."""
        self.clock.advance(timedelta(**step))
        await self.tick()

    async def until(self, moment: datetime, every: timedelta = timedelta(minutes=1)) -> None:
        """Time goes by step by step until a moment."""
        while self.clock.now() < moment:
            self.clock.set(min(moment, self.clock.now() + every))
            await self.tick()

    async def tick(self) -> None:
        """What is due now is done and sent."""
        self.app.dispatcher.tick(TICKS, self.clock.now())
        await self.settle()


def fill(session: Session, now: datetime, channels: tuple[str, ...] = (SANDBOX, PLAIN)) -> None:
    """Units, people, roles, and accounts on the sandbox's channels."""
    for code, name, kind, parent, aliases in UNITS:
        above = units.by_code(session, parent) if parent else None
        unit = Unit(code=code, name=name, kind=kind, parent_id=above.id if above else None)
        session.add(unit)
        session.flush()
        assert unit.id is not None
        for alias in aliases:
            session.add(UnitAlias(unit_id=unit.id, name=alias, folded=fold(alias)))
    for key, name, code, birth, team, role in PEOPLE:
        home = units.by_code(session, code)
        assert home is not None and home.id is not None
        member = Member(
            unit_id=home.id,
            team=team,
            name=name,
            folded=fold(name),
            name_key=name_key(name),
            birth=birth,
            created_at=now,
            changed_at=now,
        )
        session.add(member)
        session.flush()
        assert member.id is not None
        if role:
            scope = team if role is RoleKind.TEAM_HEAD else ""
            session.add(Role(member_id=member.id, unit_id=home.id, kind=role, team=scope))
        if key not in UNLINKED:
            for channel in channels:
                account = accounts.ensure(session, address=f"{channel}:{key}", name=name, now=now)
                account.private_chat = f"{channel}:{key}@{channel}"
                assert account.id is not None
                accounts.link(session, account.id, member.id, by="test", now=now)
                session.add(account)
    session.flush()
