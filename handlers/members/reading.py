"""One row of cells → one person, under the columns its header gave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from handlers.members.births import Habit, When, read_birth, read_joined
from handlers.members.columns import Columns
from handlers.members.grids import Cell, Line
from handlers.members.headings import Field
from handlers.members.landmarks import branch_name, sheet_branch, team_name
from handlers.members.names import NameRead, looks_like_name, read_name
from handlers.members.notes import Code, Note
from handlers.members.rows import PersonRow
from handlers.members.titles import is_title, read_roles
from storage.members import MemberStatus
from storage.vietnamese import fold, normalise, phone, phones

_HAS_DIGIT = re.compile(r"\d")
_HAS_LETTER = re.compile(r"[^\W\d_]")
_ROW_NUMBER = re.compile(r"\d{1,5}[a-z]?[.)]?", re.IGNORECASE)
_NO_PHONE = re.compile(
    r"\b(?:khong|ko|k|chua) (?:co )?(?:so )?(?:dien thoai|dt|sdt|dtdd|zalo)\b|^(?:khong|ko|kg|chua)(?: co)?$"
)
_NO_NUMBER = re.compile(r"[\W_x0]*", re.IGNORECASE)
_GONE = re.compile(
    r"^(?:hv |hội viên |bà )?(?:đã |mới )?(?:chết|qua đời|từ trần|mất(?! (?:điện|đt|sđt|số|máy|liên|việc|sức))"
    r"|chuyển (?:đi|sang|khỏi|sinh hoạt (?:đi|sang|đến|về|qua))|rời hội|ra khỏi hội|xin ra|thôi sinh hoạt)"
    r"|^(?:đã )?da mat\b"
)
_AWAY = re.compile(
    r"\b(?:làm việc ở|làm việc tại|làm ở|đi làm xa|làm ăn xa|đi xa|tạm vắng|đi lao động|xuất khẩu lao động|lam viec o|di lam xa|lam an xa)\b"
)
_DATE_INSIDE = re.compile(r"(?:\d{1,2}[/.-]){0,2}(?:19|20)\d{2}")
_PHONE_WORDS = {"zalo", "sdt", "dt", "dd", "so", "tel", "mobile", "dien thoai", "và", "va", "hoac"}
_WORDS_BESIDE = re.compile(r"[^\W\d_][^\d,;/()]*")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a sheet a row stands: what holds for it without being written in it."""

    sheet: str
    columns: Columns
    habit: Habit
    team: str
    branch: str
    today: date


@dataclass(frozen=True, slots=True)
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


def bears_digits(cell: Cell) -> bool:
    """Whether a cell could hold a date or a number."""
    return bool(_HAS_DIGIT.search(cell)) if isinstance(cell, str) else True


def held(line: Line, columns: Columns) -> Held:
    """Look at a row's own cells: its number, name, birth and phones."""
    of = columns.of
    number = _first(line, of.get(Field.NUMBER, ()))
    return Held(
        number=isinstance(number, float)
        or (isinstance(number, str) and _ROW_NUMBER.fullmatch(number.strip()) is not None),
        name=_name(line, of),
        birth=_birth(line, of),
        phones=tuple(cell for at in of.get(Field.PHONE, ()) if (cell := _cell(line, at)) != ""),
        filled=sum(cell != "" for cell in line.cells),
    )


def read_person(line: Line, seen: Held, place: Place) -> PersonRow:
    """The person of a row; whatever is wrong with it is kept beside what could be read."""
    warnings: list[Note] = []
    seen, shifted = _in_place(line, seen, place)
    if shifted:
        warnings.append(Note(Code.CELLS_SHIFTED))
    name = read_name(seen.name)
    if not name.name and not name.error:
        name = replace(name, error=Note(Code.NO_NAME))
    birth = read_birth(seen.birth, place.today, place.habit)
    if not birth.text and not birth.error and not birth.doubt and name.birth:
        birth = read_birth(name.birth, place.today)
        warnings.append(Note(Code.BIRTH_FROM_NAME, (name.birth,)))
    row = PersonRow(
        place.sheet,
        line.number,
        name.name,
        alias=_alias(line, place.columns, name),
        birth=birth.text,
        errors=tuple(filter(None, (name.error, birth.error))),
        doubts=tuple(filter(None, (name.doubt, birth.doubt))),
        warnings=(*warnings, *name.warnings, *filter(None, (birth.warning,))),
    )
    return _with_rest(row, line, seen, name, place)


