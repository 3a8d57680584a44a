"""The first day with a real Official Account: what is not documented is tried and written down.

A person who has just written to the account sits by with her phone, and looks at what each step
names. No token is written.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from bot.channels import zalo_oa_shapes as shapes
from bot.channels.zalo_client import NoAnswerError
from bot.channels.zalo_oa import CS, TO_GROUP
from bot.channels.zalo_oa_api import OaApi, OaError
from bot.channels.zalo_oa_shapes import Shape
from handlers.chat import Choice

Json = dict[str, Any]
TWO = (Choice("Một", "probe 1"), Choice("Hai", "probe 2"))
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A picture of one point."""
PAGE = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
WIDE = "😀"
LENGTHS = {
    "2,000 letters": "ă" * 2000,
    "2,001 letters": "ă" * 2001,
    "2,000 emoji (4,000 UTF-16 units)": WIDE * 2000,
}


@dataclass
class OaProbe:
    """Asks Zalo, and through `say` the person. `user` is her id, `group` that of a group of the
    account's; "" leaves its steps out.
    """

    api: OaApi
    say: Callable[[str], None]
    user: str
    group: str = ""
    found: Json = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    async def run(self) -> None:
        """Go through the list; one step that fails hides no other."""
        steps: list[tuple[str, Callable[[], Awaitable[Any]]]] = [
            ("account", lambda: self.api.ask("/v2.0/oa/getoa")),
            ("messages left", self._quota),
            ("private text", lambda: self._send(shapes.text("1/6 chữ thường", (), Shape.TEXT))),
            ("buttons", self._buttons),
            ("private document", lambda: self._document(self._send)),
            ("lengths", self._lengths),
        ]
        if self.group:
            steps += [
                ("group text", lambda: self._to_group({"text": "Em thử gửi vào nhóm."})),
                ("group picture", self._group_picture),
                ("group document", self._group_document),
                ("group mention", self._mention),
            ]
        for name, step in steps:
            try:
                self.found[name] = await step()
            except (OaError, NoAnswerError) as error:
                self.found[name] = {"refused": str(error)}
            self.say(f"{name}: {msgspec.json.encode(self.found[name]).decode()}")

    async def _quota(self) -> Any:
        asked = {"quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota"}
        return await self.api.post("/v3.0/oa/quota/message", asked)

    async def _send(self, message: Json) -> Any:
        return await self.api.post(CS, {"recipient": {"user_id": self.user}, "message": message})

    async def _to_group(self, message: Json) -> Any:
        told = {"recipient": {"group_id": self.group}, "message": message}
        return await self.api.post(TO_GROUP, told)

    async def _buttons(self) -> Any:
        """Both ways are tried: one that is taken need not be shown."""
        outcomes: Json = {}
        for shape in (Shape.TEMPLATE, Shape.LIST):
            try:
                outcomes[shape] = await self._send(shapes.text(f"Nút ({shape})", TWO, shape))
                self.say(f"   does she see two buttons under 'Nút ({shape})'? If not, set"
                         f" CHIHOI_ZALO_OA_BUTTONS to what she does see, or to text")  # fmt: skip
            except OaError as error:
                outcomes[shape] = {"refused": str(error)}
        taken = [shape for shape in outcomes if "refused" not in (outcomes[shape] or {})]
        if Shape.TEMPLATE not in taken:
            self.settings["CHIHOI_ZALO_OA_BUTTONS"] = str(taken[0] if taken else Shape.TEXT)
        return outcomes

    async def _document(self, send: Callable[[Json], Awaitable[Any]]) -> Any:
        path = "/v2.0/oa/upload/file"
        token = (await self.api.upload(path, "thu.pdf", "application/pdf", PAGE))["token"]
        return await send(shapes.document(token))

    async def _lengths(self) -> Any:
        outcomes = {}
        for name, text in LENGTHS.items():
            try:
                await self._send({"text": text})
                outcomes[name] = "taken"
            except (OaError, NoAnswerError) as error:
                outcomes[name] = str(error)
        return outcomes

    async def _group_picture(self) -> Any:
        path = "/v2.0/oa/upload/image"
        id_ = (await self.api.upload(path, "diem.png", "image/png", DOT))["attachment_id"]
        return await self._to_group(shapes.picture(id_, ""))

    async def _group_document(self) -> Any:
        sent = await self._document(self._to_group)
        self.settings["CHIHOI_ZALO_OA_GROUP_FILES"] = "1"
        self.say("   is the document in the group? If not, leave CHIHOI_ZALO_OA_GROUP_FILES out")
        return sent

    async def _mention(self) -> Any:
        sent = await self._to_group({"text": f"[@{self.user}] em gọi tên chị"})
        self.say("   is her name there, or just the number?")
        return sent
