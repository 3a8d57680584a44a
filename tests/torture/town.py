"""The platform of the evening: chats, people's deeds, and a server that can fail in every way.

What it knows it keeps whatever happens to the bot: it is one of the two witnesses at the end.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from bot.channels.base import DeliveryError, Post, Sent
from bot.pacing import TELEGRAM_PACE
from bot.render import words
from handlers.chat import Choice, Incoming, Kind
from tests.torture import faults
from tests.torture.faults import BY_SEND, BY_UPDATE, Fault
from tests.torture.loop import VirtualLoop
from tests.torture.world import TOWN

POISON = "poison"
WAIT = 3.0
QUICK = frozenset({"toast", "reaction"})
AGAIN = words("delivery/again.j2", {})


@dataclass
class Seen:
    """A message as the chat shows it. `key` is its outbox row, `call` the send that brought it."""

    id: int
    chat: str
    key: str
    text: str
    choices: tuple[tuple[Choice, ...], ...]
    call: Request
    at: datetime
    marked: bool
    """Whether it said at first that it may be there twice; an edit takes that away."""


@dataclass
class Request:
    """One request of the bot, and whether it heard the answer."""

    number: int
    chat: str
    how: str
    process: int
    begun: float
    answered: float | None = None
    key: str = ""


@dataclass
class Update:
    """One update and what it says; `poison` ones say nothing."""

    id: str
    body: str
    incoming: Incoming | None


@dataclass
class Town:
    """The chats, what is on its way to the bot, and the book of every request."""

    loop: VirtualLoop
    rng: random.Random
    plan: list[Fault]
    now: Callable[[], datetime]
    messages: list[Seen] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    updates: dict[str, Update] = field(default_factory=dict)
    refused_pace: list[tuple[float, str]] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    told_moved: set[str] = field(default_factory=set)
    forbidden: Counter[str] = field(default_factory=Counter)
    closed: dict[str, float] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    webhook: bool = False

    def __post_init__(self) -> None:
        self.pending: deque[Update] = deque()
        self.in_hand: list[Update] = []
        self.arrived = asyncio.Event()
        self._by_id: dict[int, Seen] = {}
        self._in_chat: dict[str, list[Seen]] = defaultdict(list)
        self._out: dict[str, list[float]] = defaultdict(list)
        self._silence: dict[str, tuple[float, float, int]] = {}
        self._down_until = 0.0
        self._serial = 0
        self._by_send = {f.at: f for f in self.plan if f.kind in BY_SEND}
        self._by_update = {f.at: f for f in self.plan if f.kind in BY_UPDATE}

    # --- what people see and do

    def seen(self, chat: str) -> list[Seen]:
        """What a chat shows, oldest first; a supergroup still shows what its group said."""
        old = [was for was, now in self.moved.items() if now == chat]
        return [m for one in (*old, chat) for m in self._in_chat[one]]

    def message(self, number: str) -> Seen | None:
        """One message."""
        return self._by_id.get(int(number)) if number else None

    def goes_on_in(self, chat: str) -> str:
        """Where a group is now."""
        return self.moved.get(chat, chat)

    def button(self, chat: str, begins: str, ends: str = "") -> tuple[Seen, str] | None:
        """The newest button whose line begins and ends so."""
        for message in reversed(self.seen(chat)):
            for row in message.choices:
                for choice in row:
                    if choice.line.startswith(begins) and choice.line.endswith(ends):
                        return message, choice.line
        return None

    def happens(self, person: str, chat: str, kind: Kind, text: str = "", about: str = "") -> None:
        """Somebody does something: an update for the bot."""
        self._serial += 1
        number = self._serial
        is_private = chat.endswith("@")
        incoming = Incoming(
            channel=TOWN,
            event_id=str(number),
            chat=chat,
            sender=f"{TOWN}:{person}",
            at=self.now(),
            kind=kind,
            private=is_private,
            sender_name=person,
            chat_title="" if is_private else f"CH Khóm {chat.removeprefix(f'{TOWN}:g')}",
            text=text,
            message_id=about or f"u{number}",
            to_bot=kind is Kind.PRESS or is_private,
            press_id=f"press{number}" if kind is Kind.PRESS else "",
            moved_to=self.moved.get(chat, "") if kind is Kind.MIGRATED else "",
            hears_all=True,
        )
        self._offer(Update(str(number), msgspec.json.encode(incoming).decode(), incoming))

    def poison(self) -> None:
        """An update nobody can read."""
        self._serial += 1
        self._offer(Update(str(self._serial), POISON, None))

    def _offer(self, update: Update) -> None:
        self.updates[update.id] = update
        fault = self._by_update.get(int(update.id))
        if fault is not None and fault.kind is faults.Kind.LATE:
            self.loop.call_later(fault.more, self.push, update)
            return
        self.push(update)
        if fault is not None:
            self.loop.call_later(fault.more, self.push, update)

    def hung_up(self) -> None:
        """The process died: what it had not answered comes again."""
        self.pending.extend(self.in_hand)
        self.in_hand.clear()

    def push(self, update: Update) -> None:
        """It is to be handed over."""
        self.pending.append(update)
        self.arrived.set()

    # --- faults at a second

    def strike(self, fault: Fault) -> None:
        """What a fault does to the town at its second."""
        if fault.kind is faults.Kind.POISON:
            self.poison()
        elif fault.kind is faults.Kind.OUTAGE:
            self._down_until = self.loop.time() + fault.more

    def close(self, chat: str, person: str = "") -> None:
        """The bot is put out, or blocked; it hears of it from `person`, or finds out."""
        if chat in self.moved or chat in self.closed:
            return
        self.closed[chat] = self.loop.time()
        if person and self.rng.random() < 0.5:
            self.happens(person, chat, Kind.BOT_REMOVED)
            self.forbidden[chat] += 1

    def migrate(self, chat: str, person: str) -> None:
        """A group becomes a supergroup; the bot hears of it before anything from there, but what
        it is sending just then goes to the old address.
        """
        if chat in self.moved or chat in self.closed or chat in self.moved.values():
            return
        self.moved[chat] = f"{chat}s"
        self.told_moved.add(chat)
        self.happens(person, chat, Kind.MIGRATED)

    # --- the server

    def fault_of(self, number: int) -> Fault | None:
        """What goes wrong with this request."""
        return self._by_send.get(number)

    def note_answer(self, request: Request, error: DeliveryError | None) -> None:
        """The bot has heard the answer."""
        request.answered = self.loop.time()
        if error is not None and error.retry_after:
            until = request.answered + error.retry_after
            whom = request.chat if error.one_chat else ""
            if request.how not in QUICK:
                self._silence[whom] = (request.answered, until, request.process)

    def check_silence(self, request: Request) -> None:
        """Whoever was told to wait must not speak earlier; a new process has not been told.
        Toasts are outside the pace.
        """
        if request.how in QUICK:
            return
        for whom in ("", request.chat):
            told, until, process = self._silence.get(whom, (0.0, 0.0, -1))
            if process == request.process and told < request.begun < until - 1e-6:
                self.early.append(f"{request.chat} at {request.begun:.2f}, not before {until:.2f}")

    def refuse(self, request: Request, quick: bool) -> None:
        """What the server says before it looks at the message itself.

        Raises:
            DeliveryError: it does not take it.
        """
        now = self.loop.time()
        if now < self._down_until:
            raise DeliveryError("Bad Gateway", retryable=True, down=True)
        if request.chat in self.moved:
            self.told_moved.add(request.chat)
            raise DeliveryError("upgraded", moved_to=self.moved[request.chat])
        if request.chat in self.closed:
            self.forbidden[request.chat] += 1
            raise DeliveryError("bot was kicked", blocked=True)
        if not quick:
            self._count(request.chat, now)

    def _count(self, chat: str, now: float) -> None:
        limits = [("", 1.0, TELEGRAM_PACE.overall), (f"1 {chat}", 1.0, TELEGRAM_PACE.per_chat)]
        if not chat.endswith("@"):
            limits.append((f"60 {chat}", 60.0, TELEGRAM_PACE.per_group))
        for name, seconds, most in limits:
            taken = self._out[name] = [at for at in self._out[name] if now - at < seconds - 1e-6]
            if len(taken) >= most:
                self.refused_pace.append((now, name))
                raise DeliveryError("Too Many Requests", retryable=True, retry_after=WAIT)
        for name, _, _ in limits:
            self._out[name].append(now)

    def show(self, post: Post, request: Request) -> Sent:
        """A message appears."""
        number = len(self.messages) + 1
        message = Seen(
            number, post.chat, post.key, post.text, post.choices, request, self.now(),
            AGAIN in post.text,
        )  # fmt: skip
        self.messages.append(message)
        self._by_id[message.id] = message
        self._in_chat[post.chat].append(message)
        return Sent(str(message.id), "file-id" if post.attachment else "")

    def change(self, post: Post, message_id: str) -> Sent:
        """A message is changed, if this chat has it."""
        message = self.message(message_id)
        if message is None or message.chat != post.chat:
            raise DeliveryError("message to edit not found", gone=True)
        message.text, message.choices = post.text, post.choices
        return Sent()
