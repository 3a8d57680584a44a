"""The sandbox page in its states, and the pages that answer in any page's place."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from bot.web import pages
from tests.browser.hands import SOON, answer, go_to, press, say, sees, speak_as


def list_of_chats(page: Page, address: str) -> None:
    page.locator("body").evaluate("body => body.dataset.view = 'list'")


def filtered_list(page: Page, address: str) -> None:
    list_of_chats(page, address)
    page.fill("#find", "hoa")
    expect(page.locator(".chat")).to_have_count(3)


def running_roll(page: Page, address: str) -> None:
    go_to(page, "p5-k8")
    say(page, "điểm danh")
    sees(page, "Điểm danh Chi hội Khóm 8")
    speak_as(page, "tam")
    press(page, "Có mặt")
    expect(page.locator(".toast").last).to_be_visible()


def leader_in_private(page: Page, address: str) -> None:
    go_to(page, "lai@sandbox")
    say(page, "khảo sát Nhu cầu học nghề")
    expect(page.locator("#messages > :last-child .press").first).to_be_visible(timeout=SOON)


def group_without_buttons(page: Page, address: str) -> None:
    go_to(page, "p5-k7")
    expect(page.locator("[data-door='zalo']")).to_be_visible()


def group_no_bot_enters(page: Page, address: str) -> None:
    go_to(page, "p5-k6")
    expect(page.locator("[data-door='hand']")).to_be_visible()


def officer_with_a_directive(page: Page, address: str) -> None:
    page.click("text=Cán bộ phường gửi một văn bản mẫu")
    answer(page, "20/11/2026")
    sees(page, "Xem trước")


def choosing_a_person(page: Page, address: str) -> None:
    go_to(page, "p5-k8")
    page.click("#speaker")
    expect(page.locator("#picker-list li").first).to_be_visible()


def clock(page: Page, address: str) -> None:
    page.locator("body").evaluate("body => body.dataset.view = 'side'")
    page.click("text=Chọn ngày giờ khác")


def no_such_page(page: Page, address: str) -> None:
    page.goto(f"{address}/nowhere")


def refused_from_elsewhere(page: Page, address: str) -> None:
    page.goto("about:blank")
    page.set_content(f"<form method=post action='{address}/so/x/tai'><button>x</button></form>")
    page.click("button")
    expect(page.locator("h1")).to_have_text("Em chưa làm việc này")


def broken(page: Page, address: str) -> None:
    body = bytes(pages.trouble(pages.BROKEN).body)
    page.route("**/broken", lambda route: route.fulfill(content_type="text/html", body=body))
    page.goto(f"{address}/broken")
