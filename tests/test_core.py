"""Stored, then acknowledged; committed, then sent; nothing twice, nothing lost."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta

import msgspec
import pytest
from sqlalchemy import Engine
from sqlmodel import select

import bot.dispatch
from bot.app import App
from bot.channels.base import Raw
from bot.clock import MovableClock
from handlers import ROUTES
from handlers.chat import Call, Choice, Incoming, Kind, Limits, Moment, Reply, Route, Tick
from storage import accounts, mail
from storage.database import begin, reading
from storage.inbox import Inbox, InboxState
from tests.cast import MONDAY_8AM, Cast
from tests.channels.fake_channel import FakeChannel

CHAT = "fake:an"


@pytest.fixture
def channel() -> FakeChannel:
    return FakeChannel()


@pytest.fixture
def app(engine: Engine, channel: FakeChannel) -> App:
    return App(engine, {"fake": channel}, MovableClock(MONDAY_8AM, held=True))


def said(text: str, event: str = "1", **more: object) -> Raw:
    """An event of An's in private."""
    incoming = Incoming(
        "fake",
        event,
        CHAT,
        CHAT,
        MONDAY_8AM,
        private=True,
        text=text,
        **more,  # type: ignore[arg-type]
    )
    return Raw(event, msgspec.json.encode(incoming).decode())


def inbox(app: App) -> list[Inbox]:
    with reading(app.engine) as session:
        return list(session.exec(select(Inbox).order_by(Inbox.id)))  # type: ignore[arg-type]


async def test_help_is_answered(cast: Cast) -> None:
    await cast.an.says("trợ giúp")

    assert "trợ giúp" in cast.an.text


async def test_talk_among_people_is_not_answered_and_not_kept(cast: Cast) -> None:
    await cast.an.says("sáng nay ai đi chợ không", cast.k8)

    assert cast.k8.bot == []
    assert [row.body for row in inbox(cast.app)] == [""]


async def test_unknown_words_in_private_get_a_useful_answer(cast: Cast) -> None:
    await cast.ty.says("alo")

    assert "trợ giúp" in cast.ty.text


async def test_an_event_delivered_twice_is_worked_once(app: App, channel: FakeChannel) -> None:
    await app.receive("fake", [said("trợ giúp"), said("trợ giúp")])
    await app.settle()
    await app.receive("fake", [said("trợ giúp")])
    await app.settle()

    assert len(channel.sent) == 1
    assert len(inbox(app)) == 1


async def test_a_stored_event_survives_a_crash_before_it_was_worked(
    app: App, engine: Engine, channel: FakeChannel
) -> None:
    await app.receive("fake", [said("trợ giúp")])

    reborn = App(engine, {"fake": channel}, app.clock)
    await reborn.settle()

    assert len(channel.sent) == 1


async def test_a_crash_between_commit_and_send_loses_nothing(
    app: App, engine: Engine, channel: FakeChannel
) -> None:
    await app.receive("fake", [said("trợ giúp")])
    await app.work_once()

    reborn = App(engine, {"fake": channel}, app.clock)
    await reborn.settle()

    assert len(channel.sent) == 1


async def test_what_was_being_sent_in_a_crash_is_sent_once_more_and_marked(
    app: App, engine: Engine, channel: FakeChannel
) -> None:
    await app.receive("fake", [said("trợ giúp")])
    await app.work_once()
    app.delivery.take()

    reborn = App(engine, {"fake": channel}, app.clock)
    assert reborn.delivery.recover("fake") == 1
    await reborn.settle()

    with reading(engine) as session:
        assert [row.note for row in session.exec(select(mail.Outbox))] == [
            "sent once before; the answer was lost"
        ]
    assert len(channel.sent) == 1


async def test_where_a_resend_is_not_allowed_it_stays_in_doubt(engine: Engine) -> None:
    shy = FakeChannel(limits=Limits(resend_in_doubt=False))
    app = App(engine, {"fake": shy}, MovableClock(MONDAY_8AM, held=True))
    await app.receive("fake", [said("trợ giúp")])
    await app.work_once()
    app.delivery.take()

    reborn = App(engine, {"fake": shy}, app.clock)
    reborn.delivery.recover("fake")
    await reborn.settle()

    assert shy.sent == []
    with reading(engine) as session:
        assert [row.state for row in session.exec(select(mail.Outbox))] == ["in_doubt"]


async def test_a_poison_event_is_set_aside_with_its_text_and_blocks_nothing(
    app: App, channel: FakeChannel
) -> None:
    await app.receive("fake", [Raw("0", "poison"), said("trợ giúp")])
    await app.settle()

    poison, good = inbox(app)
    assert (poison.state, poison.body) == (InboxState.SET_ASIDE, "poison")
    assert good.state == InboxState.WORKED
    assert len(channel.sent) == 1


