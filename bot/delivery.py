"""Outbox → channels: paced, in order within a chat, retried or given up, each fate written down.

All that is decided runs in `turn`, one at a time: it writes down the fates of what was answered
and takes what may go next, in one transaction. The sends themselves are tasks of the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from bot import fates, metrics
from bot.breaker import Breaker
from bot.channels.base import Channel, DeliveryError, Sent
from bot.clock import Clock
from bot.fates import Fate
from bot.lanes import Lane, Outcome, has_news, perform, ref_of
from bot.letters import Claims, Letter
from bot.outgoing import Entry, Outgoing
from bot.pacing import Limiter, Pace
from bot.recording import Closed, write
from bot.resting import Resting, remember
from storage import deliveries
from storage.database import Engine, Session, alone_here, begin, reading
from storage.detours import channel_of

log = structlog.get_logger()
AT_ONCE = 100
"""How many messages a turn takes for one channel at most."""
WINDOW = 20_000
"""How many waiting rows of a lane are known at most; the others are read as these go."""
OVERLAP = 200
"""On PostgreSQL a row may be committed after rows with higher numbers."""
LOOK_SECONDS = 5.0
"""How long at most nobody looks anew at all that waits: others may have changed it."""
RETRY_PAUSE = 1.0
SHORTEST_PAUSE = 0.002
GATHER = 0.008
"""Answers that come within so many seconds share a turn, and so a commit."""


@dataclass
class Delivery:
    """Sends what is queued. `on_blocked` hears of closed chats (and whether the bot is only muted
    there), `on_outage` of a channel that is down since a moment, and then until when it was.
    """

    engine: Engine
    channels: Mapping[str, Channel]
    clock: Clock
    paces: Mapping[str, Pace] = field(default_factory=dict)
    monotonic: Callable[[], float] = time.monotonic
    on_blocked: Closed | None = None
    on_outage: Callable[[Session, str, datetime, datetime | None], None] | None = None
    metered: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.lanes = {name: self._lane(channel) for name, channel in self.channels.items()}
        self.serving = set(self.channels)
        """The channels this process sends for: one sender a channel, or the pace would be broken."""
        self._outcomes: deque[Outcome] = deque()
        self._unwritten: list[tuple[Outcome, Fate]] = []
        self._looked = float("-inf")
        self._resting = Resting(self.monotonic)
        self._stopping = False
        self.wake = asyncio.Event()

    @property
    def limiters(self) -> dict[str, Limiter]:
        """The pace of each channel."""
        return {name: lane.limiter for name, lane in self.lanes.items()}

    def _lane(self, channel: Channel) -> Lane:
        limiter = Limiter(self.paces.get(channel.name, Pace()), self.monotonic)
        outgoing = Outgoing(limiter, channel.is_group)
        return Lane(channel, limiter, Breaker(self.monotonic), outgoing)

    def recover(self, name: str) -> int:
        """After a crash: what a channel was sending is in doubt. Resent once where it allows."""
        now, lane = self.clock.now(), self.lanes[name]
        with begin(self.engine) as session:
            remember(session, lane)
            rows = [
                row
                for row in deliveries.sending(session, name)
                if not lane.outgoing.is_busy(row.chat)
            ]
            for row in rows:
                fate = fates.interrupted(row.how, row.doubted_at, lane.channel.limits, now)
                deliveries.change(session, row.id, **fate.values)
        self._looked = float("-inf")
        return len(rows)

    def take(self) -> tuple[list[Letter], float]:
        """Write down what was answered; the letters that may go now, marked as being sent, and
        the seconds until others may.

        Raises:
            SQLAlchemyError: the database is busy or full; nothing has changed, try again.
        """
        lanes = [self.lanes[name] for name in sorted(self.serving) if self.channels[name].ready]
        now = self.clock.now()
        while self._outcomes:
            self._settle(self._outcomes.popleft(), now)
        self._resting.settle()
        self._read(lanes, now)
        picked, pause = self._pick(lanes, now)
        news = any(map(has_news, lanes))
        if not (self._unwritten or any(picked) or news):
            return [], pause
        claims = self._commit(lanes, picked, now)
        if news or any(outcome.error is not None for outcome, _ in self._unwritten):
            pause = 0.0  # people may have been told, or a row have gone to another chat
            self._looked = float("-inf")
        self._unwritten.clear()
        for lane, claim in zip(lanes, claims, strict=True):
            self._claimed(lane, claim, now)
            if claim.later or claim.gone or claim.moved:
                pause = 0.0  # it is the turn of what stands behind them
        return [letter for claim in claims for letter in claim.letters], pause

    def _commit(self, lanes: list[Lane], picked: list[list[Entry]], now: datetime) -> list[Claims]:
        try:
            with begin(self.engine) as session:
                write(session, self._unwritten, now, self.on_blocked, self.metered)
                claims = [
                    self._claim(session, lane, entries, now)
                    for lane, entries in zip(lanes, picked, strict=True)
                ]
                for lane in lanes:
                    self._tell(session, lane, now)
        except BaseException:
            for lane, entries in zip(lanes, picked, strict=True):
                lane.breaker.unprobe()
                for entry in entries:
                    lane.outgoing.unpick(entry)
            raise
        for lane in lanes:
            if has_news(lane):
                lane.down_since = now if lane.breaker.is_open else None
                self._resting.look_anew()
        return claims

    def _settle(self, outcome: Outcome, now: datetime) -> None:
        """Decide a fate and give the chat back: nothing goes to it before this is written."""
        entry = outcome.letter.entry
        lane = self.lanes[outcome.letter.row.channel]
        fate, error = Fate({}), outcome.error
        if error is None or not (error.down or error.retryable) or error.retry_after:
            lane.breaker.worked()
        else:
            lane.breaker.failed()
        if error is not None:
            log.info("not_delivered", outbox=entry.id, how=entry.how, reason=error.reason)
            limits, down = lane.channel.limits, lane.breaker.is_open
            fate = fates.failed(outcome.letter, error, limits, now, down=down)
        self._unwritten.append((outcome, fate))
        if fate.chat is None:
            lane.outgoing.done(entry, again=fate.again)
        else:
            lane.outgoing.done(entry)
        blob = outcome.letter.body.blob
        if blob in lane.uploading and not ref_of(outcome.letter):
            lane.uploading.discard(blob)
            waiting = [parked for parked, wanted in lane.parked if wanted == blob]
            lane.parked = [(parked, b) for parked, b in lane.parked if b != blob]
            for parked in waiting:
                lane.outgoing.unpark(parked)

    def _read(self, lanes: list[Lane], now: datetime) -> None:
        """Learn what has been queued; now and then look anew at all that waits."""
        anew = self.monotonic() - self._looked >= LOOK_SECONDS
        overlap = 0 if alone_here(self.engine) else OVERLAP
        if anew:
            self._looked = self.monotonic()
        with reading(self.engine) as session:
            self._resting.look(session)
            for lane in lanes:
                for bulk in (False, True):
                    after = 0 if anew else max(0, lane.read[bulk] - overlap)
                    if not anew and len(lane.outgoing.known) >= WINDOW:
                        continue
                    rows = deliveries.queued(
                        session, lane.channel.name, bulk=bulk, after=after, most=WINDOW
                    )
                    for row, chat, how, is_bulk, not_before, attempts in rows:
                        entry = Entry(row, chat, how, is_bulk, not_before)
                        lane.outgoing.add(entry, now, tried=attempts > 0)
                    if rows:
                        lane.read[bulk] = max(lane.read[bulk], rows[-1][0])

    def _pick(self, lanes: list[Lane], now: datetime) -> tuple[list[list[Entry]], float]:
        picked, pause = [], LOOK_SECONDS
        for lane in lanes:
            wait = None if self._resting.rests(lane) else lane.breaker.wait()
            if wait == 0.0:
                most = 1 if lane.breaker.is_open else AT_ONCE
                entries, wait = lane.outgoing.pick(now, most)
                if entries and lane.breaker.is_open:
                    lane.breaker.probe()
                if len(entries) == most:
                    wait = 0.0
            else:
                entries = []
            picked.append(entries)
            pause = pause if wait is None else min(pause, wait)
        return picked, pause

    def _claim(self, session: Session, lane: Lane, entries: list[Entry], now: datetime) -> Claims:
        claim = Claims(session, lane.channel, now, set(lane.uploading))
        if entries:
            claim.claim(entries)
        return claim

    def _claimed(self, lane: Lane, claim: Claims, now: datetime) -> None:
        lane.uploading = claim.uploading
        for entry, when in claim.later:
            lane.outgoing.defer(entry, when)
        for entry, blob in claim.parked:
            lane.outgoing.park(entry)
            lane.parked.append((entry, blob))
        for entry in claim.gone:
            lane.outgoing.drop(entry)
        for entry, chat in claim.moved:
            lane.outgoing.drop(entry)
            if channel_of(chat) == lane.channel.name:  # else its own lane finds it
                lane.outgoing.add(entry._replace(chat=chat), now)
        if not claim.letters:
            lane.breaker.unprobe()

    def _tell(self, session: Session, lane: Lane, now: datetime) -> None:
        """Once when a channel goes down, and once when it is back."""
        if not has_news(lane):
            return
        down, since = lane.breaker.is_open, lane.down_since or now
        log.warning("channel_down" if down else "channel_up", channel=lane.channel.name)
        if self.on_outage is not None:
            self.on_outage(session, lane.channel.name, since, None if down else now)

    async def deliver(self, letter: Letter) -> None:
        """Send one; its fate is written down in the next turn."""
        lane = self.lanes[letter.row.channel]
        if held := lane.limiter.held(letter.row.chat):  # since it was taken, another was refused
            lane.outgoing.unsent(letter.entry)
            waits = DeliveryError("the platform asked to wait", retry_after=held)
            self._outcomes.append(Outcome(letter, Sent(), waits))
            self.wake.set()
            return
        error: DeliveryError | None = None
        sent = Sent()
        begun = self.monotonic()
        try:
            sent = await perform(lane.channel, letter)
        except DeliveryError as failure:
            error = failure
        except Exception as failure:
            log.exception("channel_failed", channel=lane.channel.name, outbox=letter.row.id)
            error = DeliveryError(type(failure).__name__, in_doubt=True)
        finally:
            lane.outgoing.answered(letter.entry)
        metrics.note_send(lane.channel.name, error, self.monotonic() - begun)
        if error is not None and error.retry_after:
            lane.limiter.hold(error.retry_after, letter.row.chat if error.one_chat else "")
        self._outcomes.append(Outcome(letter, sent, error))
        self.wake.set()

    async def drain(self) -> None:
        """Send until nothing more may go at this moment (tests, and a graceful stop)."""
        self._looked = float("-inf")
        self._resting.look_anew()
        while True:
            letters, pause = await asyncio.to_thread(self.take)
            if not letters and not self._outcomes and pause > 0:
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
                try:
                    letters, pause = await asyncio.to_thread(self.take)
                except Exception as error:  # noqa: BLE001 - a database that is busy or full
                    log.warning("outbox_unreachable", reason=type(error).__name__)
                    await asyncio.sleep(RETRY_PAUSE)
                    continue
                for letter in letters:
                    sends.create_task(self.deliver(letter))
                self._ping(sends)
                if pause > 0:
                    await self._rest(pause)
        await asyncio.to_thread(self._write_rest)

    def _ping(self, sends: asyncio.TaskGroup) -> None:
        """A channel that is down and has nothing to send is asked whether it is back."""
        for name in self.serving:
            if self._resting.wants_ping(lane := self.lanes[name]):
                lane.breaker.probe()
                sends.create_task(self._resting.ping(lane)).add_done_callback(
                    lambda _task: self.wake.set()
                )

    async def _rest(self, pause: float) -> None:
        # not wait_for: on Python 3.11 it can swallow a cancellation
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(pause, SHORTEST_PAUSE)):
                await self.wake.wait()
                await asyncio.sleep(GATHER)

    def _write_rest(self) -> None:
        """The fates of what was on its way when we stopped."""
        now = self.clock.now()
        while self._outcomes:
            self._settle(self._outcomes.popleft(), now)
        with begin(self.engine) as session:
            write(session, self._unwritten, now, self.on_blocked, self.metered)
        self._unwritten.clear()
