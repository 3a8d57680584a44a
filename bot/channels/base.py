"""What a channel is: one configured bot on one platform."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from handlers.chat import Address, Choice, File, Incoming, Limits


@dataclass(frozen=True, slots=True)
class Raw:
    """An event as the platform sent it, with the key that makes it unique."""

    event_id: str
    body: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to send; `ref` is the platform's own id once it was uploaded."""

    name: str
    mime: str
    content: bytes
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """A message ready to go: text in the small HTML of the templates, or plain."""

    chat: Address
    text: str
    choices: tuple[tuple[Choice, ...], ...] = ()
    attachment: Attachment | None = None
    reply_to: str = ""
    picture: str = ""
    """Address of a picture to go with it, where a platform fetches pictures."""
    key: str = ""
    """The same for every attempt at one message; a platform that keeps it knows its repeats."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What the platform said: the message's id, and the uploaded file's."""

    message_id: str = ""
    file_ref: str = ""


class DeliveryError(Exception):
    """The platform did not take it; the flags say what that means.

    `retryable`: try later; `retry_after`: seconds the platform asked for, of the whole token or
    with `one_chat` only of this chat; `blocked`: this chat is closed to the bot, and with `muted`
    only for want of a right to write there; `in_doubt`: it may have been delivered; `moved_to`:
    the chat's new address; `gone`: the message to change is no more; `stale_file`: the platform
    knows its own id of the file no more; `lapsed`: the time in which she may be written to is over
    until she writes again; `quota`: the plan has no room left for this message; `down`: the
    channel itself is at fault, not this message.
    """

    def __init__(
        self,
        reason: str,
        *,
        retryable: bool = False,
        retry_after: float = 0.0,
        blocked: bool = False,
        in_doubt: bool = False,
        moved_to: Address = "",
        gone: bool = False,
        one_chat: bool = False,
        muted: bool = False,
        stale_file: bool = False,
        lapsed: bool = False,
        quota: bool = False,
        down: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retryable = retryable
        self.retry_after = retry_after
        self.blocked = blocked
        self.in_doubt = in_doubt
        self.moved_to = moved_to
        self.gone = gone
        self.one_chat = one_chat
        self.muted = muted
        self.stale_file = stale_file
        self.lapsed = lapsed
        self.quota = quota
        self.down = down or in_doubt


Receive = Callable[[str, Sequence[Raw]], Awaitable[None]]
"""Stores events; when it returns they may be acknowledged."""


class Channel(Protocol):
    """A platform, as the core sees it. Only `decode` may be called outside the event loop."""

    name: str
    limits: Limits

    @property
    def ready(self) -> bool:
        """Whether it can decode and send yet."""
        ...

    def decode(self, body: str) -> Incoming | None:
        """Read a stored event; None if it is nothing we care for. May raise anything."""
        ...

    def start_link(self) -> str:
        """Pattern of the link that opens a private talk, with `{code}`; "" if there is none."""
        ...

    def is_group(self, chat: Address) -> bool:
        """Whether the chat is a group, for the platform's pace limits."""
        ...

    async def open(self) -> None:
        """Become ready; tries until it can. Every process of a union does this for itself."""
        ...

    async def listen(self, receive: Receive) -> None:
        """Hand over events until cancelled, once ready; one process at a time."""
        ...

    async def send(self, post: Post) -> Sent:
        """Send a message."""
        ...

    async def edit(self, post: Post, message_id: str) -> None:
        """Replace a message's text and buttons."""
        ...

    async def delete(self, chat: Address, message_id: str) -> None:
        """Take a message back."""
        ...

    async def toast(self, chat: Address, press_id: str, text: str) -> None:
        """Answer a press."""
        ...

    async def react(self, chat: Address, message_id: str, emoji: str) -> None:
        """Put a reaction on a message."""
        ...

    async def fetch(self, file: File) -> bytes:
        """Bring a file a person sent."""
        ...
