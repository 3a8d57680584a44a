"""Outbox → channels: paced, in order within a chat, retried or given up, each fate written down."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
import structlog

from bot.channels.base import Attachment, Channel, DeliveryError, Post, Sent
from bot.clock import Clock
from bot.pacing import Limiter, Pace
from bot.posting import Body
from storage import accounts, blobs, groups, mail
from storage.database import Engine, Session, begin
from storage.groups import GroupState
from storage.mail import Outbox, OutboxState

log = structlog.get_logger()
ATTEMPTS = 5
BACKOFF = timedelta(seconds=5)
LOOK_AHEAD = 500
LOOK_SECONDS = 5.0
"""How long at most nobody looks, should a wake-up from another process be lost."""
IN_DOUBT_NOTE = "sent once before; the answer was lost"


@dataclass(frozen=True, slots=True)
class Letter:
    """An outbox row taken for sending, with what it needs loaded."""

    row: Outbox
    body: Body
    attachment: Attachment | None = None
    message_id: str = ""


@dataclass
class Delivery:
    """Sends what is queued. `urgent` are toasts and reactions, outside the group's budget."""

    engine: Engine
    channels: Mapping[str, Channel]
    clock: Clock
    paces: Mapping[str, Pace] = field(default_factory=dict)
    monotonic: Callable[[], float] = time.monotonic
    on_blocked: Callable[[Session, str, datetime], None] | None = None

    def __post_init__(self) -> None:
        self.limiters = {
            name: Limiter(self.paces.get(name, Pace()), self.monotonic) for name in self.channels
        }
        self.serving = set(self.channels)
        """The channels this process sends for: one sender a channel, or the pace would be broken."""
        self._busy: set[str] = set()
        self._stopping = False
        self.wake = asyncio.Event()

    def recover(self, name: str) -> int:
        """After a crash: what a channel was sending is in doubt. Resent once where it allows."""
        with begin(self.engine) as session:
            found = mail.in_state(session, OutboxState.SENDING)
            rows = [row for row in found if row.channel == name and row.chat not in self._busy]
            for row in rows:
                channel = self.channels.get(row.channel)
                again = channel is not None and channel.limits.resend_in_doubt
                row.state = OutboxState.QUEUED if again else OutboxState.IN_DOUBT
                row.note = IN_DOUBT_NOTE
                session.add(row)
            return len(rows)

    def take(self) -> tuple[list[Letter], float]:
        """Rows that may go now, marked as being sent; and seconds until the next may."""
        now = self.clock.now()
        letters: list[Letter] = []
        pause = 60.0
        with begin(self.engine) as session:
            ready = [name for name in self.serving if self.channels[name].ready]
            for row in mail.due(session, now, ready, LOOK_AHEAD):
                if row.chat in self._busy:
                    continue
                if row.expires_at is not None and row.expires_at <= now:
                    row.state = OutboxState.EXPIRED
                    session.add(row)
                    continue
                wait = self._wait(row)
                if wait is None or wait > 0:
                    pause = min(pause, 1.0 if wait is None else wait)
                    continue
                letter = self._load(session, row)
                if letter is not None:
                    self._start(row)
                    letters.append(letter)
            following = mail.next_due(session, now)
        if following is not None:
            pause = min(pause, max(0.0, (following - now).total_seconds()))
        return letters, pause

    def _wait(self, row: Outbox) -> float | None:
        if row.how in {"toast", "reaction"}:
            return 0.0
        group = self.channels[row.channel].is_group(row.chat)
        return self.limiters[row.channel].wait(row.chat, group=group)

    def _start(self, row: Outbox) -> None:
        row.state = OutboxState.SENDING
        row.attempts += 1
        self._busy.add(row.chat)
        if row.how not in {"toast", "reaction"}:
            group = self.channels[row.channel].is_group(row.chat)
            self.limiters[row.channel].take(row.chat, group=group)

    def _load(self, session: Session, row: Outbox) -> Letter | None:
        """What the row needs to go; None if it can go no more, or not yet."""
        body = msgspec.json.decode(row.body, type=Body)
        session.add(row)
        if row.how in {"edit", "delete"}:
            original = mail.latest(session, row.chat, row.subject)
            if original is None or original.state in {OutboxState.FAILED, OutboxState.BLOCKED}:
                row.state, row.note = OutboxState.FAILED, "nothing to change"
                return None
            if original.state != OutboxState.SENT:
                row.not_before = self.clock.now() + timedelta(seconds=2)
                return None
            return Letter(row, body, None, original.message_id)
        if body.blob is None:
            return Letter(row, body)
        blob = blobs.get(session, body.blob)
        if blob is None:
            row.state, row.note = OutboxState.FAILED, "the file is gone"
            return None
        ref = blobs.uploaded(session, body.blob, row.channel)
        name = body.file_name or blob.name
        return Letter(row, body, Attachment(name, blob.mime, blob.content, ref))

    async def deliver(self, letter: Letter) -> None:
        """Send one and write down its fate."""
        row = letter.row
        channel = self.channels[row.channel]
        failure: DeliveryError | None = None
        sent = Sent()
        try:
            sent = await self._perform(channel, letter)
        except DeliveryError as error:
            failure = error
        except Exception as error:
            log.exception("channel_failed", channel=row.channel, outbox=row.id)
            failure = DeliveryError(type(error).__name__, in_doubt=True)
        finally:
            self._finish(row)
        await asyncio.to_thread(self._record, letter, sent, failure)
        self._busy.discard(row.chat)
        self.wake.set()

    async def _perform(self, channel: Channel, letter: Letter) -> Sent:
        row, body = letter.row, letter.body
        if row.how == "toast":
            await channel.toast(row.chat, body.press_id, body.text)
        elif row.how == "reaction":
            await channel.react(row.chat, body.target, body.text)
        elif row.how == "delete":
            await channel.delete(row.chat, letter.message_id)
        else:
            post = Post(row.chat, body.text, body.choices, letter.attachment, body.reply_to)
            if row.how != "edit":
                return await channel.send(post)
            await channel.edit(post, letter.message_id)
        return Sent()

    def _finish(self, row: Outbox) -> None:
        if row.how not in {"toast", "reaction"}:
            group = self.channels[row.channel].is_group(row.chat)
            self.limiters[row.channel].answer(row.chat, group=group)

    def _record(self, letter: Letter, sent: Sent, failure: DeliveryError | None) -> None:
        now = self.clock.now()
        with begin(self.engine) as session:
            row = session.get(Outbox, letter.row.id)
            assert row is not None
            if failure is None:
                row.state, row.sent_at, row.message_id = OutboxState.SENT, now, sent.message_id
                if sent.file_ref and letter.body.blob is not None:
                    blobs.note_upload(session, letter.body.blob, row.channel, sent.file_ref)
            else:
                self._failed(session, row, failure, now)
            session.add(row)

    def _failed(self, session: Session, row: Outbox, error: DeliveryError, now: datetime) -> None:
        """Retry, wait, move, or give up, as the error's flags say."""
        log.info("not_delivered", outbox=row.id, how=row.how, reason=error.reason)
        row.note = error.reason
        channel = self.channels[row.channel]
        if error.moved_to:
            groups.move(session, row.chat, error.moved_to)
            row.chat, row.state = error.moved_to, OutboxState.QUEUED
        elif error.blocked:
            row.state = OutboxState.BLOCKED
            self._close_door(session, row.chat, now)
        elif error.retry_after:
            self.limiters[row.channel].hold(error.retry_after)
            row.state, row.attempts = OutboxState.QUEUED, row.attempts - 1
            row.not_before = now + timedelta(seconds=error.retry_after)
        elif error.in_doubt:
            again = channel.limits.resend_in_doubt and row.attempts < 2
            row.state = OutboxState.QUEUED if again else OutboxState.IN_DOUBT
            row.note = IN_DOUBT_NOTE
        elif error.retryable and row.attempts < ATTEMPTS:
            row.state = OutboxState.QUEUED
            row.not_before = now + BACKOFF * 2 ** (row.attempts - 1)
        else:
            row.state = OutboxState.FAILED

    def _close_door(self, session: Session, chat: str, now: datetime) -> None:
        if self.on_blocked is not None:
            self.on_blocked(session, chat, now)  # first: by its state it knows whether this is news
        group = groups.by_address(session, chat)
        account = accounts.by_private_chat(session, chat)
        if group is not None:
            group.state = GroupState.GONE
            session.add(group)
        if account is not None:
            account.blocked = True
            session.add(account)
        mail.block(session, chat)

    async def drain(self) -> None:
        """Send until nothing more may go at this moment (tests, and a graceful stop)."""
        while True:
            letters, _ = await asyncio.to_thread(self.take)
            if not letters:
                return
            await asyncio.gather(*(self.deliver(letter) for letter in letters))

    def stop(self) -> None:
        """Take nothing more; `run` returns once what is on its way has its answer."""
        self._stopping = True
        self.wake.set()

    async def run(self) -> None:
        """Send until stopped."""
        async with asyncio.TaskGroup() as sends:
            while not self._stopping:
                self.wake.clear()
                letters, pause = await asyncio.to_thread(self.take)
                for letter in letters:
                    sends.create_task(self.deliver(letter))
                if not letters and not self._stopping:
                    # not wait_for: on Python 3.11 it can swallow a cancellation
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(min(max(pause, 0.02), LOOK_SECONDS)):
                            await self.wake.wait()
