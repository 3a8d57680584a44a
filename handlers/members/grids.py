"""Spreadsheet files of any kind → sheets of rows, each with its physical line in the file."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from itertools import zip_longest
from typing import TYPE_CHECKING, Protocol

from handlers.members import open_documents, web_tables
from handlers.members.broken_cells import Broken, broken_cells, column_number

if TYPE_CHECKING:
    import python_calamine

Cell = str | float | bool | date | time | timedelta

MAX_BYTES = 50 * 1024 * 1024
MAX_UNPACKED = 400 * 1024 * 1024
"""A workbook is a zip; more than this inside is no member list."""
MAX_CELLS = 4_000_000
"""The reader keeps a dense table, so one stray cell in the far corner costs them all."""
MAX_ROWS = 100_000

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_OLE = "EncryptedPackage".encode("utf-16-le")
_OLD_BOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_NOT_SHEETS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"Rar!", b"7z\xbc\xaf")
_PAGE = re.compile(rb"\s*<(?:!doctype|html|\?xml|table|meta)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_ROW_NUMBER = re.compile(rb'<row\b[^>]*? r="(\d{1,7})"')
_FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})\d+"[^>]*(?<!/)>')
_BEYOND_Z = re.compile(rb'<c r="[A-Z][A-Z]')
NARROW = 26
"""Columns from A to Z."""
_DELIMITERS = "\t;,|"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_SNIFF_LINES = 200


class _Reader(Protocol):
    """What this module uses of a `csv.reader`."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


class Reason(StrEnum):
    """Why a file cannot be read as a list of people."""

    LOCKED = "locked"
    CORRUPT = "corrupt"
    TOO_BIG = "too_big"
    EMPTY = "empty"
    NO_HEADER = "no_header"
    OLD_FONT = "old_font"
    NOT_A_SHEET = "not_a_sheet"


class UnreadableSheet(Exception):  # noqa: N818 - named for what the file is
    """The file as a whole cannot be taken; `reason` says why, and nothing was read."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Line:
    """One row that holds something; `number` is its 1-based physical line.

    `covered` are the cells that a cell merged downwards covers in this row, by column.
    """

    number: int
    cells: Sequence[Cell]
    covered: Mapping[int, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet without its blank rows."""

    name: str
    lines: list[Line]
    hidden: bool = False


def plain(cell: Cell) -> str:
    """A cell as text; a whole number without its decimal point."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def read_grids(content: bytes, likeness: Callable[[Sequence[Cell]], int]) -> list[Grid]:
    """The sheets of a workbook (xlsx, xls, ods) or the one of a text file or a page (csv, html).

    `likeness` says how much a row looks like a header; it decides a text file's delimiter.

    Raises:
        UnreadableSheet: and nothing else, whatever the bytes.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableSheet(Reason.TOO_BIG)
    if not content.strip():
        raise UnreadableSheet(Reason.EMPTY)
    if content.startswith(_ZIP):
        return _workbook(content, _checked_package(content))
    if content.startswith(_OLE):
        if _LOCKED_OLE in content:
            raise UnreadableSheet(Reason.LOCKED)
        if not any(mark in content for mark in _OLD_BOOKS):
            raise UnreadableSheet(Reason.NOT_A_SHEET)
        return _workbook(content, {})
    if content.startswith(_NOT_SHEETS):
        raise UnreadableSheet(Reason.NOT_A_SHEET)
    if _PAGE.match(content):
        return [_page_grid(_decoded(content))]
    return [_text_grid(_decoded(content), likeness)]


