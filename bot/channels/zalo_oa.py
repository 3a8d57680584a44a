"""Zalo's Official Account as a channel; what Zalo says of itself is in the `zalo_oa_*` beside it.

In private it has buttons and takes a few kinds of file, but a person may be written to only for a
time after she did something. In groups the account owns it hears all talk, and there is neither.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import structlog

from bot.channels import zalo_oa_shapes as shapes
from bot.channels.base import Attachment, DeliveryError, Post, Receive, Sent
from bot.channels.zalo_channel import ZaloChannel
from bot.channels.zalo_client import NoAnswerError
from bot.channels.zalo_oa_api import OaApi, OaError
from bot.channels.zalo_oa_errors import WRONG_SHAPE, failure
from bot.channels.zalo_oa_events import FREE_FOR, GROUP, OPEN_FOR, Account, decode
from bot.channels.zalo_oa_shapes import DOCUMENTS, LADDER, PICTURES, Shape
from bot.channels.zalo_oa_tokens import TokenKeeper
from bot.pacing import Pace
from bot.render import plain
from handlers.chat import Address, Incoming, Limits

log = structlog.get_logger()
NAME = "zalo_oa"
PER_SECOND = 1
"""The smallest plan allows 100 calls a minute, and an upload is a call too."""
MAX_TEXT = 1700
"""Characters: 2,000 are allowed, and a list of numbers may have to follow."""
PICTURE_KINDS = tuple((ending, 1024 * 1024) for ending in PICTURES)
DOCUMENT_KINDS = tuple((ending, 5 * 1024 * 1024) for ending in DOCUMENTS)
FRESHEN_SECONDS = 600.0
IN_GROUPS = Limits(
    buttons=False,
    edits=False,
    deletes=False,
    file_kinds=PICTURE_KINDS,
    captions=False,
    reactions=False,
    toasts=False,
    max_text=MAX_TEXT,
    hears_all=True,
    resend_in_doubt=False,
    owns_rooms=True,
)
LIMITS = replace(
    IN_GROUPS,
    buttons=True,
    most_buttons=shapes.MOST_BUTTONS,
    file_kinds=(*PICTURE_KINDS, *DOCUMENT_KINDS),
    hears_all=False,
    in_groups=IN_GROUPS,
)
"""What it can do in private and, within, in its groups."""
CS = "/v3.0/oa/message/cs"
TO_GROUP = "/v3.0/oa/group/message"


def pace(per_second: int = PER_SECOND) -> Pace:
    """How fast one account may speak."""
    return Pace(overall=per_second, per_chat=1)


class ZaloOaChannel(ZaloChannel):
    """One account. `buttons` is how choices are first tried; `group_files`: its groups take
    documents; `free_for` and `open_for` are how long after a person's deed she may be written to.
    """

    def __init__(
        self,
        oa_id: str,
        tokens: TokenKeeper,
        *,
        api: str = "",
        door: str = "",
        buttons: str = Shape.TEMPLATE,
        group_files: bool = False,
        free_for: timedelta = FREE_FOR,
        open_for: timedelta = OPEN_FOR,
    ) -> None:
        self.api = OaApi(tokens, api)
        super().__init__(NAME, self.api, door)
        self._tokens = tokens
        self._account = Account(oa_id, free_for=free_for, open_for=open_for)
        self._ready = False
        self._ladder = LADDER[LADDER.index(Shape(buttons)) :]
        inside = replace(IN_GROUPS, file_kinds=LIMITS.file_kinds)
        self.limits = replace(LIMITS, in_groups=inside) if group_files else LIMITS

    @property
    def ready(self) -> bool:
        """Whether somebody has authorised us, and Zalo has told who the account is."""
        return self._ready

    def decode(self, body: str) -> Incoming | None:
        """Read a stored event."""
        return decode(body, self.name, self._account)

    def is_group(self, chat: Address) -> bool:
        """Whether it is one of the account's groups."""
        return chat.removeprefix(f"{self.name}:").startswith(GROUP)

    async def open(self) -> None:
        """Learn who the account is, once it has been authorised."""
        _, name = await self._until_answered(self.api.account)
        self._account = replace(self._account, name=name)
        self._ready = True

    async def listen(self, receive: Receive) -> None:
        """Zalo calls us; meanwhile keep the token fresh, in one process only."""
        while True:
            await self._until_answered(self._tokens.keep_fresh)
            await asyncio.sleep(FRESHEN_SECONDS)

    async def send(self, post: Post) -> Sent:
        """Send words with their choices, or a file alone."""
        if post.attachment is not None:
            return await self._send_file(post, post.attachment)
        words = plain(post.text)
        choices = tuple(choice for row in post.choices for choice in row)
        ladder = self._ladder if choices and not self.is_group(post.chat) else (Shape.TEXT,)
        for shape in ladder:
            try:
                sent = await self._send(post.chat, shapes.text(words, choices, shape))
            except OaError as error:
                if error.code not in WRONG_SHAPE or shape is ladder[-1]:
                    raise failure(error, group=self.is_group(post.chat)) from error
            else:
                self._settle_for(shape, ladder)
                return sent
        raise AssertionError("the last rung is sent or fails")

    def _settle_for(self, shape: Shape, ladder: tuple[Shape, ...]) -> None:
        """What was refused in one shape and taken in another is not tried in the first again."""
        if shape is not ladder[0]:
            log.warning("zalo_oa_buttons_refused", channel=self.name, instead=str(shape))
            self._ladder = LADDER[LADDER.index(shape) :]

    async def _send(self, chat: Address, message: dict[str, Any]) -> Sent:
        """One message.

        Raises:
            OaError: Zalo refused it.
            DeliveryError: it did not answer.
        """
        id_ = chat.rpartition(":")[2]
        group = id_.startswith(GROUP)
        to = {"group_id": id_.removeprefix(GROUP)} if group else {"user_id": id_}
        try:
            found = await self.api.post(
                TO_GROUP if group else CS, {"recipient": to, "message": message}
            )
        except NoAnswerError as error:
            raise failure(error) from error
        return Sent(str(found.get("message_id", "")) if isinstance(found, dict) else "")

    async def _send_file(self, post: Post, file: Attachment) -> Sent:
        is_picture = file.name.lower().endswith(PICTURES)
        ref = file.ref or await self._upload(file, is_picture=is_picture)
        words = plain(post.text)
        message = shapes.picture(ref, words) if is_picture else shapes.document(ref)
        try:
            sent = await self._send(post.chat, message)
        except OaError as error:
            raise failure(error, group=self.is_group(post.chat)) from error
        return Sent(sent.message_id, ref)

    async def _upload(self, file: Attachment, *, is_picture: bool) -> str:
        """Bring a file to Zalo. What is lost on the way was shown to nobody: it is no doubt."""
        kind, field = ("image", "attachment_id") if is_picture else ("file", "token")
        mime = file.mime or "application/octet-stream"
        try:
            found = await self.api.upload(f"/v2.0/oa/upload/{kind}", file.name, mime, file.content)
            return msgspec.convert(found, dict[str, Any])[field]  # type: ignore[no-any-return]
        except NoAnswerError as error:
            raise DeliveryError(str(error), retryable=True, down=True) from error
        except OaError as error:
            raise failure(error) from error
        except (msgspec.ValidationError, KeyError) as error:
            raise DeliveryError("no id for the file") from error
