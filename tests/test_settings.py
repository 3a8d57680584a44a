"""A missing or wrong setting is named in one clear line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.cli.channels import hooks, leading_in, plans, served
from bot.settings import NEEDS, Settings, SettingsError, load

GOOD = {
    "CHIHOI_SECRET_KEY": "k" * 40,
    "CHIHOI_TELEGRAM_TOKEN": "123456:" + "a" * 35,
    "CHIHOI_PUBLIC_URL": "https://hoi.example",
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CHIHOI_SECRET_KEY", "", "CHIHOI_SECRET_KEY is not set"),
        ("CHIHOI_SECRET_KEY", "short", "too short"),
        ("CHIHOI_TELEGRAM_TOKEN", "", "none of CHIHOI_TELEGRAM_TOKEN, CHIHOI_ZALO_BOT_TOKEN and"),
        ("CHIHOI_ZALO_BOT_TOKEN", "1:a,hello", "CHIHOI_ZALO_BOT_TOKEN does not look like"),
        ("CHIHOI_ZALO_BOT_API", "bot-api", "CHIHOI_ZALO_BOT_API: must begin with http"),
        ("CHIHOI_ZALO_BOT_MESSAGES", "0", "CHIHOI_ZALO_BOT_MESSAGES"),
        ("CHIHOI_TELEGRAM_TOKEN", "hello", "does not look like a token"),
        ("CHIHOI_PUBLIC_URL", "hoi.example", "CHIHOI_PUBLIC_URL: must begin with http"),
        ("CHIHOI_PUBLIC_URL", "https://", "CHIHOI_PUBLIC_URL: must begin with http"),
        ("CHIHOI_TELEGRAM_API", "http://a:b@:99999", "CHIHOI_TELEGRAM_API: must begin with http"),
        ("CHIHOI_TELEGRAM_PROXY", "foo", "CHIHOI_TELEGRAM_PROXY: must be like socks5"),
        ("CHIHOI_DATABASE_URL", "mysql://x/y", "CHIHOI_DATABASE_URL: must be like sqlite"),
        ("CHIHOI_DATABASE_URL", "postgresql://x:abc/y", "CHIHOI_DATABASE_URL: must be like"),
        ("CHIHOI_DATABASE_URL", "", "CHIHOI_DATABASE_URL: must be like"),
        ("CHIHOI_PORT", "many", "CHIHOI_PORT"),
    ],
)
def test_what_is_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=words):
        load("run")


@pytest.mark.parametrize("name", ["CHIHOI_TELEGRAM_WEBHOOK", "CHIHOI_ZALO_BOT_WEBHOOK"])
def test_a_webhook_needs_a_public_address(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    monkeypatch.setenv("CHIHOI_PUBLIC_URL", "")

    with pytest.raises(SettingsError, match="CHIHOI_PUBLIC_URL is not set"):
        load("run")


def test_zalo_alone_is_enough_and_its_bots_keep_their_numbers(
    monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    monkeypatch.setenv("CHIHOI_TELEGRAM_TOKEN", "")
    monkeypatch.setenv("CHIHOI_ZALO_BOT_TOKEN", "1:a, ,3:c")
    monkeypatch.setenv("CHIHOI_ZALO_BOT_NAME", ",,Bot Ba")
    settings = load("run")

    assert settings.zalo_bot_tokens == {1: "1:a", 3: "3:c"}
    doors = served(settings, engine)
    assert [door.channel.name for door in doors] == ["zalo_bot", "zalo_bot:3"]
    assert doors[1].channel.limits.called == "Bot Ba"
    assert set(plans(settings)) == {"zalo_bot", "zalo_bot:3"}
    assert "1:a" not in repr(settings)


OA = {
    "CHIHOI_ZALO_OA_APP_ID": "44001",
    "CHIHOI_ZALO_OA_APP_SECRET": "app-secret",
    "CHIHOI_ZALO_OA_SECRET": "oa-secret",
    "CHIHOI_ZALO_OA_ID": "24913",
}


@pytest.mark.parametrize("missing", [*list(OA)[1:], "CHIHOI_PUBLIC_URL"])
def test_an_official_account_needs_all_that_is_its(
    monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    for name, value in OA.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(missing, "")

    with pytest.raises(SettingsError, match=f"{missing} is not set; CHIHOI_ZALO_OA_APP_ID needs"):
        load("run")


def test_an_official_account_alone_is_served_at_a_page_of_its_own(
    monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    for name, value in {**OA, "CHIHOI_TELEGRAM_TOKEN": ""}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CHIHOI_ZALO_OA_PER_SECOND", "30")
    settings = load("run")

    async def receive(channel: str, raws: object) -> None:
        """Nobody calls."""

    (door,) = served(settings, engine)
    assert (door.channel.name, door.pace.overall) == ("zalo_oa", 30)
    assert door.channel.start_link() == "https://hoi.example/zalo/mo/oa/{code}"
    assert [hook.path for hook in hooks(settings, receive)] == ["/zalo/oa"]
    assert [page.path for page in leading_in(settings)] == ["/zalo/mo/{door}/{code}"]
    assert "secret" not in repr(settings).replace("secret_key", "")


def test_both_are_served_and_each_webhook_has_its_own_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHIHOI_ZALO_BOT_TOKEN", "1:a,2:b")
    monkeypatch.setenv("CHIHOI_ZALO_BOT_WEBHOOK", "1")
    monkeypatch.setenv("CHIHOI_TELEGRAM_WEBHOOK", "1")
    settings = load("run")

    async def receive(channel: str, raws: object) -> None:
        """Nobody calls."""

    paths = [hook.path for hook in hooks(settings, receive)]
    assert paths == ["/telegram/webhook", "/zalo/bot/1", "/zalo/bot/2"]


def test_good_settings_are_frozen_and_hide_their_secrets() -> None:
    settings = load("run")

    assert "aaaa" not in repr(settings)
    assert "kkkk" not in repr(settings)
    with pytest.raises(ValueError):
        settings.port = 1


def test_every_setting_says_what_it_is_and_every_need_exists() -> None:
    fields = Settings.model_fields

    assert all(field.description for field in fields.values())
    assert {name for needs in NEEDS.values() for name in needs} <= set(fields)


def test_the_command_line_says_it_in_one_line_and_fails(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", "run"],
        capture_output=True, text=True, cwd=tmp_path,
        env={**GOOD, "CHIHOI_TELEGRAM_TOKEN": "", "PATH": ""}, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert done.stderr == (
        "chihoi: none of CHIHOI_TELEGRAM_TOKEN, CHIHOI_ZALO_BOT_TOKEN and CHIHOI_ZALO_OA_APP_ID is"
        " set; `chihoi run` needs one of them\n"
    )
