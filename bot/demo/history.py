"""What happened before the world's clock begins: people's deeds, done through the bot itself."""

from __future__ import annotations

from datetime import datetime

from bot.channels.platform import BOT, Message
from bot.demo.stage import DATA, table
from bot.demo.world import World
from bot.render import plain
from handlers.understanding.zone import ZONE

PDF = "application/pdf"


def _moment(row: dict[str, str]) -> datetime:
    return datetime.fromisoformat(row["at"]).replace(tzinfo=ZONE)


async def live(world: World) -> None:
    """Do all of it in a world whose clock is held; `wait` lets only time go by."""
    for row in table("history.csv"):
        moment = _moment(row)
        if moment != world.clock.now():
            world.clock.set(moment)
            world.app.tick()
            await world.app.settle()
        if row["deed"] != "wait":
            await _do(world, row)
            await world.app.settle()


async def _do(world: World, row: dict[str, str]) -> None:
    person, chat, words = row["person"], row["chat"], row["words"]
    found = world.platform.chat(chat)
    assert found is not None, chat
    channel = world.channels[found["channel"]]
    spoken = [m for m in world.platform.messages(chat) if m.sender == BOT]
    if row["deed"] == "press":
        message, label = _button(spoken, words)
        await channel.press(person, message, label)
    elif row["deed"] == "paste":
        told = [m for m in world.platform.messages(words) if m.sender == BOT and not m.choices]
        await channel.say(person, chat, plain(told[-1].text))
    elif row["deed"] == "file":
        await channel.send_file(person, chat, words, PDF, (DATA / words).read_bytes())
    else:
        reply_to = spoken[-1].id if row["deed"] == "answer" else None
        await channel.say(person, chat, words, reply_to=reply_to)


def _button(messages: list[Message], words: str) -> tuple[Message, str]:
    """The newest button whose label contains these words."""
    for message in reversed(messages):
        for label in message.labels:
            if words in label:
                return message, label
    raise AssertionError(f"no button {words!r}")
