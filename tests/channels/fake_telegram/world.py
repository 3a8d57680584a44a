"""The Telegram world without its network: people, chats, and what reaches the bot."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.clock import Clock, SystemClock
from tests.channels.fake_telegram.chats import Chat, FakeGroup, PrivateChat
from tests.channels.fake_telegram.faults import Faults
from tests.channels.fake_telegram.files import FakeFile, FileStore
from tests.channels.fake_telegram.limits import FloodLimits
from tests.channels.fake_telegram.markup import found_entities, marked_words
from tests.channels.fake_telegram.messages import FakeMessage
from tests.channels.fake_telegram.people import Bot, Person
from tests.channels.fake_telegram.records import Press, Request
from tests.channels.fake_telegram.rights import chat_member
from tests.channels.fake_telegram.updates import CALLBACK_LIFE, DAY, Update, Updates
from tests.channels.telegram_spec import Json, check_update

_POISON: Json = {"message": {"message_id": "seven", "date": None, "chat": {"kind": "planet"}}}


class World:
    """Everything Telegram knows. `problems` lists traffic, either way, that breaks the API's form.

    `changed` numbers every message, edit and the like.
    `mentions_pass_privacy`: a bot in privacy mode hears those who name it; the documents are silent.
    """

    mentions_pass_privacy = True

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        bot_name: str = "Chi hội",
        bot_username: str = "chihoi_thu_bot",
        hears_all: bool = False,
        flood: FloodLimits | None = None,
        checks: bool = True,
    ) -> None:
        self.clock = clock or SystemClock()
        self.bot = Bot(7_100_000_001, bot_name, bot_username, hears_all=hears_all)
        self.flood = flood
        self.checks = checks
        self.people: dict[int, Person] = {}
        self.groups: dict[int, FakeGroup] = {}
        self.moved: dict[int, FakeGroup] = {}
        self.files = FileStore()
        self.updates = Updates(self.clock)
        self.presses: dict[str, Press] = {}
        self.commands: dict[str, list[Json]] = {}
        self.faults = Faults()
        self.requests: list[Request] = []
        self.problems: list[str] = []
        self._message_id = 100
        self.changed = 0
        self._news = asyncio.Event()

    def now(self) -> datetime:
        """The world's time."""
        return self.clock.now()

    def person(self, name: str, *, username: str | None = None) -> Person:
        """Somebody new, who has not met the bot."""
        person = Person(self, 5_000_000_001 + 7 * len(self.people), name, username)
        self.people[person.id] = person
        return person

    def group(
        self, title: str, *, members: Iterable[Person], supergroup: bool = False
    ) -> FakeGroup:
        """A new group without the bot; its first member owns it."""
        group = FakeGroup(
            self, self.next_group_id(supergroup=supergroup), title, supergroup=supergroup
        )
        group.members = list(members)
        group.statuses = {person.id: "member" for person in group.members}
        group.statuses[group.members[0].id] = "creator"
        self.groups[group.id] = group
        return group

    async def add_bot(
        self, group: FakeGroup, *, by: Person, admin: bool = False, payload: str = ""
    ) -> None:
        """Somebody brings the bot in, perhaps through a `startgroup` link with a payload."""
        group.hears_all = self.bot.hears_all
        self.set_status(group, self.bot, "administrator" if admin else "member", by=by)
        self.speak(group, by, service={"new_chat_members": [self.bot.json()]})
        if payload:
            self.speak(group, by, text=f"/start@{self.bot.username} {payload}")

    def poison(self, body: Json | None = None) -> Update:
        """An update no client can read."""
        return self.updates.push_raw(body or _POISON, ("poison", 0))

    def calls(self, method: str) -> list[Request]:
        """All calls of one method."""
        return [request for request in self.requests if request.method == method]

    async def changes(self, within: float) -> bool:
        """Wait for the next message, edit or the like; False after `within` real seconds."""
        try:
            await asyncio.wait_for(self._news.wait(), within)
        except TimeoutError:
            return False
        return True

    def touch(self) -> int:
        """Something changed: wakes who waits for it and returns its number."""
        self.changed += 1
        self._news.set()
        self._news = asyncio.Event()
        return self.changed

    def next_message_id(self) -> int:
        """A number from the row that private chats and plain groups share."""
        self._message_id += 1
        return self._message_id

    def next_group_id(self, *, supergroup: bool) -> int:
        """A group's id; a supergroup's needs more than 32 bits."""
        number = 4_100_000_001 + 11 * (len(self.groups) + len(self.moved))
        return -1_000_000_000_000 - number if supergroup else -number

    def has_met(self, person: Person) -> bool:
        """Whether the bot can know the person from a group."""
        return any(g.bot_status and person in g.members for g in self.groups.values())

    def speak(
        self,
        chat: Chat,
        sender: Person | Bot,
        *,
        text: str = "",
        html: str = "",
        entities: list[Json] | None = None,
        file: FakeFile | None = None,
        reply_to: FakeMessage | None = None,
        markup: Json | None = None,
        service: Json | None = None,
    ) -> FakeMessage:
        """Put a message into a chat and tell the bot if it may hear it."""
        message = FakeMessage(
            chat=chat,
            id=chat.next_message_id(),
            sender=sender,
            at=self.now(),
            text=text,
            html=html or text,
            entities=found_entities(text) if entities is None else entities,
            file=file,
            reply_to=reply_to,
            markup=markup,
            service=service or {},
            changed=self.touch(),
        )
        message.meant_for_bot = self._meant_for_bot(message)
        chat.messages.append(message)
        self._tell("message", message)
        return message

    def rewrite(self, message: FakeMessage, text: str) -> None:
        """A person changes her own words."""
        message.text = message.html = text
        message.entities = found_entities(text)
        message.edited += 1
        message.edited_at = self.now()
        message.changed = self.touch()
        self._tell("edited_message", message)

    def react(self, message: FakeMessage, who: Person | Bot, emoji: str) -> None:
        """Set or, with "", remove somebody's emoji; an administrator bot is told of people's."""
        old = message.reacted.pop(who.id, "")
        if emoji:
            message.reacted[who.id] = emoji
        self.touch()
        chat = message.chat
        if who.is_bot or (isinstance(chat, FakeGroup) and chat.bot_status != "administrator"):
            return
        body = {
            "chat": chat.json(),
            "message_id": message.id,
            "user": who.json(),
            "date": int(self.now().timestamp()),
            "old_reaction": _reactions(old),
            "new_reaction": _reactions(emoji),
        }
        self._push("message_reaction", body, chat.id)

    def press(self, person: Person, message: FakeMessage, data: str) -> Press:
        """A button is pressed under a message of the bot."""
        press = Press(str(10**15 + len(self.presses)), person, message, data, self.now())
        self.presses[press.id] = press
        chat = message.chat
        if not isinstance(chat, FakeGroup) or chat.bot_is_here:
            body = {
                "id": press.id,
                "from": person.json(),
                "message": message.json(),
                "chat_instance": str(abs(chat.id) * 31),
                "data": data,
            }
            self._push("callback_query", body, person.id, life=CALLBACK_LIFE)
        return press

    def join(self, group: FakeGroup, person: Person, *, by: Person | None) -> None:
        """A person enters a group."""
        self.set_status(group, person, "member", by=by or person)
        group.members.append(person)
        self.speak(group, by or person, service={"new_chat_members": [person.json()]})

    def leave(
        self, group: FakeGroup, person: Person, status: str, *, by: Person | None = None
    ) -> None:
        """A person is gone from a group: `left` or `kicked`."""
        actor = by or (person if status == "left" else group.owner)
        self.set_status(group, person, status, by=actor)
        group.members.remove(person)
        self.speak(group, actor, service={"left_chat_member": person.json()})

    def set_status(
        self, group: FakeGroup, user: Person | Bot, status: str, *, by: Person | Bot | None = None
    ) -> None:
        """Change a standing; the bot hears of its own, as administrator also of others'."""
        old = group.member(user)
        hears = user.is_bot or group.bot_status == "administrator"
        group.statuses[user.id] = status
        if hears:
            kind = "my_chat_member" if user.is_bot else "chat_member"
            self._tell_standing(kind, group, by or group.owner, old, group.member(user))

    def told_of_block(self, person: Person) -> None:
        """The bot learns that a person blocked it, or lets it write again."""
        statuses = ("member", "kicked") if person.blocked else ("kicked", "member")
        old, new = (chat_member(self.bot.json(), status) for status in statuses)
        self._tell_standing("my_chat_member", person.chat, person, old, new)

    def _tell_standing(
        self, kind: str, chat: FakeGroup | PrivateChat, by: Person | Bot, old: Json, new: Json
    ) -> None:
        body = {
            "chat": chat.json(),
            "from": by.json(),
            "date": int(self.now().timestamp()),
            "old_chat_member": old,
            "new_chat_member": new,
        }
        self._push(kind, body, chat.id)

    def _tell(self, kind: str, message: FakeMessage) -> None:
        chat = message.chat
        assert isinstance(chat, FakeGroup | PrivateChat)
        if not message.from_bot and chat.reaches_bot(message):
            self._push(kind, message.json(), chat.id)

    def _push(self, kind: str, body: Json, owner: int, life: timedelta = DAY) -> None:
        row = "message" if kind == "edited_message" else kind
        update = self.updates.push(kind, body, (row, owner), life)
        if update is not None and self.checks:
            self.problems += check_update(update.json())

    def _meant_for_bot(self, message: FakeMessage) -> bool:
        if message.reply_to and (message.reply_to.from_bot or message.reply_to.meant_for_bot):
            return True
        name = f"@{self.bot.username}".lower()
        for entity in message.entities:
            words = marked_words(message.text, entity).lower()
            if entity["type"] == "bot_command" and entity["offset"] == 0:
                return "@" not in words or words.endswith(name)
            if entity["type"] == "mention" and words == name and self.mentions_pass_privacy:
                return True
        return False


def _reactions(emoji: str) -> list[Json]:
    return [{"type": "emoji", "emoji": emoji}] if emoji else []
