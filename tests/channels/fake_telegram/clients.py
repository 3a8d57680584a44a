"""Two independent Bot API clients behind one small face, so that one story judges both.

Each library is imported when its client is opened: aiogram's types alone cost seconds of CPU.
"""

# ruff: noqa: PLC0415 - imported on use, as said above

from __future__ import annotations

import importlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

from tests.channels.fake_telegram.server import FakeTelegram
from tests.channels.telegram_spec import Json, Upload


def whole_aiogram() -> None:
    """Have aiogram with the types that `bot.channels.telegram_library` leaves unbuilt, whether that
    was imported before or is later.
    """
    from aiogram import types

    if not types.Message.__pydantic_complete__:
        importlib.reload(types)


class RefusedError(Exception):
    """A client's exception, named alike for both: `kind`, its words, and the number it carries."""

    def __init__(self, kind: str, words: str, value: int = 0) -> None:
        super().__init__(f"{kind}: {words}")
        self.kind = kind
        self.value = value


class Client(Protocol):
    """A client: parameters and answers in the API's own names and shapes, files as `Upload`."""

    async def do(self, method: str, **params: Any) -> Any:
        """Make a call.

        Raises:
            RefusedError: the library raised.
        """
        ...

    async def download(self, file_id: str) -> bytes:
        """Fetch a file."""
        ...

    async def updates(self) -> list[Json]:
        """Wait up to five seconds for updates, and confirm them with the next call."""
        ...


class _Polling:
    _offset = 0

    async def updates(self: Any) -> list[Json]:
        got: list[Json] = await self.do("getUpdates", offset=self._offset, timeout=5)
        self._offset = max([self._offset, *(update["update_id"] + 1 for update in got)])
        return got


class AiogramClient(_Polling):
    """aiogram, as the bot itself uses it: typed methods, no dispatcher."""

    def __init__(self, bot: Any) -> None:
        self._bot = bot

    async def do(self, method: str, **params: Any) -> Any:
        from aiogram import exceptions as wrong
        from aiogram import methods

        typed = getattr(methods, method[0].upper() + method[1:])
        params = {name: self._argument(value) for name, value in params.items()}
        try:
            answer = await self._bot(typed(**params))
        except wrong.TelegramRetryAfter as error:
            raise RefusedError("retry_after", error.message, error.retry_after) from error
        except wrong.TelegramMigrateToChat as error:
            raise RefusedError("migrated", error.message, error.migrate_to_chat_id) from error
        except wrong.TelegramForbiddenError as error:
            raise RefusedError("forbidden", error.message) from error
        except wrong.TelegramConflictError as error:
            raise RefusedError("conflict", error.message) from error
        except wrong.TelegramBadRequest as error:
            raise RefusedError("bad_request", error.message) from error
        except (wrong.TelegramNetworkError, wrong.TelegramServerError) as error:
            raise RefusedError("network", error.message) from error
        return [_plain(item) for item in answer] if isinstance(answer, list) else _plain(answer)

    async def download(self, file_id: str) -> bytes:
        file = await self.do("getFile", file_id=file_id)
        content: bytes = (await self._bot.download_file(file["file_path"])).read()
        return content

    @staticmethod
    def _argument(value: Any) -> Any:
        from aiogram.types import BufferedInputFile

        return BufferedInputFile(value.content, value.name) if isinstance(value, Upload) else value


class PtbClient(_Polling):
    """python-telegram-bot."""

    def __init__(self, bot: Any) -> None:
        self._bot = bot

    async def do(self, method: str, **params: Any) -> Any:
        from telegram import error as wrong

        snake = re.sub(r"[A-Z]", lambda capital: "_" + capital[0].lower(), method)
        params = {name: self._argument(name, value) for name, value in params.items()}
        try:
            answer = await getattr(self._bot, snake)(**params)
        except wrong.RetryAfter as error:
            seconds: Any = error.retry_after  # a timedelta: see ptb_client
            raise RefusedError("retry_after", error.message, seconds.seconds) from error
        except wrong.ChatMigrated as error:
            raise RefusedError("migrated", error.message, error.new_chat_id) from error
        except wrong.Forbidden as error:
            raise RefusedError("forbidden", error.message) from error
        except wrong.Conflict as error:
            raise RefusedError("conflict", error.message) from error
        except wrong.BadRequest as error:
            raise RefusedError("bad_request", error.message) from error
        except wrong.NetworkError as error:
            raise RefusedError("network", error.message) from error
        return [_plain(item) for item in answer] if isinstance(answer, tuple) else _plain(answer)

    async def download(self, file_id: str) -> bytes:
        return bytes(await (await self._bot.get_file(file_id)).download_as_bytearray())

    @staticmethod
    def _argument(name: str, value: Any) -> Any:
        from telegram import BotCommand, InlineKeyboardMarkup, InputFile, ReactionType

        if isinstance(value, Upload):
            return InputFile(value.content, value.name)
        if name == "reply_markup":
            return InlineKeyboardMarkup.de_json(value)
        if name in {"commands", "reaction"}:
            kind: Any = BotCommand if name == "commands" else ReactionType
            return [kind.de_json(item) for item in value]
        return value


@asynccontextmanager
async def aiogram_client(server: FakeTelegram) -> AsyncIterator[AiogramClient]:
    """An aiogram bot that talks to the fake server."""
    whole_aiogram()
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer

    session = AiohttpSession(api=TelegramAPIServer.from_base(server.url))
    async with Bot(server.token, session=session) as bot:
        yield AiogramClient(bot)


@asynccontextmanager
async def ptb_client(server: FakeTelegram) -> AsyncIterator[PtbClient]:
    """A python-telegram-bot bot that talks to the fake server; wants PTB_TIMEDELTA=1 set.

    Under that name the library already keeps waits as timedeltas, and warns no more of the change.
    """
    from telegram import Bot

    url = server.url
    async with Bot(server.token, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot") as bot:
        yield PtbClient(bot)


def _plain(answer: Any) -> Any:
    if hasattr(answer, "model_dump"):
        return answer.model_dump(mode="json", exclude_none=True, by_alias=True)
    return answer.to_dict() if hasattr(answer, "to_dict") else answer
