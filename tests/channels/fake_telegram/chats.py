"""Chats: private ones, groups and supergroups, with their members and what the bot hears there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.channels.fake_telegram import rights
from tests.channels.fake_telegram.messages import FakeMessage
from tests.channels.telegram_spec import Json

if TYPE_CHECKING:
    from tests.channels.fake_telegram.people import Bot, Person
    from tests.channels.fake_telegram.world import World


class Chat:
    """What every chat has: an id, a kind and its messages."""

    kind = ""

    def __init__(self, world: World, chat_id: int) -> None:
        self.world = world
        self.id = chat_id
        self.messages: list[FakeMessage] = []

    def json(self) -> Json:
        """As `Chat`."""
        raise NotImplementedError

    @property
    def bot_messages(self) -> list[FakeMessage]:
        """What the bot said here and has not deleted."""
        return [message for message in self.messages if message.from_bot and not message.deleted]

    @property
    def last(self) -> FakeMessage:
        """The bot's newest message here."""
        assert self.bot_messages, f"the bot has said nothing in {self}"
        return self.bot_messages[-1]

    def find(self, message_id: int) -> FakeMessage | None:
        """A message that is still there."""
        newest_first = reversed(self.messages)
        return next((m for m in newest_first if m.id == message_id and not m.deleted), None)

    async def hears(self, words: str = "", *, since: int = 0, within: float = 5.0) -> FakeMessage:
        """Wait, at most `within` real seconds, until the bot's newest text here contains `words`.

        Only what was said or edited after the change number `since` counts (`World.changed`, or
        the `changed` of a message).
        """
        started = asyncio.get_running_loop().time()
        while True:
            for message in reversed(self.bot_messages):
                if message.changed > since and words in message.text:
                    return message
            left = started + within - asyncio.get_running_loop().time()
            if left <= 0 or not await self.world.changes(left):
                said = "\n".join(f"- {m.text!r} {m.labels}" for m in self.bot_messages[-5:])
                raise AssertionError(f"{self} never heard {words!r}; the bot said:\n{said}")

    def next_message_id(self) -> int:
        """Private chats and plain groups share one row of numbers."""
        return self.world.next_message_id()


class PrivateChat(Chat):
    """One person's chat with the bot; its id is hers."""

    kind = "private"

    def __init__(self, world: World, person: Person) -> None:
        super().__init__(world, person.id)
        self.person = person

    def __str__(self) -> str:
        return f"{self.person.name}'s chat"

    def json(self) -> Json:
        """As `Chat`."""
        user = self.person.json()
        names = {k: user[k] for k in ("first_name", "last_name", "username") if k in user}
        return {"id": self.id, "type": self.kind} | names

    def reaches_bot(self, _message: FakeMessage) -> bool:
        """Everything said in private."""
        return self.person.started and not self.person.blocked


class FakeGroup(Chat):
    """A group. `statuses` holds each user's standing as the API names it."""

    def __init__(self, world: World, chat_id: int, title: str, *, supergroup: bool) -> None:
        super().__init__(world, chat_id)
        self.title = title
        self.kind = "supergroup" if supergroup else "group"
        self.statuses: dict[int, str] = {}
        self.members: list[Person] = []
        self.hears_all = False  # of the bot, fixed when it is added
        self.bot_muted = False
        self.deleted = False
        self.old_messages: list[FakeMessage] = []
        self._numbered = 0

    def __str__(self) -> str:
        return self.title

    @property
    def bot_status(self) -> str:
        """The bot's own standing; "" if it was never here."""
        return self.statuses.get(self.world.bot.id, "")

    @property
    def bot_is_here(self) -> bool:
        """Whether the bot is in it now."""
        return self.bot_status in rights.PRESENT and not self.deleted

    @property
    def owner(self) -> Person:
        """Who made the group."""
        return next(p for p in self.members if self.statuses[p.id] == "creator")

    def json(self) -> Json:
        """As `Chat`."""
        return {"id": self.id, "type": self.kind, "title": self.title}

    def next_message_id(self) -> int:
        """A supergroup numbers its own messages."""
        if self.kind == "group":
            return super().next_message_id()
        self._numbered += 1
        return self._numbered

    def member(self, user: Person | Bot) -> Json:
        """As `ChatMember`."""
        return rights.chat_member(user.json(), self.statuses.get(user.id, "left"))

    def reaches_bot(self, message: FakeMessage) -> bool:
        """Privacy mode: without it, or as administrator, the bot hears everybody."""
        if not self.bot_is_here or message.from_bot:
            return False
        if self.hears_all or self.bot_status == "administrator" or message.service:
            return True
        return message.meant_for_bot

    async def promote(self, user: Person | Bot, *, by: Person | None = None) -> None:
        """Make somebody, or the bot, an administrator."""
        self.world.set_status(self, user, "administrator", by=by)

    async def demote(self, user: Person | Bot, *, by: Person | None = None) -> None:
        """Make an administrator a plain member again."""
        self.world.set_status(self, user, "member", by=by)

    async def promote_bot(self, *, by: Person | None = None) -> None:
        """Make the bot an administrator; from now on it hears everybody."""
        await self.promote(self.world.bot, by=by)

    async def kick_bot(self, *, by: Person | None = None) -> None:
        """Throw the bot out."""
        self.world.set_status(self, self.world.bot, "kicked", by=by)

    async def kick(self, person: Person, *, by: Person | None = None) -> None:
        """Throw a person out."""
        self.world.leave(self, person, "kicked", by=by)

    async def delete(self) -> None:
        """The owner deletes the group for everybody; the bot is not told."""
        self.deleted = True

    async def migrate(self) -> int:
        """Become a supergroup with a new id, which is returned; the old one answers 400 from now on.

        Messages start anew: a supergroup has its own numbers.
        """
        old_id, new_id = self.id, self.world.next_group_id(supergroup=True)
        self.world.speak(self, self.owner, service={"migrate_to_chat_id": new_id})
        self.old_messages, self.messages = self.messages, []
        self.id, self.kind = new_id, "supergroup"
        self.world.moved[old_id] = self.world.groups[new_id] = self.world.groups.pop(old_id)
        self.world.speak(self, self.owner, service={"migrate_from_chat_id": old_id})
        return new_id
