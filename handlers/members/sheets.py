"""A register as people keep it in a spreadsheet → one row a person, and nothing lost unsaid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial

from handlers.members.births import Habit, habit_of
from handlers.members.columns import header_at, is_index, is_other_table, likeness
from handlers.members.damage import SAMPLE, is_excel_error, mended_sheet, mostly_old_font
from handlers.members.grids import Grid, Line, Reason, UnreadableSheet, read_grids
from handlers.members.headings import Columns, Field
from handlers.members.landmarks import (
    Landmark,
    Mark,
    branch_in,
    landmark,
    sheet_branch,
    sheet_team,
)
from handlers.members.names import looks_like_name
from handlers.members.notes import Code, Note
from handlers.members.reading import Held, Place, held, read_person, within
from handlers.members.rows import PersonRow, Sheets, Skipped, Total
from storage.vietnamese import fold, is_surname, normalise

Progress = Callable[[int, int], None]

STEP = 100
"""Rows between two reports of progress."""
_NAMES = (Field.NAME, Field.FAMILY, Field.GIVEN)


def read_workbook(content: bytes, today: date, progress: Progress | None = None) -> Sheets:
    """Every person of an xlsx, xls, ods, csv, tsv or html file. `progress` hears rows done and rows in all.

    Raises:
        UnreadableSheet: and nothing else, whatever the bytes.
    """
    grids = [grid for grid in read_grids(content, likeness) if grid.lines]
    if not grids:
        raise UnreadableSheet(Reason.EMPTY)
    rows = sum(len(grid.lines) for grid in grids)
    result = Sheets()
    done = headers = 0
    for grid in grids:
        if grid.hidden:
            result.warnings.append(Note(Code.HIDDEN_SHEET, (grid.name,)))
        else:
            whole = mended_sheet(grid)
            if whole:
                result.warnings.append(Note(Code.SHEET_MENDED, (grid.name,)))
            walk = _Walk(whole or grid, result, today)
            walk.run(partial(_tell, progress, done, rows))
            headers += walk.columns is not None
        done += len(grid.lines)
    if not headers or _in_old_font(grids, result):
        raise UnreadableSheet(Reason.OLD_FONT if _in_old_font(grids, result) else Reason.NO_HEADER)
    if not result.rows:
        raise UnreadableSheet(Reason.EMPTY)
    result.several = len({row.sheet for row in result.rows}) > 1
    if progress:
        progress(rows, rows)
    return result


def _tell(progress: Progress | None, before: int, rows: int, at: int) -> None:
    if progress:
        progress(before + at, rows)


def _in_old_font(grids: Sequence[Grid], result: Sheets) -> bool:
    """By its words where no header was understood, else by most of the names."""
    if result.rows:
        old = sum(note.code is Code.OLD_FONT for row in result.rows for note in row.errors)
        return old * 2 > len(result.rows)
    return any(
        mostly_old_font(cell for line in grid.lines[:SAMPLE] for cell in line.cells)
        for grid in grids
    )


@dataclass(slots=True)
class _Part:
    """A stretch of a sheet under one group row, and how many people it states."""

    name: str = ""
    line: int = 0
    stated: int | None = None
    read: int = 0


@dataclass(slots=True)
class _Walk:
    """One sheet from top to bottom: what holds for the rows that follow."""

    grid: Grid
    result: Sheets
    today: date
    columns: Columns | None = None
    habit: Habit = field(default_factory=Habit)
    team: str = ""
    branch: str = ""
    closing: bool = False  # after a total or the signatures: a bare name is a signature
    outside: bool = False  # in a table that lists no people
    read: int = 0
    part: _Part = field(default_factory=_Part)

    def run(self, tell: Callable[[int], None]) -> None:
        lines = self.grid.lines
        titles: list[str] = []
        at = 0
        while at < len(lines):
            if at % STEP == 0:
                tell(at)
            line = lines[at]
            seen = held(line, self.columns) if self.columns else None
            columns = None if seen and seen.number else header_at(lines, at)
            if columns:
                self._begin(columns, at, titles)
                at += columns.depth
                continue
            if not (seen and seen.number) and not self.outside:
                self.outside = is_other_table(line.cells)
            if self.columns is None or seen is None:
                titles += [cell for cell in line.cells if isinstance(cell, str) and cell]
            elif self.outside:
                self._skip(line, None)
            else:
                self._row(line, seen, self.columns)
                self._beside(line, self.columns)
            at += 1
        self._close_part()
        if self.columns is None:
            self.result.warnings.append(Note(Code.SHEET_WITHOUT_LIST, (self.grid.name,)))

    def _begin(self, columns: Columns, at: int, titles: Sequence[str]) -> None:
        first = self.columns is None
        self.columns = columns
        self.closing = self.outside = False
        births = columns.of.get(Field.BIRTH, ())
        below = self.grid.lines[at + columns.depth :]
        self.habit = habit_of(
            line.cells[birth] for birth in births for line in below if birth < len(line.cells)
        )
        if first:
            self.team = sheet_team(self.grid.name, titles)
            self.branch = self._branch(titles)
        told = self.result.warnings
        for code, labels in (
            (Code.SENSITIVE_LEFT_OUT, columns.sensitive),
            (Code.COLUMNS_NOT_READ, columns.unread),
        ):
            note = Note(code, (self.grid.name, ", ".join(labels)))
            if labels and note not in told:
                told.append(note)

    def _branch(self, titles: Sequence[str]) -> str:
        """The branch of the whole sheet: its tab's name before its title."""
        tab = sheet_branch(self.grid.name)
        title = next((branch for text in titles if (branch := branch_in(text))), "")
        if tab and fold(tab) == fold(title):
            return title  # a tab is often named without marks
        if tab and title:
            self.result.warnings.append(Note(Code.BRANCHES_DISAGREE, (self.grid.name, tab, title)))
        before = {row.branch for row in self.result.rows}
        if (
            self.team and len(before) == 1
        ):  # a sheet a team, and only the first says of which branch
            return tab or title or before.pop()
        return tab or title

    def _row(self, line: Line, seen: Held, columns: Columns) -> None:
        if seen.number and _names_somebody(seen.name):  # most rows: nothing else to look at
            self._person(line, seen, columns)
            return
        head = _head(line, columns)
        alone = not seen.speaks or seen.filled == 1
        mark = landmark(head, line.cells, alone=alone) if head else None
        if is_index([cell for cell in line.cells if cell != ""]):  # (1)(2)(3) of a next page
            mark = Landmark(Mark.TITLE)
        if mark is not None:
            self._pass(mark, line, head)
        elif self._is_person(seen, columns):
            self._person(line, seen, columns)
        else:
            self._skip(line, None)

    def _beside(self, line: Line, columns: Columns) -> None:
        """People of the lists to the right of the first one, which alone tells groups and ends."""
        for right in columns.beside:
            part = within(line, right)
            seen = held(part, right)
            if self._is_person(seen, right):
                self._person(part, seen, right)

    def _person(self, line: Line, seen: Held, columns: Columns) -> None:
        place = Place(self.grid.name, columns, self.habit, self.team, self.branch, self.today)
        self._take(read_person(within(line, columns), seen, place))

    def _is_person(self, seen: Held, columns: Columns) -> bool:
        begins = seen.name[:1].isalpha()
        if begins or any(letter.isalpha() for letter in seen.name) or is_excel_error(seen.name):
            if seen.speaks:
                return True
            return not self.closing and (
                seen.filled > 1 or looks_like_name(seen.name, freely=Field.NUMBER not in columns.of)
            )
        # Without a name: a row that is merely numbered is a blank line of the form.
        return seen.filled > 1 and seen.speaks and not (self.closing and not seen.number)

    def _take(self, row: PersonRow) -> None:
        self.closing = False
        self.read += 1
        self.part.read += 1
        self.result.rows.append(row)

    def _pass(self, mark: Landmark, line: Line, head: str) -> None:
        self._skip(line, mark.mark)
        if mark.mark is Mark.TOTAL:
            self._compare(mark, line, head)
            self.closing = True
        elif mark.mark is Mark.SIGNATURE:
            self.closing = True
        elif mark.mark in {Mark.TEAM, Mark.BRANCH, Mark.GROUP}:
            self._open_part(mark, line)
        elif mark.mark is Mark.TITLE and mark.name:
            self._open_part(Landmark(Mark.TEAM, mark.name), line)

    def _open_part(self, mark: Landmark, line: Line) -> None:
        self._close_part()
        self.closing = False
        if mark.mark is Mark.TEAM:
            self.team = mark.name
        elif mark.mark is Mark.BRANCH:
            self.branch, self.team = mark.name, ""
        self.part = _Part(mark.name, line.number, mark.number)

    def _close_part(self) -> None:
        part = self.part
        if part.stated is not None:
            self._total(Total(self.grid.name, part.line, part.name, part.stated, part.read))
        self.part = _Part()

    def _compare(self, mark: Landmark, line: Line, head: str) -> None:
        """A total is of the team it names, of the part above it, of the sheet or of the file."""
        if mark.number is None:
            return
        whole = fold(head).startswith(("tong", "danh sach")) and not mark.name
        counts = {True: self.read, False: self.part.read}  # of the sheet; of the part
        fits = (
            (number, kind)
            for number in (mark.number, mark.both)
            for kind in (whole, not whole)
            if counts[kind] == number
        )
        stated, of_sheet = next(fits, (mark.number, whole))
        read = counts[of_sheet]
        if whole and mark.number == len(self.result.rows):
            stated = read = mark.number
        part = "" if of_sheet else self.part.name or self.team
        self._total(Total(self.grid.name, line.number, part, stated, read))
        if not of_sheet:
            self._close_part()

    def _total(self, total: Total) -> None:
        self.result.totals.append(total)
        if total.stated != total.read:
            args = (total.sheet, str(total.line), total.part, str(total.stated), str(total.read))
            self.result.warnings.append(Note(Code.TOTAL_DIFFERS, args))

    def _skip(self, line: Line, mark: Mark | None) -> None:
        text = " | ".join(normalise(str(cell)) for cell in line.cells if cell != "")
        self.result.skipped.append(Skipped(self.grid.name, line.number, mark, text))


