"""What we use of aiogram, imported without building the models of the Bot API's types.

While it is imported, aiogram rebuilds a pydantic model for each of some 300 types: 105 MB and 1.8 s
of CPU at every start. We write calls and read answers as JSON (`telegram_api`) and need none of
them, so pydantic is kept from it meanwhile (59 MB and 0.6 s are left). Whoever does want the types
in the same process can have them: `importlib.reload(aiogram.types)` builds them as the import would
have, and one that was imported before us stays whole.

Every import of aiogram in this program goes through here. Calls that build a method or read its
answer by aiogram's models (`bot.send_message(...)`) fail after it. The saving is gone, and nothing
else, if aiogram builds its types in another way than by `BaseModel.model_rebuild`;
tests/channels/test_telegram_library.py tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel


@contextmanager
def _types_left_unbuilt() -> Iterator[None]:
    """For an import at the start, before other threads build models of their own."""
    rebuild = BaseModel.__dict__["model_rebuild"]
    BaseModel.model_rebuild = classmethod(lambda _, **__: None)  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        BaseModel.model_rebuild = rebuild  # type: ignore[method-assign]


with _types_left_unbuilt():
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
    from aiogram.exceptions import (
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
    from aiogram.methods import (
        AnswerCallbackQuery,
        DeleteMessage,
        DeleteWebhook,
        EditMessageCaption,
        EditMessageText,
        GetFile,
        GetMe,
        SendDocument,
        SendMessage,
        SendPhoto,
        SetMessageReaction,
        SetMyCommands,
        SetWebhook,
        TelegramMethod,
    )

__all__ = [
    "PRODUCTION",
    "AiohttpSession",
    "AnswerCallbackQuery",
    "Bot",
    "ClientDecodeError",
    "DeleteMessage",
    "DeleteWebhook",
    "EditMessageCaption",
    "EditMessageText",
    "GetFile",
    "GetMe",
    "SendDocument",
    "SendMessage",
    "SendPhoto",
    "SetMessageReaction",
    "SetMyCommands",
    "SetWebhook",
    "TelegramAPIError",
    "TelegramAPIServer",
    "TelegramBadRequest",
    "TelegramConflictError",
    "TelegramEntityTooLarge",
    "TelegramForbiddenError",
    "TelegramMethod",
    "TelegramMigrateToChat",
    "TelegramNetworkError",
    "TelegramNotFound",
    "TelegramRetryAfter",
    "TelegramServerError",
    "TelegramUnauthorizedError",
]
