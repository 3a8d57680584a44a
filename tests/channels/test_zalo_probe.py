"""The probe of the first day: a person with a phone, played against the fake server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.channels.zalo_api import ZaloApi
from bot.cli import app
from bot.zalo_probe import Probe, path_to
from tests.channels.fake_zalo import FakeZalo, FakeZaloMessage


async def probed(server: FakeZalo, *, quotes: bool = True) -> Probe:
    """Let somebody do what the probe asks for."""
    lan, group = server.person("Lan"), server.group("CH")
    sticker = {"sticker": "1", "url": "https://s.example/1.png"}
    said: list[str] = []
    tasks = []

    async def act(asked: str) -> None:
        if "chao' to the bot in private" in asked:
            await lan.says("chao")
        elif "sticker" in asked:
            await lan.sends("message.sticker.received", **sticker)
        elif "picture" in asked:
            await lan.sends("message.image.received", photo_url="https://p.example/1.jpg")
        elif "into a group" in asked:
            await lan.says("chao", group, mention=True)
        elif "do what the bot asks" in asked and quotes:
            quoted: FakeZaloMessage = group.bot[-1]
            await lan.says("1", group, reply_to=quoted)
        elif "without naming" in asked:
            await lan.says("mọi người ơi", group)

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("->"):
            tasks.append(asyncio.ensure_future(act(line)))

    api = ZaloApi(server.token, server.url)
    probe = Probe(api, say, patience=0.5)
    await probe.run()
    await api.close()
    assert server.token not in json.dumps([probe.found, said])
    return probe


@pytest.mark.slow
@pytest.mark.parametrize(("tells", "differ"), [(True, True), (False, False)])
async def test_it_finds_out_what_nobody_could_tell(tells: bool, differ: bool) -> None:
    async with FakeZalo(tells_quotes=tells, group_ids_differ=differ, longest_poll=0.1) as server:
        probe = await probed(server)
        server.problems.clear()  # too long a text is tried on purpose

    found = probe.found
    assert found["getMe"]["can_join_groups"]
    assert found["webhook info without a webhook"] == {"refused": "404 Not Found"}
    assert found["private text"]["replayed"] == 0
    assert found["lengths"]["2,000 letters"] == "taken"
    assert found["lengths"]["2,001 letters"].startswith("400")
    assert found["burst"]["sent"] == 20
    assert found["private picture"]["heard"] and not found["private voice"]["heard"]
    assert found["group mention"]["same id as in private"] is not differ
    assert found["group talk"] == {"heard": False}
    field = "quote_msg_id" if tells else ""
    assert found["group quote"]["field of the quoted id"].rpartition(".")[2] == field
    assert probe.settings == ({"CHIHOI_ZALO_BOT_QUOTE_FIELD": field} if tells else {})


@pytest.mark.slow
@pytest.mark.sqlite
async def test_what_is_refused_becomes_a_setting() -> None:
    async with FakeZalo(display_name="", longest_poll=0.1) as server:
        server.fault("sendMessage", code=400, description="text_styles is invalid")
        probe = await probed(server, quotes=False)

    assert set(probe.settings) == {"CHIHOI_ZALO_BOT_PLAIN", "CHIHOI_ZALO_BOT_NAME"}
    assert probe.found["text styles"] == {"refused": "400 text_styles is invalid"}


def test_a_path_is_found_wherever_the_id_stands() -> None:
    assert path_to({"a": {"b": "1"}, "c": {"d": "2"}}, "2") == "c.d"
    assert path_to({"a": 1}, "x") == ""


def test_the_command_writes_down_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHIHOI_ZALO_BOT_TOKEN", "1:secret-word")
    monkeypatch.setenv("CHIHOI_ZALO_BOT_API", "http://127.0.0.1:9")
    out = tmp_path / "found.json"

    done = CliRunner().invoke(app, ["channel", "probe", "zalo", "--out", str(out)])

    assert done.exit_code == 0, done.output
    written = out.read_text(encoding="utf-8")
    assert json.loads(written)["found"]["getMe"] == {"refused": "ClientConnectorError"}
    assert "secret-word" not in written + done.output
    assert out.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["telegram"], "only zalo can be probed"),
        (["zalo", "--bot", "2"], "has no bot number 2"),
        (["zalo", "--webhook"], "--webhook needs"),
    ],
)
def test_what_cannot_be_probed_is_said(
    words: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHIHOI_ZALO_BOT_TOKEN", "1:x")
    monkeypatch.setenv("CHIHOI_PUBLIC_URL", "")

    done = CliRunner().invoke(app, ["channel", "probe", *words])

    assert done.exit_code != 0
    assert told in str(done.exception)
