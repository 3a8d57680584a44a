"""The one-time pages through which an officer brings in a list and takes one out."""

from __future__ import annotations

import itertools
import re
import time
from typing import Any, cast

from playwright.sync_api import Page, expect

from tests.browser.hands import SOON
from tests.spreadsheets import HEADER, workbook


def mixed(lane: str = "Hẻm 2") -> bytes:
    """A list with a row to take, two to ask about, and a branch to make; `lane` is new to the
    register if no scene has brought it in before.
    """
    return workbook(
        {
            "CH Khóm 8": [
                HEADER,
                [1, "Ngô Thị Sen Mới", "1970", "0912345678", lane, "", ""],
                [2, "Hồ Thị Quýt, Hồ Thị Cam", "1960"],
                [3, "Dương Thị Na", "12/05/2036"],
            ],
            "CH Khóm 9": [HEADER, [1, "Lê Thị Lựu", "1971"]],
        }
    )


MIXED = mixed()
LANES = itertools.count(3)


def link(page: Page, address: str, words: str) -> str:
    """The one-time page that the bot gives the officer a link to."""

    def messages() -> list[dict[str, Any]]:
        state = page.request.get(f"{address}/api/state?chat=hoa@sandbox").json()
        return cast("list[dict[str, Any]]", state["messages"])

    before = len(messages())
    said = {"person": "hoa", "chat": "hoa@sandbox", "text": words}
    page.request.post(f"{address}/api/say", data=said, headers={"origin": address})
    until = time.monotonic() + SOON / 1000
    while time.monotonic() < until:
        for message in messages()[before:]:
            for button in (one for row in message["buttons"] for one in row if one["url"]):
                return str(button["url"])
        time.sleep(0.1)
    raise AssertionError(f"no link for {words!r}")


def send_file(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("#tep", {"name": name, "mimeType": "application/x", "buffer": content})
    page.get_by_role("button", name="Xem thử").click()


def upload(page: Page, address: str) -> None:
    page.goto(link(page, address, "/nhapdanhsach"))


def upload_refused(page: Page, address: str) -> None:
    upload(page, address)
    send_file(page, "danh sach.xlsx", b"no workbook")
    expect(page.get_by_role("alert")).to_be_visible()


def upload_preview(page: Page, address: str, content: bytes = MIXED) -> None:
    upload(page, address)
    send_file(page, "danh sach.xlsx", content)
    expect(page.locator(".held")).to_be_visible()
    expect(page.locator("table")).to_be_visible()


def upload_done(page: Page, address: str) -> None:
    upload_preview(page, address, mixed(f"Hẻm {next(LANES)}"))  # else there is nothing to bring in
    if page.locator("input[name=lap]").count():  # another scene may have made the branch
        page.check("input[name=lap]")
    page.click("button:has-text('Nhập')")
    expect(page.locator("h1")).to_have_text("Đã nhập xong")


def link_used_up(page: Page, address: str) -> None:
    download(page, address)
    with page.expect_download():
        page.get_by_role("button", name="Tải về").click()
    page.reload()
    expect(page.locator("h1")).to_have_text(re.compile("không dùng được nữa"))


def download(page: Page, address: str) -> None:
    page.goto(link(page, address, "/xuatdanhsach P5-K8"))
    expect(page.locator("h1")).to_have_text("Tải danh sách hội viên")


def rows_that_wait(page: Page, address: str) -> None:
    upload_done(page, address)
    page.goto(link(page, address, "/held_page P5"))
    expect(page.locator(".pair")).not_to_have_count(0)


def file_gone(page: Page, address: str) -> None:
    page.goto(f"{address}/tep/1.2.x")
