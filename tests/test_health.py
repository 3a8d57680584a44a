"""What a supervisor and Prometheus are told: that people are served, how much waits, no more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette

from bot import metrics
from bot.app import App
from bot.channels.base import DeliveryError, Raw
from bot.clock import MovableClock
from bot.pacing import Pace
from bot.web.health import routes
from storage import mail
from storage.database import Engine, begin
from storage.mail import OutboxState
from tests.cast import MONDAY_8AM, Cast
from tests.channels.fake_channel import FakeChannel

TOKEN = "a-token-of-prometheus"
Client = httpx2.AsyncClient


def client_of(app: App, token: str = TOKEN) -> Client:
    site = Starlette(routes=routes(app, token))
    return Client(transport=httpx2.ASGITransport(app=site), base_url="http://chihoi.test")


@pytest.fixture
async def app(engine: Engine) -> App:
    return App(
        engine, {"fake": FakeChannel()}, MovableClock(MONDAY_8AM, held=True),
        paces={"fake": Pace()},
    )  # fmt: skip


@pytest.fixture
async def client(app: App) -> AsyncIterator[Client]:
    async with client_of(app) as client:
        yield client


async def told(client: Client) -> dict[str, float]:
    """Every sample, by its name and labels."""
    answer = await client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    return {
        ":".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def test_a_union_that_works_is_well(client: Client, app: App) -> None:
    app.tick()

    assert (await client.get("/health")).json() == {"status": "ok", "problems": []}
    assert (await client.get("/health/live")).text == "ok"


async def test_what_does_not_serve_people_is_named(client: Client, app: App) -> None:
    clock = app.clock
    assert isinstance(clock, MovableClock)
    channel = app.channels["fake"]
    assert isinstance(channel, FakeChannel)
    app.tick()
    await app.receive("fake", [Raw("1", "null")])
    clock.advance(timedelta(minutes=3))
    channel.ready = False
    answer = await client.get("/health")
    problems = ["worker", "fake"] if app.engine.dialect.name != "sqlite" else None

    assert answer.status_code == 503
    assert answer.json()["problems"] == (problems or ["clock", "worker", "fake"])

    channel.ready = True
    await app.work_once()
    app.tick()
    assert (await client.get("/health")).status_code == 200


async def test_a_clock_that_stands_still_is_no_life(client: Client, app: App) -> None:
    clock = app.clock
    assert isinstance(clock, MovableClock)
    assert (await client.get("/health/live")).status_code == 200  # it has only just begun
    app.tick()
    clock.advance(timedelta(minutes=3))
    alone = app.engine.dialect.name == "sqlite"

    assert (await client.get("/health/live")).status_code == (503 if alone else 200)


async def test_a_database_that_does_not_answer_is_named(
    client: Client, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_a: object, **_k: object) -> None:
        raise OperationalError("SELECT", {}, Exception("no route"))

    monkeypatch.setattr(app.engine, "connect", away)

    assert (await client.get("/health")).json()["problems"] == ["database"]
    found = await told(client)
    assert found["chihoi_database_up"] == 0
    assert "chihoi_inbox:new" not in found


async def test_numbers_need_their_token(app: App, client: Client) -> None:
    assert (await client.get("/metrics")).status_code == 401
    wrong = {"authorization": "Bearer wrong"}
    assert (await client.get("/metrics", headers=wrong)).status_code == 401
    async with client_of(app, "") as open_door:
        empty = {"authorization": "Bearer "}
        assert (await open_door.get("/metrics", headers=empty)).status_code == 404


async def test_queues_and_their_age_are_told(client: Client, app: App) -> None:
    assert isinstance(app.clock, MovableClock)
    await app.receive("fake", [Raw("1", "null"), Raw("2", "poison")])
    with begin(app.engine) as session:
        for number, state in enumerate([OutboxState.QUEUED, OutboxState.IN_DOUBT]):
            mail.post(
                session, key=f"{number}", channel="fake", chat="fake:1", state=state,
                created_at=MONDAY_8AM,
            )  # fmt: skip
    app.clock.advance(timedelta(seconds=90))
    found = await told(client)

    assert found["chihoi_inbox:new"] == 2
    assert found["chihoi_outbox:queued"] == found["chihoi_outbox:in_doubt"] == 1
    assert found["chihoi_oldest_event_seconds"] == 90
    assert found["chihoi_oldest_message_seconds"] == 90
    assert found["chihoi_channel_up:fake"] == 1
    app.tick()
    await app.work_once()
    found = await told(client)
    assert found["chihoi_inbox:new"] == found["chihoi_oldest_event_seconds"] == 0
    assert found["chihoi_inbox:set_aside"] == 1
    assert found["chihoi_tick_age_seconds"] == 0


async def test_what_has_not_happened_yet_is_told_as_none(client: Client, app: App) -> None:
    """An alarm on the first 429 needs the count that was there before."""
    found = await told(client)
    for word in metrics.OUTCOMES:
        assert f"chihoi_sends_total:fake:{word}" in found
    for state in ("worked", "failed", "set_aside"):
        assert f"chihoi_events_total:{state}" in found


async def test_what_was_done_is_counted_by_its_outcome(client: Client, app: App) -> None:
    before = await told(client)
    channel = app.channels["fake"]
    assert isinstance(channel, FakeChannel)
    channel.failures.extend([DeliveryError("no", blocked=True), None])
    with begin(app.engine) as session:
        for number in range(2):
            mail.post(
                session, key=f"{number}", channel="fake", chat=f"fake:{number}",
                body='{"text":"x"}', created_at=MONDAY_8AM,
            )  # fmt: skip
    await app.receive("fake", [Raw("1", "null"), Raw("2", "poison")])
    await app.settle()
    after = await told(client)

    def grown(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert grown("chihoi_sends_total:fake:sent") == grown("chihoi_sends_total:fake:blocked") == 1
    assert grown("chihoi_events_total:worked") == grown("chihoi_events_total:set_aside") == 1
    assert grown("chihoi_send_seconds_count:fake") == 2


@pytest.mark.parametrize(
    ("flags", "word"),
    [
        ({"retryable": True, "retry_after": 3.0}, "flood"),
        ({"moved_to": "fake:2"}, "moved"),
        ({"in_doubt": True}, "in_doubt"),
        ({"down": True}, "down"),
        ({}, "refused"),
    ],
)
def test_each_answer_has_its_word(flags: dict[str, object], word: str) -> None:
    assert metrics.outcome(DeliveryError("why", **flags)) == word  # type: ignore[arg-type]


async def test_nothing_of_people_is_told(cast: Cast) -> None:
    await cast.an.says("Nguyễn Thị Lan 0912345678", cast.k8)
    await cast.lan.says("điểm danh", cast.k8)
    async with client_of(cast.app) as client:
        headers = {"authorization": f"Bearer {TOKEN}"}
        answer = await client.get("/metrics", headers=headers)
        whole = answer.text + (await client.get("/health")).text

    for word in ("Lan", "Khóm", "0912345678", "g8", "điểm danh"):
        assert word not in whole
