"""How a list comes into the register, and what the stories of lists look up there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session, select

from handlers.members import importing
from handlers.members.importing import Summary
from handlers.members.sheets import read_workbook
from storage import units
from storage.database import begin
from storage.members import Member
from tests.spreadsheets import HEADER, Row, workbook

NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
TODAY = date(2026, 11, 16)
LAN: Row = [1, "Nguyễn Thị Lan", "19/05/1968", "0912345678", "", "Chi hội trưởng", ""]
THU: Row = [2, "Phạm Thị Thu", "1972", "", "", "", ""]


def bring_in(
    engine: Engine,
    content: bytes | Mapping[str, Sequence[Row]],
    under: str = "P5",
    now: datetime = NOW,
    *,
    ground: str = "membership",
    create_units: bool = False,
) -> Summary:
    content = content if isinstance(content, bytes) else workbook(content)
    sheets = read_workbook(content, TODAY)
    with begin(engine) as session:
        top = units.by_code(session, under)
        assert top is not None
        plan = importing.plan(session, sheets, "ds.xlsx", top, now)
        return importing.apply(session, plan, ground=ground, create_units=create_units, now=now)


def k8(*rows: Row) -> dict[str, Sequence[Row]]:
    return {"CH Khóm 8": [HEADER, *rows]}


def person(session: Session, name: str) -> Member:
    return session.exec(select(Member).where(Member.name == name)).one()
