"""`chihoi run --role …`: a union's work shared by processes that know only the database."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Engine, func
from sqlmodel import col, select

from bot.app import App
from bot.clock import MovableClock
from handlers import ROUTES
from handlers.chat import Call, Incoming, Replies, Reply
from storage import accounts, doors, locks
from storage.database import Session, begin, open_engine, reading
from storage.inbox import Inbox, InboxState
from storage.mail import Outbox
from storage.migrations import upgrade
from storage.signals import Signal, heard, tell
from tests import postgres
from tests.cast import MONDAY_8AM
from tests.channels.fake_channel import FakeChannel
from tests.channels.fake_telegram import FakeTelegram
from tests.shared_work import STARTS_WITHIN, Shared

TAKES_OVER_WITHIN = 10.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgres.server(tmp_path_factory.mktemp("shared") / "pg") as uri:
        postgres.run(uri, 'CREATE DATABASE "shared"')
        upgrade(postgres.database(uri, "shared"))
        yield uri


@pytest.fixture
def url(server: str) -> Iterator[str]:
    with postgres.copy_of(server, "shared") as url:
        yield url


@pytest.fixture
def shared(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("roles")]


def said(chat: str, number: int) -> Inbox:
    key = f"{chat}-{number}"
    incoming = Incoming("fake", key, chat, chat, MONDAY_8AM, private=True, text="trợ giúp")
    return Inbox(
        channel="fake",
        event_id=key,
        chat=chat,
        body=msgspec.json.encode(incoming).decode(),
        received_at=MONDAY_8AM,
    )


def store(engine: Engine, *rows: Inbox) -> list[int]:
    with begin(engine) as session:
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows if row.id is not None]


def test_a_lock_has_one_holder_and_goes_free_with_its_connection(shared: Engine) -> None:
    first, second = locks.Lock(shared, "clock"), locks.Lock(shared, "clock")
    assert first.acquire()
    assert first.acquire()
    assert not second.acquire()

    for _ in range(20):  # whoever gives it up says so: the next has it at once
        first.release()
        assert second.acquire()
        second.release()
        assert first.acquire()
    first.release()
    assert second.acquire()

    with shared.connect() as connection:  # what a dead machine looks like to PostgreSQL
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        )
    assert comes_free(first)
    assert not second.acquire()
    first.release()


def test_the_server_lets_go_of_a_machine_that_has_lost_its_power(shared: Engine) -> None:
    """Nothing tells it of that but its own questions; over a socket of this machine it asks none,
    so that here only the wish can be seen.
    """
    asked = (
        "SELECT count(*) FROM pg_settings WHERE source = 'session' AND (name = 'tcp_user_timeout'"
        " OR name LIKE 'tcp_keepalives_%%')"
    )
    lock = locks.Lock(shared, "clock")
    assert lock.acquire()
    with shared.connect() as connection:
        assert connection.exec_driver_sql(asked).scalar_one() == 4
        connection.rollback()
        assert connection.exec_driver_sql(asked).scalar_one() == 4
    lock.release()


def comes_free(lock: locks.Lock) -> bool:
    """Whether it can be had as soon as the server has seen its holder's connection end."""
    until = time.monotonic() + TAKES_OVER_WITHIN
    while time.monotonic() < until:
        if lock.acquire():
            return True
    return False


def test_two_workers_never_have_one_chat(shared: Engine) -> None:
    events = store(shared, said("a", 1), said("b", 1), said("a", 2))
    with shared.connect() as one, one.begin(), shared.connect() as two:
        assert locks.free_chats(one, ["fake"], [], 1) == ["a"]
        with two.begin():
            assert locks.free_chats(two, ["fake"], [], 9) == ["b"]
            assert locks.claim(two, events) == {events[1]}


def test_what_another_worker_has_worked_meanwhile_is_left_out(shared: Engine) -> None:
    events = store(shared, said("a", 1), said("a", 2))
    with begin(shared) as session:
        row = session.get(Inbox, events[0])
        assert row is not None
        row.state = InboxState.WORKED
        session.add(row)
    with shared.connect() as connection, connection.begin():
        assert locks.claim(connection, events) == {events[1]}


def test_what_two_processes_see_first_at_once_is_one(shared: Engine) -> None:
    """Two that start note the same link; two workers meet one person in two chats."""

    def meet(session: Session) -> int:
        doors.note(session, "telegram", "https://t.me/x?start={code}")
        account = accounts.ensure(session, address="fake:tý", name="Tý", now=MONDAY_8AM)
        assert account.id is not None
        return account.id

    def meet_too() -> int:
        with begin(shared) as session:
            return meet(session)

    with ThreadPoolExecutor(1) as other:
        with begin(shared) as session:
            first = meet(session)
            second = other.submit(meet_too)
            while not waits_for_another(shared):
                assert not second.done()
        assert second.result(10) == first


