"""The sandbox page in a real browser: a leader's first roll call, the clock, a small phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.hands import DESK, PHONE, SMALL, fits, say, sees, speak_as
from tests.serving import Serving

pytestmark = pytest.mark.browser


def test_a_roll_call_by_button_words_and_number(visit: Open) -> None:
    page = visit(DESK)
    say(page, "điểm danh")
    roll = page.locator(".message.bot", has_text="Điểm danh Chi hội Khóm 8").last
    expect(roll).to_be_visible()

    speak_as(page, "tam")
    roll.get_by_role("button", name="Có mặt").click()
    expect(page.locator(".toast", has_text="Cao Thị Mỹ Tâm")).to_contain_text("Đã ghi: có mặt")
    expect(roll).to_contain_text("Có mặt: 1")
    expect(roll).to_contain_text("đã sửa")

    speak_as(page, "ut")
    say(page, "co mat")
    expect(
        page.locator(".message.mine", has_text="co mat").last.locator(".reaction")
    ).to_be_visible()

    speak_as(page, "hanh")
    roll.get_by_role("button", name="Trả lời").click()
    say(page, "2")
    expect(roll).to_contain_text("Có mặt: 2", timeout=10_000)
    expect(roll).to_contain_text("Trực tuyến: 1", timeout=10_000)

    speak_as(page, "lai")
    page.click("#to-private")
    page.locator("#messages").get_by_role("button", name="Chốt").last.click()
    closed = page.locator(".message.bot", has_text="Danh sách đã chốt").last
    expect(closed.locator(".file")).to_contain_text(".xlsx")
    with page.expect_download() as download:
        closed.locator(".file").click()
    assert download.value.suggested_filename.endswith(".xlsx")


def test_the_group_without_buttons_answers_by_number(visit: Open) -> None:
    page = visit(DESK)
    page.click("[data-chat='p5-k7']")
    expect(page.locator("[data-door='zalo']")).to_be_visible()
    expect(page.locator("[data-door='sandbox']")).to_be_hidden()
    say(page, "@chihoi điểm danh")
    roll = page.locator(".message.bot", has_text="Điểm danh Chi hội Khóm 7").last
    expect(roll.get_by_role("button")).to_have_text(["Trả lời"])

    speak_as(page, "p5k7-tho")
    roll.get_by_role("button", name="Trả lời").click()
    say(page, "1")
    page.click("#to-private")
    expect(page.locator(".message.bot").last).to_contain_text("Đã ghi: có mặt")


def test_a_channel_is_lost_and_the_leader_gets_the_text_elsewhere(visit: Open) -> None:
    page = visit(DESK)
    say(page, "điểm danh")
    sees(page, "Điểm danh Chi hội Khóm 8")
    page.get_by_role("button", name="Ngắt Telegram").click()
    expect(page.locator("#lost")).to_be_visible()
    expect(page.locator("[data-door='sandbox']")).to_be_hidden()

    page.click("#tab-private")
    page.click("[data-chat='lai@zalo']")
    sees(page, "em đang chưa vào được")
    page.click("[data-chat='tam@zalo']")
    sees(page, "em xin hỏi riêng chị")
    say(page, "1")
    sees(page, "Đã ghi: có mặt")

    page.get_by_role("button", name="Nối lại Telegram").click()
    page.click("#tab-groups")
    page.click("[data-chat='p5-k8']")
    expect(page.locator("#lost")).to_be_hidden()
    expect(sees(page, "Điểm danh Chi hội Khóm 8")).to_contain_text("Có mặt: 1", timeout=20_000)


def test_the_clock_runs_on_and_goes_where_it_is_sent(visit: Open) -> None:
    page = visit(DESK)
    hour = page.locator(".clock .hour")
    expect(hour).to_have_text(re.compile("08:0."))
    page.click("text=+1 giờ")
    expect(hour).to_have_text(re.compile("09:0."))
    page.click("text=Tới 7 giờ sáng mai")
    expect(hour).to_have_text("07:00", timeout=15_000)
    expect(page.locator(".clock .day")).to_have_text("thứ ba 17/11/2026")
    expect(page.locator(".clock .lunar")).to_contain_text("9/10 âm lịch")


def test_markup_of_a_name_stays_words(visit: Open) -> None:
    page = visit(DESK)
    say(page, "<img src=x onerror=alert(1)> <b>chào</b> http://127.0.0.1/x")

    said = page.locator(".message.mine").last
    expect(said.locator(".text")).to_have_text(
        "<img src=x onerror=alert(1)> <b>chào</b> http://127.0.0.1/x"
    )
    expect(said.locator("img, b")).to_have_count(0)
    expect(said.locator("a")).to_have_attribute("rel", "noopener noreferrer")


def test_an_invitation_link_is_opened_by_whoever_is_chosen(visit: Open, demo: Serving) -> None:
    page = visit(DESK)
    page.goto(f"{demo.address}/?start=NOSUCHCODE")
    page.fill("#picker-find", "ty ban ca")
    page.click("#picker-list [data-person='la']")

    expect(page.locator("#talk-title")).to_have_text("Tý Bán Cá")
    expect(page.locator(".message.mine")).to_contain_text("/start NOSUCHCODE")
    expect(page.locator(".message.bot").first).to_be_visible()
    assert page.url == f"{demo.address}/"


@pytest.mark.parametrize("size", [SMALL, PHONE])
def test_the_first_walk_on_a_phone(visit: Open, size: tuple[int, int]) -> None:
    page = visit(size)
    assert fits(page)
    page.click("#begin")
    assert fits(page)
    page.locator("#walk button").first.click()
    page.click(".send")
    roll = page.locator(".message.bot", has_text="Điểm danh Chi hội Khóm 8").last
    expect(roll).to_be_visible()
    page.click("#coach-next")
    roll.get_by_role("button", name="Có mặt").click()
    expect(roll).to_contain_text("Có mặt: 1")
    assert fits(page)
    page.click("#coach-next")
    page.click(".send")
    page.click("#coach-next")
    page.get_by_role("button", name="Ai chưa trả lời").last.click()
    page.click("#coach-next")
    page.locator("#messages").get_by_role("button", name="Chốt").last.click()
    expect(page.locator(".message.bot", has_text="Danh sách đã chốt").last).to_be_visible()
    assert fits(page)
    page.click("#back")
    expect(page.locator("#begin")).to_be_visible()
    assert fits(page)
