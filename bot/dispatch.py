"""work(event): one event, one savepoint: seen? who? which line? run it, queue what it says."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog

from bot import metrics
from bot.batch import Batch, Event, Stumbled
from bot.budget import Budget
from bot.channels.base import Channel, Raw
from bot.file_links import FileLinks
from bot.posting import Poster
from bot.stranded import rehome
from handlers import deliveries
from handlers import groups as group_events
from handlers.capacity import Plan
from handlers.chat import UNDATED, File, Incoming, Limits, Links, Moment, Reply, Tick
from handlers.detours import deciding
from storage import blobs, detours, doors, inbox, locks, signals
from storage.accounts import Account, AccountMember
from storage.batches import part, together
from storage.database import (
    Engine,
    Session,
    alone_here,
    begin,
    is_collision,
    reading,
    savepoint,
    scrub_log,
    turn,
)
from storage.detours import channel_of
from storage.groups import Group
from storage.inbox import Waiting
from storage.members import Member, Role
from storage.rolls import Roll
from storage.signals import Signal
from storage.units import Unit

log = structlog.get_logger()
BATCH = 100
MOST_WAITING = 20_000
"""Events stored and not worked; more than this and whoever brings more is made to wait."""
KEPT = (Unit, Group, Member, Roll)
"""What the events of a batch read again and again, and change only as objects."""
WHO = (Account, AccountMember, Member, Role)
"""What tells who is speaking: read for a whole batch at once."""
FIRED_AT_ONCE = 20
"""So many due items share a transaction; few, because what comes in waits for it."""
PATIENCE = timedelta(minutes=15)
"""So long a channel may answer nobody before what is open goes by other doors."""
MAIL = "detours.mail"
STUMBLE_PAUSE = timedelta(minutes=1)
"""How long timed work that failed is left alone, so that a bug does not run every second."""


@dataclass
class Dispatcher:
    """Works stored events, and whatever comes due, one transaction each batch."""

    engine: Engine
    channels: Mapping[str, Channel]
    public_url: str = ""
    rng: random.Random = field(default_factory=random.SystemRandom)
    policy: Mapping[str, Any] = field(default_factory=dict)
    file_links: FileLinks | None = None
    plans: Mapping[str, Plan] = field(default_factory=dict)
    patience: timedelta | None = PATIENCE

    def __post_init__(self) -> None:
        self.poster = Poster(self._limits_of, self.file_links, Budget(self.plans))
        self._stumbled: dict[tuple[str, int], datetime] = {}

    def _limits_of(self, address: str) -> Limits:
        """What the channel of an address can do; one not served here keeps its mail queued."""
        channel = self.channels.get(channel_of(address))
        if channel is None:
            return Limits()
        return channel.limits.there(group=channel.is_group(address))

    def links(self) -> Links:
        """Addresses to print; a channel knows its own once it is ready."""
        starts = {name: channel.start_link() for name, channel in self.channels.items()}
        limits = {name: channel.limits for name, channel in self.channels.items()}
        open_doors = {name: link for name, link in starts.items() if link}
        return Links(self.public_url, open_doors, limits)

    def receive(self, arrived: Sequence[tuple[str, Raw]], now: datetime) -> int:
        """Store events, each with its channel's name; once this returns they may be acknowledged.
        How many were new.
        """
        rows = [
            {
                "channel": channel,
                "event_id": raw.event_id,
                "chat": self._chat_of(channel, raw.body),
                "body": raw.body,
                "received_at": now,
            }
            for channel, raw in arrived
        ]
        with begin(self.engine) as session:
            new = inbox.receive(session, rows)
            if new:
                signals.tell(session, Signal.INBOX)
            return new

    def crowded(self) -> bool:
        """Whether so much waits that intake had better wait too."""
        with reading(self.engine) as session:
            return inbox.waits_more_than(session, MOST_WAITING)

    def _chat_of(self, channel: str, body: str) -> str:
        try:
            incoming = self.channels[channel].decode(body)
        except Exception:  # noqa: BLE001 - a poison event is stored like any other
            return ""
        return incoming.chat if incoming else ""

    def take(self, skip: Sequence[str] = ()) -> list[Event]:
        """The next events to work, read; chats in `skip` wait (a file of theirs is on its way)."""
        look = reading if alone_here(self.engine) else begin  # the locks of `free_chats` need one
        with look(self.engine) as session:
            ready = [name for name, channel in self.channels.items() if channel.ready]
            free = locks.free_chats(session.connection(), ready, skip, BATCH)
            return [self._read(row) for row in inbox.waiting(session, ready, BATCH, skip, free)]

    def _read(self, row: Waiting) -> Event:
        try:
            incoming = self.channels[row.channel].decode(row.body)
        except Exception as error:  # noqa: BLE001 - set aside with its text, never in the way
            return Event(row.id, None, f"{type(error).__name__} while reading")
        if incoming is not None and incoming.at <= UNDATED:
            incoming = replace(incoming, at=row.received_at)
        return Event(row.id, incoming)

    def keep_file(self, event: Event, content: bytes | None, problem: str, now: datetime) -> Event:
        """Store the file an event brought, or why it could not be fetched."""
        assert event.incoming is not None and event.incoming.file is not None
        file: File = event.incoming.file
        if content is None:
            return replace(event, incoming=_with_file(event, replace(file, problem=problem)))
        with begin(self.engine) as session:
            blob = blobs.keep(session, name=file.name, mime=file.mime, content=content, now=now)
        return replace(event, incoming=_with_file(event, replace(file, blob=blob.id)))

    def work(self, events: Sequence[Event], now: datetime, *, held: bool = False) -> None:
        """Work events in order. A bug in one harms no other; if the batch itself cannot be
        committed, each is tried alone. `held`: this process holds a lock on their chat.
        """
        try:
            scrub = self._work_batch(events, now, held=held)
        except Exception:
            if len(events) == 1:
                raise
            log.warning("batch_failed", events=len(events))
            for event in events:
                self.work([event], now, held=held)
            return
        if scrub:
            scrub_log(self.engine)

    def _work_batch(self, events: Sequence[Event], now: datetime, *, held: bool) -> bool:
        """Work a batch; whether its words must vanish from the log as well.

        Where nobody else can write meanwhile, its events share a session, and so what they read.
        A bug there spoils the session: all is undone, and done again with a session for each.
        """
        shared = alone_here(self.engine)
        try:
            return self._transact(events, now, held=held, shared=shared)
        except Stumbled:
            return self._transact(events, now, held=held, shared=False)

    def _transact(
        self, events: Sequence[Event], now: datetime, *, held: bool, shared: bool
    ) -> bool:
        with turn(self.engine), self.engine.connect() as connection, connection.begin():
            mine = locks.claim(connection, [event.id for event in events], held=held)
            with together(connection, KEPT, WHO) if shared else nullcontext() as session:
                batch = Batch(
                    partial(part, session) if session else partial(savepoint, connection),
                    shared,
                    self.poster,
                    now,
                    self.links(),
                    self.rng,
                    self.policy,
                )
                hers = [event for event in events if event.id in mine]
                if session and len(hers) > 1:
                    batch.foresee(session, hers)
                for event in hers:
                    batch.work(event)
            inbox.close(connection, batch.endings, now)
            signals.tell(connection, Signal.OUTBOX)
        metrics.note_events(batch.endings)
        return any(ending.scrub for ending in batch.endings)

    def say(self, session: Session, replies: Iterable[Reply], *, now: datetime, origin: str) -> int:
        """Queue what a page or a command has to say, and wake whichever process sends it; how many
        messages were new.
        """
        queued = self.poster.queue(session, replies, now=now, origin=origin)
        if queued:
            signals.tell(session, Signal.OUTBOX)
        return queued

    def door_closed(self, session: Session, chat: str, now: datetime, muted: bool) -> None:
        """A chat turned out to be closed to the bot: queue what people must know of it."""
        moment = Moment(session, now, self.links(), self.rng)
        lost = group_events.lost(moment, chat, muted=muted) + deliveries.unreached(moment, chat)
        origin = f"closed:{chat}:{now.timestamp():.3f}"
        self.poster.queue(session, lost, now=now, origin=origin)

    def outage(
        self, session: Session, channel: str, since: datetime, until: datetime | None
    ) -> None:
        """A channel is down, or (`until`) back: queue what officers must know of it. Should it
        stay down, what is open is moved; if it was, they are told once it has been brought back.
        Several processes may find the same; the first one counts.
        """
        moment = Moment(session, until or since, self.links(), self.rng)
        if self.patience is None:
            news = True
        elif until is None:
            news = deciding.suspect(session, channel, since, self.patience)
        else:
            news = deciding.relieve(session, channel, until)
        told = deliveries.outage(moment, channel, since, until) if news else []
        self.poster.queue(session, told, now=moment.now, origin="outage")

    def note_door(self, channel: str) -> None:
        """Remember the link into a channel that has become ready, for `chihoi invite`."""
        if link := self.channels[channel].start_link():
            with begin(self.engine) as session:
                doors.note(session, channel, link)

    def tick(self, ticks: Mapping[str, Tick], now: datetime) -> int:
        """Fire everything due; how many messages were queued."""
        queued = 0
        with reading(self.engine) as session:
            due = {noun: tick.due(session, now) for noun, tick in ticks.items()}
            unmailed = detours.unmailed(session)
        self._rehome(unmailed, now)
        for noun, tick in ticks.items():
            ready = [item for item in due[noun] if self._stumbled.get((noun, item), now) <= now]
            for at in range(0, len(ready), FIRED_AT_ONCE):
                queued += self._fire_some(noun, tick, ready[at : at + FIRED_AT_ONCE], now)
        return queued

    def _rehome(self, unmailed: Sequence[int], now: datetime) -> None:
        """What waits for a channel that is down goes to people's other doors."""
        for detour_id in unmailed:
            if self._stumbled.get((MAIL, detour_id), now) > now:
                continue
            try:
                with begin(self.engine) as session:
                    if (detour := detours.get(session, detour_id)) is not None:
                        rehome(session, detour, self._limits_of, now)
                        signals.tell(session, Signal.OUTBOX)
            except Exception:
                log.exception("tick_failed", noun=MAIL, item=detour_id)
                self._stumbled[MAIL, detour_id] = now + STUMBLE_PAUSE

    def _fire_some(self, noun: str, tick: Tick, items: Sequence[int], now: datetime) -> int:
        """Fire items in one transaction; if one has a bug, each in its own."""
        try:
            return self._fire(noun, tick, items, now)
        except Exception as error:
            if len(items) == 1 and is_collision(error):
                return 0  # it is not to blame, and is due again at the next tick
            if len(items) == 1:
                log.exception("tick_failed", noun=noun, item=items[0])
                self._stumbled[noun, items[0]] = now + STUMBLE_PAUSE
                return 0
        return sum(self._fire_some(noun, tick, [item], now) for item in items)

    def _fire(self, noun: str, tick: Tick, items: Sequence[int], now: datetime) -> int:
        queued, scrub = 0, tick.scrubs
        with begin(self.engine) as session:
            for item in items:
                replies = tick.fire(Moment(session, now, self.links(), self.rng), item)
                origin = f"tick:{noun}:{item}:{now.timestamp():.3f}"
                queued += self.poster.queue(session, replies, now=now, origin=origin)
                scrub = scrub or any(reply.forget for reply in replies)
            if queued:
                signals.tell(session, Signal.OUTBOX)
        if scrub:
            scrub_log(self.engine)
        return queued


def _with_file(event: Event, file: File) -> Incoming:
    assert event.incoming is not None
    return replace(event.incoming, file=file)
