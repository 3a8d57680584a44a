"""People with Zalo on their phones, their talks with the account, and the account's own groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.channels.fake_oa.server import FakeOa

Json = dict[str, Any]


@dataclass
class OaMessage:
    """A message as people see it; `number` counts all messages of the server."""

    number: int
    id: str
    chat: OaChat
    sender: str
    text: str
    at: datetime
    reply_to: OaMessage | None = None
    buttons: list[Json] = field(default_factory=list)
    file: str = ""
    mime: str = ""

    @property
    def from_oa(self) -> bool:
        return self.sender == "oa"


@dataclass
class OaChat:
    """A chat and what was said in it."""

    id: str
    messages: list[OaMessage] = field(default_factory=list)

    @property
    def oa(self) -> list[OaMessage]:
        """What the account said here."""
        return [message for message in self.messages if message.from_oa]


@dataclass
class OaGroup(OaChat):
    """A group the account owns (GMF)."""

    title: str = ""
    asset: str = ""
    members: list[str] = field(default_factory=list)
    invited: list[str] = field(default_factory=list)
    closed: bool = False


@dataclass
class OaPerson:
    """Somebody with Zalo: one id, in her talk with the account and in its groups."""

    server: FakeOa
    id: str
    name: str
    acted_at: datetime | None = None
    follows: bool = True
    admin: bool = False

    @property
    def chat(self) -> OaChat:
        """Her private talk with the account."""
        return self.server.chats[self.id]

    async def says(
        self,
        text: str,
        chat: OaChat | None = None,
        *,
        reply_to: OaMessage | None = None,
        shown: bool = True,
    ) -> OaMessage:
        """Write. With `shown` False it is what a button sends, seen by nobody."""
        return await self.server.speak(self, chat or self.chat, text, reply_to, shown=shown)

    async def presses(self, label: str) -> None:
        """Press the newest button of that label in her talk with the account."""
        for message in reversed(self.chat.oa):
            for button in message.buttons:
                if button["title"] == label:
                    await self.says(button["payload"], shown=False)
                    return
        raise AssertionError(f"no button {label!r}")

    async def sends(
        self, kind: str, attachment: Json, text: str = "", chat: OaChat | None = None
    ) -> OaMessage:
        """Send something else than words, such as a picture."""
        return await self.server.other(self, chat or self.chat, kind, attachment, text)

    async def sends_file(
        self, name: str, content: bytes, text: str = "", chat: OaChat | None = None
    ) -> OaMessage:
        """Send a document."""
        url = self.server.put(name, content)
        ending = name.rpartition(".")[2]
        payload = {"url": url, "name": name, "size": str(len(content)), "type": ending}
        return await self.sends("file", {"type": "file", "payload": payload}, text, chat)
