"""A demo world of the test's own, and its page's API as a browser would call it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2

from bot.demo.world import World
from bot.demo.worlds import HOME, WorldKeeper
from bot.web.sandbox import sandbox_site

ADDRESS = "http://127.0.0.1:8080"


class Play:
    """One browser at the page."""

    def __init__(self, keeper: WorldKeeper, web: httpx2.AsyncClient) -> None:
        self.keeper = keeper
        self.web = web

    async def world(self) -> World:
        """The world at home."""
        return await self.keeper.of(HOME)

    async def state(self, chat: str = "", **query: int) -> dict[str, Any]:
        """What the page is told."""
        answer = await self.web.get("/api/state", params={"chat": chat, **query})
        found: dict[str, Any] = answer.json()
        return found

    async def post(self, path: str, **body: Any) -> httpx2.Response:
        """Something done on the page."""
        return await self.web.post(path, json=body)

    async def says(self, person: str, chat: str, text: str, reply_to: int | None = None) -> None:
        """Somebody writes."""
        answer = await self.post("/api/say", person=person, chat=chat, text=text, reply_to=reply_to)
        assert answer.status_code == 200, answer.text

    async def presses(self, person: str, chat: str, label: str) -> None:
        """Somebody presses the newest button whose label contains these words."""
        state = await self.state(chat)
        for message in reversed(state["messages"]):
            for button in [b for row in message["buttons"] for b in row]:
                if label in button["label"]:
                    answer = await self.post(
                        "/api/press", person=person, message=message["id"], label=button["label"]
                    )
                    assert answer.status_code == 200, answer.text
                    return
        raise AssertionError(f"no button {label!r}")

    async def sees(self, chat: str, words: str) -> dict[str, Any]:
        """Wait until a message of the bot's with these words stands in a chat."""
        for _ in range(300):
            for message in reversed((await self.state(chat))["messages"]):
                if message["sender"] == "bot" and words in message["text"]:
                    found: dict[str, Any] = message
                    return found
            await asyncio.sleep(0.01)
        texts = [m["text"] for m in (await self.state(chat))["messages"]]
        raise AssertionError(f"no {words!r} in {texts}")

    async def bot(self, chat: str) -> list[dict[str, Any]]:
        """What the bot has said in a chat."""
        return [m for m in (await self.state(chat))["messages"] if m["sender"] == "bot"]

    async def sees_more(self, chat: str, *, than: int) -> None:
        """Wait until the bot has said more than so many things in a chat."""
        for _ in range(300):
            if len(await self.bot(chat)) > than:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"the bot said no more in {chat}")

    async def arrives(self) -> None:
        """Wait until the clock has come to where it was sent."""
        world = await self.world()
        for _ in range(1000):
            if world.traveller.journey is None:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("the journey did not end")


@asynccontextmanager
async def playing(
    folder: Path,
    *,
    shared: bool = False,
    public_url: str = ADDRESS,
    monotonic: Callable[[], float] = time.monotonic,
) -> AsyncIterator[Play]:
    """A demo server on a folder with a template, and a browser at it."""
    async with asyncio.TaskGroup() as group:
        keeper = WorldKeeper(folder, group, public_url, shared=shared, monotonic=monotonic)
        transport = httpx2.ASGITransport(sandbox_site(keeper, public_url))
        async with httpx2.AsyncClient(
            transport=transport, base_url=ADDRESS, headers={"origin": ADDRESS}
        ) as web:
            yield Play(keeper, web)
        await keeper.close()
