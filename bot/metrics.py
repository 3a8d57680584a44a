"""What Prometheus is told: how much this process has done, and what waits in the database.

Numbers and channels' names, never a chat, a person or a word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import DeliveryError
from storage import queues
from storage.database import reading
from storage.inbox import Ending, InboxState

if TYPE_CHECKING:
    from bot.app import App

DONE = CollectorRegistry()
EVENTS = Counter("chihoi_events", "Events worked, by how they ended", ["outcome"], registry=DONE)
SENDS = Counter(
    "chihoi_sends", "Calls to a channel, by what it answered", ["channel", "outcome"], registry=DONE
)
SECONDS = Histogram(
    "chihoi_send_seconds", "How long a channel took to answer", ["channel"], registry=DONE
)
FLAGS = ("blocked", "in_doubt", "down", "gone", "retryable")
OUTCOMES = ("sent", "flood", "moved", *FLAGS, "refused")
ENDED = (InboxState.WORKED, InboxState.FAILED, InboxState.SET_ASIDE)


def note_events(endings: Sequence[Ending]) -> None:
    """Events have been worked, and that is committed."""
    for ending in endings:
        EVENTS.labels(ending.state.value).inc()


def note_send(channel: str, error: DeliveryError | None, seconds: float) -> None:
    """A channel has answered a call, or has not."""
    SENDS.labels(channel, outcome(error)).inc()
    SECONDS.labels(channel).observe(seconds)


def outcome(error: DeliveryError | None) -> str:
    """What an answer means, in a word: `flood` is 429, `refused` is for good."""
    if error is None:
        return "sent"
    if error.retry_after:
        return "flood"
    if error.moved_to:
        return "moved"
    return next((flag for flag in FLAGS if getattr(error, flag)), "refused")


class Waiting(Collector):
    """The queues, the channels and the clock, read when Prometheus asks.

    Counters stand at 0 from the start: of one that first shows itself at 1, `rate` sees nothing.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        for state in ENDED:
            EVENTS.labels(state.value)
        for channel in app.channels:
            SECONDS.labels(channel)
            for word in OUTCOMES:
                SENDS.labels(channel, word)

    def collect(self) -> Iterator[Metric]:
        """Ask the database; without it only `chihoi_database_up` is told."""
        now = self.app.clock.now()
        try:
            with reading(self.app.engine) as session:
                found = queues.depths(session, now)
        except SQLAlchemyError:
            found = None
        up = found is not None
        yield GaugeMetricFamily("chihoi_database_up", "Whether it answers", value=up)
        if found is not None:
            yield _by_state("chihoi_inbox", "Events by state", found.inbox)
            yield _by_state("chihoi_outbox", "Messages by state", found.outbox)
            for name, since in (
                ("chihoi_oldest_event_seconds", found.oldest_event),
                ("chihoi_oldest_message_seconds", found.oldest_message),
            ):
                age = max(0.0, (now - since).total_seconds()) if since else 0.0
                yield GaugeMetricFamily(name, "How long the oldest has waited", value=age)
        yield from self._process(now.timestamp())

    def _process(self, now: float) -> Iterator[Metric]:
        ticked = self.app.ticked_at
        if ticked is not None:
            age = now - ticked.timestamp()
            yield GaugeMetricFamily("chihoi_tick_age_seconds", "Since the clock's tick", value=age)
        up = GaugeMetricFamily("chihoi_channel_up", "Whether it is served", labels=["channel"])
        for name, channel in self.app.channels.items():
            broken = self.app.delivery.lanes[name].breaker.is_open
            up.add_metric([name], channel.ready and not broken)
        yield up


def _by_state(name: str, words: str, counted: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=["state"])
    for state, number in counted.items():
        family.add_metric([state], number)
    return family
