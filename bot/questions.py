"""What a reply asks: the words it waits for, and what the numbers of its list mean."""

from __future__ import annotations

from datetime import datetime

from handlers.chat import Incoming, Reply
from storage import accounts, dialogues
from storage.database import Session


def lines_of(reply: Reply) -> list[str]:
    """What a number in answer to this message picks."""
    return [choice.line for choice in reply.choices if choice.line and choice.numbered]


def put(
    session: Session, reply: Reply, incoming: Incoming | None, now: datetime, *, fresh: bool
) -> None:
    """Let what a queued message asks be answered. One that is not `fresh` was shown in this chat to
    somebody else a moment ago: its words stand for whoever spoke now as well.
    """
    lines = lines_of(reply)
    if incoming is not None and reply.to == incoming.chat:
        if reply.expects or (fresh and lines):
            ask(session, reply, incoming, now)
    elif fresh and (lines or reply.expects):
        sender = incoming.sender if incoming else ""
        offer(session, reply.to, lines, now, expects=reply.expects, sender=sender)


def ask(session: Session, reply: Reply, incoming: Incoming, now: datetime) -> None:
    """Let the next number or words of whoever spoke answer this."""
    dialogues.ask(
        session,
        chat=incoming.chat,
        sender=incoming.sender,
        expects=reply.expects,
        choices=lines_of(reply),
        now=now,
    )


def offer(
    session: Session,
    chat: str,
    choices: list[str],
    now: datetime,
    *,
    expects: str = "",
    sender: str = "",
) -> None:
    """Let an unasked-for private list be answered by number, unless a question is open. A question
    that the person herself (`sender`) has just called for from a group takes its place.
    """
    if not expects:
        dialogues.offer(session, chat, choices, now)
        return
    owner = accounts.owner_of(session, chat)
    if not owner:
        return
    asked = dialogues.asked(session, chat=chat, sender=owner)
    if owner == sender or asked is None or not asked.expects or asked.lapses_at <= now:
        dialogues.ask(session, chat=chat, sender=owner, expects=expects, choices=choices, now=now)
