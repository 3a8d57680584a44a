"""Telegram's errors as facts; the words are those of the official server."""

from __future__ import annotations

from aiohttp import ClientConnectorError
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

from bot.channels.base import DeliveryError, Sent
from bot.channels.telegram_library import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from bot.channels.telegram_updates import NAME

PROXY_FAULTS = (ProxyConnectionError, ProxyError, ProxyTimeoutError)
CLOSED = (
    "chat not found",
    "user is deactivated",
    "bot was kicked",
    "group chat was deleted",
    "group chat was deactivated",
    "group chat is deactivated",
    "bot is not a member",
)
MUTED = (
    "not enough rights to send",
    "have no rights to send",
    "need administrator rights",
    "CHAT_WRITE_FORBIDDEN",
    "CHAT_RESTRICTED",
)
"""The bot sits in the group, but may not write there (github.com/tdlib/telegram-bot-api)."""
GONE = ("message to edit not found", "message to delete not found", "message can't be")
STALE = ("wrong file identifier", "wrong remote file identifier", "wrong file_id")


def reason(error: TelegramAPIError | ClientDecodeError) -> str:
    """What went wrong, for the log."""
    return f"{type(error).__name__}: {error.message}"


def sent_all_the_same(error: ClientDecodeError) -> Sent:
    """A message was sent, but its description has a shape this client does not know yet.

    Raises:
        DeliveryError: the answer tells of no message at all.
    """
    result = error.data.get("result") if isinstance(error.data, dict) else None
    if not isinstance(result, dict) or "message_id" not in result:
        raise DeliveryError("an answer nobody can read", in_doubt=True) from error
    return Sent(str(result["message_id"]))


def failure(error: TelegramAPIError) -> DeliveryError:
    """Telegram's error as facts; the words are those of the official server."""
    text = error.message
    match error:
        case TelegramRetryAfter():
            return DeliveryError(text, retryable=True, retry_after=error.retry_after)
        case TelegramMigrateToChat():
            return DeliveryError(text, moved_to=f"{NAME}:{error.migrate_to_chat_id}")
        case TelegramForbiddenError():
            return DeliveryError(text, blocked=True, muted=_says(text, MUTED))
        case TelegramEntityTooLarge():  # aiogram counts it among the network's errors
            return DeliveryError(text)
        case TelegramNetworkError():
            never_left = isinstance(error.__cause__, (ClientConnectorError, *PROXY_FAULTS))
            return DeliveryError(text, retryable=never_left, in_doubt=not never_left, down=True)
        case TelegramServerError() | TelegramUnauthorizedError() | TelegramConflictError():
            return DeliveryError(text, retryable=True, down=True)
        case TelegramNotFound() if text in {"Not Found", ""}:  # the token, not the message
            return DeliveryError(text, retryable=True, down=True)
        case TelegramBadRequest() | TelegramNotFound():
            muted = _says(text, MUTED)
            return DeliveryError(
                text,
                blocked=muted or _says(text, CLOSED),
                muted=muted,
                gone=_says(text, GONE),
                stale_file=_says(text, STALE),
            )
        case _:
            return DeliveryError(text, retryable=True)


def _says(text: str, words: tuple[str, ...]) -> bool:
    return any(part in text for part in words)
