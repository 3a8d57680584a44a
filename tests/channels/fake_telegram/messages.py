"""One message in a chat, as people see it and as the API writes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tests.channels.fake_telegram.files import FakeFile
from tests.channels.telegram_spec import Json

if TYPE_CHECKING:
    from tests.channels.fake_telegram.chats import Chat
    from tests.channels.fake_telegram.people import Bot, Person


@dataclass(frozen=True)
class Button:
    """A button under a message."""

    label: str
    data: str = ""
    url: str = ""


@dataclass
class FakeMessage:
    """A message; `text` is the caption where there is a file, `html` the text as it was marked up.

    `changed` grows with every message and edit in the world: what came later has the higher number.
    """

    chat: Chat
    id: int
    sender: Person | Bot
    at: datetime
    text: str = ""
    html: str = ""
    entities: list[Json] = field(default_factory=list)
    file: FakeFile | None = None
    reply_to: FakeMessage | None = None
    markup: Json | None = None
    service: Json = field(default_factory=dict)
    edited: int = 0
    edited_at: datetime | None = None
    deleted: bool = False
    reacted: dict[int, str] = field(default_factory=dict)
    meant_for_bot: bool = False
    changed: int = 0

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.sender.is_bot

    @property
    def document(self) -> FakeFile | None:
        """The file sent along, unless it is a picture."""
        return self.file if self.file and self.file.photo is None else None

    @property
    def photo(self) -> FakeFile | None:
        """The picture sent along."""
        return self.file if self.file and self.file.photo is not None else None

    @property
    def reactions(self) -> list[str]:
        """Emoji people and the bot gave it."""
        return list(self.reacted.values())

    @property
    def buttons(self) -> list[list[Button]]:
        """Rows of the buttons now under it."""
        return [
            [Button(b["text"], b.get("callback_data", ""), b.get("url", "")) for b in row]
            for row in (self.markup or {}).get("inline_keyboard", [])
        ]

    @property
    def labels(self) -> list[str]:
        """Labels of its buttons, row by row."""
        return [button.label for button in self._each_button()]

    def button(self, label: str) -> Button | None:
        """The button so labelled, else the only one whose label contains `label`."""
        buttons = list(self._each_button())
        exact = [button for button in buttons if button.label == label]
        near = [button for button in buttons if label in button.label]
        return exact[0] if exact else near[0] if len(near) == 1 else None

    def json(self, *, with_reply: bool = True) -> Json:
        """As the API writes it; a message replied to shows no reply of its own."""
        body: Json = {
            "message_id": self.id,
            "from": self.sender.json(),
            "chat": self.chat.json(),
            "date": int(self.at.timestamp()),
        }
        if self.edited_at is not None:
            body["edit_date"] = int(self.edited_at.timestamp())
        if with_reply and self.reply_to is not None and not self.reply_to.deleted:
            body["reply_to_message"] = self.reply_to.json(with_reply=False)
        words = ("caption", "caption_entities") if self.file else ("text", "entities")
        if self.text:
            body[words[0]] = self.text
        if self.entities:
            body[words[1]] = self.entities
        if self.document:
            body["document"] = self.document.document()
        elif self.photo:
            body["photo"] = self.photo.photo_sizes()
        if self.markup and "inline_keyboard" in self.markup:
            body["reply_markup"] = self.markup
        return body | self.service

    def _each_button(self) -> Iterator[Button]:
        for row in self.buttons:
            yield from row
