"""The composition root: every part built by hand, run in one TaskGroup."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import random
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import structlog

from bot.batch import Event
from bot.channels.base import Channel, DeliveryError, Raw
from bot.clock import Clock
from bot.delivery import Delivery
from bot.dispatch import PATIENCE, Dispatcher
from bot.file_links import FileLinks
from bot.intake import Intake
from bot.pacing import Pace
from bot.roles import ALL, Role, alone
from bot.schedule import Schedule
from handlers import TICKS
from handlers.capacity import Plan
from handlers.chat import Kind
from handlers.understanding import replies
from storage import erasure_list
from storage.database import Engine, begin, is_away, rebuild_small, scrub_log
from storage.locks import Lock
from storage.signals import Signal, heard

log = structlog.get_logger()
A = TypeVar("A")
T = TypeVar("T")
FILE_LIMIT = 20 * 1024 * 1024
"""Bytes; what Telegram lets a bot download (core.telegram.org/bots/api#getfile)."""
FETCH_TIMEOUT = 60.0
RETRY_PAUSE = 1.0
OPENS_WITHIN = 60.0
SWITCH_SECONDS = 0.0001
"""So long the loop waits for the interpreter until it insists. A thread that asks SQLite again and
again gives it free every 50 µs, and has it back before the loop has woken; each time the loop's
wait began anew, until 20 ms and more had gone (tests/bench: reminders).
"""
LOOK_SECONDS = 2.0
"""How long at most nobody looks, should a wake-up from another process be lost."""


@dataclass
class App:
    """One union's bot: its channels, its worker, its delivery and its clock."""

    engine: Engine
    channels: Mapping[str, Channel]
    clock: Clock
    public_url: str = ""
    paces: Mapping[str, Pace] = field(default_factory=dict)
    policy: Mapping[str, Any] = field(default_factory=dict)
    rng: random.Random = field(default_factory=random.SystemRandom)
    file_links: FileLinks | None = None
    plans: Mapping[str, Plan] = field(default_factory=dict)
    patience: timedelta | None = PATIENCE
    erasures: Path | None = None

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(
            self.engine,
            self.channels,
            self.public_url,
            self.rng,
            self.policy,
            self.file_links,
            self.plans,
            self.patience,
        )
        self.intake = Intake(
            lambda arrived: self.dispatcher.receive(arrived, self.clock.now()),
            self.dispatcher.crowded,
        )
        self.delivery = Delivery(
            self.engine,
            self.channels,
            self.clock,
            self.paces,
            on_blocked=self.dispatcher.door_closed,
            on_outage=self.dispatcher.outage,
            metered=frozenset(self.plans),
        )
        self.schedule = Schedule(self.clock, self.tick)
        self.ticked_at: datetime | None = None
        self._ticking = threading.Lock()
        self._mail = asyncio.Event()
        self._fetching: set[str] = set()
        self._sender: asyncio.Task[None] | None = None

    async def receive(self, channel: str, raws: Sequence[Raw]) -> None:
        """Store events; when this returns they may be acknowledged."""
        await self.intake.keep(channel, raws)
        self._mail.set()

    def tick(self) -> None:
        """Fire what is due, never twice at a time; called in a worker thread."""
        with self._ticking:
            self.dispatcher.tick(TICKS, self.clock.now())
            if self.erasures is not None and erasure_list.note_new(self.engine, self.erasures):
                rebuild_small(self.engine)
            self.ticked_at = self.clock.now()

    async def fetch(self, event: Event) -> Event:
        """Bring the file an event speaks of, so that the worker finds it stored."""
        assert event.incoming is not None and event.incoming.file is not None
        file = event.incoming.file
        content: bytes | None = None
        problem = "too_big" if file.size > FILE_LIMIT else ""
        if not problem:
            try:
                channel = self.channels[event.incoming.channel]
                async with asyncio.timeout(FETCH_TIMEOUT):
                    content = await channel.fetch(file)
            except (DeliveryError, TimeoutError) as error:
                log.warning("file_not_fetched", event_id=event.id, reason=str(error))
                problem = "too_big" if str(error) == "too_big" else "unavailable"
        keep = self.dispatcher.keep_file
        return await asyncio.to_thread(keep, event, content, problem, self.clock.now())

    async def work_once(self) -> int:
        """Work what has come in so far; how many events."""
        events = await asyncio.to_thread(self.dispatcher.take)
        ready = [await self.fetch(event) if wants_file(event) else event for event in events]
        if ready:
            await asyncio.to_thread(self.dispatcher.work, ready, self.clock.now())
            self.delivery.wake.set()
        return len(ready)

    async def settle(self) -> None:
        """Work and send until all is quiet (tests)."""
        while await self.work_once():
            pass
        await self.delivery.drain()

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as fetches:
            while True:
                self._mail.clear()
                try:
                    worked = await self._work_ready(fetches)
                except Exception:
                    log.exception("worker_failed")  # database busy or disk full: try again
                    await asyncio.sleep(RETRY_PAUSE)
                    continue
                if not worked:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(LOOK_SECONDS):
                            await self._mail.wait()

    async def _work_ready(self, fetches: asyncio.TaskGroup) -> int:
        """Work what is ready; a file is fetched aside, and only its chat waits for it."""
        events = await asyncio.to_thread(self.dispatcher.take, list(self._fetching))
        ready: list[Event] = []
        for event in events:
            chat = event.incoming.chat if event.incoming else ""
            if chat in self._fetching:
                continue
            if wants_file(event):
                self._fetching.add(chat)
                fetches.create_task(self._fetch_and_work(event, chat))
            else:
                ready.append(event)
        if ready:
            await asyncio.to_thread(self.dispatcher.work, ready, self.clock.now())
            self.delivery.wake.set()
        return len(ready)

    async def _fetch_and_work(self, event: Event, chat: str) -> None:
        lock = Lock(self.engine, f"chat:{chat}")
        try:
            if await asyncio.to_thread(lock.acquire):
                fetched = await self.fetch(event)
                work = functools.partial(self.dispatcher.work, held=True)
                await asyncio.to_thread(work, [fetched], self.clock.now())
        except Exception:
            log.exception("fetch_failed", event_id=event.id)
            await asyncio.sleep(RETRY_PAUSE)
        finally:
            await asyncio.to_thread(lock.release)
            self._fetching.discard(chat)
            self.delivery.wake.set()
            self._mail.set()

    async def stop(self, seconds: float) -> None:
        """Send no more, and wait so long for the answers to what is on its way."""
        self.delivery.stop()
        if self._sender is not None:
            await asyncio.wait([self._sender], timeout=seconds)

    async def run(self, roles: frozenset[Role] = ALL) -> None:
        """Do the work of these roles until cancelled."""
        warm_up(roles)
        await _at_last(scrub_log, self.engine)  # what a kill may have left unscrubbed
        self.delivery.serving.clear()
        async with asyncio.TaskGroup() as group:
            for channel in self.channels.values():
                group.create_task(self._serve(channel, roles))
            group.create_task(self._hear())
            if Role.WORKER in roles:
                group.create_task(self._work())
            if Role.DELIVERY in roles:
                self._sender = group.create_task(self.delivery.run())
            if Role.CLOCK in roles:
                keep_time = functools.partial(self.schedule.run, self.delivery.wake)
                group.create_task(alone(Lock(self.engine, "clock"), keep_time))

    async def open(self, channel: Channel) -> None:
        """Make a channel ready, and remember the link into it."""
        await channel.open()
        await _at_last(self.dispatcher.note_door, channel.name)

    async def _open_at_last(self, channel: Channel) -> None:
        """One that does not open for a minute counts as down until it does."""
        opening = asyncio.ensure_future(self.open(channel))
        since = self.clock.now()
        try:
            await asyncio.wait([opening], timeout=OPENS_WITHIN)
            if not opening.done():
                log.warning("channel_down", channel=channel.name)
                await _at_last(self._tell_outage, (channel.name, since, None))
                await opening
                log.warning("channel_up", channel=channel.name)
                await _at_last(self._tell_outage, (channel.name, since, self.clock.now()))
        finally:
            opening.cancel()
        await opening

    def _tell_outage(self, what: tuple[str, datetime, datetime | None]) -> None:
        channel, since, until = what
        with begin(self.engine) as session:
            self.dispatcher.outage(session, channel, since, until)

    async def _serve(self, channel: Channel, roles: frozenset[Role]) -> None:
        """Open a channel, then listen to it and send over it as these roles say."""
        await self._open_at_last(channel)
        self._mail.set()
        async with asyncio.TaskGroup() as group:
            if Role.INTAKE in roles:
                listen = functools.partial(channel.listen, self.receive)
                group.create_task(alone(Lock(self.engine, f"intake:{channel.name}"), listen))
            if Role.DELIVERY in roles:
                send = functools.partial(self._send_for, channel.name)
                group.create_task(alone(Lock(self.engine, f"delivery:{channel.name}"), send))

    async def _send_for(self, name: str) -> None:
        """Send for a channel until cancelled; first what another sender left in doubt."""
        doubtful = await _at_last(self.delivery.recover, name)
        if doubtful:
            log.warning("sending_interrupted", channel=name, messages=doubtful)
        self.delivery.serving.add(name)
        self.delivery.wake.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.delivery.serving.discard(name)

    async def _hear(self) -> None:
        """Look at once when another process has something for us."""
        wakes = {Signal.INBOX: self._mail, Signal.OUTBOX: self.delivery.wake}
        listens = True
        while listens:
            try:
                async for signal in heard(self.engine):
                    wakes[signal].set()
                listens = False  # SQLite: there is no other process
            except Exception as error:  # noqa: BLE001 - the database is away: listen anew
                log.warning("signals_lost", reason=type(error).__name__)
                await asyncio.sleep(RETRY_PAUSE)


def warm_up(roles: frozenset[Role] = ALL) -> None:
    """Read the words people answer in now, not when the first of them waits; let no later garbage
    collection look at what is loaded by now: it stays; and let the loop go first.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    if Role.WORKER in roles:
        replies.prepare()
    gc.freeze()


async def _at_last(work: Callable[[A], T], subject: A) -> T:
    """Do what a start needs, as soon as the database is neither busy nor full."""
    while True:
        try:
            return await asyncio.to_thread(work, subject)
        except Exception as error:
            if not is_away(error):
                raise
            log.warning("start_delayed", reason=type(error).__name__)
            await asyncio.sleep(RETRY_PAUSE)


def wants_file(event: Event) -> bool:
    """Whether a file must be fetched first: only one meant for the bot is."""
    incoming = event.incoming
    if incoming is None or incoming.kind is not Kind.FILE or incoming.file is None:
        return False
    fetched = incoming.file.blob is not None or incoming.file.problem
    return not fetched and (incoming.private or bool(incoming.to_bot))
