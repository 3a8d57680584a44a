"""The row of updates waiting for the bot, and long polling.

Rules as in tdlib/telegram-bot-api 10.0: an update is kept until a higher offset confirms it or its
time is up; the newer of two pollers wins.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from bot.clock import Clock
from tests.channels.fake_telegram import errors
from tests.channels.telegram_spec import Json, spec

DAY = timedelta(hours=24)
CALLBACK_LIFE = timedelta(seconds=150)
"""How long an unfetched press waits (add_update of a callback query in the official server)."""
LONGEST_POLL = 50
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
Queue = tuple[str, int]


@dataclass(frozen=True)
class Update:
    """One waiting update; those of one `queue` reach a webhook in order, queues side by side."""

    id: int
    body: Json
    queue: Queue
    expires: datetime

    def json(self) -> Json:
        """As `Update`."""
        return {"update_id": self.id} | self.body


class Updates:
    """What waits for the bot. `webhook_url` is the address they go to instead of a poller."""

    def __init__(self, clock: Clock) -> None:
        self.webhook_url = ""
        self.on_news: Callable[[Update], None] = lambda _update: None
        self._clock = clock
        self._next_id = 700_000_001
        self._waiting: dict[int, Update] = {}
        self._held: list[Update] | None = None
        self._allowed = _kinds() - NOT_BY_DEFAULT
        self._again = 0
        self._poll: asyncio.Future[None] | None = None

    @property
    def allowed(self) -> list[str]:
        """The kinds the bot asked for."""
        return sorted(self._allowed)

    def __len__(self) -> int:
        return len(self.waiting())

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Choose the kinds from now on; an empty choice is the default one, None changes nothing."""
        if kinds is not None:
            self._allowed = _kinds() & set(kinds) or _kinds() - NOT_BY_DEFAULT

    def push(self, kind: str, body: Json, queue: Queue, life: timedelta = DAY) -> Update | None:
        """Append an update unless the bot does not want its kind."""
        if kind not in self._allowed:
            return None
        return self.push_raw({kind: body}, queue, life)

    def push_raw(self, body: Json, queue: Queue, life: timedelta = DAY) -> Update:
        """Append an update of any shape."""
        update = Update(self._next_id, body, queue, self._clock.now() + life)
        self._next_id += 1
        if self._held is None:
            self._announce(update)
        else:
            self._held.append(update)
        return update

    def hold(self) -> None:
        """Keep new updates back, as a slow line does."""
        self._held = self._held or []

    def release(self, *, backwards: bool = False) -> None:
        """Let those kept back through; to a webhook perhaps in the wrong order."""
        assert not backwards or self.webhook_url, "a poller always gets them in order"
        held, self._held = self._held or [], None
        for update in reversed(held) if backwards else held:
            self._announce(update)

    def deliver_again(self, times: int = 1) -> None:
        """The next `times` confirmations get lost: the same updates come once more."""
        self._again += times

    def confirmation_lost(self) -> bool:
        """Whether the confirmation just made gets lost."""
        lost = self._again > 0
        self._again -= lost
        return lost

    def restart_ids(self, at: int) -> None:
        """Number new updates from `at`, as Telegram may after a quiet week."""
        assert not self.waiting(), "the row must be empty"
        self._next_id = at

    def waiting(self) -> list[Update]:
        """All unconfirmed updates whose time is not up."""
        now = self._clock.now()
        for update in [u for u in self._waiting.values() if u.expires <= now]:
            self.confirm(update)
        return list(self._waiting.values())

    def confirm(self, update: Update) -> None:
        """Forget one update."""
        self._waiting.pop(update.id, None)

    def clear(self) -> None:
        """Forget all."""
        self._waiting.clear()

    def end_poll(self, reason: str) -> None:
        """Answer 409 to the poller that is waiting."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(errors.ApiError(409, reason))

    def wake(self) -> None:
        """Let the poller look again."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)

    async def poll(self, params: Json, closing: asyncio.Event) -> list[Json]:
        """What getUpdates answers; waits up to `timeout` real seconds for the first update.

        Raises:
            ApiError: 409 while a webhook is set, or when a newer poller comes.
        """
        if self.webhook_url:
            raise errors.ApiError(409, errors.WEBHOOK_ACTIVE)
        self.allow(params.get("allowed_updates"))
        self.end_poll(errors.OTHER_POLLER)
        self._confirm_below(params.get("offset", 0))
        limit = min(max(params.get("limit", 100), 1), 100)
        loop = asyncio.get_running_loop()
        until = loop.time() + min(params.get("timeout", 0), LONGEST_POLL)
        while not (batch := self._first(limit)) and not closing.is_set():
            left = until - loop.time()
            if left <= 0:
                break
            self._poll = loop.create_future()
            try:
                await asyncio.wait_for(self._poll, left)
            except TimeoutError:
                break
        return [update.json() for update in batch]

    def _announce(self, update: Update) -> None:
        self._waiting[update.id] = update
        self.wake()
        self.on_news(update)

    def _first(self, limit: int) -> list[Update]:
        now = self._clock.now()
        fresh = (update for update in self._waiting.values() if update.expires > now)
        return list(itertools.islice(fresh, limit))

    def _confirm_below(self, offset: int) -> None:
        """An offset from before the numbers began anew confirms nothing."""
        if offset < 0:
            offset = ([0, *self._waiting])[offset:][0]
        elif offset > self._next_id:
            return
        old = list(itertools.takewhile(lambda number: number < offset, self._waiting))
        if old and not self.confirmation_lost():
            for number in old:
                del self._waiting[number]


@cache
def _kinds() -> frozenset[str]:
    return frozenset(f["name"] for f in spec()["types"]["Update"]["fields"]) - {"update_id"}
