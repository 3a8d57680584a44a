"""Every page judged by axe-core, at the width of an old phone, of a newer one, and of a desk."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.routing import Route

from bot.demo.worlds import Worlds
from bot.render import environment
from bot.web import pages
from bot.web.guide import PRIVACY, SCALE, TELEGRAM, ZALO, ZALO_OA
from bot.web.sandbox import sandbox_site
from handlers.help import GUIDE, GUIDES
from tests.browser.answer_scenes import (
    answer_link_gone,
    ballot,
    directive_read,
    meeting_asked,
    page_passed_on,
    qr_poster,
    roll_answered,
    survey_answered,
    survey_wrong,
    who_asked,
    who_wrong,
)
from tests.browser.hall_scenes import (
    code_too_old,
    door_asked,
    door_wrong,
    inside,
    list_ticked,
    phone_knows_her,
    screen_open,
)
from tests.browser.hands import DESK, SIZES, SOON, answer, fits, go_to, press, say, sees, speak_as
from tests.browser.own_data_scenes import own_data_asked, own_data_gone, own_data_read
from tests.browser.paper_scenes import (
    paper_done,
    paper_download,
    paper_entry,
    paper_gone,
    paper_preview,
    paper_unclear,
)
from tests.serving import Serving, serving
from tests.spreadsheets import HEADER, workbook

pytestmark = pytest.mark.browser
WEB = Path(pages.__file__).parent
MIXED = workbook(
    {
        "CH Khóm 8": [
            HEADER,
            [1, "Ngô Thị Sen Mới", "1970", "0912345678", "Hẻm 2", "", ""],
            [2, "Hồ Thị Quýt, Hồ Thị Cam", "1960"],
            [3, "Dương Thị Na", "12/05/2036"],
        ],
        "CH Khóm 9": [HEADER, [1, "Lê Thị Lựu", "1971"]],
    }
)
Show = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def house(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One demo for all the pages of this module."""
    folder = tmp_path_factory.mktemp("accessible") / "demo-world"
    shutil.copytree(demo_template, folder)
    with serving(folder) as running:
        yield running


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": DESK[0], "height": DESK[1]})
    yield context
    context.close()


def faults(page: Page) -> dict[str, list[str]]:
    """What axe finds at each width, and whether the page is wider than the screen."""
    found = {}
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        violations = Axe().run(page).response["violations"]
        wrong = [f"{v['id']}: {n['target']}" for v in violations for n in v["nodes"][:3]]
        if wrong or not fits(page):
            found[f"{width}px"] = wrong or ["too wide"]
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    return found


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


def upload(page: Page, address: str) -> None:
    page.goto(link(page, address, "/nhapdanhsach"))


def upload_refused(page: Page, address: str) -> None:
    upload(page, address)
    send_file(page, "danh sach.xlsx", b"no workbook")
    expect(page.get_by_role("alert")).to_be_visible()


def upload_preview(page: Page, address: str) -> None:
    upload(page, address)
    send_file(page, "danh sach.xlsx", MIXED)
    expect(page.locator(".held")).to_be_visible()
    expect(page.locator("table")).to_be_visible()


def upload_done(page: Page, address: str) -> None:
    upload_preview(page, address)
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


def guide(path: str) -> Show:
    return lambda page, address: void(page.goto(f"{address}/{path}"))


def void(_: object) -> None:
    """For a lambda that is to answer nothing."""


PAGES: dict[str, dict[str, Show]] = {
    "/": {
        show.__name__: show
        for show in (
            list_of_chats, filtered_list, running_roll, leader_in_private, group_without_buttons,
            group_no_bot_enters, officer_with_a_directive, choosing_a_person, clock,
        )
    },
    "/so/{token}": {
        show.__name__: show
        for show in (upload, upload_refused, upload_preview, download, link_used_up, rows_that_wait)
    },
    "/so/{token}/nhap": {"upload_done": upload_done},
    "/tep/{token}": {"file_gone": file_gone},
    "/t/{key}": {
        show.__name__: show
        for show in (
            who_asked, roll_answered, meeting_asked, survey_answered, directive_read,
            answer_link_gone, page_passed_on,
        )
    },
    "/t/{key}/ai": {"who_wrong": who_wrong},
    "/t/{key}/tra-loi": {"survey_wrong": survey_wrong, "ballot": ballot},
    "/t/{key}/in": {"qr_poster": qr_poster},
    "/man-hinh/{token}": {"screen_open": screen_open},
    "/vao": {"door_asked": door_asked, "inside": inside, "phone_knows_her": phone_knows_her},
    "/vao/ai": {"door_wrong": door_wrong},
    "/vao/{code}": {"code_too_old": code_too_old},
    "/ghi-tai-cho/{token}": {"list_ticked": list_ticked},
    "/phieu/{token}": {
        show.__name__: show for show in (paper_download, paper_entry, paper_gone)
    },
    "/phieu/{token}/xem": {"paper_preview": paper_preview, "paper_unclear": paper_unclear},
    "/phieu/{token}/ghi": {"paper_done": paper_done},
    "/du-lieu/{token}": {
        show.__name__: show for show in (own_data_asked, own_data_gone)
    },
    "/du-lieu/{token}/doc": {"own_data_read": own_data_read},
    f"/{GUIDE}": {"cover": guide(GUIDE)},
    f"/{GUIDE}/{{reader}}": {name: guide(f"{GUIDE}/{path}") for name, path in GUIDES.items()},
    f"/{GUIDE}/{SCALE}": {"scale": guide(f"{GUIDE}/{SCALE}")},
    f"/{GUIDE}/{PRIVACY}": {"privacy": guide(f"{GUIDE}/{PRIVACY}")},
    f"/{GUIDE}/{TELEGRAM}": {"telegram": guide(f"{GUIDE}/{TELEGRAM}")},
    f"/{GUIDE}/{ZALO}": {"zalo": guide(f"{GUIDE}/{ZALO}")},
    f"/{GUIDE}/{ZALO_OA}": {"zalo_oa": guide(f"{GUIDE}/{ZALO_OA}")},
    "": {show.__name__: show for show in (no_such_page, refused_from_elsewhere, broken)},
}  # fmt: skip
"""How to see each page in each of its states; "" holds what answers in any page's place."""
LEADS_ON = {
    "/so/{token}/tep",
    "/so/{token}/khac",
    "/so/{token}/tai",
    "/so/{token}/xet",
    "/ghi-tai-cho/{token}/ghi",
    "/vao/toi",
    "/vao/quen",
    "/phieu/{token}/tai",
    "/du-lieu/{token}/tai",
    "/du-lieu/{token}/may",
}
"""Forms that answer with another page of the list, or with a file."""
NO_PAGE = {
    "/so/{token}/bao-cao.tsv",
    "/t/{key}/tep",
    "/t/{key}/lich.ics",
    "/t/{key}/qr.svg",
    "/man-hinh/{token}/ma",
    "/ghi-tai-cho/luu.js",
    "/ghi-tai-cho/{token}/gui",
}
MODULES = {
    "sandbox",
    "registers",
    "papers",
    "files",
    "answer_pages",
    "hall_pages",
    "own_data",
    "guide",
    "health",
    "telegram_hook",
    "zalo_hook",
    "zalo_oa_hook",
    "zalo_door",  # served for a real bot only; looked at below
}
"""Modules with routes; health and the hooks serve machines."""
STATES = [(place, name) for place, states in PAGES.items() for name in states]


