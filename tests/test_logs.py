"""Logs hold no text, no token and no phone, wherever a library or a bug put it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.base import DeliveryError, Raw
from bot.cli.serving import server_of
from bot.logs import Plain, scrub, told
from bot.web.site import site
from handlers import ROUTES
from handlers.chat import Call
from tests.cast import Cast
from tests.logbook import kept

TOKEN = "7100000001:AAE-fake_token_of_a_bot_in_the_tests"
WORDS = "nhà em vay năm triệu"
PHONES = ("0912345678", "+84912345678", "0912 345 678", "0912.345.678", "84 91 234 56 78")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    with kept() as stream:
        yield stream


def line_of(error: BaseException, words: str = "it failed") -> str:
    record = logging.LogRecord("lib", 40, "f", 1, "%s", (words,), (type(error), error, None))
    return Plain().format(record)


@pytest.mark.parametrize(
    "words",
    [TOKEN, f"http://host/bot{TOKEN}/getMe failed", f"InvalidUrl: bot{TOKEN}",
     *(f"gọi {phone} nhé" for phone in PHONES)],
)  # fmt: skip
def test_what_must_not_be_read_is_covered(words: str) -> None:
    lines = [
        scrub(None, "", {"event": "x", "reason": words})["reason"],
        scrub(None, "", {"event": "x", "reason": ValueError(words)})["reason"],
        line_of(ValueError("no"), words),
    ]

    for line in lines:
        assert "AAE-fake" not in line
        assert "345" not in line


def test_times_and_numbers_are_left_readable() -> None:
    event = {"timestamp": "2026-11-24T03:04:05.012345Z", "events": 100, "wait": 0.25}

    assert scrub(None, "", dict(event)) == event


def look_up(key: str) -> str:
    known: dict[str, str] = {}
    try:
        return known[key]
    except KeyError as inner:
        raise ValueError(key) from inner


def raised() -> BaseException:
    """An error that quotes what somebody wrote, through and through."""
    with pytest.raises(ValueError, match=WORDS) as found:
        look_up(WORDS)
    return ExceptionGroup(WORDS, [found.value])


def test_of_an_error_its_kind_and_place_are_told_and_not_its_words() -> None:
    for line in (told(raised()), line_of(raised())):
        assert WORDS not in line
        assert all(kind in line for kind in ("ExceptionGroup", "ValueError", "KeyError"))
        assert "in look_up" in line


def test_asyncio_quotes_no_exception(written: io.StringIO) -> None:
    logging.getLogger("asyncio").error("Task was lost\nfuture: <Task exception=%r>", WORDS)

    assert written.getvalue() == "error asyncio: Task was lost\n"


def stumble(call: Call, rest: str) -> None:
    raise ValueError(f"{rest} {call.incoming.text}")


def clash(call: Call, rest: str) -> None:
    rows = {"address": call.actor.address, "name": call.incoming.text}
    insert = text(
        "INSERT INTO chat_group (address, title, main, state, added_by, seen_at)"
        " VALUES (:address, :name, false, 'active', '', '2026-01-01')"
    )
    call.session.connection().execute(insert, rows)
    with pytest.raises(IntegrityError, match=WORDS) as careless:  # what str(error) would tell
        call.session.connection().execute(insert, rows)
    raise careless.value


async def test_a_whole_story_leaves_none_of_its_words_in_the_log(
    cast: Cast, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, command in (("whoami", stumble), ("mine", clash)):
        monkeypatch.setitem(ROUTES, key, replace(ROUTES[key], command=command))
    await cast.lan.says("/diemdanh họp chi hội tháng 11", cast.k8)
    await cast.an.says(f"có mặt, {WORDS}", cast.k8)
    await cast.binh.says(f"chị ơi {WORDS}")
    await cast.ty.says("cho em tham gia, em là Trần Thị Kín, 0912345678")
    await cast.hoa.says(f"/tim {PHONES[0]}")
    for typed in ("/toilaai", "/cuatoi"):
        await cast.an.says(f"{typed} {WORDS}")
    poison = f'{{"text": "{WORDS} {TOKEN}", '
    await cast.app.receive("sandbox", [Raw("poison", poison)])

    async def fails(*_given: Any) -> None:
        raise RuntimeError(f"https://host/bot{TOKEN}/sendMessage {WORDS}")

    channel = cast.channels["sandbox"]
    monkeypatch.setattr(channel, "send", fails)
    await cast.lan.says("trợ giúp")
    monkeypatch.undo()
    await cast.passes(minutes=10)
    await asyncio.sleep(0)

    found = written.getvalue()
    events = {json.loads(line)["event"] for line in found.splitlines() if line.startswith("{")}
    assert events >= {"event_failed", "event_set_aside", "channel_failed"}
    for secret in (WORDS, "Kín", "912345678", "912 345", "AAE-fake", "tháng 11", "Trần Thị"):
        assert secret not in found


async def test_a_file_that_cannot_be_fetched_is_logged_without_its_name(
    cast: Cast, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_given: Any) -> None:
        raise DeliveryError(f"GET /file/bot{TOKEN}/x failed")

    monkeypatch.setattr(cast.channels["sandbox"], "fetch", fails)
    await cast.lan.sends_file(f"{WORDS}.pdf", b"%PDF", caption=WORDS)

    assert "file_not_fetched" in written.getvalue()
    assert WORDS not in written.getvalue()
    assert "AAE-fake" not in written.getvalue()


async def test_a_page_that_fails_is_logged_without_what_the_error_quotes(
    written: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    async def fails(_request: Request) -> Response:
        raise ValueError(f"{WORDS} {TOKEN}")

    server = server_of(site([Route("/", fails)]))
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve([listening]))
        async with aiohttp.ClientSession() as client, client.get(address) as answer:
            assert answer.status == 500
        server.should_exit = True

    found = written.getvalue()
    assert "error uvicorn.error: Exception in ASGI application" in found
    assert "in fails" in found
    for text_ in (found, *capfd.readouterr()):
        assert WORDS not in text_
        assert "AAE-fake" not in text_
