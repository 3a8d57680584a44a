"""The pages of sign-in sheets in the demo, each as Lài comes to see it."""

from __future__ import annotations

import re
import time
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.answer_scenes import said_to
from tests.browser.hands import SOON


def newest_link(page: Page, address: str, place: str = "/phieu/") -> str:
    """The page under the newest message in Lài's private talk that leads to one."""
    until = time.monotonic() + SOON / 1000
    while time.monotonic() < until:
        state = page.request.get(f"{address}/api/state?chat=lai@sandbox").json()
        messages: list[dict[str, Any]] = state["messages"]
        for message in reversed(messages):
            for row in message["buttons"]:
                for button in row:
                    if place in (button["url"] or ""):
                        return str(button["url"])
        time.sleep(0.1)
    raise AssertionError("no link to a sheet")


def paper_download(page: Page, address: str) -> None:
    said_to(page, address, "/phieu tổ 1", "Phiếu điểm danh")
    page.goto(newest_link(page, address))
    expect(page.locator("h1")).to_have_text("In phiếu điểm danh")


def paper_entry(page: Page, address: str) -> None:
    said_to(page, address, "/diemdanh P5-K8 Thử phiếu")
    told = said_to(page, address, "/phieu tổ 1", "Phiếu điểm danh")
    found = re.search(r"Phiếu (\d+):", told)
    assert found, told
    said_to(page, address, f"/phieu {found[1]}", "Chị nhắn em các số")
    page.goto(newest_link(page, address))
    expect(page.locator("#loi")).to_be_visible()


def paper_unclear(page: Page, address: str) -> None:
    paper_entry(page, address)
    page.fill("#loi", "vắng 999")
    page.get_by_role("button", name="Xem thử").click()
    expect(page.get_by_role("alert")).to_be_visible()


def paper_preview(page: Page, address: str) -> None:
    paper_entry(page, address)
    page.fill("#loi", "vắng 1, 2")
    page.get_by_role("button", name="Xem thử").click()
    expect(page.locator("h1")).to_have_text("Xem thử, chưa ghi gì")


def paper_done(page: Page, address: str) -> None:
    paper_preview(page, address)
    page.get_by_role("button", name="Đúng, ghi giúp").click()
    expect(page.locator("h1")).to_contain_text("Đã ghi phiếu")


def paper_gone(page: Page, address: str) -> None:
    page.goto(f"{address}/phieu/nowhere")
    expect(page.locator("h1")).to_have_text("Đường dẫn này không dùng được")
