"""Zalo Bot events, read for the few fields we use (docs.zaloplatforms.com/docs/BOT).

The documentation wraps them in an envelope, the live service sends them flat: both are read.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec

from bot.channels.base import Raw
from handlers.chat import UNDATED, File, Incoming, Kind

TEXT = "message.text.received"
LINK = "message.link.received"
IMAGE = "message.image.received"
UNREAD = frozenset({"message.voice.received", "message.unsupported.received"})
QUOTE_FIELDS = (
    "reply_to_message.message_id",
    "quote_message.message_id",
    "quote.message_id",
    "quote_message_id",
    "quote_msg_id",
    "reply_to_message_id",
)
"""Where the quoted message's id might stand: none is documented, so whichever comes is read."""
_START = re.compile(r"start\s+(\S+)", re.IGNORECASE)


class User(msgspec.Struct):
    """Who wrote."""

    id: str = ""
    display_name: str = ""
    is_bot: bool = False


class Chat(msgspec.Struct):
    """Where; `chat_type` is PRIVATE or GROUP."""

    id: str = ""
    chat_type: str = ""


class Message(msgspec.Struct):
    """A message; `date` counts milliseconds, if it is there. A picture's address is good for a short time."""

    message_id: str = ""
    date: Any = None
    sender: User = msgspec.field(name="from", default_factory=User)
    chat: Chat = msgspec.field(default_factory=Chat)
    text: str = ""
    caption: str = ""
    photo: Any = None
    photo_url: str = ""


class _Event(msgspec.Struct):
    event_name: str = ""
    message: Message | None = None


class Me(msgspec.Struct):
    """The bot itself; not every answer of getMe tells its shown name."""

    id: str = ""
    account_name: str = ""
    display_name: str = ""
    can_join_groups: bool = False


def me_of(body: bytes) -> Me:
    """What getMe tells.

    Raises:
        msgspec.MsgspecError: its shape is not what Zalo documents.
    """
    return msgspec.convert(_told(msgspec.json.decode(body)), Me)


def raw_event(body: msgspec.Raw | bytes) -> Raw | None:
    """An event as it is stored, under a key that a repeat has too; None if it is none (a ping).

    Raises:
        msgspec.MsgspecError: it is no JSON object. One of a shape nobody knows is stored: it may be
            an answer.
    """
    written = bytes(body)
    if not written.strip():
        return None
    said = _inner(written)
    name = said.get("event_name")
    if not name or not isinstance(name, str):
        return None
    message = said.get("message", {})
    number = message.get("message_id") if isinstance(message, dict) else ""
    is_key = isinstance(number, str) and number
    key = number if is_key else hashlib.sha256(written).hexdigest()[:32]
    return Raw(f"{name}:{key}", written.decode())


def _inner(body: bytes) -> dict[str, Any]:
    """What an event says, without its envelope if it has one."""
    found = msgspec.json.decode(body, type=dict[str, Any])
    inner = found.get("result")
    return inner if isinstance(inner, dict) and not found.get("event_name") else found


def _event(body: bytes) -> _Event:
    return msgspec.convert(_told(_inner(body)), _Event)


def _told(found: Any) -> Any:
    """The same without what is null: a field may be left empty or out."""
    if isinstance(found, dict):
        return {key: _told(value) for key, value in found.items() if value is not None}
    return found


def decode(
    body: str,
    channel: str,
    me: Me,
    *,
    name: str = "",
    quote_field: str = "",
    hears_all: bool = False,
) -> Incoming | None:
    """Read an event; None if it is nothing we care for. `name`: what the bot is called in groups;
    `hears_all`: it is handed more there than what calls or quotes it.

    Raises:
        msgspec.MsgspecError: its shape is not what Zalo documents.
    """
    event = _event(body.encode())
    message = event.message
    if message is None or not message.chat.id or not message.sender.id:
        return None
    if message.sender.is_bot or message.sender.id == me.id:
        return None
    private = message.chat.chat_type != "GROUP"
    kind, text, file = _content(event.event_name, message, private=private)
    if kind is None:
        return None
    words = _START.sub(r"/start \1", text) if private and _START.fullmatch(text) else text
    quoted, names = _quoted(body, quote_field), (name, me.display_name)
    called = private or not hears_all or _is_called(words, names)
    return Incoming(
        channel=channel,
        event_id=f"{event.event_name}:{message.message_id}",
        chat=f"{channel}:{message.chat.id}",
        sender=f"{channel}:{message.sender.id}",
        at=_when(message.date),
        kind=kind,
        private=private,
        sender_name=message.sender.display_name,
        text=words if private else without_mention(words, names),
        message_id=message.message_id,
        reply_to=quoted,
        to_bot=called or (None if quoted else False),
        file=file,
        hears_all=None if private else hears_all,
        apart=not private,
        quote_known=private or bool(quoted),
    )


def _when(date: Any) -> datetime:
    try:
        return datetime.fromtimestamp(int(date) / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return UNDATED


def _content(
    event: str, message: Message, *, private: bool
) -> tuple[Kind | None, str, File | None]:
    text = unicodedata.normalize("NFC", message.text or message.caption).strip()
    if event == IMAGE:
        address = message.photo_url or (message.photo if isinstance(message.photo, str) else "")
        return Kind.FILE, text, File(address, "anh.jpg", "image/jpeg")
    if event in UNREAD and private:
        return Kind.FILE, text, File("", "", problem="unsupported")
    return (Kind.TEXT if text and event in {TEXT, LINK} else None), text, None


def without_mention(text: str, names: tuple[str, ...]) -> str:
    """The words without the bot's name, which a mention is in plain text."""
    for mention in _mentions(names):
        text = mention.sub(" ", text)
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(lines).strip()


def _is_called(text: str, names: tuple[str, ...]) -> bool:
    return any(mention.search(text) for mention in _mentions(names))


def _mentions(names: tuple[str, ...]) -> Iterator[re.Pattern[str]]:
    for name in filter(None, names):
        spelt = r"\s+".join(map(re.escape, unicodedata.normalize("NFC", name).split()))
        yield re.compile(rf"@{spelt}(?!\w)[:,]?", re.IGNORECASE)


def _quoted(body: str, field: str) -> str:
    """The id of the message that is answered, if the event tells it; "" if not."""
    message = _inner(body.encode()).get("message", {})
    for path in (field,) if field else QUOTE_FIELDS:
        value: Any = message
        for part in path.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if isinstance(value, str) and value:
            return value
    return ""
