"""Telegram's updates, read for the few fields we use (core.telegram.org/bots/api#update)."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from bot.channels.base import Raw
from handlers.chat import File, Incoming, Kind

NAME = "telegram"
ALLOWED_UPDATES = ("message", "callback_query", "my_chat_member")
INSIDE = {"member", "administrator", "creator"}


class User(msgspec.Struct):
    """Who did it."""

    id: int
    first_name: str = ""
    last_name: str = ""
    is_bot: bool = False


class Chat(msgspec.Struct):
    """Where."""

    id: int
    type: str
    title: str = ""


class Entity(msgspec.Struct):
    """A marked stretch of text; offsets count UTF-16 code units."""

    type: str
    offset: int
    length: int
    user: User | None = None


class Document(msgspec.Struct):
    """A file."""

    file_id: str
    file_name: str = ""
    mime_type: str = ""
    file_size: int = 0


class Photo(msgspec.Struct):
    """One size of a picture."""

    file_id: str
    file_size: int = 0


class Message(msgspec.Struct):
    """A message; `date` is 0 when Telegram no longer has it."""

    message_id: int
    date: int
    chat: Chat
    sender: User | None = msgspec.field(name="from", default=None)
    text: str = ""
    caption: str = ""
    entities: tuple[Entity, ...] = ()
    caption_entities: tuple[Entity, ...] = ()
    reply_to_message: Message | None = None
    document: Document | None = None
    photo: tuple[Photo, ...] = ()
    migrate_to_chat_id: int | None = None


class CallbackQuery(msgspec.Struct):
    """A pressed button."""

    id: str
    sender: User = msgspec.field(name="from")
    data: str = ""
    message: Message | None = None


class ChatMember(msgspec.Struct):
    """How somebody stands in a chat."""

    status: str
    is_member: bool = False


class MemberUpdate(msgspec.Struct):
    """The bot was added, removed, promoted or blocked."""

    chat: Chat
    sender: User = msgspec.field(name="from")
    date: int
    old: ChatMember = msgspec.field(name="old_chat_member")
    new: ChatMember = msgspec.field(name="new_chat_member")


class Update(msgspec.Struct):
    """One update."""

    update_id: int
    message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: MemberUpdate | None = None


class Me(msgspec.Struct):
    """The bot itself."""

    id: int
    username: str
    can_read_all_group_messages: bool = False


class _Numbered(msgspec.Struct):
    update_id: int


class Key(msgspec.Struct):
    """What makes an update unique."""

    update_id: int
    message: msgspec.Raw = msgspec.Raw()
    callback_query: msgspec.Raw = msgspec.Raw()
    my_chat_member: msgspec.Raw = msgspec.Raw()


class _Date(msgspec.Struct):
    date: int = 0


class _Id(msgspec.Struct):
    id: str = ""


def event_id(raw: bytes) -> str:
    """A key that stays unique for ever: update ids may restart after a week without updates
    (core.telegram.org/bots/api#update), so the moment or the press goes along.

    Raises:
        msgspec.MsgspecError: it is no update at all.
    """
    key = msgspec.json.decode(raw, type=Key)
    if bytes(key.callback_query):
        return f"{key.update_id}:{msgspec.json.decode(key.callback_query, type=_Id).id}"
    dated = bytes(key.message) or bytes(key.my_chat_member)
    date = msgspec.json.decode(dated, type=_Date).date if dated else 0
    return f"{key.update_id}:{date}"


def raw_update(update: msgspec.Raw | bytes) -> tuple[int, Raw]:
    """An update's number, and the update as it is stored.

    Raises:
        msgspec.MsgspecError: it is no update at all.
    """
    number = msgspec.json.decode(update, type=_Numbered).update_id
    try:
        key = event_id(bytes(update))
    except msgspec.MsgspecError:
        key = str(number)  # its shape is strange: stored all the same, and set aside when worked
    return number, Raw(key, bytes(update).decode())


def decode(body: str, channel: str, me: Me) -> Incoming | None:
    """Read an update; None if it is nothing we care for.

    Raises:
        msgspec.MsgspecError: its shape is not what Telegram documents.
    """
    update = msgspec.json.decode(body, type=Update)
    if update.callback_query is not None:
        return _press(update, update.callback_query, channel)
    if update.my_chat_member is not None:
        return _membership(update, update.my_chat_member, channel, me)
    if update.message is not None:
        return _message(update, update.message, channel, me)
    return None


def _name(user: User) -> str:
    return f"{user.last_name} {user.first_name}".strip()


def _when(date: int) -> datetime:
    return datetime.fromtimestamp(date, UTC)


def _press(update: Update, press: CallbackQuery, channel: str) -> Incoming | None:
    message = press.message
    if message is None or not press.data:
        return None
    return Incoming(
        channel=channel,
        event_id=str(update.update_id),
        chat=f"{channel}:{message.chat.id}",
        sender=f"{channel}:{press.sender.id}",
        at=_when(message.date),
        kind=Kind.PRESS,
        private=message.chat.type == "private",
        sender_name=_name(press.sender),
        chat_title=message.chat.title,
        text=press.data,
        message_id=str(message.message_id),
        to_bot=True,
        press_id=press.id,
    )


def _membership(update: Update, change: MemberUpdate, channel: str, me: Me) -> Incoming | None:
    inside = change.new.status in INSIDE or change.new.is_member
    private = change.chat.type == "private"
    if change.chat.type == "channel":
        return None
    if private:
        kind = Kind.UNBLOCKED if inside else Kind.BLOCKED
    else:
        kind = Kind.BOT_ADDED if inside else Kind.BOT_REMOVED
    admin = change.new.status == "administrator"
    return Incoming(
        channel=channel,
        event_id=str(update.update_id),
        chat=f"{channel}:{change.chat.id}",
        sender=f"{channel}:{change.sender.id}",
        at=_when(change.date),
        kind=kind,
        private=private,
        sender_name=_name(change.sender),
        chat_title=change.chat.title,
        hears_all=admin or me.can_read_all_group_messages,
    )


def _message(update: Update, message: Message, channel: str, me: Me) -> Incoming | None:
    sender = message.sender
    if sender is None or (sender.is_bot and message.migrate_to_chat_id is None):
        return None
    text = message.text or message.caption
    entities = message.entities or message.caption_entities
    text, named = _without_mention(text, entities, me)
    if _for_another_bot(text, entities, me):
        return None
    file = _file(message)
    kind = Kind.FILE if file else Kind.TEXT
    moved_to = ""
    if message.migrate_to_chat_id is not None:
        kind, moved_to = Kind.MIGRATED, f"{channel}:{message.migrate_to_chat_id}"
    elif not text and file is None:
        return None
    reply = message.reply_to_message
    ours = reply is not None and reply.sender is not None and reply.sender.id == me.id
    return Incoming(
        channel=channel,
        event_id=str(update.update_id),
        chat=f"{channel}:{message.chat.id}",
        sender=f"{channel}:{sender.id}",
        at=_when(message.date),
        kind=kind,
        private=message.chat.type == "private",
        sender_name=_name(sender),
        chat_title=message.chat.title,
        text=text,
        message_id=str(message.message_id),
        reply_to=str(reply.message_id) if reply is not None else "",
        to_bot=named or ours,
        file=file,
        moved_to=moved_to,
    )


def _file(message: Message) -> File | None:
    if message.document is not None:
        found = message.document
        return File(found.file_id, found.file_name or "tep", found.mime_type, found.file_size)
    if message.photo:
        largest = message.photo[-1]
        return File(largest.file_id, "anh.jpg", "image/jpeg", largest.file_size)
    return None


def _cut(text: str, entity: Entity) -> tuple[str, str, str]:
    """What stands before an entity, in it, and after it."""
    units = text.encode("utf-16-le")
    start, end = entity.offset * 2, (entity.offset + entity.length) * 2
    parts = (units[:start], units[start:end], units[end:])
    before, inside, after = (part.decode("utf-16-le", "replace") for part in parts)
    return before, inside, after


def _without_mention(text: str, entities: tuple[Entity, ...], me: Me) -> tuple[str, bool]:
    """The text without the bot's name in it, and whether it was named."""
    for entity in reversed(entities):
        before, inside, after = _cut(text, entity)
        by_name = entity.type == "mention" and inside.lower() == f"@{me.username.lower()}"
        by_link = entity.type == "text_mention" and entity.user and entity.user.id == me.id
        if by_name or by_link:
            return " ".join(f"{before} {after}".split()) if "\n" not in text else (
                f"{before}{after}".strip()
            ), True
        if entity.type == "bot_command" and inside.lower().endswith(f"@{me.username.lower()}"):
            return text, True
    return text, False


def _for_another_bot(text: str, entities: tuple[Entity, ...], me: Me) -> bool:
    for entity in entities:
        if entity.type == "bot_command" and entity.offset == 0:
            _, inside, _ = _cut(text, entity)
            _, at, name = inside.partition("@")
            return bool(at) and name.lower() != me.username.lower()
    return False
