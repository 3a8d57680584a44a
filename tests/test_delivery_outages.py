"""A channel that is down loses nothing, is tried by one message at a time, and is told of."""

from __future__ import annotations

from collections import deque

from sqlalchemy import Engine

from bot.breaker import FAULTS, Breaker
from bot.channels.base import DeliveryError
from handlers.chat import Reply
from storage.database import begin
from tests.cast import Cast
from tests.channels.fake_channel import FakeChannel
from tests.delivery_scenes import HELLO, Watch, office

DOWN = DeliveryError("refused", retryable=True, down=True)


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
