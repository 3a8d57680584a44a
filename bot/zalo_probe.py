"""The first day with a real Zalo token: what nobody could tell beforehand is tried and written down.

A person sits by with a phone and does what each step asks. Nothing of the token is written; what
she writes meanwhile is, for that is what the probe is for.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import msgspec

from bot.channels.zalo_bot import PER_SECOND
from bot.channels.zalo_client import NoAnswerError, ZaloError
from bot.zalo_probing import WIDE, Asking, Json, Step, path_to

BURST = 20
TELLS = {"picture": ("photo_url", "photo"), "sticker": ("sticker",), "voice": ("voice_url",)}
"""Where an event tells what can be sent back."""
SENDS = {
    "picture": ("sendPhoto", "photo"),
    "sticker": ("sendSticker", "sticker"),
    "voice": ("sendVoice", "voice_url"),
}


@dataclass
class Probe(Asking):
    """Goes through the list. `picture`: the address of one on a site of ours."""

    picture: str = ""
    _private: str = ""
    _sender: str = ""
    _group: str = ""
    _called: str = ""

    async def run(
        self, webhook: tuple[str, str] | None = None, *, try_webhook: bool = False
    ) -> None:
        """Go through the list; one step that fails hides no other. `webhook` is the address and the
        word of our own, which is set again in the end if it was set.
        """
        before = await self._webhook_now()
        try:
            await self._look(webhook if try_webhook else None)
        finally:
            if before and webhook and before == webhook[0]:
                await self.call("setWebhook", url=webhook[0], secret_token=webhook[1])
                self.say("its webhook is set again")
            elif before:
                self.say(f"its webhook was {before}, and is set no more: start `chihoi run` anew")

    async def _webhook_now(self) -> str:
        try:
            return str((await self.call("getWebhookInfo") or {}).get("url", ""))
        except (ZaloError, NoAnswerError):
            return ""

    async def _look(self, webhook: tuple[str, str] | None) -> None:
        steps: list[tuple[str, Step]] = [
            ("getMe", self._me),
            ("webhook info without a webhook", self._no_webhook),
            ("private text", self._private_text),
            *[(f"private {name}", self._where("_private", step)) for name, step in self._alone()],
            ("group invite", self._invite),
            ("group mention", self._mention),
            *[(f"group {name}", self._where("_group", step)) for name, step in self._together()],
        ]
        if webhook is not None:
            steps.append(("webhook", lambda: self._webhook(*webhook)))
        for name, step in steps:
            try:
                self.found[name] = await step()
            except (ZaloError, NoAnswerError) as error:
                self.found[name] = {"refused": str(error)}
            self.say(f"{name}: {msgspec.json.encode(_short(self.found[name])).decode()}")

    def _alone(self) -> list[tuple[str, Step]]:
        return [
            ("typing", self._typing),
            ("text styles", self._styles),
            ("html", self._html),
            ("lengths", lambda: self.lengths(self._private)),
            ("burst", self._burst),
            *[(what, self._heard(what)) for what in TELLS],
            *[(f"{what} sent", self._back(what, "_private")) for what in TELLS],
        ]

    def _together(self) -> list[tuple[str, Step]]:
        return [
            ("quote", self._quote),
            ("talk", self._talk),
            ("text", lambda: self.send(self._group, "Em nói trước, không ai gọi em.")),
            ("reply", self._reply),
            ("lengths", lambda: self.lengths(self._group)),
            ("picture", self._group_picture),
            *[(f"{what} sent", self._back(what, "_group")) for what in TELLS],
        ]

    def _where(self, chat: str, step: Step) -> Step:
        """Without a talk nothing is tried there: what fails would tell nothing."""

        async def asked() -> Any:
            return await step() if getattr(self, chat) else {"skipped": "nobody wrote there"}

        return asked

    async def _me(self) -> Any:
        me = await self.call("getMe")
        if not me.get("display_name"):
            self.settings["CHIHOI_ZALO_BOT_NAME"] = "(the name groups write behind @)"
        return me

    async def _no_webhook(self) -> Any:
        await self.call("deleteWebhook")
        return await self.call("getWebhookInfo")

    async def _private_text(self) -> Any:
        event = await self.wait("write 'chao' to the bot in private", group=False)
        if event is None:
            return {"heard": False}
        message = event["message"]
        self._private, self._sender = message["chat"]["id"], message["from"]["id"]
        again = [await self.events(2.0) for _ in range(2)]
        replays = sum(
            (e.get("message") or {}).get("message_id") == message["message_id"]
            for events in again
            for e in events
        )
        return {"heard": True, "event": event, "replayed": replays}

    async def _typing(self) -> Any:
        return await self.call("sendChatAction", chat_id=self._private, action="typing")

    async def _styles(self) -> Any:
        bold = [{"start": 3, "len": 4, "st": ["b"]}]
        try:
            sent = await self.send(self._private, f"{WIDE} bold?", text_styles=bold)
        except ZaloError:
            self.settings["CHIHOI_ZALO_BOT_PLAIN"] = "1"
            raise
        self.say("   is exactly the word 'bold' bold? If not, set CHIHOI_ZALO_BOT_PLAIN=1")
        return sent

    async def _html(self) -> Any:
        return await self.send(self._private, "<b>bold</b> <i>slanted</i>", parse_mode="html")

    async def _burst(self) -> Any:
        begun, refused = time.monotonic(), []
        for number in range(BURST):
            try:
                await self.send(self._private, f"{number + 1}/{BURST}")
            except (ZaloError, NoAnswerError) as error:
                refused.append(f"{number + 1}: {error}")
        seconds = round(time.monotonic() - begun, 2)
        if refused:
            before = int(refused[0].partition(":")[0]) - 1
            most = max(1, min(before, PER_SECOND - 1))
            self.settings["CHIHOI_ZALO_BOT_PER_SECOND"] = str(most)
        return {"sent": BURST - len(refused), "seconds": seconds, "refused": refused}

    def _heard(self, what: str) -> Step:
        async def step() -> Any:
            event = await self.wait(f"send the bot a {what} in private", group=False)
            return {"heard": event is not None, "event": event}

        return step

    def _back(self, what: str, chat: str) -> Step:
        """Send what she sent, and a picture of ours if there is one."""

        async def step() -> Any:
            event = (self.found.get(f"private {what}") or {}).get("event") or {}
            told = event.get("message") or {}
            refs = [self.picture] if what == "picture" and self.picture else []
            refs += [told[name] for name in TELLS[what] if isinstance(told.get(name), str)][:1]
            sent = [await self._send(what, ref, getattr(self, chat)) for ref in refs]
            if not sent:
                return {"skipped": f"no {what} came"}
            otherwise = "; if not, set CHIHOI_ZALO_BOT_PICTURES=0" if what == "picture" else ""
            self.say(f"   is the {what} there?{otherwise}")
            return sent

        return step

    async def _send(self, what: str, ref: str, chat: str) -> Any:
        method, name = SENDS[what]
        try:
            return await self.call(method, chat_id=chat, **{name: ref})
        except ZaloError:
            if what == "picture":
                self.settings["CHIHOI_ZALO_BOT_PICTURES"] = "0"
            raise

    async def _invite(self) -> Any:
        asked = "let the bot into a group, and write nothing there yet"
        event = await self.wait(asked, group=None, seconds=self.patience / 2)
        return {"told": event is not None, "event": event}

    async def _mention(self) -> Any:
        asked = "write '@' and the bot's name, then 'chao', in the group"
        event = await self.wait(asked, group=True)
        if event is None:
            return {"heard": False}
        message = event["message"]
        self._group, self._called = message["chat"]["id"], message["message_id"]
        same = message["from"]["id"] == self._sender
        return {"heard": True, "same id as in private": same, "event": event}

    async def _quote(self) -> Any:
        asked = "Quote this message, and answer 1 (without the bot's name)."
        sent = await self.send(self._group, asked)
        event = await self.wait("do what the bot asks for in the group", group=True)
        path = path_to(event or {}, str(sent.get("message_id") or "?"))
        if path:
            self.settings["CHIHOI_ZALO_BOT_QUOTE_FIELD"] = path.removeprefix("message.")
        return {"heard": event is not None, "field of the quoted id": path, "event": event}

    async def _talk(self) -> Any:
        asked = "write something in the group without naming or quoting the bot"
        event = await self.wait(asked, group=True, seconds=self.patience / 2)
        if event is not None and "@" not in str(event["message"].get("text", "@")):
            self.settings["CHIHOI_ZALO_BOT_HEARS_ALL"] = "1"
        return {"heard": event is not None, "event": event}

    async def _reply(self) -> Any:
        sent = await self.send(self._group, "Em trả lời.", reply_to_message_id=self._called)
        self.say("   does it quote what was written to the bot there?")
        return sent

    async def _group_picture(self) -> Any:
        asked = "send a picture to the group, with '@' and the bot's name beside it"
        event = await self.wait(asked, group=True)
        return {"heard": event is not None, "event": event}

    async def _webhook(self, url: str, secret: str) -> Any:
        """Zalo keeps the address even if its trial call fails, so it is taken back at once."""
        try:
            told: Json = {"set": await self.call("setWebhook", url=url, secret_token=secret)}
            try:
                told["tested"] = await self.call("testWebhook")
            except ZaloError as error:
                told["tested"] = {"refused": str(error)}
            return told
        finally:
            await self.call("deleteWebhook")


def _short(found: Any) -> Any:
    """Without the whole events, which go to the file."""
    return {k: v for k, v in found.items() if k != "event"} if isinstance(found, dict) else found
