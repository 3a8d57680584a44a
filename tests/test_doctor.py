"""`chihoi doctor` finds what is wrong, and says in one line what to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import typer
from aiohttp import web
from sqlalchemy import Engine

from bot.channels.base import Raw
from bot.cli.backup import backup
from bot.cli.doctor import doctor
from bot.clock import MovableClock, SystemClock
from bot.doctor import Finding, Level, machine
from bot.doctor.examine import examine
from bot.doctor.telegram import webhook
from bot.settings import Settings
from handlers.detours import deciding
from storage import mail, units
from storage.database import begin
from storage.groups import Group
from storage.mail import OutboxState
from storage.migrations import downgrade, revisions
from tests.cast import MONDAY_8AM, Cast
from tests.channels.fake_telegram import FakeGroup, FakeTelegram

KEY = "3fJ9x0aLq7Wm2ZtR8bYc"
BACKUP_KEY = "age1vjrdwsj5jpl4k0u9cj9v738cg2zz6zvrnkwx3zah8y9ewc5p6g4s263y7n"


@pytest.fixture
async def server() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(hears_all=True) as server:
        yield server


@pytest.fixture
def union(
    engine: Engine, database_url: str, server: FakeTelegram, monkeypatch: pytest.MonkeyPatch,
) -> Engine:  # fmt: skip
    """A union whose settings are right."""
    for name, value in {
        "DATABASE_URL": database_url,
        "SECRET_KEY": KEY,
        "TELEGRAM_TOKEN": server.token,
        "TELEGRAM_API": server.url,
        "PUBLIC_URL": "",
        "TELEGRAM_WEBHOOK": "0",
        "TELEGRAM_PROXY": "",
        "BACKUP_KEY": BACKUP_KEY,
    }.items():
        monkeypatch.setenv(f"CHIHOI_{name}", value)
    if engine.dialect.name == "sqlite":
        Path(engine.url.database or "").chmod(0o600)
    return engine


async def findings(*, deep: bool = False) -> list[Finding]:
    return [finding async for finding in examine(SystemClock(), deep=deep)]


async def bad(item: str = "", *, deep: bool = False) -> list[str]:
    """What is not well, as `level text`."""
    return [
        f"{f.level} {f.text}"
        for f in await findings(deep=deep)
        if f.level is not Level.OK and item in f.item
    ]


async def bound(server: FakeTelegram, engine: Engine, code: str) -> FakeGroup:
    """A group of a unit, with the bot in it."""
    lan = server.person("Lan")
    group = server.group(f"CH {code}", members=[lan])
    await server.add_bot(group, by=lan)
    with begin(engine) as session:
        found = units.by_code(session, code)
        assert found is not None
        session.add(
            Group(
                address=f"telegram:{group.id}",
                title=group.title,
                unit_id=found.id,
                seen_at=MONDAY_8AM,
            )
        )
    return group


async def test_backups_that_anybody_reads_are_told(
    union: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await bad("sealing") == []
    monkeypatch.setenv("CHIHOI_BACKUP_KEY", "")
    assert (await bad("sealing"))[0].startswith("warning backups are not encrypted")
    monkeypatch.setenv("CHIHOI_BACKUP_KEY", "secret")
    assert (await bad("sealing"))[0].startswith("error CHIHOI_BACKUP_KEY must be a public key")


async def test_a_union_that_is_well_has_nothing_to_mend(
    union: Engine, server: FakeTelegram, cast: Cast
) -> None:
    await bound(server, union, "P5-K8")

    assert await bad() == [
        "warning CHIHOI_PUBLIC_URL is not set: links to pages cannot be handed out"
    ]
    items = {finding.item for finding in await findings(deep=True)}
    assert items >= {
        "settings", "secret", "clock", "database", "events", "messages", "backups", "telegram",
        "webhook", "privacy", "groups",
    }  # fmt: skip
    assert server.problems == []


def test_the_command_prints_a_line_each_and_fails_on_errors(
    union: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHIHOI_TELEGRAM_API", "http://127.0.0.1:9")
    with pytest.raises(typer.Exit) as ended:
        doctor()

    out = capsys.readouterr().out
    assert ended.value.exit_code == 1
    assert "error    telegram  cannot be reached" in out
    assert "AAE-fake" not in out
    assert KEY not in out


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "", "error CHIHOI_SECRET_KEY is not set"),
        ("SECRET_KEY", "a" * 40, "error CHIHOI_SECRET_KEY can be guessed"),
        ("TELEGRAM_TOKEN", "", "error none of CHIHOI_TELEGRAM_TOKEN, CHIHOI_ZALO_BOT_TOKEN and"),
        ("TELEGRAM_TOKEN", "1:wrong", "error it refuses the token (Unauthorized)"),
        ("PORT", "many", "error CHIHOI_PORT:"),
        ("PUBLIC_URL", "http://127.0.0.1:9", "warning http://127.0.0.1:9 is not https"),
        ("PUBLIC_URL", "http://127.0.0.1:9", "does not answer this machine"),
        ("TELEGRAM_PROXY", "socks5://127.0.0.1:9", "error cannot be reached"),
        ("DATABASE_URL", "postgresql://x@127.0.0.1:9/y", "error cannot be reached"),
    ],
)
async def test_a_wrong_setting_is_named(
    union: Engine, monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(f"CHIHOI_{name}", value)

    assert any(words in line for line in await bad()), await bad()


async def test_a_webhook_needs_https_and_a_port_telegram_calls(
    union: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHIHOI_TELEGRAM_WEBHOOK", "1")
    monkeypatch.setenv("CHIHOI_PUBLIC_URL", "https://127.0.0.1:9")

    assert (await bad("address"))[0].startswith("error Telegram calls only ports 443")
    assert await bad("webhook") == ["warning not set yet: `chihoi run` sets it when it starts"]


async def test_another_programs_webhook_is_seen(union: Engine, server: FakeTelegram) -> None:
    await server.call("setWebhook", {"url": "https://elsewhere.example/hook"})

    assert (await bad("webhook"))[0].startswith("warning another program has set one")


@pytest.mark.parametrize(
    ("info", "words"),
    [
        ({"url": "https://a.example/telegram/webhook"}, []),
        ({"url": "https://b.example/telegram/webhook"}, ["error Telegram calls another address"]),
        (
            {
                "url": "https://a.example/telegram/webhook",
                "last_error_date": int(MONDAY_8AM.timestamp()) - 60,
                "last_error_message": "Connection refused",
                "pending_update_count": 400,
            },
            ["error its last call failed: Connection refused", "warning 400 updates wait"],
        ),
    ],
)
def test_what_telegram_says_of_its_calls_is_told(info: dict[str, object], words: list[str]) -> None:
    settings = Settings(public_url="https://a.example", telegram_webhook=True)
    told = [f for f in webhook(info, settings, MONDAY_8AM) if f.level is not Level.OK]

    assert len(told) == len(words)
    for finding, word in zip(told, words, strict=True):
        assert f"{finding.level} {finding.text}".startswith(word)


async def test_what_the_bot_may_not_do_in_groups_is_told_by_unit(
    union: Engine, server: FakeTelegram, cast: Cast
) -> None:
    for code in ("P5-K8", "P5-K1", "P6-K8"):
        await bound(server, union, code)
    out, mute, well = server.groups.values()
    server.set_status(out, server.bot, "kicked")
    server.set_status(mute, server.bot, "left")
    told = await bad("groups")
    assert told == ["error in 2 (P5-K1, P5-K8) it is not: let it in again, or bind another group"]

    server.bot.hears_all = False
    told = await bad("groups")
    assert any("in 1 (P6-K8) it hears only commands" in line for line in told)
    assert (await bad("privacy"))[0].startswith("warning in groups it hears only commands")
    server.set_status(well, server.bot, "administrator")
    assert not any("P6-K8" in line for line in await bad("groups"))


@pytest.mark.slow
@pytest.mark.sqlite
async def test_a_database_not_up_to_date_is_told(union: Engine, database_url: str) -> None:
    downgrade(database_url, revisions()[0])

    assert any("run `chihoi migrate`" in line for line in await bad("database"))


async def test_a_database_that_is_not_there_is_told_and_not_made(
    union: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CHIHOI_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")

    assert (await bad("database"))[0].startswith("error there is no")
    assert (await bad("database"))[0].startswith("error there is no")  # the look has made none


@pytest.mark.parametrize("deep", [True, False])
async def test_a_damaged_database_is_told(
    union: Engine, monkeypatch: pytest.MonkeyPatch, demo_folder: Path, *, deep: bool
) -> None:
    file = demo_folder / "template" / "union.db"
    with file.open("r+b") as written:  # a disk that has forgotten half a megabyte
        written.seek(file.stat().st_size // 2)
        written.write(b"\xff" * 500_000)
    monkeypatch.setenv("CHIHOI_DATABASE_URL", f"sqlite:///{file}")

    assert any("restore a backup" in line for line in await bad("database", deep=deep))


@pytest.mark.slow
@pytest.mark.sqlite
async def test_what_waits_and_what_was_lost_is_told(
    union: Engine, cast: Cast, database_url: str, tmp_path: Path
) -> None:
    await cast.app.receive("sandbox", [Raw("1", "{")])
    assert any("one has waited since 16/11 01:00" in line for line in await bad("events"))
    await cast.settle()
    assert any("1 could not be worked" in line for line in await bad("events"))
    with begin(union) as session:
        mail.post(
            session, key="x", channel="x", chat="x:1", state=OutboxState.IN_DOUBT,
            created_at=MONDAY_8AM,
        )  # fmt: skip
    assert any("1 have not surely arrived" in line for line in await bad("messages"))

    await cast.an.says("trợ giúp")
    assert (await bad("backups"))[0].startswith("warning none for")
    await asyncio.to_thread(backup, tmp_path / "union.backup")
    assert await bad("backups") == []


async def test_a_channel_that_is_down_is_told(union: Engine) -> None:
    with begin(union) as session:
        deciding.put_down(session, "zalo_bot", MONDAY_8AM)
        deciding.suspect(session, "zalo_oa", MONDAY_8AM, timedelta(minutes=15))
    assert await bad("zalo_bot") == [
        "warning put down since 2026-11-16 01:00 UTC; `chihoi channel up zalo_bot` ends it"
    ]
    assert (await bad("zalo_oa"))[0].startswith("warning answers nobody since")


@pytest.mark.parametrize(
    ("apart", "level"), [(2, Level.OK), (60, Level.WARNING), (-4000, Level.ERROR)]
)
def test_a_clock_that_is_off_is_told(apart: int, level: Level) -> None:
    theirs = MONDAY_8AM + timedelta(seconds=apart)

    assert machine.skew("clock", "Telegram", theirs, MONDAY_8AM).level is level


async def test_our_own_pages_are_known_from_others(
    union: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ["ok"]

    async def live(_request: web.Request) -> web.Response:
        return web.Response(text=said[0])

    site = web.Application()
    site.router.add_get("/health/live", live)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setenv("CHIHOI_PUBLIC_URL", f"http://127.0.0.1:{runner.addresses[0][1]}")
    try:
        assert await bad("pages") == []
        said[0] = "<h1>Welcome to nginx</h1>"
        assert (await bad("pages"))[0].startswith("warning something else answers")
    finally:
        await runner.cleanup()


def test_a_full_disk_is_an_error(union: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.machine.room", lambda _engine: (500_000_000, 100_000_000_000))
    found = list(machine.look(union, MovableClock(MONDAY_8AM), deep=False))

    assert [f.level for f in found if f.item == "disk"] == [Level.ERROR]
