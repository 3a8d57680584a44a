"""How the probe of Zalo asks: calls, what comes in meanwhile, and the person with her phone."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bot.channels.zalo_api import EMPTY_POLL, ZaloApi
from bot.channels.zalo_bot import MAX_TEXT
from bot.channels.zalo_client import NoAnswerError, ZaloError

Json = dict[str, Any]
Step = Callable[[], Awaitable[Any]]
TAKEN = "taken"
WIDE = "😀"
"""One character, two UTF-16 code units, four bytes."""
MARKED = "ế"
"""One character, one UTF-16 code unit, three bytes: most of Vietnamese is shorter."""
LENGTHS = {
    "2,000 letters": "ă" * 2000,
    "2,001 letters": "ă" * 2001,
    "1,000 emoji (2,000 UTF-16 units)": WIDE * 1000,
    "2,000 emoji (4,000 UTF-16 units)": WIDE * 2000,
    f"{MAX_TEXT:,} letters (as long as ours)": MARKED * MAX_TEXT,
}
SHORTER = (1300, 900, 600, 400)
"""Characters that are tried where messages as long as ours are refused."""
POLL_SECONDS, GRACE = 30.0, 10.0


@dataclass
class Asking:
    """Asks Zalo, and through `say` the person. `patience`: seconds she has for each step. `found`
    holds every event as it came.
    """

    api: ZaloApi
    say: Callable[[str], None]
    patience: float = 60.0
    found: Json = field(default_factory=lambda: {"events": []})
    settings: dict[str, str] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    async def call(self, method: str, **params: Any) -> Any:
        """The result of a call, None if it has none."""
        return msgspec.json.decode(await self.api.call(method, params) or b"null")

    async def send(self, chat: str, text: str, **more: Any) -> Json:
        """Words to a chat; what Zalo says of the message."""
        return dict(await self.call("sendMessage", chat_id=chat, text=text, **more) or {})

    async def events(self, seconds: float) -> list[Json]:
        """What one poll brings; nothing is an answer too."""
        asked = {"timeout": str(max(1, round(seconds)))}
        try:
            found = await self.api.call("getUpdates", asked, seconds=seconds + GRACE)
        except ZaloError as error:
            if error.code != EMPTY_POLL:
                raise
            return []
        events = msgspec.json.decode(found or b"[]")
        events = events if isinstance(events, list) else [events]
        self.found["events"] += events
        return events

    async def wait(self, asked: str, *, group: bool | None, seconds: float = 0.0) -> Json | None:
        """The next new event of a private talk or a group, or (None) of any kind; None if none
        comes.
        """
        self.say(f"-> {asked}")
        until = time.monotonic() + (seconds or self.patience)
        while (left := until - time.monotonic()) > 0:
            for event in await self.events(min(POLL_SECONDS, left)):
                message = event.get("message") or {}
                known = message.get("message_id", "")
                if known in self._seen:
                    continue
                self._seen.add(known)
                in_group = (message.get("chat") or {}).get("chat_type") == "GROUP"
                if group is None or in_group is group:
                    return event
        return None

    async def lengths(self, chat: str) -> Json:
        """Which lengths are taken; where ours is not, the setting that follows from it."""
        outcomes = {name: await self.taken(chat, text) for name, text in LENGTHS.items()}
        if outcomes[list(LENGTHS)[-1]] == TAKEN:
            return outcomes
        for size in SHORTER:
            outcomes[f"{size:,} letters"] = await self.taken(chat, MARKED * size)
            if outcomes[f"{size:,} letters"] == TAKEN:
                known = int(self.settings.get("CHIHOI_ZALO_BOT_TEXT", size))
                self.settings["CHIHOI_ZALO_BOT_TEXT"] = str(min(known, size))
                break
        return outcomes

    async def taken(self, chat: str, text: str) -> str:
        """Whether it was taken, or why not."""
        try:
            await self.send(chat, text)
        except (ZaloError, NoAnswerError) as error:
            return str(error)
        return TAKEN


def path_to(found: Any, value: str, at: str = "") -> str:
    """Where in an event a value stands, as "message.quote.id"; "" if nowhere."""
    if isinstance(found, dict):
        for key, inner in found.items():
            if path := path_to(inner, value, f"{at}.{key}" if at else str(key)):
                return path
    return at if found == value else ""
