"""The register of the invented union, brought in as a real one is: from files."""

from __future__ import annotations

from datetime import datetime

from bot.demo.stage import DATA
from handlers import unit_files
from handlers.members import importing
from handlers.members.sheets import read_workbook
from handlers.understanding.zone import local_date
from storage import units
from storage.database import Session

LISTS = {"P5": "phuong5_hoi_vien.xlsx", "P6": "p6.csv", "TX": "tx.csv"}
"""Each ward's list of members."""


def fill(session: Session, now: datetime) -> None:
    """Units, members and the roles they hold."""
    with (DATA / "units.csv").open(encoding="utf-8", newline="") as lines:
        unit_files.load(session, unit_files.read(lines))
    for ward, name in LISTS.items():
        sheets = read_workbook((DATA / name).read_bytes(), local_date(now))
        top = units.by_code(session, ward)
        assert top is not None, ward
        plan = importing.plan(session, sheets, name, top, now)
        importing.apply(session, plan, ground=importing.MEMBERSHIP, create_units=False, now=now)
