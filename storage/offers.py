"""What the newest message of a chat offers to choose from, with the words on its buttons."""

from __future__ import annotations

import json
import re

from sqlmodel import col, select

from storage.database import Session
from storage.mail import PROMPTS, Outbox

_NUMBERED = re.compile(r"^(\d{1,2})\. (.+)$", re.MULTILINE)


def newest(session: Session, chat: str) -> list[tuple[str, str]]:
    """Label and line of each choice in the last message in `chat` that offers any, whether it shows
    them as buttons or as numbered lines.

    A body is JSON, with the rows of its buttons under "choices"; words that have served are dropped.
    """
    rows = session.exec(
        select(Outbox.body, Outbox.choices)
        .where(Outbox.chat == chat, Outbox.how == "message")
        .order_by(col(Outbox.id).desc())
        .limit(PROMPTS)
    )
    body, lines = next(((body, lines) for body, lines in rows if lines), ("", []))
    shown = json.loads(body or "{}")
    if buttons := shown.get("choices"):
        return [(choice["label"], choice.get("line", "")) for row in buttons for choice in row]
    labels = {int(number): label for number, label in _NUMBERED.findall(shown.get("text", ""))}
    return [(labels.get(number, ""), line) for number, line in enumerate(lines, 1)]
