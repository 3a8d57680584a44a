"""The register of a unit as a workbook that can be brought in again without changing anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from handlers.members.placing import key
from handlers.members.roles import shown_title
from handlers.understanding.zone import local, local_date
from handlers.workbooks import Cell, Table, write
from storage import register, units
from storage.database import Session
from storage.members import Member
from storage.units import Unit
from storage.vietnamese import fold

COLUMNS = (
    "STT",
    "Họ và tên",
    "Ngày sinh",
    "Điện thoại",
    "Nơi ở",
    "Nghề nghiệp",
    "Ngày vào Hội",
    "Chức vụ",
    "Tổ",
    "Chi hội",
    "Ghi chú",
)
_CARE = "Có dữ liệu cá nhân: chỉ dùng cho công tác Hội, không đưa lên nhóm."


@dataclass(frozen=True, slots=True)
class Exported:
    """A workbook, its file name, and how many people are in it."""

    name: str
    content: bytes
    people: int


def export(session: Session, unit: Unit, now: datetime) -> Exported:
    """Everyone of a unit and of those below it who has not left."""
    assert unit.id is not None
    inside = units.subtree(session, [unit.id])
    # Whoever has no team comes first: in a sheet, an empty cell may mean the team above it.
    people = sorted(register.listed(session, inside), key=lambda member: bool(member.team))
    roles = register.roles_by_member(session, inside, local_date(now))
    names = unit_names([unit for unit, _ in register.unit_names(session, inside)])
    rows = [
        _row(number, member, shown_title(member, roles.get(member.id or 0, ())), names)
        for number, member in enumerate(people, 1)
    ]
    today = local(now)
    table = Table(
        title=f"Danh sách hội viên {unit.name}",
        header=COLUMNS,
        rows=rows,
        notes=(f"Lập ngày {today:%d/%m/%Y}. {_CARE}",),
        sheet="Hội viên",
    )
    short = fold(unit.code).replace(" ", "-")
    return Exported(
        f"hoi-vien-{short}-{today:%Y-%m-%d}.xlsx", write([table], created=now), len(rows)
    )


def unit_names(inside: list[Unit]) -> dict[int, str]:
    """What each unit is called in the list: its name, or its code where names would be mixed up."""
    alike = Counter(key(unit.name) for unit in inside if not unit.closed)
    return {unit.id or 0: unit.name if alike[key(unit.name)] < 2 else unit.code for unit in inside}


def _row(number: int, member: Member, title: str, unit_names: dict[int, str]) -> tuple[Cell, ...]:
    return (
        number,
        member.name,
        day(member.birth),
        member.phone,
        member.address,
        member.job,
        day(member.joined),
        title,
        member.team,
        unit_names[member.unit_id],
        member.note,
    )


def day(text: str) -> Cell:
    """A whole date as a date, a year as a number, 2001-05 as 05/2001."""
    parts = text.split("-")
    if len(parts) == 3:
        return date.fromisoformat(text)
    if len(parts) == 2:
        return f"{parts[1]}/{parts[0]}"
    return int(text) if text else None
