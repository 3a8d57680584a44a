"""An Official Account over real HTTP: everything out, and what goes wrong in between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Self

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bot.channels.base import Attachment, DeliveryError, Post
from bot.channels.zalo_oa import (
    CS,
    IN_GROUPS,
    LIMITS,
    NAME,
    TO_GROUP,
    ZaloOaChannel,
    pace,
)
from bot.channels.zalo_oa_tokens import OAuth, TokenKeeper
from bot.clock import MovableClock
from bot.enclosures import carried
from handlers.chat import Choice, Document, File
from storage import blobs, oa_tokens
from storage.database import begin
from tests.cast import MONDAY_8AM
from tests.channels.fake_oa import FakeOa, OaPerson
from tests.oa_cast import authorise

CHOICES = ((Choice("Có mặt", "mark 1 present"), Choice("Mở trang", url="https://x.example")),)


class Desk:
    """A channel, its server, and one person who has just written."""

    def __init__(self, engine: Engine, **fake: object) -> None:
        self.clock = MovableClock(MONDAY_8AM, held=True)
        self.server = FakeOa(now=self.clock.now, **fake)  # type: ignore[arg-type]
        self.engine = engine

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        authorise(self.engine, self.server)
        oauth = OAuth(self.server.app_id, self.server.app_secret, self.server.url)
        keeper = TokenKeeper(self.engine, NAME, oauth, self.clock)
        self.channel = ZaloOaChannel(self.server.id, keeper, api=self.server.url)
        await self.channel.open()
        self.lan = self.server.person("Lan")
        self.lan.acted_at = self.clock.now()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.channel.close()
        await self.server.__aexit__(None, None, None)

    async def fails(self, to: str, **post: object) -> DeliveryError:
        with pytest.raises(DeliveryError) as told:
            await self.channel.send(Post(f"{NAME}:{to}", "x", **post))  # type: ignore[arg-type]
        return told.value


@pytest.fixture
async def desk(engine: Engine) -> AsyncIterator[Desk]:
    async with Desk(engine) as desk:
        yield desk
        assert desk.server.problems == []


def buttons(person: OaPerson) -> list[tuple[str, object]]:
    return [(b["title"], b["payload"]) for b in person.chat.oa[-1].buttons]


async def test_words_go_out_plain_with_buttons_in_private_and_numbers_in_a_group(
    desk: Desk,
) -> None:
    group = desk.server.group("CH")

    sent = await desk.channel.send(Post(f"{NAME}:{desk.lan.id}", "<b>Mời</b> &amp; vui", CHOICES))
    await desk.channel.send(Post(f"{NAME}:group-{group.id}", "Điểm danh", CHOICES))

    assert sent.message_id == desk.lan.chat.oa[0].id
    assert desk.lan.chat.oa[0].text == "Mời & vui"
    assert buttons(desk.lan) == [
        ("Có mặt", "#v:mark 1 present"),
        ("Mở trang", {"url": "https://x.example"}),
    ]
    assert "1. Có mặt\nMở trang: https://x.example" in group.oa[0].text
    assert desk.channel.is_group(f"{NAME}:group-{group.id}")
    assert not desk.channel.is_group(f"{NAME}:{desk.lan.id}")


@pytest.mark.parametrize("shapes", [("list",), ()], ids=["list", "text"])
async def test_buttons_that_are_refused_are_written_in_another_way_and_then_as_numbers(
    engine: Engine, shapes: tuple[str, ...]
) -> None:
    async with Desk(engine, shapes=shapes) as desk:
        for word in ("một", "hai"):
            await desk.channel.send(Post(f"{NAME}:{desk.lan.id}", word, CHOICES[:1]))
        calls = desk.server.calls(CS)

        assert [m.text.split("\n")[0] for m in desk.lan.chat.oa] == ["một", "hai"]
        assert len(calls) == (3 if shapes else 4)  # what was refused once is not tried again
        assert bool(desk.lan.chat.oa[-1].buttons) is bool(shapes)
        assert shapes or "1. Có mặt" in desk.lan.chat.oa[-1].text


async def test_what_is_refused_in_every_shape_teaches_nothing(desk: Desk) -> None:
    error = await desk.fails("nobody", choices=CHOICES)
    assert not error.retryable and "-201" in error.reason

    await desk.channel.send(Post(f"{NAME}:{desk.lan.id}", "x", CHOICES))
    assert buttons(desk.lan)


async def test_files_are_uploaded_once_and_sent_by_their_token(desk: Desk) -> None:
    group = desk.server.group("CH")
    chart = Attachment("ket-qua.png", "image/png", b"\x89PNG")
    plan = Attachment("109-KH.pdf", "application/pdf", b"%PDF")

    sent = await desk.channel.send(Post(f"{NAME}:{desk.lan.id}", "", attachment=plan))
    again = Attachment("109-KH.pdf", "", b"", sent.file_ref)
    await desk.channel.send(Post(f"{NAME}:{desk.lan.id}", "", attachment=again))
    await desk.channel.send(Post(f"{NAME}:group-{group.id}", "", attachment=chart))

    assert [m.file for m in desk.lan.chat.oa] == ["109-KH.pdf"] * 2
    assert group.oa[0].file == "ket-qua.png"
    assert len(desk.server.uploads) == 2
    stale = Attachment("109-KH.pdf", "", b"", "file-99")
    assert (await desk.fails(desk.lan.id, attachment=stale)).stale_file


async def test_an_upload_that_is_lost_was_shown_to_nobody(desk: Desk) -> None:
    plan = Attachment("109-KH.pdf", "application/pdf", b"%PDF")
    desk.server.fault("/v2.0/oa/upload/file", cut=True)
    lost = await desk.fails(desk.lan.id, attachment=plan)
    desk.server.fault("/v2.0/oa/upload/file", code=-210)
    refused = await desk.fails(desk.lan.id, attachment=plan)

    assert lost.retryable and not lost.in_doubt
    assert not refused.retryable


@pytest.mark.parametrize("after", [False, True])
async def test_a_cut_line_leaves_doubt(desk: Desk, after: bool) -> None:
    desk.server.fault(CS, cut=True, after_effect=after)

    error = await desk.fails(desk.lan.id)

    assert error.in_doubt and len(desk.lan.chat.oa) == after
    assert not desk.channel.limits.resend_in_doubt


async def test_the_windows_and_the_quota_are_told_apart(engine: Engine) -> None:
    async with Desk(engine, paid=1) as desk:
        to = Post(f"{NAME}:{desk.lan.id}", "x")
        desk.clock.advance(timedelta(hours=49))
        desk.server.tokens.access.clear()  # the token is over as well: it is renewed on the way
        await desk.channel.send(to)
        assert (await desk.fails(desk.lan.id)).quota
        desk.clock.advance(timedelta(days=6))
        assert (await desk.fails(desk.lan.id)).lapsed
        desk.lan.follows = False
        assert (await desk.fails(desk.lan.id)).blocked
        assert (await desk.fails("group-nowhere")).blocked


async def test_too_fast_waits_a_minute_and_a_busy_page_is_doubt(desk: Desk) -> None:
    for code in (-32, -234):
        desk.server.fault(CS, code=code)
        assert (await desk.fails(desk.lan.id)).retry_after >= 60
    desk.server.fault(CS, page=429)
    assert (await desk.fails(desk.lan.id)).retry_after == 60
    for status in (200, 502):
        desk.server.fault(CS, page=status)
        assert (await desk.fails(desk.lan.id)).in_doubt
    desk.server.fault(CS, page=404)
    error = await desk.fails(desk.lan.id)
    assert error.reason.startswith("404") and not error.in_doubt
    desk.server.fault(CS, page=401)  # an access token that is refused in HTTP's own way
    await desk.channel.send(Post(f"{NAME}:{desk.lan.id}", "x"))


async def test_what_it_cannot_do_is_refused_before_it_is_tried(desk: Desk) -> None:
    before = len(desk.server.requests)
    for call in (
        desk.channel.edit(Post("zalo_oa:1", "x"), "1"),
        desk.channel.delete("zalo_oa:1", "1"),
        desk.channel.react("zalo_oa:1", "1", "👍"),
    ):
        with pytest.raises(DeliveryError):
            await call
    await desk.channel.toast("zalo_oa:1", "", "")
    assert len(desk.server.requests) == before
    assert desk.channel.ready and pace().overall == 1


async def test_a_file_is_fetched_while_its_address_is_good(desk: Desk) -> None:
    url = desk.server.put("don.docx", b"PK")
    assert await desk.channel.fetch(File(url, "don.docx")) == b"PK"
    for address in (f"{desk.server.url}/files/gone", "file:///etc/passwd"):
        with pytest.raises(DeliveryError, match="unavailable"):
            await desk.channel.fetch(File(address, "x"))


async def test_a_message_that_was_not_sent_for_want_of_a_token_is_no_doubt(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.server.tokens.access.clear()
    desk.server.fault("/v4/oa/access_token", cut=True)
    error = await desk.fails(desk.lan.id)
    assert error.retryable and error.down and not error.in_doubt

    desk.clock.advance(timedelta(hours=26))

    def busy(*_: object) -> None:
        raise OperationalError("", {}, Exception("database is locked"))

    monkeypatch.setattr(oa_tokens, "get", busy)
    error = await desk.fails(desk.lan.id)
    assert error.retryable and not error.in_doubt
    assert desk.lan.chat.oa == []


async def test_groups_that_take_documents_are_told_so_by_a_setting(engine: Engine) -> None:
    async with Desk(engine, group_files=True) as desk:
        able = ZaloOaChannel(desk.server.id, desk.channel._tokens, group_files=True)
        inside = able.limits.in_groups
        assert inside is not None and ".pdf" in dict(inside.file_kinds) and not inside.buttons
        group = desk.server.group("CH")
        plan = Attachment("109-KH.pdf", "application/pdf", b"%PDF")
        await desk.channel.send(Post(f"{NAME}:group-{group.id}", "", attachment=plan))
        assert group.oa[0].file == "109-KH.pdf" and desk.server.calls(TO_GROUP)


@pytest.mark.parametrize(
    ("name", "size", "private", "group"),
    [
        ("ke-hoach.PDF", 1000, True, False),
        ("ke-hoach.pdf", 5 * 1024 * 1024 + 1, False, False),
        ("danh-sach.xlsx", 1000, False, False),
        ("anh.jpg", 1024 * 1024, True, True),
        ("anh.jpg", 1024 * 1024 + 1, False, False),
    ],
)
def test_of_each_file_it_is_known_beforehand_whether_it_is_taken(
    engine: Engine, name: str, size: int, private: bool, group: bool
) -> None:
    with begin(engine) as session:
        blob = blobs.keep(session, name=name, mime="", content=b"x" * size, now=MONDAY_8AM)
        document = Document(blob.id or 0, name)

        assert carried(session, document, LIMITS) is private
        assert carried(session, document, IN_GROUPS) is group
        assert not carried(session, None, LIMITS)
