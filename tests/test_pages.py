"""How pages travel: small, packed, kept by browsers as long as they stay the same, and guarded."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from httpx2 import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.web import pages, static
from bot.web.site import site
from tests.playing import ADDRESS, playing

PAGE_LIMIT = 30_000
APP_LIMIT = 60_000
"""Bytes; the sandbox with its scripts and fonts, as they travel."""


def client(app: Starlette) -> AsyncClient:
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    return AsyncClient(transport=transport, base_url=ADDRESS)


async def sent(web: AsyncClient, path: str) -> int:
    """Bytes on the line."""
    async with web.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
        assert answer.status_code == 200, path
        return sum([len(chunk) async for chunk in answer.aiter_raw()])


async def test_files_are_kept_for_ever_under_their_own_address_only() -> None:
    async with client(site([])) as web:
        current = await web.get(f"{static.address()}/page.css")
        older = await web.get("/static/0123456789ab/page.css")
        bare = await web.get("/static/page.css")

    assert current.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert {older.headers["cache-control"], bare.headers["cache-control"]} == {"no-cache"}
    assert current.text == older.text == bare.text


async def test_an_unchanged_file_is_not_sent_again() -> None:
    async with client(site([])) as web:
        first = await web.get("/static/page.css")
        again = await web.get("/static/page.css", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_the_address_changes_with_any_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.css").write_text("a")
    monkeypatch.setattr(static, "FOLDER", tmp_path)
    seen = [static.fingerprint.__wrapped__()]
    (tmp_path / "a.css").write_text("b")
    seen.append(static.fingerprint.__wrapped__())
    (tmp_path / "a.css").rename(tmp_path / "b.css")
    seen.append(static.fingerprint.__wrapped__())

    assert len(set(seen)) == 3


async def test_no_file_outside_its_folder_is_served() -> None:
    async with client(site([])) as web:
        for path in ("/static/../sandbox.html.j2", f"{static.address()}/..%2fsandbox.html.j2"):
            assert (await web.get(path)).status_code == 404


async def test_words_travel_packed_and_files_as_they_are() -> None:
    async with client(site([])) as web:
        packed = await web.get(f"{static.address()}/page.css", headers={"accept-encoding": "gzip"})
        font = await web.get(
            f"{static.address()}/fonts/BeVietnamPro-Bold.woff2", headers={"accept-encoding": "gzip"}
        )

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in font.headers
    assert len(gzip.compress(packed.content)) < len(packed.content)


async def test_every_answer_says_what_a_browser_may_do_with_it() -> None:
    async with client(site([])) as web:
        answers = [await web.get(path) for path in ("/huong-dan", "/nowhere", "/static/page.css")]

    for answer in answers:
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"


async def test_a_page_that_breaks_says_so_and_nothing_of_why() -> None:
    async def breaks(request: Request) -> PlainTextResponse:
        raise RuntimeError("0912345678")

    async with client(site([Route("/x", breaks)])) as web:
        answer = await web.get("/x")

    assert answer.status_code == 500
    assert "Em gặp trục trặc" in answer.text and "0912345678" not in answer.text


async def test_who_is_refused_reads_why() -> None:
    async with client(site([])) as web:
        answer = await web.post("/huong-dan", headers={"origin": "https://evil.example"})

    assert answer.status_code == 403
    assert "Em chưa làm việc này" in answer.text


def test_pages_of_trouble_are_small_and_need_nobody_else() -> None:
    for status in (pages.FORBIDDEN, pages.GONE, pages.BROKEN):
        body = bytes(pages.trouble(status).body)
        assert len(body) < PAGE_LIMIT
        assert b"http" not in body and b"<script" not in body


@pytest.mark.xdist_group("demo")
async def test_the_sandbox_with_all_it_loads_is_small(demo_folder: Path) -> None:
    folder = static.FOLDER / "sandbox"
    scripts = [f"sandbox/{file.name}" for file in folder.iterdir() if file.suffix != ".pdf"]
    fonts = [f"fonts/{file.name}" for file in (static.FOLDER / "fonts").glob("*.woff2")]
    async with playing(demo_folder) as play:
        page = await sent(play.web, "/")
        whole = page + sum(
            [await sent(play.web, f"{static.address()}/{path}") for path in (*scripts, *fonts)]
        )

    assert page < PAGE_LIMIT
    assert whole < APP_LIMIT, whole
