"""What people do in a province, and what it costs: time, statements, memory."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
import psutil
from sqlalchemy import Engine, event, insert
from sqlmodel import col, func, select

from bot.app import App
from bot.channels.base import Raw
from bot.clock import MovableClock
from handlers import TICKS
from handlers.chat import Incoming, Kind
from storage.database import begin, reading
from storage.directives import Directive, DirectiveState
from storage.mail import Outbox
from storage.survey_answers import SurveyAnswer
from storage.survey_runs import SurveyTaken
from storage.surveys import Survey, SurveyState
from tests.bench import province
from tests.bench.province import Province
from tests.channels.fake_channel import FakeChannel

QUESTIONS = [
    {"kind": "yes_no", "text": "Chị có dự lễ 20/10 không?", "required": True},
    {
        "kind": "one_choice",
        "text": "Chị muốn học nghề gì?",
        "required": True,
        "options": ["May", "Nấu ăn", "Trồng rau"],
    },
    {"kind": "short_text", "text": "Chị góp ý gì thêm?", "required": False},
]
TEXTS = 7
"""Every so-many-th answer has words of its own."""


@dataclass
class Cost:
    """Of one thing done: wall-clock and CPU seconds, statements, and memory gained (MB)."""

    seconds: float = 0.0
    cpu: float = 0.0
    statements: int = 0
    grown_mb: float = 0.0


@dataclass
class Counter:
    """Counts every statement the database is given, whichever way it goes there (SQLite)."""

    engine: Engine
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        event.listen(self.engine, "checkout", self._watch)

    def _watch(self, raw: Any, _record: object, _proxy: object) -> None:
        if self.engine.dialect.name == "sqlite":
            raw.set_trace_callback(self.seen.append)


class Life:
    """A province's bot on a channel whose far end is a list, on a clock that stands still."""

    def __init__(self, engine: Engine, size: Province, clock: MovableClock) -> None:
        self.engine, self.size, self.clock = engine, size, clock
        groups = {province.group_address(branch) for branch in range(size.branches)}
        self.channel = FakeChannel(name=province.CHANNEL, groups=groups)
        self.app = App(engine, {province.CHANNEL: self.channel}, clock)
        self.counter = Counter(engine)
        self._events = itertools.count(1)

    @contextmanager
    def measured(self) -> Iterator[Cost]:
        """What happens inside."""
        cost, process = Cost(), psutil.Process()
        self.counter.seen.clear()
        memory = process.memory_info().rss
        wall, cpu = time.perf_counter(), time.process_time()
        yield cost
        cost.seconds, cost.cpu = time.perf_counter() - wall, time.process_time() - cpu
        cost.statements = len(self.counter.seen)
        cost.grown_mb = max(0.0, (process.memory_info().rss - memory) / 2**20)

    @property
    def officer(self) -> int:
        """The member who is the province's officer."""
        return self.size.officers[0]

    def says(self, member: int, text: str, group: int | None = None) -> Cost:
        """Somebody writes, in private or in the group of a branch; until it is committed."""
        return self._happens(self._incoming(member, group, text=text))

    def presses(self, member: int, line: str, group: int | None = None) -> Cost:
        """Somebody presses a button."""
        serial = next(self._events)
        return self._happens(
            self._incoming(
                member,
                group,
                kind=Kind.PRESS,
                text=line,
                message_id=province.PROMPT,
                press_id=f"press-{serial}",
            )
        )

    def _incoming(self, member: int, group: int | None, **more: Any) -> Incoming:
        own = province.address(member)
        return Incoming(
            channel=province.CHANNEL,
            event_id=f"e{next(self._events)}-{self.clock.now().timestamp():.0f}",
            chat=own if group is None else province.group_address(group),
            sender=own,
            at=self.clock.now(),
            private=group is None,
            sender_name=province.name(member),
            **more,
        )

    def _happens(self, incoming: Incoming) -> Cost:
        raw = Raw(incoming.event_id, msgspec.json.encode(incoming).decode())
        with self.measured() as cost:
            now = self.clock.now()
            self.app.dispatcher.receive([(province.CHANNEL, raw)], now)
            self.app.dispatcher.work(self.app.dispatcher.take(), now)
        return cost

    def answers(self, count: int) -> list[Cost]:
        """The first members with accounts, branch after branch, press "Có mặt" in their groups."""
        rounds = range(self.size.members // self.size.branches)
        people = (
            member
            for turn in rounds
            for member in range(turn * self.size.branches + 1, (turn + 1) * self.size.branches + 1)
            if self.size.has_account(member)
        )
        costs = []
        for member in itertools.islice(people, count):
            branch = self.size.branch_of(member)
            costs.append(self.presses(member, f"mark {branch + 1} present", branch))
            self.clock.advance(timedelta(milliseconds=100))
        return costs

    def ticks(self) -> Cost:
        """Whatever is due."""
        with self.measured() as cost:
            self.app.dispatcher.tick(TICKS, self.clock.now())
        return cost

    def last_text(self, member: int) -> str:
        """What the bot last said to somebody in private."""
        with reading(self.engine) as session:
            row = session.exec(
                select(Outbox)
                .where(Outbox.chat == province.address(member), Outbox.how == "message")
                .order_by(col(Outbox.id).desc())
                .limit(1)
            ).first()
        return row.body if row is not None else ""

    def last_lines(self, member: int) -> list[str]:
        """What the buttons of that message carry."""
        body = msgspec.json.decode(self.last_text(member))
        return [choice["line"] for row in body["choices"] for choice in row]

    def waits_in_group(self, branch: int) -> int:
        """How many messages wait for the group of a branch."""
        with reading(self.engine) as session:
            chat = province.group_address(branch)
            query = select(func.count()).where(Outbox.state == "queued", Outbox.chat == chat)
            return session.exec(query).one()

    def scans(self, tables: Sequence[str]) -> set[str]:
        """Those of the statements just seen for which SQLite reads one of these tables whole, as
        "table: statement".
        """
        found = set()
        asked = {
            text
            for text in self.counter.seen
            if text.startswith(("SELECT", "UPDATE", "WITH"))
            or (text.startswith("INSERT") and "SELECT" in text)
        }
        with self.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.set_trace_callback(None)
            for text in asked:
                for *_, detail in raw.execute(f"EXPLAIN QUERY PLAN {text}"):
                    table = detail.removeprefix("SCAN ").split()[0]
                    if detail.startswith("SCAN ") and table in tables:
                        found.add(f"{table}: {text}")
        return found

    def queued(self) -> int:
        """How many messages wait."""
        with reading(self.engine) as session:
            return session.exec(select(func.count()).where(Outbox.state == "queued")).one()

    def has_directive(self) -> int:
        """A directive of the province that the officer has confirmed; its id."""
        now = self.clock.now()
        with begin(self.engine) as session:
            row = Directive(
                unit_id=1,
                scope_id=1,
                author_id=self.officer,
                author_chat=province.address(self.officer),
                number="109/KH-BTV",
                kind="kế hoạch",
                summary="Tập huấn đăng ký dịch vụ công trực tuyến",
                deadline=now + timedelta(days=9),
                deadline_known=True,
                reporter="nobody",
                state=DirectiveState.SCHEDULED,
                created_at=now,
                send_at=now,
            )
            session.add(row)
            session.flush()
            assert row.id is not None
            return row.id

    def has_survey(self) -> int:
        """A survey of the province that the officer has confirmed; its id."""
        now = self.clock.now()
        with begin(self.engine) as session:
            row = Survey(
                unit_id=1,
                scope_id=1,
                author_id=self.officer,
                title="Nhu cầu của chị em năm 2027",
                questions=QUESTIONS,
                more=False,
                anonymous=False,
                deadline=now + timedelta(days=9),
                deadline_known=True,
                state=SurveyState.SCHEDULED,
                created_at=now,
                changed_at=now,
                open_at=now,
            )
            session.add(row)
            session.flush()
            return row.number

    def was_answered(self, survey: int, every: int, say: Callable[[int], None]) -> int:
        """Every so-many-th member has answered a survey; how many that is."""
        members = range(every, self.size.members + 1, every)
        for first in range(0, len(members), 10_000):
            with begin(self.engine) as session:
                some = members[first : first + 10_000]
                session.execute(insert(SurveyTaken), [self._taken(survey, m) for m in some])
                session.execute(
                    insert(SurveyAnswer), [a for m in some for a in self._answered(survey, m)]
                )
            say(len(some))
        return len(members)

    def _taken(self, survey: int, member: int) -> dict[str, Any]:
        unit = self.size.branch(self.size.branch_of(member))
        return {"survey_id": survey, "member_id": member, "unit_id": unit}

    def _answered(self, survey: int, member: int) -> list[dict[str, Any]]:
        words = f"Góp ý số {member}" if member % TEXTS == 0 else ""
        values = ("1" if member % 5 else "0", str(member % 3 + 1), words)
        taken = self._taken(survey, member)
        return [
            {**taken, "question": number, "value": value, "at": self.clock.now()}
            for number, value in enumerate(values)
        ]

    def sends(self) -> tuple[int, Cost]:
        """Everything queued goes out, without a limit; how many messages, and the cost."""
        before = len(self.channel.sent)
        with self.measured() as cost:
            asyncio.run(self.app.delivery.drain())
        return len(self.channel.sent) - before, cost
