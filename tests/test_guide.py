"""The guides: for each reader her own, true to what the bot understands, reached from help."""

from __future__ import annotations

import re
from typing import Any

import pytest
from typer.main import get_command

from bot.cli import app
from bot.settings import PREFIX, Settings
from bot.web.guide import PRIVACY, SCALE, TELEGRAM, ZALO, ZALO_OA
from handlers import ROUTES
from handlers.help import GUIDE, GUIDES
from handlers.retention import RULES
from storage.vietnamese import fold
from tests.browsing import Browser, link
from tests.cast import PUBLIC_URL, Cast

CHANNELS = (TELEGRAM, ZALO, ZALO_OA)
PAGES = [GUIDE, *(f"{GUIDE}/{path}" for path in (*GUIDES.values(), PRIVACY, *CHANNELS))]


@pytest.mark.parametrize("path", PAGES)
async def test_each_guide_is_a_small_page_that_needs_nothing_else(cast: Cast, path: str) -> None:
    async with Browser(cast) as browser:
        page = await browser.opens(f"/{path}")

    assert page.status_code == 200
    assert "<script" not in page.text
    assert len(page.content) < 30_000
    assert "mã OTP" in browser.text
    assert page.headers["cache-control"] == "public, max-age=3600"


async def test_the_cover_leads_to_each(cast: Cast) -> None:
    async with Browser(cast) as browser:
        cover = await browser.opens(f"/{GUIDE}")

    assert re.findall(r'href="/(huong-dan/[^"]+)"', cover.text) == [
        *(f"{GUIDE}/{GUIDES[name]}" for name in ("members", "leaders", "officers")),
        f"{GUIDE}/{PRIVACY}",
        *(f"{GUIDE}/{channel}" for channel in CHANNELS),
        f"{GUIDE}/{SCALE}",
    ]


@pytest.mark.parametrize("path", PAGES)
async def test_the_words_a_guide_tells_people_to_write_are_commands(cast: Cast, path: str) -> None:
    names = {name for route in ROUTES.values() for name in route.names}
    async with Browser(cast) as browser:
        page = await browser.opens(f"/{path}")
    said = re.findall(r'class="say">/?([^<]+)<', page.text)

    assert said
    assert {fold(words) for words in said} - names == set()


@pytest.mark.parametrize("channel", CHANNELS)
async def test_what_an_operator_is_told_to_set_and_to_run_exists(cast: Cast, channel: str) -> None:
    async with Browser(cast) as browser:
        page = await browser.opens(f"/{GUIDE}/{channel}")
    set_up = set(re.findall(rf"{PREFIX}([A-Z_]+)", page.text))
    runs = {words.strip() for words in re.findall(r"<code>chihoi ([a-z ]+)", page.text)}

    assert set_up and {name.lower() for name in set_up} <= Settings.model_fields.keys()
    assert "doctor" in runs
    assert [words for words in runs if not exists(words.split())] == []
    assert "(chưa chắc)" in browser.text


def exists(words: list[str]) -> bool:
    """Whether these are a command of the command line, and what it is given."""
    at: Any = get_command(app)
    for word in words:
        if not hasattr(at, "commands"):
            return True
        if word not in at.commands:
            return False
        at = at.commands[word]
    return not hasattr(at, "commands")


@pytest.mark.parametrize(
    ("who", "reader"),
    [
        ("an", "hoi-vien"),
        ("ty", "hoi-vien"),
        ("thu", "chi-hoi-truong"),
        ("lan", "chi-hoi-truong"),
        ("hoa", "can-bo"),
    ],
)
async def test_help_leads_each_to_her_own_guide(cast: Cast, who: str, reader: str) -> None:
    url = await link(cast.players[who], "trợ giúp")

    assert url == f"{PUBLIC_URL}/{GUIDE}/{reader}"
    async with Browser(cast) as browser:
        assert (await browser.opens(url)).status_code == 200


async def test_without_an_address_of_our_own_help_names_no_page(cast: Cast) -> None:
    cast.app.dispatcher.public_url = ""
    await cast.lan.says("trợ giúp")

    assert not any(choice.url for row in cast.lan.private.last.choices for choice in row)


async def test_how_long_records_are_kept_is_told_as_it_is_done(cast: Cast) -> None:
    async with Browser(cast) as browser:
        await browser.opens(f"/{GUIDE}/{PRIVACY}")

    for rule, told in (("words", "tin đã gửi: 7 ngày"), ("reasons", "Lý do vắng: 1 năm")):
        assert rule in {one.kind for one in RULES}
        assert told in browser.text
    assert browser.text.count(" năm") + browser.text.count(" tháng") >= 8


async def test_another_guide_there_is_not(cast: Cast) -> None:
    async with Browser(cast) as browser:
        page = await browser.opens(f"/{GUIDE}/thu-ky")

    assert page.status_code == 404
    assert "Em không tìm thấy trang này" in browser.text
