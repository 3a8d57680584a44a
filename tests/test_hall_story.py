"""A hall of 376 people, five doors at once: the one roll is right to the person."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from itertools import product

import pytest
from sqlmodel import select

from bot.channels.platform import Message
from bot.channels.sandbox import SANDBOX
from storage import accounts, roll_lists, rolls
from storage.database import begin, reading
from storage.members import Member
from storage.vietnamese import fold, name_key
from tests.answering import group_link
from tests.cast import Cast
from tests.hall_scenes import Phone, list_page, screen
from tests.rollcall import rolls as all_rolls

pytestmark = pytest.mark.slow
MIDDLES = (
    "Ngọc", "Kim", "Mỹ", "Thu", "Bích", "Hồng", "Thúy", "Minh", "Thanh", "Diễm", "Cẩm", "Tuyết",
    "Lệ", "Bảo", "Gia", "Xuân", "Mai", "Như", "Ánh",
)  # fmt: skip
GIVEN = (
    "Hoa", "Lan", "Đào", "Cúc", "Mai", "Sen", "Huệ", "Liên", "Phượng", "Yến", "Oanh", "Nga",
    "Loan", "Hằng", "Hạnh", "Thảo", "Trang", "Vân", "Diệu", "Nhi",
)  # fmt: skip
BRANCH = 376
WEIGHTS = {"helper": 1, "self": 2, "leader": 3}
At = tuple[int, int, str]  # weight, phase, status


class Hall:
    """The people of one branch, each door's way in, and what ought to count for each of them."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.people: list[Member] = []
        self.said: dict[int, list[At]] = {}
        self.phase = 0
        self.prompt: Message

    def fill(self) -> None:
        """Add people until the branch has 376; the first 150 talk with the bot."""
        now, unit = self.cast.clock.now(), self.cast.unit("P5-K8").id or 0
        names = [f"Trương {middle} {given}" for given, middle in product(GIVEN, MIDDLES)]
        with begin(self.cast.engine) as session:
            there = len(roll_lists.people(session, unit))
            for at, name in enumerate(names[: BRANCH - there]):
                member = Member(
                    unit_id=unit, name=name, team=f"Tổ {at % 9 + 1}", birth=str(1950 + at % 50),
                    folded=fold(name), name_key=name_key(name), created_at=now, changed_at=now,
                )  # fmt: skip
                session.add(member)
                session.flush()
                if at < 150:
                    account = accounts.ensure(
                        session, address=f"{SANDBOX}:m{at}", name=name, now=now
                    )
                    accounts.link(session, account.id or 0, member.id or 0, by="test", now=now)
                self.people.append(member)
            session.expunge_all()
        for at, member in enumerate(self.people[:150]):
            self.cast.platform.add_person(f"m{at}", member.name)
            self.cast.platform.join("g8", f"m{at}")

    def expect(self, at: int, voice: str, status: str) -> None:
        member = self.people[at].id or 0
        self.said.setdefault(member, []).append((WEIGHTS[voice], self.phase, status))

    async def writes(self, at: int, words: str, status: str) -> None:
        self.expect(at, "self", status)
        await self.cast.channels[SANDBOX].say(f"m{at}", "g8", words)

    async def presses(self, at: int, label: str, status: str) -> None:
        self.expect(at, "self", status)
        await self.cast.channels[SANDBOX].press(f"m{at}", self.prompt, label)

    async def scans(self, at: int, url: str, status: str = "present") -> None:
        self.expect(at, "helper", status)
        member = self.people[at]
        async with Phone(self.cast) as phone:
            await phone.checks_in(url, member.name, member.birth)
            assert phone.page.status_code == 200, phone.text

    async def follows(self, at: int, url: str, label: str, status: str) -> None:
        self.expect(at, "helper", status)
        async with Phone(self.cast) as phone:
            await phone.opens(url)
            await phone.is_called(fold(self.people[at].name), self.people[at].birth)
            await phone.presses(label)

    def ticks(self, at: int, status: str, key: str, ago: float = 0) -> dict[str, object]:
        self.expect(at, "leader", status)
        who = str(self.people[at].id)
        return {"id": f"telephone-{key}-{at}", "member": who, "status": status, "ago": ago}

    async def at_once(self, doors: Sequence[Awaitable[None]]) -> None:
        """Everybody comes at the same time, while the bot works and sends."""
        few = asyncio.Semaphore(12)

        async def comes(one: Awaitable[None]) -> None:
            async with few:
                await one

        await asyncio.gather(self.cast.settle(), *map(comes, doors))
        await self.cast.settle()

    def next(self) -> None:
        self.phase += 1
        self.cast.clock.advance(timedelta(minutes=2))

    def ought(self) -> dict[int, str]:
        """The newest word of the weightiest voice, of everybody who was heard."""
        best = {who: max(said, key=lambda s: s[:2]) for who, said in self.said.items()}
        return {who: status for who, (_, _, status) in best.items() if status != "unanswered"}

    def is_(self) -> dict[int, str]:
        roll = all_rolls(self.cast)[0]
        with reading(self.cast.engine) as session:
            rows = roll_lists.sheet(session, roll)
            return {
                m.id or 0: v.status for m, v in rows if v is not None and v.status != "unanswered"
            }


