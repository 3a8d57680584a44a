"""From a chat: a unit's card, another name, its end, and the way back; always after one question."""

from __future__ import annotations

from sqlmodel import select

from storage import reorganisations
from storage.audit import Access
from tests.cast import Cast
from tests.reorganising import later, reorganise, state


async def test_the_city_renames_a_branch_after_one_question(cast: Cast) -> None:
    await cast.mai.says("/donvi P5-K1")
    assert "Chi hội Khóm 1 (Hội LHPN Phường 5), mã P5-K1" in cast.mai.text
    assert "Phụ trách: Cao Thị Sáu" in cast.mai.text and "2 hội viên" in cast.mai.text
    before = state(cast.engine)["unit"]

    await cast.mai.presses("Đổi tên")
    await cast.mai.says("  Chi hội   Khóm 11 ")
    assert "Chi hội Khóm 1 đổi tên thành Chi hội Khóm 11" in cast.mai.text
    assert state(cast.engine)["unit"] == before
    await cast.mai.presses("Đúng, làm như vậy")
    assert cast.unit("P5-K1").name == "Chi hội Khóm 11"
    await cast.tick()

    assert "Chi hội Khóm 1 nay là Chi hội Khóm 11" in cast.k1.text
    for told in (cast.sau, cast.hoa):
        assert "Chi hội Khóm 1 đổi tên thành Chi hội Khóm 11" in told.text
    await cast.mai.says("/donvi P5-K1")
    assert "Tên gọi khác: Khóm 1; Chi hội Khóm 1" in cast.mai.text
    assert "Đến thứ hai 16/11/2026: Chi hội Khóm 1 (Hội LHPN Phường 5)" in cast.mai.text
    said = "• thứ hai 16/11/2026: Chi hội Khóm 1 đổi tên thành Chi hội Khóm 11."
    assert said in cast.mai.text


async def test_what_was_done_can_be_taken_back_with_one_press(cast: Cast) -> None:
    before = state(cast.engine)["unit"]
    await cast.mai.says("/donvi P5-K1")
    await cast.mai.presses("Đổi tên")
    await cast.mai.says("Chi hội Khóm 11")
    await cast.mai.presses("Đúng, làm như vậy")
    await cast.mai.presses("Hoàn tác")

    assert state(cast.engine)["unit"] == before
    assert "Em đã hoàn tác “Chi hội Khóm 11”" in cast.mai.text
    await cast.mai.presses("Hoàn tác")
    assert "đã hoàn tác trước đó rồi" in cast.mai.toast


async def test_a_second_press_does_nothing_again(cast: Cast) -> None:
    await cast.mai.says("/donvi P5-K1")
    await cast.mai.presses("Đổi tên")
    await cast.mai.says("Chi hội Khóm 11")
    await cast.mai.presses("Thôi, để như cũ")
    assert "để như cũ" in cast.mai.text
    await cast.mai.presses("Đúng, làm như vậy")

    assert "đã bỏ rồi" in cast.mai.toast + cast.mai.text
    assert cast.unit("P5-K1").name == "Chi hội Khóm 1"


async def test_a_branch_with_people_is_closed_into_another_one(cast: Cast) -> None:
    await cast.hoa.says("/donvi P5-K1")
    await cast.hoa.presses("Đóng đơn vị")
    assert "còn 2 hội viên" in cast.hoa.text
    assert cast.hoa.labels == ["Chi hội Khóm 8"]
    await cast.hoa.presses("Chi hội Khóm 8")
    assert "nhập vào Chi hội Khóm 8" in cast.hoa.text
    assert "2 hội viên, 1 nhóm chat, 1 chức vụ" in cast.hoa.text
    await cast.hoa.presses("Đúng, làm như vậy")

    assert cast.unit("P5-K1").code == "P5-K8"
    await cast.hoa.presses("Hoàn tác")
    with cast.session() as session:
        seen = session.exec(select(Access).where(Access.member_id == cast.tam.member.id)).all()
    deeds = [(row.deed, row.detail, row.actor_id, row.unit_id) for row in seen]
    hoa, k8, k1 = cast.hoa.member.id, cast.unit("P5-K8").id, cast.unit("P5-K1").id
    assert deeds == [("changed", "unit", hoa, k8), ("changed", "unit", hoa, k1)]


