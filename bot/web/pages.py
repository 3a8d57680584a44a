"""Plain pages: no script, a style sheet of ours, nothing from anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ExceptionHandler

from bot.render import environment
from bot.web import static

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    # With no-referrer a browser names no origin for its forms (fetch.spec.whatwg.org), and the
    # guard would refuse them; other sites learn nothing of the link either way.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}
FORBIDDEN, GONE, BROKEN = 403, 404, 500


def page(
    template: str,
    context: Mapping[str, Any],
    status: int = 200,
    headers: Mapping[str, str] = HEADERS,
) -> HTMLResponse:
    """A page filled in; `template` is its name under `templates/`, without its ending."""
    found = environment().get_template(f"{template}.html.j2")
    return HTMLResponse(found.render(context, static=static.address()), status, headers)


def trouble(status: int) -> HTMLResponse:
    """A page that says what did not work, for one of the statuses above."""
    return page("pages/trouble", {"status": status}, status)


async def refused(request: Request, error: Exception) -> Response:
    """What a person sees where there is no page, or not for her."""
    assert isinstance(error, HTTPException)
    shown = trouble(FORBIDDEN if error.status_code == FORBIDDEN else GONE)
    shown.status_code = error.status_code
    return shown


async def broken(request: Request, error: Exception) -> Response:
    """What a person sees of a bug; the server logs the error itself."""
    return trouble(BROKEN)


HANDLERS: dict[Any, ExceptionHandler] = {HTTPException: refused, Exception: broken}
