"""Building the invented world, once; every later start opens a copy."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bot.channels.platform import Platform
from bot.demo import files, history
from bot.demo.register import fill
from bot.demo.stage import set_stage
from bot.demo.world import BEGINNING, World
from storage.database import begin, open_engine
from storage.migrations import upgrade

ENTERED = BEGINNING - timedelta(weeks=6)
"""When the union is said to have begun with the bot."""
Say = Callable[[str], None]
STAGES = {
    "tables": "tables",
    "members": "2,575 members and three wards",
    "history": "what happened before",
}
"""What `say` hears, and what it means."""


def build(folder: Path, say: Say) -> None:
    """Make the template world in the demo's folder; `say` hears how far it is."""
    with files.whole(folder, files.TEMPLATE) as place:
        url = f"sqlite:///{place / files.UNION}"
        files.mark(place / files.UNION)
        files.mark(place / files.PLATFORM)
        say("tables")
        upgrade(url)
        engine = open_engine(url)
        platform = Platform(place / files.PLATFORM)
        say("members")
        with begin(engine) as session, platform.changing():
            fill(session, ENTERED)
            set_stage(session, platform, ENTERED)
            platform.remember("world", secrets.token_hex(8))
        platform.close()
        engine.dispose()
        say("history")
        asyncio.run(_live(place))


async def _live(place: Path) -> None:
    world = World(place, held=ENTERED)
    await history.live(world)
    world.clock.set(BEGINNING)
    world.close()
