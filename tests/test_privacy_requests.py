"""Requests about personal data: their log and due dates, and what a leader does for others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from handlers.privacy import exporting
from storage import audit, members, privacy
from storage.database import begin, reading
from storage.members import Member, MemberStatus
from storage.privacy import DataRequest, RequestState
from tests import traces
from tests.cast import Cast
from tests.surveys_scenes import YES_NO, sends

PHONE = "0912345678"


def requests(cast: Cast) -> list[tuple[str, str]]:
    with reading(cast.engine) as session:
        return [(row.kind, row.state) for row in session.exec(select(DataRequest))]


@pytest.mark.slow
@pytest.mark.sqlite
async def test_who_has_no_phone_asks_through_her_leader_and_the_ward_can_stop_it(
    cast: Cast,
) -> None:
    await cast.lan.says("/dulieuhoivien")
    assert "hội viên nhờ chị" in cast.lan.text
    await cast.lan.says("ly thi dung")
    assert "Em đang giữ về Lý Thị Dung" in cast.lan.text
    await cast.lan.presses("Sửa")
    await cast.lan.presses("Điện thoại")
    await cast.lan.says(PHONE)
    assert cast.dung.member.phone == PHONE

    for _ in range(2):
        await cast.lan.says("/dulieuhoivien Lý Thị Dung")
        await cast.lan.presses("Xoá dữ liệu")
        await cast.lan.presses("Tôi muốn xoá")
        await cast.lan.presses("Xoá hẳn")
        assert "theo lời chị ấy" in cast.hoa.text
        if requests(cast)[-1] == ("erase", "open") and len(requests(cast)) == 1:
            await cast.hoa.presses("giữ lại")
            await cast.passes(hours=25)
            assert cast.dung.member.name
    await cast.passes(hours=25)

    assert traces.found(cast.engine, "Lý Thị Dung", PHONE) == []
    assert "em đã xoá xong" in cast.lan.text


async def test_her_leader_cannot_reach_other_branches(cast: Cast) -> None:
    id_ = cast.an.member.id
    for line in ("data_of", "data_export", "data_erase", "seen", "data_fix"):
        await cast.nga.says(f"/{line} {id_}")
        assert "Võ Thị An" not in cast.nga.text
    assert cast.an.member.status == MemberStatus.ACTIVE


async def test_requests_stand_in_a_log_with_their_due_dates_and_officers_are_reminded(
    cast: Cast,
) -> None:
    await cast.an.says("dữ liệu của tôi")
    await cast.an.presses("Yêu cầu khác")
    await cast.an.says("không gửi số điện thoại của tôi cho ai")
    assert "chậm nhất thứ tư 18/11/2026" in cast.an.text  # two working days after Monday
    assert "thứ ba 01/12/2026" in cast.an.text  # fifteen days
    await cast.hoa.says("/yeucaudulieu")
    assert "phản đối dùng dữ liệu" in cast.hoa.text
    assert "Võ Thị An" in cast.hoa.text

    await cast.passes(days=1, hours=23)
    assert "Sắp đến hạn" in cast.hoa.text
    assert "Sắp đến hạn" in cast.lan.text
    heard = len(cast.hoa.texts)
    await cast.passes(hours=1)
    assert len(cast.hoa.texts) == heard, "once is enough"

    await cast.hoa.says("/yeucaudulieu")
    await cast.hoa.presses("Số 2")
    await cast.hoa.presses("Đã làm xong")
    assert "đã làm xong" in cast.an.text
    await cast.hoa.presses("Không nhận được")
    assert "đã được giải quyết" in cast.hoa.text


async def test_a_request_that_was_forgotten_is_shown_as_late(cast: Cast) -> None:
    await cast.an.says("dữ liệu của tôi")
    await cast.an.presses("Yêu cầu khác")
    await cast.an.says("đừng gọi điện cho tôi nữa")
    cast.clock.advance(timedelta(days=16))
    await cast.lan.says("/yeucaudulieu")
    assert "QUÁ HẠN" in cast.lan.text

    await cast.lan.presses("Số 2")
    await cast.lan.presses("Không nhận được")
    assert "vì sao" in cast.lan.text
    await cast.lan.presses("Đã gặp và giải thích")

    assert "Lý do: đã gặp và giải thích trực tiếp" in cast.an.text
    assert "có quyền khiếu nại" in cast.an.text
    await cast.lan.says("/yeucaudulieu")
    assert "Không nhận: đã gặp và giải thích trực tiếp." in cast.lan.text
    with reading(cast.engine) as session:
        row = privacy.get(session, 2)
        assert row is not None
        assert (row.state, row.value, row.chat) == (RequestState.REFUSED, "", "")
        assert row.why == "talk"


async def test_where_nobody_asked_the_log_is_empty(cast: Cast) -> None:
    await cast.hoa.says("/yeucaudulieu")
    assert "Chưa có yêu cầu nào" in cast.hoa.text
    await cast.hoa.says("/nhatkydulieu")
    assert "Chưa có ai xem" in cast.hoa.text
    await cast.an.says("ai đã xem")
    assert "Chưa có ai xem riêng" in cast.an.text


async def test_several_people_of_one_name_are_told_apart(cast: Cast) -> None:
    await cast.lan.says("/dulieuhoivien thi")
    assert "chọn đúng người" in cast.lan.text
    await cast.lan.presses("Đặng Thị Bình")
    assert "Em đang giữ về Đặng Thị Bình" in cast.lan.text
    await cast.lan.says("/dulieuhoivien Nguyễn Văn Không")
    assert "không thấy ai" in cast.lan.text
    await cast.an.says("/dulieuhoivien")
    assert "hội viên nhờ chị" not in cast.an.text


async def test_a_second_wish_takes_the_place_of_the_first(cast: Cast) -> None:
    for name in ("Võ Thị Ân", "Võ Thị Ẩn"):
        await cast.an.says(f"/data_fix {cast.an.member.id} name {name}")
    with reading(cast.engine) as session:
        rows = [(row.state, row.value) for row in session.exec(select(DataRequest))]
    assert rows == [("dropped", ""), ("open", "Võ Thị Ẩn")]
    await cast.hoa.says("/yeucaudulieu")
    await cast.hoa.presses("Số 2")
    assert "sửa dữ liệu (họ và tên)" in cast.hoa.text
    await cast.hoa.presses("Đúng, sửa")
    assert "Võ Thị Ẩn" in cast.an.text


async def test_the_copy_tells_of_offices_answers_and_a_missing_phone(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.lan.presses("Có", cast.k8)
    with begin(cast.engine) as session:
        lan = session.get_one(Member, cast.lan.member.id)
        lan.no_phone = True
        session.add(lan)
        members.grant(
            session, lan.id or 0, lan.unit_id, "team_head", team="Tổ 1", on=cast.clock.now().date()
        )
        for role in members.roles_of(session, [lan.id or 0], cast.clock.now().date()):
            members.end_role(session, role.id or 0, cast.clock.now().date())
        audit.note(
            session, audit.Deed.CARD, at=cast.clock.now(), account_id=9, actor_id=999_999,
            about=[(lan.id or 0, lan.unit_id)],
        )  # fmt: skip
        audit.note(
            session, audit.Deed.CHANGED, at=cast.clock.now(), account_id=None, actor_id=None,
            about=[(lan.id or 0, lan.unit_id)], detail="name,phone",
        )  # fmt: skip
        text = exporting.as_text(session, lan, cast.clock.now())

    assert "Điện thoại: không dùng" in text
    assert "Chi hội trưởng: Chi hội Khóm 8, chưa rõ từ khi nào" in text
    assert "Tổ trưởng: Chi hội Khóm 8, từ 16/11/2026 đến 16/11/2026" in text
    assert "Đi chợ phiên: Chị có đi chợ phiên không?: Có" in text
    assert "người đã rời danh sách xem thông tin" in text
    assert "người trông máy sửa thông tin: họ và tên, điện thoại" in text
