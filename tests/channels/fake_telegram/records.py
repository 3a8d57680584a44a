"""What is written down of every press and every call."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.channels.fake_telegram.errors import ApiError
from tests.channels.telegram_spec import Json

if TYPE_CHECKING:
    from tests.channels.fake_telegram.messages import FakeMessage
    from tests.channels.fake_telegram.people import Person


@dataclass
class Press:
    """A pressed button; `text` is the toast, None until the bot answers."""

    id: str
    person: Person
    message: FakeMessage
    data: str
    at: datetime
    text: str | None = None
    alert: bool = False
    url: str = ""
    answered: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Request:
    """One call the bot made: its decoded parameters, when, and what came of it."""

    method: str
    params: Json
    at: datetime
    result: Any = None
    error: ApiError | None = None
    cut: bool = False

    @property
    def ok(self) -> bool:
        """Whether the bot got a result."""
        return self.error is None and not self.cut
