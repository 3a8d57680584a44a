"""The page on which a person reads all that is kept of her, and takes it away."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlmodel import select

from storage.audit import Access
from storage.database import begin, reading
from storage.members import Role
from tests import traces
from tests.browsing import Browser, link
from tests.cast import Cast


async def test_she_reads_it_and_takes_it_and_looking_shows_nothing(cast: Cast) -> None:
    url = await link(cast.an, f"/data_export {cast.an.member.id}")
    assert "đọc ngay hoặc tải về" in cast.an.text
    async with Browser(cast) as browser:
        await browser.opens(url)
        assert "Đọc ngay" in browser.text
        assert "20/10/1980" not in browser.text, "a preview of the link shows nothing"

        await browser.sends(f"{url}/doc")
        assert "Ngày sinh 20/10/1980" in browser.text
        assert browser.page.headers["cache-control"] == "no-store"
        text = (await browser.sends(f"{url}/tai")).content.decode("utf-8-sig")
        assert "Họ và tên: Võ Thị An" in text
        rows = json.loads((await browser.sends(f"{url}/may")).content.decode("utf-8-sig"))
        assert rows["member"][0]["birth"] == "1980-10-20"
    with reading(cast.engine) as session:
        assert session.exec(select(Access)).all() == [], "it is her own"


async def test_the_link_dies_in_half_an_hour_and_opens_nothing_else(cast: Cast) -> None:
    url = await link(cast.an, f"/data_export {cast.an.member.id}")
    export = await link(cast.lan, "/xuatdanhsach")
    async with Browser(cast) as browser:
        assert (await browser.opens(url.replace("/du-lieu/", "/so/"))).status_code == 404
        assert (await browser.opens(export.replace("/so/", "/du-lieu/"))).status_code == 404
        assert (await browser.opens(f"{url}x")).status_code == 404
        cast.clock.advance(timedelta(minutes=31))
        page = await browser.sends(f"{url}/doc")

    assert page.status_code == 410
    assert "nay đã hết hạn" in browser.text


async def test_a_leader_opens_it_for_her_and_that_is_written_down(cast: Cast) -> None:
    url = await link(cast.lan, f"/data_export {cast.dung.member.id}")
    async with Browser(cast) as browser:
        await browser.sends(f"{url}/doc")
        assert "Lý Thị Dung" in browser.text
        with begin(cast.engine) as session:
            for role in session.exec(select(Role).where(Role.member_id == cast.lan.member.id)):
                session.delete(role)
        assert (await browser.sends(f"{url}/doc")).status_code == 410
        assert "không xem được nữa" in browser.text
    with reading(cast.engine) as session:
        assert [row.deed for row in session.exec(select(Access))] == ["export"]


async def test_a_fault_tells_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise ValueError("Võ Thị An")

    monkeypatch.setattr("bot.web.own_data.exporting.as_text", broken)
    url = await link(cast.an, f"/data_export {cast.an.member.id}")
    async with Browser(cast) as browser:
        page = await browser.sends(f"{url}/tai")

    assert page.status_code == 500
    assert "Em gặp trục trặc" in browser.text
    assert "Võ Thị An" not in browser.text


async def test_an_erasure_takes_the_link_with_it(cast: Cast) -> None:
    url = await link(cast.lan, f"/data_export {cast.dung.member.id}")
    await cast.lan.says(f"/data_erase {cast.dung.member.id} yes")
    await cast.passes(hours=25)
    async with Browser(cast) as browser:
        assert (await browser.opens(url)).status_code == 404

    assert traces.found(cast.engine, "Lý Thị Dung") == []
