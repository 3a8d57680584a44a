"""`python -m tests.understanding`: how well replies are understood, and what was mistaken."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from handlers.understanding.replies import Context, understand

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Example:
    reply: str
    context: Context
    expected: str

    @property
    def got(self) -> str:
        return str(understand(self.reply, self.context))


@dataclass(frozen=True)
class Figures:
    """Shares, of all examples (`wrong`), of the clear ones and of those with a proxy."""

    count: int
    wrong: float
    understood: float
    proxy: float


def examples(name: str) -> list[Example]:
    lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return [Example(reply, cast("Context", context), expected) for reply, context, expected in rows]


def is_wrong(example: Example, got: str) -> bool:
    """A firm status that is not the expected one."""
    status = got.removesuffix("+proxy")
    return status != "unclear" and status != example.expected.removesuffix("+proxy")


def figures(rows: Sequence[Example]) -> Figures:
    results = [(row, row.got) for row in rows]
    clear = [(row, got) for row, got in results if not row.expected.startswith("unclear")]
    proxies = [got for row, got in results if row.expected.endswith("+proxy")]
    return Figures(
        len(rows),
        sum(is_wrong(row, got) for row, got in results) / len(rows),
        sum(row.expected == got for row, got in clear) / max(1, len(clear)),
        sum(got.endswith("+proxy") for got in proxies) / len(proxies) if proxies else 1,
    )


def main(names: Sequence[str]) -> None:
    for name in names or sorted(file.stem for file in FOLDER.glob("*.tsv")):
        rows = examples(name)
        understand("", "roll_call")
        begun = time.perf_counter()
        got = figures(rows)
        rate = len(rows) / (time.perf_counter() - begun)
        sys.stdout.write(
            f"{name}: {got.count} replies, wrong {got.wrong:.1%}, clear understood "
            f"{got.understood:.1%}, proxy seen {got.proxy:.1%}, {rate:,.0f} a second\n"
        )
        for row in rows:
            if row.got != row.expected:
                mark = "!!" if is_wrong(row, row.got) else "  "
                sys.stdout.write(
                    f"  {mark} {row.context:9} {row.reply} | {row.expected} | {row.got}\n"
                )


if __name__ == "__main__":
    main(sys.argv[1:])
