"""Telegram's errors as facts; the words are those of the official server."""

from __future__ import annotations

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiohttp import ClientConnectorError
from aiohttp_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError

from bot.channels.base import DeliveryError, Sent
from bot.channels.telegram_updates import NAME

PROXY_FAULTS = (ProxyConnectionError, ProxyError, ProxyTimeoutError)
CLOSED = ("chat not found", "user is deactivated", "bot was kicked", "group chat was deleted")
GONE = ("message to edit not found", "message to delete not found", "message can't be")


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
            return DeliveryError(text, blocked=True)
        case TelegramNetworkError():
            never_left = isinstance(error.__cause__, (ClientConnectorError, *PROXY_FAULTS))
            return DeliveryError(text, retryable=never_left, in_doubt=not never_left)
        case TelegramServerError():
            return DeliveryError(text, retryable=True)
        case TelegramBadRequest() | TelegramNotFound():
            closed = any(words in text for words in CLOSED)
            return DeliveryError(text, blocked=closed, gone=any(words in text for words in GONE))
        case _:
            return DeliveryError(text, retryable=True)
