"""The cast of `cast.py` on a real platform's channel: the same people, over HTTP to a server of
our own that speaks the platform's dialect.

A platform adds how its people write and press, and what of its messages people see.
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
from bot.channels.base import Channel
from bot.channels.platform import Message
from bot.channels.sandbox import SANDBOX
from bot.file_links import FileLinks
from handlers.capacity import Plan
from storage import accounts
from storage.accounts import Account, AccountMember
from storage.database import begin, reading
from storage.rolls import RollVerdict
from tests.cast import PEOPLE, PUBLIC_URL, UNLINKED, Cast, Player, Room

QUIET = 3
_LINE = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
_ASKS = re.compile(r"\n[^\n]*(?:bằng|kèm) số: [\d, ]+\.$", re.MULTILINE)


class WiredCast(Cast):
    """The same union, reached through the channel `wire`; whoever is `elsewhere` keeps her sandbox
    talk.
    """

    wire: str
    elsewhere: frozenset[str] = frozenset()
    server: Any
    plan: Plan | None = None

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.stack = contextlib.AsyncExitStack()

    async def plug(self) -> Channel:
        """The channel, with its server up."""
        raise NotImplementedError

    @property
    def busy(self) -> bool:
        """Whether something is still on its way in."""
        return False

    async def __aenter__(self) -> Self:
        channel = await self.plug()
        self.app = App(
            self.engine,
            {self.wire: channel, SANDBOX: self.channels[SANDBOX]},
            self.clock,
            public_url=PUBLIC_URL,
            rng=self.app.rng,
            file_links=FileLinks(PUBLIC_URL, "k" * 32),
            plans={self.wire: self.plan} if self.plan else {},
        )
        await super().__aenter__()
        await self.app.open(channel)
        self._listening = asyncio.ensure_future(channel.listen(self.app.receive))
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
        await self.stack.aclose()
        await super().__aexit__(kind, error, trace)

    def is_wired(self, key: str) -> bool:
        """Whether somebody is reached through the channel."""
        return key not in self.elsewhere

    def is_known(self, key: str, name: str) -> bool:
        """Whether her accounts speak for a member."""
        return key not in UNLINKED and name in {row[1] for row in PEOPLE}

    def leave_sandbox(self, key: str) -> None:
        """Her accounts there are no more."""
        with begin(self.engine) as session:
            old = session.exec(select(Account).where(col(Account.address).endswith(f":{key}")))
            for account in old.all():
                links = delete(AccountMember).where(col(AccountMember.account_id) == account.id)
                session.exec(links)
                session.delete(account)

    def link(self, address: str, name: str, *, private: bool = True) -> None:
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

    def statuses(self, name: str) -> set[str]:
        """What the rolls hold of somebody."""
        with reading(self.engine) as session:
            marks = select(RollVerdict).where(RollVerdict.member_id == self.member(name).id)
            return {verdict.status for verdict in session.exec(marks)}

    async def settle(self) -> None:
        """Let in what was said, work it, send, until nothing more happens."""
        quiet = 0
        while quiet < QUIET:
            await asyncio.sleep(0.01)
            worked = await self.app.work_once()
            await self.app.delivery.drain()
            quiet = 0 if worked or self.busy else quiet + 1


class NumberedPlayer(Player):
    """A person where no toast pops up: the bot's next words are its answer."""

    _since = 0
    _where: Room | None = None

    @property
    def toast(self) -> str:
        rooms = (self.private, self._where or self.private)
        answers = [m.text for room in rooms for m in room.bot if m.id > self._since]
        return next(iter(answers), "")

    def spoke(self, message: Message, where: Room) -> Message:
        """Answers to this are looked for from here on."""
        self._since, self._where = message.id, where
        return message


def offered(text: str) -> list[tuple[str, str]]:
    """The (number, label) of the choices a message offers, as a person reads them."""
    asks = _ASKS.search(text)
    if asks is None:
        return []
    block = text[: asks.start()].rsplit("\n\n", maxsplit=1)[-1]
    return _LINE.findall(block)
