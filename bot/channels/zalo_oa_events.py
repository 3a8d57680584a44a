"""Events of the Official Account's webhook, read for the few fields we use.

A message in one of the account's own groups (GMF) comes under a name of its own, all talk there
does, and so do people who come and go.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from bot.channels.base import Raw
from bot.channels.zalo_oa_shapes import PRESS
from bot.channels.zalo_updates import without_mention
from handlers.chat import File, Incoming, Kind

GROUP = "group-"
"""What a group's id begins with in an address: ids alone do not tell."""
SENT = "user_send_"
SENT_IN_GROUP = "user_send_group_"
WORDS = frozenset({"text", "link"})
PICTURES = {"image": ("anh.jpg", "image/jpeg"), "gif": ("anh.gif", "image/gif")}
UNREAD = frozenset({"audio", "video", "location", "business_card"})
ROOM_EVENTS = {
    "create_group": Kind.BOT_ADDED,
    "delete_group": Kind.BOT_REMOVED,
    "disperse_group": Kind.BOT_REMOVED,
    "user_join_group": Kind.JOINED,
    "user_out_group": Kind.LEFT,
}
OF_PEOPLE = frozenset({"user_join_group", "user_out_group"})
_START = re.compile(r"start\s+(\S+)", re.IGNORECASE)
Id = str | int


class _Party(msgspec.Struct):
    id: Id = ""


class _Payload(msgspec.Struct):
    url: str = ""
    name: str = ""
    size: Id = 0
    type: str = ""


class _Attachment(msgspec.Struct):
    type: str = ""
    payload: _Payload = msgspec.field(default_factory=_Payload)


class _Message(msgspec.Struct):
    msg_id: Id = ""
    text: str = ""
    quote_msg_id: Id = ""
    attachments: list[_Attachment] = []


class Event(msgspec.Struct):
    """What every event may hold; `timestamp` counts milliseconds."""

    event_name: str = ""
    app_id: Id = ""
    oa_id: Id = ""
    timestamp: Id = 0
    sender: _Party = msgspec.field(default_factory=_Party)
    recipient: _Party = msgspec.field(default_factory=_Party)
    follower: _Party = msgspec.field(default_factory=_Party)
    group_id: Id = ""
    users: list[_Party] = []
    message: _Message = msgspec.field(default_factory=_Message)

    @property
    def at(self) -> datetime:
        """When it happened.

        Raises:
            ValueError: it does not say.
        """
        return datetime.fromtimestamp(int(self.timestamp) / 1000, UTC)


@dataclass(frozen=True, slots=True)
class Account:
    """The account itself, and how long after a person's deed it may write to her: free of charge,
    and at all.
    """

    id: str
    name: str = ""
    free_for: timedelta = timedelta(hours=48)
    open_for: timedelta = timedelta(days=7)


def event(body: bytes | str) -> Event:
    """An event as Zalo wrote it.

    Raises:
        msgspec.MsgspecError: it is not JSON, or of a shape nobody knows.
    """
    return msgspec.json.decode(body, type=Event)


def raw_events(body: bytes) -> list[Raw]:
    """An event as it is stored, under a key that a repeat has too; of several people who came or
    went at once, one each. Raises like `event`.
    """
    found = event(body)
    if not found.event_name:
        return []
    number = found.message.msg_id or hashlib.sha256(body).hexdigest()[:32]
    key = f"{found.event_name}:{number}"
    if found.event_name not in OF_PEOPLE or len(found.users) < 2:
        return [Raw(key, body.decode())]
    whole: dict[str, Any] = msgspec.json.decode(body)
    return [
        Raw(f"{key}:{place}", msgspec.json.encode({**whole, "users": [user]}).decode())
        for place, user in enumerate(whole["users"])
    ]


