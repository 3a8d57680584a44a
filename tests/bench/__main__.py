"""`make bench`: every row, as a table and as tests/bench/result.json. About eight minutes."""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import books, broadcast, evening, reminders, starting
from tests.bench.measuring import peak_mb
from tests.bench.replies import Cost, Worlds, answered, hooked
from tests.bench.union import Union

HERE = Path(__file__).parent
RUNS = 3
OURS, FEW = 2500, 600
"""Replies of one run: a rival takes ten times as long for each."""
PROVINCE = Union(branches=24_400, members=250_000)
console = Console(width=140)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `ratio` says how many times better than the rival, or than the line
    where there is no rival; `spread` is how far the runs of the ratio lie apart, as a share.
    """

    row: str
    ours: float
    rival: float
    ratio: float
    spread: float
    rss_mb: float
    must: float
    commit: str = ""


def compared(row: str, ours: Sequence[Cost], rival: Sequence[Cost], must: float) -> Row:
    """CPU microseconds a reply, less is better."""
    ratios = [theirs.cpu / own.cpu for own, theirs in zip(ours, rival, strict=True)]
    return Row(
        row,
        round(statistics.median(cost.cpu for cost in ours) * 1e6, 1),
        round(statistics.median(cost.cpu for cost in rival) * 1e6, 1),
        round(statistics.median(ratios), 2),
        round((max(ratios) - min(ratios)) / statistics.median(ratios), 3),
        round(max(cost.rss_mb for cost in ours), 1),
        must,
    )


def limited(row: str, ours: float, limit: float, rss: float = 0.0) -> Row:
    """A figure that must stay under a limit."""
    return Row(row, round(ours, 4), limit, round(limit / max(ours, 1e-9), 2), 0.0, round(rss, 1), 1)


def replies(worlds: Worlds) -> Iterator[Row]:
    """What a reply costs."""
    runs: dict[str, list[Cost]] = {name: [] for name in ("ours", "rival_aiogram", "rival_ptb")}
    for _ in range(RUNS):
        for name, costs in runs.items():
            count = OURS if name == "ours" else FEW
            costs.append(asyncio.run(answered(worlds, name, count)))
    name = "replies per CPU second, answers sent: beside aiogram (µs a reply)"
    yield compared(name, runs["ours"], runs["rival_aiogram"], 10)
    yield compared(name.replace("aiogram", "PTB"), runs["ours"], runs["rival_ptb"], 6)
    own = [hooked(worlds, "ours", OURS) for _ in range(RUNS)]
    rival = [hooked(worlds, "rival_aiogram", FEW) for _ in range(RUNS)]
    yield compared("the same by webhook, without sending: beside aiogram", own, rival, 20)
    large = [hooked(worlds, "ours", OURS, PROVINCE) for _ in range(RUNS)]
    row = compared("cost per reply with 2.5 k and with 250 k members (growth)", large, own, 0.83)
    yield row


def busy(worlds: Worlds) -> Iterator[Row]:
    """A minute full of replies, and a broadcast."""
    database = worlds.fresh("ours", Union())
    seen = asyncio.run(evening.play(database, Union()))
    yield limited(
        "2,575 replies in 60 s: p99 from arrival to commit (s)", seen.p99, 0.1, seen.rss_mb
    )
    yield limited(
        "the same: 6 s / smallest gap between edits of one tally", 6 / seen.tally_gap, 1.0
    )
    yield limited("the same: answers 429", float(seen.refused), 0.5)
    took, refused = asyncio.run(evening.single_sends(worlds.fresh("ours", Union())))
    yield limited("244 single sends, RTT 60 ± 40 ms (s)", took + 1000 * refused, 10.0)
    sent = broadcast.hundred_thousand()
    share = 0.0 if sent.refused else sent.share
    yield limited("100,000 sends on a virtual clock: 0.93 / share of the ideal", 0.93 / share, 1.0)


def timed(worlds: Worlds) -> Iterator[Row]:
    """Reminders."""
    database = worlds.fresh("ours", Union())
    command = ["tests.bench.reminders", str(database), str(reminders.COUNT)]
    done = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    rss = found["rss_mb"]
    yield limited(
        "10,000 reminders in a minute: the latest queued (s late)", found["late"], 1.0, rss
    )
    yield limited("the same: longest the loop was blocked (s)", found["blocked"], 0.02, rss)


def starts(worlds: Worlds) -> Iterator[Row]:
    """Starting and resting."""
    ours_db, rival_db = worlds.fresh("ours", Union()), worlds.fresh("rival", Union())
    off = [starting.resting("off", ours_db) for _ in range(RUNS)]
    polled = [asyncio.run(starting.until_polled("tests.bench.rival_aiogram", rival_db))] * RUNS
    own = [Cost(start.cpu, start.rss_mb) for start in off]
    rival = [Cost(start.cpu, start.rss_mb) for start in polled]
    yield compared("start, Telegram off (CPU µs)", own, rival, 2)
    memory = max(start.rss_mb for start in off)
    yield limited("memory at rest, Telegram off (MB)", memory, 130.0, memory)
    library = starting.resting("library", ours_db)
    on = asyncio.run(starting.until_polled("tests.bench.ours", ours_db))
    yield limited(
        "memory at rest, Telegram on, beyond the library's (MB)",
        on.rss_mb - library.rss_mb,
        40.0,
        on.rss_mb,
    )


def sheets(_worlds: Worlds) -> Iterator[Row]:
    """Workbooks."""
    people = books.rows()
    times, content = books.writing(people)
    yield paired("40,000 members: workbook written (CPU s)", times, 8)
    yield paired("the same read", books.reading(content), 8)
    yield paired("the same brought in", books.bringing_in(content), 2)


def paired(row: str, times: books.Times, must: float) -> Row:
    """One measure of each."""
    ratio = times.rival / times.ours
    memory = peak_mb(int(Path("/proc/self").resolve().name))
    return Row(
        row,
        round(times.ours, 3),
        round(times.rival, 3),
        round(ratio, 2),
        0.0,
        round(memory, 1),
        must,
    )


PARTS = {
    "replies": replies,
    "evening": busy,
    "reminders": timed,
    "start": starts,
    "workbooks": sheets,
}


def main(wanted: Sequence[str]) -> None:
    """Measure the parts named, or all; print the table and write the result."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    began, found = time.monotonic(), []
    with tempfile.TemporaryDirectory() as folder:
        worlds = Worlds(Path(folder))
        for name, part in PARTS.items():
            if wanted and name not in wanted:
                continue
            console.print(f"[dim]{time.monotonic() - began:4.0f} s  {name} …[/dim]")
            for row in part(worlds):
                found.append({**asdict(row), "commit": commit})
                console.print(f"        {row.row}: {row.ratio} × (must: {row.must})")
    _show(found)
    if not wanted:
        (HERE / "result.json").write_text(
            json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


def _show(found: Sequence[dict[str, object]]) -> None:
    table = Table("row", "ours", "rival or limit", "×", "must", "spread", "MB")
    for row in found:
        good = float(str(row["ratio"])) >= float(str(row["must"]))
        cells = [
            str(row[key]) for key in ("row", "ours", "rival", "ratio", "must", "spread", "rss_mb")
        ]
        table.add_row(*cells, style="" if good else "bold red")
    console.print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