def _with_rest(row: PersonRow, line: Line, seen: Held, name: NameRead, place: Place) -> PersonRow:
    of = place.columns.of
    note = " · ".join(
        filter(None, [*(_text(line, at) for at in of.get(Field.NOTE, ())), name.remark])
    )
    number, no_phone, remark, about_phone = _read_phones(seen.phones, name.phone)
    joined, about_joined = _joined(line, of.get(Field.JOINED, ()), place.today, row.birth)
    left = read_joined(_first(line, of.get(Field.LEFT, ())), place.today)
    status, left_on = _standing(note, left, place.today)
    alias = f"({row.alias})" if row.alias else ""
    title = _words(line, of.get(Field.TITLE, ())) or name.title
    if not title and is_title(note):
        title = note
    team = team_name(_first(line, of.get(Field.TEAM, ()))) or place.team
    about_left = (
        (Note(Code.LEFT_UNREADABLE, left.warning.args),) if left.warning is not None else ()
    )
    return replace(
        row,
        phone=number,
        no_phone=not number and (no_phone or _NO_PHONE.search(fold(note)) is not None),
        address=_address(line, of),
        job=_words(line, of.get(Field.JOB, ())),
        joined=joined,
        left_on=left_on,
        status=status,
        title=title,
        roles=read_roles(title, team),
        team=team,
        branch=_branch(line, place),
        note=" · ".join(filter(None, (alias, note, remark))),
        warnings=(*row.warnings, *about_phone, *about_joined, *about_left),
    )


def _in_place(line: Line, seen: Held, place: Place) -> tuple[Held, bool]:
    """Mend cells that stand in each other's columns: birth and phone, or a whole row moved."""
    swapped = phone(seen.birth) if isinstance(seen.birth, str | float) else None
    if swapped and _HAS_LETTER.search(seen.name):
        other = seen.phones[0] if seen.phones else ""
        if other == "" or read_birth(other, place.today, place.habit).text:
            return replace(seen, birth=other, phones=(seen.birth,)), True
    if _HAS_LETTER.search(seen.name) and not team_name(seen.name).startswith("Tổ "):
        return seen, False
    texts = [cell for cell in line.cells if isinstance(cell, str)]
    name = next((cell for cell in texts if looks_like_name(cell)), "")
    if not name:
        return seen, False
    rest = [cell for cell in line.cells[1:] if cell not in {"", name}]
    numbers = [cell for cell in rest if isinstance(cell, str | float) and phones(_plain(cell))]
    births = [c for c in rest if c not in numbers and read_birth(c, place.today).text]
    if not numbers and not births:
        return seen, False
    birth = births[0] if births else ""
    return replace(seen, name=name, birth=birth, phones=tuple(numbers[:1])), True


def _read_phones(
    cells: Sequence[Cell], beside_name: str
) -> tuple[str, bool, str, tuple[Note, ...]]:
    """The number to call, whether she has none, whose it is, and what else to say."""
    found: list[str] = []
    remarks: list[str] = []
    unread: list[str] = []
    none = False
    for cell in cells:
        text = _plain(cell)
        numbers = phones(text)
        found += [number for number in numbers if number not in found]
        if numbers:
            remarks += _words_beside(text)
        elif _NO_PHONE.search(fold(text)):
            none = True
        elif not _NO_NUMBER.fullmatch(text):
            unread.append(normalise(text))
    if not found and beside_name:
        found = [beside_name]
    notes = []
    if unread:
        notes.append(Note(Code.PHONE_UNREADABLE, (", ".join(unread),)))
    if len(found) > 1:
        notes.append(Note(Code.OTHER_PHONES, (", ".join(found[1:]),)))
    first = found[0] if found else ""
    return first, none, f"{first} ({', '.join(remarks)})" if remarks else "", tuple(notes)


