"""What the bot does to messages already sent: edits, deletions and reactions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.channels.fake_telegram import errors
from tests.channels.fake_telegram.chats import FakeGroup
from tests.channels.fake_telegram.files import FakeFile
from tests.channels.fake_telegram.markup import Formatted
from tests.channels.fake_telegram.messages import FakeMessage
from tests.channels.fake_telegram.rights import Need, reachable
from tests.channels.fake_telegram.sending import (
    caption_text,
    checked_markup,
    message_text,
    sent_file,
)
from tests.channels.telegram_spec import Json

if TYPE_CHECKING:
    from tests.channels.fake_telegram.world import World

DELETABLE = timedelta(hours=48)
REACTIONS = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐"
    "🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾🤷😡"
) | {"❤️‍🔥", "👨‍💻", "🤷‍♂️", "🤷‍♀️"}
"""Emoji a bot may react with (core.telegram.org/bots/api#reactiontypeemoji)."""


def edit_message_text(world: World, params: Json) -> Json:
    """editMessageText."""
    message = _editable(world, params)
    if message.file is not None:
        raise errors.bad_request("there is no text in the message to edit")
    return _change(world, message, params, message_text(world, params), params["text"])


def edit_message_caption(world: World, params: Json) -> Json:
    """editMessageCaption."""
    message = _editable(world, params)
    if message.file is None:
        raise errors.bad_request("there is no caption in the message to edit")
    return _change(world, message, params, caption_text(world, params), params.get("caption", ""))


def edit_message_reply_markup(world: World, params: Json) -> Json:
    """editMessageReplyMarkup."""
    message = _editable(world, params)
    return _change(world, message, params, Formatted(message.text, message.entities), message.html)


def edit_message_media(world: World, params: Json) -> Json:
    """editMessageMedia, for documents and pictures."""
    message = _editable(world, params)
    media = params["media"]
    if media["type"] not in {"document", "photo"}:
        raise errors.bad_request(f"the fake server does not model {media['type']}")
    file = sent_file(world, media["media"], media["type"])
    words = caption_text(world, media)
    return _change(world, message, params, words, media.get("caption", ""), file)


def delete_message(world: World, params: Json) -> bool:
    """deleteMessage."""
    chat = reachable(world, params.get("chat_id"), Need.WRITE)
    message = chat.find(params.get("message_id", 0))
    if message is None:
        raise errors.bad_request("message to delete not found")
    _delete(world, message)
    return True


def delete_messages(world: World, params: Json) -> bool:
    """deleteMessages; those not found are passed over."""
    chat = reachable(world, params.get("chat_id"), Need.WRITE)
    for number in params["message_ids"]:
        if message := chat.find(number):
            _delete(world, message)
    return True


def set_message_reaction(world: World, params: Json) -> bool:
    """setMessageReaction; a bot may set one emoji."""
    chat = reachable(world, params.get("chat_id"), Need.READ)
    message = chat.find(params.get("message_id", 0))
    if message is None:
        raise errors.bad_request("message to react not found")
    reactions = params.get("reaction") or []
    if len(reactions) > 1:
        raise errors.bad_request("REACTIONS_TOO_MANY")
    emoji = reactions[0].get("emoji", "") if reactions else ""
    if reactions and emoji not in REACTIONS:
        raise errors.bad_request("REACTION_INVALID")
    world.react(message, world.bot, emoji)
    return True


def _editable(world: World, params: Json) -> FakeMessage:
    chat = reachable(world, params.get("chat_id"), Need.EDIT)
    message = chat.find(params.get("message_id", 0))
    if message is None:
        raise errors.bad_request("message to edit not found")
    if not message.from_bot:
        raise errors.bad_request("message can't be edited")
    return message


def _change(
    world: World,
    message: FakeMessage,
    params: Json,
    words: Formatted,
    html: str,
    file: FakeFile | None = None,
) -> Json:
    """An edit without a keyboard takes the old one away, one without a file leaves it."""
    new = (words.text, words.entities, checked_markup(params), file or message.file)
    if new == (message.text, message.entities, message.markup, message.file):
        raise errors.bad_request(errors.NOT_MODIFIED)
    message.text, message.entities, message.markup, message.file = new
    message.html = html
    message.edited += 1
    message.edited_at = world.now()
    message.changed = world.touch()
    return message.json()


def _delete(world: World, message: FakeMessage) -> None:
    chat = message.chat
    is_admin = isinstance(chat, FakeGroup) and chat.bot_status == "administrator"
    if isinstance(chat, FakeGroup) and not message.from_bot and not is_admin:
        raise errors.bad_request("message can't be deleted")
    old = world.now() - message.at > DELETABLE
    if old and not (is_admin and chat.kind == "supergroup"):
        raise errors.bad_request("message can't be deleted for everyone")
    message.deleted = True
    message.changed = world.touch()
