"""One row of cells → one person, under the columns its header gave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from handlers.members import sensitive
from handlers.members.births import Habit, When, read_birth, read_joined
from handlers.members.gone import read_standing
from handlers.members.grids import Cell, Line, plain
from handlers.members.headings import Columns, Field
from handlers.members.landmarks import branch_name, sheet_branch, team_name
from handlers.members.names import NameRead, looks_like_name, read_name
from handlers.members.notes import Code, Note
from handlers.members.phone_cells import read_phones, says_no_phone
from handlers.members.rows import PersonRow
from handlers.members.titles import is_title, read_roles
from storage.vietnamese import is_surname, normalise, phone, phones

_HAS_DIGIT = re.compile(r"\d")
_HAS_LETTER = re.compile(r"[^\W\d_]")
_ROW_NUMBER = re.compile(r"\d{1,5}[a-z]?[.)]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a sheet a row stands: what holds for it without being written in it."""

    sheet: str
    columns: Columns
    habit: Habit
    team: str
    branch: str
    today: date


@dataclass(slots=True)
class Held:
    """The cells of a row that decide whether it is a person at all."""

    number: bool
    name: str
    birth: Cell
    phones: tuple[Cell, ...]
    filled: int

    @property
    def speaks(self) -> bool:
        """Whether the row has more of a person than words."""
        return self.number or bears_digits(self.birth) or any(map(bears_digits, self.phones))


def is_formula(cell: Cell) -> bool:
    """A formula nobody has worked out: "=A5+1" in the column of numbers."""
    return isinstance(cell, str) and cell.startswith("=") and len(cell) > 2


def bears_digits(cell: Cell) -> bool:
    """Whether a cell could hold a date or a number."""
    return bool(_HAS_DIGIT.search(cell)) if isinstance(cell, str) else True


def held(line: Line, columns: Columns) -> Held:
    """Look at a row's own cells: its number, name, birth and phones."""
    of = columns.of
    number = _first(line, of.get(Field.NUMBER, ()))
    return Held(
        number=isinstance(number, float)
        or (isinstance(number, str) and _ROW_NUMBER.fullmatch(number.strip()) is not None)
        or is_formula(number),
        name=_name(line, of),
        birth=_birth(line, of),
        phones=tuple(cell for at in of.get(Field.PHONE, ()) if (cell := _cell(line, at)) != ""),
        filled=len(line.cells) - line.cells.count(""),
    )


def within(line: Line, columns: Columns) -> Line:
    """The row as one of several lists side by side has it: the others' cells are empty."""
    if columns.span is None:
        return line
    start, end = columns.span
    cells = [cell if start <= at < end else "" for at, cell in enumerate(line.cells)]
    return Line(line.number, cells, line.covered)


def read_person(line: Line, seen: Held, place: Place) -> PersonRow:
    """The person of a row; whatever is wrong with it is kept beside what could be read."""
    warnings: list[Note] = []
    seen, line, shifted = _in_place(line, seen, place)
    if shifted:
        warnings.append(Note(Code.CELLS_SHIFTED))
    name = read_name(seen.name)
    if not name.name and not name.error:
        name = replace(name, error=Note(Code.NO_NAME))
    birth = read_birth(seen.birth, place.today, place.habit)
    if not birth.text and not birth.doubt and name.birth:
        birth = read_birth(name.birth, place.today)
        warnings.append(Note(Code.BIRTH_FROM_NAME, (name.birth,)))
    warnings += (*name.warnings, *filter(None, (birth.warning,)))
    return _whole(line, seen, name, birth, place, warnings)


