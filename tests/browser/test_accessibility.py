"""Every page judged by axe-core, at the width of an old phone, of a newer one, and of a desk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
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
from bot.web.sandbox import sandbox_site
from handlers.help import GUIDE
from tests.browser.every_page import LEADS_ON, MODULES, NO_PAGE, PAGES
from tests.browser.hands import DESK, SIZES, SOON, fits, sees
from tests.browser.register_scenes import MIXED, link
from tests.serving import Serving, serving

pytestmark = pytest.mark.browser
WEB = Path(pages.__file__).parent
STATES = [(place, name) for place, states in PAGES.items() for name in states]


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
