"""The Zalo Bot channel; what Zalo says of itself is in `zalo_updates` and `zalo_errors`.

A bot there is nearly deaf in groups (it is handed what mentions or quotes it), and has neither
buttons nor edits nor files; pictures go by address. There is no key for repeats, so a send
whose answer was lost is never made again by itself.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import structlog

from bot.channels import zalo_updates as updates
from bot.channels.base import DeliveryError, Post, Raw, Receive, Sent
from bot.channels.zalo_api import EMPTY_POLL, ZaloApi
from bot.channels.zalo_channel import BACK_OFF, ZaloChannel
from bot.channels.zalo_client import NoAnswerError, ZaloError
from bot.channels.zalo_errors import failure
from bot.channels.zalo_styles import styled
from bot.pacing import Pace
from handlers.chat import Address, Incoming, Limits

log = structlog.get_logger()
NAME = "zalo_bot"
PER_SECOND = 10
"""Nothing is published; ten at once were seen to pass."""
MAX_TEXT = 1900
"""Characters: 2,000 is the documented limit, its unit is not."""
LIMITS = Limits(
    buttons=False,
    edits=False,
    deletes=False,
    files=False,
    reactions=False,
    toasts=False,
    max_text=MAX_TEXT,
    max_caption=MAX_TEXT,
    resend_in_doubt=False,
    pictures_by_link=True,
    called="Bot",
)
POLL_SECONDS = 30
POLL_GRACE = 10
POLL_FLOOR = 1.0
"""Seconds between two polls: some servers hand the same event over again at once."""
VERIFICATIONS = 5
"""How often an address is told anew while Zalo's trial call to it fails: our own pages may not
be up yet, and Zalo keeps the address all the same.
"""


def pace(per_second: int = PER_SECOND) -> Pace:
    """How fast one bot may speak."""
    return Pace(overall=per_second, per_chat=1)


@dataclass(frozen=True, slots=True)
class Findings:
    """What nobody documents, as the probe found it: where an event tells the quoted message, whether
    styles and pictures are taken, whether the bot hears all talk of its groups, and how many
    characters a message may have.
    """

    quote_field: str = ""
    styles: bool = True
    pictures: bool = True
    hears_all: bool = False
    max_text: int = MAX_TEXT


def name_of(number: int) -> str:
    """The channel of the n-th bot, counted from 1."""
    return NAME if number == 1 else f"{NAME}:{number}"


class ZaloBotChannel(ZaloChannel):
    """One bot. With `webhook` (address and secret) Zalo calls us; else we poll, for trials.

    `called` is what groups write to call it, if getMe does not tell; `door` is the pattern of a page
    of ours that leads into a private talk.
    """

    def __init__(
        self,
        token: str,
        *,
        number: int = 1,
        api: str = "",
        webhook: tuple[str, str] | None = None,
        called: str = "",
        door: str = "",
        findings: Findings = Findings(),
        poll_floor: float = POLL_FLOOR,
    ) -> None:
        self.api = ZaloApi(token, api)
        super().__init__(name_of(number), self.api, door)
        self._webhook = webhook
        self._called = called
        self._findings = findings
        self._styles = findings.styles
        self._poll_floor = poll_floor
        self._me: updates.Me | None = None
        self._refusals = 0
        self.limits = self._limits()

    def _limits(self) -> Limits:
        name = self._called or (self._me.display_name if self._me else "")
        found = self._findings
        return replace(
            LIMITS,
            called="" if found.hears_all else name or LIMITS.called,
            hears_all=found.hears_all,
            max_text=found.max_text,
            max_caption=found.max_text,
            pictures_by_link=found.pictures,
        )

    @property
    def ready(self) -> bool:
        """Whether Zalo has told us who we are; before that nothing can be decoded."""
        return self._me is not None

    def decode(self, body: str) -> Incoming | None:
        """Read a stored event."""
        assert self._me is not None, "not ready"
        return updates.decode(
            body,
            self.name,
            self._me,
            name=self._called,
            quote_field=self._findings.quote_field,
            hears_all=self._findings.hears_all,
        )

    def is_group(self, chat: Address) -> bool:
        """An id does not tell; the pace is the same for both."""
        return False

    async def open(self) -> None:
        """Learn who we are."""
        found = await self._until_answered(lambda: self.api.call("getMe"))
        self._me = updates.me_of(found)
        self.limits = self._limits()
        if not self._me.can_join_groups:
            log.warning("zalo_bot_no_groups", channel=self.name)

    async def listen(self, receive: Receive) -> None:
        """Hand over events until cancelled; with a webhook, say where Zalo is to call."""
        if self._webhook is None:
            await self._until_answered(lambda: self.api.call("deleteWebhook"))
            await self._poll(receive)
        await self._set_webhook()
        await asyncio.Event().wait()

    async def _set_webhook(self) -> None:
        """Say where Zalo is to call, until its trial call arrives here."""
        assert self._webhook is not None
        url, secret = self._webhook
        told = {"url": url, "secret_token": secret}
        for pause in BACK_OFF[:VERIFICATIONS]:
            found = await self._until_answered(lambda: self.api.call("setWebhook", told))
            verified = msgspec.json.decode(found or b"{}", type=_Webhook).verification
            if verified is None or verified.ok:
                return
            log.warning("zalo_webhook_unverified", channel=self.name, outcome=verified.outcome)
            await asyncio.sleep(pause)

    async def _poll(self, receive: Receive) -> None:
        failures = 0
        while True:
            started = time.monotonic()
            try:
                raws = await self._get_updates()
                if raws:
                    await receive(self.name, raws)
                failures = 0
            except Exception as error:  # noqa: BLE001 - network, database, anything: ask again
                log.warning("zalo_poll_failed", channel=self.name, reason=type(error).__name__)
                await asyncio.sleep(BACK_OFF[min(failures, len(BACK_OFF) - 1)])
                failures += 1
            await asyncio.sleep(max(0.0, started + self._poll_floor - time.monotonic()))

    async def _get_updates(self) -> list[Raw]:
        """What has come; asking again may bring the same once more, or never anything twice."""
        try:
            found = await self.api.call(
                "getUpdates", {"timeout": str(POLL_SECONDS)}, seconds=POLL_SECONDS + POLL_GRACE
            )
        except ZaloError as error:
            if error.code == EMPTY_POLL:
                return []
            if error.code == 400:  # a webhook was set meanwhile
                await self.api.call("deleteWebhook")
            raise
        several = found.lstrip().startswith(b"[")
        events = msgspec.json.decode(found, type=list[msgspec.Raw]) if several else [found]
        return [raw for event in events if (raw := updates.raw_event(event)) is not None]

    async def send(self, post: Post) -> Sent:
        """Send a message, or a picture with its words."""
        text, styles = styled(post.text)
        chat = post.chat.rpartition(":")[2]
        if post.picture and (sent := await self._picture(chat, post.picture, text)):
            return sent
        plain = {"chat_id": chat, "text": text}
        if not styles or not self._styles:
            return await self._send("sendMessage", plain)
        try:
            return await self._send("sendMessage", plain | {"text_styles": styles})
        except DeliveryError as error:
            if not _is_refused(error):
                raise
        sent = await self._send("sendMessage", plain)
        log.warning("zalo_styles_refused", channel=self.name)
        self._styles = False
        return sent

    async def _picture(self, chat: str, address: str, caption: str) -> Sent | None:
        """A picture with its words; None where it is refused: the words matter more."""
        told = {"chat_id": chat, "photo": address, "caption": caption}
        try:
            return await self._send("sendPhoto", told)
        except DeliveryError as error:
            if not _is_refused(error):
                raise
        log.warning("zalo_picture_refused", channel=self.name)
        return None

    async def _send(self, method: str, params: dict[str, Any]) -> Sent:
        try:
            found = await self.api.call(method, params)
        except (ZaloError, NoAnswerError) as error:
            over = isinstance(error, ZaloError) and error.code == 429
            told = failure(error, self._refusals)
            self._refusals = self._refusals + 1 if over else 0
            raise told from error
        self._refusals = 0
        try:
            return Sent(msgspec.json.decode(found or b"{}", type=_Sent).message_id)
        except msgspec.MsgspecError:
            return Sent()  # it was sent, but cannot be quoted by anybody


def _is_refused(error: DeliveryError) -> bool:
    """Whether it is how this was said that is refused, not the chat."""
    cause = error.__cause__
    return isinstance(cause, ZaloError) and cause.code == 400 and not error.blocked


class _Sent(msgspec.Struct):
    message_id: str = ""


class _Verification(msgspec.Struct):
    ok: bool = False
    outcome: str = ""


class _Webhook(msgspec.Struct):
    verification: _Verification | None = None
