"""The page behind a link into a Zalo bot: Zalo's own links hand no code over, so people send it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.pages import page

PATH = "/zalo/mo"
_CODE = re.compile(r"[A-Za-z0-9_-]{1,64}")


def pattern(public_url: str, number: int) -> str:
    """The link into the n-th bot, with `{code}`."""
    return f"{public_url}{PATH}/{number}/{{code}}"


def route(links: Mapping[int, str]) -> Route:
    """The page; `links` open the bots' private talks. It says nothing of what a code is worth."""

    async def show(request: Request) -> Response:
        link, code = links.get(request.path_params["number"]), request.path_params["code"]
        if link is None or not _CODE.fullmatch(code):
            raise HTTPException(404)
        return page("pages/zalo_door", {"link": link, "code": code})

    return Route(f"{PATH}/{{number:int}}/{{code}}", show, methods=["GET"])
