"""`kill -9` of the real process, over and over, while a directive goes out and people write:
`python -m tests.torture.kills 200`.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from sqlmodel import select

from storage.database import open_engine, reading
from storage.inbox import Inbox
from storage.mail import Outbox, OutboxState
from tests.channels.fake_telegram import FakeTelegram, FloodLimits
from tests.running import Union, queue_broadcast
from tests.torture.town import AGAIN

GROUPS = 60
KILLS = 20
"""Of one broadcast."""
LONGEST_LIFE = 0.9
"""Seconds from the first poll to the kill."""
SETTLES_WITHIN = 30.0
PLAIN = AGAIN.removeprefix("<i>").removesuffix("</i>")
SHOW = Console(highlight=False, soft_wrap=True, markup=False)


async def broadcast(folder: Path, seed: int, kills: int = KILLS) -> tuple[list[str], int]:
    """Send a directive to sixty groups with so many kills; what was wrong, and how many messages
    people saw twice.
    """
    rng = random.Random(seed)
    async with FakeTelegram(flood=FloodLimits()) as server:
        await queue_broadcast(folder, server, GROUPS)
        union = Union(folder, server)
        writer = next(iter(server.people.values()))
        await writer.starts()
        server.fault("sendMessage", delay=0.15, times=None)
        for _ in range(kills):
            await writer.says("/trogiup")
            await union.start()
            await asyncio.sleep(rng.uniform(0.0, LONGEST_LIFE))
            await union.stop(signal.SIGKILL)
        await union.start()
        with suppress(TimeoutError):  # what is not finished then is told by `judge`
            await _settled(union)
        await union.stop(signal.SIGTERM)
        return judge(union, kills), _doubled(server)


def _rows(union: Union) -> list[Outbox]:
    engine = open_engine(f"sqlite:///{union.folder / 'union.db'}")
    with reading(engine) as session:
        rows = list(session.exec(select(Outbox)))
    engine.dispose()
    return rows


async def _settled(union: Union) -> None:
    """Until nothing is queued or on its way."""
    async with asyncio.timeout(SETTLES_WITHIN):
        while {row.state for row in _rows(union)} & {OutboxState.QUEUED, OutboxState.SENDING}:
            await asyncio.sleep(0.5)


def _seen(server: FakeTelegram) -> dict[str, list[str]]:
    """What the bot said in each group."""
    return {
        f"telegram:{group.id}": [m.text or "" for m in group.messages if m.from_bot]
        for group in server.groups.values()
    }


def _doubled(server: FakeTelegram) -> int:
    return sum(len(texts) > 1 for texts in _seen(server).values())


def judge(union: Union, kills: int) -> list[str]:
    """Everything that is wrong."""
    wrong = [
        f"{row.key} is {row.state}: {row.note}" for row in _rows(union) if row.state not in ENDS
    ]
    doubtful = {row.chat for row in _rows(union) if row.state == OutboxState.IN_DOUBT}
    for chat, texts in _seen(union.server).items():
        if not texts and chat not in doubtful:
            wrong.append(f"{chat} has nothing")
        if len(texts) > 2 or any(PLAIN not in text for text in texts[1:]):
            wrong.append(f"{chat} has {texts}")
    engine = open_engine(f"sqlite:///{union.folder / 'union.db'}")
    with reading(engine) as session:
        stored = Counter(session.exec(select(Inbox.event_id)))
        worked = Counter(session.exec(select(Inbox.state)))
    engine.dispose()
    if len(stored) != kills + 1 or set(stored.values()) != {1} or set(worked) != {"worked"}:
        wrong.append(f"of {kills + 1} updates {len(stored)} are there: {worked}")
    return wrong


ENDS = {OutboxState.SENT, OutboxState.IN_DOUBT}


def one(seed: int) -> tuple[list[str], int]:
    """One broadcast in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(broadcast(Path(folder), seed))


def main() -> int:
    """So many kills; 1 if anything was wrong."""
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    failed = 0
    for seed in range(-(-asked // KILLS)):
        wrong, doubled = one(seed)
        failed += bool(wrong)
        SHOW.print(f"{(seed + 1) * KILLS} kills, {doubled} doubled and marked, {wrong or 'well'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
