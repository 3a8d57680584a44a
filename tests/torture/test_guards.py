"""Every guard, switched off: the harness must see the harm it prevents."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from bot import batch, dispatch, fates, letters, recording
from bot.app import App
from bot.delivery import Delivery
from bot.dispatch import Dispatcher
from bot.outgoing import Outgoing
from bot.pacing import Limiter
from handlers.rolls import commands
from storage import deliveries, groups, inbox, mail
from storage.database import Session
from tests.torture.evening import play
from tests.torture.faults import Fault, Kind
from tests.torture.world import Worlds

pytestmark = [pytest.mark.torture, pytest.mark.sqlite]
Patch = pytest.MonkeyPatch
SEED = 1000


def no_dedupe_key(patch: Patch) -> None:
    receive, numbers = inbox.receive, itertools.count()

    def careless(session: Session, rows: Sequence[Any]) -> int:
        anew = [{**row, "event_id": f"{row['event_id']}#{next(numbers)}"} for row in rows]
        return receive(session, anew)

    patch.setattr(inbox, "receive", careless)


def no_savepoint(patch: Patch) -> None:
    @contextmanager
    def careless(session: Session, *_: object) -> Iterator[Session]:
        try:
            yield session
        finally:
            session.flush()

    patch.setattr(dispatch, "part", careless)
    patch.setattr(batch.Batch, "together", False, raising=False)
    init = batch.Batch.__init__

    def apart(self: batch.Batch, *arguments: Any, **named: Any) -> None:
        init(self, *arguments, **named)
        self.together = False

    patch.setattr(batch.Batch, "__init__", apart)


def not_marked_as_sending(patch: Patch) -> None:
    patch.setattr(deliveries, "set_sending", lambda *_: None)


def no_recovery(patch: Patch) -> None:
    patch.setattr(Delivery, "recover", lambda *_: 0)


def no_mark(patch: Patch) -> None:
    patch.setattr(letters.Claims, "_marked", lambda _self, _row, body: body)


def no_memory_of_doubt(patch: Patch) -> None:
    interrupted = fates.interrupted
    patch.setattr(
        fates, "interrupted", lambda how, _doubted, limits, now: interrupted(how, None, limits, now)
    )


def several_at_a_time(patch: Patch) -> None:
    pick, free, done = Outgoing.pick, Outgoing._free, Outgoing.done

    def careless(self: Outgoing, *arguments: Any) -> Any:
        picked = pick(self, *arguments)
        for entry in picked[0]:
            if entry.chat in self._chats:
                self._chats[entry.chat].busy = False
                self._line_up(entry.chat, self._chats[entry.chat])
        return picked

    def known(then: Callable[..., None]) -> Callable[..., None]:
        def careful(self: Outgoing, *arguments: Any, **named: Any) -> None:
            with suppress(KeyError):
                then(self, *arguments, **named)

        return careful

    patch.setattr(Outgoing, "pick", careless)
    patch.setattr(Outgoing, "_free", known(free))
    patch.setattr(Outgoing, "done", known(done))
    patch.setattr(Outgoing, "answered", lambda *_: None)
    patch.setattr(Limiter, "wait", lambda *_, **__: 0.0)
    patch.setattr(Limiter, "wait_overall", lambda *_: 0.0)


def deaf_to_retry_after(patch: Patch) -> None:
    patch.setattr(Limiter, "hold", lambda *_: None)
    failed = fates.failed

    def careless(letter: Any, error: Any, *rest: Any, **named: Any) -> fates.Fate:
        fate = failed(letter, error, *rest, **named)
        return replace(fate, again=rest[1]) if error.retry_after else fate

    patch.setattr(fates, "failed", careless)


def acknowledged_before_stored(patch: Patch) -> None:
    async def careless(self: App, channel: str, raws: Sequence[Any]) -> None:
        with suppress(Exception):  # the harm
            await self.intake.keep(channel, raws)
        self._mail.set()

    patch.setattr(App, "receive", careless)


def poison_is_not_set_aside(patch: Patch) -> None:
    def careless(self: Dispatcher, row: Any) -> batch.Event:
        return batch.Event(row.id, self.channels[row.channel].decode(row.body))

    patch.setattr(Dispatcher, "_read", careless)


def closed_doors_forgotten(patch: Patch) -> None:
    patch.setattr(recording, "_conclude", lambda *_: None)


def moved_groups_forgotten(patch: Patch) -> None:
    patch.setattr(groups, "move", lambda *_: None)


def only_queued_mail_moves(patch: Patch) -> None:
    readdress = mail.readdress

    def careless(session: Session, old: str, new: str) -> None:
        kept = mail.OutboxState.QUEUED
        rows = session.exec(
            select(mail.Outbox).where(mail.Outbox.chat == old, mail.Outbox.state != kept)
        ).all()
        numbers = {row.id: row.message_id for row in rows}
        readdress(session, old, new)
        session.flush()
        for row in rows:
            session.refresh(row)
            row.chat, row.message_id = old, numbers[row.id]
            session.add(row)

    patch.setattr(mail, "readdress", careless)


def nothing_expires(patch: Patch) -> None:
    take = letters.Claims._take

    def careless(self: letters.Claims, entry: Any, row: Any, body: Any) -> None:
        take(self, entry, replace(row, expires_at=None), body)

    patch.setattr(letters.Claims, "_take", careless)


def a_closed_roll_closes_again(patch: Patch) -> None:
    patch.setattr(commands, "close_roll", commands.close_roll)

    def careless(call: Any, rest: str) -> Any:
        return commands._close(call, commands._one(call, "roll_close", rest))

    route = commands.ROUTES["roll_close"]
    from handlers import ROUTES  # noqa: PLC0415 - the table itself is patched

    patch.setitem(ROUTES, "roll_close", replace(route, command=careless))


def failed_commits_keep_their_rows(patch: Patch) -> None:
    patch.setattr(Outgoing, "unpick", lambda *_: None)


K = Kind
GUARDS: list[tuple[Callable[[Patch], None], list[list[Fault]], str]] = [
    (no_dedupe_key, [[Fault(K.TWICE, n, 5.0)] for n in (20, 25)], "came from nobody"),
    (no_savepoint, [[Fault(K.BUG, 30, 0.3)], [Fault(K.BUG, 40, 0.1)]], "was said"),
    (not_marked_as_sending, [[Fault(K.AFTER_SEND, n, 3.0)] for n in (20, 30, 40)], "unmarked"),
    (no_recovery, [[Fault(K.AFTER_SEND, n, 3.0)] for n in (20, 30)], "never finished"),
    (no_mark, [[Fault(K.AFTER_SEND, n, 3.0)] for n in (20, 30, 40)], "unmarked"),
    (
        no_memory_of_doubt,
        [[Fault(K.AFTER_SEND, n + k, 2.0) for k in range(5)] for n in (25, 35)],
        "times",
    ),
    (several_at_a_time, [[], [Fault(K.SERVER_ERROR, 30)], [Fault(K.WAIT_CHAT, 20, 9.0)]], "came after"),
    (deaf_to_retry_after, [[Fault(K.WAIT_ALL, n, 20.0)] for n in (20, 35, 40)], "too early"),
    (
        acknowledged_before_stored,
        [[Fault(K.LOCKED, 20, 30.0)]],
        "updates lost",
    ),
    (poison_is_not_set_aside, [[Fault(K.POISON, 20)]], "is new, not"),
    (closed_doors_forgotten, [[Fault(K.CLOSED, 20, n / 8 + 0.01)] for n in range(4)], "nobody knows"),
    (moved_groups_forgotten, [[Fault(K.MIGRATED, 25, 0.01)], [Fault(K.MIGRATED, 25, 0.2)]], "is not known"),
    (only_queued_mail_moves, [[Fault(K.MIGRATED, n, 0.01)] for n in (30, 36, 40)], "was never shown"),
    (nothing_expires, [[Fault(K.OUTAGE, 110, 400.0), Fault(K.JUMP, 300, 2400)]], "too late"),
    (a_closed_roll_closes_again, [[]], "was closed 2 times"),
    (failed_commits_keep_their_rows, [[Fault(K.FULL_COMMIT, n)] for n in range(40, 60)], "never finished"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("off", "plans", "harm"), GUARDS, ids=[guard.__name__ for guard, _, _ in GUARDS]
)
def test_without_a_guard_the_harm_is_seen(
    worlds: Worlds,
    monkeypatch: Patch,
    off: Callable[[Patch], None],
    plans: list[list[Fault]],
    harm: str,
) -> None:
    seen: list[str] = []
    off(monkeypatch)
    for seed, plan in itertools.product(range(SEED, SEED + 4), plans):
        seen = play(worlds, seed, plan).wrong
        if any(harm in wrong for wrong in seen):
            break
    else:
        pytest.fail(f"nobody saw it; at last {seen[:3]}")
    monkeypatch.undo()

    assert play(worlds, seed, plan).wrong == []
