"""Who saw or changed whose data is written down, and shown to the person herself."""

from __future__ import annotations

from sqlmodel import select

from handlers.chat import Moment
from handlers.rolls import actions
from storage.audit import Access, Deed
from storage.database import begin, reading
from storage.rolls import Roll
from tests.cast import Cast
from tests.surveys_scenes import YES_NO, sends


def deeds(cast: Cast) -> list[tuple[str, str]]:
    """(who, what) of everything written down, in order."""
    names = {cast.lan.member.id: "lan", cast.hoa.member.id: "hoa", cast.an.member.id: "an"}
    with reading(cast.engine) as session:
        rows = session.exec(select(Access).order_by(Access.id))  # type: ignore[arg-type]
        return [(names.get(row.actor_id, "?"), row.deed) for row in rows]


async def test_searches_cards_lists_and_changes_leave_a_line_each(cast: Cast) -> None:
    await cast.lan.says("/tim an")
    await cast.hoa.says("/tim vo thi an")
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.presses("Ai chưa trả lời")
    await sends(cast.lan, YES_NO)
    await cast.an.presses("Có", cast.k8)
    await cast.lan.says("/ketqua")

    found = deeds(cast)
    assert ("hoa", Deed.FOUND) in found
    assert ("hoa", Deed.CARD) in found
    assert ("lan", Deed.LIST) in found

    await cast.an.says("ai đã xem")
    assert "Lê Thị Hoa xem thông tin" in cast.an.text
    assert "Nguyễn Thị Lan xem danh sách có tên (Chi hội Khóm 8" in cast.an.text
    await cast.hoa.says("/nhatkydulieu")
    assert "Lê Thị Hoa xem thông tin: Võ Thị An, Chi hội Khóm 8" in cast.hoa.text
    await cast.nga.says("/nhatkydulieu")
    assert "Chưa có ai xem" in cast.nga.text


async def test_what_she_does_with_her_own_is_nobodys_business(cast: Cast) -> None:
    await cast.an.says("dữ liệu của tôi")
    await cast.an.presses("Lấy bản đầy đủ")

    assert deeds(cast) == []


async def test_a_list_sent_at_a_close_counts_as_seen_by_each_leader(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    with begin(cast.engine) as session:
        actions.close(Moment(session, cast.clock.now()), session.exec(select(Roll)).one())
    assert deeds(cast) == [("lan", Deed.LIST)]

    await cast.lan.says("/ketquadiemdanh")
    await cast.lan.presses("Tải danh sách")

    assert deeds(cast)[-1] == ("lan", Deed.EXPORT)


async def test_names_to_tap_on_to_confirm_and_to_settle_leave_a_line_too(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.says("/roll_pick 1 present")
    assert deeds(cast)[-1] == ("lan", Deed.LIST)

    await cast.thu.says("chị An vắng")
    await cast.lan.says("/roll_sample 1")
    await cast.an.presses("Có mặt", cast.k8)
    await cast.thu.says("chị An đi trễ")
    await cast.lan.says("/roll_differs 1")
    await cast.lan.says("phiếu điểm danh")
    await cast.lan.says("phiếu 1")
    await cast.lan.says("phiếu 1 đủ")

    with reading(cast.engine) as session:
        named = select(Access.member_id, Access.detail).where(Access.deed == Deed.FOUND)
        lists = select(Access.detail).where(Access.deed == Deed.LIST)
        assert session.exec(named).all() == [
            (cast.an.member.id, "roll:1"),
            (cast.an.member.id, "roll:1"),
        ]
        assert session.exec(lists).all()[-2:] == ["paper:1", "paper:1"], "to type in, by name"


async def test_namesakes_and_lists_to_report_from_leave_a_line_too(cast: Cast) -> None:
    await cast.lan.says("/club_new P5-K8 club Hoa sen")
    await cast.lan.says("/club_add 1 thi")
    await cast.lan.says(f"/dues_paid {cast.an.member.unit_id} 2026 thi")
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.thu.says("/proxy_list 1 present")
    await cast.thu.says("chị Ân vắng")
    await cast.lan.says("chị Ân vắng")
    await sends(cast.lan, YES_NO)
    await cast.lan.says("/survey_hand 1 thị")
    await cast.lan.says("/moi thị")

    with reading(cast.engine) as session:
        about = select(Access.detail).where(Access.member_id == cast.an.member.id)
        assert session.exec(about).all() == ["club", "dues", *["roll:1"] * 3, "survey:1", ""]


async def test_who_has_asked_for_her_data_is_told_who_read_that(cast: Cast) -> None:
    await cast.an.says("dữ liệu của tôi")
    await cast.an.presses("Yêu cầu khác")
    await cast.an.says("không gửi số điện thoại của tôi cho ai")
    assert deeds(cast) == []

    await cast.hoa.says("/yeucaudulieu")
    assert deeds(cast) == [("hoa", Deed.FOUND)], "two requests, one person"
    await cast.hoa.presses("Số 2")
    assert deeds(cast) == [("hoa", Deed.FOUND)] * 2

    await cast.an.says("ai đã xem")
    assert "Lê Thị Hoa tìm thấy tên: yêu cầu về dữ liệu" in cast.an.text


async def test_an_id_used_before_tells_nothing_of_another_person(cast: Cast) -> None:
    """SQLite gives a freed id away again: what was done before she came is not shown to her."""
    member = cast.an.member
    with begin(cast.engine) as session:
        early = member.created_at.replace(year=2020)
        session.add(Access(at=early, deed=Deed.CARD, member_id=member.id, unit_id=member.unit_id))

    await cast.an.says("ai đã xem")

    assert "Chưa có ai xem riêng" in cast.an.text
