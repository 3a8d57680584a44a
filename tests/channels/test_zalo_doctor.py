"""`chihoi doctor` looks at Zalo's bots too."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine

from bot.clock import MovableClock
from bot.doctor import Level, zalo
from bot.settings import Settings
from bot.web.zalo_hook import path
from handlers.understanding.zone import local_date
from storage import sends
from storage.database import begin
from tests.cast import MONDAY_8AM
from tests.channels.fake_zalo import FakeZalo

CLOCK = MovableClock(MONDAY_8AM, held=True)


@pytest.fixture
async def server() -> AsyncIterator[FakeZalo]:
    async with FakeZalo() as server:
        yield server


async def told(server: FakeZalo, engine: Engine | None = None, **more: object) -> list[str]:
    known = {"zalo_bot_token": server.token, "zalo_bot_api": server.url, "public_url": "https://x"}
    settings = Settings(**(known | more))  # type: ignore[arg-type]
    return [
        f"{finding.level} {finding.item} {finding.text}"
        async for finding in zalo.look(settings, engine, CLOCK)
    ]


async def test_a_well_bot_is_well(server: FakeZalo, engine: Engine) -> None:
    server.webhook = (f"https://x{path(1)}", "word")

    found = await told(server, engine, zalo_bot_webhook=True)

    assert found == [
        "ok zalo_bot the token is that of Bot Chi hội",
        "ok zalo_bot Zalo calls us",
        "ok zalo_bot 0/3000 messages this month, 0/50 people, 0/3 groups",
    ]


async def test_what_is_unwise_is_told(server: FakeZalo, engine: Engine) -> None:
    with begin(engine) as session:
        sends.note(session, "zalo_bot", local_date(CLOCK.now()), 2400)
    server.display_name = ""

    found = "\n".join(await told(server, engine, public_url=""))

    for words in (
        "warning zalo_bot events are asked for: for trials only",
        "warning zalo_bot what groups call it is not known",
        "warning zalo_bot 2400/3000 messages",
        "CHIHOI_PUBLIC_URL is not set",
    ):
        assert words in found
    assert Level.ERROR not in found


async def test_another_webhook_is_told(server: FakeZalo) -> None:
    server.webhook = ("https://elsewhere/hook", "word")

    assert any("another one" in line for line in await told(server))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"zalo_bot_token": "1:wrong"}, "error zalo_bot it refuses the token (401 Unauthorized)"),
        ({"zalo_bot_api": "http://127.0.0.1:9"}, "error zalo_bot cannot be reached"),
    ],
)
async def test_what_keeps_it_from_working_is_an_error(
    server: FakeZalo, more: dict[str, str], words: str
) -> None:
    found = await told(server, None, **more)

    assert any(line.startswith(words) for line in found)
    assert "wrong" not in "".join(found).replace("is CHIHOI_ZALO_BOT_API wrong", "")


async def test_a_webhook_that_is_not_told_is_asked_again_later(server: FakeZalo) -> None:
    server.fault("getWebhookInfo", code=500)
    assert any("ask again later" in line for line in await told(server))
    server.fault("getWebhookInfo", page=200)
    assert any("ask again later" in line for line in await told(server))
