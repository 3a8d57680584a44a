"""The probe of the account's first day, played against the fake server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from bot.channels.zalo_oa import NAME
from bot.channels.zalo_oa_api import OaApi
from bot.channels.zalo_oa_tokens import OAuth, TokenKeeper
from bot.cli import app
from bot.clock import SystemClock
from bot.zalo_oa_probe import OaProbe
from tests.channels.fake_oa import FakeOa
from tests.oa_cast import authorise


async def probed(server: FakeOa, engine: Engine) -> OaProbe:
    authorise(engine, server)
    oauth = OAuth(server.app_id, server.app_secret, server.url)
    api = OaApi(TokenKeeper(engine, NAME, oauth, SystemClock()), server.url)
    lan = server.person("Lan")
    lan.acted_at = server.now()
    said: list[str] = []
    probe = OaProbe(api, said.append, lan.id, server.group("Thử").id)
    await probe.run()
    await api.close()
    assert "access-" not in json.dumps([probe.found, said])
    return probe


async def test_it_finds_out_what_nobody_could_tell(engine: Engine) -> None:
    async with FakeOa(group_files=True) as server:
        probe = await probed(server, engine)

    found = probe.found
    assert found["account"]["name"] == server.name
    assert set(found["buttons"]) == {"template", "list"}
    assert found["lengths"]["2,000 letters"] == "taken"
    assert found["lengths"]["2,001 letters"].startswith("-201")
    assert all("refused" not in found[f"group {what}"] for what in ("text", "picture", "document"))
    assert probe.settings == {"CHIHOI_ZALO_OA_GROUP_FILES": "1"}


@pytest.mark.parametrize(("shapes", "kept"), [(("list",), "list"), ((), "text")])
async def test_what_is_refused_becomes_a_setting(
    engine: Engine, shapes: tuple[str, ...], kept: str
) -> None:
    async with FakeOa(shapes=shapes) as server:
        probe = await probed(server, engine)

    assert probe.settings == {"CHIHOI_ZALO_OA_BUTTONS": kept}
    assert probe.found["group document"]["refused"].startswith("-233")


async def test_the_command_writes_down_what_it_found(
    engine: Engine, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "found.json"
    async with FakeOa() as server:
        authorise(engine, server)
        for name, value in {
            "DATABASE_URL": database_url,
            "ZALO_OA_APP_ID": server.app_id,
            "ZALO_OA_APP_SECRET": server.app_secret,
            "ZALO_OA_API": server.url,
        }.items():
            monkeypatch.setenv(f"CHIHOI_{name}", value)
        words = ["channel", "oa", "probe", "nobody", "--out", str(out)]
        done = await asyncio.to_thread(lambda: CliRunner().invoke(app, words))

    assert done.exit_code == 0, done.exception
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written["found"]["private text"] == {"refused": "-201 user_id is invalid"}
    assert "set CHIHOI_ZALO_OA_BUTTONS=text" in done.output
    assert out.stat().st_mode & 0o077 == 0
