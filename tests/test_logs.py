"""Logs hold no token and no phone, wherever a library put it."""

from __future__ import annotations

import logging

import pytest

from bot.logs import ScrubFilter, scrub

TOKEN = "7100000001:AAE-fake_token_of_a_bot_in_the_tests"


@pytest.mark.parametrize(
    "text",
    [TOKEN, f"http://host/bot{TOKEN}/getMe failed", f"InvalidUrl: bot{TOKEN}", "gọi 0912345678 nhé",
     "+84912345678"],
)  # fmt: skip
def test_what_must_not_be_read_is_covered(text: str) -> None:
    line = scrub(None, "", {"event": "x", "reason": text})["reason"]
    record = logging.LogRecord("lib", 30, "f", 1, "%s", (text,), None)
    ScrubFilter().filter(record)

    for written in (line, record.getMessage()):
        assert "AAE-fake" not in written
        assert "912345678" not in written
