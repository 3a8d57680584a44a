"""The guides: for leaders, for officers, for members, and for who plans a province or the nation."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.render import TEMPLATES as TEMPLATES_FOLDER
from bot.web.pages import HEADERS, page
from handlers.help import GUIDE, GUIDES
from handlers.retention import RULES

KEPT = {**HEADERS, "cache-control": "public, max-age=3600"}
TEMPLATES = {path: name for name, path in GUIDES.items()}
PRIVACY = "du-lieu"
SCALE = "quy-mo"
TELEGRAM = "telegram"
ZALO = "zalo"
ZALO_OA = "zalo-oa"
FIGURES = TEMPLATES_FOLDER / "guide" / "scale.json"
"""Written by `python -m tests.bench.nation`."""


async def cover(request: Request) -> Response:
    """Which guide is for whom."""
    return page("guide/cover", {}, headers=KEPT)


async def guide(request: Request) -> Response:
    """One of them."""
    name = TEMPLATES.get(request.path_params["reader"])
    if name is None:
        raise HTTPException(404)
    return page(f"guide/{name}", {}, headers=KEPT)


async def scale(request: Request) -> Response:
    """How a province and the nation would be laid out."""
    return page("guide/scale", figures(), headers=KEPT)


async def telegram(request: Request) -> Response:
    """How a bot on Telegram is set up from nothing."""
    return page("guide/telegram", {}, headers=KEPT)


async def zalo(request: Request) -> Response:
    """How a bot on Zalo is set up from nothing."""
    return page("guide/zalo", {}, headers=KEPT)


async def zalo_oa(request: Request) -> Response:
    """How an Official Account is set up from nothing; Zalo sends an admin who has agreed here."""
    return page("guide/zalo_oa", {}, headers=KEPT)


async def privacy(request: Request) -> Response:
    """What the law asks, how long everything is kept, and what whoever runs the machine does."""
    return page("guide/privacy", {"rules": RULES}, headers=KEPT)


@cache
def figures() -> dict[str, Any]:
    """What was simulated and worked out, as the page shows it."""
    found: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
    longest = max(row["seconds"] for row in found["broadcasts"])
    for row in found["broadcasts"]:
        row["share"] = row["seconds"] / longest
    named = {row["what"]: row for row in found["broadcasts"]}
    found["alone"], found["apart"] = named["nation_groups_one"], named["nation_groups"]
    found["processes"] = found["layout"][0]["processes"]
    return found


def routes() -> list[BaseRoute]:
    """The pages."""
    return [
        Route(f"/{GUIDE}", cover),
        Route(f"/{GUIDE}/{SCALE}", scale),
        Route(f"/{GUIDE}/{TELEGRAM}", telegram),
        Route(f"/{GUIDE}/{ZALO}", zalo),
        Route(f"/{GUIDE}/{ZALO_OA}", zalo_oa),
        Route(f"/{GUIDE}/{PRIVACY}", privacy),
        Route(f"/{GUIDE}/{{reader}}", guide),
    ]
