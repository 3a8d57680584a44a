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
FREE_FOR, OPEN_FOR = timedelta(hours=48), timedelta(days=7)
"""How long Zalo lets an account write to a person after her last deed: free, and at all."""
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
Id = str | int | None
Text = str | None


class _Party(msgspec.Struct):
    id: Id = ""


class _Payload(msgspec.Struct):
    url: Text = ""
    name: Text = ""
    size: Id = 0


class _Attachment(msgspec.Struct):
    payload: _Payload | None = None


class _Message(msgspec.Struct):
    msg_id: Id = ""
    text: Text = ""
    quote_msg_id: Id = ""
    attachments: list[_Attachment] | None = None


class Head(msgspec.Struct):
    """What every event tells of itself; `timestamp` counts milliseconds."""

    event_name: Text = ""
    app_id: Id = ""
    timestamp: Id = ""

    @property
    def at(self) -> datetime:
        """When it happened.

        Raises:
            ValueError: it does not say.
        """
        return datetime.fromtimestamp(int(self.timestamp or "") / 1000, UTC)


class _Event(Head):
    sender: _Party | None = None
    recipient: _Party | None = None
    follower: _Party | None = None
    group_id: Id = ""
    users: list[_Party] | None = None
    message: _Message = msgspec.field(default_factory=_Message)

    @property
    def name(self) -> str:
        return self.event_name or ""

    @property
    def people(self) -> list[str]:
        return [str(user.id) for user in self.users or () if user.id]


@dataclass(frozen=True, slots=True)
class Account:
    """The account itself, and how long after a person's deed it may write to her: free of charge,
    and at all.
    """

    id: str
    name: str = ""
    free_for: timedelta = FREE_FOR
    open_for: timedelta = OPEN_FOR


def head(body: bytes) -> Head:
    """What an event tells of itself, whatever else may be in it.

    Raises:
        msgspec.MsgspecError: it is not JSON, or of a shape nobody knows.
    """
    return msgspec.json.decode(body, type=Head)


def raw_events(body: bytes) -> list[Raw]:
    """An event as it is stored, under a key that a repeat has too; of several people who came or
    went at once, one each. One that cannot be read is stored all the same, for a person to look at.
    Raises like `head`.
    """
    name = head(body).event_name
    if not name:
        return []
    whole: dict[str, Any] = msgspec.json.decode(body)
    message, users = whole.get("message"), whole.get("users")
    number = message.get("msg_id") if isinstance(message, dict) else ""
    key = f"{name}:{number or hashlib.sha256(body).hexdigest()[:32]}"
    if name not in OF_PEOPLE or not isinstance(users, list) or len(users) < 2:
        return [Raw(key, body.decode())]
    return [
        Raw(f"{key}:{place}", msgspec.json.encode({**whole, "users": [user]}).decode())
        for place, user in enumerate(users)
    ]


def decode(body: str, channel: str, account: Account) -> Incoming | None:
    """Read an event; None if it is nothing we care for.

    Raises:
        msgspec.MsgspecError: its shape is not what Zalo documents.
        ValueError: it does not say when it happened.
    """
    found = msgspec.json.decode(body, type=_Event)
    if found.name in ROOM_EVENTS:
        return _of_a_room(found, channel, account)
    if found.name == "unfollow" and (person := _id(found.follower)):
        return _private(found, channel, person, Kind.BLOCKED)
    if not found.name.startswith(SENT) or not _id(found.sender):
        return None
    if found.name.startswith(SENT_IN_GROUP):
        return _in_a_group(found, channel, account)
    return _in_private(found, channel, account)


def _id(party: _Party | None) -> str:
    return str(party.id or "") if party is not None else ""


def _private(found: _Event, channel: str, person: str, kind: Kind, **more: Any) -> Incoming:
    return Incoming(
        channel=channel,
        event_id=f"{found.name}:{found.message.msg_id}",
        chat=f"{channel}:{person}",
        sender=f"{channel}:{person}",
        at=found.at,
        kind=kind,
        private=True,
        **more,
    )


def _in_private(found: _Event, channel: str, account: Account) -> Incoming | None:
    what = found.name.removeprefix(SENT)
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
        _id(found.sender),
        kind,
        text=words,
        message_id=str(found.message.msg_id) if kind is not Kind.PRESS else "",
        reply_to=str(found.message.quote_msg_id or ""),
        to_bot=True,
        file=file,
        free_for=account.free_for,
        open_for=account.open_for,
    )


def _in_a_group(found: _Event, channel: str, account: Account) -> Incoming | None:
    group = str(found.group_id or _id(found.recipient))
    kind, words, file = _content(found, found.name.removeprefix(SENT_IN_GROUP))
    if kind is None or not group:
        return None
    token = f"[@{account.id}]"
    bare = without_mention(words.replace(token, " "), (account.name,))
    named = token in words or bare != without_mention(words, ())
    quoted = str(found.message.quote_msg_id or "")
    unsure = bool(quoted) and kind is Kind.TEXT
    return Incoming(
        channel=channel,
        event_id=f"{found.name}:{found.message.msg_id}",
        chat=f"{channel}:{GROUP}{group}",
        sender=f"{channel}:{_id(found.sender)}",
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


def _content(found: _Event, what: str) -> tuple[Kind | None, str, File | None]:
    message = found.message
    text = unicodedata.normalize("NFC", message.text or "").strip()
    first = message.attachments[0].payload if message.attachments else None
    payload = first or _Payload()
    if what in PICTURES:
        name, mime = PICTURES[what]
        return Kind.FILE, text, File(payload.url or "", name, mime)
    if what == "file":
        size = str(payload.size or "")
        known = int(size) if size.isdecimal() else 0
        return Kind.FILE, text, File(payload.url or "", payload.name or "", "", known)
    if what == "link" and not text:
        text = payload.url or ""
    return (Kind.TEXT if text and what in WORDS else None), text, None


def _of_a_room(found: _Event, channel: str, account: Account) -> Incoming | None:
    group = str(found.group_id or "")
    if not group:
        return None
    who = next(iter(found.people), "") or _id(found.sender) or account.id
    return Incoming(
        channel=channel,
        event_id=f"{found.name}:{group}:{found.timestamp}:{who}",
        chat=f"{channel}:{GROUP}{group}",
        sender=f"{channel}:{who}",
        at=found.at,
        kind=ROOM_EVENTS[found.name],
        hears_all=True,
    )