def _whole(
    line: Line, seen: Held, name: NameRead, birth: When, place: Place, warnings: list[Note]
) -> PersonRow:
    of = place.columns.of
    note = " · ".join(
        filter(None, [*(_text(line, at) for at in of.get(Field.NOTE, ())), name.remark])
    )
    number, no_phone, remark, about_phone = read_phones(seen.phones, name.phone)
    joined, about_joined = _joined(line, of.get(Field.JOINED, ()), place.today, birth.text)
    left = read_joined(_first(line, of.get(Field.LEFT, ())), place.today)
    reason = _words(line, of.get(Field.REASON, ()))
    standing = read_standing(note, left, reason, place.today)
    alias = _alias(line, place.columns, name)
    title = _words(line, of.get(Field.TITLE, ())) or name.title
    if not title and is_title(note):
        title = note
    team = team_name(_spread(line, of.get(Field.TEAM, ()))) or place.team
    about_left: tuple[Note, ...] = (
        (Note(Code.LEFT_UNREADABLE, left.warning.args),) if left.warning else ()
    )
    if standing.told:
        about_left += (Note(Code.GONE, (standing.told,)),)
    return PersonRow(
        place.sheet,
        line.number,
        name.name,
        alias=alias,
        birth=birth.text,
        phone=number,
        no_phone=not number and (no_phone or (note != "" and says_no_phone(note))),
        address=_address(line, of),
        job=_words(line, of.get(Field.JOB, ())),
        joined=joined,
        left_on=standing.left_on,
        left_reason=standing.reason,
        status=standing.status,
        title=title,
        roles=read_roles(title, team),
        team=team,
        branch=_branch(line, place),
        note=" · ".join(filter(None, (f"({alias})" if alias else "", note, remark))),
        sensitive=_sensitive(line, place.columns),
        errors=(name.error,) if name.error else (),
        doubts=tuple(filter(None, (name.doubt, birth.doubt))),
        warnings=(*warnings, *about_phone, *about_joined, *about_left),
    )


def _sensitive(line: Line, columns: Columns) -> tuple[tuple[str, str], ...]:
    """What stands in sensitive columns, by field."""
    if not columns.sensitive:
        return ()
    cells = (
        (sensitive.field_of(label), _text(line, at))
        for at, label in columns.labels.items()
        if label in columns.sensitive
    )
    return tuple({field.value: text for field, text in cells if field and text}.items())


def _in_place(line: Line, seen: Held, place: Place) -> tuple[Held, Line, bool]:
    """Mend cells that stand in each other's columns: birth and phone, or a whole row moved."""
    swapped = phone(seen.birth) if isinstance(seen.birth, str | float) else None
    if swapped and _HAS_LETTER.search(seen.name):
        other = seen.phones[0] if seen.phones else ""
        if other == "" or read_birth(other, place.today, place.habit).text:
            return replace(seen, birth=other, phones=(seen.birth,)), line, True
    # An empty name stays empty: a street is called like a person, too.
    if not seen.name.strip() or not _is_no_name(seen.name):
        return seen, line, False
    texts = (cell for cell in line.cells if isinstance(cell, str))
    name = next(filter(looks_like_name, texts), "")
    rest = [cell for cell in line.cells[1:] if cell not in {"", name}]
    numbers = [cell for cell in rest if isinstance(cell, str | float) and phones(plain(cell))]
    births = [c for c in rest if c not in numbers and read_birth(c, place.today).text]
    if not name or not (numbers or births):
        return seen, line, False
    birth = births[0] if births else ""
    moved = replace(seen, name=name, birth=birth, phones=tuple(numbers[:1]))
    return moved, _without(line, (name, birth, *numbers[:1]), place.columns.of), True


def _is_no_name(text: str) -> bool:
    """A date, a number or an address where the name should be."""
    if not _HAS_LETTER.search(text):
        return True
    return bears_digits(text) and not is_surname(normalise(text).split()[0])


def _without(line: Line, used: Sequence[Cell], of: dict[Field, tuple[int, ...]]) -> Line:
    """The rest of a moved row; words where the name or a date should be are its address."""
    cells: list[Cell] = ["" if cell in used else cell for cell in line.cells]
    strays = [at for kind in (Field.NAME, Field.BIRTH, Field.PHONE) for at in of.get(kind, ())]
    words = [text for at in strays if _HAS_LETTER.search(text := _text(Line(0, cells), at))]
    for at in of.get(Field.ADDRESS, ())[:1]:
        if words and _cell(Line(0, cells), at) == "":
            cells += [""] * (at + 1 - len(cells))
            cells[at] = ", ".join(words)
    return Line(line.number, cells, line.covered)


