"""Whose turn it is: replies before bulk, order within a chat, nobody starved, little work."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import delete

from bot import outgoing
from bot.app import App
from bot.clock import MovableClock
from bot.letters import Claims
from bot.outgoing import Entry, Outgoing
from bot.pacing import TELEGRAM_PACE, Limiter, Pace
from handlers.chat import Document, Reply
from storage import blobs
from storage.database import begin
from storage.mail import Outbox
from tests.cast import MONDAY_8AM
from tests.channels.fake_channel import FakeChannel
from tests.delivery_scenes import HELLO, Post
from tests.statements import watched

NOW = MONDAY_8AM


def line(pace: Pace | None = None) -> Outgoing:
    return Outgoing(Limiter(pace or Pace(), lambda: 0.0), lambda _chat: True)


def ids(picked: tuple[list[Entry], float | None]) -> list[int]:
    return [entry.id for entry in picked[0]]


def test_replies_overtake_bulk_in_the_same_chat_and_in_others() -> None:
    waiting = line()
    for number in range(1, 6):
        waiting.add(Entry(number, f"g{number % 2}", bulk=True), NOW)
    waiting.add(Entry(9, "g1"), NOW)
    waiting.add(Entry(10, "a"), NOW)

    assert ids(waiting.pick(NOW, 100)) == [9, 10, 2]


def test_a_chat_hears_one_thing_at_a_time() -> None:
    waiting = line()
    for number in (1, 2, 3):
        waiting.add(Entry(number, "g"), NOW)
    (first,), _ = waiting.pick(NOW, 100)
    assert waiting.pick(NOW, 100) == ([], None)

    waiting.done(first)
    assert ids(waiting.pick(NOW, 100)) == [2]


def test_what_is_tried_anew_keeps_its_place_and_its_chat_waits() -> None:
    waiting = line()
    for number in (1, 2):
        waiting.add(Entry(number, "g"), NOW)
    (first,), _ = waiting.pick(NOW, 100)
    later = NOW + timedelta(seconds=5)
    waiting.done(first, again=later)

    picked, pause = waiting.pick(NOW, 100)
    assert (picked, pause) == ([], 5.0)
    assert ids(waiting.pick(later, 100)) == [1]


def test_what_waits_for_its_time_lets_the_rest_of_its_chat_pass() -> None:
    waiting = line()
    waiting.add(Entry(1, "g", not_before=NOW + timedelta(hours=1)), NOW)
    waiting.add(Entry(2, "g"), NOW)
    assert ids(waiting.pick(NOW, 100)) == [2]


def test_a_time_moved_forward_is_noticed() -> None:
    waiting = line()
    waiting.add(Entry(1, "g", not_before=NOW + timedelta(hours=1)), NOW)
    waiting.add(Entry(1, "g", not_before=None), NOW)

    assert ids(waiting.pick(NOW, 100)) == [1]
    assert ids(waiting.pick(NOW + timedelta(hours=2), 100)) == []


def test_rows_whose_group_moved_still_go_one_at_a_time() -> None:
    waiting = line()
    for number in (1, 2):
        waiting.add(Entry(number, "group"), NOW)
    for number in (1, 2):
        waiting.add(Entry(number, "supergroup"), NOW)
    (first, *others), _ = waiting.pick(NOW, 100)
    assert (first.id, first.chat, others) == (1, "supergroup", [])

    waiting.done(first)
    assert ids(waiting.pick(NOW, 100)) == [2]


def _toast_after_much_talk() -> list[int]:
    waiting = line(Pace(overall=30, per_chat=1, per_group=20))
    for number in range(1, 5):
        waiting.add(Entry(number, "g"), NOW)
    waiting.pick(NOW, 100)
    waiting.add(Entry(9, "g", "toast"), NOW)
    return ids(waiting.pick(NOW, 100))


def test_a_toast_waits_for_no_budget() -> None:
    assert _toast_after_much_talk() == [9]


def test_a_toast_within_the_groups_budget_would_come_too_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The twin."""
    monkeypatch.setattr(outgoing, "QUICK", frozenset())

    assert _toast_after_much_talk() == []


