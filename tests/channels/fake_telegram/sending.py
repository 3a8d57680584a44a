"""What the bot says: texts, documents and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.channels.fake_telegram import errors
from tests.channels.fake_telegram.chats import FakeGroup, PrivateChat
from tests.channels.fake_telegram.files import FakeFile
from tests.channels.fake_telegram.markup import Formatted, parse_html, trimmed, with_found
from tests.channels.fake_telegram.messages import FakeMessage
from tests.channels.fake_telegram.people import CAPTION_LIMIT, TEXT_LIMIT
from tests.channels.fake_telegram.rights import Need, reachable
from tests.channels.telegram_spec import Json

if TYPE_CHECKING:
    from tests.channels.fake_telegram.world import World

SOURCE_LIMIT = 2**15
"""Bytes of a text before its markup is read."""
CALLBACK_DATA_LIMIT = 64


def send_message(world: World, params: Json) -> Json:
    """sendMessage."""
    chat = _writable(world, params)
    words = message_text(world, params)
    return _send(world, chat, params, words, params["text"])


def send_document(world: World, params: Json) -> Json:
    """sendDocument."""
    return _send_file(world, params, "document")


def send_photo(world: World, params: Json) -> Json:
    """sendPhoto."""
    return _send_file(world, params, "photo")


def message_text(world: World, params: Json) -> Formatted:
    """The text of a message as it will stand.

    Raises:
        ApiError: 400 when it is empty, too long or badly marked up.
    """
    words = formatted(world, params, "text", "entities")
    if not words.text:
        raise errors.bad_request("text must be non-empty")
    if len(words.text) > TEXT_LIMIT:
        raise errors.bad_request("message is too long")
    return words


def caption_text(world: World, params: Json) -> Formatted:
    """The words under a file.

    Raises:
        ApiError: 400 when they are too long or badly marked up.
    """
    words = formatted(world, params, "caption", "caption_entities")
    if len(words.text) > CAPTION_LIMIT:
        raise errors.bad_request("message caption is too long")
    return words


def formatted(world: World, params: Json, words: str, entities: str) -> Formatted:
    """Read a text with its markup; only HTML and plain entities are modelled."""
    text = params.get(words, "")
    if words == "text" and not text:
        raise errors.bad_request("message text is empty")
    if len(text.encode()) > SOURCE_LIMIT:
        raise errors.bad_request("text is too long")
    mode = params.get("parse_mode", "").lower()
    if mode == "html":
        return with_found(trimmed(parse_html(text)))
    if mode in {"markdown", "markdownv2"}:
        world.problems.append(f"parse_mode {mode}: the fake server reads only HTML")
    elif mode:
        raise errors.bad_request("unsupported parse_mode")
    return with_found(trimmed(Formatted(text, list(params.get(entities) or []))))


def checked_markup(params: Json) -> Json | None:
    """The keyboard as the API takes it.

    Raises:
        ApiError: 400 for a button that does nothing or carries too much.
    """
    markup: Json | None = params.get("reply_markup")
    rows = (markup or {}).get("inline_keyboard")
    if rows is None:
        return markup
    for button in (button for row in rows for button in row):
        if len(button.get("callback_data", "").encode()) > CALLBACK_DATA_LIMIT:
            raise errors.bad_request("BUTTON_DATA_INVALID")
        if not (set(button) - {"text", "style", "icon_custom_emoji_id"}):
            raise errors.bad_request(
                "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
            )
        if "url" in button and "." not in button["url"] and ":" not in button["url"]:
            raise errors.bad_request("BUTTON_URL_INVALID")
    return (
        {**(markup or {}), "inline_keyboard": [row for row in rows if row]} if any(rows) else None
    )


def sent_file(world: World, value: Any, kind: str) -> FakeFile:
    """The file a parameter means.

    Raises:
        ApiError: 400 or 413.
    """
    if not value:
        raise errors.bad_request(f"there is no {kind} in the request")
    return world.files.sent(value, photo=kind == "photo")


def _send_file(world: World, params: Json, kind: str) -> Json:
    chat = _writable(world, params)
    words = caption_text(world, params)
    file = sent_file(world, params.get(kind), kind)
    return _send(world, chat, params, words, params.get("caption", ""), file)


def _send(
    world: World,
    chat: FakeGroup | PrivateChat,
    params: Json,
    words: Formatted,
    source: str,
    file: FakeFile | None = None,
) -> Json:
    message = world.speak(
        chat,
        world.bot,
        text=words.text,
        html=source,
        entities=words.entities,
        file=file,
        reply_to=_replied(chat, params),
        markup=checked_markup(params),
    )
    return message.json()


def _writable(world: World, params: Json) -> FakeGroup | PrivateChat:
    chat = reachable(world, params.get("chat_id"), Need.WRITE)
    if isinstance(chat, FakeGroup) and chat.bot_muted:
        raise errors.bad_request("not enough rights to send text messages to the chat")
    return chat


def _replied(chat: FakeGroup | PrivateChat, params: Json) -> FakeMessage | None:
    reply = params.get("reply_parameters") or {}
    if "message_id" not in reply:
        return None
    message = chat.find(reply["message_id"])
    if message is None and not reply.get("allow_sending_without_reply"):
        raise errors.bad_request("message to be replied not found")
    return message