def _joined(
    line: Line, places: Sequence[int], today: date, birth: str
) -> tuple[str, tuple[Note, ...]]:
    when = read_joined(_first(line, places), today)
    if when.warning:
        return "", (when.warning,)
    if when.text and birth and when.text[:4] <= birth[:4]:
        return when.text, (Note(Code.JOINED_TOO_EARLY, (when.text,)),)
    return when.text, ()


def _alias(line: Line, columns: Columns, name: NameRead) -> str:
    if not name.alias and Field.ALIAS not in columns.of:
        return ""
    own = _words(line, columns.of.get(Field.ALIAS, ()))
    return ", ".join(dict.fromkeys(filter(None, (own, name.alias))))


def _branch(line: Line, place: Place) -> str:
    of = place.columns.of
    if own := _spread(line, of.get(Field.BRANCH, ())):
        return branch_name(plain(own))
    if place.branch:
        return place.branch
    hamlet = _words(line, of.get(Field.HAMLET, ()))
    return (sheet_branch(hamlet) or sheet_branch(f"khóm {hamlet}")) if hamlet else ""


def _address(line: Line, of: dict[Field, tuple[int, ...]]) -> str:
    whole = _words(line, of.get(Field.ADDRESS, ()))
    parts = [_text(line, at) for at in of.get(Field.PLACE, ())]
    hamlet = "" if whole else _words(line, of.get(Field.HAMLET, ()))
    return ", ".join(filter(None, (*parts, whole, hamlet)))


def _name(line: Line, of: dict[Field, tuple[int, ...]]) -> str:
    if Field.NAME in of:
        return plain(_first(line, of[Field.NAME]))
    pair = (plain(_first(line, of[part])) for part in (Field.FAMILY, Field.GIVEN))
    return " ".join(filter(None, pair))


def _birth(line: Line, of: dict[Field, tuple[int, ...]]) -> Cell:
    """The birth as one value, also where day, month and year or the sexes have columns."""
    cells = [cell for at in of.get(Field.BIRTH, ()) if (cell := _cell(line, at)) != ""]
    dates = [cell for cell in cells if bears_digits(cell)] if len(cells) > 1 else cells
    if len(set(dates)) > 1:  # under both sexes: two dates
        return "; ".join(_text(Line(0, [cell]), 0) for cell in dates)
    if cells:
        return (dates or cells)[0]
    parts = [_first(line, of.get(part, ())) for part in (Field.DAY, Field.MONTH, Field.YEAR)]
    if isinstance(parts[-1], date):
        return parts[-1]
    if isinstance(parts[0], date):  # "12/5" typed without a year, which Excel added
        parts[:2] = parts[0].day, parts[0].month
    return "/".join(plain(part) for part in parts if part != "")


def _first(line: Line, places: Sequence[int]) -> Cell:
    for at in places:
        if (cell := _cell(line, at)) != "":
            return cell
    return ""


def _spread(line: Line, places: Sequence[int]) -> Cell:
    """The cell, also one merged over several rows. A merely empty cell takes nothing from above."""
    return _first(line, places) or next(
        (line.covered[at] for at in places if at in line.covered), ""
    )


def _cell(line: Line, at: int) -> Cell:
    cell = line.cells[at] if at < len(line.cells) else ""
    return "" if isinstance(cell, str) and cell.isspace() else cell


def _text(line: Line, at: int) -> str:
    cell = line.cells[at] if at < len(line.cells) else ""
    if isinstance(cell, str):
        return normalise(cell) if cell else ""
    return cell.strftime("%d/%m/%Y") if isinstance(cell, date) else normalise(plain(cell))


def _words(line: Line, places: Sequence[int]) -> str:
    for at in places:
        if text := _text(line, at):
            return text
    return ""
