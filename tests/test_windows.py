"""Talks a platform closes when people are silent, told without any platform."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.channels.base import DeliveryError
from handlers import reopening
from handlers.chat import Incoming, Kind, Moment
from storage import accounts, erasing, mail, windows
from storage.database import begin, reading
from storage.mail import OutboxState
from storage.windows import WindowState
from tests.cast import MONDAY_8AM, Cast
from tests.channels.fake_channel import FakeChannel

CHAT = "sandbox:sau"
FREE, OPEN = timedelta(hours=48), timedelta(days=7)


def heard(cast: Cast, key: str, at: datetime | None = None) -> None:
    """Somebody did something, on a platform that closes."""
    when = at or cast.clock.now()
    with begin(cast.engine) as session:
        windows.heard(session, f"sandbox:{key}@sandbox", when + FREE, when + OPEN)


def state(cast: Cast, key: str) -> tuple[str, bool]:
    """Her window's state, and whether her door is closed."""
    with reading(cast.engine) as session:
        window = windows.of(session, f"sandbox:{key}@sandbox")
        account = accounts.by_address(session, f"sandbox:{key}")
        assert window is not None and account is not None
        return window.state, account.blocked


async def test_a_window_shuts_by_the_clock_and_opens_with_a_word(cast: Cast) -> None:
    heard(cast, "an")
    await cast.passes(days=7, seconds=-1)
    assert state(cast, "an") == (WindowState.OPEN, False)
    await cast.passes(seconds=1)
    assert state(cast, "an") == (WindowState.SHUT, True)

    heard(cast, "an")
    assert state(cast, "an") == (WindowState.BACK, False)
    await cast.passes(seconds=1)
    assert state(cast, "an") == (WindowState.OPEN, False)


async def test_one_that_was_shut_for_half_a_year_is_forgotten_and_still_opens(cast: Cast) -> None:
    heard(cast, "an")
    await cast.passes(days=7)
    with begin(cast.engine) as session:
        windows.drop_old(session, cast.clock.now() + timedelta(seconds=1))
        assert windows.of(session, "sandbox:an@sandbox") is None
    heard(cast, "an")
    assert state(cast, "an") == (WindowState.OPEN, False)


async def test_what_is_said_within_minutes_moves_nothing(cast: Cast) -> None:
    heard(cast, "an")
    heard(cast, "an", cast.clock.now() + windows.COARSE / 2)
    with reading(cast.engine) as session:
        window = windows.of(session, "sandbox:an@sandbox")
        assert window is not None and window.open_until == cast.clock.now() + OPEN
    heard(cast, "an", cast.clock.now() + windows.COARSE)
    heard(cast, "an", cast.clock.now() - OPEN)  # an old event that comes late
    with reading(cast.engine) as session:
        window = windows.of(session, "sandbox:an@sandbox")
        assert window is not None and window.open_until > cast.clock.now() + OPEN


async def test_the_level_above_learns_of_a_leader_in_the_morning_if_no_other_door_is_open(
    cast: Cast,
) -> None:
    with begin(cast.engine) as session:
        for key in ("lan", "sau"):  # Lan's door on the other channel stays open
            if key == "sau":
                other = accounts.by_address(session, "plain:sau")
                assert other is not None
                other.private_chat = ""
                session.add(other)
    evening = cast.clock.now() - OPEN + timedelta(hours=14)
    for key in ("lan", "sau", "an"):
        heard(cast, key, evening)
    await cast.until(evening + OPEN, every=timedelta(hours=1))
    before = len(cast.hoa.texts)
    await cast.passes(minutes=1)
    assert cast.hoa.texts[before:] == []  # it is ten in the evening
    await cast.passes(hours=9)

    told = cast.hoa.texts[before:]
    assert len(told) == 1 and "Cao Thị Sáu" in told[0] and "một chữ bất kỳ" in told[0]


