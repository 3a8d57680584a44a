"""`make province`: a province seeded on SQLite and on PostgreSQL, and what life in it costs."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlalchemy import text

from bot.clock import MovableClock
from handlers.members import exporting, importing
from handlers.members.sheets import read_workbook
from storage import backups, copying, units
from storage.database import Engine, Session, begin, open_engine, reading
from storage.migrations import upgrade
from tests import postgres
from tests.bench import burst, province
from tests.bench.measuring import peak_mb
from tests.bench.province import Province
from tests.bench.province_life import Life

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
SIZES = (9, 875, 1_400)
"""Branches of 2,500, 250,000 and 400,000 members."""
ANSWERS = 400
ROUNDS = 3
BURST = 4_000
Figures = dict[str, Any]
console = Console(width=110)


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Callable[[str], str]]:
    """Addresses of new databases by their name."""
    if kind == "sqlite":
        yield lambda name: f"sqlite:///{folder / name}.db"
        return
    with postgres.server(folder / "pg") as uri:

        def made(name: str) -> str:
            postgres.run(uri, f'CREATE DATABASE "{name}"')
            return postgres.database(uri, name)

        yield made


def seeded(url: str, size: Province) -> tuple[Engine, Figures]:
    """A database with a province in it; how long that took, and how large it is."""
    upgrade(url)
    engine = open_engine(url)
    began = time.perf_counter()
    with Progress(console=console, transient=True) as shown:
        task = shown.add_task(f"{size.members:,} members", total=size.members * 3 // 2)
        province.seed(engine, size, NOW, lambda _table, rows: shown.advance(task, rows))
    seconds = time.perf_counter() - began
    return engine, {"seed s": seconds, "size MB": size_of(engine)}


def size_of(engine: Engine) -> float:
    """MB on disk."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        assert engine.url.database is not None
        return Path(engine.url.database).stat().st_size / 2**20
    with engine.connect() as connection:
        size = connection.execute(text("SELECT pg_database_size(current_database())"))
        return float(size.scalar_one()) / 2**20


