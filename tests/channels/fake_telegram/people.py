"""People and the bot: what a person does with her telephone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.channels.fake_telegram.chats import Chat, FakeGroup, PrivateChat
from tests.channels.fake_telegram.messages import FakeMessage
from tests.channels.telegram_spec import Json

if TYPE_CHECKING:
    from tests.channels.fake_telegram.world import World

TEXT_LIMIT = 4096
"""Characters; a person's app cuts a longer text into several messages."""
CAPTION_LIMIT = 1024


class Bot:
    """The bot under test. `hears_all` is privacy mode switched off; it counts from the next adding."""

    is_bot = True

    def __init__(self, bot_id: int, name: str, username: str, *, hears_all: bool) -> None:
        self.id = bot_id
        self.name = name
        self.username = username
        self.hears_all = hears_all

    def json(self) -> Json:
        """As `User`."""
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.username}

    def me(self) -> Json:
        """As getMe tells it."""
        return self.json() | {
            "can_join_groups": True,
            "can_read_all_group_messages": self.hears_all,
            "supports_inline_queries": False,
            "supports_guest_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": False,
            "allows_users_to_create_topics": False,
            "can_manage_bots": False,
            "supports_join_request_queries": False,
        }


class Person:
    """Somebody with a telephone. `toasts` are the short notices her presses brought, in order."""

    is_bot = False

    def __init__(self, world: World, user_id: int, name: str, username: str | None) -> None:
        self.world = world
        self.id = user_id
        self.name = name
        self.last_name = ""
        self.username = username
        self.started = False
        self.blocked = False
        self.deactivated = False
        self.toasts: list[str] = []
        self.alerts: list[str] = []
        self.chat = PrivateChat(world, self)

    def __str__(self) -> str:
        return self.name

    def json(self) -> Json:
        """As `User`."""
        body: Json = {"id": self.id, "is_bot": False, "first_name": self.name}
        if self.last_name:
            body["last_name"] = self.last_name
        if self.username:
            body["username"] = self.username
        return body | {"language_code": "vi"}

    async def starts(self, payload: str = "") -> FakeMessage:
        """Press Start in the private chat, perhaps through a link with a payload."""
        await self.unblocks_bot()
        self.started = True
        return await self.says(f"/start {payload}".strip())

    async def says(
        self,
        text: str,
        *,
        chat: Chat | None = None,
        reply_to: FakeMessage | None = None,
        mention: bool = False,
    ) -> FakeMessage:
        """Write in a chat, in private unless told; `mention` puts the bot's name in front."""
        where = self._may_write(chat)
        if mention:
            text = f"@{self.world.bot.username} {text}"
        pieces = [text[i : i + TEXT_LIMIT] for i in range(0, len(text), TEXT_LIMIT)]
        return [self.world.speak(where, self, text=piece, reply_to=reply_to) for piece in pieces][
            -1
        ]

    async def sends_file(
        self,
        name: str,
        content: bytes = b"",
        *,
        caption: str = "",
        chat: Chat | None = None,
        reply_to: FakeMessage | None = None,
        mime: str = "",
        size: int | None = None,
        photo: bool = False,
    ) -> FakeMessage:
        """Send a document, or a picture; `size` in bytes plays a heavier file than `content`."""
        where = self._may_write(chat)
        assert len(caption) <= CAPTION_LIMIT, "the app lets nobody write a longer caption"
        stored = self.world.files.add(name, content, mime=mime, size=size, photo=photo)
        return self.world.speak(where, self, text=caption, file=stored, reply_to=reply_to)

    async def edits(self, message: FakeMessage, text: str) -> None:
        """Change a message of her own."""
        assert message.sender is self
        self.world.rewrite(message, text)

    async def deletes(self, message: FakeMessage) -> None:
        """Take back a message; the bot is not told."""
        message.deleted = True

    async def reacts(self, message: FakeMessage, emoji: str) -> None:
        """Give a message an emoji, or with "" take it back."""
        self.world.react(message, self, emoji)

    async def presses(
        self, label: str, message: FakeMessage | None = None, *, wait: float = 5.0
    ) -> str | None:
        """Press a button, by default on the newest message she sees that has it.

        Returns the toast: "" for an answer without words, None if none came in `wait` real seconds.
        """
        seen = self._sees() if message is None else [message]
        found = [(m, b) for m in seen if not m.deleted and (b := m.button(label))]
        assert found, f"{self} sees no button {label!r}; she sees {[m.labels for m in seen[:5]]}"
        target, button = found[0]
        assert button.data, f"{button.label!r} opens {button.url!r} and tells the bot nothing"
        press = self.world.press(self, target, button.data)
        if wait:
            try:
                await asyncio.wait_for(press.answered.wait(), wait)
            except TimeoutError:
                return None
        return press.text

    async def blocks_bot(self) -> None:
        """Stop and block the bot."""
        assert self.started, f"{self} never started the bot"
        if not self.blocked:
            self.blocked = True
            self.world.told_of_block(self)

    async def unblocks_bot(self) -> None:
        """Let the bot write again."""
        if self.blocked:
            self.blocked = False
            self.world.told_of_block(self)

    async def deactivates(self) -> None:
        """Delete her account."""
        self.deactivated = True

    async def joins(self, group: FakeGroup, *, by: Person | None = None) -> None:
        """Enter a group, by herself or brought by somebody."""
        self.world.join(group, self, by=by)

    async def leaves(self, group: FakeGroup) -> None:
        """Leave a group."""
        self.world.leave(group, self, "left")

    def _may_write(self, chat: Chat | None) -> Chat:
        if isinstance(chat, FakeGroup):
            assert self in chat.members, f"{self} is not in {chat}"
            return chat
        assert chat in {None, self.chat}, f"{self} cannot write in {chat}"
        assert self.started, f"{self} has not pressed Start"
        assert not self.blocked, f"{self} has blocked the bot"
        return self.chat

    def _sees(self) -> list[FakeMessage]:
        groups = [group for group in self.world.groups.values() if self in group.members]
        messages = [m for chat in (self.chat, *groups) for m in chat.messages if m.markup]
        return sorted(messages, key=lambda m: m.changed, reverse=True)
