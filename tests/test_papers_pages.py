"""Sheets on paper, fetched and typed in on a page."""

from __future__ import annotations

import io

import pypdf
import pytest
from sqlmodel import select

from handlers.papers import entering
from storage.database import begin
from storage.members import Role
from tests.browsing import Browser, link, link_in
from tests.cast import Cast
from tests.rollcall import evidence, verdicts


@pytest.fixture
async def entry(cast: Cast) -> str:
    """The address of the page on which the sheet of Tổ 2 is typed in."""
    await cast.lan.says("điểm danh họp")
    await cast.lan.says("/phieu")
    return await link(cast.lan, "phiếu 2")


async def test_the_sheets_are_fetched_as_often_as_they_are_printed(cast: Cast) -> None:
    url = await link(cast.lan, "phiếu điểm danh")
    async with Browser(cast) as browser:
        page = await browser.opens(url)
        assert page.status_code == 200 and "Phiếu 1 : Tổ 1" in browser.text
        for _ in range(2):
            file = await browser.sends(f"{url}/tai")
            assert file.headers["content-type"] == "application/pdf"
            assert len(pypdf.PdfReader(io.BytesIO(file.content)).pages) == 2
        await cast.passes(minutes=31)
        assert (await browser.opens(url)).status_code == 410
        assert "đã hết hạn" in browser.text


async def test_a_sheet_is_typed_in_on_its_page(cast: Cast, entry: str) -> None:
    async with Browser(cast) as browser:
        await browser.opens(entry)
        assert "Nhập phiếu 2: Tổ 2" in browser.text and "Đặng Thị Bình (1958)" in browser.text
        await browser.sends(f"{entry}/xem", loi="vắng 9")
        assert browser.page.status_code == 422 and "không có số 9" in browser.text
        await browser.sends(f"{entry}/xem", loi="vắng 3")
        assert "Xem thử, chưa ghi gì" in browser.text and "3. Lý Thị Dung" in browser.text
        assert evidence(cast) == []
        await browser.sends(f"{entry}/ghi", loi="vắng 3")
        assert "Đã ghi từ phiếu 2: 3 chị" in browser.text
        assert verdicts(cast) == {"Bình": "present", "Cúc": "present", "Dung": "absent"}
        await browser.opens(entry)
        assert "Phiếu này đã nhập xong rồi" in browser.text
    await cast.settle()
    assert "✅ Có mặt: 2" in cast.k8.text


async def test_a_closed_roll_takes_no_sheet(cast: Cast, entry: str) -> None:
    await cast.lan.says("chốt điểm danh")
    async with Browser(cast) as browser:
        page = await browser.sends(f"{entry}/ghi", loi="vắng 3")
    assert page.status_code == 422 and "đã chốt" in browser.text
    assert evidence(cast) == []


async def test_who_leads_no_more_opens_nothing(cast: Cast, entry: str) -> None:
    with begin(cast.engine) as session:
        role = session.exec(select(Role).where(Role.member_id == cast.lan.member.id)).one()
        session.delete(role)
    async with Browser(cast) as browser:
        page = await browser.opens(entry)
    assert page.status_code == 410 and "không còn phụ trách" in browser.text


async def test_one_kind_of_link_opens_no_other_page(cast: Cast, entry: str) -> None:
    sheets = link_in(next(m for m in cast.lan.private.bot if m.file_name.endswith(".pdf")))
    export = await link(cast.lan, "xuất danh sách")
    async with Browser(cast) as browser:
        for url in (
            f"{sheets}/xem",
            f"{entry}/tai",
            f"{entry.replace('/phieu/', '/so/')}/tai",
            f"{export.replace('/so/', '/phieu/')}/tai",
        ):
            page = await browser.sends(url, loi="vắng 3")
            assert page.status_code == 404, url
        page = await browser.opens(entry.replace("/phieu/", "/so/"))
        assert page.status_code == 404
    assert evidence(cast) == []


async def test_a_bug_is_told_calmly(
    cast: Cast, entry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object) -> None:
        raise RuntimeError("0912345678")

    monkeypatch.setattr(entering, "plan", fail)
    async with Browser(cast) as browser:
        page = await browser.sends(f"{entry}/ghi", loi="vắng 3")
    assert page.status_code == 500 and "Em gặp trục trặc" in browser.text
    assert evidence(cast) == []