async def test_what_waits_is_kept_for_a_week_unless_its_time_is_over(cast: Cast) -> None:
    heard(cast, "an", cast.clock.now() - OPEN + timedelta(seconds=1))
    now, chat = cast.clock.now(), "sandbox:an@sandbox"
    with begin(cast.engine) as session:
        for key, life in (("kept", None), ("over", timedelta(hours=1))):
            mail.post(
                session, key=key, channel="sandbox", chat=chat, created_at=now, body='{"text":"x"}',
                not_before=now + timedelta(hours=2), expires_at=now + life if life else None,
            )  # fmt: skip
    await cast.passes(seconds=1)
    assert {row.state for row in cast.outbox() if row.key in {"kept", "over"}} == {
        OutboxState.BLOCKED
    }
    await cast.passes(hours=3)
    heard(cast, "an")
    await cast.passes(seconds=1)

    states = {row.key: row.state for row in cast.outbox()}
    assert (states["kept"], states["over"]) == (OutboxState.SENT, OutboxState.BLOCKED)


async def test_a_platform_that_says_so_is_believed(engine: Engine, cast: Cast) -> None:
    channel = FakeChannel("sandbox")
    channel.failures.append(DeliveryError("-230", lapsed=True))
    cast.app.delivery.lanes["sandbox"].channel = channel
    with begin(cast.engine) as session:
        mail.post(
            session, key="k", channel="sandbox", chat="sandbox:sau@sandbox",
            created_at=cast.clock.now(), body='{"text":"x"}',
        )  # fmt: skip
    await cast.app.delivery.drain()
    await cast.passes(seconds=1)

    assert state(cast, "sau") == (WindowState.SHUT, True)
    assert cast.outbox()[0].state == OutboxState.BLOCKED


@pytest.mark.slow
@pytest.mark.sqlite
async def test_whoever_is_erased_leaves_no_window(cast: Cast) -> None:
    heard(cast, "an")
    heard(cast, "cuc")
    with begin(cast.engine) as session:
        for name in ("Võ Thị An", "Huỳnh Kim Cúc"):
            erasing.erase(session, cast.member(name).id or 0, cast.clock.now())
        assert windows.due(session, MONDAY_8AM + 2 * OPEN) == []


async def test_a_window_of_nobody_is_let_be(cast: Cast) -> None:
    with begin(cast.engine) as session:
        windows.heard(session, "sandbox:nobody", MONDAY_8AM, MONDAY_8AM)
        (stray,) = windows.due(session, MONDAY_8AM)
        moment = Moment(session, MONDAY_8AM)
        assert reopening.fire(moment, stray) == []
        windows.heard(session, "sandbox:nobody", MONDAY_8AM + FREE, MONDAY_8AM + OPEN)
        assert reopening.fire(moment, stray) == []
        assert reopening.fire(moment, 99) == []


@pytest.mark.parametrize(("to_bot", "answers"), [(None, True), (False, False)])
async def test_a_quote_is_for_the_bot_if_what_it_quotes_is_the_bots(
    cast: Cast, to_bot: bool | None, answers: bool
) -> None:
    await cast.hoa.says("xin chào", cast.k8)
    await cast.lan.says("điểm danh", cast.k8)
    prompt = cast.k8.last
    said = Incoming(
        "sandbox", "q1", cast.k8.address, "sandbox:an", cast.clock.now(), Kind.TEXT,
        text="trợ giúp em với", reply_to=str(prompt.id), to_bot=to_bot,
    )  # fmt: skip
    with begin(cast.engine) as session:
        ours = mail.by_message(session, said.chat, said.reply_to)
    assert ours is not None
    before = len(cast.outbox())
    await cast.happens(Kind.TEXT, cast.an, cast.k8, **_said(said))

    assert (len(cast.outbox()) > before) is answers


def _said(incoming: Incoming) -> dict[str, object]:
    found = replace(incoming, text="/trogiupp")
    return {name: getattr(found, name) for name in ("text", "reply_to", "to_bot")}
