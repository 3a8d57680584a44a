"""The probe of the first day: a person with a phone, played against the fake server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.channels.zalo_api import ZaloApi
from bot.cli import app
from bot.settings import Settings
from bot.zalo_probe import Probe
from bot.zalo_probing import path_to
from tests.channels.fake_zalo import FakeZalo

IMAGE = "message.image.received"
UNDOCUMENTED = ["webhook info without a webhook"]
"""What is refused by a service as the documentation has it."""


async def probed(server: FakeZalo, *, quotes: bool = True, speaks: bool = False) -> Probe:
    """Let somebody do what the probe asks for."""
    lan, group = server.person("Lan"), server.group("CH")
    said: list[str] = []
    tasks: list[asyncio.Future[object]] = []
    acts: dict[str, Callable[[], Awaitable[object]]] = {
        "chao' to the bot in private": lambda: lan.says("chao"),
        "send the bot a picture": lambda: lan.sends(IMAGE, photo_url="https://p.example/1.jpg"),
        "send the bot a sticker": lambda: lan.sends("message.sticker.received", sticker="1"),
        "'chao', in the group": lambda: lan.says("chao", group, mention=True),
        "without naming": lambda: lan.says("mọi người ơi", group),
        "picture to the group": lambda: lan.sends(
            IMAGE, group, photo_url="https://p.example/2.jpg"
        ),
    }
    if quotes:
        acts["do what the bot asks"] = lambda: lan.says("1", group, reply_to=group.bot[-1])
    if speaks:
        voice = "https://v.example/1.aac"
        acts["send the bot a voice"] = lambda: lan.sends("message.voice.received", voice_url=voice)

    def say(line: str) -> None:
        said.append(line)
        if line.startswith("->"):
            tasks.extend(
                asyncio.ensure_future(act()) for asked, act in acts.items() if asked in line
            )

    api = ZaloApi(server.token, server.url)
    probe = Probe(api, say, patience=0.5, picture="https://hoi.example/anh.png")
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
    assert [
        step for step in found if "refused" in (found[step] or {}) and found[step]["refused"]
    ] == UNDOCUMENTED
    assert found["getMe"]["can_join_groups"]
    assert found["webhook info without a webhook"] == {"refused": "404 Not Found"}
    assert found["private text"]["replayed"] == 0
    assert found["private lengths"]["2,000 letters"] == "taken"
    assert found["private lengths"]["2,001 letters"].startswith("400")
    assert found["private burst"]["sent"] == 20
    assert found["private picture"]["heard"] and not found["private voice"]["heard"]
    assert found["group mention"]["same id as in private"] is not differ
    assert found["group talk"]["heard"] is False
    assert found["private lengths"] == found["group lengths"]
    assert found["group invite"]["told"] is False
    assert found["group picture"]["heard"] and found["group reply"]["message_id"]
    assert len(found["private picture sent"]) == len(found["group picture sent"]) == 2
    assert found["private voice sent"] == {"skipped": "no voice came"}
    heard = [event["event_name"] for event in found["events"]]
    assert heard.count("message.image.received") == 2
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
    assert probe.found["private text styles"] == {"refused": "400 text_styles is invalid"}


@pytest.mark.slow
@pytest.mark.sqlite
async def test_every_limit_that_is_met_becomes_one_of_ours() -> None:
    odd = {"pictures": False, "counts_bytes": True, "hands_over_all": True}
    async with FakeZalo(month=14, longest_poll=0.1, **odd) as server:  # type: ignore[arg-type]
        probe = await probed(server, speaks=True)

    told = {name.removeprefix("CHIHOI_ZALO_BOT_"): value for name, value in probe.settings.items()}
    assert told == {"TEXT": "600", "PICTURES": "0", "HEARS_ALL": "1", "PER_SECOND": "9"}
    Settings(**{f"zalo_bot_{name.lower()}": value for name, value in told.items()})  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.sqlite
async def test_where_nobody_writes_nothing_is_tried_and_nothing_follows() -> None:
    async with FakeZalo(longest_poll=0.1) as server:
        api = ZaloApi(server.token, server.url)
        probe = Probe(api, lambda _line: None, patience=0.05)
        await probe.run()
        await api.close()
        assert {method for method, _ in server.requests} == {
            "getMe", "deleteWebhook", "getWebhookInfo", "getUpdates",
        }  # fmt: skip
    assert probe.settings == {}
    assert probe.found["group lengths"] == {"skipped": "nobody wrote there"}


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize(("ours", "stands"), [(True, True), (False, False)])
async def test_a_bot_that_was_called_is_called_again_afterwards(ours: bool, stands: bool) -> None:
    said: list[str] = []
    async with FakeZalo(longest_poll=0.1) as server:
        hook = (f"{server.url}/pictures/x", "a-word-of-ours")
        server.webhook = hook if ours else ("https://another.example/", "a-word-of-theirs")
        api = ZaloApi(server.token, server.url)
        await Probe(api, said.append, patience=0.05).run(hook)
        await api.close()

    assert server.webhook == (hook if stands else None)
    assert said[-1].startswith("its webhook ")


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
