"""`kill -9` of the real process, over and over, while a directive goes out and people write:
`python -m tests.torture.kills 200`.

A life is aimed at: it ends some moments after its first sends have reached the server, whose answers
come one by one within a third of a second. So kills fall among sends under way, the commits of
what was answered, and those of what somebody writes at that very moment; hardly any on an idle bot.
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from sqlmodel import select

from storage.database import open_engine, reading
from storage.inbox import Inbox, InboxState
from storage.mail import Outbox, OutboxState
from tests.channels.fake_telegram import FakeTelegram, Fault, FloodLimits, Person
from tests.channels.telegram_spec import Json
from tests.running import Union, queue_broadcast
from tests.torture.town import AGAIN

GROUPS_A_KILL = 15
"""So that the last life still finds something to send: some thirty are under way in each."""
KILLS = 20
"""Of one broadcast."""
SENDS = 6
"""After at most so many sends of a life comes the kill, or within `MOMENTS` seconds more."""
SEND_SECONDS = 0.3
MOMENTS = 0.3
EVENT_SECONDS = 0.05
"""So long at most after somebody has written: her event is just being stored, worked or answered."""
SENDS_WITHIN = 5.0
SETTLES_WITHIN = 60.0
SAYS = 2
"""In each life somebody writes so often: before it, and just before its end."""
PLAIN = AGAIN.removeprefix("<i>").removesuffix("</i>")
SHOW = Console(highlight=False, soft_wrap=True, markup=False)


@dataclass
class Toll:
    """What so many kills did: what was wrong, how many messages people saw twice, and how many
    kills fell on messages under way, and on events that were not worked yet.
    """

    wrong: list[str] = field(default_factory=list)
    doubled: int = 0
    under_way: int = 0
    unworked: int = 0

    def __str__(self) -> str:
        return (
            f"{self.under_way} fell on messages under way, {self.unworked} on waiting events; "
            f"{self.doubled} doubled and marked; {self.wrong or 'well'}"
        )


async def broadcast(folder: Path, seed: int, kills: int = KILLS) -> Toll:
    """Send a directive to many groups with so many kills."""
    rng, toll = random.Random(seed), Toll()
    caught: set[str] = set()
    async with FakeTelegram(flood=FloodLimits()) as server:
        await queue_broadcast(folder, server, GROUPS_A_KILL * kills)
        union = Union(folder, server)
        writer = next(iter(server.people.values()))
        await writer.starts()
        server.faults.script = _slow(rng)
        for _ in range(kills):
            await _life(union, writer, rng)
            under_way = {row.chat for row in _rows(union) if row.state == OutboxState.SENDING}
            toll.under_way += bool(under_way)
            caught |= under_way
            toll.unworked += InboxState.NEW in _events(union)[1]
        server.faults.script = lambda _method, _params: None
        await union.start()
        with suppress(TimeoutError):  # what is not finished then is told by `judge`
            await _settled(union)
        await union.stop(signal.SIGTERM)
        toll.wrong = judge(union, SAYS * kills, caught)
        toll.doubled = _doubled(server)
    return toll


def _slow(rng: random.Random) -> Callable[[str, Json], Fault | None]:
    """Answers come late, before or after the message has arrived."""

    def script(method: str, _params: Json) -> Fault | None:
        if method != "sendMessage":
            return None
        return Fault(delay=rng.uniform(0.0, SEND_SECONDS), after_effect=rng.random() < 1 / 2)

    return script


async def _life(union: Union, writer: Person, rng: random.Random) -> None:
    """One life of the process, from its start to its kill in the midst of sending."""
    sent, most = len(union.server.calls("sendMessage")), rng.randint(1, SENDS)
    await writer.says("/trogiup")
    await union.start()
    with suppress(TimeoutError):
        async with asyncio.timeout(SENDS_WITHIN):
            while len(union.server.calls("sendMessage")) < sent + most:
                await asyncio.sleep(0.002)
    await asyncio.sleep(rng.uniform(0.0, MOMENTS))
    await writer.says("/trogiup")
    await asyncio.sleep(rng.uniform(0.0, EVENT_SECONDS))
    await union.stop(signal.SIGKILL)


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


def _events(union: Union) -> tuple[Counter[str], Counter[str]]:
    """The events that were stored, by their number and by their state."""
    engine = open_engine(f"sqlite:///{union.folder / 'union.db'}")
    with reading(engine) as session:
        found = list(session.exec(select(Inbox.event_id, Inbox.state)))
    engine.dispose()
    return Counter(number for number, _ in found), Counter(state for _, state in found)


def judge(union: Union, said: int, caught: set[str]) -> list[str]:
    """Everything that is wrong; `caught` are the chats to which something was under way at a kill."""
    wrong = [
        f"{row.key} is {row.state}: {row.note}" for row in _rows(union) if row.state not in ENDS
    ]
    doubtful = {row.chat for row in _rows(union) if row.state == OutboxState.IN_DOUBT}
    for chat, texts in _seen(union.server).items():
        if not texts and chat not in doubtful:
            wrong.append(f"{chat} has nothing")
        if len(texts) > 2 or any(PLAIN not in text for text in texts[1:]):
            wrong.append(f"{chat} has {texts}")
        if len(texts) > 1 and chat not in caught:
            wrong.append(f"{chat} has two, though nothing was under way to it at a kill")
    stored, worked = _events(union)
    if len(stored) != said + 1 or set(stored.values()) != {1} or set(worked) != {"worked"}:
        wrong.append(f"of {said + 1} updates {len(stored)} are there: {worked}")
    return wrong


ENDS = {OutboxState.SENT, OutboxState.IN_DOUBT}


def one(seed: int) -> Toll:
    """One broadcast in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(broadcast(Path(folder), seed))


def main() -> int:
    """So many kills; 1 if anything was wrong."""
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    failed = 0
    for seed in range(-(-asked // KILLS)):
        toll = one(seed)
        failed += bool(toll.wrong)
        SHOW.print(f"{(seed + 1) * KILLS} kills: of the last {KILLS} {toll}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