def _checked_package(content: bytes) -> dict[str, Broken]:
    """Refuse what is no workbook, what is locked, and what would unpack without bound; else the
    cells that its reader would leave out.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            fault = _package_fault(package)
            sheets = {} if fault else _sheets(package)
            if any(_extent(sheet) > MAX_CELLS for sheet in sheets.values()):
                fault = Reason.TOO_BIG
            broken = {} if fault else broken_cells(package, sheets)
    except Exception as error:  # zipfile raises many kinds on damaged bytes
        raise UnreadableSheet(Reason.CORRUPT) from error
    if fault:
        raise UnreadableSheet(fault)
    return broken


def _package_fault(package: zipfile.ZipFile) -> Reason | None:
    parts = package.infolist()
    if any(part.flag_bits & 1 for part in parts):
        return Reason.LOCKED
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        return Reason.TOO_BIG
    if open_documents.is_workbook(package):
        large = open_documents.extent(package.read(open_documents.CONTENT)) > MAX_CELLS
        return Reason.TOO_BIG if large else None
    if not any(part.filename.startswith("xl/") for part in parts):
        return Reason.NOT_A_SHEET
    return None


def _sheets(package: zipfile.ZipFile) -> dict[str, bytes]:
    """What its sheets are made of; altogether no more than may be unpacked."""
    names = (name for name in package.namelist() if name.startswith("xl/worksheets/"))
    return {name: package.read(name) for name in names}


def _extent(sheet: bytes) -> int:
    """How many cells the dense table of a sheet would have, or a bound that is small enough."""
    rows = max(map(int, _ROW_NUMBER.findall(sheet)), default=0)
    if rows * NARROW <= MAX_CELLS and _BEYOND_Z.search(sheet) is None:
        return rows * NARROW  # mostly so, and many times as quick as a look at each cell
    columns = set(_FILLED_CELL.findall(sheet))
    return rows * max((column_number(label) for label in columns), default=0)


def _workbook(content: bytes, broken: Mapping[str, Broken]) -> list[Grid]:
    import python_calamine  # noqa: PLC0415 - only who reads one pays for it

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [
            _with_broken(
                _grid(book, sheet.name, sheet.visible != python_calamine.SheetVisibleEnum.Visible),
                broken.get(sheet.name, {}),
            )
            for sheet in book.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except (KeyboardInterrupt, SystemExit, UnreadableSheet):
        raise
    except python_calamine.PasswordError as error:
        raise UnreadableSheet(Reason.LOCKED) from error
    except BaseException as error:  # a panic in the reader is no Exception
        raise UnreadableSheet(Reason.CORRUPT) from error


def _grid(book: python_calamine.CalamineWorkbook, name: str, hidden: bool) -> Grid:
    sheet = book.get_sheet_by_name(name)
    rows: list[list[Cell]] = sheet.to_python(skip_empty_area=False)
    covered: dict[int, dict[int, Cell]] = defaultdict(dict)
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        for down in range(top + 1, min(bottom + 1, len(rows))):
            covered[down + 1][left] = rows[top][left]
    return Grid(name, _kept(enumerate(rows, 1), covered), hidden)


def _with_broken(grid: Grid, broken: Broken) -> Grid:
    """The sheet with what stands in its broken cells; a row of nothing else is one, too."""
    if not broken:
        return grid
    lines = {line.number: line for line in grid.lines}
    for row, cells in broken.items():
        line = lines.get(row + 1, Line(row + 1, []))
        width = max(len(line.cells), *(at + 1 for at in cells))
        whole = [cell for cell, _ in zip_longest(line.cells, range(width), fillvalue="")]
        for at, text in cells.items():
            whole[at] = text if whole[at] == "" else whole[at]
        lines[row + 1] = Line(row + 1, whole, line.covered)
    return Grid(grid.name, [lines[number] for number in sorted(lines)], grid.hidden)


def _kept(
    rows: Iterable[tuple[int, Sequence[Cell]]], covered: Mapping[int, Mapping[int, Cell]]
) -> list[Line]:
    """The rows that hold something."""
    lines = [
        Line(number, cells, covered.get(number, {})) for number, cells in rows if _holds(cells)
    ]
    if len(lines) > MAX_ROWS:
        raise UnreadableSheet(Reason.TOO_BIG)
    return lines


def _holds(cells: Sequence[Cell]) -> bool:
    return any(cell != "" and (not isinstance(cell, str) or cell.strip()) for cell in cells)


def _decoded(content: bytes) -> str:
    """Text of a csv file: UTF-8, UTF-16, or the Windows code page of Vietnam."""
    text = _unicode(content)
    damaged = text is not None and "\ufffd" in text
    if text is None:
        text = content.decode("cp1258", errors="replace")
    if damaged or _CONTROL.search(text):
        raise UnreadableSheet(Reason.NOT_A_SHEET)
    if not text.strip():
        raise UnreadableSheet(Reason.EMPTY)
    return text


def _unicode(content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content[:4000]:  # UTF-16 without its mark: Latin letters have a zero byte
        sample = content[:4000]
        little = sample[1::2].count(0) >= sample[::2].count(0)
        return content.decode("utf-16-le" if little else "utf-16-be", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _page_grid(page: str) -> Grid:
    rows = web_tables.rows_of(page, MAX_CELLS)
    if rows is None:
        raise UnreadableSheet(Reason.TOO_BIG)
    if not rows:
        raise UnreadableSheet(Reason.NOT_A_SHEET)
    return Grid("", _kept(enumerate(rows, 1), {}))


def _text_grid(text: str, likeness: Callable[[Sequence[Cell]], int]) -> Grid:
    told = _SEPARATOR_LINE.match(text)  # Excel's own first line
    head = "".join(text.splitlines(keepends=True)[:_SNIFF_LINES])
    delimiter = told[1] if told else max(_DELIMITERS, key=lambda d: _fit(head, d, likeness))
    try:
        lines = _records(text, delimiter)
    except csv.Error as error:
        raise UnreadableSheet(Reason.CORRUPT) from error
    return Grid("", _kept(lines[1:] if told else lines, {}))


def _fit(head: str, delimiter: str, likeness: Callable[[Sequence[Cell]], int]) -> tuple[int, int]:
    try:
        rows = [cells for _, cells in _records(head, delimiter)]
    except csv.Error:
        return (0, 0)
    return max(map(likeness, rows), default=0), sum(len(cells) for cells in rows)


def _records(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Rows with the line each begins on; where the quotes do not close, quotes mean nothing."""
    lines = io.StringIO(text, newline="")
    try:
        return list(_numbered_records(csv.reader(lines, delimiter=delimiter, strict=True)))
    except csv.Error:
        lines.seek(0)
        bare = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
        return [
            (number, [cell.strip('"') for cell in cells])
            for number, cells in _numbered_records(bare)
        ]


def _numbered_records(reader: _Reader) -> Iterator[tuple[int, list[str]]]:
    number = 1
    for cells in reader:
        yield number, cells
        number = reader.line_num + 1
