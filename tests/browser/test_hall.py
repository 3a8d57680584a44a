"""A hall in a real browser: its screen, and the leader's list when there is no signal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.hall_scenes import opened, presses
from tests.browser.hands import PHONE, SOON
from tests.serving import Serving

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """Lài's telephone."""
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    yield context
    context.close()


def list_page(page: Page, demo: Serving) -> str:
    page.goto(demo.address)
    return opened(page, demo.address, "Trang ghi khi mất mạng", "Mở trang ghi")


def ticks(page: Page, name: str) -> None:
    page.get_by_role("checkbox", name=name).first.click()


def counts(page: Page, sent: int, waiting: int) -> None:
    expect(page.locator("#waiting")).to_have_text(str(waiting), timeout=SOON)
    expect(page.locator("#sent")).to_have_text(str(sent), timeout=SOON)


def test_her_list_works_without_signal_and_is_sent_later(
    phone: BrowserContext, demo: Serving
) -> None:
    page = phone.new_page()
    page.goto(list_page(page, demo))
    expect(page.locator("#ready")).to_be_visible(timeout=SOON)
    ticks(page, "Sơn Thúy Ba")
    counts(page, sent=1, waiting=0)

    phone.set_offline(True)
    ticks(page, "Trần Thị Bích Cúc")
    ticks(page, "Sơn Thúy Ba")  # taken back
    page.get_by_role("radio", name="Vắng có phép").check()
    ticks(page, "Lê Kim Dung")
    counts(page, sent=1, waiting=3)
    expect(page.locator("#offline")).to_be_visible()
    page.reload()
    counts(page, sent=1, waiting=3)
    page.fill("#tim", "tran thi bich cuc")
    row = page.locator("[data-name]:visible")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("có mặt")
    expect(row.get_by_role("checkbox")).to_be_checked()

    phone.set_offline(False)
    counts(page, sent=4, waiting=0)
    other = phone.new_page()
    other.goto(page.url)
    expect(other.locator("[data-name='Trần Thị Bích Cúc']")).to_contain_text("chi hội trưởng ghi")
    expect(other.locator("[data-name='Lê Kim Dung']")).to_contain_text("vắng có phép")
    expect(other.locator("[data-name='Sơn Thúy Ba'] .said")).to_have_text("")
    expect(other.locator("#came")).to_have_text("1")


def test_a_list_called_back_keeps_what_waits_for_the_next(
    phone: BrowserContext, demo: Serving
) -> None:
    page, desk = phone.new_page(), phone.new_page()
    page.goto(list_page(desk, demo))
    expect(page.locator("#ready")).to_be_visible(timeout=SOON)
    page.route("**/gui", lambda route: route.abort())
    ticks(page, "Sơn Thúy Ba")
    counts(page, sent=0, waiting=1)
    presses(desk, demo.address, "Thu hồi link")
    page.unroute("**/gui")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#dead")).to_be_visible(timeout=SOON)
    assert page.evaluate("caches.match(location.pathname)") is None

    page.goto(list_page(desk, demo))
    counts(page, sent=1, waiting=0)
    page.get_by_role("button", name="Xoá trang khỏi máy").click()
    expect(page.locator("#wiped")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes('roll'))") == []
    assert page.evaluate("caches.keys()") == []


def test_without_a_script_her_list_is_a_form(browser: Browser, demo: Serving) -> None:
    page = browser.new_page()
    url = list_page(page, demo)
    bare = browser.new_context(java_script_enabled=False)
    old = bare.new_page()
    old.goto(url)
    ticks(old, "Sơn Thúy Ba")
    old.get_by_role("button", name="Ghi những người đã chọn").first.click()
    expect(old.get_by_role("status")).to_have_text("Em đã ghi 1 người.")
    old.fill("#tim", "thuy ba")
    old.get_by_role("button", name="Tìm").click()
    expect(old.locator("[data-name]").first).to_contain_text("có mặt, chi hội trưởng ghi")
    bare.close()
    page.close()


def test_the_screen_changes_its_code_by_itself(browser: Browser, demo: Serving) -> None:
    page = browser.new_page()
    page.goto(demo.address)
    url = opened(page, demo.address, "Màn hình mã QR", "Mở màn hình")
    page.clock.install()
    page.goto(url)
    first = page.locator("#drawing").get_attribute("src")
    page.request.post(
        f"{demo.address}/api/clock", data={"minutes": 1}, headers={"origin": demo.address}
    )
    for _ in range(20):  # the clock of the demo walks there
        page.clock.fast_forward(21_000)
        page.wait_for_timeout(250)
        if page.locator("#drawing").get_attribute("src") != first:
            break
    assert page.locator("#drawing").get_attribute("src") != first

    page.context.set_offline(True)
    page.clock.fast_forward(21_000)
    expect(page.locator("#lost")).to_be_visible(timeout=SOON)
    page.context.set_offline(False)
    page.clock.fast_forward(4_000)
    expect(page.locator("#lost")).to_be_hidden(timeout=SOON)
    page.close()
