"""When a platform fails: nothing is lost, what may come twice says so, people are told."""

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
from bot.breaker import FAULTS, Breaker
from bot.channels.base import DeliveryError, Post, Sent
from bot.channels.sandbox import SandboxChannel
from handlers.chat import Document, How, Limits, Reply
from storage import accounts, blobs
from storage.database import begin, reading
from storage.groups import GroupState, by_address
from storage.mail import Outbox, OutboxState
from tests.cast import Cast
from tests.channels.fake_channel import FakeChannel
from tests.delivery_scenes import CHAT, HELLO
from tests.delivery_scenes import Post as Office

LOST = DeliveryError("timeout", in_doubt=True)
DOWN = DeliveryError("refused", retryable=True, down=True)


class Watch:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def office(engine: Engine, channel: FakeChannel | None = None) -> tuple[Office, Watch]:
    post = Office(engine, channel or FakeChannel())
    watch = Watch()
    post.app.delivery.monotonic = watch
    post.app.delivery.__post_init__()
    return post, watch


def rows(engine: Engine) -> list[Outbox]:
    with reading(engine) as session:
        return list(session.exec(select(Outbox).order_by(Outbox.id)))  # type: ignore[arg-type]


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


# a channel that is down


async def test_an_outage_loses_nothing_and_is_told_once_when_it_ends(
    engine: Engine, cast: Cast
) -> None:
    channel = FakeChannel()
    post, watch = office(engine, channel)
    told: list[tuple[str, bool]] = []
    post.app.delivery.on_outage = lambda _s, name, _since, until: told.append((name, bool(until)))
    channel.failures = deque([DOWN] * 40)
    post.queue(*(Reply(HELLO, to=f"fake:{n}") for n in range(8)))
    for _ in range(60):
        watch.now += 60
        await post.send(minutes=1)

    assert post.fates() == ["sent"] * 8
    assert told == [("fake", False), ("fake", True)]


async def test_without_a_breaker_an_outage_would_lose_them(engine: Engine) -> None:
    """The twin: five tries, and the mail is gone."""
    post, watch = office(engine)
    post.app.delivery.lanes["fake"].breaker.faults = 0
    post.channel.failures = deque([DOWN] * 40)
    post.queue(*(Reply(HELLO, to=f"fake:{n}") for n in range(8)))
    for _ in range(60):
        watch.now += 60
        await post.send(minutes=1)

    assert post.fates() == ["failed"] * 8


async def test_a_channel_that_is_down_is_tried_by_one_message_at_a_time(engine: Engine) -> None:
    post, watch = office(engine)
    post.channel.failures = deque([DOWN] * 100)
    post.queue(*(Reply(HELLO, to=f"fake:{n}") for n in range(20)))
    await post.send()
    tried = 100 - len(post.channel.failures)
    watch.now += 60
    await post.send(minutes=2)

    assert 100 - len(post.channel.failures) == tried + 1


def test_a_breaker_opens_probes_and_closes() -> None:
    watch = Watch()
    breaker = Breaker(watch)
    for _ in range(FAULTS - 1):
        breaker.failed()
    assert not breaker.is_open

    breaker.failed()
    assert breaker.is_open
    assert breaker.wait() == 5.0
    watch.now += 5.0
    assert breaker.wait() == 0.0
    breaker.probe()
    assert breaker.wait() is None
    breaker.failed()
    assert breaker.wait() == 10.0
    watch.now += 10.0
    breaker.probe()
    breaker.worked()
    assert not breaker.is_open
    assert breaker.wait() == 0.0


def test_a_refusal_between_failures_keeps_the_breaker_closed() -> None:
    breaker = Breaker(Watch())
    for _ in range(20):
        breaker.failed()
        breaker.worked()

    assert not breaker.is_open


async def test_officers_learn_of_an_outage_over_another_channel(cast: Cast) -> None:
    since = cast.clock.now()
    with begin(cast.engine) as session:
        cast.app.dispatcher.outage(session, "telegram", since, None)
    await cast.settle()
    assert "không gửi được tin qua Telegram" in cast.mai.text
    assert cast.lan.texts == []

    await cast.passes(minutes=10)
    with begin(cast.engine) as session:
        cast.app.dispatcher.outage(session, "telegram", since, cast.clock.now())
        cast.app.dispatcher.outage(session, "telegram", since, cast.clock.now())
    await cast.settle()
    assert "đã thông lại" in cast.mai.text
    assert len(cast.mai.texts) == 2


async def test_over_a_channel_that_is_down_nobody_is_told_that_it_is(cast: Cast) -> None:
    with begin(cast.engine) as session:
        cast.app.dispatcher.outage(session, "sandbox", cast.clock.now(), None)
    await cast.settle()

    assert cast.mai.texts == []


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


