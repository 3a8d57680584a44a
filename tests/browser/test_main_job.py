"""The main job as people see it: a directive to every group, a survey, a meeting, a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.hands import DESK, SOON, answer, go_to, press, say, sees, speak_as

pytestmark = pytest.mark.browser
DIRECTIVE = Path(__file__).parent.parent / "data" / "109-KH-BTV.pdf"
SURVEY = """Khảo sát: Nhu cầu học chữ ký số
Hạn: 30/11
1. Chị đã có chữ ký số chưa? (có/không) *
   nếu không -> câu 3
2. Chị dùng vào việc gì?
   - Dịch vụ công
   - Ngân hàng
3. Chị cần tập huấn đến mức nào? (thang 1-5)"""


def pass_a_minute(page: Page) -> None:
    """What waits its seconds for a second thought goes out."""
    page.click("text=+1 phút")


def test_a_directive_reaches_21_groups_and_its_receipts_come_back(visit: Open) -> None:
    page = visit(DESK)
    go_to(page, "mai@sandbox")
    page.set_input_files("#file", DIRECTIVE)
    sees(page, "Hạn báo cáo là mốc nào")
    press(page, "05/12/2026")
    expect(sees(page, "Xem trước")).to_contain_text("21 đơn vị, 21 nhóm")
    press(page, "Gửi ngay")
    sees(page, "Em gửi sau 20 giây")
    pass_a_minute(page)
    sees(page, "tới 21 đơn vị")

    page.click("#tab-groups")
    reached = page.locator(".chat", has_text="Tập huấn đăng ký")
    expect(reached).to_have_count(21, timeout=SOON)

    go_to(page, "p5-k8")
    post = sees(page, "109/KH-BTV")
    expect(post.locator(".file")).to_contain_text("109-KH-BTV.pdf")
    expect(post).to_contain_text("thứ bảy 05/12/2026")
    speak_as(page, "lai")
    press(page, "Chi hội xác nhận đã nhận")
    expect(post).to_contain_text("Chi hội đã xác nhận đã nhận lúc 8 giờ")

    go_to(page, "p5-k7")
    plain = sees(page, "109/KH-BTV")
    speak_as(page, "p5k7-tham")
    plain.get_by_role("button", name="Trả lời").click()
    say(page, "1")
    sees(page, "Chi hội đã xác nhận đã nhận văn bản 109/KH-BTV")

    go_to(page, "mai@sandbox")
    say(page, "/tiendo")
    press(page, "109/KH-BTV (2/21)")
    progress = sees(page, "Đã xác nhận: 2/21")
    expect(progress).not_to_contain_text("Khóm 7, Hội LHPN Phường 5")
    expect(progress.get_by_role("button", name="Nhắc 19 đơn vị")).to_be_visible()


def test_a_survey_skips_the_question_that_is_not_hers(visit: Open) -> None:
    page = visit(DESK)
    go_to(page, "lai@sandbox")
    say(page, SURVEY)
    answer(page, "Có tên: em ghi")
    sees(page, "Nếu trả lời “Không”: sang câu 3")
    answer(page, "📨 Gửi")
    pass_a_minute(page)
    sees(page, "đang tới 1 chi hội")

    go_to(page, "p5-k8")
    sees(page, "Khảo sát: Nhu cầu học chữ ký số")
    speak_as(page, "tam")
    press(page, "Trả lời riêng với em")
    page.click("#to-private")
    sees(page, "Chị đã có chữ ký số chưa?")
    answer(page, "Không")
    sees(page, "Chị cần tập huấn đến mức nào?")
    answer(page, "4")
    answered = sees(page, "Chị đã có chữ ký số chưa?")
    expect(answered).to_contain_text("Không")
    expect(answered).to_contain_text("4")
    assert "Chị dùng vào việc gì?" not in page.locator("#messages").inner_text()

    go_to(page, "lai@sandbox")
    press(page, "Theo dõi khảo sát")
    sees(page, "1/365")


def test_a_meeting_is_reminded_of_and_opens_its_own_roll(visit: Open) -> None:
    page = visit(DESK)
    go_to(page, "p5-k8")
    speak_as(page, "lai")
    say(page, "/hop chi hội 19g30 ngày mai tại nhà văn hoá khóm")
    page.click("#to-private")
    expect(sees(page, "Đúng chưa ạ?")).to_contain_text("19 giờ 30, thứ ba 17/11/2026")
    press(page, "Đúng rồi")
    go_to(page, "p5-k8")
    sees(page, "Mời họp")

    page.click("text=Chọn ngày giờ khác")
    page.fill("#to", "2026-11-17T19:31")
    page.click("#moment button")
    expect(page.locator(".clock .hour")).to_have_text("19:31", timeout=60_000)
    expect(page.locator(".clock .day")).to_have_text("thứ ba 17/11/2026")
    sees(page, "Điểm danh Chi hội Khóm 8")
    reminders = page.locator(".message.bot", has_text="⏰").filter(has_text="17/11/2026")
    hours = [text.strip() for text in reminders.locator("time").all_inner_texts()]
    assert hours == ["19:30", "07:00", "19:15"]


def test_the_workbook_of_a_branch_is_fetched_once_and_opens(visit: Open) -> None:
    page = visit(DESK)
    go_to(page, "lai@sandbox")
    say(page, "/xuatdanhsach")
    way = page.locator("#messages a.press", has_text="Mở trang tải về").last
    with page.expect_popup() as opened:
        way.click()
    desk = opened.value
    expect(desk.locator("main")).to_contain_text("376 người")
    with desk.expect_download() as download:
        desk.click("text=Tải về")

    with download.value.path().open("rb") as file:
        rows = list(load_workbook(file).worksheets[0].values)
    header = next(number for number, row in enumerate(rows) if "Họ và tên" in row)
    assert len(rows) - header - 1 == 376
    assert page.request.get(desk.url).status == 410
