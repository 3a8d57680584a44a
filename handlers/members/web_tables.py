"""A web page saved as "danh-sach.xls", as office programs of agencies write lists: its table as rows."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

WIDEST = 200
LONGEST_SPAN = 1000

# Each ends at the next sign of a tag, so that no page, however broken, takes long.
_DECLARATION = re.compile(r"<[!?][^<>]*>")
_TAG = re.compile(r"<(/?[a-z][a-z0-9]*)([^<>]*)>", re.IGNORECASE)
_SPAN = re.compile(r"\b(colspan|rowspan)\s*=\s*[\"']?(\d{1,8})", re.IGNORECASE)


def rows_of(page: str, most: int) -> list[list[str]] | None:
    """The rows of all tables, one below another; merged cells stand where they begin.

    None: there are more than `most` cells.
    """
    first, *others = page.split("<!--")
    page = _DECLARATION.sub("", "".join([first, *(part.partition("-->")[2] for part in others)]))
    tables = _Tables()
    at = 0
    for tag in _TAG.finditer(page):
        tables.text(page[at : tag.start()])
        tables.tag(tag[1].lower(), tag[2])
        at = tag.end()
        if tables.cells > most:
            return None
    return tables.rows


@dataclass(slots=True)
class _Tables:
    rows: list[list[str]] = field(default_factory=list)
    cells: int = 0
    at: int | None = None  # the cell that is open, in the last row
    covered: dict[int, int] = field(default_factory=dict)
    """Columns that a cell above reaches down into, and over how many rows still."""

    def text(self, words: str) -> None:
        if self.at is not None:
            self.rows[-1][self.at] += html.unescape(words)

    def tag(self, name: str, attributes: str) -> None:
        if name == "br":
            self.text("\n")
        elif name in {"td", "th"} and self.rows:
            self._cell({kind.lower(): int(n) for kind, n in _SPAN.findall(attributes)})
        elif name in {"tr", "/td", "/th", "/tr", "/table", "table"}:
            self.at = None
        if name == "table":
            self.covered = {}
        elif name == "tr":
            self.rows.append([])
            self._step_over()

    def _cell(self, spans: dict[str, int]) -> None:
        row = self.rows[-1]
        self.at = len(row) if len(row) < WIDEST else None
        across = min(max(spans.get("colspan", 1), 1), WIDEST - len(row))
        down = min(spans.get("rowspan", 1), LONGEST_SPAN)
        if down > 1:
            self.covered |= dict.fromkeys(range(len(row), len(row) + across), down)
        row += [""] * across
        self.cells += across
        self._step_over()

    def _step_over(self) -> None:
        row = self.rows[-1]
        while (at := len(row)) in self.covered:
            row.append("")
            self.cells += 1
            self.covered[at] -= 1
            if self.covered[at] <= 1:
                del self.covered[at]
