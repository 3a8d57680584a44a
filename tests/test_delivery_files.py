"""A file for a group that takes none: a signed link, good for a month, or where to ask."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import Engine

from bot.app import App
from bot.channels.sandbox import PLAIN
from bot.clock import MovableClock
from bot.file_links import LIFE, FileLinks
from bot.web.files import routes
from bot.web.site import site
from handlers.chat import Document, Limits, Reply
from storage import blobs
from storage.database import begin
from tests.cast import MONDAY_8AM, PUBLIC_URL, Cast
from tests.channels.fake_channel import FakeChannel
from tests.directives_scenes import PLAN

LINKS = FileLinks(PUBLIC_URL, "a secret of the union")
NOW = datetime(2026, 11, 16, 1, tzinfo=UTC)


def token(link: str) -> str:
    return link.rpartition("/")[2]


def test_a_link_opens_what_it_was_made_for_and_nothing_else() -> None:
    link = LINKS.link(7, NOW)
    assert link.startswith(f"{PUBLIC_URL}/tep/7.")
    assert LINKS.opened(token(link), NOW) == 7
    assert LINKS.opened(token(link), NOW + LIFE) is None

    assert LINKS.opened(token(link).replace("7.", "8.", 1), NOW) is None
    assert FileLinks(PUBLIC_URL, "another").opened(token(link), NOW) is None
    blob, until, signature = token(link).split(".")
    assert LINKS.opened(f"{blob}.{int(until) + 1}.{signature}", NOW) is None


@pytest.mark.parametrize(
    "wrong", ["", "7", "7.8", "..", "x.1.a", "7.99999999999999999.a", "٧.1.a", "7.1765432100.é"]
)
def test_nonsense_opens_nothing(wrong: str) -> None:
    assert LINKS.opened(wrong, NOW) is None


def test_without_an_address_of_ours_there_is_no_link() -> None:
    assert FileLinks("", "secret").link(7, NOW) == ""


class Desk:
    """A group without files, and a browser."""

    def __init__(self, engine: Engine, links: FileLinks | None) -> None:
        self.channel = FakeChannel(limits=Limits(files=False, markup=False))
        self.clock = MovableClock(MONDAY_8AM, held=True)
        self.app = App(engine, {"fake": self.channel}, self.clock, file_links=links)
        self.engine = engine

    async def send(self, *, shared: bool) -> str:
        with begin(self.engine) as session:
            blob = blobs.keep(
                session, name="Kế hoạch 109.pdf", mime="application/pdf", content=b"%PDF",
                now=MONDAY_8AM,
            )  # fmt: skip
            assert blob.id is not None
            document = Document(blob.id, "Kế hoạch 109.pdf", shared=shared)
            reply = Reply("talk/cancelled.j2", to="fake:g", document=document)
            self.app.dispatcher.poster.queue(session, [reply], now=MONDAY_8AM, origin="test")
        await self.app.delivery.drain()
        return self.channel.sent[-1].text


@pytest.fixture
async def browser(engine: Engine) -> AsyncIterator[tuple[Desk, httpx.AsyncClient]]:
    desk = Desk(engine, LINKS)

    async def app_of(_request: object) -> App:
        return desk.app

    transport = httpx.ASGITransport(app=site(routes(app_of)))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
        yield desk, client


async def test_a_group_without_files_gets_a_link_that_works(
    browser: tuple[Desk, httpx.AsyncClient],
) -> None:
    desk, client = browser
    text = await desk.send(shared=True)
    assert "Kế hoạch 109.pdf" in text
    assert "thứ tư 16/12/2026" in text
    found = re.search(r"https://\S+", text)
    assert found is not None

    got = await client.get(found[0])
    assert (got.status_code, got.content) == (200, b"%PDF")
    assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''K%E1")
    desk.clock.advance(timedelta(days=30))
    gone = await client.get(found[0])
    assert gone.status_code == 404
    assert "hết hạn" in gone.text


async def test_what_may_name_people_never_gets_a_link(
    browser: tuple[Desk, httpx.AsyncClient],
) -> None:
    desk, _ = browser
    text = await desk.send(shared=False)

    assert "http" not in text
    assert "chị hỏi cán bộ Hội" in text


async def test_without_links_it_says_whom_to_ask(engine: Engine) -> None:
    text = await Desk(engine, None).send(shared=True)

    assert "http" not in text
    assert "chị hỏi chi hội trưởng hoặc cán bộ Hội" in text


async def test_a_receipt_is_seen_in_a_group_without_edits(cast: Cast) -> None:
    room = cast.add_room("gz", "CH Khóm 8 (Zalo)", unit="P5-K8", channel=PLAIN, main=False)
    await cast.mai.sends_file("109-KH-BTV.pdf", PLAN, mime="application/pdf")
    await cast.mai.presses("05/12/2026")
    await cast.mai.presses("Gửi ngay")
    await cast.passes(seconds=20)
    assert "📎 Tệp kèm theo: 109-KH-BTV.pdf" in room.text
    said = len(room.texts)

    await cast.lan.presses("xác nhận đã nhận", cast.k8)
    assert len(room.texts) == said + 1
    assert "✅ Chi hội đã xác nhận đã nhận văn bản" in room.text
    assert "xác nhận đã nhận lúc" in cast.k8.text
