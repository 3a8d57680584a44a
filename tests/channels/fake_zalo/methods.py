"""What the bot may call, and what it is told when it asks wrongly."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from tests.channels.fake_zalo.people import FakeZaloChat, FakeZaloGroup, FakeZaloMessage
from tests.channels.faults import RefusalError

if TYPE_CHECKING:
    from tests.channels.fake_zalo.server import FakeZalo

Json = dict[str, Any]
TEXT_LIMIT = 2000
STYLE_CODES = frozenset(
    [
        "b",
        "i",
        "u",
        "s",
        "f_13",
        "f_15",
        "f_18",
        "f_20",
        "c_050a19",
        "c_15a85f",
        "c_f7b503",
        "c_f27806",
        "c_db342e",
        "lst_1",
        "lst_2",
        "ind_1",
        "ind_2",
        "ind_3",
        "ind_4",
        "ind_5",
    ]
)


class Methods:
    """The documented methods; every other name is unknown."""

    def __init__(self, server: FakeZalo) -> None:
        self.server = server
        self._sent = itertools.count(1)

    async def call(self, name: str, params: Json) -> Any:
        """Make one call."""
        found = {
            "getMe": self._me,
            "getUpdates": self._updates,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "getWebhookInfo": self._webhook_info,
            "sendMessage": self._send_message,
            "sendPhoto": self._send_photo,
            "sendSticker": self._send_sticker,
            "sendVoice": self._send_voice,
            "sendChatAction": self._act,
        }.get(name)
        if found is None:
            self.server.problems.append(f"unknown method {name}")
            raise RefusalError(404, "Not Found")
        return await found(params)

    async def _me(self, params: Json) -> Json:
        return {
            "id": self.server.id,
            "account_name": "bot.chihoi",
            "account_type": "BASIC",
            "can_join_groups": True,
            "display_name": self.server.display_name,
        }

    async def _updates(self, params: Json) -> Any:
        if self.server.webhook is not None:
            raise RefusalError(400, "Webhook is set")
        return await self.server.poll(float(params.get("timeout", 30)))

    async def _set_webhook(self, params: Json) -> Json:
        url, secret = str(params.get("url", "")), str(params.get("secret_token", ""))
        if not url.startswith("http") or not 8 <= len(secret) <= 256:
            raise RefusalError(400, "Bad Request")
        self.server.webhook = (url, secret)
        status = await self.server.call_webhook(None, secret=None)
        well = status == 200 and self.server.unverified <= 0
        self.server.unverified -= 1
        verification = {
            "ok": well,
            "outcome": "webhook.ok" if well else f"webhook.http.{status}",
            "status_code": status,
        }
        return {"url": url, "updated_at": self._ms(), "verification": verification}

    async def _delete_webhook(self, params: Json) -> Json:
        self.server.webhook = None
        return {"url": "", "updated_at": self._ms()}

    async def _webhook_info(self, params: Json) -> Json:
        if self.server.webhook is None:
            raise RefusalError(404, "Not Found")
        return {"url": self.server.webhook[0], "updated_at": self._ms()}

    async def _send_message(self, params: Json) -> Json:
        text, styles = params.get("text"), params.get("text_styles", [])
        chat = self._chat(params)
        size = len(str(text).encode()) if self.server.counts_bytes else len(str(text))
        if not isinstance(text, str) or not 1 <= size <= TEXT_LIMIT:
            self.server.problems.append("a text of wrong length")
            raise RefusalError(400, "text is invalid")
        if not _good_styles(text, styles):
            self.server.problems.append(f"wrong styles {styles}")
            raise RefusalError(400, "text_styles is invalid")
        quoted = params.get("reply_to_message_id")
        reply_to = next((m for m in chat.messages if m.id == quoted), None)
        return self._sends(chat, text, styles=styles, reply_to=reply_to)

    async def _send_photo(self, params: Json) -> Json:
        chat, picture, caption = self._chat(params), params.get("photo"), params.get("caption", "")
        if (
            not self.server.pictures
            or not str(picture).startswith("http")
            or len(caption) > TEXT_LIMIT
        ):
            self.server.problems.append("a picture goes by its address")
            raise RefusalError(400, "photo is invalid")
        return self._sends(chat, caption, picture=str(picture))

    async def _send_sticker(self, params: Json) -> Json:
        chat, sticker = self._chat(params), params.get("sticker")
        if not isinstance(sticker, str) or not sticker:
            raise RefusalError(400, "sticker is invalid")
        return self._sends(chat, f"sticker {sticker}")

    async def _send_voice(self, params: Json) -> Json:
        """A group's id is answered well, and nothing comes."""
        chat, voice = self._chat(params), str(params.get("voice_url", ""))
        if not voice.startswith("http") or not voice.endswith(".aac"):
            raise RefusalError(400, "voice_url is invalid")
        if isinstance(chat, FakeZaloGroup):
            return {"message_id": self.server.new_id()[1], "date": self._ms()}
        return self._sends(chat, voice)

    async def _act(self, params: Json) -> None:
        self._chat(params)

    def _chat(self, params: Json) -> FakeZaloChat:
        """A chat that is open to the bot; it may write nobody first."""
        chat = self.server.chats.get(params.get("chat_id", ""))
        if chat is None:
            raise RefusalError(400, "chat not found")
        if isinstance(chat, FakeZaloGroup):
            closed = not chat.bot_inside
        else:
            closed = not any(p.opened for p in self.server.people if p.id == chat.id)
        if closed:
            raise RefusalError(404, "Chat not found")
        return chat

    def _sends(self, chat: FakeZaloChat, text: str, **more: Any) -> Json:
        if next(self._sent) > self.server.month:
            raise RefusalError(429, "Quota exceeded")
        number, id_ = self.server.new_id()
        message = FakeZaloMessage(number, id_, chat, "bot", text, self.server.now(), **more)
        chat.messages.append(message)
        return {"message_id": id_, "date": self._ms()}

    def _ms(self) -> int:
        return int(self.server.now().timestamp() * 1000)


def _good_styles(text: str, styles: list[Json]) -> bool:
    units = len(text.encode("utf-16-le")) // 2
    return all(
        0 <= style["start"] < style["start"] + style["len"] <= units
        and set(style["st"]) <= STYLE_CODES
        for style in styles
    )
