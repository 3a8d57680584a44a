"""Channels lost and found at random while people answer at random doors: one answer each, and no
group or person asked twice.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from bot.channels.sandbox import OA, SANDBOX, ZALO
from handlers.detours import prompts
from storage.database import reading
from storage.mail import Outbox, OutboxState
from tests.answering import roll_of
from tests.cast import Cast
from tests.every_door import EveryDoor
from tests.losing import loses, regains
from tests.rollcall import verdicts

PLATFORMS = {"telegram": SANDBOX, "zalo": ZALO, "oa": OA}
WORDS = {"có mặt": "present", "trực tuyến": "present_online", "đi trễ": "late"}
NAMES = {"an": "An", "binh": "Bình", "cuc": "Cúc", "thu": "Thu"}


@pytest.fixture
async def cast(engine: Engine, request: pytest.FixtureRequest) -> AsyncIterator[Cast]:
    everywhere = "seed" in request.fixturenames
    async with (EveryDoor if everywhere else Cast)(engine) as found:
        yield found


@pytest.mark.parametrize("seed", range(4))
async def test_one_answer_each_and_nobody_is_asked_twice(cast: EveryDoor, seed: int) -> None:
    said = await an_evening(cast, random.Random(seed))

    assert verdicts(cast) == said
    assert set(asked(cast).values()) == {1}
    for room in cast.groups.values():
        assert f"Chưa trả lời: {6 - len(said)}/6" in room.text


@pytest.mark.parametrize(("looks", "most"), [(True, 1), (False, 2)])
async def test_who_was_asked_before_is_looked_up(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, *, looks: bool, most: int
) -> None:
    """And the twin: without that look every loss would ask in private anew."""
    if not looks:
        monkeypatch.setattr(prompts, "_asked_before", lambda *_: False)
    await cast.lan.says("/diemdanh", cast.k8)
    for _ in range(2):
        await loses(cast)
        await regains(cast)
        await cast.passes(minutes=1)

    assert max(asked(cast).values()) == most


async def an_evening(cast: EveryDoor, chance: random.Random) -> dict[str, str]:
    """A roll, while channels come and go; what each said last."""
    await cast.lan.says("/diemdanh", cast.k8)
    said: dict[str, str] = {}
    lost: set[str] = set()
    for _ in range(25):
        channel = chance.choice(list(PLATFORMS.values()))
        what = chance.choice(["answer", "answer", "answer", "lose", "regain", "wait"])
        if what == "answer":
            key, door = chance.choice(list(NAMES)), chance.choice(list(PLATFORMS))
            words = chance.choice(list(WORDS))
            await answer(cast, door, key, words, in_group=PLATFORMS[door] not in lost)
            said[NAMES[key]] = WORDS[words]
        elif what == "lose":
            await loses(cast, channel)
            lost.add(channel)
        elif what == "regain":
            await regains(cast, channel)
            lost.discard(channel)
        else:
            await cast.passes(minutes=chance.choice([1, 12]))
    for channel in PLATFORMS.values():
        await regains(cast, channel)
    await cast.passes(minutes=11)
    await cast.passes(minutes=11)
    return said


async def answer(cast: EveryDoor, door: str, key: str, words: str, *, in_group: bool) -> None:
    """In the group, or where that is lost in private: what she says arrives all the same."""
    if in_group:
        await cast.writes(door, key, words)
    else:
        await cast.players[key].says(words, cast.at(PLATFORMS[door], key))


def asked(cast: Cast) -> Counter[tuple[str, str]]:
    """How often each chat was asked, by the group's prompt or in private; a count is no question."""
    roll = f"roll:{roll_of(cast).id}"
    with reading(cast.engine) as session:
        rows = session.exec(
            select(Outbox).where(
                Outbox.how == "message",
                Outbox.state != OutboxState.EXPIRED,
                col(Outbox.subject).in_([roll, f"{roll}:asked"]),
            )
        )
        return Counter((row.chat, row.subject) for row in rows if ":tally:" not in row.key)
