"""What is not a command: answers said in words, help, and thoughts abandoned."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from handlers.chat import Call, Replies, Reply, Route
from storage import dialogues
from storage.vietnamese import fold

Listener = Callable[[Call, str], "Replies | None"]
"""Understands free words of one noun, or returns None: they are not for it."""


_COURTESY = re.compile(
    r"(?:(?:cam on|chao|xin chao|alo|hello|ok|oke|da|vang|em|chi|co|ban|oi|a|nhe|nha|nhieu|rat|lam"
    r"|qua|tot|roi|biet|hieu)(?: |$))+"
)
"""Thanks, greetings and assent: whoever says them has asked nothing."""
_NOT_WORDS = re.compile(r"[^\w]+")


class Talk:
    """Free words, offered to each noun that may understand them."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self.listeners = listeners

    def words(self, call: Call, rest: str) -> Replies | Reply | None:
        """The first noun that understands answers; in a group, else silence."""
        for listen in self.listeners:
            replies = listen(call, rest)
            if replies is not None:
                return replies
        return unknown(call, rest) if call.incoming.private else None


def unknown(call: Call, rest: str) -> Reply:
    """Words nobody understood: say kindly what can be said."""
    said = _NOT_WORDS.sub(" ", fold(rest)).strip()
    if call.incoming.private and call.actor.member_ids and _COURTESY.fullmatch(said):
        return Reply("talk/courtesy.j2")
    context = {"standing": call.actor.highest(), "private": call.incoming.private}
    return Reply("talk/unknown.j2", context)


def cancel(call: Call, rest: str) -> Reply:
    """Drop the question that is open."""
    dialogues.answered(call.session, chat=call.incoming.chat, sender=call.incoming.sender)
    return Reply("talk/cancelled.j2")


ROUTES = {
    "unknown": Route(unknown, listed=False),
    "cancel": Route(cancel, ("thoi", "huy", "bo qua", "khong lam nua"), listed=False),
}
