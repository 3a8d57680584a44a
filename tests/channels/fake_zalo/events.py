"""Events as the service writes them: flat as seen live, or wrapped as documented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.channels.fake_zalo.people import FakeZaloMessage, ZaloPerson

if TYPE_CHECKING:
    from tests.channels.fake_zalo.server import FakeZalo

Json = dict[str, Any]
QUOTE_FIELD = "quote_msg_id"
"""Invented: no source shows a field that names the quoted message."""


def text(server: FakeZalo, person: ZaloPerson, message: FakeZaloMessage) -> Json:
    """Words. The mention is part of them, by the bot's shown name."""
    event = _event(person, message, "message.text.received")
    event["message"] |= {"text": message.text, "message_type": "CHAT_MESSAGE"}
    if server.tells_quotes and message.reply_to is not None:
        event["message"][QUOTE_FIELD] = message.reply_to.id
    return event


def other(
    server: FakeZalo, person: ZaloPerson, message: FakeZaloMessage, name: str, fields: Json
) -> Json:
    """A picture, a voice, something the platform does not hand over."""
    event = _event(person, message, name)
    event["message"] |= fields
    return event


def _event(person: ZaloPerson, message: FakeZaloMessage, name: str) -> Json:
    group = message.chat.kind == "GROUP"
    return {
        "event_name": name,
        "message": {
            "message_id": message.id,
            "date": int(message.at.timestamp() * 1000),
            "from": {
                "id": person.group_id if group else person.id,
                "display_name": person.name,
                "is_bot": False,
            },
            "chat": {"id": message.chat.id, "chat_type": message.chat.kind},
        },
    }


def body(server: FakeZalo, event: Json) -> Json:
    """What a webhook is called with."""
    return {"ok": True, "result": event} if server.wrapped else event
