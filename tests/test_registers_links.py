"""The links to the pages of the register: one use, one purpose, half an hour, one person's."""

from __future__ import annotations

import re
from datetime import date

from sqlmodel import select

from storage import members
from storage.blobs import Blob
from storage.database import begin, reading
from storage.passes import Pass
from tests.browsing import Browser, link
from tests.cast import PUBLIC_URL, Cast
from tests.registers_scenes import SEVEN, count, people


async def test_looking_never_uses_a_link_up_but_doing_does(cast: Cast) -> None:
    """A chat platform opens links by itself to show a preview."""
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        for _ in range(3):
            assert (await browser.opens(url)).status_code == 200
        await browser.uploads(url, "ds.xlsx", SEVEN)
        for _ in range(3):
            assert "Xem thử" in (await browser.opens(url)).text
        await browser.sends(f"{url}/nhap")

        assert (await browser.opens(url)).status_code == 410
        assert "Đường dẫn chỉ dùng một lần, và đã dùng rồi." in browser.text
        for verb in ("tep", "khac", "nhap", "tai"):
            assert (await browser.sends(f"{url}/{verb}")).status_code == 410
    assert people(cast).count("Ngô Thị Sen") == 1


async def test_a_link_lapses_after_half_an_hour_and_its_workbook_goes(cast: Cast) -> None:
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        await browser.uploads(url, "ds.xlsx", SEVEN)
        await cast.passes(minutes=29)
        assert (await browser.opens(url)).status_code == 200 and count(cast, Blob) == 1
        await cast.passes(minutes=1)
        assert (await browser.sends(f"{url}/nhap")).status_code == 410
        assert "hết hạn" in browser.text
    assert count(cast, Blob) == 0
    assert "Ngô Thị Sen" not in people(cast)


async def test_a_new_link_ends_the_older_one(cast: Cast) -> None:
    old, new = await link(cast.hoa, "/nhapdanhsach"), await link(cast.hoa, "nhập danh sách")
    async with Browser(cast) as browser:
        assert (await browser.opens(old)).status_code == 410
        assert (await browser.opens(new)).status_code == 200


async def test_a_made_up_link_leads_nowhere_and_only_digests_are_kept(cast: Cast) -> None:
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        for forged in (url[:-1], f"{url}x", url.replace("/so/", "/so/A"), "/so/1", "/so/%00"):
            assert (await browser.opens(forged)).status_code == 404
            assert "Đường dẫn này không dùng được" in browser.text
        assert (await browser.sends("/so/1/tai")).status_code == 404
    with reading(cast.engine) as session:
        row = session.exec(select(Pass)).one()
        assert row.digest not in url and url.rsplit("/", 1)[1] not in repr(row)


async def test_a_link_is_for_one_purpose_and_one_unit(cast: Cast) -> None:
    take_out = await link(cast.lan, "/xuatdanhsach")
    async with Browser(cast) as browser:
        assert (await browser.uploads(take_out, "ds.xlsx", SEVEN)).status_code == 404
        assert (await browser.sends(f"{take_out}/nhap")).status_code == 404
        page = await browser.sends(f"{take_out}/tai")
        assert page.status_code == 200 and page.content.startswith(b"PK")
        assert (await browser.sends(f"{take_out}/tai")).status_code == 410
        bring_in = await link(cast.hoa, "/nhapdanhsach")
        assert (await browser.sends(f"{bring_in}/tai")).status_code == 404


async def test_a_role_that_ended_meanwhile_closes_the_page(cast: Cast) -> None:
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        await browser.uploads(url, "ds.xlsx", SEVEN)
        with begin(cast.engine) as session:
            (role,) = members.roles_of(session, [cast.hoa.member.id or 0], date(2026, 11, 16))
            members.end_role(session, role.id or 0, date(2026, 11, 16))
        assert (await browser.sends(f"{url}/nhap")).status_code == 410
        assert "không còn phụ trách" in browser.text
        assert (await browser.opens(url)).status_code == 410
    assert "Ngô Thị Sen" not in people(cast)


async def test_leaders_get_no_import_link_and_members_no_link_at_all(cast: Cast) -> None:
    for person, words in (
        (cast.lan, "/nhapdanhsach"),
        (cast.an, "/xuatdanhsach"),
        (cast.ty, "/xuatdanhsach"),
    ):
        await person.says(words)
        assert not person.labels or not any(c.url for r in person.private.last.choices for c in r)
    await cast.lan.says("/xuatdanhsach P5-K1")
    assert cast.lan.text == "Việc này em không tìm thấy, hoặc không thuộc đơn vị của chị."
    await cast.hoa.says("/nhapdanhsach", cast.k8)
    assert "/so/" not in "".join(cast.k8.texts)
    assert count(cast, Pass) == 0


async def test_every_answer_keeps_itself_to_itself(cast: Cast) -> None:
    url = await link(cast.hoa, "/nhapdanhsach")
    async with Browser(cast) as browser:
        for page in (await browser.opens(url), await browser.opens("/so/none")):
            assert page.headers["cache-control"] == "no-store"
            assert page.headers["referrer-policy"] == "same-origin"
            assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
            assert page.headers["x-content-type-options"] == "nosniff"
            assert not re.search(r"<script|https?://|style=", page.text)
            assert len(page.content) < 30_000
        assert (await browser.opens("/static/page.css")).status_code == 200


async def test_without_pages_the_bot_says_so(cast: Cast) -> None:
    cast.app.dispatcher.public_url = ""
    await cast.hoa.says("/nhapdanhsach")
    assert "chưa có địa chỉ trang web" in cast.hoa.text


async def test_another_sites_form_cannot_use_a_link(cast: Cast) -> None:
    async with Browser(cast) as browser:
        url = await link(cast.lan, "/xuatdanhsach")
        browser.client.headers["origin"] = "https://evil.example"
        assert (await browser.sends(f"{url}/tai")).status_code == 403

        browser.client.headers["origin"] = PUBLIC_URL
        assert (await browser.sends(f"{url}/tai")).status_code == 200
