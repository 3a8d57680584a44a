"""aiogram's session, with a short way for the calls a bot makes all day.

Building aiogram's models of a call and reading those of its answer cost more than all the rest of
a send (tests/bench). The short way writes the parameters as JSON and reads the one field we need;
what Telegram refuses becomes aiogram's own errors all the same.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.exceptions import ClientDecodeError, TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiohttp import ClientError, ClientTimeout

from bot.channels.telegram_errors import PROXY_FAULTS

T = TypeVar("T")
JSON = {"Content-Type": "application/json"}


class MessageId(msgspec.Struct):
    """All we keep of a message that was sent."""

    message_id: int


class _Answer(msgspec.Struct):
    ok: bool = False
    result: msgspec.Raw = msgspec.Raw(b"null")


class Session(AiohttpSession):
    """aiogram's session, for which a proxy that is down is a network error like any other."""

    async def make_request(
        self, bot: Bot, method: TelegramMethod[Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Make one call.

        Raises:
            TelegramNetworkError: also when the proxy does not answer.
        """
        try:
            return await super().make_request(bot, method, *args, **kwargs)
        except (OSError, *PROXY_FAULTS) as error:
            raise TelegramNetworkError(method=method, message=type(error).__name__) from error

    async def call(
        self, bot: Bot, method: type[TelegramMethod[Any]], returns: type[T], **params: Any
    ) -> T:
        """Make one call the short way; parameters that are None are left out.

        Raises:
            TelegramAPIError: as any other call.
            ClientDecodeError: it was done, but the answer is not `returns`.
        """
        url = self.api.api_url(token=bot.token, method=method.__api_method__)
        body = msgspec.json.encode({key: p for key, p in params.items() if p is not None})
        try:
            session = await self.create_session()
            timeout = ClientTimeout(total=self.timeout)
            async with session.post(url, data=body, headers=JSON, timeout=timeout) as response:
                content = await response.read()
        except (ClientError, OSError, *PROXY_FAULTS) as error:
            message = f"{type(error).__name__}: {error}"
            if not isinstance(error, ClientError):
                message = type(error).__name__
            raise TelegramNetworkError(method=method.model_construct(), message=message) from error
        if response.status == 200:
            return _read(content, returns)
        made = method.model_construct()
        self.check_response(bot, made, response.status, content.decode(errors="replace"))
        raise ClientDecodeError("a refusal without its reason", ValueError(), content)


def _read(content: bytes, returns: type[T]) -> T:
    try:
        answer = msgspec.json.decode(content, type=_Answer)
        if answer.ok:
            return msgspec.json.decode(answer.result, type=returns)
        raise msgspec.ValidationError("not ok")
    except msgspec.MsgspecError as error:
        try:
            data = msgspec.json.decode(content)
        except msgspec.DecodeError:
            data = content
        raise ClientDecodeError("an answer of another shape", error, data) from error
