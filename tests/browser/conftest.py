"""Debian's Chromium on a demo that runs as `chihoi demo` does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.browser.hands import SOON
from tests.serving import Serving, serving

FLAGS = (
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
expect.set_options(timeout=SOON)
Open = Callable[[tuple[int, int]], Page]


@pytest.fixture(scope="module")  # its event loop must not outlive these tests
def browser() -> Iterator[Browser]:
    """One browser for the pages of a module."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(FLAGS)
        )
        yield chromium
        chromium.close()


@pytest.fixture
def demo(demo_folder: Path) -> Iterator[Serving]:
    """A demo of the test's own."""
    with serving(demo_folder) as running:
        yield running


@pytest.fixture
def troubles(demo: Serving) -> Iterator[list[str]]:
    """Errors the pages of a test tell of, and what they ask of others; at the end, none."""
    found: list[str] = []
    yield found
    assert found == []


def watch(context: BrowserContext, address: str, troubles: list[str]) -> None:
    """Note what goes wrong on the pages of a context, and what leaves this machine."""

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            troubles.append(message.text)

    def went_out(request: Request) -> None:
        if not request.url.startswith((address, "data:")):
            troubles.append(request.url)

    context.on("weberror", lambda error: troubles.append(str(error.error)))
    context.on("console", heard)
    context.on("request", went_out)


@pytest.fixture
def visit(browser: Browser, demo: Serving, troubles: list[str]) -> Iterator[Open]:
    """Opens the sandbox page at a size."""
    contexts = []

    def opened(size: tuple[int, int]) -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        contexts.append(context)
        watch(context, demo.address, troubles)
        page = context.new_page()
        page.goto(demo.address)
        expect(page.locator(".chat").first).to_be_attached()
        return page

    yield opened
    for context in contexts:
        context.close()
