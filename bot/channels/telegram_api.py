"""aiogram's session, with a short way to call: JSON out, and of the answer the fields we need.

Building aiogram's models of a call and reading those of its answer cost more than all the rest of
a send (tests/bench), and the models cost more memory than all the rest of the program
(`telegram_library`). What Telegram refuses becomes aiogram's own errors all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any, TypeVar

import msgspec
from aiohttp import ClientError, ClientTimeout, FormData

from bot.channels.telegram_errors import PROXY_FAULTS
from bot.channels.telegram_library import (
    AiohttpSession,
    Bot,
    ClientDecodeError,
    TelegramMethod,
    TelegramNetworkError,
)
from bot.channels.telegram_updates import Document, Photo

T = TypeVar("T")
JSON = {"Content-Type": "application/json"}


class MessageId(msgspec.Struct):
    """All we keep of a message that was sent."""

    message_id: int


class SentFile(msgspec.Struct):
    """A message that was sent with a file: under these ids it can be sent again."""

    message_id: int
    photo: tuple[Photo, ...] = ()
    document: Document | None = None


class FilePath(msgspec.Struct):
    """Where a file can be fetched; Telegram keeps it so for an hour."""

    file_path: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send."""

    name: str
    content: bytes


class _Answer(msgspec.Struct):
    """A call that was done; a refusal has no result (core.telegram.org/bots/api#making-requests)."""

    result: msgspec.Raw


class Session(AiohttpSession):
    """aiogram's session, for which a proxy that is down is a network error like any other."""

    async def close(self) -> None:
        """End its connections. aiogram waits for TLS to be shut; a server of one's own in the same
        house, spoken to without, is not waited for.
        """
        if self.api.base.startswith("https:"):
            await super().close()
        elif self._session is not None:
            await self._session.close()

    async def call(
        self,
        bot: Bot,
        method: type[TelegramMethod[Any]],
        returns: type[T],
        **params: Any,
    ) -> T:
        """Make one call; parameters that are None are left out.

        Raises:
            TelegramAPIError: Telegram refused, was not reached, or another answered in its place (a
                gateway, a network's login page).
            ClientDecodeError: it was done, but the answer is not `returns`.
        """
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        data, headers = _body({key: p for key, p in params.items() if p is not None})
        try:
            session = await self.create_session()
            timeout = ClientTimeout(total=self.timeout)
            async with session.post(url, data=data, headers=headers, timeout=timeout) as response:
                content = await response.read()
        except (ClientError, OSError, *PROXY_FAULTS) as error:
            message = f"{type(error).__name__}: {error}"
            if not isinstance(error, ClientError):
                message = type(error).__name__
            raise TelegramNetworkError(method=_named(method), message=message) from error
        try:
            if response.status != 200:
                told = content.decode(errors="replace")
                self.check_response(bot, _named(method), response.status, told)
            answer = msgspec.json.decode(content, type=_Answer)
        except (ClientDecodeError, msgspec.MsgspecError) as error:
            message = f"not Telegram's answer: HTTP {response.status}"
            raise TelegramNetworkError(method=_named(method), message=message) from error
        return _read(answer, returns)


def _body(params: dict[str, Any]) -> tuple[bytes | FormData, dict[str, str] | None]:
    """JSON; with a file a form whose fields are JSON unless they are text
    (core.telegram.org/bots/api#making-requests).
    """
    if not any(isinstance(value, Upload) for value in params.values()):
        return msgspec.json.encode(params), JSON
    form = FormData(quote_fields=False)  # Telegram takes a file's name as it is, in UTF-8
    for key, value in params.items():
        if isinstance(value, Upload):
            form.add_field(key, BytesIO(value.content), filename=value.name)
        else:
            text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
            form.add_field(key, text)
    return form, None


def _named(method: type[TelegramMethod[Any]]) -> TelegramMethod[Any]:
    """The call for aiogram's errors to name. They come of answers without a result, whose type is
    therefore left open: aiogram would build its model, and for a message nearly all the others.
    """
    made = method.model_construct()
    object.__setattr__(made, "__returning__", Any)
    return made


def _read(answer: _Answer, returns: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.result, type=returns)
    except msgspec.MsgspecError as error:
        data = {"ok": True, "result": _plain(answer.result)}
        raise ClientDecodeError("an answer of another shape", error, data) from error


def _plain(result: msgspec.Raw) -> object:
    try:
        return msgspec.json.decode(result)
    except msgspec.DecodeError:
        return None
