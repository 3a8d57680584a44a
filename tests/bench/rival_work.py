"""The job itself, as both rival bots do it: async SQLModel sessions on aiosqlite."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment
from sqlalchemy import Engine, create_engine, event, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.bench import union
from tests.bench.rival_tables import Duty, Letter, Mark, Person, Rival, RollCall, Seen, now
from tests.bench.union import Union

Sessions = async_sessionmaker[AsyncSession]
LABELS = {
    "present": "có mặt",
    "present_online": "trực tuyến",
    "late": "đi trễ",
    "absent_excused": "vắng có phép",
}
TEXTS = Environment(autoescape=True, trim_blocks=True)
RECORDED = TEXTS.from_string(
    "{% if known %}Đã ghi: {{ status }}. Bấm nút khác để đổi."
    "{% else %}Chị không có trong danh sách điểm danh này ạ.{% endif %}"
)
TALLY = TEXTS.from_string(
    "📋 <b>Điểm danh Chi hội {{ branch }}</b>\n"
    "{% for key, label in labels.items() %}{{ label }}: <b>{{ counts.get(key, 0) }}</b>\n{% endfor %}"
    "❔ Chưa trả lời: <b>{{ total - counts.values() | sum }}</b>/{{ total }}"
)
TALLY_EVERY = 6.0
"""Seconds between two edits of one tally, as in our bot."""


def build(path: Path, world: Union) -> None:
    """A database with everybody in it and a roll call open in every group."""
    engine = create_engine(f"sqlite:///{path}")
    _prepare(engine)
    Rival.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(
            insert(Person),
            [
                {
                    "telegram_id": union.user(member),
                    "name": union.name(member),
                    "branch": world.branch_of(member),
                }
                for member in range(1, world.members + 1)
            ],
        )
        connection.execute(
            insert(Duty),
            [
                {"person_id": branch, "branch": branch, "kind": "leader"}
                for branch in range(1, world.branches + 1)
            ],
        )
        connection.execute(
            insert(RollCall),
            [
                {
                    "branch": branch,
                    "chat_id": union.group_chat(branch),
                    "message_id": union.PROMPT_ID,
                    "state": "open",
                }
                for branch in range(1, world.branches + 1)
            ],
        )
    engine.dispose()


def _prepare(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def pragmas(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.close()


def open_database(path: str) -> tuple[AsyncEngine, Sessions]:
    """The engine and the session maker of a bot."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")
    _prepare(engine.sync_engine)
    return engine, async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)


async def store(sessions: Sessions, update_id: int, body: str) -> bool:
    """Store an update before it is worked; False if it was seen before."""
    async with sessions() as session:
        session.add(Seen(update_id=update_id, body=body))
        try:
            await session.commit()
        except IntegrityError:
            return False
    return True


async def answer(
    session: AsyncSession,
    update_id: int,
    telegram_id: int,
    chat_id: int,
    status: str,
    source: str,
    roll_id: int | None = None,
) -> tuple[Letter, RollCall | None]:
    """Check who it is, mark her, queue what to tell her; all in one transaction."""
    found = await session.exec(select(Person).where(Person.telegram_id == telegram_id))
    person = found.first()
    roll = await _open_roll(session, chat_id, roll_id)
    known = person is not None and roll is not None and await _may(session, person, roll)
    if known:
        assert person is not None and roll is not None
        await _mark(session, person, roll, status, source)
    text = RECORDED.render(known=known, status=LABELS[status])
    letter = Letter(key=f"in:{update_id}", chat_id=chat_id, text=text)
    session.add(letter)
    seen = await session.get(Seen, update_id)
    if seen is not None:
        seen.state = "worked"
        session.add(seen)
    await session.commit()
    return letter, roll if known else None


async def _open_roll(session: AsyncSession, chat_id: int, roll_id: int | None) -> RollCall | None:
    if roll_id is not None:
        return await session.get(RollCall, roll_id)
    shown = select(RollCall).where(RollCall.chat_id == chat_id, RollCall.state == "open")
    return (await session.exec(shown)).first()


async def _may(session: AsyncSession, person: Person, roll: RollCall) -> bool:
    """A member answers in her branch, and whoever holds a role there today."""
    today = now().date()
    held = select(Duty).where(
        Duty.person_id == person.id,
        or_(col(Duty.since).is_(None), col(Duty.since) <= today),
        or_(col(Duty.until).is_(None), col(Duty.until) > today),
    )
    duties = (await session.exec(held)).all()
    hers = person.branch == roll.branch or any(duty.branch == roll.branch for duty in duties)
    return hers and roll.state == "open"


async def _mark(
    session: AsyncSession, person: Person, roll: RollCall, status: str, source: str
) -> None:
    assert roll.id is not None and person.id is not None
    same = select(Mark).where(Mark.roll_id == roll.id, Mark.person_id == person.id)
    mark = (await session.exec(same)).first()
    if mark is None:
        mark = Mark(roll_id=roll.id, person_id=person.id, status=status, source=source)
    mark.status, mark.source, mark.at = status, source, now()
    session.add(mark)


async def sent(session: AsyncSession, letter: Letter) -> None:
    """Write down that it was sent."""
    letter.state, letter.sent_at = "sent", now()
    session.add(letter)
    await session.commit()


async def tally(session: AsyncSession, roll: RollCall) -> str:
    """What a group is shown of its roll call."""
    rows = await session.exec(
        select(Mark.status, func.count()).where(Mark.roll_id == roll.id).group_by(Mark.status)
    )
    counts = dict(rows.all())
    everybody = select(func.count()).select_from(Person).where(Person.branch == roll.branch)
    total = (await session.exec(everybody)).one()
    return TALLY.render(branch=roll.branch, labels=LABELS, counts=counts, total=total)


class Tallies:
    """Edits each group's tally at once, and then at most every six seconds."""

    def __init__(
        self, sessions: Sessions, edit: Callable[[RollCall, str], Awaitable[object]]
    ) -> None:
        self.sessions = sessions
        self.edit = edit
        self._last: dict[int, float] = {}
        self._later: dict[int, asyncio.Task[None]] = {}

    async def changed(self, roll: RollCall) -> None:
        """Somebody answered."""
        assert roll.id is not None
        loop = asyncio.get_running_loop()
        wait = self._last.get(roll.id, -TALLY_EVERY) + TALLY_EVERY - loop.time()
        if wait <= 0:
            self._last[roll.id] = loop.time()
            await self._show(roll)
        elif roll.id not in self._later:
            self._later[roll.id] = asyncio.ensure_future(self._wait_and_show(roll, wait))

    async def _wait_and_show(self, roll: RollCall, wait: float) -> None:
        await asyncio.sleep(wait)
        assert roll.id is not None
        self._later.pop(roll.id)
        self._last[roll.id] = asyncio.get_running_loop().time()
        await self._show(roll)

    async def _show(self, roll: RollCall) -> None:
        async with self.sessions() as session:
            text = await tally(session, roll)
        await self.edit(roll, text)
