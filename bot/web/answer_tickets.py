"""What the link of a group hands to whoever told it who she is: signed, stored nowhere, soon over.

So of who opened an anonymous survey, and when, there is no trace.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.app import App

LIFE = timedelta(hours=1)
MARK = "~"
"""Stands between the token of a link and a ticket."""
SIGNATURE_LENGTH = 22
"""Letters of base64: 132 bits."""
_UNTIL_RESTART = secrets.token_hex(32)


@dataclass(frozen=True)
class Tickets:
    """Signs tickets and knows its own."""

    secret: str

    @classmethod
    def of(cls, app: App) -> Tickets:
        """Those of a union; without a key of its own they last until the next start."""
        return cls(app.file_links.secret if app.file_links is not None else _UNTIL_RESTART)

    def issue(self, link_id: int, member_id: int, now: datetime) -> str:
        """A ticket for one member and one link."""
        since = int(now.timestamp())
        return f"{member_id}.{since}.{self.sign(f'answer:{link_id}:{member_id}:{since}')}"

    def read(self, ticket: str, link_id: int, now: datetime) -> tuple[int, datetime] | None:
        """Whose it is and since when; None if it is not ours, or over."""
        member, _, rest = ticket.partition(".")
        since, _, signature = rest.partition(".")
        if not all(
            part.isascii() and part.isdecimal() and len(part) < 13 for part in (member, since)
        ):
            return None
        expected = self.sign(f"answer:{link_id}:{int(member)}:{int(since)}")
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            return None
        begun = datetime.fromtimestamp(int(since), UTC)
        return (int(member), begun) if begun + LIFE > now else None

    def client(self, host: str) -> str:
        """Stands for an address in the counts of tries: the address itself is not stored."""
        return self.sign(f"client:{host}")

    def sign(self, words: str) -> str:
        """What proves that these words are ours."""
        digest = hmac.new(self.secret.encode(), words.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode()[:SIGNATURE_LENGTH]
