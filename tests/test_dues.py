"""Dues are ticks of the branch's leader, which nobody else sees."""

from __future__ import annotations

from sqlmodel import select

from storage.blobs import Blob
from storage.database import begin, reading
from storage.members import Role
from tests.cast import Cast


async def test_a_leader_ticks_who_has_paid_and_sees_who_has_not(cast: Cast) -> None:
    await cast.lan.says("/hoiphi")
    assert cast.lan.text.startswith("Hội phí năm 2026, Chi hội Khóm 8: 0/6 người đã đóng.")
    await cast.lan.presses("Ghi đã đóng")
    await cast.lan.says("an, cúc, ai đó")
    assert "Đã ghi đóng hội phí năm 2026: Võ Thị An, Huỳnh Kim Cúc." in cast.lan.text
    assert "Em không thấy trong danh sách: ai đó." in cast.lan.text
    await cast.lan.presses("Xem hội phí")
    assert "2/6 người đã đóng" in cast.lan.text
    assert "Võ Thị An" not in cast.lan.text
    assert "Đặng Thị Bình · Tổ 2" in cast.lan.text


async def test_a_tick_by_mistake_is_taken_back(cast: Cast) -> None:
    unit = cast.unit("P5-K8").id
    await cast.lan.says(f"/dues_paid {unit} 2025 an")
    await cast.lan.says(f"/dues_paid {unit} 2025 an")
    assert "Đã ghi từ trước: Võ Thị An." in cast.lan.text
    await cast.lan.presses("Xem hội phí")
    assert "Hội phí năm 2025" in cast.lan.text
    await cast.lan.presses("Ghi nhầm, bỏ")
    await cast.lan.says("an, bình")
    assert "Đã bỏ ghi hội phí năm 2025: Võ Thị An." in cast.lan.text
    assert "Vốn chưa ghi đóng: Đặng Thị Bình." in cast.lan.text


async def test_of_people_of_one_name_one_is_picked(cast: Cast) -> None:
    await cast.lan.says(f"/dues_paid {cast.unit('P5-K8').id} 2026 thị")
    await cast.lan.presses("Võ Thị An")
    assert "Đã ghi đóng hội phí năm 2026: Võ Thị An." in cast.lan.text


async def test_the_whole_list_is_a_workbook_for_the_leader(cast: Cast) -> None:
    await cast.lan.says("/hoiphi")
    await cast.lan.presses("Tải danh sách")
    with reading(cast.engine) as session:
        assert session.exec(select(Blob)).one().name == "hoi-phi-2026.xlsx"


async def test_officers_and_members_see_nothing_of_it(cast: Cast) -> None:
    await cast.hoa.says("/hoiphi")
    assert "chỉ chi hội trưởng, chi hội phó xem được" in cast.hoa.text
    await cast.sau.says(f"/dues {cast.unit('P5-K8').id}")
    await cast.an.says(f"/dues {cast.unit('P5-K8').id}")
    assert "Khóm 8" not in cast.sau.text + cast.an.text
    await cast.lan.says("/hoiphi", cast.k8)
    assert not any("đã đóng" in text for text in cast.k8.texts)


async def test_who_leads_two_branches_is_asked_which(cast: Cast) -> None:
    with begin(cast.engine) as session:
        unit = cast.unit("P5-K1").id or 0
        session.add(Role(member_id=cast.lan.member.id or 0, unit_id=unit, kind="leader"))
    await cast.lan.says("/hoiphi")
    await cast.lan.presses("Chi hội Khóm 1")
    assert "Hội phí năm 2026, Chi hội Khóm 1: 0/2" in cast.lan.text
