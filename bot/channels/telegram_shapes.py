"""What Telegram calls the chats, quotes and buttons of a message to send."""

from __future__ import annotations

from typing import Any

from handlers.chat import Address, Choice


def chat_id(chat: Address) -> int:
    """Telegram's own number of a chat."""
    return int(chat.rpartition(":")[2])


def quoting(message_id: str) -> dict[str, Any] | None:
    """What is answered; if it is gone the message goes all the same."""
    if not message_id:
        return None
    return {"message_id": int(message_id), "allow_sending_without_reply": True}


def keyboard(rows: tuple[tuple[Choice, ...], ...]) -> dict[str, Any] | None:
    """Buttons that press a line or open a link."""
    if not rows:
        return None
    buttons = [
        [
            {"text": choice.label, "url": choice.url}
            if choice.url
            else {"text": choice.label, "callback_data": choice.line}
            for choice in row
        ]
        for row in rows
    ]
    return {"inline_keyboard": buttons}
