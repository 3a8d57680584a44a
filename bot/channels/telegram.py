"""Telegram, through aiogram's client.

Updates are read by our own loop, or come by webhook, as raw JSON: stored, acknowledged, and only
then decoded. aiogram's own polling acknowledges before handlers finish, and one update it cannot
decode blocks it for ever.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
import structlog
from aiohttp import ClientError, ClientTimeout

from bot.channels import telegram_shapes as shapes
from bot.channels import telegram_updates as updates
from bot.channels.base import Attachment, DeliveryError, Post, Raw, Receive, Sent
from bot.channels.telegram_api import FilePath, MessageId, SentFile, Session, Upload
from bot.channels.telegram_errors import PROXY_FAULTS, failure, reason, sent_all_the_same
from bot.channels.telegram_library import (
    PRODUCTION,
    AnswerCallbackQuery,
    Bot,
    ClientDecodeError,
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
    TelegramAPIError,
    TelegramAPIServer,
    TelegramBadRequest,
    TelegramMethod,
)
from handlers.chat import Address, File, Incoming, Limits

log = structlog.get_logger()
T = TypeVar("T")
POLL_SECONDS = 25
"""Long poll; Telegram caps it at 50 s."""
POLL_TIMEOUT = ClientTimeout(total=POLL_SECONDS + 15)
BRAKE = 1.0
BACK_OFF = (1.0, 2.0, 5.0, 10.0, 30.0)
NO_PREVIEW = {"is_disabled": True}
SHARE = "https://t.me/share/url?url={url}&text={text}"
"""Opens the chooser of chats, on any client (core.telegram.org/widgets/share)."""
SCOPES = {"private": {"type": "all_private_chats"}, "group": {"type": "all_group_chats"}}
"""For whom a menu is (core.telegram.org/bots/api#botcommandscope)."""
UNCHANGED = "message is not modified"


class TelegramChannel:
    """One Telegram bot. With `webhook` (address and secret) Telegram calls us; else we poll."""

    name = updates.NAME

    def __init__(
        self,
        token: str,
        *,
        api: str = "",
        proxy: str = "",
        webhook: tuple[str, str] | None = None,
        commands: dict[str, tuple[tuple[str, str], ...]] | None = None,
    ) -> None:
        server = TelegramAPIServer.from_base(api) if api else PRODUCTION
        self._session = Session(proxy=proxy or None, api=server)
        self._bot = Bot(token, session=self._session)
        self._webhook = webhook
        self._commands = commands or {}
        self._me: updates.Me | None = None
        self.limits = Limits(admins_hear=True, share=SHARE)

    @property
    def ready(self) -> bool:
        """Whether Telegram has told us who we are; before that nothing can be decoded."""
        return self._me is not None

    def decode(self, body: str) -> Incoming | None:
        """Read a stored update."""
        assert self._me is not None, "not ready"
        return updates.decode(body, self.name, self._me)

    def start_link(self) -> str:
        """Pattern of the link that opens a private talk and hands over a code."""
        return f"https://t.me/{self._me.username}?start={{code}}" if self._me else ""

    def is_group(self, chat: Address) -> bool:
        """Groups and supergroups have negative ids."""
        return shapes.chat_id(chat) < 0

    async def close(self) -> None:
        """Let go of the connections."""
        await self._session.close()

    async def open(self) -> None:
        """Learn who we are."""
        self._me = await self._until_answered(lambda: self._call(GetMe, updates.Me))

    async def listen(self, receive: Receive) -> None:
        """Hand over updates until cancelled; with a webhook, say where Telegram is to call."""
        if self._webhook is not None:
            url, secret = self._webhook
            await self._until_answered(
                lambda: self._call(
                    SetWebhook,
                    bool,
                    url=url,
                    secret_token=secret,
                    allowed_updates=updates.ALLOWED_UPDATES,
                )
            )
        await self._set_up()
        if self._webhook is not None:
            await asyncio.Event().wait()
        await self._poll(receive)

    async def _call(self, method: type[TelegramMethod[Any]], returns: type[T], **params: Any) -> T:
        return await self._session.call(self._bot, method, returns, **params)

    async def _do(self, method: type[TelegramMethod[Any]], **params: Any) -> None:
        """Make a call of whose answer nothing is needed."""
        try:
            await self._call(method, msgspec.Raw, **params)
        except ClientDecodeError as error:
            log.info("telegram_answer_unread", reason=reason(error))  # it was done
        except TelegramAPIError as error:
            raise failure(error) from error

    async def _until_answered(self, call: Callable[[], Awaitable[T]]) -> T:
        failures = 0
        while True:
            try:
                return await call()
            except (TelegramAPIError, ClientDecodeError) as error:
                log.warning("telegram_unreachable", reason=reason(error))
                await asyncio.sleep(BACK_OFF[min(failures, len(BACK_OFF) - 1)])
                failures += 1

    async def _set_up(self) -> None:
        """What helps but is not needed: the bot serves without a menu too."""
        try:
            if self._webhook is None:
                await self._call(DeleteWebhook, bool)
            await self._offer_commands()
        except (TelegramAPIError, ClientDecodeError) as error:
            log.warning("telegram_set_up_incomplete", reason=reason(error))

    async def _offer_commands(self) -> None:
        """Fill the menu beside the text field, for private talks and for groups."""
        for where, listed in self._commands.items():
            await self._call(
                SetMyCommands,
                bool,
                commands=[{"command": name, "description": text} for name, text in listed],
                scope=SCOPES[where],
            )

    async def _poll(self, receive: Receive) -> None:
        offset = failures = 0
        while True:
            try:
                started = time.monotonic()
                found = await self._get_updates(offset)
                if not found and time.monotonic() - started < BRAKE:
                    await asyncio.sleep(BRAKE)  # a server that does not hold the line
                if found:
                    await receive(self.name, [raw for _, raw in found])
                    offset = found[-1][0] + 1
                failures = 0
            except Exception as error:  # noqa: BLE001 - network, database, anything: ask again
                log.warning("telegram_poll_failed", reason=type(error).__name__)
                await asyncio.sleep(BACK_OFF[min(failures, len(BACK_OFF) - 1)])
                failures += 1

    async def _get_updates(self, offset: int) -> list[tuple[int, Raw]]:
        """The next updates as they came; asking with `offset` acknowledges those before it."""
        session = await self._session.create_session()
        url = self._session.api.api_url(token=self._bot.token, method="getUpdates")
        asked = {
            "offset": str(offset),
            "timeout": str(POLL_SECONDS),
            "allowed_updates": msgspec.json.encode(updates.ALLOWED_UPDATES).decode(),
        }
        async with session.post(url, data=asked, timeout=POLL_TIMEOUT) as response:
            answer = msgspec.json.decode(await response.read(), type=_Answer)
        if not answer.ok:
            wait = answer.parameters.retry_after if answer.parameters else 0
            await asyncio.sleep(wait)
            raise DeliveryError(answer.description)
        return [updates.raw_update(update) for update in answer.result]

    async def send(self, post: Post) -> Sent:
        """Send a message, with its file if it has one."""
        chat, keyboard = shapes.chat_id(post.chat), shapes.keyboard(post.choices)
        try:
            if post.attachment is not None:
                return await self._send_file(chat, post, post.attachment)
            message = await self._call(
                SendMessage,
                MessageId,
                chat_id=chat,
                text=post.text,
                parse_mode="HTML",
                link_preview_options=NO_PREVIEW,
                reply_markup=keyboard,
                reply_parameters=shapes.quoting(post.reply_to),
            )
            return Sent(str(message.message_id))
        except ClientDecodeError as error:
            return sent_all_the_same(error)
        except TelegramAPIError as error:
            raise failure(error) from error

    async def _send_file(self, chat: int, post: Post, file: Attachment) -> Sent:
        picture = file.mime.startswith("image/")
        content = file.ref or Upload(file.name, file.content)
        message = await self._call(
            SendPhoto if picture else SendDocument,
            SentFile,
            **{"photo" if picture else "document": content},
            chat_id=chat,
            caption=post.text or None,
            parse_mode="HTML",
            reply_markup=shapes.keyboard(post.choices),
            reply_parameters=shapes.quoting(post.reply_to),
        )
        kept = message.photo[-1] if message.photo else message.document
        return Sent(str(message.message_id), kept.file_id if kept else "")

    async def edit(self, post: Post, message_id: str) -> None:
        """Replace a message's words and buttons; under a file, its caption."""
        where = {
            "chat_id": shapes.chat_id(post.chat),
            "message_id": int(message_id),
            "parse_mode": "HTML",
            "reply_markup": shapes.keyboard(post.choices),
        }
        shown = {"link_preview_options": NO_PREVIEW}
        try:
            try:
                await self._call(EditMessageText, msgspec.Raw, text=post.text, **where, **shown)
            except TelegramBadRequest as error:
                if "no text in the message" not in error.message:
                    raise
                await self._call(EditMessageCaption, msgspec.Raw, caption=post.text, **where)
        except ClientDecodeError as error:
            log.info("telegram_answer_unread", reason=reason(error))  # the edit was made
        except TelegramAPIError as error:
            if UNCHANGED not in error.message:
                raise failure(error) from error

    async def delete(self, chat: Address, message_id: str) -> None:
        """Take a message back; Telegram allows it for 48 hours."""
        await self._do(DeleteMessage, chat_id=shapes.chat_id(chat), message_id=int(message_id))

    async def toast(self, chat: Address, press_id: str, text: str) -> None:
        """Answer a press."""
        await self._do(AnswerCallbackQuery, callback_query_id=press_id, text=text or None)

    async def react(self, chat: Address, message_id: str, emoji: str) -> None:
        """Put a reaction on a message."""
        await self._do(
            SetMessageReaction,
            chat_id=shapes.chat_id(chat),
            message_id=int(message_id),
            reaction=[{"type": "emoji", "emoji": emoji}],
        )

    async def fetch(self, file: File) -> bytes:
        """Bring a file a person sent; Telegram gives bots at most 20 MB."""
        target = io.BytesIO()
        try:
            found = await self._call(GetFile, FilePath, file_id=file.ref)
            await self._bot.download_file(found.file_path, target)
        except TelegramBadRequest as error:
            too_big = "file is too big" in error.message
            raise DeliveryError("too_big" if too_big else "unavailable") from error
        except (TelegramAPIError, ClientDecodeError, ClientError, OSError, *PROXY_FAULTS) as error:
            raise DeliveryError("unavailable", retryable=True) from error
        return target.getvalue()


class _Parameters(msgspec.Struct):
    retry_after: int = 0


class _Answer(msgspec.Struct):
    ok: bool
    result: tuple[msgspec.Raw, ...] = ()
    description: str = ""
    parameters: _Parameters | None = None