async def test_a_hall_check_in_by_five_doors_at_once(cast: Cast) -> None:
    hall = Hall(cast)
    hall.fill()
    at_door, branch_list = await screen(cast), await list_page(cast)
    hall.prompt = cast.k8.last
    link = group_link(cast, f"roll:{all_rolls(cast)[0].id}")

    # 8.00: 60 write, 60 press, 80 scan, 60 follow the link, 50 are ticked where there is no signal.
    offline = [hall.ticks(at, "present", "a") for at in range(300, 350)]
    await hall.at_once(
        [
            *(hall.writes(at, "dạ em có mặt", "present") for at in range(50)),
            *(hall.writes(at, "em xin phép vắng ạ", "absent_excused") for at in range(50, 60)),
            *(hall.presses(at, "✅ Có mặt", "present") for at in range(60, 110)),
            *(hall.presses(at, "⏰ Đi trễ", "late") for at in range(110, 120)),
            *(hall.scans(at, at_door) for at in range(150, 230)),
            *(hall.follows(at, link, "Có mặt", "present") for at in range(230, 280)),
            *(hall.follows(at, link, "Xin phép vắng", "absent_excused") for at in range(280, 290)),
        ]
    )
    # 8.02: the same again by the same doors and by others; and some who say something else.
    hall.next()
    offline += [hall.ticks(at, "absent_excused", "b") for at in range(310, 315)]
    await hall.at_once(
        [
            *(hall.presses(at, "✅ Có mặt", "present") for at in range(64, 90)),
            *(hall.scans(at, at_door) for at in range(150, 170)),
            *(hall.scans(at, at_door) for at in range(20)),  # wrote that they are here: they are
            *(hall.scans(at, at_door) for at in range(50, 55)),  # asked leave, and came after all
            *(hall.scans(at, at_door, "late") for at in range(110, 115)),
            *(hall.follows(at, link, "Xin phép vắng", "absent_excused") for at in range(60, 64)),
            *(hall.scans(at, at_door) for at in range(280, 284)),  # the link's word, taken back
            *(hall.writes(at, "em có mặt rồi nha", "present") for at in range(55, 58)),
        ]
    )
    # 8.04: signal again. Her list is sent twice, and the leader settles two who asked leave.
    hall.next()
    offline += [hall.ticks(at, "present", "c") for at in (50, 51)]
    async with Phone(cast) as lan:
        for tick in offline:
            tick["ago"] = {"a": 240.0, "b": 120.0, "c": 0.0}[str(tick["id"]).split("-")[1]]
        for part in (offline[:30], offline[:30], offline[30:], offline):
            await lan.uploads_ticks(branch_list, *part)
    await cast.settle()

    assert hall.is_() == hall.ought()
    assert len(hall.ought()) == 60 + 60 + 80 + 60 + 50
    roll = all_rolls(cast)[0]
    with reading(cast.engine) as session:
        differing = {member.id for member, _ in roll_lists.differing(session, roll.number)}
    assert differing == {hall.people[at].id for at in (52, 53, 54, *range(60, 64))}

    await _closing(cast, hall, at_door)


async def _closing(cast: Cast, hall: Hall, at_door: str) -> None:
    """Closed, late ones passed on, opened again, closed: only the difference is told."""
    frozen = Counter(hall.ought().values())
    async with Phone(cast) as late:
        await late.opens(await late.reads(at_door))
        await cast.lan.says("chốt điểm danh")
        await cast.passes(minutes=2)
        hall.phase += 1
        hall.expect(360, "helper", "present")
        await late.says(hall.people[360].name, hall.people[360].birth)
    with reading(cast.engine) as session:
        roll = rolls.get(session, all_rolls(cast)[0].number)
        assert roll is not None
        counts = roll_lists.counts(session, roll)
        verdicts = session.exec(select(rolls.RollVerdict)).all()
    assert counts == {**frozen, "unanswered": BRANCH - sum(frozen.values())}
    assert len(verdicts) == BRANCH

    await cast.lan.presses("Mở lại")
    assert hall.is_() == hall.ought()
    await cast.lan.says("chốt điểm danh")
    assert f"• {hall.people[360].name}: chưa trả lời → có mặt" in cast.lan.text
    assert cast.lan.text.count("→") == 3
    assert f"Tổng số: {BRANCH}" in cast.lan.text
