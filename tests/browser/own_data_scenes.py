"""The page with all that is kept of a person, as Lài comes to see it in the demo."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.answer_scenes import said_to
from tests.browser.paper_scenes import newest_link

PLACE = "/du-lieu/"


def own_data_asked(page: Page, address: str) -> None:
    said_to(page, address, "/taidulieu", "đọc ngay hoặc tải về")
    page.goto(newest_link(page, address, PLACE))
    expect(page.locator("h1")).to_have_text("Dữ liệu em đang giữ")


def own_data_read(page: Page, address: str) -> None:
    own_data_asked(page, address)
    page.get_by_role("button", name="Đọc ngay").click()
    expect(page.locator("h2").first).to_be_visible()


def own_data_gone(page: Page, address: str) -> None:
    page.goto(f"{address}{PLACE}unknown")
    expect(page.locator("h1")).to_contain_text("không dùng được")
