"""What waits to go over one channel: whose turn it is, without asking the database each time.

People's replies go before bulk, the oldest first, one at a time in a chat. Toasts and reactions
go by themselves, outside the pace. The database stays the truth: whoever takes a turn must still
claim its row there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from typing import NamedTuple

from bot.pacing import Limiter

QUICK = frozenset({"toast", "reaction"})
"""What is outside the pace and outside the order of a chat."""
UNKNOWN_WAIT = 1.0


class Entry(NamedTuple):
    """A row that waits."""

    id: int
    chat: str
    how: str = "message"
    bulk: bool = False
    not_before: datetime | None = None


@dataclass(slots=True)
class _Chat:
    """One chat's rows, replies and bulk apart; `ticket` makes its older places in line void."""

    group: bool
    replies: list[int] = field(default_factory=list)
    bulk: list[int] = field(default_factory=list)
    ticket: int = 0
    place: tuple[int, int] | None = None  # the row and lane it stands in line with
    busy: bool = False
    waits: bool = False


class Outgoing:
    """The line of one channel. Not for two threads at once."""

    def __init__(self, limiter: Limiter, is_group: Callable[[str], bool]) -> None:
        self.limiter = limiter
        self.known: dict[int, Entry] = {}
        self._is_group = is_group
        self._chats: dict[str, _Chat] = {}
        self._quick: list[int] = []
        self._deferred: dict[int, Entry] = {}
        self._ready: tuple[list[tuple[int, int, str]], ...] = ([], [])  # replies, bulk
        self._later: list[tuple[float, int, str]] = []  # by the pace
        self._dated: list[tuple[datetime, int]] = []  # not before their time
        self._held: list[tuple[datetime, int, str]] = []  # chats that must wait for a retry

    def is_busy(self, chat: str) -> bool:
        """Whether something is on its way to a chat."""
        return chat in self._chats and self._chats[chat].busy

    def add(self, entry: Entry, now: datetime, *, tried: bool = False) -> None:
        """A row waits; one known already may have got another time. For one that was `tried`, by a
        process that is no more, its chat waits as in `done`.
        """
        same = entry._replace(bulk=False)  # an edit put off stands in the other lane
        if self.known.get(entry.id) == entry or self._deferred.get(entry.id) == same:
            return
        self._deferred.pop(entry.id, None)
        self.known[entry.id] = entry
        if entry.not_before is None or entry.not_before <= now:
            self._place(entry)
        elif not tried or entry.how in QUICK or not self._hold(entry, entry.not_before):
            heappush(self._dated, (entry.not_before, entry.id))

    def _hold(self, entry: Entry, until: datetime) -> bool:
        """Let a chat wait for its oldest row; not if it has begun to hear others."""
        if entry.chat in self._chats:
            return False
        chat = self._chats[entry.chat] = _Chat(self._is_group(entry.chat))
        heappush(chat.bulk if entry.bulk else chat.replies, entry.id)
        chat.waits = True
        chat.ticket += 1
        heappush(self._held, (until, chat.ticket, entry.chat))
        return True

    def _place(self, entry: Entry) -> None:
        if entry.how in QUICK:
            heappush(self._quick, entry.id)
            return
        chat = self._chats.get(entry.chat)
        if chat is None:
            chat = self._chats[entry.chat] = _Chat(self._is_group(entry.chat))
        heappush(chat.bulk if entry.bulk else chat.replies, entry.id)
        self._line_up(entry.chat, chat)

    def _head(self, name: str, chat: _Chat) -> tuple[int, int] | None:
        """The chat's next row and its lane; rows no longer known to stand there fall out."""
        for lane, ids in enumerate((chat.replies, chat.bulk)):
            while ids and not self._stands(ids[0], name, lane):
                heappop(ids)
            if ids:
                return ids[0], lane
        return None

    def _stands(self, row: int, name: str, lane: int) -> bool:
        """Whether a row still stands there: it may have gone to another chat or lane since."""
        entry = self.known.get(row)
        return entry is not None and entry.chat == name and entry.bulk is bool(lane)

    def _line_up(self, name: str, chat: _Chat) -> None:
        if chat.busy or chat.waits:
            return
        head = self._head(name, chat)
        if head is None:
            del self._chats[name]
            return
        if head == chat.place:
            return
        chat.ticket += 1
        chat.place = head
        heappush(self._ready[head[1]], (head[0], chat.ticket, name))

    def _ripen(self, now: datetime) -> None:
        while self._dated and self._dated[0][0] <= now:
            when, row = heappop(self._dated)
            entry = self.known.get(row)
            if entry is not None and entry.not_before == when:
                self._deferred.pop(row, None)
                self._place(entry)
        while self._held and self._held[0][0] <= now:
            self._release(heappop(self._held)[1:])
        moment = self.limiter.monotonic()
        while self._later and self._later[0][0] <= moment:
            self._release(heappop(self._later)[1:])

    def _release(self, place: tuple[int, str]) -> None:
        ticket, name = place
        chat = self._chats.get(name)
        if chat is not None and chat.waits and chat.ticket == ticket:
            chat.waits = False
            self._line_up(name, chat)

    def pick(self, now: datetime, most: int) -> tuple[list[Entry], float | None]:
        """At most so many rows whose turn it is, and the seconds until somebody's turn may come
        (None: only an answer or a new row changes anything). They count as being sent.
        """
        self._ripen(now)
        picked: list[Entry] = []
        while self._quick and len(picked) < most:
            entry = self.known.pop(heappop(self._quick), None)
            if entry is not None:
                picked.append(entry)
        waits: list[float] = []
        while len(picked) < most and (lane := self._front()) is not None:
            wait = self.limiter.wait_overall()
            if wait != 0.0:
                waits += [] if wait is None else [wait]
                break
            _, _, name = heappop(self._ready[lane])
            chat = self._chats[name]
            wait = self.limiter.wait(name, group=chat.group)
            if wait != 0.0:
                self._delay(name, chat, UNKNOWN_WAIT if wait is None else wait)
                continue
            self.limiter.take(name, group=chat.group)
            chat.busy, chat.place = True, None
            picked.append(self.known.pop(heappop(chat.bulk if lane else chat.replies)))
        return picked, self._pause(now, waits)

    def _front(self) -> int | None:
        """The lane with a chat whose turn it is."""
        for lane, ready in enumerate(self._ready):
            while ready:
                head, ticket, name = ready[0]
                chat = self._chats.get(name)
                current = chat is not None and chat.ticket == ticket and chat.place is not None
                if current and chat is not None and self._head(name, chat) == (head, lane):
                    return lane
                heappop(ready)
                if current and chat is not None:
                    chat.place = None
                    self._line_up(name, chat)
        return None

    def _delay(self, name: str, chat: _Chat, seconds: float) -> None:
        chat.ticket += 1
        chat.waits, chat.place = True, None
        heappush(self._later, (self.limiter.monotonic() + seconds, chat.ticket, name))

    def _pause(self, now: datetime, waits: list[float]) -> float | None:
        if self._later:
            waits.append(self._later[0][0] - self.limiter.monotonic())
        waits += [(heap[0][0] - now).total_seconds() for heap in (self._dated, self._held) if heap]
        return max(0.0, min(waits)) if waits else None

    def unpick(self, entry: Entry) -> None:
        """It could not be claimed just now: it keeps its place."""
        self.park(entry)
        self.unpark(entry)

    def defer(self, entry: Entry, when: datetime) -> None:
        """It may not go before then; what else its chat has to hear may."""
        self.drop(entry)
        self.known[entry.id] = entry._replace(not_before=when)
        self._deferred[entry.id] = entry._replace(bulk=False)  # its row, read again, is no news
        heappush(self._dated, (when, entry.id))

    def park(self, entry: Entry) -> None:
        """Its chat waits with it until `unpark`; the pace does not."""
        if entry.how not in QUICK:
            self.limiter.untake(entry.chat, group=self._chats[entry.chat].group)

    def unpark(self, entry: Entry) -> None:
        """It may go now."""
        self.known[entry.id] = entry
        self._back(entry)

    def drop(self, entry: Entry) -> None:
        """It is not to be sent any more, and was not."""
        if entry.how not in QUICK:
            self.limiter.untake(entry.chat, group=self._chats[entry.chat].group)
            self._free(entry.chat)

    def answered(self, entry: Entry) -> None:
        """The platform has said something; the chat stays busy until its fate is recorded."""
        if entry.how not in QUICK:
            self.limiter.answer(entry.chat, group=self._chats[entry.chat].group)

    def unsent(self, entry: Entry) -> None:
        """It was not sent after all; the chat stays busy until its fate is recorded."""
        if entry.how not in QUICK:
            self.limiter.untake(entry.chat, group=self._chats[entry.chat].group)

    def done(self, entry: Entry, *, again: datetime | None = None) -> None:
        """Its fate is recorded; with `again` it is to be tried anew then, its chat waiting so
        long: what was said later must not arrive earlier.
        """
        if again is None:
            if entry.how not in QUICK:
                self._free(entry.chat)
            return
        self.known[entry.id] = entry._replace(not_before=again)
        if entry.how in QUICK:
            heappush(self._dated, (again, entry.id))
            return
        chat = self._chats[entry.chat]
        heappush(chat.bulk if entry.bulk else chat.replies, entry.id)
        chat.busy, chat.waits = False, True
        chat.ticket += 1
        heappush(self._held, (again, chat.ticket, entry.chat))

    def _back(self, entry: Entry) -> None:
        if entry.how in QUICK:
            heappush(self._quick, entry.id)
            return
        chat = self._chats[entry.chat]
        heappush(chat.bulk if entry.bulk else chat.replies, entry.id)
        self._free(entry.chat)

    def _free(self, name: str) -> None:
        chat = self._chats[name]
        chat.busy = False
        self._line_up(name, chat)
