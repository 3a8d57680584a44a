"""Words about surveys: an answer that quotes one, a pasted form, an answer that came late."""

from __future__ import annotations

from handlers.chat import Call, Replies, Reply
from handlers.surveys import asking, drafting, own, picking


def hear(call: Call, text: str) -> Replies | None:
    """What is surely about a survey."""
    for listen in (picking.hear, own.hear, drafting.hear_form):
        replies = listen(call, text)
        if replies is not None:
            return replies
    return None


def wonder(call: Call, text: str) -> Replies | None:
    """Private words nobody else understood, from somebody who left a survey half answered."""
    said = asking.hear(call, text)
    return [said] if isinstance(said, Reply) else said
