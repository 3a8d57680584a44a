"""The sandbox channels: the bot on our own platform, each with the abilities of one it imitates."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from bot.channels import zalo_bot, zalo_oa
from bot.channels.base import Attachment, DeliveryError, Post, Raw, Receive, Sent
from bot.channels.platform import BOT, Message, Platform
from bot.channels.zalo_oa_events import FREE_FOR, OPEN_FOR
from handlers.chat import Address, File, Incoming, Kind, Limits

SANDBOX = "sandbox"
"""Imitates Telegram."""
ZALO = "zalo"
"""Imitates a Zalo bot."""
OA = "oa"
"""Imitates a Zalo Official Account: its private talks, and groups it owns."""
HAND = "hand"
"""Where no bot can enter: Facebook, an ordinary group of Zalo's."""
PLAIN = "plain"
"""Can do no more than any platform can."""
CALLED = "chihoi"
MENTION = f"@{CALLED}"
SHARE = "https://t.me/share/url?url={url}&text={text}"
LIMITS = {
    SANDBOX: Limits(hears_all=True, admins_hear=True, knows_repeats=True, share=SHARE),
    ZALO: replace(zalo_bot.LIMITS, called=CALLED, knows_repeats=True),
    OA: replace(
        zalo_oa.LIMITS,
        knows_repeats=True,
        in_groups=replace(zalo_oa.IN_GROUPS, knows_repeats=True),
    ),
    PLAIN: Limits(
        buttons=False,
        edits=False,
        deletes=False,
        files=False,
        reactions=False,
        toasts=False,
        markup=False,
        max_text=2000,
        resend_in_doubt=False,
        called=CALLED,
    ),
}
LIMITS[HAND] = LIMITS[PLAIN]
Picture = Callable[[str], tuple[str, str, bytes] | None]
"""Fetches what a platform would fetch from an address of ours: name, type, content."""
FILE_REF = "file-"


def private_chat(channel: str, person: str) -> str:
    """The id of somebody's private talk with the bot."""
    return f"{person}@{channel}"


def address_of(channel: str, person: str) -> Address:
    """Where somebody writes from; an Official Account knows a talk by the id of the person."""
    return f"{channel}:{private_chat(channel, person) if channel == OA else person}"


