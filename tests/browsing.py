"""A person with a browser, on the pages behind the links that the bot gives."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Self

from httpx2 import ASGITransport, AsyncClient, Response
from starlette.requests import Request

from bot.app import App
from bot.channels.platform import Message
from bot.web import answer_pages, hall_pages, own_data, papers, registers
from bot.web.site import site
from tests.cast import PUBLIC_URL, Cast, Player


class Browser:
    """Opens links and sends forms; use it as an async context manager."""

    def __init__(self, cast: Cast) -> None:
        async def app_of(_request: Request) -> App:
            return cast.app

        self.cast = cast
        routes = [*registers.routes(app_of), *answer_pages.routes(app_of)]
        routes += [*papers.routes(app_of), *hall_pages.routes(app_of)]
        routes += own_data.routes(app_of)
        pages = ASGITransport(app=site(routes))
        self.client = AsyncClient(transport=pages, base_url=PUBLIC_URL, follow_redirects=True)
        self.client.headers["origin"] = PUBLIC_URL  # as a browser says of its own page
        self.page: Response

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.client.aclose()

    async def opens(self, url: str) -> Response:
        self.page = await self.client.get(url)
        return self.page

    async def sends(self, url: str, **form: str) -> Response:
        self.page = await self.client.post(url, data=form)
        return self.page

    async def uploads(self, url: str, name: str, content: bytes) -> Response:
        self.page = await self.client.post(f"{url}/tep", files={"tep": (name, content)})
        return self.page

    @property
    def text(self) -> str:
        """What the page says, without markup, in one line."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.page.text).split())


async def link(person: Player, words: str) -> str:
    """The link the bot answers with."""
    await person.says(words)
    return link_in(person.private.last)


def link_in(message: Message) -> str:
    """The link under a message."""
    return next(choice.url for row in message.choices for choice in row if choice.url)