async def test_a_bug_in_one_event_undoes_it_alone_and_is_told_calmly(
    app: App, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(call: Call, rest: str) -> Reply:
        accounts.ensure(call.session, address="fake:half", name="half-saved", now=call.now)
        raise ZeroDivisionError

    monkeypatch.setitem(ROUTES, "cancel", Route(stumble, listed=False))
    press = said("cancel", "2", kind=Kind.PRESS)
    await app.receive("fake", [said("trợ giúp", "1"), press, said("trợ giúp", "3")])
    await app.settle()

    assert [row.state for row in inbox(app)] == ["worked", "failed", "worked"]
    with reading(app.engine) as session:
        assert accounts.by_address(session, "fake:half") is None
    texts = [post.text for post in channel.sent] + [text for _, text in channel.toasts]
    assert sum("trục trặc" in text for text in texts) == 1


async def test_a_batch_that_cannot_be_committed_is_worked_one_by_one(
    app: App, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = bot.dispatch.Dispatcher._work_batch
    calls: list[int] = []

    def full_disk(
        self: bot.dispatch.Dispatcher, events: list[object], now: object, **options: bool
    ) -> bool:
        calls.append(len(events))
        if len(events) > 1:
            raise OSError("disk full")
        return whole(self, events, now, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(bot.dispatch.Dispatcher, "_work_batch", full_disk)
    await app.receive("fake", [said("trợ giúp", str(n)) for n in range(3)])
    await app.settle()

    assert calls == [3, 1, 1, 1]
    assert len(channel.sent) == 3


async def test_without_its_savepoint_a_bug_would_keep_half_a_deed(
    engine: Engine,
) -> None:
    """The twin of the guard above: the same failure in a bare transaction leaves the row."""
    with begin(engine) as session, contextlib.suppress(ZeroDivisionError):
        accounts.ensure(session, address="fake:half", name="half-saved", now=MONDAY_8AM)
        _ = 1 // 0
    with reading(engine) as session:
        assert accounts.by_address(session, "fake:half") is not None


async def test_the_running_app_answers_and_stops(app: App, channel: FakeChannel) -> None:
    running = asyncio.ensure_future(app.run())
    await app.receive("fake", [said("trợ giúp")])
    for _ in range(200):
        await asyncio.sleep(0.01)
        if channel.sent:
            break
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert len(channel.sent) == 1


async def test_a_number_picks_from_the_list_last_shown(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    def offer(call: Call, rest: str) -> Reply:
        heard.append(rest)
        choices = (Choice("Một", "unknown one"), Choice("Hai", "unknown two"))
        return Reply("talk/cancelled.j2", choices=choices)

    monkeypatch.setitem(ROUTES, "unknown", Route(offer))
    await cast.an.says("/gìđó")
    await cast.an.says("2")

    assert heard == ["/gìđó", "two"]


async def test_a_question_waits_ten_minutes_for_words_and_no_longer(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []

    def ask(call: Call, rest: str) -> Reply:
        heard.append(rest)
        return Reply("talk/cancelled.j2", expects="unknown name")

    monkeypatch.setitem(ROUTES, "unknown", Route(ask))
    await cast.an.says("/hỏi")
    await cast.an.says("Nguyễn Thị An")
    await cast.passes(minutes=10)
    await cast.an.says("Lê Thị Bé")

    assert heard == ["/hỏi", "name Nguyễn Thị An"]
    assert "chưa hiểu" in cast.an.text


async def test_a_question_can_be_dropped(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(call: Call, rest: str) -> Reply:
        return Reply("talk/unknown.j2", {"standing": "member", "private": True}, expects="unknown")

    monkeypatch.setitem(ROUTES, "unknown", Route(ask))
    await cast.an.says("/hỏi")
    await cast.an.says("thôi")

    assert "bỏ qua" in cast.an.text


async def test_words_vanish_after_a_week_and_keys_stay(cast: Cast) -> None:
    await cast.an.says("trợ giúp")
    await cast.passes(days=6)
    assert inbox(cast.app)[0].body

    await cast.passes(days=2)
    (row,) = inbox(cast.app)
    assert (row.body, row.event_id) == ("", "1")
    assert [message.body for message in cast.outbox()] == [""]


async def test_timed_work_that_fails_is_left_alone_for_a_minute(app: App) -> None:
    fired: list[datetime] = []

    def stumble(moment: Moment, item: int) -> list[Reply]:
        fired.append(moment.now)
        raise ZeroDivisionError

    ticks = {"test.stumble": Tick(lambda _session, _now: [1], stumble)}
    for second in range(90):
        app.dispatcher.tick(ticks, MONDAY_8AM + timedelta(seconds=second))

    assert len(fired) == 2
