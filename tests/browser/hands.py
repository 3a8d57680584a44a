"""What a person does on the sandbox page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

SMALL = (320, 640)
PHONE = (390, 844)
DESK = (1280, 800)
SIZES = (SMALL, PHONE, DESK)
SOON = 15_000
"""Milliseconds; the machine may be busy with other tests."""


def go_to(page: Page, chat: str) -> None:
    """Open a chat from the list; a private one ends in @sandbox."""
    if page.locator("#back").is_visible():
        page.click("#back")
    page.click("#tab-private" if chat.endswith("@sandbox") else "#tab-groups")
    page.click(f"[data-chat='{chat}']")


def speak_as(page: Page, person: str) -> None:
    page.click("#speaker")
    page.click(f"#picker-list [data-person='{person}']")


def say(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.press("#text", "Enter")


def press(page: Page, label: str) -> None:
    """Press the newest button of that label."""
    page.locator("#messages").get_by_role("button", name=label).last.click(timeout=SOON)


def answer(page: Page, label: str) -> None:
    """Press a button of the message that stands last, once it is the bot's question."""
    last = page.locator("#messages > :last-child")
    last.get_by_role("button", name=label).click(timeout=SOON)


def sees(page: Page, words: str) -> Locator:
    """The newest message of the bot's with these words, once it is there."""
    found = page.locator(".message.bot", has_text=words).last
    expect(found).to_be_visible(timeout=SOON)
    return found


def fits(page: Page) -> bool:
    """Whether nobody has to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
