"""`chihoi doctor` looks at the Official Account too."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.channels.zalo_oa import NAME
from bot.clock import MovableClock
from bot.doctor import Level, zalo_oa
from bot.settings import Settings
from storage import inbox, oa_tokens
from storage.database import begin
from tests.cast import MONDAY_8AM
from tests.channels.fake_oa import FakeOa
from tests.oa_cast import authorise

CLOCK = MovableClock(MONDAY_8AM, held=True)


@pytest.fixture
async def server(engine: Engine) -> AsyncIterator[FakeOa]:
    CLOCK.set(MONDAY_8AM)
    async with FakeOa(now=CLOCK.now) as server:
        authorise(engine, server)
        yield server


async def told(server: FakeOa, engine: Engine | None, **more: str) -> list[str]:
    known = {
        "zalo_oa_app_id": server.app_id,
        "zalo_oa_app_secret": server.app_secret,
        "zalo_oa_id": server.id,
        "zalo_oa_api": server.url,
        "public_url": "https://x",
    }
    settings = Settings(**(known | more))  # type: ignore[arg-type]
    return [
        f"{finding.level} {finding.text}" async for finding in zalo_oa.look(settings, engine, CLOCK)
    ]


def hears(engine: Engine) -> None:
    row = {"channel": NAME, "event_id": "1", "chat": "", "body": "", "received_at": CLOCK.now()}
    with begin(engine) as session:
        inbox.receive(session, [row])


async def test_a_well_account_is_well(server: FakeOa, engine: Engine) -> None:
    hears(engine)
    server.group("CH")
    server.assets = {"a1": ("gmf50", "available"), "a2": ("gmf10", "used")}

    assert await told(server, engine) == [
        f"ok the account is {server.name}",
        "ok 1 groups, 1 free places for more",
        "ok Zalo called us last at 2026-11-16 01:00 UTC",
    ]
    assert await told(server, None) == await told(server, engine, zalo_oa_app_id="") == []


async def test_what_keeps_it_from_working_is_an_error(server: FakeOa, engine: Engine) -> None:
    with begin(engine) as session:
        oa_tokens.end_refresh(session, NAME, "-14014 Invalid refresh token")
    found = await told(server, engine)
    assert found[0].startswith(f"{Level.ERROR} its refresh token is used up (-14014")
    assert "chihoi channel oa login" in found[0]


async def test_before_anybody_has_authorised_it_that_is_what_is_said(
    server: FakeOa, engine: Engine
) -> None:
    with begin(engine) as session:
        session.delete(session.get_one(oa_tokens.OaToken, NAME))
    assert (await told(server, engine))[0].startswith("error it has not been authorised")


async def test_what_zalo_refuses_and_where_it_is_not_are_told(
    server: FakeOa, engine: Engine
) -> None:
    server.fault("/v2.0/oa/getoa", code=-224, description="Tier too low")
    assert any("Zalo refuses us (-224 Tier too low)" in line for line in await told(server, engine))
    away = await told(server, engine, zalo_oa_api="http://127.0.0.1:9")
    assert any("cannot be reached" in line for line in away)


async def test_what_is_unwise_is_told(server: FakeOa, engine: Engine) -> None:
    CLOCK.advance(timedelta(days=4))
    server.fault("/v3.0/oa/group/getgroupsofoa", code=-212, description="No right")

    found = "\n".join(await told(server, engine, zalo_oa_id="1"))

    for words in (
        "warning its tokens are renewed by nobody",
        f"error the tokens are those of account {server.id}",
        "warning its groups cannot be seen (-212 No right)",
        "warning Zalo has not called https://x/zalo/oa yet",
    ):
        assert words in found
    hears(engine)
    CLOCK.advance(timedelta(days=4))
    assert any("since 2026-11-20" in line for line in await told(server, engine))