class SandboxChannel:
    """One channel on a platform. What its people do comes in through `say`, `press` and others,
    which store the event before they return. An event is kept together with the message it is
    about until the bot has it, so that a kill in between loses nothing.
    """

    def __init__(
        self,
        name: str,
        platform: Platform,
        now: Callable[[], datetime],
        start_pattern: str = "",
        picture: Picture = lambda _address: None,
    ) -> None:
        self.name = name
        self.limits = LIMITS[name]
        self.platform = platform
        self.now = now
        self._start_pattern = start_pattern
        self._picture = picture
        self._receive: Receive | None = None

    ready = True

    def decode(self, body: str) -> Incoming | None:
        """Read a stored event: it was written in our own words."""
        return msgspec.json.decode(body, type=Incoming)

    def start_link(self) -> str:
        """Pattern of a link to the sandbox page that hands over a code."""
        return self._start_pattern

    def is_group(self, chat: Address) -> bool:
        """Whether the chat is a group."""
        found = self.platform.chat(self._id(chat))
        return found is not None and not found["private"]

    async def open(self) -> None:
        """It is always ready."""

    async def listen(self, receive: Receive) -> None:
        """Let people's deeds in until cancelled; first those a kill kept from arriving."""
        self._receive = receive
        for serial, body in self.platform.kept_events(self.name):
            await self._hand_over(serial, body)
        await asyncio.Event().wait()

    def connect(self, receive: Receive) -> None:
        """Let people's deeds in without a running loop (tests)."""
        self._receive = receive

    def _id(self, address: Address) -> str:
        return address.removeprefix(f"{self.name}:")

    def _open(self, chat: Address) -> str:
        found = self.platform.chat(self._id(chat))
        if found is None:
            raise DeliveryError("no such chat", blocked=True)
        if not found["bot"]:
            raise DeliveryError("the bot is not in this chat", blocked=True)
        if self.name == OA and found["private"] and self._is_silent(str(found["id"])):
            raise DeliveryError("she has been silent for too long", lapsed=True)
        return str(found["id"])

    def _is_silent(self, chat: str) -> bool:
        """Whether an Official Account may not write there any more."""
        (person,) = self.platform.people(chat)
        heard = self.platform.last_heard(str(person["id"]))
        return heard is None or heard + OPEN_FOR <= self.now()

    async def send(self, post: Post) -> Sent:
        """Show a message."""
        file = post.attachment
        shown = (file.name, file.mime, self._content(file)) if file else None
        if shown is None and post.picture:
            shown = self._picture(post.picture)
        message = self.platform.post(
            self._open(post.chat),
            BOT,
            post.text,
            at=self.now(),
            choices=post.choices,
            file=shown,
            reply_to=int(post.reply_to) if post.reply_to else None,
            key=post.key,
        )
        return Sent(str(message), f"{FILE_REF}{message}" if file else "")

    def _content(self, file: Attachment) -> bytes:
        if not file.ref:
            return file.content
        found = self.platform.file(int(file.ref.removeprefix(FILE_REF)))
        if found is None:
            raise DeliveryError("no such file", stale_file=True)
        return found[2]

    async def edit(self, post: Post, message_id: str) -> None:
        """Change a message in place."""
        self._open(post.chat)
        self.platform.change(int(message_id), post.text, post.choices)

    async def delete(self, chat: Address, message_id: str) -> None:
        """Take a message back."""
        self._open(chat)
        self.platform.delete(int(message_id))

    async def toast(self, chat: Address, press_id: str, text: str) -> None:
        """Show a short notice to whoever pressed."""
        if text:
            self.platform.toast(press_id.partition("/")[0], text, self.now())

    async def react(self, chat: Address, message_id: str, emoji: str) -> None:
        """Put a reaction on somebody's message."""
        self.platform.react(int(message_id), emoji)

    async def fetch(self, file: File) -> bytes:
        """The file a person sent."""
        found = self.platform.file(int(file.ref))
        if found is None:
            raise DeliveryError("unavailable")
        return found[2]

    async def say(self, person: str, chat: str, text: str, *, reply_to: int | None = None) -> int:
        """A person writes; the message's id."""
        mentioned = MENTION in text
        words = text.replace(MENTION, " ").strip() if mentioned else text
        to_bot = mentioned or self._is_ours(reply_to)
        kept = None
        with self.platform.changing():
            message = self.platform.post(chat, person, text, at=self.now(), reply_to=reply_to)
            if self.hears(chat, text, to_bot=to_bot):
                kept = self._keep(
                    person, chat, message, text=words, to_bot=to_bot, reply_to=reply_to
                )
        if kept:
            await self._hand_over(*kept)
        return message

    def hears(self, chat: str, text: str, *, to_bot: bool) -> bool:
        """Whether the imitated platform would let the bot hear this."""
        found = self.platform.chat(chat)
        if found is None or not found["bot"]:
            return False
        hears_all = self.limits.there(group=True).hears_all
        return bool(found["private"]) or hears_all or to_bot

    def _is_ours(self, message: int | None) -> bool:
        found = self.platform.message(message) if message else None
        return found is not None and found.sender == BOT

    async def press(self, person: str, message: Message, label: str) -> None:
        """A person presses a button.

        Raises:
            KeyError: there is no such button.
        """
        lines = {c.label: c.line for row in message.choices for c in row if c.line}
        line = lines[label]
        with self.platform.changing():
            kept = self._keep(
                person, message.chat, message.id, kind=Kind.PRESS, text=line, to_bot=True
            )
        await self._hand_over(*kept)

    async def send_file(
        self, person: str, chat: str, name: str, mime: str, content: bytes, caption: str = ""
    ) -> int:
        """A person sends a file."""
        kept = None
        with self.platform.changing():
            message = self.platform.post(
                chat, person, caption, at=self.now(), file=(name, mime, content)
            )
            file = File(ref=str(message), name=name, mime=mime, size=len(content))
            if self.hears(chat, caption, to_bot=MENTION in caption):
                kept = self._keep(
                    person, chat, message, kind=Kind.FILE, text=caption.replace(MENTION, "").strip(),
                    to_bot=MENTION in caption, file=file,
                )  # fmt: skip
        if kept:
            await self._hand_over(*kept)
        return message

    async def add_bot(self, person: str, chat: str) -> None:
        """A person lets the bot into a group."""
        with self.platform.changing():
            self.platform.set_bot(chat, inside=True)
            kept = self._keep(person, chat, 0, kind=Kind.BOT_ADDED)
        await self._hand_over(*kept)

    async def remove_bot(self, person: str, chat: str) -> None:
        """A person removes the bot from a group."""
        with self.platform.changing():
            self.platform.set_bot(chat, inside=False)
            kept = self._keep(person, chat, 0, kind=Kind.BOT_REMOVED)
        await self._hand_over(*kept)

    async def _hand_over(self, serial: int, body: str) -> None:
        assert self._receive is not None
        await self._receive(self.name, [Raw(str(serial), body)])
        self.platform.drop_event(serial)

    def _keep(
        self,
        person: str,
        chat: str,
        message: int,
        *,
        kind: Kind = Kind.TEXT,
        text: str = "",
        to_bot: bool = False,
        reply_to: int | None = None,
        file: File | None = None,
    ) -> tuple[int, str]:
        """Keep an event as it will be handed over: its number and body."""
        found, who = self.platform.chat(chat), self.platform.person(person)
        assert found is not None and who is not None
        serial = self.platform.new_event()
        # a Zalo bot is not told which message is answered, only that one of its own is
        known = self.name != ZALO or bool(found["private"])
        closes = self.name == OA
        incoming = Incoming(
            channel=self.name,
            event_id=str(serial),
            chat=f"{self.name}:{chat}",
            sender=address_of(self.name, person),
            at=self.now(),
            kind=kind,
            private=bool(found["private"]),
            sender_name=str(who["name"]),
            chat_title=str(found["title"]),
            text=text,
            message_id=str(message) if message else "",
            reply_to=str(reply_to) if reply_to and known else "",
            to_bot=to_bot,
            press_id=f"{person}/{serial}" if kind is Kind.PRESS else "",
            file=file,
            hears_all=self.limits.there(group=True).hears_all,
            quote_known=known,
            free_for=FREE_FOR if closes else timedelta(0),
            open_for=OPEN_FOR if closes else timedelta(0),
        )
        body = msgspec.json.encode(incoming).decode()
        self.platform.keep_event(serial, self.name, body)
        return serial, body