def growth(made: Callable[[str], str]) -> Figures:
    """What an answer costs in unions of three sizes, taken in turns."""
    lives = []
    for branches in SIZES:
        size = Province().of_branches(branches)
        engine, _ = seeded(made(f"size-{branches}"), size)
        lives.append(Life(engine, size, MovableClock(NOW, held=True)))
    costs: list[list[float]] = [[] for _ in lives]
    for life in lives:
        life.answers(50)
    for _ in range(ROUNDS):
        for life, own in zip(lives, costs, strict=True):
            own += [cost.seconds for cost in life.answers(ANSWERS // ROUNDS)]
    medians = [1000 * statistics.median(own) for own in costs]
    for life in lives:
        life.engine.dispose()
    found: Figures = {
        f"answer, {life.size.members:,} members ms": median
        for life, median in zip(lives, medians, strict=True)
    }
    return {**found, "answer, growth to 250,000 ×": medians[1] / medians[0]}


def lived(engine: Engine, size: Province) -> Iterator[tuple[str, float]]:
    """What officers do, in seconds."""
    life = Life(engine, size, MovableClock(NOW, held=True))
    life.answers(100)
    life.ticks()
    number = life.has_directive()
    fired = life.ticks()
    yield "directive queued for every group s", fired.seconds
    yield "the same, memory gained MB", fired.grown_mb
    yield "/tiendo s", life.says(life.officer, "tiến độ").seconds
    yield "remind every unit s", life.presses(life.officer, f"directive_remind {number}").seconds
    survey = life.has_survey()
    yield "survey opened everywhere s", life.ticks().seconds
    yield "survey answers stored", float(life.was_answered(survey, 3, lambda _rows: None))
    yield "survey results s", life.says(life.officer, "kết quả").seconds
    pressed = life.presses(life.officer, f"survey_sheet {survey}")
    yield "survey workbook s", pressed.seconds
    yield "search by name s", life.says(life.officer, "/tim Nguyễn Thị Lan").seconds
    yield "search by phone s", life.says(life.officer, "/tim 0900 000 777").seconds
    yield "search by a leader s", life.says(1, "/tim Lan").seconds
    yield "open rolls of the province s", life.says(life.officer, "kết quả điểm danh").seconds
    yield "free words of the officer s", life.says(life.officer, "nay trời đẹp quá").seconds
    yield from files(engine, size)
    sent, cost = life.sends()
    yield "handed to the channel, messages a second", sent / cost.seconds


def files(engine: Engine, size: Province) -> Iterator[tuple[str, float]]:
    """Registers out and in, and a backup, in seconds."""
    with reading(engine) as session:
        with timed() as took:
            exporting.export(session, _unit(session, size.branch(0)), NOW)
        yield "export of a branch s", took[0]
        with timed() as took:
            ward = exporting.export(session, _unit(session, size.ward(0)), NOW)
        yield "export of a ward s", took[0]
    sheets = read_workbook(ward.content, NOW.date())
    with timed() as took, begin(engine) as session:
        plan = importing.plan(session, sheets, ward.name, _unit(session, size.ward(0)), NOW)
        importing.apply(session, plan, ground="membership", create_units=False, now=NOW)
    yield "the ward brought in again s", took[0]
    with tempfile.TemporaryDirectory() as folder, timed() as took:
        backups.back_up(engine, Path(folder) / "all.backup", lambda _table, _rows: None)
    yield "backup, checked s", took[0]
    with copying.snapshot(engine) as seen:
        yield "rows in all", float(sum(copying.counts(seen).values()))


def _unit(session: Session, unit_id: int) -> units.Unit:
    found = units.get(session, unit_id)
    assert found is not None
    return found


@contextmanager
def timed() -> Iterator[list[float]]:
    """Wall-clock seconds of what happens inside."""
    took: list[float] = []
    began = time.perf_counter()
    yield took
    took.append(time.perf_counter() - began)


def bursts(url: str, size: Province) -> Figures:
    """Answers a second with one worker and with two."""
    found: dict[int, list[float]] = {1: [], 2: []}
    first = 0
    for _ in range(2):
        for workers, own in found.items():
            own.append(asyncio.run(burst.throughput(url, size, workers, BURST, first)))
            first += BURST + burst.WARM
    return {f"burst, {n} workers, answers a second": max(own) for n, own in found.items()}


def measured(kind: str) -> Figures:
    """Everything on one kind of database."""
    found: Figures = {}
    with tempfile.TemporaryDirectory() as folder, databases(kind, Path(folder)) as made:
        size = Province()
        engine, seed = seeded(made("whole"), size)
        found |= seed
        for name, value in lived(engine, size):
            found[name] = value
            console.print(f"[dim]{kind}[/dim] {name}: {value:.3f}")
        engine.dispose()
        found |= growth(made)
        if kind == "postgresql":
            url = made("burst")
            small = Province().of_branches(140)
            seeded(url, small)[0].dispose()
            found |= bursts(url, small)
    found["peak memory MB"] = peak_mb(int(Path("/proc/self").resolve().name))
    return found


def main(kinds: Sequence[str]) -> None:
    """Measure on the kinds named, or both; print a table and keep the result."""
    kept = HERE / "province.json"
    result: dict[str, Figures] = json.loads(kept.read_text()) if kept.exists() else {}
    for kind in kinds or ("sqlite", "postgresql"):
        result[kind] = {name: round(value, 4) for name, value in measured(kind).items()}
        kept.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    shown = Table("what", *result)
    for name in dict.fromkeys(name for figures in result.values() for name in figures):
        shown.add_row(name, *(str(figures.get(name, "")) for figures in result.values()))
    console.print(shown)


if __name__ == "__main__":
    main(sys.argv[1:])
