"""A button's words, typed instead of pressed: old phones, and people who read the button aloud."""

from __future__ import annotations

import re

from handlers.chat import Call, Replies
from storage import offers
from storage.vietnamese import fold

LONGEST = 80
"""Characters of a label worth comparing."""
_COUNT = re.compile(r"\(\d+\)")
_NOT_WORDS = re.compile(r"[^a-z0-9]+")


def hear(call: Call, text: str) -> Replies | None:
    """What the button leads to whose words were typed; None if none in the newest list has them,
    or two have that lead elsewhere.
    """
    if not call.incoming.private or len(text) > LONGEST:
        return None
    said = _words(text)
    offered = offers.newest(call.session, call.incoming.chat)
    meant = {line for label, line in offered if line and said and _words(label) == said}
    return call.run(call, meant.pop()) if len(meant) == 1 else None


def _words(label: str) -> str:
    """Without marks, pictures and counts."""
    return _NOT_WORDS.sub(" ", _COUNT.sub("", fold(label))).strip()
