"""A button that hands words on to other chats, where a platform has such a link."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from bot.render import plain, words
from handlers.chat import Choice, Limits, Reply

LENGTH = 160
"""Characters of the words: written into an address each Vietnamese letter takes up to nine."""
LABEL = "📤 Chia sẻ vào nhóm"


def with_share(reply: Reply, limits: Limits) -> Reply:
    """The reply, with a button that passes its first words and their address on."""
    if not reply.share or not limits.share or not limits.buttons:
        return reply
    lines = plain(words("relay/share.j2", reply.context)).splitlines()
    text = next((line for line in lines if line.strip()), "")[:LENGTH]
    link = limits.share.format(url=quote(reply.share, safe=""), text=quote(text, safe=""))
    return replace(reply, choices=(Choice(LABEL, url=link), *reply.choices))
