"""Pages behind a link: their work is done aside, and where it cannot be, a page says why."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.app import App
from bot.web.pages import page
from handlers.errors import GoneError

log = structlog.get_logger()
T = TypeVar("T")
AppOf = Callable[[Request], Awaitable[App]]
"""Finds the union that a request belongs to."""
UNKNOWN, OVER, FAILED = 404, 410, 500


async def worked(pages: str, work: Callable[[], T]) -> T | Response:
    """What came of it in a thread, or the page `gone` of these pages."""
    try:
        return await asyncio.to_thread(work)
    except GoneError as error:
        return gone(pages, error.reason, UNKNOWN if error.reason == "unknown" else OVER)
    except Exception as error:  # noqa: BLE001 - its text may hold a member's words
        log.error("page_failed", pages=pages, error=type(error).__name__)  # noqa: TRY400
        return gone(pages, "failed", FAILED)


def gone(pages: str, reason: str, status: int = UNKNOWN) -> Response:
    """The page that says why nothing is there."""
    return page(f"pages/{pages}/gone", {"reason": reason, "unit": ""}, status)
