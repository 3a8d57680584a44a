"""Links to a file, for chats no file can be sent to: signed, and good for some weeks.

Only for what a whole group may read anyway. Nothing about a person is ever behind such a link:
whoever gets hold of it can open it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIFE = timedelta(days=30)
PATH = "/tep"
SIGNATURE_LENGTH = 22
"""Letters of base64: 132 bits."""


@dataclass(frozen=True)
class FileLinks:
    """Signs links and knows its own; with another secret all of them are void."""

    public_url: str
    secret: str

    def link(self, blob: int, now: datetime) -> str:
        """A link to a stored file; "" where we have no address."""
        if not self.public_url:
            return ""
        until = int((now + LIFE).timestamp())
        return f"{self.public_url.rstrip('/')}{PATH}/{blob}.{until}.{self._sign(blob, until)}"

    def opened(self, token: str, now: datetime) -> int | None:
        """The file a link is to; None if it is not ours or its time is over."""
        blob, _, rest = token.partition(".")
        until, _, signature = rest.partition(".")
        if not (_is_number(blob) and _is_number(until)):
            return None
        expected = self._sign(int(blob), int(until))
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            return None
        return int(blob) if datetime.fromtimestamp(int(until), UTC) > now else None

    def _sign(self, blob: int, until: int) -> str:
        key = self.secret.encode()
        digest = hmac.new(key, f"file:{blob}:{until}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode()[:SIGNATURE_LENGTH]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 12
