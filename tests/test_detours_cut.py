"""Moving a lost channel's prompts, cut off in the middle: whole units, each once."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from bot import cli
from bot.channels.sandbox import PLAIN
from bot.cli.errors import CommandError
from bot.clock import SystemClock
from handlers.chat import Moment
from handlers.detours import moving
from handlers.rolls import actions
from storage.database import begin, open_engine, reading
from storage.detours import Detour, DetourState, DetourUnit, Way
from storage.groups import Group
from storage.mail import Outbox
from storage.units import Unit
from tests.cast import Cast
from tests.channels.fake_telegram import FakeTelegram
from tests.losing import detour_of, loses, mentions, parts
from tests.running import Union, queue_broadcast
from tests.test_detours import at_plain


async def open_rolls(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.sau.says("/diemdanh", cast.k1)


async def test_what_fails_halfway_has_moved_nothing_and_is_done_anew(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_rolls(cast)
    move_unit = moving._move_unit
    moved: list[int] = []

    def dies(moment: Moment, detour: Detour, unit_id: int) -> Any:
        if moved:
            raise RuntimeError("killed")
        moved.append(unit_id)
        return move_unit(moment, detour, unit_id)

    before = len(cast.outbox())
    with monkeypatch.context() as killing:
        killing.setattr(moving, "_move_unit", dies)
        await loses(cast)
    assert parts(cast) == {}
    assert len(cast.outbox()) == before

    await cast.passes(minutes=2)
    assert {code for code, part in parts(cast).items() if part.prompts} == {"P5-K8", "P5-K1"}
    assert mentions(at_plain(cast.binh).texts, "hỏi riêng chị") == 1
    assert mentions(at_plain(cast.tam).texts, "hỏi riêng chị") == 1


async def test_some_units_at_a_time_and_people_are_told_once_at_the_end(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "UNITS_AT_ONCE", 1)
    await open_rolls(cast)
    await loses(cast)
    assert len(parts(cast)) == 1
    assert at_plain(cast.mai).bot == []

    await cast.tick()
    await cast.tick()
    assert len(parts(cast)) == 3
    assert mentions(at_plain(cast.mai).texts, "đã đưa sang cửa khác") == 1
    assert mentions(at_plain(cast.hoa).texts, "1 đơn vị: nhờ chi hội trưởng chuyển tay") == 1
    assert detour_of(cast).moved_at is not None


# the command line


@pytest.fixture
def union(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast's union, as the command line finds it."""
    monkeypatch.setenv("CHIHOI_DATABASE_URL", cast.engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr("bot.cli.database.is_current", lambda _engine: True)
    monkeypatch.setattr("bot.clock.SystemClock.now", lambda _self: cast.clock.now())
    return cast


def run(*words: str) -> Result:
    return CliRunner().invoke(cli.app, ["channel", *words])


@pytest.mark.slow
@pytest.mark.sqlite
async def test_it_is_said_beside_a_running_process_which_does_it(
    union: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.cli.database.is_served", lambda _engine: True)
    await open_rolls(union)

    async def beside(*words: str) -> str:
        saying = asyncio.ensure_future(asyncio.to_thread(run, *words))
        while not saying.done():
            await union.tick()
            await asyncio.sleep(0.05)
        assert saying.result().exit_code == 0, saying.result()
        return saying.result().stdout

    said = await beside("down", "sandbox")
    assert "sandbox is down since 2026-11-16 01:00:00 UTC" in said
    assert "2 open prompts of 2 units go by other doors" in said
    assert "1 the leader passes on" in said
    assert "1 private talks" in said
    assert "down already" in await beside("down", "sandbox")
    assert "back in its groups" in await beside("up", "sandbox")
    assert "up already" in await beside("up", "sandbox")


async def test_without_a_process_it_is_done_when_one_starts(union: Cast) -> None:
    await union.lan.says("/diemdanh", union.k8)
    done = run("down", "sandbox", "--wait", "0")
    assert "when one starts" in done.stdout
    assert "sandbox: put down since" in run("status").stdout
    await union.tick()
    assert parts(union)["P5-K8"].way == Way.RELAY
    assert "1 the leader passes on" in run("status").stdout


async def test_it_waits_no_longer_than_asked(union: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.cli.database.is_served", lambda _engine: True)
    await union.lan.says("/diemdanh", union.k8)
    assert "still under way" in run("down", "sandbox", "--wait", "0").stdout


async def test_a_platform_means_all_its_channels_and_a_typo_none(union: Cast) -> None:
    with begin(union.engine) as session:
        for number, channel in enumerate(("zalo_bot", "zalo_bot:2", "zalo_oa"), 1):
            session.add(
                Outbox(
                    key=f"k{number}", channel=channel, chat=f"{channel}:x", state="sent",
                    created_at=union.clock.now(),
                )
            )  # fmt: skip
    done = run("down", "Zalo", "--wait", "0")
    assert [line.split()[0] for line in done.stdout.splitlines()[:3]] == [
        "zalo_bot", "zalo_bot:2", "zalo_oa",
    ]  # fmt: skip
    assert "plain is down" in run("down", PLAIN, "--wait", "0").stdout  # met, never written to
    wrong = run("down", "telegramm")
    assert isinstance(wrong.exception, CommandError)
    assert "zalo_bot:2" in str(wrong.exception)


async def test_a_channel_that_is_set_is_known_before_anybody_is_met_there(
    union: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHIHOI_TELEGRAM_TOKEN", "1:a")
    monkeypatch.setenv("CHIHOI_ZALO_BOT_TOKEN", "1:a,2:b")
    monkeypatch.setenv("CHIHOI_ZALO_OA_APP_ID", "7")
    assert "telegram is down" in run("down", "telegram", "--wait", "0").stdout
    done = run("down", "zalo", "--wait", "0").stdout.splitlines()[:3]
    assert [line.split()[0] for line in done] == ["zalo_bot", "zalo_bot:2", "zalo_oa"]
    monkeypatch.setenv("CHIHOI_TELEGRAM_TOKEN", "")
    assert "telegram is up" in run("up", "telegram", "--wait", "0").stdout  # its token is gone
    wrong = run("down", "zalo_bot:3")
    assert isinstance(wrong.exception, CommandError)
    assert str(wrong.exception).startswith("no channel zalo_bot:3; there are: ")
    assert "\n" not in str(wrong.exception)


# a real process


@pytest.mark.slow
async def test_killed_in_the_middle_each_unit_is_moved_once(tmp_path: Path) -> None:
    groups = 60
    async with FakeTelegram() as server:
        await queue_broadcast(tmp_path, server, groups)
        engine = open_engine(f"sqlite:///{tmp_path / 'union.db'}")
        now = SystemClock().now()
        with begin(engine) as session:
            for number, group in enumerate(server.groups):
                unit = Unit(code=f"K{number}", name=f"Chi hội {number}", kind="chi hội")
                session.add(unit)
                session.flush()
                assert unit.id is not None
                address = f"telegram:{group}"
                session.add(Group(address=address, unit_id=unit.id, main=True, seen_at=now))
                session.flush()
                actions.start(Moment(session, now), unit.id, title="Họp")
        union = Union(tmp_path, server)
        await union.start()
        assert await union.command("channel", "down", "telegram", "--wait", "0") == 0
        await asyncio.sleep(0.6)
        await union.stop(signal.SIGKILL)
        await union.start()
        async with asyncio.timeout(20):
            while _state(engine).moved_at is None:
                await asyncio.sleep(0.1)
        assert await union.command("channel", "up", "telegram") == 0
        assert _state(engine).state == DetourState.OVER
        await union.stop(signal.SIGTERM)
        with reading(engine) as session:
            rows = session.exec(select(DetourUnit)).all()
            shown = session.exec(select(Outbox).where(Outbox.subject.startswith("roll:"))).all()
        engine.dispose()
    assert len(rows) == groups
    assert {row.way for row in rows} == {Way.NONE}  # nobody there has another door
    assert len(shown) == len({row.chat for row in shown}) == groups


def _state(engine: Any) -> Detour:
    with reading(engine) as session:
        return session.exec(select(Detour)).one()
