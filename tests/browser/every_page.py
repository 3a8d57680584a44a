"""Every page of the program, how to see it in each of its states, and what is no page."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from bot.web.guide import PRIVACY, SCALE, TELEGRAM, ZALO, ZALO_OA
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
from tests.browser.chat_scenes import (
    broken,
    choosing_a_person,
    clock,
    filtered_list,
    group_no_bot_enters,
    group_without_buttons,
    leader_in_private,
    list_of_chats,
    no_such_page,
    officer_with_a_directive,
    refused_from_elsewhere,
    running_roll,
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
from tests.browser.own_data_scenes import own_data_asked, own_data_gone, own_data_read
from tests.browser.paper_scenes import (
    paper_done,
    paper_download,
    paper_entry,
    paper_gone,
    paper_preview,
    paper_unclear,
)
from tests.browser.register_scenes import (
    download,
    file_gone,
    link_used_up,
    rows_that_wait,
    upload,
    upload_done,
    upload_preview,
    upload_refused,
)

Show = Callable[[Page, str], None]


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
