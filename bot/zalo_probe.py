"""The first day with a real Zalo token: what nobody could tell beforehand is tried and written down.

A person sits by with a phone and does what each step asks. Nothing of the token is written; what
she writes meanwhile is, for that is what the probe is for.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bot.channels.zalo_api import ZaloApi
from bot.channels.zalo_client import NoAnswerError, ZaloError

Json = dict[str, Any]
BURST = 20
WIDE = "😀"
"""One character, two UTF-16 code units, four bytes."""
LENGTHS = {
    "2,000 letters": "ă" * 2000,
    "2,001 letters": "ă" * 2001,
    "1,000 emoji (2,000 UTF-16 units)": WIDE * 1000,
    "2,000 emoji (4,000 UTF-16 units)": WIDE * 2000,
}


@dataclass
class Probe:
    """Asks Zalo, and through `say` the person. `patience`: seconds she has for each step."""

    api: ZaloApi
    say: Callable[[str], None]
    patience: float = 60.0
    found: Json = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)
    _private: str = ""
    _sender: str = ""
    _seen: set[str] = field(default_factory=set)

    async def run(self, webhook: tuple[str, str] | None = None) -> None:
        """Go through the list; one step that fails hides no other."""
        steps: list[tuple[str, Callable[[], Awaitable[Any]]]] = [
            ("getMe", self._me),
            ("webhook info without a webhook", self._no_webhook),
            ("private text", self._private_text),
            ("text styles", self._styles),
            ("lengths", self._lengths),
            ("burst", self._burst),
            *[(f"private {what}", self._other(what)) for what in ("picture", "sticker", "voice")],
            ("group mention", self._mention),
            ("group quote", self._quote),
            ("group talk", self._talk),
        ]
        if webhook is not None:
            steps.append(("webhook", lambda: self._webhook(*webhook)))
        for name, step in steps:
            try:
                self.found[name] = await step()
            except (ZaloError, NoAnswerError) as error:
                self.found[name] = {"refused": str(error)}
            self.say(f"{name}: {msgspec.json.encode(_short(self.found[name])).decode()}")

    async def _call(self, method: str, **params: Any) -> Any:
        return msgspec.json.decode(await self.api.call(method, params) or b"null")

    async def _me(self) -> Any:
        me = await self._call("getMe")
        if not me.get("display_name"):
            self.settings["CHIHOI_ZALO_BOT_NAME"] = "(the name groups write behind @)"
        return me

    async def _no_webhook(self) -> Any:
        await self._call("deleteWebhook")
        return await self._call("getWebhookInfo")

    async def _events(self, seconds: float) -> list[Json]:
        """What one poll brings; nothing is an answer too."""
        asked = {"timeout": str(max(1, round(seconds)))}
        try:
            found = await self.api.call("getUpdates", asked, seconds=seconds + 10)
        except ZaloError as error:
            if error.code != 408:
                raise
            return []
        events = msgspec.json.decode(found or b"[]")
        return events if isinstance(events, list) else [events]

    async def _wait(self, asked: str, *, group: bool, seconds: float = 0.0) -> Json | None:
        """The next new event of a private talk or a group; None if none comes."""
        self.say(f"-> {asked}")
        until = time.monotonic() + (seconds or self.patience)
        while (left := until - time.monotonic()) > 0:
            for event in await self._events(min(30.0, left)):
                message = event.get("message") or {}
                known = message.get("message_id", "")
                if known in self._seen:
                    continue
                self._seen.add(known)
                if ((message.get("chat") or {}).get("chat_type") == "GROUP") is group:
                    return event
        return None

    async def _private_text(self) -> Any:
        event = await self._wait("write 'chao' to the bot in private", group=False)
        if event is None:
            return {"heard": False}
        message = event["message"]
        self._private, self._sender = message["chat"]["id"], message["from"]["id"]
        again = [await self._events(2.0) for _ in range(2)]
        replays = sum(
            (e.get("message") or {}).get("message_id") == message["message_id"]
            for events in again
            for e in events
        )
        return {"heard": True, "event": event, "replayed": replays}

    async def _send(self, chat: str, text: str, **more: Any) -> Json:
        return dict(await self._call("sendMessage", chat_id=chat, text=text, **more) or {})

    async def _styles(self) -> Any:
        bold = [{"start": 3, "len": 4, "st": ["b"]}]
        try:
            sent = await self._send(self._private, f"{WIDE} bold?", text_styles=bold)
        except ZaloError:
            self.settings["CHIHOI_ZALO_BOT_PLAIN"] = "1"
            raise
        self.say("   is exactly the word 'bold' bold? If not, set CHIHOI_ZALO_BOT_PLAIN=1")
        return sent

    async def _lengths(self) -> Any:
        outcomes = {}
        for name, text in LENGTHS.items():
            try:
                await self._send(self._private, text)
                outcomes[name] = "taken"
            except (ZaloError, NoAnswerError) as error:
                outcomes[name] = str(error)
        return outcomes

    async def _burst(self) -> Any:
        begun, refused = time.monotonic(), []
        for number in range(BURST):
            try:
                await self._send(self._private, f"{number + 1}/{BURST}")
            except (ZaloError, NoAnswerError) as error:
                refused.append(f"{number + 1}: {error}")
        seconds = round(time.monotonic() - begun, 2)
        return {"sent": BURST - len(refused), "seconds": seconds, "refused": refused}

    def _other(self, what: str) -> Callable[[], Awaitable[Any]]:
        async def step() -> Any:
            event = await self._wait(f"send the bot a {what} in private", group=False)
            return {"heard": event is not None, "event": event}

        return step

    async def _mention(self) -> Any:
        asked = "let the bot into a group, and write '@' and its name, then 'chao', there"
        event = await self._wait(asked, group=True)
        if event is None:
            return {"heard": False}
        message = event["message"]
        self.found["group"] = message["chat"]["id"]
        same = message["from"]["id"] == self._sender
        return {"heard": True, "same id as in private": same, "event": event}

    async def _quote(self) -> Any:
        group = self.found.get("group")
        if group is None:
            return {"skipped": "no group"}
        sent = await self._send(group, "Quote this message, and answer 1 (without the bot's name).")
        event = await self._wait("do what the bot asks for in the group", group=True)
        path = path_to(event or {}, str(sent.get("message_id") or "?"))
        if path:
            self.settings["CHIHOI_ZALO_BOT_QUOTE_FIELD"] = path.removeprefix("message.")
        return {"heard": event is not None, "field of the quoted id": path, "event": event}

    async def _talk(self) -> Any:
        if "group" not in self.found:
            return {"skipped": "no group"}
        asked = "write something in the group without naming or quoting the bot"
        event = await self._wait(asked, group=True, seconds=self.patience / 2)
        return {"heard": event is not None}

    async def _webhook(self, url: str, secret: str) -> Any:
        """Zalo keeps the address even if its trial call fails, so it is taken back at once."""
        try:
            return await self._call("setWebhook", url=url, secret_token=secret)
        finally:
            await self._call("deleteWebhook")


def path_to(found: Any, value: str, at: str = "") -> str:
    """Where in an event a value stands, as "message.quote.id"; "" if nowhere."""
    if isinstance(found, dict):
        for key, inner in found.items():
            if path := path_to(inner, value, f"{at}.{key}" if at else str(key)):
                return path
    return at if found == value else ""


def _short(found: Any) -> Any:
    """Without the whole events, which go to the file."""
    return {k: v for k, v in found.items() if k != "event"} if isinstance(found, dict) else found
