"""A titled table as an .xlsx file, safe to open: no cell is ever a formula or a link."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from handlers.understanding.zone import local

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | date | datetime | None
NARROWEST, WIDEST = 6, 46
"""Column widths, in characters."""
LONGEST = 32_767
"""Characters a cell may hold (support.microsoft.com, "Excel specifications and limits")."""
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "note": {"italic": True},
    "header": {
        "bold": True,
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
        "border": 1,
        "bg_color": "#F3E3EA",
    },
    "text": {"border": 1, "valign": "top", "text_wrap": True},
    "number": {"border": 1, "valign": "top"},
    "day": {"border": 1, "valign": "top", "num_format": "dd/mm/yyyy", "align": "left"},
    "moment": {"border": 1, "valign": "top", "num_format": "hh:mm dd/mm/yyyy", "align": "left"},
}


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: a title, notes under it, a header and rows as long as the header.

    Aware times are shown in Vietnam's wall clock.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()
    sheet: str = ""


def write(tables: Iterable[Table], *, created: datetime) -> bytes:
    """The tables as the sheets of one workbook."""
    import xlsxwriter  # noqa: PLC0415 - heavy: only who writes one pays for it

    out = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    workbook.set_properties({"created": local(created).replace(tzinfo=None)})
    styles = {name: workbook.add_format(style) for name, style in _STYLES.items()}
    taken: set[str] = set()
    for table in tables:
        _fill(workbook, workbook.add_worksheet(_sheet_name(table, taken)), table, styles)
    workbook.close()
    return out.getvalue()


def _sheet_name(table: Table, taken: set[str]) -> str:
    """Excel's rules: at most 31 characters, some forbidden, no two alike in any letter case."""
    wanted = _NOT_IN_SHEET_NAMES.sub(" ", table.sheet or table.title).strip()[:31].strip()
    name, number = wanted or "Bảng", 1
    while name.casefold() in taken:
        number += 1
        name = f"{wanted[:27].strip()} {number}"
    taken.add(name.casefold())
    return name


def _fill(workbook: Workbook, sheet: Worksheet, table: Table, styles: dict[str, Any]) -> None:
    sheet.write_string(0, 0, table.title, styles["title"])
    for number, note in enumerate(table.notes, 1):
        sheet.write_string(number, 0, note, styles["note"])
    top = len(table.notes) + 2
    for column, name in enumerate(table.header):
        sheet.write_string(top, column, name, styles["header"])
    for row, cells in enumerate(table.rows, top + 1):
        for column, cell in enumerate(cells):
            _put(sheet, row, column, cell, styles)
    for column, width in enumerate(_widths(table)):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(top + 1, 0)
    if table.rows:
        sheet.autofilter(top, 0, top + len(table.rows), len(table.header) - 1)
    sheet.repeat_rows(top)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _put(sheet: Worksheet, row: int, column: int, cell: Cell, styles: dict[str, Any]) -> None:
    """Text is always text: "=1+1" in a name stays what it is."""
    if cell is None or cell == "":
        sheet.write_blank(row, column, None, styles["text"])
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell[:LONGEST], styles["text"])
    elif isinstance(cell, datetime):
        shown = local(cell) if cell.tzinfo else cell
        sheet.write_datetime(row, column, shown.replace(tzinfo=None), styles["moment"])
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), styles["day"])
    else:
        sheet.write_number(row, column, cell, styles["number"])


def _widths(table: Table) -> list[int]:
    columns = [[name, *(row[at] for row in table.rows)] for at, name in enumerate(table.header)]
    return [max(NARROWEST, min(WIDEST, max(map(_length, column)) + 2)) for column in columns]


def _length(cell: Cell) -> int:
    if isinstance(cell, datetime):
        return len("00:00 00/00/0000")
    if isinstance(cell, date):
        return len("00/00/0000")
    return max((len(line) for line in str(cell or "").splitlines()), default=0)
