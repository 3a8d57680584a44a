"""A plan of reorganisation: a table with one step a line, from a file or put together in a chat."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from storage.vietnamese import fold, normalise


class Action(StrEnum):
    """What a step does."""

    CREATE = "create"
    RENAME = "rename"
    MOVE = "move"  # below another unit
    MERGE = "merge"
    SPLIT = "split"  # some people, or branches, go to another unit
    CLOSE = "close"
    REOPEN = "reopen"


ACTIONS = {
    "create": Action.CREATE, "lap": Action.CREATE, "lap moi": Action.CREATE,
    "thanh lap": Action.CREATE,
    "rename": Action.RENAME, "doi ten": Action.RENAME,
    "move": Action.MOVE, "chuyen": Action.MOVE, "chuyen cap tren": Action.MOVE,
    "merge": Action.MERGE, "gop": Action.MERGE, "nhap": Action.MERGE, "sap nhap": Action.MERGE,
    "split": Action.SPLIT, "tach": Action.SPLIT, "chia": Action.SPLIT, "chia tach": Action.SPLIT,
    "close": Action.CLOSE, "dong": Action.CLOSE, "giai the": Action.CLOSE,
    "reopen": Action.REOPEN, "mo lai": Action.REOPEN,
}  # fmt: skip
COLUMNS = {
    "action": "action", "viec": "action",
    "unit": "unit", "don vi": "unit", "ma": "unit",
    "to": "to", "den": "to", "sang": "to", "ma moi": "to",
    "name": "name", "ten": "name", "ten moi": "name",
    "kind": "kind", "loai": "kind", "cap": "kind",
    "parent": "parent", "cap tren": "parent",
    "who": "who", "ai": "who", "gom": "who",
}  # fmt: skip
_LIST = re.compile(r"\s*[;|]\s*")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a line: a code and its facts; `mistake.j2` words it. Line 1 is the header,
    0 no line at all.
    """

    line: int
    code: str
    word: str = ""
    count: int = 0


class MistakeError(Exception):
    """A step cannot be done."""

    def __init__(self, code: str, word: str = "", count: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.word = word
        self.count = count

    def at(self, line: int) -> Mistake:
        """The same, of a line."""
        return Mistake(line, self.code, self.word, self.count)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a plan. Codes are in capitals; `who` lists people, teams, addresses, branches."""

    line: int
    action: Action
    unit: str
    to: str = ""
    name: str = ""
    kind: str = ""
    parent: str = ""
    who: str = ""

    @property
    def codes(self) -> list[str]:
        """The units it is about: several may be merged, moved or closed in one line."""
        return [code for code in _LIST.split(self.unit) if code]

    @property
    def chosen(self) -> list[str]:
        """Who or what is split off, one by one."""
        return [word for word in _LIST.split(self.who) if word]

    @property
    def mentioned(self) -> set[str]:
        """Every code it names."""
        named = {*self.codes, self.to, self.parent, *(word.upper() for word in self.chosen)}
        return named - {""}

    def kept(self) -> dict[str, Any]:
        """As plain values, to be stored."""
        return asdict(self)


def step_of(kept: dict[str, Any]) -> Step:
    """A step from its plain values."""
    known = {field.name for field in fields(Step)}
    values = {name: value for name, value in kept.items() if name in known}
    return Step(**{**values, "action": Action(values["action"])})


def read(lines: Iterable[str]) -> tuple[list[Step], list[Mistake]]:
    """The steps of a CSV or TSV file, and what cannot be read in it. The header names the columns
    `action,unit,to,name,kind,parent,who` in any order, in English or Vietnamese.
    """
    rows = _rows(lines)
    header = next(rows, (1, []))[1]
    names = [COLUMNS.get(fold(cell.lstrip("\ufeff")), "") for cell in header]
    missing = [name for name in ("action", "unit") if name not in names]
    if missing:
        return [], [Mistake(1, "column_missing", missing[0])]
    steps, mistakes = [], []
    for line, cells in rows:
        cell = {name: normalise(word) for name, word in zip(names, cells, strict=False) if name}
        if not any(cell.values()):
            continue
        action = ACTIONS.get(fold(cell["action"]).replace("_", " "))
        if action is None:
            mistakes.append(Mistake(line, "unknown_action", cell["action"]))
        elif not cell.get("unit"):
            mistakes.append(Mistake(line, "unit_missing"))
        else:
            steps.append(_step(line, action, cell))
    if not steps and not mistakes:
        mistakes.append(Mistake(0, "empty"))
    return steps, mistakes


def _step(line: int, action: Action, cell: dict[str, str]) -> Step:
    return Step(
        line,
        action,
        unit=cell["unit"].upper(),
        to=cell.get("to", "").upper(),
        name=cell.get("name", ""),
        kind=cell.get("kind", ""),
        parent=cell.get("parent", "").upper(),
        who=cell.get("who", ""),
    )


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of its last line. What parts the cells is what parts the header's:
    a Vietnamese Excel writes semicolons.
    """
    text = list(lines)
    header = text[0] if text else ""
    reader = csv.reader(text, delimiter=max(",;\t", key=header.count))
    for cells in reader:
        yield reader.line_num, cells