@lru_cache(maxsize=4096)
def _names_somebody(name: str) -> bool:
    """A family name with its marks and more words: no total and no group begins so."""
    family, _, rest = name.strip().partition(" ")
    return not family.isascii() and is_surname(family) and rest.replace(" ", "").isalpha()


def _head(line: Line, columns: Columns) -> str:
    """The leading words of a row, where a group, a total or a signature says what it is.

    Up to the column of names; beyond it only if the row holds little else.
    """
    of = columns.of
    names = [at for kind in _NAMES for at in of.get(kind, ())]
    named = any(isinstance(c, str) and c.strip() for at in names for c in line.cells[at : at + 1])
    beside = {at for kind in (Field.TEAM, Field.BRANCH) for at in of.get(kind, ())}
    texts = (
        (at, normalise(cell))
        for at, cell in enumerate(line.cells)
        if isinstance(cell, str) and cell.strip() and not (named and at in beside)
    )
    last = max(names)
    first = next(texts, None)
    if first is None:
        return ""
    at, head = first
    if len(head) <= 4 and (then := next(texts, None)) and then[0] <= last:
        if fold(head) in {"cong", "tong"}:
            return f"{head}: {then[1]}"
        sign = head.strip(".)/*+- ")
        return f"{sign}. {then[1]}" if sign else then[1]
    if at <= last:
        return head
    filled = sum(cell != "" for cell in line.cells)
    return head if filled <= 2 else ""
