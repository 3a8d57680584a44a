"""What is not a command: answers said in words, help, and thoughts abandoned."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handlers.chat import Call, Replies, Reply, Route
from storage import dialogues

Listener = Callable[[Call, str], "Replies | None"]
"""Understands free words of one noun, or returns None: they are not for it."""


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