def waits_for_another(engine: Engine) -> bool:
    """Whether some transaction waits for what another has written."""
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(found.scalar_one())


async def test_a_signal_wakes_who_listens(shared: Engine) -> None:
    async def first() -> Signal:
        async for signal_ in heard(shared):
            return signal_
        raise AssertionError

    listening = asyncio.ensure_future(first())
    async with asyncio.timeout(10):
        while not listening.done():
            with begin(shared) as session:
                tell(session, Signal.OUTBOX)
            await asyncio.sleep(0.05)
    assert listening.result() is Signal.OUTBOX


async def test_two_workers_answer_each_once_and_in_order(shared: Engine) -> None:
    """Ten chats, eight words each, two workers at once."""
    apps = [App(shared, {"fake": FakeChannel()}, MovableClock(MONDAY_8AM)) for _ in range(2)]
    store(shared, *(said(f"fake:{n % 10}", n) for n in range(80)))

    async def work(app: App) -> None:
        while True:
            with reading(shared) as session:
                left = session.exec(select(func.count()).where(Inbox.state == InboxState.NEW)).one()
            if not left:
                return
            await app.work_once()

    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for app in apps:
            group.create_task(work(app))

    with reading(shared) as session:
        rows = session.exec(select(Inbox).order_by(col(Inbox.id))).all()
        assert {row.state for row in rows} == {InboxState.WORKED}
        answers = session.exec(select(Outbox.chat, Outbox.key).order_by(col(Outbox.id))).all()
    for chat in {row.chat for row in rows}:
        asked = [f"in:{row.id}" for row in rows if row.chat == chat]
        told = [key for to, key in answers if to == chat]
        assert [key.rsplit(":", 1)[0] for key in told] == asked


@pytest.mark.parametrize("guarded", [True, False])
async def test_an_event_that_met_a_deadlock_is_worked_again(
    shared: Engine, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> None:
    """A worker and the clock may each hold what the other wants; PostgreSQL ends one of them."""
    help_ = ROUTES["help"]
    met: list[str] = []

    def collides(call: Call, rest: str) -> Replies | Reply | None:
        if not met:
            met.append(call.incoming.chat)
            fails = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$"
            call.session.connection().exec_driver_sql(fails)
        return help_.command(call, rest)

    monkeypatch.setitem(ROUTES, "help", replace(help_, command=collides))
    if not guarded:
        for place in ("storage.database", "bot.batch"):
            monkeypatch.setattr(f"{place}.is_collision", lambda _error: False)
    app = App(shared, {"fake": FakeChannel()}, MovableClock(MONDAY_8AM))
    store(shared, said("fake:1", 1), said("fake:2", 1))
    await app.work_once()

    with reading(shared) as session:
        found = dict(session.exec(select(Inbox.chat, Inbox.state)).all())
    assert met == ["fake:1"]
    assert found["fake:2"] == InboxState.WORKED
    assert found["fake:1"] == (InboxState.WORKED if guarded else InboxState.FAILED)


@pytest.fixture
async def union(url: str, tmp_path: Path) -> AsyncIterator[Shared]:
    async with FakeTelegram() as server:
        union = Shared(url, server, tmp_path)
        yield union
        await union.close()
        assert server.problems == []


@pytest.mark.slow
async def test_any_process_may_die_and_another_goes_on(union: Shared) -> None:
    """Two of each; one of each is killed while people speak; every word gets one answer."""
    starts = [(f"{role}{n}", role) for role in ("intake", "worker", "delivery") for n in (1, 2)]
    await asyncio.gather(*(union.start(name, role) for name, role in starts))
    people = [union.server.person(f"Chị {n}") for n in range(4)]
    for person in people:
        await person.starts()
        await person.chat.hears(within=STARTS_WITHIN)

    for role in ("worker", "delivery", "intake"):
        for number in (1, 2):  # one of the two holds the lock; both get their turn to die
            since = union.server.changed
            victim = f"{role}{number}"
            await asyncio.gather(*(person.says("trợ giúp") for person in people))
            await union.kill(victim)
            died = time.monotonic()
            for person in people:
                await person.chat.hears("trợ giúp", since=since, within=TAKES_OVER_WITHIN + 5)
            assert time.monotonic() - died <= TAKES_OVER_WITHIN
            await union.start(victim, role)

    engine = open_engine(union.url)
    with reading(engine) as session:
        inbox = session.exec(select(Inbox)).all()
        outbox = session.exec(select(Outbox)).all()
    engine.dispose()
    assert {row.state for row in inbox} == {InboxState.WORKED}
    assert len(inbox) == len({row.event_id for row in inbox}) == 4 * 7
    doubled = [n for n in Counter(row.key for row in outbox).values() if n > 1]
    assert doubled == []
    sent = [m for person in people for m in person.chat.bot_messages if "trợ giúp" in m.text]
    in_doubt = [row for row in outbox if row.note]
    assert len(sent) <= 4 * 7 + len(in_doubt)
