"""The workbook of 40,000 members: written, read, and brought in, beside openpyxl."""

from __future__ import annotations

import gc
import io
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
from sqlmodel import SQLModel

from handlers.members import grids, importing
from handlers.members.columns import likeness
from handlers.members.exporting import COLUMNS
from handlers.members.sheets import read_workbook
from handlers.workbooks import Cell, Table, write
from storage import tables  # noqa: F401 - all of them
from storage.database import begin, open_engine
from storage.units import Unit
from tests.bench import union

PEOPLE = 40_000
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ")
GIVEN = ("Hoa", "Lan", "Cúc", "Thu", "Mai", "Ánh", "Bích", "Diệu", "Hạnh", "Kiều", "Loan", "Mỹ")


@dataclass(frozen=True, slots=True)
class Times:
    """CPU seconds."""

    ours: float
    rival: float


def rows(count: int = PEOPLE) -> list[tuple[Cell, ...]]:
    """People as our export writes them."""
    return [
        (
            number,
            f"{FAMILIES[number % 10]} Thị {GIVEN[number // 10 % 12]} {GIVEN[number // 120 % 12]}",
            date(1950 + number % 55, number % 12 + 1, number % 28 + 1),
            f"09{number:08d}",
            f"Số {number % 300}, đường số {number % 40}",
            "Nội trợ" if number % 3 else "Buôn bán",
            date(2005 + number % 20, 3, 8),
            "",
            f"Tổ {number % 6 + 1}",
            f"Chi hội Khóm {number % union.BRANCHES + 1}",
            "",
        )
        for number in range(1, count + 1)
    ]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of a piece of work, and what it gave; what lay in memory before is at rest.

    The bot does the same with what it has loaded, once it has started (`bot/app.py`).
    """
    gc.collect()
    gc.freeze()
    before = time.process_time()
    found = work()
    return time.process_time() - before, found


def writing(people: list[tuple[Cell, ...]]) -> tuple[Times, bytes]:
    """Both ways to write it."""
    table = Table("Danh sách hội viên", COLUMNS, people, sheet="Hội viên")
    write([Table("Nạp thư viện", ("STT",), [])], created=NOW)  # openpyxl is loaded by now, too
    ours, content = timed(lambda: write([table], created=NOW))
    rival, _ = timed(lambda: _openpyxl_write(people))
    return Times(ours, rival), content


def _openpyxl_write(people: list[tuple[Cell, ...]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Danh sách hội viên"])
    sheet.append([])
    sheet.append(list(COLUMNS))
    for row in people:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def reading(content: bytes) -> Times:
    """Both ways to read it."""
    ours, _ = timed(lambda: grids.read_grids(content, likeness))
    rival, _ = timed(lambda: _openpyxl_read(content))
    return Times(ours, rival)


def _openpyxl_read(content: bytes) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [
        ["" if cell is None else cell for cell in row]
        for row in book.worksheets[0].iter_rows(values_only=True)
    ]


def bringing_in(content: bytes) -> Times:
    """The whole import: read, understood, compared, stored; then the same with openpyxl's cells."""
    ours, _ = timed(lambda: _import(content))
    with patch.object(grids, "_grid", _openpyxl_grid):
        rival, _ = timed(lambda: _import(content))
    return Times(ours, rival)


def _openpyxl_grid(_book: object, name: str, hidden: bool) -> grids.Grid:
    cells = _openpyxl_read(_CONTENT[0])
    lines = [grids.Line(number, row) for number, row in enumerate(cells, 1) if any(row)]
    return grids.Grid(name, lines, hidden)


_CONTENT: list[bytes] = []


def _import(content: bytes) -> int:
    _CONTENT[:] = [content]
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'import.db'}")
        SQLModel.metadata.create_all(engine)
        sheets = read_workbook(content, NOW.date())
        with begin(engine) as session:
            top = Unit(code="P5", name="Hội LHPN Phường 5", kind="phường")
            session.add(top)
            session.flush()
            plan = importing.plan(session, sheets, "danh-sach.xlsx", top, NOW)
            done = importing.apply(session, plan, ground="membership", create_units=True, now=NOW)
        engine.dispose()
    return done.given
