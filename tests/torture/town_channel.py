"""The bot's way to the town, on which each request meets its fault."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from bot.channels.base import DeliveryError, Post, Raw, Receive, Sent
from handlers.chat import File, Incoming, Limits
from tests.torture import faults
from tests.torture.faults import Fault
from tests.torture.town import POISON, QUICK, Request, Town, Update
from tests.torture.world import TOWN

WAY = 0.04
"""Seconds one way takes; up to twice as long."""
TIMEOUT = 8.0
REDELIVERY = 1.5


class TownChannel:
    """The bot's way to the town; `point` raises once its process is dead."""

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
