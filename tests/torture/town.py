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
from typing import Any

import msgspec

from bot.channels.base import DeliveryError, Post, Raw, Receive, Sent
from bot.pacing import TELEGRAM_PACE
from bot.render import words
from handlers.chat import Choice, File, Incoming, Kind, Limits
from tests.torture import faults
from tests.torture.faults import BY_SEND, BY_UPDATE, Fault
from tests.torture.loop import VirtualLoop
from tests.torture.world import TOWN

POISON = "poison"
WAY = 0.04
"""Seconds one way takes; up to twice as long."""
TIMEOUT = 8.0
WAIT = 3.0
REDELIVERY = 1.5
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


class TownChannel:
    """The bot's way to the town; `alive` raises once its process is dead."""

    name = TOWN
    limits = Limits(hears_all=True)
    ready = True

    def __init__(self, town: Town, process: int, point: Callable[[faults.Kind], None]) -> None:
        self.town = town
        self.process = process
        self.point = point

    def decode(self, body: str) -> Incoming | None:
        if body == POISON:
            raise ValueError("cannot be read")
        return msgspec.json.decode(body, type=Incoming)

    def start_link(self) -> str:
        return ""

    def is_group(self, chat: str) -> bool:
        return not chat.endswith("@")

    async def open(self) -> None:
        pass

    async def listen(self, receive: Receive) -> None:
        """Hand over what is pending: in order and acknowledged together, or each by itself."""
        town = self.town
        async with asyncio.TaskGroup() as group:
            while True:
                town.arrived.clear()
                some = list(town.pending)
                if some and town.webhook:
                    town.pending.clear()
                    town.in_hand += some
                    for update in some:
                        group.create_task(self._hand_over(receive, update))
                elif some:
                    await self._poll(receive, some)
                    continue
                await town.arrived.wait()

    async def _poll(self, receive: Receive, some: list[Update]) -> None:
        try:
            await receive(TOWN, [Raw(update.id, update.body) for update in some])
        except Exception:  # noqa: BLE001 - it could not store them: they are offered again
            await asyncio.sleep(REDELIVERY)
            return
        for update in some:
            self.town.pending.remove(update)

    async def _hand_over(self, receive: Receive, update: Update) -> None:
        """A webhook: what is not answered well comes again."""
        await asyncio.sleep(self.town.rng.uniform(0, 0.2))
        try:
            await receive(TOWN, [Raw(update.id, update.body)])
        except Exception:  # noqa: BLE001 - answered with an error
            self.town.loop.call_later(REDELIVERY, self.town.push, update)
        self.town.in_hand.remove(update)

    async def send(self, post: Post) -> Sent:
        return await self._ask("send", post.chat, lambda r: self.town.show(post, r), post.key)

    async def edit(self, post: Post, message_id: str) -> None:
        await self._ask("edit", post.chat, lambda r: self.town.change(post, message_id))

    async def delete(self, chat: str, message_id: str) -> None:
        await self._ask("delete", chat, lambda r: Sent())

    async def toast(self, chat: str, press_id: str, text: str) -> None:
        await self._ask("toast", chat, lambda r: Sent())

    async def react(self, chat: str, message_id: str, emoji: str) -> None:
        await self._ask("reaction", chat, lambda r: Sent())

    async def fetch(self, file: File) -> bytes:
        return b""

    async def _ask(
        self, how: str, chat: str, act: Callable[[Request], Sent], key: str = ""
    ) -> Sent:
        town = self.town
        self.point(faults.Kind.BEFORE_SEND)
        request = Request(len(town.requests), chat, how, self.process, town.loop.time(), key=key)
        town.requests.append(request)
        town.check_silence(request)
        answer: asyncio.Future[Sent] = town.loop.create_future()
        quick = how in QUICK
        # what is on its way arrives, whatever becomes of the process meanwhile
        self._after(self._arrive, request, quick, act, answer)
        error: DeliveryError | None = None
        try:
            return await answer
        except DeliveryError as failure:
            error = failure
            raise
        finally:
            if answer.done() and not answer.cancelled():
                town.note_answer(request, error)

    def _after(self, then: Callable[..., None], *arguments: Any) -> None:
        self.town.loop.call_later(self.town.rng.uniform(WAY, 2 * WAY), then, *arguments)

    def _arrive(
        self,
        request: Request,
        quick: bool,
        act: Callable[[Request], Sent],
        answer: asyncio.Future[Sent],
    ) -> None:
        fault = self.town.fault_of(request.number)
        try:
            _before_delivery(fault)
            if fault is not None and fault.kind is faults.Kind.FORBIDDEN:
                self.town.close(request.chat)
            self.town.refuse(request, quick)
            sent = act(request)
            _after_delivery(fault)
        except DeliveryError as error:
            slow = TIMEOUT if fault and fault.kind is faults.Kind.TIMEOUT else 0.0
            self.town.loop.call_later(slow, self._after, _fail, answer, error)
        else:
            self._after(_give, answer, sent)
        self.point(faults.Kind.AFTER_SEND)


def _before_delivery(fault: Fault | None) -> None:
    """What a fault does to a request before the server has looked at it."""
    kinds = faults.Kind
    if fault is None:
        return
    if fault.kind in {kinds.WAIT_ALL, kinds.WAIT_CHAT}:
        one_chat = fault.kind is kinds.WAIT_CHAT
        wait = fault.more
        raise DeliveryError("Too Many", retryable=True, retry_after=wait, one_chat=one_chat)
    if fault.kind is kinds.SERVER_ERROR:
        raise DeliveryError("Internal Server Error", retryable=True, down=True)
    if fault.kind is kinds.NO_WAY:
        raise DeliveryError("cannot connect", retryable=True, down=True)
    if fault.kind is kinds.CUT:
        raise DeliveryError("connection reset", in_doubt=True)


def _after_delivery(fault: Fault | None) -> None:
    if fault is not None and fault.kind is faults.Kind.TIMEOUT:
        raise DeliveryError("no answer", in_doubt=True)


def _give(answer: asyncio.Future[Sent], sent: Sent) -> None:
    if not answer.done():
        answer.set_result(sent)


def _fail(answer: asyncio.Future[Sent], error: DeliveryError) -> None:
    if not answer.done():
        answer.set_exception(error)
