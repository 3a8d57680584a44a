"""The page on which all rows that wait stand side by side with whom they may be."""

from __future__ import annotations

from tests.browsing import Browser, link
from tests.cast import Cast
from tests.spreadsheets import HEADER, workbook
from tests.test_members_held import bring_in, named


async def opened(cast: Cast, browser: Browser) -> str:
    """Lan asks for the page; its address."""
    await cast.lan.says("/choxem")
    url = await link(cast.lan, "/held_page P5-K8")
    await browser.opens(url)
    return url


async def test_a_leader_decides_row_after_row_on_one_page(cast: Cast) -> None:
    bring_in(
        cast,
        [1, "Đặng Thị Bình", "", "0912345678"],
        [2, "Võ Thị An", ""],
        [3, "Mai Thị Mận", 2012],
    )
    await cast.lan.says("/choxem")
    assert "So sánh cả trên trang" in cast.lan.labels
    async with Browser(cast) as browser:
        url = await opened(cast, browser)
        assert "Còn 3 dòng chờ chị xem" in browser.text
        assert "Trong tệp Trong sổ" in browser.text
        assert "Ngày sinh – 1958" in browser.text
        await browser.sends(f"{url}/xet", dong="1", cach="same")
        assert "Còn 2 dòng chờ chị xem" in browser.text
        assert "Đã gộp vào hồ sơ của Đặng Thị Bình" in browser.text
        assert named(cast, "Đặng Thị Bình")[0].phone == "0912345678"
        await browser.sends(f"{url}/xet", dong="1", cach="other")  # pressed again on an old page
        assert len(named(cast, "Đặng Thị Bình")) == 2
        await browser.sends(f"{url}/xet", dong="1", cach="separate")
        assert "Đã gộp" not in browser.text
        assert named(cast, "Đặng Thị Bình")[0].phone == ""
        await browser.sends(f"{url}/xet", dong="2", cach="other")
        await browser.sends(f"{url}/xet", dong="3", cach="drop")
        assert "Không còn dòng nào chờ" in browser.text


async def test_the_page_decides_nothing_of_other_branches(cast: Cast) -> None:
    bring_in(cast, [1, "Bùi Thị Tám", ""], code="P5-K1")
    async with Browser(cast) as browser:
        url = await opened(cast, browser)
        assert "Không còn dòng nào chờ" in browser.text
        for row, way in (("1", "same"), ("1", "separate"), ("1", "nonsense"), ("x", "same")):
            await browser.sends(f"{url}/xet", dong=row, cach=way)
            assert "không dùng được" in browser.text
    assert len(named(cast, "Bùi Thị Tám")) == 1


async def test_a_link_to_another_page_decides_nothing(cast: Cast) -> None:
    bring_in(cast, [1, "Đặng Thị Bình", ""])
    async with Browser(cast) as browser:
        url = await link(cast.lan, "/xuatdanhsach P5-K8")
        await browser.sends(f"{url}/xet", dong="1", cach="same")
        assert "không dùng được" in browser.text


async def test_leaders_hear_that_rows_of_their_branch_wait(cast: Cast) -> None:
    content = workbook({"CH Khóm 8": [HEADER, [1, "Đặng Thị Bình", ""]]})
    url = await link(cast.hoa, "/nhapdanhsach P5")
    async with Browser(cast) as browser:
        await browser.uploads(url, "ds.xlsx", content)
        await browser.sends(f"{url}/nhap")
    await cast.settle()
    assert "Chi hội Khóm 8 vừa nhập có 1 dòng em chưa chắc là ai" in cast.lan.text
    await cast.lan.presses("Xem từng dòng")
    assert "cùng tên, thiếu năm sinh" in cast.lan.text
    assert "Xem 1 dòng chờ" in cast.hoa.labels
    assert not cast.sau.texts
