"""The register of the invented union: its units, its people, the roles they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from bot.demo.stage import DATA, table
from handlers import unit_files
from storage import units
from storage.database import Session
from storage.members import Member, Role, RoleKind
from storage.vietnamese import fold, name_key


def fill(session: Session, now: datetime) -> int:
    """Everybody; how many people."""
    with (DATA / "units.csv").open(encoding="utf-8", newline="") as lines:
        unit_files.load(session, unit_files.read(lines))
    count = 0
    ids = {u.code: u.id for u in units.everything(session)}
    for row in [*table("members.csv"), *_ward()]:
        member = Member(
            unit_id=ids[row["unit"]],
            team=row["team"],
            name=row["name"],
            folded=fold(row["name"]),
            name_key=name_key(row["name"]),
            birth=row["birth"],
            phone=row["phone"],
            created_at=now,
            changed_at=now,
        )
        session.add(member)
        kind = next(
            (
                k
                for w, k in {
                    "Chi hội trưởng": RoleKind.LEADER,
                    "Chi hội phó": RoleKind.DEPUTY,
                    "Tổ trưởng": RoleKind.TEAM_HEAD,
                }.items()
                if row["title"].startswith(w)
            ),
            None,
        )
        if kind:
            session.flush()
            session.add(
                Role(
                    member_id=member.id,
                    unit_id=member.unit_id,
                    kind=kind,
                    team=row["team"] if kind is RoleKind.TEAM_HEAD else "",
                )
            )
        count += 1
    return count


def _ward() -> Iterator[dict[str, str]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(DATA / "phuong5_hoi_vien.xlsx"))
    for sheet in book.sheet_names:
        team = ""
        for line in book.get_sheet_by_name(sheet).to_python():
            if found := re.search(r"TỔ PHỤ NỮ SỐ (\d+)", str(line[0])):
                team = f"Tổ {found[1]}"
            elif isinstance(line[0], float) and line[1]:
                birth = line[2].isoformat() if isinstance(line[2], date) else str(line[2])
                yield {
                    "unit": "P5-K" + sheet.split()[-1],
                    "team": team,
                    "name": line[1],
                    "birth": birth,
                    "phone": str(line[3]),
                    "title": line[7],
                }
