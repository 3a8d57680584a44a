"""What the words of a header leave open, decided by what stands below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product

from handlers.members.grids import Cell, Line
from handlers.members.headings import Columns, Field, field_of
from handlers.members.written_dates import from_number, from_text
from storage.vietnamese import fold, normalise, phones

FEW = 3
"""Fewer cells than this say nothing about an unnamed column."""
OLDEST_YEAR, YOUNGEST_YEAR = 1905, 2012
_LANDLINE = re.compile(r"\bban$|co dinh")
_ONE_GIVEN_NAME = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)?")
_BORN_IN_PARTS = (
    {"ngay": Field.DAY, "thang": Field.MONTH, "nam": Field.YEAR},
    {"ngay thang": Field.DAY, "nam": Field.YEAR},
)
_BIRTHS = {Field.BIRTH, Field.DAY, Field.MONTH, Field.YEAR}


def settled(columns: Columns, below: Sequence[Line]) -> Columns:
    """The columns with nothing left open; lists that stand side by side are told apart."""
    first, *others = _parted(columns)
    first = _without_doubts(first, below)
    return replace(first, beside=tuple(_without_doubts(other, below) for other in others))


def _parted(columns: Columns) -> list[Columns]:
    """Each of the lists that stand side by side under one header, else the one there is."""
    names = columns.of.get(Field.NAME, ())
    numbers = columns.of.get(Field.NUMBER, ())
    if len(names) < 2:
        return [columns]
    numbered = len(numbers) == len(names)
    starts = numbers if numbered else names
    ends = (*starts[1:], max(columns.labels) + 1)
    parts = [
        _between(columns, start, end) for start, end in zip((0, *starts[1:]), ends, strict=True)
    ]
    shared = set.intersection(*(set(part.of) for part in parts))
    return parts if Field.NAME in shared and shared & {Field.PHONE, *_BIRTHS} else [columns]


def _between(columns: Columns, start: int, end: int) -> Columns:
    of = {
        known: here
        for known, places in columns.of.items()
        if (here := tuple(at for at in places if start <= at < end))
    }
    labels = {at: label for at, label in columns.labels.items() if start <= at < end}
    return replace(columns, of=of, labels=labels, span=(start, end))


def _without_doubts(columns: Columns, below: Sequence[Line]) -> Columns:
    columns = _born_in_parts(columns)
    of = dict(columns.of)
    sensitive = list(columns.sensitive)
    if Field.NAME not in of and Field.FAMILY not in of and Field.GIVEN in of:
        of[Field.NAME] = of.pop(Field.GIVEN)
    if Field.PHONE not in of:  # DT typed for ĐT
        for at, label in columns.labels.items():
            if fold(label) in {"dt", "d.t"} and _mostly_phones(below, at):
                of[Field.PHONE] = (at,)
                sensitive.remove(label)
    if Field.NAME in of and Field.FAMILY not in of:
        name = of[Field.NAME][0]
        if name + 1 not in columns.labels and _mostly_given_names(below, name):
            of[Field.FAMILY], of[Field.GIVEN] = (name,), (name + 1,)
            del of[Field.NAME]
    if Field.BIRTH in of and Field.YEAR not in of:
        birth = of[Field.BIRTH][0]
        beside = {birth + 1, birth + 2}
        if not beside & columns.labels.keys() and _mostly_split_dates(below, birth):
            of[Field.DAY], of[Field.MONTH], of[Field.YEAR] = (birth,), (birth + 1,), (birth + 2,)
            del of[Field.BIRTH]
        elif birth + 1 not in columns.labels and _mostly_births(below, birth + 1):
            of[Field.BIRTH] = (birth, birth + 1)  # by the sexes, whose names were not understood
    unread = _unnamed(columns, of, below)
    return _mobiles_first(replace(columns, of=of, sensitive=tuple(sensitive), unread=unread))


def _mobiles_first(columns: Columns) -> Columns:
    """Whoever is called is called on her own phone before the one at home."""
    places = columns.of.get(Field.PHONE, ())
    at_home = {at for at in places if _LANDLINE.search(fold(columns.labels.get(at, "")))}
    phones_of = tuple(sorted(places, key=at_home.__contains__))
    return replace(columns, of={**columns.of, Field.PHONE: phones_of}) if at_home else columns


def _born_in_parts(columns: Columns) -> Columns:
    """Ngày | tháng | năm sinh, Ngày tháng | năm sinh: the words of one heading over columns."""
    own = {at: _born(label) for at, label in columns.labels.items()}
    for first, parts in product(own, _BORN_IN_PARTS):
        places = range(first, first + len(parts))
        if tuple(own.get(at, "") for at in places) == tuple(parts):
            of = {known: at for known, at in columns.of.items() if not set(at) & set(places)}
            of |= {part: (at,) for part, at in zip(parts.values(), places, strict=True)}
            read = {columns.labels[at] for at in places}
            return replace(columns, of=of, unread=tuple(u for u in columns.unread if u not in read))
    return columns


def _born(label: str) -> str:
    return re.sub(r"[\s,./]+", " ", fold(label)).strip().removesuffix(" sinh")


def _unnamed(
    columns: Columns, of: dict[Field, tuple[int, ...]], below: Sequence[Line]
) -> tuple[str, ...]:
    """Find phones and births under no heading or an unknown one; the headings still unread."""
    used = {at for places in of.values() for at in places}
    known = {Field.OTHER, Field.SENSITIVE}
    start, end = columns.span or (0, max((len(line.cells) for line in below), default=0))
    found: set[str] = set()
    for at in range(start, end):
        label = columns.labels.get(at, "")
        if at in used or field_of(label) in known or label in columns.sensitive:
            continue
        if Field.PHONE not in of and _mostly_phones(below, at, least=FEW):
            of[Field.PHONE] = (at,)
        elif not _BIRTHS & of.keys() and _mostly_births(below, at):
            of[Field.BIRTH] = (at,)
        else:
            continue
        found.add(label)
    return tuple(label for label in columns.unread if label not in found)


def _mostly_phones(below: Sequence[Line], at: int, *, least: int = 1) -> bool:
    cells = [cell for line in below if (cell := _cell(line, at)) != ""]
    numbers = [cell for cell in cells if phones(str(cell).removesuffix(".0"))]
    return len(numbers) * 2 > len(cells) >= least


def _mostly_births(below: Sequence[Line], at: int) -> bool:
    cells = [cell for line in below if (cell := _cell(line, at)) != ""]
    births = [cell for cell in cells if OLDEST_YEAR <= _year(cell) <= YOUNGEST_YEAR]
    return len(births) * 2 > len(cells) >= FEW


def _year(cell: Cell) -> int:
    """The year of a cell that may be a date; 0 if it is none."""
    if isinstance(cell, date):
        return cell.year
    parts = None
    if isinstance(cell, str):
        parts = from_text(cell)
    elif isinstance(cell, float):
        parts = from_number(cell)
    return parts.year if parts and not parts.short else 0


def _mostly_given_names(below: Sequence[Line], name: int) -> bool:
    """Whether the unnamed column right of the names holds one short word for each of them."""
    rows = [
        line
        for line in below
        if isinstance(_cell(line, name), str)
        and _cell(line, name)
        and len(line.cells) - line.cells.count("") >= FEW  # no group, total or signature
    ]
    pairs = [(line, str(_cell(line, name + 1)).strip()) for line in rows]
    given = [
        text
        for _, text in pairs
        if _ONE_GIVEN_NAME.fullmatch(normalise(text))
        and normalise(text).lower() not in {"x", "nữ", "nam"}
    ]
    return len(given) * 2 > len(rows)


def _mostly_split_dates(below: Sequence[Line], day: int) -> bool:
    """Whether day, month and year have a column each under one heading."""
    rows = [[_number(_cell(line, at)) for at in (day, day + 1, day + 2)] for line in below]
    full = [row for row in rows if any(row)]
    split = [row for row in full if row[0] <= 31 and row[1] <= 12 and 1900 <= row[2] <= 2100]
    return len(split) * 2 > len(full)


def _number(cell: Cell) -> int:
    text = str(cell).removesuffix(".0").strip()
    return int(text) if text.isdecimal() and len(text) <= 4 else 0


def _cell(line: Line, at: int) -> Cell:
    return line.cells[at] if at < len(line.cells) else ""
