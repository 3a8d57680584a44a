"""Loading the tree of units from a file, all or nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from storage import pasts, units
from storage.database import Session
from storage.units import Unit

COLUMNS = ("code", "name", "kind", "parent")
OPTIONAL = ("valid_from", "valid_to", "aliases")
CODE_LENGTH = 32


class UnitsFileError(Exception):
    """Something in the file is wrong; the message names the line and what to do."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line of the file."""

    line: int
    code: str
    name: str
    kind: str
    parent: str
    valid_from: date | None
    valid_to: date | None
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did."""

    added: int
    changed: int
    unchanged: int


def read(lines: Iterable[str]) -> list[UnitRow]:
    """The rows of a CSV file with the columns `code,name,kind,parent,valid_from,valid_to,aliases`.

    Raises:
        UnitsFileError: a column is missing, or a line cannot be understood.
    """
    reader = csv.DictReader(lines)
    fields = [name.strip().lower().lstrip("\ufeff") for name in reader.fieldnames or ()]
    missing = [name for name in COLUMNS if name not in fields]
    if missing:
        raise UnitsFileError(f"line 1: the column {missing[0]!r} is missing")
    reader.fieldnames = fields
    rows = [_row(reader.line_num, raw) for raw in reader if any((v or "") for v in raw.values())]
    _check_codes(rows)
    return rows


def _row(line: int, raw: dict[str, str | None]) -> UnitRow:
    cell = {name: str(raw.get(name) or "").strip() for name in (*COLUMNS, *OPTIONAL)}
    code = cell["code"].upper()
    if not code.isascii() or not code or " " in code or len(code) > CODE_LENGTH:
        raise UnitsFileError(
            f"line {line}: the code {cell['code']!r} must be plain, without spaces"
        )
    if not cell["name"] or not cell["kind"]:
        raise UnitsFileError(f"line {line}: {code} has no name or no kind")
    return UnitRow(
        line=line,
        code=code,
        name=cell["name"],
        kind=cell["kind"],
        parent=cell["parent"].upper(),
        valid_from=_date(line, cell["valid_from"]),
        valid_to=_date(line, cell["valid_to"]),
        aliases=tuple(name.strip() for name in cell["aliases"].split("|") if name.strip()),
    )


def _date(line: int, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UnitsFileError(f"line {line}: {text!r} is no date; write YYYY-MM-DD") from None


def _check_codes(rows: Sequence[UnitRow]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        if row.code in seen:
            raise UnitsFileError(f"line {row.line}: {row.code} stands on line {seen[row.code]} too")
        seen[row.code] = row.line


def load(session: Session, rows: Sequence[UnitRow]) -> Loaded:
    """Add and change units; a changed name stays as an alias of the unit.

    Raises:
        UnitsFileError: a parent is unknown, or a unit would stand below itself.
    """
    added = changed = 0
    ordered = _parents_first(session, rows)
    for row in ordered:
        parent = _bearing(session, row.line, row.parent) if row.parent else None
        unit = _bearing(session, row.line, row.code)
        if unit is None:
            unit = Unit(code=row.code, name=row.name, kind=row.kind)
            added += 1
            fresh = True
        else:
            fresh = False
        changed += _write(session, unit, row, parent) and not fresh
    return Loaded(added, changed, len(rows) - added - changed)


def _write(session: Session, unit: Unit, row: UnitRow, parent: Unit | None) -> bool:
    """Bring a unit to what its row says; whether anything differed."""
    if unit.id is not None and pasts.of_unit(session, unit.id):
        _check_unchanged(unit, row, parent)
        return bool(units.add_aliases(session, unit, row.aliases))
    before = (unit.name, unit.kind, unit.parent_id, unit.valid_from, unit.valid_to)
    aliases = list(row.aliases)
    if unit.name != row.name:
        aliases.append(unit.name)
    unit.name, unit.kind = row.name, row.kind
    unit.parent_id = parent.id if parent else None
    unit.valid_from, unit.valid_to = row.valid_from, row.valid_to
    session.add(unit)
    session.flush()
    new_names = units.add_aliases(session, unit, aliases)
    return new_names > 0 or before != (
        unit.name, unit.kind, unit.parent_id, unit.valid_from, unit.valid_to,
    )  # fmt: skip


def _check_unchanged(unit: Unit, row: UnitRow, parent: Unit | None) -> None:
    """A unit that was reorganised is as its plan says; an old file does not turn that back."""
    same = unit.official == row.name and unit.parent_id == (parent.id if parent else None)
    if not same:
        raise UnitsFileError(
            f"line {row.line}: {row.code} was reorganised and is {unit.name} now; change it by"
            " `chihoi units reorganise`"
        )


def _bearing(session: Session, line: int, code: str) -> Unit | None:
    """The unit with this code. What a reorganisation has closed or given another code is not made
    anew by an old file.
    """
    unit = units.bearing(session, code)
    if unit is not None and not unit.closed:
        return unit
    if unit is not None or units.by_code(session, code) is not None:
        raise UnitsFileError(
            f"line {line}: {code} was reorganised; change it by `chihoi units reorganise`"
        )
    return None


def _parents_first(session: Session, rows: Sequence[UnitRow]) -> list[UnitRow]:
    """The rows in an order in which every parent comes before its children."""
    by_code = {row.code: row for row in rows}
    ordered: dict[str, UnitRow] = {}

    def place(row: UnitRow, below: tuple[str, ...]) -> None:
        if row.code in ordered:
            return
        if row.code in below:
            raise UnitsFileError(f"line {row.line}: {row.code} would stand below itself")
        if row.parent in by_code:
            place(by_code[row.parent], (*below, row.code))
        elif row.parent and _bearing(session, row.line, row.parent) is None:
            raise UnitsFileError(f"line {row.line}: there is no unit {row.parent}; add it above")
        ordered[row.code] = row

    for row in rows:
        place(row, ())
    return list(ordered.values())
