"""Workbooks of members, and what the register holds of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import func, select

from storage import register, units
from storage.blobs import Blob
from storage.database import reading
from storage.members import Member
from storage.passes import Pass
from tests.cast import Cast
from tests.spreadsheets import HEADER, workbook

LIST: list[Sequence[object]] = [
    HEADER,
    [1, "Ngô Thị Sen", "1970", "0912345678", "Hẻm 2", "", ""],
    [2, "Trần Thị Đào", "12/05/1981", "", "", "Tổ trưởng tổ 3", ""],
]
SEVEN = workbook({"CH Khóm 8": LIST})
UNKNOWN = workbook({"CH Khóm 9": LIST})
MIXED = workbook(
    {
        "CH Khóm 8": [
            *LIST,
            [3, "Hồ Thị Quýt, Hồ Thị Cam", "1960"],
            [4, "<b>Dương</b> Thị Na", "12/05/2036"],
            [5, "Võ Thị An", "20/10/1980", "0987654321"],
        ]
    }
)


def people(cast: Cast, code: str = "P5-K8") -> list[str]:
    with reading(cast.engine) as session:
        unit = units.by_code(session, code)
        assert unit is not None and unit.id is not None
        return sorted(member.name for member in register.listed(session, [unit.id]))


def count(cast: Cast, table: type[Blob | Member | Pass]) -> int:
    with reading(cast.engine) as session:
        return session.exec(select(func.count()).select_from(table)).one()
