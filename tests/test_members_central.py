"""The register goes out in the columns of member software, and comes back unchanged."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

from handlers.members import central, importing
from handlers.members.sheets import read_workbook
from storage import clubs, units
from storage.clubs import ClubKind
from storage.database import begin, reading
from storage.members import LeftReason, Member, MemberStatus
from tests.browsing import Browser, link
from tests.cast import Cast


def rows_of(content: bytes) -> list[dict[str, Any]]:
    """The rows of a workbook by their headings."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    table = book.get_sheet_by_index(0).to_python()
    at = next(number for number, row in enumerate(table) if row[0] == "STT")
    return [dict(zip(map(str, table[at]), row, strict=True)) for row in table[at + 1 :]]


def put_out(cast: Cast, code: str = "P5-K8") -> bytes:
    with reading(cast.engine) as session:
        unit = units.by_code(session, code)
        assert unit is not None
        return central.export(session, unit, cast.clock.now()).content


def filled(cast: Cast) -> None:
    """An belongs to a club and is nòng cốt; Bình has died; Cúc has an odd note."""
    now, today = cast.clock.now(), cast.clock.now().date()
    with begin(cast.engine) as session:
        unit = cast.unit("P5-K8").id or 0
        for kind, name in ((ClubKind.CLUB, "CLB Hoa sen"), (ClubKind.CATEGORY, "Nòng cốt")):
            club = clubs.found(session, unit, kind, name, now)
            clubs.join(session, club.id or 0, cast.an.member.id or 0, today)
        binh, cuc = (session.get(Member, p.member.id) for p in (cast.binh, cast.cuc))
        assert binh is not None and cuc is not None
        binh.status, binh.left_reason, binh.left_on = MemberStatus.LEFT, LeftReason.DIED, "2026-05"
        cuc.note = '=HYPERLINK("http://x")'
        session.add_all([binh, cuc])


async def test_what_is_known_stands_under_the_columns_of_the_software(cast: Cast) -> None:
    filled(cast)
    people = {row["Họ và tên"]: row for row in rows_of(put_out(cast))}
    assert list(people["Võ Thị An"]) == list(central.COLUMNS)
    assert people["Võ Thị An"]["CLB/THT/HTX"] == "CLB Hoa sen"
    assert people["Võ Thị An"]["Nòng cốt"] == "x"
    assert people["Nguyễn Thị Lan"]["Chức vụ"] == "Chi hội trưởng"
    assert people["Đặng Thị Bình"]["Lý do rời Hội"] == "Đã mất"
    assert people["Đặng Thị Bình"]["Ngày rời Hội"] == "05/2026"
    assert people["Huỳnh Kim Cúc"]["Ghi chú"] == '=HYPERLINK("http://x")'
    assert all(not row["Dân tộc"] and not row["Đảng viên"] for row in people.values())


async def test_the_same_file_comes_back_without_a_change(cast: Cast) -> None:
    filled(cast)
    sheets = read_workbook(put_out(cast), cast.clock.now().date())
    with reading(cast.engine) as session:
        unit = units.by_code(session, "P5-K8")
        assert unit is not None
        plan = importing.plan(session, sheets, "x.xlsx", unit, cast.clock.now())
    assert (plan.total("same"), plan.total("held"), plan.total("errors")) == (6, 0, 0)


async def test_a_merged_record_does_not_go_out(cast: Cast) -> None:
    await cast.lan.says(f"/merge {cast.an.member.id} {cast.cuc.member.id} yes")
    assert "Huỳnh Kim Cúc" not in {row["Họ và tên"] for row in rows_of(put_out(cast))}


async def test_a_leader_takes_it_from_the_page(cast: Cast) -> None:
    async with Browser(cast) as browser:
        url = await link(cast.lan, "/xuatdanhsach P5-K8")
        await browser.opens(url)
        assert "Tải theo cột của phần mềm hội viên" in browser.text
        await browser.sends(f"{url}/tai", mau="phan-mem")
        assert "hoi-vien-phan-mem-p5-k8" in browser.page.headers["content-disposition"]
        assert len(rows_of(browser.page.content)) == 6
