"""What the sandbox page is told about a world, as plain data for JSON."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from bot.channels.platform import BOT, Message, Platform
from bot.channels.sandbox import LIMITS, MENTION
from bot.demo.world import World
from bot.render import plain
from handlers.chat import Limits
from handlers.understanding.lunar import speak_lunar
from handlers.understanding.spoken import speak_date
from handlers.understanding.zone import local, local_date

PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})
"""What a chat shows in place: no script can hide in them."""
PREVIEW = 90
QUOTE = 120


def whole_world(world: World) -> dict[str, Any]:
    """What stays as it is: people, chats and who is in them."""
    people: dict[str, list[str]] = defaultdict(list)
    for chat, person in world.platform.memberships():
        people[chat].append(person)
    return {
        "world": world.platform.value("world"),
        "mention": MENTION,
        "toast": world.platform.newest_toast(),
        "people": [
            {"id": p["id"], "name": p["name"], "note": p["note"]} for p in world.platform.people()
        ],
        "chats": [
            {
                "id": chat["id"],
                "title": chat["title"],
                "section": chat["section"],
                "private": bool(chat["private"]),
                "door": chat["channel"],
                "files": _limits(chat).files,
                "people": people[chat["id"]],
            }
            for chat in world.platform.chats()
        ],
    }


def state(world: World, *, since: int, chat: str, after: int, toast: int) -> dict[str, Any]:
    """What has changed: the list of chats if anything did, one chat's messages, new notices."""
    platform = world.platform
    version = platform.version
    return {
        "world": platform.value("world"),
        "version": version,
        "clock": clock(world),
        "lost": world.lost(),
        "chats": [_line(row) for row in platform.chats()] if version > since else None,
        "messages": [_message(platform, m) for m in platform.messages(chat, after)],
        "toasts": [
            {"id": row["id"], "person": row["person"], "text": row["text"]}
            for row in platform.toasts_since(toast)
        ],
    }


def clock(world: World) -> dict[str, Any]:
    """The world's time, and how far a journey through it has come."""
    now = world.clock.now()
    journey = world.traveller.journey
    return {
        "now": now.isoformat(),
        "local": _wall(now),
        "date": speak_date(now),
        "lunar": speak_lunar(local_date(now)),
        "journey": journey
        and {"start": journey.start.isoformat(), "goal": journey.goal.isoformat()},
    }


def _wall(moment: datetime) -> str:
    """As a datetime-local field wants it."""
    return local(moment).strftime("%Y-%m-%dT%H:%M")


def _line(row: dict[str, Any]) -> dict[str, Any]:
    """A chat in the list, with the beginning of its newest message."""
    words = plain(row["text"] or "") if row["sender"] == BOT else row["text"] or ""
    return {
        "id": row["id"],
        "bot": bool(row["bot"]),
        "last": row["last_id"] or 0,
        "sender": row["sender"] or "",
        "text": " ".join(words.split())[:PREVIEW] or row["file_name"] or "",
        "gone": bool(row["deleted"]),
        "at": row["at"] or "",
    }


def _message(platform: Platform, message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "version": message.version,
        "sender": message.sender,
        "text": message.text,
        "markup": message.sender == BOT and _has_markup(platform, message),
        "buttons": [[{"label": c.label, "url": c.url} for c in row] for row in message.choices],
        "file": message.file_name,
        "picture": message.mime in PICTURES,
        "quote": _quote(platform, message.reply_to),
        "at": message.at.isoformat(),
        "edited": message.edited > 0,
        "gone": message.deleted,
        "reaction": message.reactions,
    }


def _has_markup(platform: Platform, message: Message) -> bool:
    chat = platform.chat(message.chat)
    return chat is not None and _limits(chat).markup


def _limits(chat: dict[str, Any]) -> Limits:
    """What the platform a chat imitates can do there."""
    return LIMITS[chat["channel"]].there(group=not chat["private"])


def _quote(platform: Platform, reply_to: int | None) -> dict[str, Any] | None:
    found = platform.message(reply_to) if reply_to else None
    if found is None:
        return None
    words = plain(found.text) if found.sender == BOT else found.text
    text = " ".join(words.split())[:QUOTE] or found.file_name
    return {"id": found.id, "sender": found.sender, "text": text}