def _words_beside(text: str) -> list[str]:
    """Whose number it is: "con gái" in "0912 345 678 (con gái)"."""
    words = (found.strip(" .:-") for found in _WORDS_BESIDE.findall(normalise(text)))
    return [word for word in words if len(word) > 1 and fold(word) not in _PHONE_WORDS]


def _joined(
    line: Line, places: Sequence[int], today: date, birth: str
) -> tuple[str, tuple[Note, ...]]:
    when = read_joined(_first(line, places), today)
    if when.warning:
        return "", (when.warning,)
    if when.text and birth and when.text[:4] <= birth[:4]:
        return when.text, (Note(Code.JOINED_TOO_EARLY, (when.text,)),)
    return when.text, ()


def _standing(note: str, left: When, today: date) -> tuple[MemberStatus, str]:
    """Whether she is still counted, by the column of leaving or the remark."""
    typed = normalise(note).lower()
    if left.text:
        return MemberStatus.LEFT, left.text
    if _GONE.search(typed):
        found = _DATE_INSIDE.search(typed)
        return MemberStatus.LEFT, read_joined(found[0], today).text if found else ""
    return (MemberStatus.AWAY if _AWAY.search(typed) else MemberStatus.ACTIVE), ""


def _alias(line: Line, columns: Columns, name: NameRead) -> str:
    own = _words(line, columns.of.get(Field.ALIAS, ()))
    return ", ".join(dict.fromkeys(filter(None, (own, name.alias))))


def _branch(line: Line, place: Place) -> str:
    of = place.columns.of
    if own := _first(line, of.get(Field.BRANCH, ())):
        return branch_name(_plain(own))
    if place.branch:
        return place.branch
    hamlet = _words(line, of.get(Field.HAMLET, ()))
    return (sheet_branch(hamlet) or sheet_branch(f"khóm {hamlet}")) if hamlet else ""


def _address(line: Line, of: dict[Field, tuple[int, ...]]) -> str:
    whole = next((text for at in of.get(Field.ADDRESS, ()) if (text := _text(line, at))), "")
    parts = [_text(line, at) for at in of.get(Field.PLACE, ())]
    hamlet = "" if whole else _words(line, of.get(Field.HAMLET, ()))
    return ", ".join(filter(None, (*parts, whole, hamlet)))


def _name(line: Line, of: dict[Field, tuple[int, ...]]) -> str:
    if Field.NAME in of:
        return _plain(_first(line, of[Field.NAME]))
    pair = (_plain(_first(line, of[part])) for part in (Field.FAMILY, Field.GIVEN))
    return " ".join(filter(None, pair))


def _birth(line: Line, of: dict[Field, tuple[int, ...]]) -> Cell:
    """The birth as one value, also where day, month and year or the sexes have columns."""
    cells = [cell for at in of.get(Field.BIRTH, ()) if (cell := _cell(line, at)) != ""]
    if cells:
        return next((cell for cell in cells if bears_digits(cell)), cells[0])
    parts = [_first(line, of.get(part, ())) for part in (Field.DAY, Field.MONTH, Field.YEAR)]
    if isinstance(parts[-1], date):
        return parts[-1]
    return "/".join(_plain(part) for part in parts if part != "")


def _first(line: Line, places: Sequence[int]) -> Cell:
    return next((cell for at in places if (cell := _cell(line, at)) != ""), "")


def _cell(line: Line, at: int) -> Cell:
    cell = line.cells[at] if at < len(line.cells) else ""
    return "" if isinstance(cell, str) and not cell.strip() else cell


def _plain(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _text(line: Line, at: int) -> str:
    cell = _cell(line, at)
    return cell.strftime("%d/%m/%Y") if isinstance(cell, date) else normalise(_plain(cell))


def _words(line: Line, places: Sequence[int]) -> str:
    return next((text for at in places if (text := _text(line, at))), "")
