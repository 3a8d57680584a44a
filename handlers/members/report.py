"""The report of an import: one line a person row, for people and for programs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from handlers.members.compare import RowDecision, line_of
from handlers.members.notes import Note

HEADER = ("line", "class", "name", "birth", "phone", "note")
_BREAKS = re.compile(r"\s+")


def report_lines(
    decisions: Iterable[RowDecision], words: Callable[[Note], str], *, several: bool
) -> Iterator[str]:
    """Tab-separated lines, the header first, each with its line end. `words` puts a note."""
    yield "\t".join(HEADER) + "\n"
    for decision in decisions:
        row = decision.row
        note = "; ".join(filter(None, map(words, decision.notes)))
        cells = (
            line_of(row, several=several),
            decision.verdict.value,
            row.name,
            row.birth,
            row.phone,
            note,
        )
        yield "\t".join(map(_safe, cells)) + "\n"


def _safe(cell: str) -> str:
    """One line, no tab, and nothing a spreadsheet would take for a formula."""
    cell = _BREAKS.sub(" ", cell).strip()
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
