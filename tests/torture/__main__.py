"""`make torture`: ten thousand evenings under faults, each from its seed, and two hundred kills of the
real process; stopped, it goes on where it was. A failure is printed with the smallest list of faults that still shows it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path

import structlog
from rich.console import Console

from tests.torture.evening import FULL, SMALL, Report, play
from tests.torture.faults import Fault
from tests.torture.kills import KILLS, one
from tests.torture.world import Worlds

RUNS = 10_000
FULL_RUNS = 20
KILLED = 200
AT_ONCE = 25
"""So many evenings a worker plays before it reports."""
STATE = Path(tempfile.gettempdir()) / f"chihoi-torture-{os.getuid()}.json"
MEMORY = Path("/dev/shm")
_WORLDS: list[Worlds] = []
SHOW = Console(highlight=False, soft_wrap=True, markup=False)


def worlds() -> Worlds:
    """This process' databases, in memory where there is a place for that."""
    if not _WORLDS:
        parent = MEMORY if MEMORY.is_dir() else None
        _WORLDS.append(Worlds(Path(tempfile.mkdtemp(prefix="torture-", dir=parent))))
    return _WORLDS[0]


def shrunken(report: Report, branches: int) -> Report:
    """The same failure with as few faults as still show one."""
    for fault in list(report.plan):
        fewer: list[Fault] = [other for other in report.plan if other is not fault]
        again = play(worlds(), report.seed, fewer, branches)
        if again.wrong:
            return shrunken(again, branches)
    return report


def play_some(seeds: list[int], branches: int) -> dict[str, object]:
    """Play these evenings; what they were, and the failures told in words."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    done = {"runs": 0, "faults": 0, "deaths": 0, "effects": 0, "messages": 0, "doubled": 0}
    failures = []
    for seed in seeds:
        report = play(worlds(), seed, branches=branches)
        done["runs"] += 1
        done["faults"] += len(report.plan)
        for name in ("deaths", "effects", "messages", "doubled"):
            done[name] += getattr(report, name)
        if report.wrong:
            failures.append(told(shrunken(report, branches)))
    return {**done, "failures": failures, "seeds": seeds}


def told(report: Report) -> str:
    """A failure, so that it can be played again."""
    plan = ", ".join(f"Fault(Kind.{f.kind.name}, {f.at}, {f.more!r})" for f in report.plan)
    return "\n  ".join([f"seed {report.seed}: [{plan}]", *report.wrong[:5]])


def chunks(seeds: Iterator[int], size: int) -> Iterator[list[int]]:
    """So many at a time."""
    while some := list(islice(seeds, size)):
        yield some


def kill_some(
    pool: Executor, asked: int, sums: dict[str, object], keep: Callable[[], object]
) -> None:
    """So many kills, each broadcast from its seed, without those of before."""
    known: list[int] = sums.setdefault("broadcasts", [])  # type: ignore[assignment]
    seeds = [seed for seed in range(-(-asked // KILLS)) if seed not in known]
    for seed, toll in zip(seeds, pool.map(one, seeds), strict=True):
        SHOW.print(f"broadcast {seed}, {KILLS} kills: {toll}")
        known.append(seed)
        if toll.wrong:
            sums["failures"] += [f"broadcast {seed}: {toll.wrong}"]  # type: ignore[operator]
        keep()


def main() -> int:
    """Play them all; 1 if one failed."""
    options = argparse.ArgumentParser(prog="make torture", description=__doc__)
    options.add_argument("--runs", type=int, default=RUNS)
    options.add_argument("--full", type=int, default=FULL_RUNS, help="with 244 groups")
    options.add_argument("--kills", type=int, default=KILLED, help="of the real process")
    options.add_argument("--first", type=int, default=0, help="the first seed")
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options.add_argument("--anew", action="store_true", help="forget what was played before")
    asked = options.parse_args()
    name = f"{asked.first}+{asked.runs}+{asked.full}"
    if asked.anew:
        STATE.unlink(missing_ok=True)
    state: dict[str, dict[str, object]] = {}
    with suppress(OSError, ValueError):
        state = json.loads(STATE.read_text())
    sums = state.setdefault(name, {"played": [], "failures": []})
    played: set[int] = set(sums["played"])  # type: ignore[call-overload]
    began, before = time.monotonic(), len(played)
    SHOW.print(
        f"seeds {asked.first} to {asked.first + asked.runs - 1}, then {asked.full} full ones"
    )
    if played:
        SHOW.print(f"{len(played)} were played before ({STATE})")
    with ProcessPoolExecutor(asked.workers) as pool:
        small = (s for s in range(asked.first, asked.first + asked.runs) if s not in played)
        full = (-1 - s for s in range(asked.full) if -1 - s not in played)
        jobs = [pool.submit(play_some, some, SMALL) for some in chunks(small, AT_ONCE)]
        jobs += [pool.submit(play_some, some, FULL) for some in chunks(full, 1)]
        for job in jobs:
            found = job.result()
            played.update(found.pop("seeds"))  # type: ignore[arg-type]
            for failure in found["failures"]:  # type: ignore[attr-defined]
                SHOW.print(f"\n{failure}")
            for key, value in found.items():
                sums[key] = sums.get(key, type(value)()) + value  # type: ignore[operator]
            sums["played"] = sorted(played)
            STATE.write_text(json.dumps(state))
            rate = (len(played) - before) / (time.monotonic() - began)
            left = (asked.runs + asked.full - len(played)) / max(rate, 0.01)
            SHOW.print(
                f"\r{len(played)} of {asked.runs + asked.full}, {rate:.1f}/s, "
                f"{left / 60:.0f} min left, {len(sums['failures'])} failed ",  # type: ignore[arg-type]
                end="",
            )  # fmt: skip
        SHOW.print()
        kill_some(pool, asked.kills, sums, lambda: STATE.write_text(json.dumps(state)))
    figures = {key: value for key, value in sums.items() if isinstance(value, int)}
    SHOW.print(json.dumps(figures))
    return 1 if sums["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
