"""A Zalo bot's plan: counted, forecast, told in time, and spent on what matters first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from bot import machine
from bot.cli import app
from bot.clock import SystemClock
from bot.watch import Watch
from handlers import capacity
from handlers.capacity import Plan
from handlers.chat import Moment
from handlers.understanding.zone import local_date
from storage import groups, sends
from storage.database import begin, reading
from storage.groups import GroupState
from tests.cast import Cast
from tests.zalo_cast import ZaloCast

PLAN = Plan(messages=100, users=50, groups=3)
NAME = "zalo_bot"


@pytest.fixture(autouse=True)
def _room(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with room, whatever the machine of the tests has."""
    monkeypatch.setattr(machine, "room", lambda _engine: (100 * machine.ROOM, 200 * machine.ROOM))


@pytest.fixture
async def cast(engine: Engine) -> AsyncIterator[ZaloCast]:
    async with ZaloCast(engine, plan=PLAN) as cast:
        yield cast
        assert cast.server.problems == []


def spend(cast: Cast, count: int, day: date | None = None) -> None:
    """So many messages have gone out."""
    with begin(cast.engine) as session:
        sends.note(session, NAME, day or local_date(cast.clock.now()), count)


def used(cast: Cast) -> capacity.Use:
    with reading(cast.engine) as session:
        return capacity.use(Moment(session, cast.clock.now()), NAME, PLAN)


def state(cast: ZaloCast, room: str) -> str:
    with reading(cast.engine) as session:
        group = groups.by_address(session, f"{NAME}:{cast.rooms[room].id}")
        assert group is not None
        return group.state


async def look(cast: Cast) -> None:
    Watch(cast.app).look()
    await cast.settle()


async def test_what_goes_out_is_counted_and_forecast(cast: ZaloCast) -> None:
    await cast.lan.says("điểm danh", cast.k8)
    await cast.an.says("có mặt", cast.k8)
    out = sum(len(chat.bot) for chat in cast.server.chats.values())

    assert used(cast).sent == out > 1
    assert used(cast).forecast == out + round(out / 7 * 14)  # the 16th of 30 days
    assert (used(cast).users, used(cast).groups) == (8, 2)
    assert not used(cast).tight


async def test_a_send_in_doubt_counts_too(cast: ZaloCast) -> None:
    cast.server.fault("sendMessage", cut=True)
    await cast.lan.says("lịch họp")

    assert used(cast).sent == 1


async def test_the_top_is_told_from_four_fifths_on_and_not_every_day(cast: ZaloCast) -> None:
    spend(cast, 79, date(2026, 11, 2))
    await look(cast)
    assert not any("Gói Zalo" in text for text in cast.mai.texts)

    spend(cast, 1)
    await look(cast)
    assert "zalo_bot: đã gửi 80/100 tin" in cast.mai.text
    told = len(cast.mai.texts)
    cast.clock.advance(timedelta(days=1))
    await look(cast)
    assert len(cast.mai.texts) == told


async def test_groups_and_people_too_are_told_from_four_fifths_on_and_rarely(
    cast: ZaloCast,
) -> None:
    full = replace(PLAN, groups=2)  # it is in two
    cast.app.plans = {NAME: full}
    await look(cast)
    assert "2/2 nhóm" in cast.mai.text and "sắp hết chỗ cho nhóm mới" in cast.mai.text
    told = len(cast.mai.texts)
    cast.clock.advance(timedelta(days=20))
    await look(cast)
    assert not any("nhóm mới" in text for text in cast.mai.texts[told:])


async def test_running_tallies_are_spared_but_the_close_is_shown(cast: ZaloCast) -> None:
    spend(cast, 80)
    await cast.lan.says("điểm danh", cast.k8)
    await cast.an.says("có mặt", cast.k8)
    await cast.passes(minutes=11)
    assert len(cast.k8.bot) == 1

    await cast.lan.says("chốt điểm danh", cast.k8)
    await cast.passes(minutes=11)
    assert "Có mặt: 1" in cast.k8.text


async def test_with_room_the_same_tally_is_shown(cast: ZaloCast) -> None:
    await cast.lan.says("điểm danh", cast.k8)
    await cast.an.says("có mặt", cast.k8)
    await cast.passes(minutes=11)

    assert "Có mặt: 1" in cast.k8.text


async def test_a_month_used_up_moves_groups_to_relay_and_a_new_one_back(cast: ZaloCast) -> None:
    spend(cast, 95)
    await look(cast)
    assert (state(cast, "g8"), state(cast, "g1")) == (GroupState.RELAY, GroupState.RELAY)
    assert "chuyển tay" in cast.lan.text and "Chi hội Khóm 8" in cast.lan.text

    await cast.lan.says("điểm danh")
    assert not cast.k8.bot
    assert any("Đã gửi vào nhóm" in text for text in cast.lan.texts)

    cast.clock.set(datetime(2026, 12, 20, 2, 0, tzinfo=UTC))
    await look(cast)
    assert state(cast, "g8") == GroupState.ACTIVE
    assert any("không cần chuyển tay nữa" in text for text in cast.lan.texts)


async def test_main_groups_of_the_largest_units_fit_first(cast: ZaloCast) -> None:
    cast.add_room("g8b", "CH Khóm 8, nhóm phụ", unit="P5-K8", main=False)
    with begin(cast.engine) as session:
        moment = Moment(session, cast.clock.now())
        plan = Plan(messages=130, users=50, groups=3)
        found = capacity.places(moment, capacity.use(moment, NAME, plan))

    assert [(place.group.title, place.fits) for place in found] == [
        ("CH Khóm 8", True),
        ("CH Khóm 1", True),
        ("CH Khóm 8, nhóm phụ", False),
    ]


def test_one_bot_is_not_taken_for_another(engine: Engine) -> None:
    with begin(engine) as session:
        groups.ensure(session, address="zalo_bot:2:x", title="B", now=SystemClock().now())
        groups.ensure(session, address="zalo_bot:x", title="A", now=SystemClock().now())
        for group in (
            groups.by_address(session, "zalo_bot:2:x"),
            groups.by_address(session, "zalo_bot:x"),
        ):
            assert group is not None
        assert sends.users(session, NAME) == 0
        assert sends.rooms(session, NAME) == []  # neither is bound


async def test_the_operator_sees_what_fits_and_puts_the_rest_on_relay(
    cast: ZaloCast, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHIHOI_DATABASE_URL", database_url)
    monkeypatch.setenv("CHIHOI_ZALO_BOT_TOKEN", cast.server.token)
    monkeypatch.setenv("CHIHOI_ZALO_BOT_GROUPS", "1")

    shown = CliRunner().invoke(app, ["channel", "status", "--dry-run"])
    assert shown.exit_code == 0, shown.output
    assert "zalo_bot: 0/3000 messages this month (0%, forecast 0), 8/50 people" in shown.output
    assert "fits      60 a month  Chi hội Khóm 8: CH Khóm 8" in shown.output
    assert "relay     60 a month  Chi hội Khóm 1: CH Khóm 1" in shown.output
    assert state(cast, "g1") == GroupState.ACTIVE

    CliRunner().invoke(app, ["channel", "status"])
    assert state(cast, "g1") == GroupState.RELAY
    await cast.settle()
    assert "chuyển tay" in cast.sau.text


def test_without_a_plan_there_is_nothing_to_count(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHIHOI_DATABASE_URL", database_url)
    monkeypatch.setenv("CHIHOI_ZALO_BOT_TOKEN", "")

    assert "is not set" in CliRunner().invoke(app, ["channel", "status"]).output
