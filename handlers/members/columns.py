"""Which column holds what: headers of one, two or three rows, wherever they stand in a sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.members.grids import Cell, Line, plain
from handlers.members.headings import Columns, Field, field_of
from handlers.members.names import looks_like_name
from handlers.members.settling import settled
from storage.vietnamese import fold, normalise

DEPTH = 4
"""Most rows a header may have, its (1)(2)(3) row among them."""
SAMPLE = 40
"""So many rows below a header are looked at where its words leave a doubt."""

_INDEX = re.compile(r"[(\[]?\s*(\d{1,2}|[a-z])\s*[)\]]?", re.IGNORECASE)
_UNDER = {
    "ngay", "thang", "nam", "nu", "ho", "ten", "ho dem", "ho lot", "chinh thuc", "du bi",
    "co", "khong", "so", "x", "hien nay", "hoi", "tt", "ct",
}  # fmt: skip
_NAMES = {Field.NAME, Field.FAMILY}
_LOOSELY_NAMES = {"hoi vien", "hoi vien phu nu", "name"}
_FULL_NAME_ALONE = {"ho va ten", "ho ten", "ho va ten hoi vien", "ho ten hoi vien"}


def likeness(cells: Sequence[Cell]) -> int:
    """How much a row looks like a header: its known headings, none without a name among them."""
    fields = {field_of(cell) for cell in cells if isinstance(cell, str)} - {None}
    return len(fields) if fields & {Field.NAME, Field.FAMILY, Field.GIVEN} else 0


def is_other_table(cells: Sequence[Cell]) -> bool:
    """Whether a row heads a table of something else: "STT | Tổ | Số hội viên"."""
    filled = [cell for cell in cells if cell != ""]
    if len(filled) < 3 or not all(isinstance(cell, str) for cell in filled):
        return False
    known = [field_of(str(cell)) for cell in filled]
    return known[0] is Field.NUMBER and len({*known} - {None}) > 1


def header_at(lines: Sequence[Line], at: int) -> Columns | None:
    """The header that begins at this row, if one does."""
    first = lines[at].cells
    known = [field_of(cell) for cell in first if isinstance(cell, str)]
    if not any(known):
        return None
    block = [first]
    while len(block) < DEPTH and at + len(block) < len(lines):
        line = lines[at + len(block)]
        if line.number != lines[at].number + len(block) or not _continues(line.cells, block):
            break
        block.append(line.cells)
    columns = _columns(block)
    if not _is_list(columns, first):
        return None
    return settled(columns, lines[at + len(block) : at + len(block) + SAMPLE])


def _is_list(columns: Columns, first: Sequence[Cell]) -> bool:
    has_name = Field.NAME in columns.of or {Field.FAMILY, Field.GIVEN} <= columns.of.keys()
    if not has_name:
        return False
    filled = [cell for cell in first if cell != ""]
    if len(columns.labels) == len(filled) == 1:
        return fold(str(filled[0])) in _FULL_NAME_ALONE
    known = sum(map(len, columns.of.values())) + len(columns.sensitive)
    return known >= 2 and known * 2 >= len(columns.labels) - len(columns.unread)


def _continues(cells: Sequence[Cell], block: Sequence[Sequence[Cell]]) -> bool:
    """Whether a row belongs to the header above it: sub-headings, or (1)(2)(3)."""
    filled = [(at, cell) for at, cell in enumerate(cells) if cell != ""]
    if is_index([cell for _, cell in filled]):
        return True
    if not all(isinstance(cell, str) for _, cell in filled):
        return False
    names = _name_columns(block)
    own = [str(cell) for at, cell in filled if at in names]
    if any(map(looks_like_name, own)):
        return False
    fits = [_fits_under(normalise(str(cell)), _text(block[-1], at)) for at, cell in filled]
    known = (names and not own) or likeness(cells) >= 2
    most = sum(fits) * 2 > len(fits) or _under_merged([at for at, _ in filled], block[-1])
    return all(fits) or bool(known and most)


def _under_merged(places: Sequence[int], above: Sequence[Cell]) -> bool:
    """Whether all stand side by side under headings merged over several columns."""
    grouped = [
        at
        for at in places
        if not _text(above, at) or (at + 1 in places and not _text(above, at + 1))
    ]
    return grouped == places and any(map(_text, [above] * len(places), places))


def _name_columns(block: Sequence[Sequence[Cell]]) -> set[int]:
    """Where names stand; "Hội viên" beside "Họ tên" heads something else."""
    found = {
        at: fold(_text(row, at))
        for row in block
        for at in range(len(row))
        if field_of(_text(row, at)) in _NAMES
    }
    surely = {at for at, heading in found.items() if heading not in _LOOSELY_NAMES}
    return surely or set(found)


def _fits_under(text: str, above: str) -> bool:
    """A sub-heading, or the end of the words above: "Số điện" over "thoại"."""
    if text.startswith("(") or fold(text) in _UNDER or field_of(text):
        return True
    return bool(above) and not field_of(above) and field_of(f"{above} {text}") is not None


def is_index(filled: Sequence[Cell]) -> bool:
    """1 2 3 …, (1) (2) (3) …, A B 1 2 … or a b c …, as forms number their columns."""
    if len(filled) < 3:
        return False
    found = []
    for cell in filled:
        match = _INDEX.fullmatch(plain(cell).strip())
        if match is None:
            return False
        found.append(match)
    letters = "".join(m[1] for m in found).lower()
    if letters.isalpha() and letters[0] == "a" and list(letters) == sorted(set(letters)):
        return True
    numbers = [int(m[1]) for m in found if m[1].isdecimal()]
    return numbers == sorted(set(numbers)) and len(numbers) >= len(filled) - 2


def _columns(block: Sequence[Sequence[Cell]]) -> Columns:
    fields: dict[Field, list[int]] = {}
    labels: dict[int, str] = {}
    sensitive: dict[str, None] = {}
    unread: dict[str, None] = {}
    rows = [cells for cells in block if not is_index([cell for cell in cells if cell != ""])]
    names = _name_columns(rows) or set(range(max(map(len, rows))))
    for at in range(max(map(len, rows))):
        words = _words_above(rows, at)
        if not words:
            continue
        labels[at] = " ".join(words)
        found = _field_of(words, _siblings(rows, at))
        if found is Field.NAME and at not in names:
            found = None
        if found is Field.SENSITIVE:
            sensitive.setdefault(labels[at])
        elif found in {None, Field.OTHER}:
            unread.setdefault(labels[at])
        else:
            fields.setdefault(found, []).append(at)
    return Columns(
        {known: tuple(places) for known, places in fields.items()},
        len(block),
        tuple(sensitive),
        tuple(unread),
        labels,
    )


def _words_above(rows: Sequence[Sequence[Cell]], at: int) -> list[str]:
    """The heading of a column from top to bottom; a merged cell covers those to its right."""
    words = []
    own = [_text(row, at) for row in rows]
    for depth, row in enumerate(rows):
        text = own[depth]
        if not text and any(own[depth + 1 :]):
            text = next((t for left in range(at, -1, -1) if (t := _text(row, left))), "")
        if text:
            words.append(text)
    return words if any(own) else []


def _text(row: Sequence[Cell], at: int) -> str:
    cell = row[at] if at < len(row) else ""
    return normalise(cell) if isinstance(cell, str) else ""


def _siblings(rows: Sequence[Sequence[Cell]], at: int) -> set[str]:
    """Sub-headings that stand beside a column's own, to tell Năm (year) from Nam (man)."""
    row = rows[-1]
    return {fold(_text(row, near)) for near in range(max(0, at - 2), at + 3)}


