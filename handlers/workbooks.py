"""A titled table as an .xlsx file, safe to open: no cell is ever a formula or a link."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

from handlers.understanding.zone import local

if TYPE_CHECKING:
    from rustpy_xlsxwriter import FastExcel, Format

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | date | datetime | None
NARROWEST, WIDEST = 6, 46
"""Column widths, in characters."""
LONGEST = 32_767
"""Characters a cell may hold (support.microsoft.com, "Excel specifications and limits")."""
ROOMY = 8
"""Columns over which titles and notes may spread, however few the table has."""
_A4 = 9
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\']")
_PROPERTIES = "docProps/core.xml"
_MOMENT = re.compile(rb'(?<=dcterms:W3CDTF">)[^<]*')
_KINDS = {datetime: "moment", date: "day", int: "number", float: "number"}
_PLAIN: dict[str, tuple[Any, ...]] = {"border": ("thin",), "align": ("top",), "text_wrap": ()}
_STYLES: dict[str, dict[str, tuple[Any, ...]]] = {
    "title": {"bold": (), "font_size": (14,)},
    "note": {"italic": ()},
    "header": {
        "bold": (),
        "text_wrap": (),
        "align": ("center", "vcenter"),
        "border": ("thin",),
        "background_color": ("#F3E3EA",),
    },
    "text": _PLAIN,
    "number": _PLAIN,
    "day": {**_PLAIN, "align": ("top", "left"), "num_format": ("dd/mm/yyyy",)},
    "moment": {**_PLAIN, "align": ("top", "left"), "num_format": ("hh:mm dd/mm/yyyy",)},
}


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: a title, notes under it, a header and rows as long as the header.

    Aware times are shown in Vietnam's wall clock. A column of days or moments shows these as
    such, and whatever else stands in it as text: a column has one format.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()
    sheet: str = ""


def write(tables: Iterable[Table], *, created: datetime) -> bytes:
    """The tables as the sheets of one workbook."""
    import rustpy_xlsxwriter  # noqa: PLC0415 - heavy: only who writes one pays for it

    out = io.BytesIO()
    book = rustpy_xlsxwriter.FastExcel(out)
    styles = {name: _format(rustpy_xlsxwriter.Format(), how) for name, how in _STYLES.items()}
    taken: set[str] = set()
    for table in tables:
        _fill(book, _sheet_name(table, taken), table, styles)
    book.save()
    _date(out, local(created).replace(tzinfo=None))
    return out.getvalue()


def _format(style: Format, how: dict[str, tuple[Any, ...]]) -> Format:
    for setting, values in how.items():
        setter = getattr(style, f"set_{setting}")
        for value in values:
            setter(value)
        if not values:
            setter()
    return style


def _date(out: io.BytesIO, created: datetime) -> None:
    """Put the caller's time for the library's own, so that one table gives the same bytes.

    The properties are among the last parts of the package: what precedes them is kept as it is.
    """
    moment = f"{created:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        first = package.filelist.index(package.getinfo(_PROPERTIES))
        last = [(part, package.read(part)) for part in package.filelist[first:]]
        for part, _ in last:
            del package.NameToInfo[part.filename]
        del package.filelist[first:]
        package.start_dir = last[0][0].header_offset
        for part, content in last:
            dated = _MOMENT.sub(moment, content) if part.filename == _PROPERTIES else content
            package.writestr(part, dated)


def _sheet_name(table: Table, taken: set[str]) -> str:
    """Excel's rules: at most 31 characters, some forbidden, no two alike in any letter case."""
    wanted = _NOT_IN_SHEET_NAMES.sub(" ", table.sheet or table.title).strip()[:31].strip()
    name, number = wanted or "Bảng", 1
    while name.casefold() in taken:
        number += 1
        name = f"{wanted[:27].strip()} {number}"
    taken.add(name.casefold())
    return name


def _fill(book: FastExcel, sheet: str, table: Table, styles: dict[str, Format]) -> None:
    names = _different(table.header)
    rows = table.rows or [[None] * len(names)]  # the header is written with the first row
    columns = list(map(_column, names, zip(*rows, strict=True)))
    top = len(table.notes) + 2
    right = max(len(names), ROOMY) - 1
    above = [(table.title, "title"), *((note, "note") for note in table.notes), ("", "note")]
    book.freeze(row=top + 1, sheet=sheet)
    book.sheet(
        sheet,
        (
            dict(zip(names, row, strict=True))
            for row in zip(*(column.cells for column in columns), strict=True)
        ),
        header_row=top,
        header_format=styles["header"],
        column_formats=[styles[column.kind] for column in columns],
        column_widths=[column.width for column in columns],
        merge_ranges=[
            (row, 0, row, right, text, styles[style]) for row, (text, style) in enumerate(above)
        ],
        dedupe_strings=True,
        autofilter=bool(table.rows),
        # A phone is text on purpose: no green corner says that it is a number.
        ignore_errors=[
            name for name, column in zip(names, columns, strict=True) if column.kind == "text"
        ],
        page_setup={
            "landscape": True,
            "paper_size": _A4,
            "fit_to_pages": (1, 0),
            "repeat_rows": top,
            "print_area": (0, 0, top + len(rows), right),
        },
    )


def _different(header: Sequence[str]) -> list[str]:
    """The library knows columns by name: two alike differ by a blank nobody sees."""
    names: list[str] = []
    for name in header:
        again = next(blanks for blanks in count() if name + " " * blanks not in names)
        names.append(name + " " * again)
    return names


@dataclass(frozen=True, slots=True)
class _Column:
    """A column ready to be written: text, numbers, or days or moments with text."""

    kind: str
    cells: Sequence[Cell]
    width: int


def _column(name: str, cells: Sequence[Cell]) -> _Column:
    types = set(map(type, cells))
    found = {known: kind for known in types if (kind := _KINDS.get(known))}
    kind = next((kind for kind in _KINDS.values() if kind in found.values()), "text")
    others = {known for known, other in found.items() if other != kind}
    if kind == "moment":
        cells = [_wall(cell) if isinstance(cell, datetime) else cell for cell in cells]
    if others:
        cells = [_shown(cell) if type(cell) in others else cell for cell in cells]
    if str in types:
        cells = [cell[:LONGEST] if isinstance(cell, str) else cell for cell in cells]
    show: Callable[[Cell], str] = _shown if kind == "moment" else str
    shown = [show(cell) for cell in cells if cell]
    longest = max(map(len, "\n".join([name, *shown]).splitlines()), default=0)
    return _Column(kind, cells, max(NARROWEST, min(WIDEST, longest + 2)))


def _wall(moment: datetime) -> datetime:
    return (local(moment) if moment.tzinfo else moment).replace(tzinfo=None)


def _shown(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%H:%M %d/%m/%Y}"
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else str(cell)
