"""The pages of a hall in the demo, each as somebody comes to see it."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.answer_scenes import SILENT, said_to
from tests.browser.hands import SOON


def messages(page: Page, address: str) -> list[dict[str, Any]]:
    """What stands in Lài's private chat, oldest first."""
    state = page.request.get(f"{address}/api/state?chat=lai@sandbox").json()
    return list(state["messages"])


def newest(
    page: Page, address: str, label: str, past: int = 0
) -> tuple[dict[str, Any], dict[str, str]]:
    """Lài's newest button with these words under a message past so many, once it is there."""
    until = time.monotonic() + SOON / 1000
    while time.monotonic() < until:
        for message in reversed(messages(page, address)[past:]):
            for button in (one for row in message["buttons"] for one in row):
                if label in button["label"]:
                    return message, button
        time.sleep(0.1)
    raise AssertionError(f"no button {label!r}")


def presses(page: Page, address: str, label: str) -> None:
    message, button = newest(page, address, label)
    pressed = {"person": "lai", "message": message["id"], "label": button["label"]}
    page.request.post(f"{address}/api/press", data=pressed, headers={"origin": address})


def opened(page: Page, address: str, door: str, label: str) -> str:
    """The link that Lài gets in private for a page of her branch's roll."""
    said_to(page, address, "/diemdanh P5-K8", "Điểm danh")
    presses(page, address, "Điểm danh tại cửa")
    past = len(messages(page, address))  # an older link may have been called back
    presses(page, address, door)
    return str(newest(page, address, label, past)[1]["url"])


def screen_open(page: Page, address: str) -> None:
    page.goto(opened(page, address, "Màn hình mã QR", "Mở màn hình"))
    expect(page.locator("#drawing")).to_be_visible()


def scans(page: Page, address: str) -> None:
    screen_open(page, address)
    page.click("#here")


def door_asked(page: Page, address: str) -> None:
    scans(page, address)
    expect(page.locator("#ten")).to_be_visible()


def says_name(page: Page, name: str, fact: str) -> None:
    page.fill("#ten", name)
    page.fill("#so", fact)
    page.get_by_role("button", name="Tôi có mặt").click()


def door_wrong(page: Page, address: str) -> None:
    door_asked(page, address)
    says_name(page, "cao thi my tam", "1900")
    expect(page.get_by_role("alert")).to_be_visible()


def inside(page: Page, address: str) -> None:
    door_asked(page, address)
    says_name(page, *SILENT)
    expect(page.get_by_role("status")).to_contain_text("có mặt")


def phone_knows_her(page: Page, address: str) -> None:
    door_asked(page, address)
    page.get_by_role("checkbox").check()
    says_name(page, *SILENT)
    expect(page.get_by_role("status")).to_contain_text("có mặt")
    page.context.clear_cookies(name="vao")
    scans(page, address)
    expect(page.get_by_role("button", name="Đúng, tôi có mặt")).to_be_visible()


def code_too_old(page: Page, address: str) -> None:
    page.goto(f"{address}/vao/1.2.3")
    expect(page.locator("h1")).to_have_text("Mã này đã đổi")


def list_ticked(page: Page, address: str) -> None:
    page.goto(opened(page, address, "Trang ghi khi mất mạng", "Mở trang ghi"))
    expect(page.locator("#ready")).to_be_visible(timeout=SOON)
    page.locator("[data-name] label").first.click()
    expect(page.locator("#sent")).to_have_text("1", timeout=SOON)
