"""One evening under faults, from its seed to what was wrong at its end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from handlers import ROUTES
from handlers.chat import Call, Kind, Reply, Route
from handlers.rolls import actions
from storage import rolls
from storage.rolls import Source, Status
from tests.torture import faults, oracle
from tests.torture.faults import BY_SECOND, Fault, Size, choose
from tests.torture.loop import StuckError, VirtualLoop, WallClock
from tests.torture.machine import Machine
from tests.torture.people import People
from tests.torture.town import Town
from tests.torture.world import Worlds, group_of, person

SMALL = 8
FULL = 244
IDLE = ((60.0, 110.0), (140.0, 1010.0), (1110.0, 9999.0))
"""When nobody does anything by plan: the clock ticks more seldom."""
ENDS_AT = 1300.0
STEPS = (0.1, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0)
SIZE = Size(commits=190, sends=120, updates=48, seconds=1100)
BUG = "torture_bug"


@dataclass
class Report:
    """What became of an evening."""

    seed: int
    plan: list[Fault]
    wrong: list[str] = field(default_factory=list)
    effects: int = 0
    messages: int = 0
    doubled: int = 0
    deaths: int = 0
    passed: dict[str, int] = field(default_factory=dict)


def plan_of(seed: int) -> list[Fault]:
    """The faults that a seed chooses."""
    return choose(random.Random(f"faults {seed}"), SIZE)


def play(
    worlds: Worlds, seed: int, plan: list[Fault] | None = None, branches: int = SMALL
) -> Report:
    """Play an evening."""
    plan = plan_of(seed) if plan is None else plan
    report = Report(seed, plan)
    rng = random.Random(f"threads {seed}")
    loop = VirtualLoop(rng, rng.choice(STEPS))
    asyncio.set_event_loop(loop)
    try:
        with _buggy_command():
            _play(worlds, seed, report, loop, branches)
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    return report


def _play(worlds: Worlds, seed: int, report: Report, loop: VirtualLoop, branches: int) -> None:
    engine = worlds.fresh(branches)
    clock = WallClock(loop)
    town = Town(loop, random.Random(f"town {seed}"), report.plan, clock.now)
    town.webhook = random.Random(f"way {seed}").random() < 0.5
    machine = Machine(engine, loop, town, clock, random.Random(f"machine {seed}"))
    people = People(loop, town, random.Random(f"people {seed}"), branches, clock)
    with machine.at_work():
        try:
            loop.run_until_complete(_evening(machine, town, people))
        except StuckError:
            report.wrong.append("everything stands still")
    report.effects, report.messages = len(machine.stored), len(town.messages)
    report.deaths = len(machine.deaths)
    report.passed = {str(kind): number for kind, number in machine.passed.items()}
    report.passed |= {"updates": len(town.updates), "requests": len(town.requests)}
    report.wrong += oracle.judge(engine, machine, town, people)
    report.doubled = oracle.doubled(town)


async def _evening(machine: Machine, town: Town, people: People) -> None:
    loop = machine.loop
    for fault in town.plan:
        if fault.kind in BY_SECOND:
            loop.call_later(fault.at, _strike, fault, machine, town, people)
    for begins, ends in IDLE:
        loop.call_later(begins, setattr, machine, "idle", True)
        loop.call_later(ends, setattr, machine, "idle", False)
    bot = loop.create_task(machine.run())
    plans = [loop.create_task(plan) for plan in people.plans()]
    await asyncio.wait(plans)
    for plan in plans:
        plan.result()
    await asyncio.sleep(max(ENDS_AT - loop.time(), QUIET))
    bot.cancel()
    with suppress(asyncio.CancelledError):
        await bot


QUIET = 200.0
"""Seconds after the last deed in which everything must have come to rest."""


def _strike(fault: Fault, machine: Machine, town: Town, people: People) -> None:
    branch = 1 + int(fault.more * people.branches) if 0 <= fault.more < 1 else 1
    chat = town.goes_on_in(group_of(branch))
    if fault.kind is faults.Kind.CLOSED:
        town.close(chat, person(branch, 2))
    elif fault.kind is faults.Kind.MIGRATED:
        town.migrate(chat, person(branch, 2))
    elif fault.kind is faults.Kind.BUG:
        town.happens(person(branch, 2), chat, Kind.PRESS, BUG)
    else:
        town.strike(fault)
        machine.strike(fault)


@contextmanager
def _buggy_command() -> Iterator[None]:
    """A command that does half of its work, and then meets a bug."""
    ROUTES[BUG] = Route(_stumble, listed=False)
    try:
        yield
    finally:
        del ROUTES[BUG]


def _stumble(call: Call, rest: str) -> Reply:
    for roll in rolls.opened(call.session, list(range(1, 20))):
        for member in range(2, 12):
            actions.record(call.moment(), roll, member, Status.LATE, source=Source.BUTTON, by=None)
    raise RuntimeError("a bug")