def test_no_page_is_forgotten() -> None:
    site = sandbox_site(cast("Worlds", SimpleNamespace(shared=False)), "")
    served = {route.path for route in site.routes if isinstance(route, Route)}
    pages_of_people = {path for path in served if not path.startswith("/api/")}

    assert pages_of_people - NO_PAGE - LEADS_ON == set(PAGES) - {""}
    routed = {file.stem for file in WEB.glob("*.py") if " Route(" in file.read_text()}
    assert routed <= MODULES, "a new module with routes: add its pages to PAGES"


@pytest.mark.parametrize(("place", "name"), STATES, ids=[name for _, name in STATES])
def test_a_page_has_no_fault(
    context: BrowserContext, house: Serving, place: str, name: str
) -> None:
    page = context.new_page()
    page.goto(house.address)
    expect(page.locator(".chat").first).to_be_attached()
    PAGES[place][name](page, house.address)

    assert faults(page) == {}


def test_the_way_into_a_bot_has_no_fault(context: BrowserContext) -> None:
    page = context.new_page()
    shown = {"link": "https://zalo.me/1", "code": "A4M2HB1G1D22DT37MYJCZ1V943", "static": ""}
    page.set_content(environment().get_template("pages/zalo_door.html.j2").render(shown))

    assert faults(page) == {}


def test_a_page_with_a_fault_is_found(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_content("<title>x</title><main><h1>x</h1><img src='data:,'><p style='width:900px'>x")

    found = faults(page)

    assert any(line.startswith("image-alt") for line in found["320px"])
    assert any(line.startswith("html-has-lang") for line in found["1280px"])


def _outline(page: Page) -> dict[str, Any]:
    """What has the keyboard now, and how wide the line around it is."""
    found: dict[str, Any] = page.evaluate(
        """() => {
          const at = document.activeElement, around = at.closest("label") ?? at;
          const width = (e) => getComputedStyle(e).outlineStyle === "none" ? 0 :
            parseFloat(getComputedStyle(e).outlineWidth);
          return {name: at.id || at.outerHTML.slice(0, 60), width: Math.max(width(at), width(around))};
        }"""
    )
    return found


@pytest.mark.parametrize(("path", "stops"), [("", 20), (f"/{GUIDE}", 3)])
def test_who_uses_the_keyboard_sees_where_she_is(
    context: BrowserContext, house: Serving, path: str, stops: int
) -> None:
    page = context.new_page()
    page.goto(house.address + path)
    expect(page.locator("a").first).to_be_attached()
    seen = []
    for _ in range(stops):
        page.keyboard.press("Tab")
        seen.append(_outline(page))

    assert [one["name"] for one in seen if one["width"] < 2] == []


def test_a_roll_is_opened_and_answered_by_keyboard_alone(
    context: BrowserContext, house: Serving
) -> None:
    page = context.new_page()
    page.goto(house.address)
    expect(page.locator(".chat").first).to_be_attached()
    page.locator("[data-chat='p6-k2']").press("Enter")
    page.locator("#text").focus()
    page.keyboard.type("điểm danh")
    page.keyboard.press("Enter")
    roll = sees(page, "Điểm danh Chi hội Khóm 2")
    roll.get_by_role("button", name="Có mặt").press("Enter")

    expect(roll).to_contain_text("Có mặt: 1", timeout=SOON)


def test_a_list_is_brought_in_without_a_script(
    browser: Browser, context: BrowserContext, house: Serving
) -> None:
    page = context.new_page()
    page.goto(house.address)
    expect(page.locator(".chat").first).to_be_attached()
    url = link(page, house.address, "/nhapdanhsach")
    bare = browser.new_context(java_script_enabled=False)
    old = bare.new_page()
    old.goto(url)
    old.set_input_files("#tep", {"name": "a.xlsx", "mimeType": "application/x", "buffer": MIXED})
    old.get_by_role("button", name="Xem thử").click()
    expect(old.locator("h1")).to_have_text("Xem thử, chưa ghi gì")
    bare.close()
