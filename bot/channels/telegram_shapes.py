"""What Telegram calls the chats, quotes and buttons of a message to send."""

from __future__ import annotations

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters

from handlers.chat import Address, Choice


def chat_id(chat: Address) -> int:
    """Telegram's own number of a chat."""
    return int(chat.rpartition(":")[2])


def quoting(message_id: str) -> ReplyParameters | None:
    """What is answered; if it is gone the message goes all the same."""
    if not message_id:
        return None
    return ReplyParameters(message_id=int(message_id), allow_sending_without_reply=True)


def keyboard(rows: tuple[tuple[Choice, ...], ...]) -> InlineKeyboardMarkup | None:
    """Buttons that press a line or open a link."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        inline_keyboard=[
            [
                InlineKeyboardButton(text=choice.label, url=choice.url)
                if choice.url
                else InlineKeyboardButton(text=choice.label, callback_data=choice.line)
                for choice in row
            ]
            for row in rows
        ]
    )
