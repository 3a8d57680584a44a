"""What the people of the evening want: each waits for what she needs to see, then does her part."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from handlers.chat import Kind
from tests.torture.loop import STARTS_AT, VirtualLoop, WallClock
from tests.torture.town import Town
from tests.torture.world import (
    MEETING_AFTER,
    MEETING_BRANCH,
    OFFICER,
    PEOPLE,
    group_of,
    person,
    private,
)

PATIENCE = 1000.0
"""Seconds she looks for a button: longer than any fault lasts."""
GLANCE = 3.0
ROLLS = (1, 2, 3)
"""The branches whose leaders call a roll by hand; the meeting calls one in its own."""
ANSWERS = ("present", "present_online", "late", "absent_excused")
ANSWERING = 3
"""Of each branch so many answer its roll."""


@dataclass
class People:
    """Their plans, and what never became possible."""

    loop: VirtualLoop
    town: Town
    rng: random.Random
    branches: int
    clock: WallClock
    waited_in_vain: list[tuple[str, str]] = field(default_factory=list)
    """In which chat, and for what."""
    closing: set[str] = field(default_factory=set)
    """Groups whose leader has closed the roll: whoever had not answered is too late."""

    def plans(self) -> list[Coroutine[Any, Any, None]]:
        """Everybody's plans for the evening."""
        plans = [self._officer()]
        for branch in range(1, self.branches + 1):
            plans.append(self._receives(branch, 0, self._at(22, 45)))
            plans.append(self._picks(branch, self.rng.randrange(PEOPLE)))
        plans.append(self._receives(ROLLS[0], 1, self._at(22, 45)))
        for branch in ROLLS:
            plans.append(self._calls_roll(branch))
            answering = self.rng.sample(range(PEOPLE), ANSWERING)
            plans += [self._answers(branch, number) for number in answering]
        plans.append(self._calls_meeting())
        attending = self.rng.sample(range(PEOPLE), ANSWERING)
        plans += [self._attends(number) for number in attending]
        return plans

    async def _officer(self) -> None:
        await asyncio.sleep(self._at(0, 2))
        self._presses(OFFICER, private(OFFICER), "directive_send 1")
        await asyncio.sleep(self._at(0, 10))
        self._presses(OFFICER, private(OFFICER), "survey_send 1")

    async def _receives(self, branch: int, number: int, at: float) -> None:
        await asyncio.sleep(at)
        await self._finds_and_presses(person(branch, number), group_of(branch), "received 1")

    async def _picks(self, branch: int, number: int) -> None:
        await asyncio.sleep(self._at(25, 50))
        who, answers = person(branch, number), ["survey_pick 1 1", "survey_pick 1 0"]
        for answer in self.rng.sample(answers, self.rng.choice([1, 1, 2])):
            await self._finds_and_presses(who, group_of(branch), answer)
            await asyncio.sleep(self._at(1, 5))

    async def _calls_roll(self, branch: int) -> None:
        """The leader opens it; both she and her deputy close it, at the same moment."""
        await asyncio.sleep(self._at(0, 8))
        group = group_of(branch)
        self._says(person(branch, 0), group, "/diemdanh")
        await asyncio.sleep(self._at(42, 50))
        leader, deputy = person(branch, 0), person(branch, 1)
        line = await self._finds(leader, private(leader), "roll_close ")
        self.closing.add(group)
        if line and branch == ROLLS[0]:
            self._presses(leader, private(leader), line)
            self._presses(deputy, private(deputy), line)
        elif line:
            self._presses(leader, private(leader), line)

    async def _answers(self, branch: int, number: int) -> None:
        await asyncio.sleep(self._at(3, 40))
        for answer in self.rng.sample(ANSWERS, self.rng.choice([1, 1, 1, 2])):
            await self._finds_and_presses(person(branch, number), group_of(branch), "mark ", answer)
            await asyncio.sleep(self._at(1, 8))

    async def _calls_meeting(self) -> None:
        leader = person(MEETING_BRANCH, 0)
        await asyncio.sleep(self._at(0, 10))
        self._presses(leader, private(leader), "meet_call 1")
        await self._meeting_has_begun(60)
        # the invitation offered no "late"
        answer = await self._finds(leader, group_of(MEETING_BRANCH), "mark ", " late")
        number = answer.split()[1] if answer else ""
        line = await self._finds(leader, private(leader), f"roll_close {number}") if number else ""
        self.closing.add(group_of(MEETING_BRANCH))
        if line:
            self._presses(leader, private(leader), line)

    async def _attends(self, number: int) -> None:
        who, group = person(MEETING_BRANCH, number), group_of(MEETING_BRANCH)
        await asyncio.sleep(self._at(15, 45))
        coming = self.rng.choice(["present", "absent"])
        await self._finds_and_presses(who, group, "mark ", f" {coming}")
        await self._meeting_has_begun(self._at(5, 50))
        answer = self.rng.choice(["late", "present_online"])  # no invitation offers these
        await self._finds_and_presses(who, group, "mark ", answer)

    async def _meeting_has_begun(self, seconds: float) -> None:
        """So many seconds after its start by the clock on the wall, which may jump."""
        moment = STARTS_AT + MEETING_AFTER + timedelta(seconds=seconds)
        while (left := (moment - self.clock.now()).total_seconds()) > 0:
            await asyncio.sleep(min(left, GLANCE * 10))

    def _at(self, least: int, most: int) -> float:
        """Whole seconds: many do something at the same moment."""
        return float(self.rng.randint(least, most))

    # --- what hands do

    def _says(self, who: str, chat: str, text: str) -> None:
        self.town.happens(who, self.town.goes_on_in(chat), Kind.TEXT, text)

    def _presses(self, who: str, chat: str, line: str, about: str = "") -> None:
        self.town.happens(who, self.town.goes_on_in(chat), Kind.PRESS, line, about)

    async def _finds_and_presses(self, who: str, chat: str, begins: str, ends: str = "") -> None:
        line = await self._finds(who, chat, begins, ends)
        if line:
            found = self.town.button(self.town.goes_on_in(chat), begins, ends)
            self._presses(who, chat, line, str(found[0].id) if found else "")

    async def _finds(self, who: str, chat: str, begins: str, ends: str = "") -> str:
        """The line of a button, once she sees it."""
        until = self.loop.time() + PATIENCE
        while self.loop.time() < until:
            if self.town.goes_on_in(chat) in self.town.closed:
                return ""
            if begins == "mark " and chat in self.closing:
                return ""
            found = self.town.button(self.town.goes_on_in(chat), begins, ends)
            if found is not None:
                return found[1]
            await asyncio.sleep(GLANCE)
        self.waited_in_vain.append((chat, f"{who}: {begins}…{ends}"))
        return ""
