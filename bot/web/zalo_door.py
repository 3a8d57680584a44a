"""The page behind a link into Zalo: its own links hand no code over, so people send it."""

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


def pattern(public_url: str, door: int | str) -> str:
    """The link into the n-th bot, or the Official Account (`oa`), with `{code}`."""
    return f"{public_url}{PATH}/{door}/{{code}}"


def route(links: Mapping[str, str]) -> Route:
    """The page; `links` open the private talks. It says nothing of what a code is worth."""

    async def show(request: Request) -> Response:
        link, code = links.get(request.path_params["door"]), request.path_params["code"]
        if link is None or not _CODE.fullmatch(code):
            raise HTTPException(404)
        return page("pages/zalo_door", {"link": link, "code": code})

    return Route(f"{PATH}/{{door}}/{{code}}", show, methods=["GET"])
