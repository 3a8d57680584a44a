"""`python -m tests.registers`: how well sheets of members are read, and which rows are mistaken."""

from __future__ import annotations

import sys

from tests.registers import CASES
from tests.registers.cases import states


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


def main() -> None:
    """Print the share of rows that come to what they must, and every other row."""
    all_rows = right = 0
    for case in CASES:
        found = states(case.content())
        lines = sorted(case.expected.keys() | found.keys())
        wrong = [line for line in lines if case.expected.get(line) != found.get(line)]
        all_rows += len(lines)
        right += len(lines) - len(wrong)
        _say(f"{case.title}: {len(lines) - len(wrong)} of {len(lines)}")
        for line in wrong:
            _say(f"  {line}: {case.expected.get(line)} became {found.get(line)}")
    _say(f"all: {right} of {all_rows} rows ({right / all_rows:.1%})")


main()
