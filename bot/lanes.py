"""One channel as delivery sees it, and the sending itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.breaker import Breaker
from bot.channels.base import Channel, DeliveryError, Post, Sent
from bot.letters import Letter
from bot.outgoing import Entry, Outgoing
from bot.pacing import Limiter


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a send ended."""

    letter: Letter
    sent: Sent
    error: DeliveryError | None = None


@dataclass
class Lane:
    """One channel as delivery sees it."""

    channel: Channel
    limiter: Limiter
    breaker: Breaker
    outgoing: Outgoing
    read: dict[bool, int] = field(default_factory=lambda: {False: 0, True: 0})
    """The last row read, replies and bulk apart."""
    uploading: set[int] = field(default_factory=set)
    parked: list[tuple[Entry, int]] = field(default_factory=list)
    down_since: datetime | None = None  # as people have been told


def ref_of(letter: Letter) -> str:
    """The channel's own id of the letter's file, by which it went; "" if it was uploaded."""
    return letter.attachment.ref if letter.attachment is not None else ""


def has_news(lane: Lane) -> bool:
    """Whether people have not been told yet that the channel is down, or back."""
    return lane.breaker.is_open != (lane.down_since is not None)


async def perform(channel: Channel, letter: Letter) -> Sent:
    """Send a letter in the way its row names.

    Raises:
        DeliveryError: the platform did not take it.
    """
    row, body = letter.row, letter.body
    if row.how == "toast":
        await channel.toast(row.chat, body.press_id, body.text)
    elif row.how == "reaction":
        await channel.react(row.chat, body.target, body.text)
    elif row.how == "delete":
        await channel.delete(row.chat, letter.message_id)
    else:
        # the key, not the id: SQLite gives the id of a deleted row to the next one
        post = Post(
            row.chat,
            body.text,
            body.choices,
            letter.attachment,
            body.reply_to,
            body.picture,
            row.key,
        )
        if row.how != "edit":
            return await channel.send(post)
        await channel.edit(post, letter.message_id)
    return Sent()
