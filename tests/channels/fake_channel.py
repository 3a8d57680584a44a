"""A channel whose far end is a list: it records what it is given and fails as it is told."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

import msgspec

from bot.channels.base import DeliveryError, Post, Receive, Sent
from handlers.chat import Address, File, Incoming, Limits


@dataclass
class FakeChannel:
    """`failures` are raised by the next calls, in order; None lets a call pass."""

    name: str = "fake"
    ready: bool = True
    limits: Limits = field(default_factory=Limits)
    failures: deque[DeliveryError | None] = field(default_factory=deque)
    sent: list[Post] = field(default_factory=list)
    changed: list[tuple[str, str]] = field(default_factory=list)
    toasts: list[tuple[str, str]] = field(default_factory=list)
    groups: set[str] = field(default_factory=set)
    delay: float = 0.0

    def decode(self, body: str) -> Incoming | None:
        if body == "poison":
            raise ValueError("cannot be read")
        return msgspec.json.decode(body, type=Incoming | None)

    def start_link(self) -> str:
        return ""

    def is_group(self, chat: Address) -> bool:
        return chat in self.groups

    async def open(self) -> None:
        pass

    async def listen(self, receive: Receive) -> None:
        await asyncio.Event().wait()

    async def _pass(self) -> None:
        await asyncio.sleep(self.delay)
        failure = self.failures.popleft() if self.failures else None
        if failure is not None:
            raise failure

    async def send(self, post: Post) -> Sent:
        await self._pass()
        self.sent.append(post)
        return Sent(f"m{len(self.sent)}", "uploaded" if post.attachment else "")

    async def edit(self, post: Post, message_id: str) -> None:
        await self._pass()
        self.changed.append((message_id, post.text))

    async def delete(self, chat: Address, message_id: str) -> None:
        await self._pass()
        self.changed.append((message_id, ""))

    async def toast(self, chat: Address, press_id: str, text: str) -> None:
        await self._pass()
        self.toasts.append((press_id, text))

    async def react(self, chat: Address, message_id: str, emoji: str) -> None:
        await self._pass()

    async def fetch(self, file: File) -> bytes:
        return b""