# what a group does not allow


async def test_a_tally_whose_message_is_gone_is_shown_anew_and_edited_from_then_on(
    engine: Engine,
) -> None:
    post, _ = office(engine)
    post.queue(Reply(HELLO, to=CHAT, subject="roll:1"))
    await post.send()
    post.channel.failures = deque([DeliveryError("message to edit not found", gone=True)])
    for number in (1, 2):
        context = {"event": number}
        post.queue(Reply("talk/failed.j2", context, to=CHAT, subject="roll:1", how=How.TALLY))
        await post.send()

    assert "mã số <b>1</b>" in post.channel.sent[-1].text
    ((message, text),) = post.channel.changed
    assert message == "m2"
    assert "mã số <b>2</b>" in text


async def test_an_edit_for_which_there_are_other_words_says_them(engine: Engine) -> None:
    post, _ = office(engine)
    post.queue(Reply(HELLO, to=CHAT, subject="directive:1"))
    await post.send()
    post.channel.failures = deque([DeliveryError("message can't be edited", gone=True)])
    edit = Reply(HELLO, to=CHAT, subject="directive:1", how=How.EDIT)
    post.queue(replace(edit, otherwise="delivery/noted.j2"))
    await post.send()
    assert "ghi nhận" in post.channel.sent[-1].text

    post.queue(Reply("talk/failed.j2", {"event": 7}, to=CHAT, subject="directive:1", how=How.EDIT))
    await post.send()
    assert post.channel.changed[-1][0] == "m1"


async def test_without_edits_those_words_are_said_at_once(engine: Engine) -> None:
    post, _ = office(engine, FakeChannel(limits=Limits(edits=False)))
    post.queue(Reply(HELLO, to=CHAT, subject="directive:1"))
    edit = Reply(HELLO, to=CHAT, subject="directive:1", how=How.EDIT)
    await post.send()
    post.queue(edit, replace(edit, otherwise="delivery/noted.j2"))
    await post.send()

    assert len(post.channel.sent) == 2
    assert "ghi nhận" in post.channel.sent[-1].text


async def test_where_reactions_are_not_allowed_she_is_told_in_private(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    monkeypatch.setattr(SandboxChannel, "react", _no_reactions)
    await cast.an.says("có mặt", cast.k8)
    assert "Có mặt" in cast.an.text or "có mặt" in cast.an.text

    said = len(cast.an.texts)
    await cast.an.says("xin vắng", cast.k8)
    assert len(cast.an.texts) == said + 1


async def test_who_has_no_private_talk_is_quoted_in_the_group(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:an")
        assert account is not None
        account.private_chat = ""
    monkeypatch.setattr(SandboxChannel, "react", _no_reactions)
    said = await cast.an.says("có mặt", cast.k8)

    assert cast.k8.text == "👍 Dạ, em đã ghi nhận ạ."
    assert cast.k8.last.reply_to == said.id


async def _no_reactions(*_: object) -> None:
    raise DeliveryError("Bad Request: REACTION_INVALID")


async def test_a_group_that_mutes_the_bot_is_told_to_its_leader_with_what_to_do(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    muted = DeliveryError("not enough rights to send text messages", blocked=True, muted=True)

    async def send(self: SandboxChannel, post: Post) -> Sent:
        if post.chat == cast.k8.address:
            raise muted
        return await real(self, post)

    real = SandboxChannel.send
    monkeypatch.setattr(SandboxChannel, "send", send)
    await cast.lan.says("/diemdanh", cast.k8)

    assert "không cho em gửi tin" in cast.lan.text
    assert "quyền gửi tin" in cast.lan.text
    with cast.session() as session:
        group = by_address(session, cast.k8.address)
        assert group is not None
        assert group.state == GroupState.GONE
    states = {row.state for row in cast.outbox() if row.chat == cast.k8.address}
    assert states == {OutboxState.BLOCKED}


async def test_a_leader_who_blocked_the_bot_is_told_to_the_level_above_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send(self: SandboxChannel, post: Post) -> Sent:
        if post.chat == cast.lan.private.address:
            raise DeliveryError("bot was blocked by the user", blocked=True)
        return await real(self, post)

    real = SandboxChannel.send
    monkeypatch.setattr(SandboxChannel, "send", send)
    for _ in range(2):
        await cast.lan.says("trợ giúp")

    told = [text for text in cast.hoa.texts if "Nguyễn Thị Lan" in text]
    assert len(told) == 1
    assert "Chi hội Khóm 8" in told[0]


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
