"""What changes a message that is there: edits, tallies that wait to be one, and recalls."""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from bot.channels.base import DeliveryError
from bot.delivery import Delivery
from handlers.chat import How, Limits, Reply
from storage import mail
from storage.database import begin
from storage.mail import Outbox, OutboxState
from tests.cast import MONDAY_8AM
from tests.channels.fake_channel import FakeChannel
from tests.delivery_scenes import CHAT, HELLO, Post


@pytest.fixture
def post(engine: Engine) -> Post:
    return Post(engine, FakeChannel())


async def test_an_edit_that_waits_for_its_message_lets_it_pass(post: Post) -> None:
    post.queue(Reply(HELLO, to=CHAT, subject="roll:1", bulk=True))
    with begin(post.engine) as session:  # as after a send whose answer was lost
        mail.post(
            session, key="edit", channel="fake", chat=CHAT, how="edit", subject="roll:1",
            body='{"text":"edited"}', created_at=MONDAY_8AM,
        )  # fmt: skip
    await post.send()

    assert post.fates() == ["sent", "queued"]
    await post.send(seconds=3)
    assert post.channel.changed == [("m1", "edited")]


async def test_it_does_so_however_slow_the_database_is(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = Delivery._commit

    def slow(self: Delivery, *arguments: Any) -> Any:
        post.clock.advance(timedelta(seconds=3))
        return commit(self, *arguments)

    monkeypatch.setattr(Delivery, "_commit", slow)
    post.queue(Reply(HELLO, to=CHAT, subject="roll:1", bulk=True))
    with begin(post.engine) as session:
        mail.post(
            session, key="edit", channel="fake", chat=CHAT, how="edit", subject="roll:1",
            body='{"text":"edited"}', created_at=MONDAY_8AM,
        )  # fmt: skip
    async with asyncio.timeout(5):
        await post.send()
    await post.send(seconds=3)

    assert post.fates() == ["sent", "sent"]


async def test_an_edit_that_waits_for_its_message_never_shows_older_words(post: Post) -> None:
    post.channel.failures = deque([DeliveryError("502", retryable=True)])
    post.queue(Reply(HELLO, to=CHAT, subject="roll:1"))
    with begin(post.engine) as session:
        mail.post(
            session, key="edit", channel="fake", chat=CHAT, how="edit", subject="roll:1",
            body='{"text":"older"}', created_at=MONDAY_8AM,
        )  # fmt: skip
    await post.send()
    post.queue(Reply(HELLO, to=CHAT, subject="roll:1", how=How.TALLY))
    await post.send(seconds=6)
    await post.send(seconds=3)

    assert post.fates() == ["sent", "sent"]
    assert post.channel.changed == [("m1", post.channel.sent[0].text)]


async def test_edits_go_to_the_message_that_shows_the_subject(post: Post) -> None:
    post.queue(Reply(HELLO, to=CHAT, subject="roll:1"))
    await post.send()
    post.queue(Reply("talk/failed.j2", {"event": 1}, to=CHAT, subject="roll:1", how=How.TALLY))
    await post.send()

    ((message, text),) = post.channel.changed
    assert message == "m1"
    assert "trục trặc" in text


async def test_an_edit_does_not_wait_for_a_message_that_shows_the_subject_after_it(
    post: Post,
) -> None:
    """Otherwise the chat would be silent for ever: each would wait for the other."""
    post.queue(Reply(HELLO, to=CHAT, subject="roll:1"))
    await post.send()
    post.queue(
        Reply("talk/failed.j2", {"event": 1}, to=CHAT, subject="roll:1", how=How.TALLY),
        Reply(HELLO, to=CHAT, subject="roll:1"),
    )
    await post.send()
    post.queue(Reply("talk/failed.j2", {"event": 2}, to=CHAT, subject="roll:1", how=How.TALLY))
    await post.send(seconds=10)

    assert post.fates() == ["sent"] * 4
    assert [message for message, _ in post.channel.changed] == ["m1", "m2"]


async def test_edits_that_wait_are_one(post: Post) -> None:
    post.queue(Reply(HELLO, to=CHAT, subject="roll:1"))
    await post.send()
    for number in range(5):
        context = {"event": number}
        post.queue(Reply("talk/failed.j2", context, to=CHAT, subject="roll:1", how=How.TALLY))
    await post.send()

    ((_, text),) = post.channel.changed
    assert "4" in text


async def test_without_edits_a_tally_is_repeated_every_ten_minutes_at_most(engine: Engine) -> None:
    post = Post(engine, FakeChannel(limits=Limits(edits=False)))
    post.queue(Reply(HELLO, to=CHAT, subject="roll:1"))
    await post.send()
    for number in range(30):
        context = {"event": number}
        post.queue(Reply("talk/failed.j2", context, to=CHAT, subject="roll:1", how=How.TALLY))
        await post.send(minutes=1)

    assert post.channel.changed == []
    assert 3 <= len(post.channel.sent) <= 4


async def test_a_recall_takes_back_what_was_sent_and_stops_what_was_not(post: Post) -> None:
    post.queue(Reply(HELLO, to=CHAT, subject="d:1"), Reply(HELLO, to="fake:b", subject="d:1"))
    with begin(post.engine) as session:
        row = mail.latest(session, "fake:b", "d:1")
        assert row is not None
        row.not_before = MONDAY_8AM + timedelta(hours=1)
    await post.send()
    post.queue(*(Reply("", to=to, subject="d:1", how=How.DELETE) for to in (CHAT, "fake:b")))
    await post.send(hours=2)

    assert post.channel.changed == [("m1", "")]
    assert [sent.chat for sent in post.channel.sent] == [CHAT]


@pytest.mark.parametrize("guarded", [True, False])
async def test_an_older_edit_tried_again_never_undoes_a_newer_one(
    post: Post, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> None:
    # a chat that has heard others meanwhile does not wait for it
    monkeypatch.setattr("bot.outgoing.Outgoing._hold", lambda *_args: False)
    if not guarded:
        monkeypatch.setattr("storage.deliveries.overtaken", lambda _session, _row: False)
    post.queue(Reply(HELLO, to=CHAT, subject="roll:1"))
    await post.send()

    def edit(number: int) -> Reply:
        context = {"event": number}
        return Reply("talk/failed.j2", context, to=CHAT, subject="roll:1", how=How.TALLY)

    post.queue(edit(1))
    with begin(post.engine) as session:  # it is on its way while the next is queued, and is cut off
        row = session.exec(select(Outbox).where(Outbox.how == "edit")).one()
        row.state = OutboxState.SENDING
    post.queue(edit(2))
    with begin(post.engine) as session:
        row = mail.get(session, row.id or 0)
        row.state, row.attempts = OutboxState.QUEUED, 1
        row.not_before = MONDAY_8AM + timedelta(minutes=1)
    await post.send()
    await post.send(minutes=5)

    last = post.channel.changed[-1][1]
    assert ("mã số <b>2</b>" in last) is guarded