def _field_of(words: Sequence[str], siblings: set[str]) -> Field | None:
    own = field_of(words[-1])
    above = next((f for word in reversed(words[:-1]) if (f := field_of(word))), None)
    under = fold(words[-1])
    if above is Field.BIRTH and len(words) > 1:
        return _part_of_birth(under, siblings)
    if above is Field.SENSITIVE or (above is Field.OTHER and own in {None, Field.OTHER}):
        return above
    if above is Field.FAMILY and under == "ten":
        return Field.NAME  # "Họ và" over "tên" in one column
    if above is Field.NAME:
        return {"ten": Field.GIVEN}.get(under, Field.FAMILY if under.startswith("ho") else own)
    if above is Field.JOINED and under in {"ngay", "thang"}:
        return Field.OTHER
    if above is Field.ADDRESS and own in {Field.HAMLET, Field.TEAM, Field.PLACE}:
        return Field.PLACE
    if under in {"nam", "nu"} and above is None:
        return Field.BIRTH  # years under the sex, without a word above
    return own or field_of(" ".join(words)) or above


def _part_of_birth(under: str, siblings: set[str]) -> Field:
    parts = {"ngay": Field.DAY, "thang": Field.MONTH, "ngay thang": Field.DAY}
    if under == "nam" and "nu" not in siblings:
        return Field.YEAR
    return parts.get(re.sub(r"[\s,./]+", " ", under), Field.BIRTH)
