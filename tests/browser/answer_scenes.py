"""The answer pages of the demo, each as somebody comes to see it."""

from __future__ import annotations

import re
import time
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.hands import SOON, answer, go_to, press, say, sees

TAM = "1975"
"""Born in; as the register of the demo has Cao Thị Mỹ Tâm."""
SILENT = ("dang thi thu trinh", "1986")
"""Has no telephone in the demo: no other scene answers for her, whatever their order."""
FORM = """Khảo sát: Lớp làm bánh tét
1. Chị muốn học không? (có/không) *
2. Chị rảnh buổi nào? (nhiều lựa chọn)
   - Sáng
   - Chiều
3. Chị chấm mấy điểm cho lớp trước? (thang 0-10)
4. Nhà chị mấy người? (số 1-20) *
5. Chị góp ý gì thêm? (chữ)"""


def said_to(page: Page, address: str, words: str, among: str = "") -> str:
    """What the bot answers Lài in private; the message that has this `among` its words."""
    said = {"person": "lai", "chat": "lai@sandbox", "text": words}

    def messages() -> list[dict[str, Any]]:
        state = page.request.get(f"{address}/api/state?chat=lai@sandbox").json()
        return [one for one in state["messages"] if one["sender"] != "lai"]

    before = len(messages())
    page.request.post(f"{address}/api/say", data=said, headers={"origin": address})
    until = time.monotonic() + SOON / 1000
    while time.monotonic() < until:
        for one in messages()[before:]:
            if among in one["text"]:
                return str(one["text"])
        time.sleep(0.1)
    raise AssertionError(f"no answer to {words!r}")


def door(page: Page, address: str, about: str) -> str:
    """The group link of what is open in Lài's branch."""
    told = said_to(page, address, "link", "Link trả lời")
    found = re.search(rf"\d+\. [^<\n]*{about}.*?(/t/[\w-]+)", told, re.DOTALL)
    assert found, told
    return address + found[1]


def opens_roll(page: Page, address: str) -> str:
    said_to(page, address, "/diemdanh P5-K8 Thử trang")
    return door(page, address, "Điểm danh")


def names_herself(page: Page, url: str, name: str = "cao thi my tam", fact: str = TAM) -> None:
    page.goto(url)
    page.fill("#ten", name)
    page.fill("#so", fact)
    page.get_by_role("button", name="Tiếp tục").click()


def who_asked(page: Page, address: str) -> None:
    page.goto(opens_roll(page, address))
    expect(page.locator("#ten")).to_be_visible()


def who_wrong(page: Page, address: str) -> None:
    names_herself(page, opens_roll(page, address), fact="1900")
    expect(page.get_by_role("alert")).to_be_visible()


def page_passed_on(page: Page, address: str) -> None:
    """She sent the page that she had open to somebody else."""
    names_herself(page, opens_roll(page, address), *SILENT)
    expect(page.get_by_role("button", name="Xin phép vắng")).to_be_visible()
    page.context.clear_cookies()
    page.reload()
    expect(page.get_by_text("Chị là ai ạ?")).to_be_visible()


def roll_answered(page: Page, address: str) -> None:
    names_herself(page, opens_roll(page, address), *SILENT)
    page.get_by_role("button", name="Xin phép vắng").click()
    expect(page.get_by_role("status")).to_contain_text("vắng có phép")


def qr_poster(page: Page, address: str) -> None:
    page.goto(f"{opens_roll(page, address)}/in")
    expect(page.locator("img")).to_be_visible()


def meeting_asked(page: Page, address: str) -> None:
    go_to(page, "lai@sandbox")
    say(page, "/hop chi hội 19g30 thứ bảy tuần sau tại nhà văn hóa")
    press(page, "mời họp")
    names_herself(page, door(page, address, "Dự họp"))
    expect(page.get_by_text("Thêm vào lịch")).to_be_visible()


def sends_form(page: Page, address: str, *, secret: bool = False) -> str:
    go_to(page, "lai@sandbox")
    title = f"Lớp {time.monotonic_ns()}"
    said_to(page, address, FORM.replace("Lớp làm bánh tét", title))
    answer(page, "Không có hạn")
    answer(page, "Kín:" if secret else "Có tên:")
    answer(page, "📨 Gửi")
    sees(page, title)
    return door(page, address, title)


def survey_wrong(page: Page, address: str) -> None:
    names_herself(page, sends_form(page, address))
    page.get_by_role("button", name="Gửi câu trả lời").click()
    expect(page.get_by_role("alert").first).to_be_visible()


def survey_answered(page: Page, address: str) -> None:
    names_herself(page, sends_form(page, address))
    page.check("input[name=c0][value='1']")
    page.fill("#c3", "4")
    page.get_by_role("button", name="Gửi câu trả lời").click()
    expect(page.get_by_role("status")).to_contain_text("Em đã ghi")


def ballot(page: Page, address: str) -> None:
    names_herself(page, sends_form(page, address, secret=True))
    page.check("input[name=c0][value='1']")
    page.fill("#c3", "4")
    page.get_by_role("button", name="Tiếp").click()
    expect(page.locator("h1")).to_have_text("Chị xem lại rồi gửi")


def directive_read(page: Page, address: str) -> None:
    page.goto(door(page, address, "TB"))
    expect(page.get_by_text("Tải tệp")).to_be_visible()


def answer_link_gone(page: Page, address: str) -> None:
    page.goto(f"{address}/t/nowhere")
    expect(page.locator("h1")).to_have_text("Link này không dùng được")
