"""The register in the columns of member software: those of the forms such software is filled from.

No format of the central application is published; these are the fields of a sister organisation's
form and of local member software. What is not kept here, or only by separate consent, stays empty.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from handlers.members.exporting import Exported, day, unit_names
from handlers.members.roles import shown_title
from handlers.understanding.zone import local, local_date
from handlers.workbooks import Cell, Table, write
from storage import clubs, register, units
from storage.clubs import ClubKind
from storage.database import Session
from storage.members import LeftReason, Member, MemberStatus
from storage.units import Unit
from storage.vietnamese import fold

COLUMNS = (
    "STT", "Mã hội viên", "Số CCCD", "Họ và tên", "Ngày sinh", "Giới tính", "Chức vụ",
    "Hộ khẩu thường trú", "Chỗ ở hiện nay", "Số điện thoại", "Dân tộc", "Tôn giáo",
    "Trình độ học vấn", "Chuyên môn", "Lý luận chính trị", "Nghề nghiệp", "Đảng viên",
    "Ngày vào Hội", "Chi hội", "Tổ", "Hộ nghèo", "Đoàn thể khác", "CLB/THT/HTX", "Vay vốn",
    "Nòng cốt", "Danh dự", "Ghi chú", "Ngày rời Hội", "Lý do rời Hội",
)  # fmt: skip
REASONS = {
    LeftReason.MOVED: "Chuyển đi",
    LeftReason.ASKED: "Xin ra khỏi Hội",
    LeftReason.DIED: "Đã mất",
    LeftReason.OTHER: "Lý do khác",
}
_NOTES = (
    "Cột không có dữ liệu trong sổ, và các cột nhạy cảm (dân tộc, tôn giáo, đảng viên, hộ nghèo), để trống.",
    "Có dữ liệu cá nhân: chỉ dùng cho công tác Hội, không đưa lên nhóm.",
)


def export(session: Session, unit: Unit, now: datetime) -> Exported:
    """Everyone of a unit and of those below it, whoever has left as well, with day and reason."""
    assert unit.id is not None
    inside = units.subtree(session, [unit.id])
    people = [m for m in register.everybody(session, inside) if m.left_reason != LeftReason.MERGED]
    people.sort(key=lambda m: (m.status == MemberStatus.LEFT, m.unit_id, m.team, m.name_key))
    roles = register.roles_by_member(session, inside, local_date(now))
    names = unit_names([found for found, _ in register.unit_names(session, inside)])
    belongs: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for member_id, kind, name in clubs.memberships(session, inside):
        belongs[member_id].append((kind, name))
    rows = [
        _row(
            number,
            member,
            shown_title(member, roles.get(member.id or 0, ())),
            names[member.unit_id],
            belongs[member.id or 0],
        )
        for number, member in enumerate(people, 1)
    ]
    table = Table(
        title=f"Danh sách hội viên {unit.name}",
        header=COLUMNS,
        rows=rows,
        notes=(f"Lập ngày {local(now):%d/%m/%Y}.", *_NOTES),
        sheet="Hội viên",
    )
    short = fold(unit.code).replace(" ", "-")
    name = f"hoi-vien-phan-mem-{short}-{local(now):%Y-%m-%d}.xlsx"
    return Exported(name, write([table], created=now), len(rows))


def _row(
    number: int, member: Member, title: str, unit: str, belongs: list[tuple[str, str]]
) -> tuple[Cell, ...]:
    categories = {fold(name) for kind, name in belongs if kind == ClubKind.CATEGORY}
    circles = "; ".join(name for kind, name in belongs if kind != ClubKind.CATEGORY)
    known: dict[str, Cell] = {
        "STT": number,
        "Mã hội viên": f"HV{member.id}",
        "Họ và tên": member.name,
        "Ngày sinh": day(member.birth),
        "Chức vụ": title,
        "Chỗ ở hiện nay": member.address,
        "Số điện thoại": member.phone,
        "Nghề nghiệp": member.job,
        "Ngày vào Hội": day(member.joined),
        "Chi hội": unit,
        "Tổ": member.team,
        "CLB/THT/HTX": circles,
        "Nòng cốt": "x" if "nong cot" in categories else "",
        "Danh dự": "x" if "danh du" in categories else "",
        "Ghi chú": member.note,
        "Ngày rời Hội": _left_on(member),
        "Lý do rời Hội": _why(member),
    }
    return tuple(known.get(column, "") for column in COLUMNS)


def _left_on(member: Member) -> Cell:
    found = day(member.left_on) if member.status == MemberStatus.LEFT else None
    return f"{found:%d/%m/%Y}" if isinstance(found, date) else found


def _why(member: Member) -> str:
    if member.status != MemberStatus.LEFT:
        return ""
    return REASONS.get(LeftReason(member.left_reason or LeftReason.OTHER), "")