def decode(body: str, channel: str, account: Account) -> Incoming | None:
    """Read an event; None if it is nothing we care for.

    Raises:
        msgspec.MsgspecError: its shape is not what Zalo documents.
        ValueError: it does not say when it happened.
    """
    found = event(body)
    if found.event_name in ROOM_EVENTS:
        return _of_a_room(found, channel, account)
    if found.event_name == "unfollow" and found.follower.id:
        return _private(found, channel, str(found.follower.id), Kind.BLOCKED)
    if not found.event_name.startswith(SENT) or not found.sender.id:
        return None
    if found.event_name.startswith(SENT_IN_GROUP):
        return _in_a_group(found, channel, account)
    return _in_private(found, channel, account)


def _private(found: Event, channel: str, person: str, kind: Kind, **more: Any) -> Incoming:
    return Incoming(
        channel=channel,
        event_id=f"{found.event_name}:{found.message.msg_id}",
        chat=f"{channel}:{person}",
        sender=f"{channel}:{person}",
        at=found.at,
        kind=kind,
        private=True,
        **more,
    )


def _in_private(found: Event, channel: str, account: Account) -> Incoming | None:
    what = found.event_name.removeprefix(SENT)
    kind, words, file = _content(found, what)
    if what in UNREAD:
        kind, file = Kind.FILE, File("", "", problem="unsupported")
    if kind is None:
        return None
    if words.startswith(PRESS):
        kind, words = Kind.PRESS, words.removeprefix(PRESS)
    elif _START.fullmatch(words):
        words = f"/{words}"
    return _private(
        found,
        channel,
        str(found.sender.id),
        kind,
        text=words,
        message_id=str(found.message.msg_id) if kind is not Kind.PRESS else "",
        reply_to=str(found.message.quote_msg_id),
        to_bot=True,
        file=file,
        free_for=account.free_for,
        open_for=account.open_for,
    )


def _in_a_group(found: Event, channel: str, account: Account) -> Incoming | None:
    group = str(found.group_id or found.recipient.id)
    kind, words, file = _content(found, found.event_name.removeprefix(SENT_IN_GROUP))
    if kind is None or not group:
        return None
    token = f"[@{account.id}]"
    bare = without_mention(words.replace(token, " "), (account.name,))
    named = token in words or bare != without_mention(words, ())
    quoted = str(found.message.quote_msg_id)
    unsure = bool(quoted) and kind is Kind.TEXT
    return Incoming(
        channel=channel,
        event_id=f"{found.event_name}:{found.message.msg_id}",
        chat=f"{channel}:{GROUP}{group}",
        sender=f"{channel}:{found.sender.id}",
        at=found.at,
        kind=kind,
        text=bare,
        message_id=str(found.message.msg_id),
        reply_to=quoted,
        to_bot=True if named else None if unsure else False,
        file=file,
        hears_all=True,
        free_for=account.free_for,
        open_for=account.open_for,
    )


def _content(found: Event, what: str) -> tuple[Kind | None, str, File | None]:
    message = found.message
    text = unicodedata.normalize("NFC", message.text).strip()
    payload = message.attachments[0].payload if message.attachments else _Payload()
    if what in PICTURES:
        name, mime = PICTURES[what]
        return Kind.FILE, text, File(payload.url, name, mime)
    if what == "file":
        size = int(payload.size) if str(payload.size).isdecimal() else 0
        return Kind.FILE, text, File(payload.url, payload.name, "", size)
    if what == "link" and not text:
        text = payload.url
    return (Kind.TEXT if text and what in WORDS else None), text, None


def _of_a_room(found: Event, channel: str, account: Account) -> Incoming | None:
    group = str(found.group_id)
    if not group:
        return None
    who = str(found.users[0].id) if found.users else str(found.sender.id or account.id)
    return Incoming(
        channel=channel,
        event_id=f"{found.event_name}:{group}:{found.timestamp}:{who}",
        chat=f"{channel}:{GROUP}{group}",
        sender=f"{channel}:{who}",
        at=found.at,
        kind=ROOM_EVENTS[found.event_name],
        hears_all=True,
    )
