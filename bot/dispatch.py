"""work(event): one event, one savepoint: seen? who? which line? run it, queue what it says."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.channels.base import Channel, Raw
from bot.posting import Poster, channel_of
from handlers import LINES, ROUTES, accounts
from handlers import groups as group_events
from handlers.access import recognise
from handlers.chat import (
    Call,
    File,
    How,
    Incoming,
    Kind,
    Limits,
    Links,
    Moment,
    Replies,
    Reply,
    Tick,
    Where,
)
from handlers.errors import Refusal
from storage import blobs, dialogues, doors, groups, locks, mail, signals
from storage.database import Connection, Engine, Session, begin, reading, savepoint, scrub_log
from storage.mail import Inbox, InboxState
from storage.signals import Signal

log = structlog.get_logger()
BATCH = 100
STUMBLE_PAUSE = timedelta(minutes=1)
"""How long timed work that failed is left alone, so that a bug does not run every second."""


@dataclass(frozen=True, slots=True)
class Event:
    """A stored event and what it says; `incoming` is None if it is nothing we care for."""

    id: int
    incoming: Incoming | None
    problem: str = ""


@dataclass
class Dispatcher:
    """Works stored events, and whatever comes due, one transaction each batch."""

    engine: Engine
    channels: Mapping[str, Channel]
    public_url: str = ""
    rng: random.Random = field(default_factory=random.SystemRandom)
    policy: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.poster = Poster(self._limits_of)
        self._stumbled: dict[tuple[str, int], datetime] = {}

    def _limits_of(self, address: str) -> Limits:
        """What the channel of an address can do; one not served here keeps its mail queued."""
        channel = self.channels.get(channel_of(address))
        return channel.limits if channel is not None else Limits()

    def links(self) -> Links:
        """Addresses to print; a channel knows its own once it is ready."""
        starts = {name: channel.start_link() for name, channel in self.channels.items()}
        return Links(self.public_url, {name: link for name, link in starts.items() if link})

    def receive(self, channel: str, raws: Sequence[Raw], now: datetime) -> int:
        """Store events; once this returns they may be acknowledged. How many were new."""
        rows = [
            Inbox(
                channel=channel,
                event_id=raw.event_id,
                chat=self._chat_of(channel, raw.body),
                body=raw.body,
                received_at=now,
            )
            for raw in raws
        ]
        with begin(self.engine) as session:
            new = len(mail.receive(session, rows))
            if new:
                signals.tell(session, Signal.INBOX)
            return new

    def _chat_of(self, channel: str, body: str) -> str:
        try:
            incoming = self.channels[channel].decode(body)
        except Exception:  # noqa: BLE001 - a poison event is stored like any other
            return ""
        return incoming.chat if incoming else ""

    def take(self, skip: Sequence[str] = ()) -> list[Event]:
        """The next events to work, read; chats in `skip` wait (a file of theirs is on its way)."""
        with begin(self.engine) as session:
            ready = [name for name, channel in self.channels.items() if channel.ready]
            free = locks.free_chats(session.connection(), ready, skip, BATCH)
            return [self._read(row) for row in mail.waiting(session, ready, BATCH, skip, free)]

    def _read(self, row: Inbox) -> Event:
        assert row.id is not None
        try:
            return Event(row.id, self.channels[row.channel].decode(row.body))
        except Exception as error:  # noqa: BLE001 - set aside with its text, never in the way
            return Event(row.id, None, f"{type(error).__name__} while reading")

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
            forget = self._work_batch(events, now, held=held)
        except Exception:
            if len(events) == 1:
                raise
            log.warning("batch_failed", events=len(events))
            for event in events:
                self.work([event], now, held=held)
            return
        if forget:
            scrub_log(self.engine)

    def _work_batch(self, events: Sequence[Event], now: datetime, *, held: bool) -> bool:
        forget = False
        with self.engine.connect() as connection, connection.begin():
            mine = locks.claim(connection, [event.id for event in events], held=held)
            for event in events:
                if event.id in mine:
                    forget |= self._work_one(connection, event, now)
            signals.tell(connection, Signal.OUTBOX)
        return forget

    def _work_one(self, connection: Connection, event: Event, now: datetime) -> bool:
        """Work one event; whether its words must vanish from the log as well."""
        if event.problem:
            log.error("event_set_aside", event_id=event.id, problem=event.problem)
            self._close(connection, event, InboxState.SET_ASIDE, now, event.problem)
            return False
        if event.incoming is None:
            self._close(connection, event, InboxState.WORKED, now, "ignored", forget=True)
            return False
        try:
            with savepoint(connection) as session:
                return self._answer(session, event.id, event.incoming, now)
        except Refusal as refusal:
            replies = _refused(refusal, event.incoming)
            self._say(connection, event, replies, now, refusal.template, forget=refusal.forget)
            return refusal.forget
        except Exception:
            log.exception("event_failed", event_id=event.id)
            calm = Reply("talk/failed.j2", {"event": event.id}, how=_how(event.incoming))
            replies = [calm] if event.incoming.private or event.incoming.press_id else []
            self._say(connection, event, replies, now, "failed", InboxState.FAILED)
        return False

    def _answer(self, session: Any, event: int, incoming: Incoming, now: datetime) -> bool:
        group = None if incoming.private else groups.by_address(session, incoming.chat)
        actor = recognise(session, address=incoming.sender, name=incoming.sender_name, now=now)
        call = Call(
            session, actor, now, incoming, group, self.links(), self.rng, self.policy, run_line
        )
        accounts.remember(call)
        line = LINES.read(session, incoming, actor)
        replies = run_line(call, line) if line else None
        if line and not line.startswith("words ") and incoming.private:
            dialogues.answered(session, chat=incoming.chat, sender=incoming.sender)
        self.poster.queue(session, replies or [], now=now, origin=f"in:{event}", incoming=incoming)
        talk = replies is None and incoming.kind is Kind.TEXT
        forget = any(reply.forget for reply in replies or [])
        mail.close_event(
            session,
            event,
            state=InboxState.WORKED,
            now=now,
            note="" if line else "talk",
            forget=talk or forget,
        )
        return forget

    def _say(
        self,
        connection: Connection,
        event: Event,
        replies: Replies,
        now: datetime,
        note: str,
        state: InboxState = InboxState.WORKED,
        *,
        forget: bool = False,
    ) -> None:
        with savepoint(connection) as session:
            self.poster.queue(
                session, replies, now=now, origin=f"in:{event.id}", incoming=event.incoming
            )
            mail.close_event(session, event.id, state=state, now=now, note=note, forget=forget)

    def _close(
        self,
        connection: Connection,
        event: Event,
        state: InboxState,
        now: datetime,
        note: str,
        *,
        forget: bool = False,
    ) -> None:
        with savepoint(connection) as session:
            mail.close_event(session, event.id, state=state, now=now, note=note, forget=forget)

    def door_closed(self, session: Session, chat: str, now: datetime) -> None:
        """A chat turned out to be closed to the bot: queue what people must know of it."""
        lost = group_events.lost(Moment(session, now, self.links(), self.rng), chat)
        origin = f"closed:{chat}:{now.timestamp():.3f}"
        self.poster.queue(session, lost, now=now, origin=origin)

    def note_door(self, channel: str) -> None:
        """Remember the link into a channel that has become ready, for `chihoi invite`."""
        if link := self.channels[channel].start_link():
            with begin(self.engine) as session:
                doors.note(session, channel, link)

    def tick(self, ticks: Mapping[str, Tick], now: datetime) -> int:
        """Fire everything due, one transaction an item; how many messages were queued."""
        queued = 0
        for noun, tick in ticks.items():
            with reading(self.engine) as session:
                due = tick.due(session, now)
            for item in due:
                if self._stumbled.get((noun, item), now) <= now:
                    queued += self._fire(noun, tick, item, now)
        return queued

    def _fire(self, noun: str, tick: Tick, item: int, now: datetime) -> int:
        try:
            with begin(self.engine) as session:
                replies = tick.fire(Moment(session, now, self.links(), self.rng), item)
                origin = f"tick:{noun}:{item}:{now.timestamp():.3f}"
                queued = self.poster.queue(session, replies, now=now, origin=origin)
                if queued:
                    signals.tell(session, Signal.OUTBOX)
        except Exception:
            log.exception("tick_failed", noun=noun, item=item)
            self._stumbled[noun, item] = now + STUMBLE_PAUSE
            return 0
        if any(reply.forget for reply in replies):
            scrub_log(self.engine)
        return queued


def run_line(call: Call, line: str) -> Replies | None:
    """Run one command line; None when it turns out to be talk.

    Raises:
        Refusal: the command says no, or belongs into a private talk: what names people is not
            for a group's eyes.
    """
    word, _, rest = line.partition(" ")
    route = ROUTES.get(word) or ROUTES["unknown"]
    if route.where is Where.PRIVATE and not call.incoming.private:
        raise Refusal("talk/in_private.j2")
    replies = route.command(call, rest.strip())
    if replies is None:
        return None
    return [replies] if isinstance(replies, Reply) else replies


def _with_file(event: Event, file: File) -> Incoming:
    assert event.incoming is not None
    return replace(event.incoming, file=file)


def _how(incoming: Incoming) -> How:
    return How.ECHO if incoming.press_id else How.MESSAGE


def _refused(refusal: Refusal, incoming: Incoming) -> Replies:
    """A refusal answers a press with a toast, words with a message."""
    how = How.ECHO if incoming.press_id and not refusal.choices else How.MESSAGE
    return [
        Reply(
            refusal.template,
            refusal.context,
            how=how,
            choices=refusal.choices,
            expects=refusal.expects,
            private=refusal.private,
        )
    ]
