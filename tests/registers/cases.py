"""A sheet of members, and what each of its rows must come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from handlers.members.compare import decide
from handlers.members.sheets import read_workbook
from tests.spreadsheets import TODAY, workbook

Row = Sequence[object]
State = tuple[str, str, str, str]
"""Class, name, birth and phone, as the report gives them."""


@dataclass(frozen=True)
class Case:
    """Rows, each with the people it holds: none for titles, totals and signatures."""

    title: str
    rows: Sequence[tuple[Row, Sequence[State]]]
    sheet: str = "Sheet1"
    expected: dict[int, list[State]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for line, (_, people) in enumerate(self.rows, 1):
            if people:
                self.expected[line] = list(people)

    def content(self) -> bytes:
        """The sheet as an xlsx file."""
        return workbook({self.sheet: [cells for cells, _ in self.rows]})


def states(content: bytes) -> dict[int, list[State]]:
    """What a file of one branch comes to when nobody is known yet, by line."""
    found: dict[int, list[State]] = {}
    rows = read_workbook(content, TODAY).rows
    for decision in decide([(row, 1) for row in rows], []):
        row = decision.row
        state = (decision.verdict.value, row.name, row.birth, row.phone)
        found.setdefault(row.line, []).append(state)
    return found
