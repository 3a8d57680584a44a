"""The demo: one invented union, its own files, its own clock, and worlds apart on a shared server."""

from __future__ import annotations

import asyncio
import signal
import socket
import sqlite3
import urllib.request
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from sqlmodel import col, func, select

from bot.demo import files
from bot.demo.stage import table
from bot.demo.world import BEGINNING, World
from bot.demo.worlds import new_visitor
from storage import groups, mail, members, units
from storage.accounts import Account, members_of
from storage.database import open_engine, reading
from storage.groups import Group
from storage.members import Member, RoleKind
from tests.playing import ADDRESS, playing
from tests.serving import free_port, refused, serving

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]


def test_the_union_is_the_ward_of_2575_and_two_more(demo_folder: Path) -> None:
    engine = open_engine(f"sqlite:///{demo_folder / files.TEMPLATE / files.UNION}")
    with reading(engine) as session:
        tree = {unit.code: unit for unit in units.everything(session)}

        def people(code: str) -> int:
            inside = units.subtree(session, [tree[code].id or 0])
            query = select(func.count()).where(col(Member.unit_id).in_(inside))
            return session.exec(query).one()

        assert people("P5") == 2575
        for ward in ("P6", "TX"):
            assert people(ward) == sum(1 for _ in table(f"{ward.lower()}.csv"))
        branches = units.leaves(session, tree["TP"].id or 0)
        assert len(branches) == 21
        day = BEGINNING.date()
        leaders = [members.holders(session, b.id or 0, [RoleKind.LEADER], day) for b in branches]
        assert all(len(found) == 1 for found in leaders)
        rooms = [len(groups.of_unit(session, branch.id or 0)) for branch in branches]
        assert (rooms.count(0), sum(rooms)) == (2, 21)
        assert people("TP") > 2575 + 7 * 13 * 2
    engine.dispose()


def test_two_leaders_are_not_linked_and_one_device_speaks_for_two(demo_folder: Path) -> None:
    engine = open_engine(f"sqlite:///{demo_folder / files.TEMPLATE / files.UNION}")
    with reading(engine) as session:
        linked = set(session.exec(select(Account.address)))
        assert {"sandbox:p6k8-thuy", "sandbox:txk6-thuy", "sandbox:la"}.isdisjoint(linked)
        home = session.exec(select(Account).where(Account.address == "sandbox:nha-kieu")).one()
        assert len(members_of(session, home.id or 0)) == 2
        zalo = session.exec(select(Group).where(col(Group.address).startswith("zalo:"))).one()
        oa = session.exec(select(Group).where(col(Group.address).startswith("oa:"))).one()
        assert (zalo.hears_all, oa.hears_all) == (False, True)
    engine.dispose()


def test_the_union_has_a_past_made_by_its_own_commands(demo_folder: Path) -> None:
    world = World(demo_folder / files.TEMPLATE, ADDRESS)
    said = {m.text for m in world.platform.messages("p5-k8")}
    newest = world.platform.messages("lai@sandbox")[-1]
    with reading(world.engine) as session:
        states = set(session.exec(select(mail.Outbox.state)))
    world.close()

    assert any("Đã chốt lúc 20 giờ 50, thứ bảy 07/11/2026" in text for text in said)
    assert any("Sắp đến giờ họp" in text for text in said)
    assert newest.file_name.endswith(".png")
    assert states <= {"sent", "expired"}


def test_time_goes_on_where_it_was_left(demo_folder: Path) -> None:
    place = demo_folder / files.TEMPLATE
    world = World(place, ADDRESS)
    assert timedelta() <= world.clock.now() - BEGINNING < timedelta(minutes=1)
    world.clock.advance(timedelta(hours=5))
    world.close()

    again = World(place, ADDRESS)
    assert timedelta(hours=5) < again.clock.now() - BEGINNING < timedelta(hours=5, minutes=1)
    again.close()


async def test_what_was_said_before_a_kill_is_answered_after_it(demo_folder: Path) -> None:
    place = demo_folder / files.TEMPLATE
    world = World(place, ADDRESS)

    async def killed(channel: str, raws: object) -> None:
        raise KeyboardInterrupt

    world.channels["sandbox"].connect(killed)
    with pytest.raises(KeyboardInterrupt):
        await world.channels["sandbox"].say("mai", "mai@sandbox", "trợ giúp")
    world.close()

    async with asyncio.TaskGroup() as group:
        again = World(place, ADDRESS)
        life = group.create_task(again.run())
        for _ in range(300):
            await asyncio.sleep(0.01)
            if len(again.platform.messages("mai@sandbox")) > 1:
                break
        said = [message.sender for message in again.platform.messages("mai@sandbox")]
        life.cancel()
    again.close()
    assert said == ["mai", "bot"]


async def test_each_visitor_of_a_practice_server_has_a_world_of_her_own(demo_folder: Path) -> None:
    async with playing(demo_folder, shared=True) as play:
        assert (await play.web.get("/api/world")).status_code == 403
        await play.web.get("/")
        await play.says("tam", "p5-k8", "chào các chị")
        mine = (await play.state("p5-k8"))["messages"]
        async with httpx2.AsyncClient(
            transport=play.web._transport, base_url=ADDRESS, headers={"origin": ADDRESS}
        ) as other:
            await other.get("/")
            theirs = (await other.get("/api/state", params={"chat": "p5-k8"})).json()["messages"]

    assert [m["text"] for m in mine][-1:] == ["chào các chị"]
    assert "chào các chị" not in [m["text"] for m in theirs]
    assert len(list((demo_folder / files.WORLDS).iterdir())) == 2


