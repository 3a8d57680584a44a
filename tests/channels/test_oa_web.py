"""The Official Account's webhook: what is signed is stored, and nothing else is."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from bot.clock import MovableClock
from bot.web import zalo_oa_hook
from bot.web.site import site
from storage.database import reading
from storage.inbox import Inbox
from tests.cast import MONDAY_8AM
from tests.channels.fake_oa import FakeOa, OaMessage, OaPerson, events
from tests.oa_cast import OaCast, calling

CLOCK = MovableClock(MONDAY_8AM, held=True)


class Hooked:
    """Our own page, and the events it took."""

    def __init__(self, server: FakeOa) -> None:
        self.server = server
        self.got: list[str] = []
        self.seconds = 0.0
        hook = zalo_oa_hook.route(self.receive, server.app_id, server.secret, server.now)
        self.bring = server.webhook = calling(site([hook], "https://x", [hook.path]))
        self.lan: OaPerson = server.person("Lan")

    async def receive(self, channel: str, raws: Any) -> None:
        await asyncio.sleep(self.seconds)
        self.got += [f"{channel} {raw.event_id}" for raw in raws]

    def event(self) -> dict[str, Any]:
        """Something she said, not handed over yet."""
        number, id_ = self.server.new_id()
        said = OaMessage(number, id_, self.lan.chat, "Lan", "có mặt", self.server.now())
        return events.message(self.server, self.lan, said, "text")


@pytest.fixture
async def hooked() -> AsyncIterator[Hooked]:
    CLOCK.set(MONDAY_8AM)
    async with FakeOa(now=CLOCK.now) as server:
        yield Hooked(server)


async def test_what_zalo_signed_is_stored_before_it_is_answered(hooked: Hooked) -> None:
    said = await hooked.lan.says("có mặt")

    assert hooked.got == [f"zalo_oa user_send_text:{said.id}"]
    assert hooked.server.statuses == [200]


async def test_a_forged_signature_is_refused(hooked: Hooked) -> None:
    event = hooked.event()
    body = json.dumps(event, ensure_ascii=False).encode()
    good = events.signature(hooked.server.app_id, body, event["timestamp"], hooked.server.secret)
    by_hmac = hmac.new(hooked.server.secret.encode(), body, hashlib.sha256).hexdigest()
    other = json.dumps({**event, "sender": {"id": "1"}}).encode()

    wrong = [
        await hooked.server.call(event, secret="another"),
        await hooked.bring(body, {}),
        await hooked.bring(body, {"X-ZEvent-Signature": f"mac={by_hmac}"}),
        await hooked.bring(body, {"X-ZEvent-Signature": good.removeprefix("mac=")}),
        await hooked.bring(other, {"X-ZEvent-Signature": good}),
        await hooked.bring(body + b" ", {"X-ZEvent-Signature": good}),
    ]

    assert wrong == [403] * 6 and hooked.got == []
    assert await hooked.bring(body, {"X-ZEvent-Signature": good}) == 200


async def test_the_trial_call_is_answered_well_and_does_nothing(hooked: Hooked) -> None:
    told = [
        await hooked.bring(b"", {}),
        await hooked.bring(b"{}", {"X-ZEvent-Signature": "mac=test"}),
        await hooked.bring(b"[1", {}),
        await hooked.bring(b'{"a":' * 9000 + b"1" + b"}" * 9000, {}),
        await hooked.bring(b'{"event_name":"ping","app_id":"other"}', {}),
    ]

    assert told == [200] * 5 and hooked.got == []


async def test_somebodys_old_copy_is_dropped_though_it_is_signed(hooked: Hooked) -> None:
    event = hooked.event()
    CLOCK.advance(timedelta(hours=2))
    assert await hooked.server.call(event) == 200  # Zalo's own last attempt
    CLOCK.advance(zalo_oa_hook.STALE)
    assert await hooked.server.call(event) == 200
    for timestamp in ("soon", "9" * 30, ""):
        assert await hooked.server.call({**event, "timestamp": timestamp}) == 200

    assert len(hooked.got) == 1


async def test_what_takes_too_long_is_asked_for_again_and_stored_all_the_same(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zalo_oa_hook, "ANSWER_SECONDS", 0.05)
    hooked.seconds = 0.15

    assert await hooked.server.call(hooked.event()) == 503
    await asyncio.sleep(0.2)
    assert len(hooked.got) == 1


async def test_too_much_is_not_read(hooked: Hooked) -> None:
    assert await hooked.bring(b"x" * (zalo_oa_hook.BODY_LIMIT + 1), {}) == 413


async def test_a_replayed_webhook_counts_once(engine: Engine) -> None:
    async with OaCast(engine, replays=3) as cast:
        await cast.lan.says("điểm danh", cast.k8)
        await cast.an.says("có mặt", cast.k8)
        with reading(engine) as session:
            keys = [row.event_id for row in session.exec(select(Inbox))]

        assert set(cast.server.statuses) == {200}
        assert len(keys) == len(set(keys)) == 2
        assert sum("Đã ghi" in text for text in cast.an.texts) == 1
