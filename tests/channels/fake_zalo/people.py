"""People with Zalo on their phones, and the chats they share with the bot."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.channels.fake_zalo.server import FakeZalo


@dataclass
class FakeZaloMessage:
    """A message as people see it; `number` counts all messages of the server."""

    number: int
    id: str
    chat: FakeZaloChat
    sender: str
    text: str
    at: datetime
    reply_to: FakeZaloMessage | None = None
    styles: list[dict[str, Any]] = field(default_factory=list)
    picture: str = ""

    @property
    def from_bot(self) -> bool:
        return self.sender == "bot"


@dataclass
class FakeZaloChat:
    """A chat and what was said in it."""

    id: str
    kind: str
    messages: list[FakeZaloMessage] = field(default_factory=list)

    @property
    def bot(self) -> list[FakeZaloMessage]:
        """What the bot said here."""
        return [message for message in self.messages if message.from_bot]


@dataclass
class FakeZaloGroup(FakeZaloChat):
    """A group; the bot learns of it only from the first message that calls it."""

    title: str = ""
    bot_inside: bool = True


@dataclass
class ZaloPerson:
    """Somebody with Zalo. Whether her id in groups is that of her private talk, nobody knows:
    `group_id` may differ.
    """

    server: FakeZalo
    id: str
    name: str
    group_id: str
    opened: bool = False

    @property
    def chat(self) -> FakeZaloChat:
        """Her private talk with the bot: its id is her own."""
        return self.server.chats[self.id]

    async def says(
        self,
        text: str,
        chat: FakeZaloChat | None = None,
        *,
        reply_to: FakeZaloMessage | None = None,
        mention: bool = False,
    ) -> FakeZaloMessage:
        """Write; `mention` picks the bot's name, which then stands in the text."""
        where = chat or self.chat
        if mention:
            text = f"@{self.server.display_name} {text}"
        return await self.server.speak(self, where, text, reply_to=reply_to, mention=mention)

    async def sends(self, event: str, chat: FakeZaloChat | None = None, **fields: Any) -> None:
        """Send something else than words, such as a picture; in a group with the bot's name."""
        await self.server.other(self, event, fields, chat)