@pytest.mark.parametrize("outside", ["https://tap-huan.example", "http://127.0.0.1:8080"])
async def test_her_world_is_kept_for_https_alone_where_people_come_by_it(
    demo_folder: Path, outside: str
) -> None:
    """The proxy in front speaks plain HTTP to us, whatever people speak to it."""
    async with playing(demo_folder, shared=True, public_url=outside) as play:
        kept = (await play.web.get("/")).headers["set-cookie"]
    assert ("Secure" in kept) is outside.startswith("https")
    assert "HttpOnly" in kept and "SameSite=lax" in kept


async def test_a_visitor_cannot_name_a_folder(demo_folder: Path) -> None:
    async with playing(demo_folder, shared=True) as play:
        play.web.cookies.set("chihoi_world", "../template")

        assert (await play.web.get("/api/world")).status_code == 403


async def test_a_full_practice_server_says_so_and_wakes_an_idle_place(
    demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.demo.worlds.RUNNING_MOST", 1)
    now = [0.0]
    async with playing(demo_folder, shared=True, monotonic=lambda: now[0]) as play:
        first, second = new_visitor(), new_visitor()
        play.web.cookies.set("chihoi_world", first)
        assert (await play.web.get("/api/state")).status_code == 200
        play.web.cookies.set("chihoi_world", second)
        full = await play.web.get("/api/state")
        assert (full.status_code, full.json()) == (503, {"error": "full"})

        now[0] = 60.0
        assert (await play.web.get("/api/state")).status_code == 200


async def test_worlds_longest_away_are_forgotten(
    demo_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.demo.worlds.KEPT_MOST", 2)
    monkeypatch.setattr("bot.demo.worlds.RUNNING_MOST", 1)
    now = [0.0]
    visitors = [new_visitor() for _ in range(4)]
    async with playing(demo_folder, shared=True, monotonic=lambda: now[0]) as play:
        for visitor in visitors:
            now[0] += 100.0
            play.web.cookies.set("chihoi_world", visitor)
            assert (await play.web.get("/api/state")).status_code == 200
        left = {place.name for place in (demo_folder / files.WORLDS).iterdir()}

    assert len(left) == 2
    assert visitors[-1] in left


async def test_a_practice_server_answers_to_its_own_name(demo_folder: Path) -> None:
    async with playing(demo_folder, shared=True, public_url="https://tap.example") as play:
        named = await play.web.get("/", headers={"host": "tap.example"})
        other = await play.web.get("/", headers={"host": "evil.example"})

    assert (named.status_code, other.status_code) == (200, 400)


def test_the_demo_serves_this_machine_alone_until_it_is_stopped(demo_folder: Path) -> None:
    with serving(demo_folder) as demo:
        assert demo.address == f"http://127.0.0.1:{demo.port}"
        with urllib.request.urlopen(demo.address, timeout=5) as page:
            assert page.status == 200
        port = str(demo.port)
        code, line = refused(demo_folder, CHIHOI_DEMO_PORT=port)
        assert code == 2 and "already running" in line
        code, line = refused(demo_folder / "other", CHIHOI_DEMO_PORT=port)
        assert code == 2 and f"port {port} is taken" in line
        demo.process.send_signal(signal.SIGINT)
        out, err = demo.process.communicate(timeout=10)

    assert (demo.process.returncode, err) == (0, "")
    assert "everything is kept" in out


def test_a_killed_demo_leaves_nothing_locked_and_can_begin_anew(demo_folder: Path) -> None:
    with serving(demo_folder):
        pass
    home = demo_folder / files.WORLDS / "home"
    (home / "old").touch()

    with serving(demo_folder, "--reset") as demo:
        with urllib.request.urlopen(demo.address, timeout=5) as page:
            assert page.status == 200
        assert (home / files.UNION).exists()
        assert not (home / "old").exists()


def test_a_world_is_not_forgotten_for_a_port_that_is_taken(demo_folder: Path) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        code, line = refused(demo_folder, "--reset", CHIHOI_DEMO_PORT=port)

    assert code == 2 and f"port {port} is taken" in line
    assert (demo_folder / files.TEMPLATE / files.UNION).exists()


def test_the_demo_refuses_a_token_and_every_database_it_did_not_make(tmp_path: Path) -> None:
    code, line = refused(tmp_path / "a", CHIHOI_TELEGRAM_TOKEN="1:x")
    assert code == 2 and "CHIHOI_TELEGRAM_TOKEN" in line
    code, line = refused(tmp_path / "a", CHIHOI_DATABASE_URL=f"sqlite:///{tmp_path / 'real.db'}")
    assert code == 2 and "CHIHOI_DATABASE_URL" in line
    home = tmp_path / "b" / files.WORLDS / "home"
    home.mkdir(parents=True)
    with closing(sqlite3.connect(home / files.UNION)) as theirs:
        theirs.execute("CREATE TABLE member (name TEXT)")
    for arguments in ((), ("--reset",)):
        code, line = refused(tmp_path / "b", *arguments)
        assert code == 2 and "was not made by the demo" in line
    assert (home / files.UNION).exists()
    assert not (tmp_path / "a").exists()


def test_a_world_of_another_version_is_named_in_one_line(demo_folder: Path) -> None:
    files.copy(demo_folder, f"{files.WORLDS}/home")
    union = demo_folder / files.WORLDS / "home" / files.UNION
    with closing(sqlite3.connect(union, isolation_level=None)) as database:
        database.execute("UPDATE alembic_version SET version_num = 'unknown'")

    code, line = refused(demo_folder, CHIHOI_DEMO_PORT=str(free_port()))
    assert code == 2 and "another version" in line
