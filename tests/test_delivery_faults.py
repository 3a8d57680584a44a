"""When a platform or the database fails: nothing is lost, what may come twice says so."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot import delivery, fates
from bot.channels.base import DeliveryError, Post, Sent
from bot.channels.sandbox import SandboxChannel
from handlers.chat import Document, How, Limits, Reply
from storage import blobs
from storage.database import begin
from storage.mail import Outbox
from tests.cast import Cast
from tests.channels.fake_channel import FakeChannel
from tests.delivery_scenes import CHAT, HELLO, office, rows

LOST = DeliveryError("timeout", in_doubt=True)


# an answer that is lost


async def test_what_is_sent_again_says_that_it_may_come_twice(engine: Engine) -> None:
    post, _ = office(engine)
    post.channel.failures = deque([LOST])
    post.queue(Reply(HELLO, to=CHAT))
    await post.send()

    (again,) = post.channel.sent
    assert "gửi lại, có thể chị thấy hai lần" in again.text
    (row,) = rows(engine)
    assert row.doubted_at is not None
    assert "gửi lại" not in row.body


async def test_it_is_sent_again_once_however_often_the_sender_dies(engine: Engine) -> None:
    post, _ = office(engine)
    post.queue(Reply(HELLO, to=CHAT))
    post.app.delivery.take()
    for _ in range(3):
        reborn, _ = office(engine)
        reborn.app.delivery.recover("fake")
        reborn.app.delivery.take()

    assert post.fates() == ["in_doubt"]
    assert rows(engine)[0].attempts == 2


async def test_without_that_guard_every_death_would_send_one_more(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: the doubt is forgotten."""
    monkeypatch.setattr(fates, "interrupted", _forgetful(fates.interrupted))
    post, _ = office(engine)
    post.queue(Reply(HELLO, to=CHAT))
    post.app.delivery.take()
    for _ in range(3):
        reborn, _ = office(engine)
        reborn.app.delivery.recover("fake")
        reborn.app.delivery.take()

    assert rows(engine)[0].attempts == 4


def _forgetful(interrupted: Callable[..., fates.Fate]) -> Callable[..., fates.Fate]:
    def forget(how: str, _doubted: datetime | None, limits: Limits, now: datetime) -> fates.Fate:
        return interrupted(how, None, limits, now)

    return forget


async def test_an_edit_whose_answer_was_lost_is_simply_made_again(engine: Engine) -> None:
    post, _ = office(engine, FakeChannel(limits=Limits(resend_in_doubt=False)))
    post.queue(Reply(HELLO, to=CHAT, subject="roll:1"))
    await post.send()
    post.channel.failures = deque([LOST])
    post.queue(Reply("talk/failed.j2", {"event": 1}, to=CHAT, subject="roll:1", how=How.TALLY))
    await post.send()
    await post.send(seconds=6)

    assert post.fates() == ["sent", "sent"]
    assert len(post.channel.changed) == 1


class Forgetful(SandboxChannel):
    """A sandbox that shows a message and then dies before it can say so."""

    dies = False
    keeps_keys = True

    async def send(self, post: Post) -> Sent:
        sent = await super().send(post if self.keeps_keys else replace(post, key=""))
        if self.dies:
            raise DeliveryError("killed", in_doubt=True)
        return sent


@pytest.mark.parametrize(("keeps_keys", "seen"), [(True, 1), (False, 3)])
async def test_the_sandbox_knows_its_repeats(cast: Cast, *, keeps_keys: bool, seen: int) -> None:
    """And the twin: without the key each attempt is one more message."""
    channel = cast.channels["sandbox"]
    channel.__class__ = Forgetful
    assert isinstance(channel, Forgetful)
    channel.dies, channel.keeps_keys = True, keeps_keys
    await cast.an.says("trợ giúp")
    await cast.passes(minutes=1)
    channel.dies = False
    await cast.passes(minutes=2)

    assert len(cast.an.texts) == seen
    assert "gửi lại" not in cast.an.text
    (row,) = cast.outbox()
    assert (row.state, row.message_id) == ("sent", str(cast.an.private.last.id))


# the database


async def test_a_busy_database_stops_nothing_for_good(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, _ = office(engine)
    post.queue(Reply(HELLO, to=CHAT))
    begins = iter([True, True])
    real = begin

    def busy(engine: Engine) -> Any:
        if next(begins, False):
            raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))
        return real(engine)

    monkeypatch.setattr(delivery, "begin", busy)
    monkeypatch.setattr(delivery, "RETRY_PAUSE", 0.01)
    running = asyncio.ensure_future(post.app.delivery.run())
    async with asyncio.timeout(10):
        while post.fates() != ["sent"]:
            await asyncio.sleep(0.01)
    post.app.delivery.stop()
    await running

    assert len(post.channel.sent) == 1


async def test_a_fate_the_database_could_not_take_is_written_later(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, _ = office(engine)
    post.queue(Reply(HELLO, to=CHAT))
    letters, _ = post.app.delivery.take()
    await post.app.delivery.deliver(letters[0])
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "write", _full_disk)
        with pytest.raises(OSError, match="full"):
            post.app.delivery.take()
    assert post.fates() == ["sending"]

    post.app.delivery.take()
    assert post.fates() == ["sent"]


def _full_disk(*_: object) -> None:
    raise OSError("the disk is full")


async def test_a_bug_in_what_follows_from_one_failure_holds_up_nothing(engine: Engine) -> None:
    def bug(*_: object) -> None:
        raise KeyError("unit")

    post, _ = office(engine)
    post.app.delivery.on_blocked = bug
    post.channel.failures = deque([DeliveryError("kicked", blocked=True)])
    post.queue(Reply(HELLO, to=CHAT), Reply(HELLO, to="fake:b"))
    await post.send()
    await post.send()

    assert post.fates() == ["blocked", "sent"]


async def test_a_row_nobody_can_read_is_given_up_alone(engine: Engine) -> None:
    post, _ = office(engine)
    post.queue(Reply(HELLO, to=CHAT), Reply(HELLO, to="fake:b"))
    with begin(engine) as session:
        row = session.exec(select(Outbox).where(Outbox.chat == CHAT)).one()
        row.body = "{"
    await post.send()

    assert post.fates() == ["failed", "sent"]


# what has grown old


async def test_a_stale_file_id_is_forgotten_and_the_file_uploaded_anew(engine: Engine) -> None:
    post, _ = office(engine)
    with begin(engine) as session:
        blob = blobs.keep(session, name="a.pdf", mime="", content=b"%PDF", now=post.clock.now())
        assert blob.id is not None
        blobs.note_upload(session, blob.id, "fake", "of another bot")
    post.channel.failures = deque([DeliveryError("wrong file identifier", stale_file=True)])
    post.queue(Reply(HELLO, to=CHAT, document=Document(blob.id, "a.pdf")))
    await post.send()

    (sent,) = post.channel.sent
    assert sent.attachment is not None
    assert (sent.attachment.ref, sent.attachment.content) == ("", b"%PDF")


@pytest.mark.parametrize(("minutes", "fate"), [(60, "expired"), (None, "sent")])
async def test_a_reminder_never_arrives_after_its_meeting(
    engine: Engine, minutes: int | None, fate: str
) -> None:
    """And the twin: one that knows no end arrives hours late."""
    post, _ = office(engine)
    begins = post.clock.now() + timedelta(minutes=minutes) if minutes else None
    post.channel.failures = deque([DeliveryError("502", retryable=True)])
    post.queue(Reply(HELLO, to=CHAT, expires_at=begins))
    await post.send()
    await post.send(hours=3)

    assert post.fates() == [fate]