async def test_an_empty_unit_is_closed_and_a_ward_with_branches_is_not(cast: Cast) -> None:
    reorganise(cast, "create,P5-K2,,Chi hội Khóm 2,chi hội,P5,")
    await cast.mai.says("/donvi P5-K2")
    assert "Chưa có người phụ trách" in cast.mai.text
    await cast.mai.presses("Đóng đơn vị")
    await cast.mai.presses("Đúng, làm như vậy")
    assert cast.unit("P5-K2").closed
    await cast.mai.says("/donvi P5-K2")
    assert "đã ngừng hoạt động" in cast.mai.text

    await cast.mai.says("/donvi P5")
    await cast.mai.presses("Đóng đơn vị")
    assert "Chị muốn nhập vào đơn vị nào" in cast.mai.text
    await cast.mai.says("/donvi TP")
    assert cast.mai.labels == []


async def test_a_leader_sees_her_unit_but_changes_nothing(cast: Cast) -> None:
    await cast.lan.says("/donvi")

    assert "mã P5-K8" in cast.lan.text
    assert cast.lan.labels == []


async def test_a_name_that_is_too_long_is_asked_again(cast: Cast) -> None:
    await cast.mai.says("/donvi P5-K1")
    await cast.mai.presses("Đổi tên")
    await cast.mai.says("dài " * 40)

    assert "Tên này dài quá" in cast.mai.text
    assert cast.unit("P5-K1").name == "Chi hội Khóm 1"


async def test_a_plan_that_fails_on_its_day_changes_nothing_and_says_why(cast: Cast) -> None:
    day = cast.clock.now().date().replace(day=20)
    later(cast, day, "merge,P5-K1,P5-K8,,,,", "close,P5-K77,,,,,")
    before = state(cast.engine)["unit"]
    await cast.passes(days=5)

    assert "dòng 3: không có đơn vị mã P5-K77" in cast.mai.text
    assert state(cast.engine)["unit"] == before
    with cast.session() as session:
        row = reorganisations.get(session, 1)
        assert row is not None and row.state == "failed"


async def test_what_has_changed_meanwhile_is_said_and_nothing_is_done(cast: Cast) -> None:
    await cast.mai.says("/donvi P5-K1")
    await cast.mai.presses("Đổi tên")
    await cast.mai.says("Chi hội Khóm 11")
    reorganise(cast, "rename,P5-K1,,Chi hội Khóm 11,,,")
    await cast.mai.presses("Đúng, làm như vậy")
    said = cast.mai.toast + cast.mai.text
    assert "Em chưa làm được" in said and "P5-K1 đang mang đúng tên" in said

    await cast.mai.says("/donvi P5-K1")
    await cast.mai.presses("Đổi tên")
    await cast.mai.says("Chi hội Khóm 11")
    assert "P5-K1 đang mang đúng tên và mã đó" in cast.mai.text


async def test_a_unit_is_found_by_what_people_call_it(cast: Cast) -> None:
    await cast.hoa.says("/donvi khom 8")
    assert "mã P5-K8" in cast.hoa.text
    await cast.hoa.says("/donvi Chi hội Khóm 1")
    assert "mã P5-K1" in cast.hoa.text
    await cast.mai.says("/donvi khóm 8")
    assert len(cast.mai.labels) == 2, "one in each ward"
    await cast.mai.presses("Phường 6")
    assert "mã P6-K8" in cast.mai.text
    await cast.lan.says("/donvi khóm 1")
    assert "Em không thấy đơn vị nào của chị tên khóm 1" in cast.lan.text
    reorganise(cast, "rename,P5-K8,,Chi hội Khóm 18,,,")
    await cast.hoa.says("/donvi chi hoi khom 8")
    assert "Chi hội Khóm 18" in cast.hoa.text, "a former name leads there"
    await cast.ty.says("/donvi khóm 8")
    assert "Khóm 18" not in cast.ty.text
