"""Building the invented world, once; every later start opens a copy."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

from bot.channels.platform import Platform
from bot.demo import files
from bot.demo.register import fill
from bot.demo.stage import set_stage
from bot.demo.world import BEGINNING
from storage.database import begin, open_engine
from storage.migrations import upgrade

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
            fill(session, BEGINNING)
            set_stage(session, platform, BEGINNING)
            platform.remember("world", secrets.token_hex(8))
        platform.close()
        engine.dispose()