def test_what_cannot_be_claimed_gives_its_slot_back() -> None:
    waiting = line(Pace(overall=1))
    waiting.add(Entry(1, "g"), NOW)
    waiting.add(Entry(2, "h"), NOW)
    (first,), _ = waiting.pick(NOW, 100)
    waiting.unpick(first)
    assert ids(waiting.pick(NOW, 100)) == [1]

    waiting.drop(first)
    assert ids(waiting.pick(NOW, 100)) == [2]


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 3), st.booleans(), st.sampled_from([None, 1, 5])), max_size=30
    ),
    fates=st.lists(st.sampled_from(["done", "again", "unpick", "drop", "defer"]), max_size=60),
)
def test_everything_is_sent_once_and_in_the_order_of_its_chat(
    rows: list[tuple[int, bool, int | None]], fates: list[str]
) -> None:
    waiting = line()
    for number, (chat, bulk, wait) in enumerate(rows, 1):
        when = NOW + timedelta(seconds=wait) if wait else None
        waiting.add(Entry(number, f"g{chat}", bulk=bulk, not_before=when), NOW)
    now: datetime = NOW
    over: list[int] = []
    deferred: set[int] = set()
    left = iter(fates)
    for _ in range(200):
        picked, _ = waiting.pick(now, 3)
        assert len({entry.chat for entry in picked}) == len(picked)
        for entry in picked:
            match next(left, "done"):
                case "again":
                    waiting.answered(entry)
                    waiting.done(entry, again=now + timedelta(seconds=2))
                case "unpick":
                    waiting.unpick(entry)
                case "defer":
                    deferred.add(entry.id)
                    waiting.defer(entry, now + timedelta(seconds=2))
                case "drop":
                    waiting.drop(entry)
                    over.append(entry.id)
                case _:
                    waiting.answered(entry)
                    waiting.done(entry)
                    over.append(entry.id)
        now += timedelta(seconds=1)

    assert sorted(over) == list(range(1, len(rows) + 1))
    assert waiting.known == {}
    plain = {n for n, (_, _, wait) in enumerate(rows, 1) if wait is None and n not in deferred}
    for chat in range(4):
        for bulk in (False, True):
            mine = [n for n in over if n in plain and rows[n - 1][:2] == (chat, bulk)]
            assert mine == sorted(mine)


def fill(engine: Engine, messages: int, chats: int) -> None:
    with begin(engine) as session:
        session.add_all(
            Outbox(
                key=f"bulk:{number}", channel="fake", chat=f"fake:-{number % chats}",
                body='{"text":"x"}', bulk=True, created_at=MONDAY_8AM,
            )
            for number in range(messages)
        )  # fmt: skip


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_long_queue_costs_no_more_statements_than_a_short_one(engine: Engine) -> None:
    channel = FakeChannel(groups={f"fake:-{number}" for number in range(244)})
    paces = {"fake": TELEGRAM_PACE}
    counts = []
    for messages in (300, 3000):
        with begin(engine) as session:
            session.exec(delete(Outbox))
        fill(engine, messages, 244)
        clock = MovableClock(MONDAY_8AM, held=True)
        app = App(engine, {"fake": channel}, clock, paces=paces)
        app.delivery.take()
        with watched(engine) as statements:
            for _ in range(20):
                app.delivery.take()
        counts.append(len(statements))

    assert counts[0] == counts[1]


async def test_everybody_hears_something_before_anybody_hears_a_second_thing(
    engine: Engine,
) -> None:
    fill(engine, 60, 20)
    channel = FakeChannel()
    app = App(engine, {"fake": channel}, MovableClock(MONDAY_8AM, held=True))
    await app.delivery.drain()

    chats = [sent.chat for sent in channel.sent]
    assert len(set(chats[:20])) == 20
    assert len(chats) == 60


async def test_one_file_is_uploaded_once_however_many_wait_for_it(engine: Engine) -> None:
    assert await _uploads(engine) == 1


async def test_without_that_guard_each_would_upload_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: nobody knows of the upload under way."""
    take = Claims._take_file

    def forgetful(self: Claims, *args: object) -> None:
        self.uploading.clear()
        take(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(Claims, "_take_file", forgetful)

    assert await _uploads(engine) == 5


async def _uploads(engine: Engine) -> int:
    post = Post(engine, FakeChannel())
    with begin(engine) as session:
        blob = blobs.keep(session, name="a.pdf", mime="", content=b"%PDF", now=MONDAY_8AM)
    assert blob.id is not None
    document = Document(blob.id, "a.pdf")
    post.queue(*(Reply(HELLO, to=f"fake:{n}", document=document) for n in range(5)))
    await post.send()
    assert len(post.channel.sent) == 5
    return sum(1 for sent in post.channel.sent if sent.attachment and not sent.attachment.ref)


@pytest.mark.parametrize("tried", [True, False])
def test_what_a_dead_process_had_tried_is_not_overtaken_in_its_chat(*, tried: bool) -> None:
    waiting = line()
    soon = NOW + timedelta(seconds=5)
    waiting.add(Entry(1, "a", bulk=True, not_before=soon), NOW, tried=tried)
    waiting.add(Entry(2, "a", bulk=True), NOW)
    waiting.add(Entry(3, "b", bulk=True), NOW)
    assert ids(waiting.pick(NOW, 100)) == ([3] if tried else [2, 3])

    if tried:
        assert ids(waiting.pick(soon, 100)) == [1]
        waiting.done(Entry(1, "a", bulk=True))
        assert ids(waiting.pick(soon, 100)) == [2]
