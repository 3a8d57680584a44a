"""A member sees, corrects, takes out and erases her own data by herself, in minutes."""

from __future__ import annotations

import json

import pytest
from sqlmodel import select

from handlers.privacy import exporting
from storage import clubs, dues
from storage.blobs import Blob
from storage.database import begin, reading
from storage.members import Member, Role
from storage.privacy import DataRequest
from tests import traces
from tests.cast import Cast, Player
from tests.rollcall import share_phone

PHONE = "0912345678"


def requests(cast: Cast) -> list[tuple[str, str]]:
    with reading(cast.engine) as session:
        return [(row.kind, row.state) for row in session.exec(select(DataRequest))]


def files(cast: Cast) -> tuple[str, dict[str, list[dict[str, str]]]]:
    """What she reads, and the rows for a machine."""
    with reading(cast.engine) as session:
        kept = {blob.mime: blob.content for blob in session.exec(select(Blob))}
    assert [m.file_name[-4:] for m in cast.an.private.bot if m.file_name] == [".txt", "json"]
    return kept["text/plain"].decode("utf-8-sig"), json.loads(kept["application/json"])


def set_phone(cast: Cast, player: Player) -> None:
    with begin(cast.engine) as session:
        member = session.get_one(Member, player.member.id)
        member.phone = PHONE
        session.add(member)


async def test_she_sees_what_is_kept_of_her_and_takes_it_all_out(cast: Cast) -> None:
    cast.app.dispatcher.public_url = ""  # without pages of our own it comes as files
    set_phone(cast, cast.an)
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.says("em bận con nhỏ xin vắng", cast.k8)

    await cast.an.says("du lieu cua toi")
    assert "Họ và tên: Võ Thị An" in cast.an.text
    assert "Điện thoại: 0912 345 678" in cast.an.text
    assert "Không giữ dữ liệu nhạy cảm" in cast.an.text
    assert "1 lần điểm danh" in cast.an.text

    await cast.an.presses("Lấy bản đầy đủ")
    text, rows = files(cast)
    assert "Ngày sinh: 20/10/1980" in text
    assert "vắng có phép (em bận con nhỏ xin vắng)" in text
    assert "Căn cứ lưu giữ: quản lý hội viên theo Điều lệ Hội" in text
    assert rows["member"][0]["phone"] == PHONE
    assert rows["roll_verdict"][0]["reason"] == "em bận con nhỏ xin vắng"
    assert set(requests(cast)) == {("view", "done"), ("export", "done")}


async def test_a_name_a_birth_or_a_phone_is_changed_once_her_leader_agrees(cast: Cast) -> None:
    id_ = cast.an.member.id
    for label, said, field, value in (
        ("Họ và tên", "vo thi anh", "name", "Vo Thi Anh"),
        ("Ngày sinh", "21/10/1980", "birth", "1980-10-21"),
        ("Điện thoại", "0912 345 678", "phone", PHONE),
    ):
        await cast.an.says("dữ liệu của tôi")
        await cast.an.presses("Sửa")
        await cast.an.presses(label)
        assert "đang ghi" in cast.an.text
        await cast.an.says(said)
        assert "Em đã chuyển cho người phụ trách" in cast.an.text
        with reading(cast.engine) as session:
            assert getattr(session.get_one(Member, id_), field) != value
        await cast.lan.presses("Đúng, sửa")
        with reading(cast.engine) as session:
            assert getattr(session.get_one(Member, id_), field) == value
        assert "đã sửa thành" in cast.an.text
    assert {state for kind, state in requests(cast) if kind == "correct"} == {"done"}


async def test_what_cannot_be_is_asked_again_and_a_no_is_told(cast: Cast) -> None:
    await cast.an.says("dữ liệu của tôi")
    await cast.an.presses("Sửa")
    await cast.an.presses("Điện thoại")
    await cast.an.says("số mới nha")
    assert "đủ 10 số" in cast.an.text
    await cast.an.says(PHONE)
    await cast.lan.presses("Chưa đúng")
    assert "chưa sửa" in cast.an.text
    assert "giữ nguyên" in cast.lan.text
    assert cast.an.member.phone == ""
    await cast.lan.presses("Đúng, sửa")
    assert "đã được giải quyết" in cast.lan.text

    for label, said, told in (
        ("Ngày sinh", "hôm qua", "ngày sinh"),
        ("Ngày sinh", "31/2/1980", "ngày sinh"),
        ("Họ và tên", "12", "họ và tên"),
    ):
        await cast.an.presses("Sửa")
        await cast.an.presses(label)
        await cast.an.says(said)
        assert told in cast.an.text
        await cast.an.says("thôi")


async def test_her_address_is_hers_to_say(cast: Cast) -> None:
    await cast.an.says("dữ liệu của tôi")
    await cast.an.presses("Sửa")
    await cast.an.presses("Nơi ở")
    await cast.an.says("Hẻm 7, đường Lý Bôn")

    assert cast.an.member.address == "Hẻm 7, đường Lý Bôn"
    with begin(cast.engine) as session:
        now, id_ = cast.clock.now(), cast.an.member.id or 0
        club = clubs.found(session, cast.an.member.unit_id, "club", "CLB Dân vũ", now)
        clubs.join(session, club.id or 0, id_, now.date())
        dues.tick(session, cast.an.member.unit_id, 2026, [id_], now)
        text = exporting.as_text(session, session.get_one(Member, id_), now)
    assert "CLB Dân vũ: từ 16/11/2026" in text
    assert "Năm 2026: ghi ngày 16/11/2026" in text
    assert "nơi ở: trống → Hẻm 7, đường Lý Bôn" in text
    assert "Em đã sửa nơi ở" in cast.an.text


async def test_a_leader_does_not_confirm_her_own_correction(cast: Cast) -> None:
    await cast.lan.says("dữ liệu của tôi")
    await cast.lan.presses("Sửa")
    await cast.lan.presses("Điện thoại")
    await cast.lan.says(PHONE)
    await cast.lan.says("/data_fixed 2 yes")
    assert cast.lan.member.phone == ""

    await cast.hoa.presses("Đúng, sửa")

    assert cast.lan.member.phone == PHONE


@pytest.mark.slow
@pytest.mark.sqlite
async def test_she_is_erased_after_two_questions_and_ten_minutes(cast: Cast) -> None:
    set_phone(cast, cast.an)
    await cast.an.says("xoá dữ liệu của tôi")
    assert "Xoá rồi không lấy lại được" in cast.an.text
    await cast.an.presses("Tôi muốn xoá")
    assert "lần cuối" in cast.an.text
    await cast.an.presses("Xoá hẳn")
    assert "còn 10 phút" in cast.an.text
    await cast.passes(minutes=9)
    assert traces.found(cast.engine, "Võ Thị An")

    await cast.passes(minutes=2)

    assert traces.found(cast.engine, "Võ Thị An", PHONE, "1980-10-20", "sandbox:an") == []
    assert requests(cast) == [("erase", "done")]
    await cast.an.says("dữ liệu của tôi")
    assert "Chào chị! Em là trợ lý tự động" in cast.an.text


async def test_until_then_she_can_change_her_mind(cast: Cast) -> None:
    await cast.an.says("xoá dữ liệu")
    await cast.an.presses("Tôi muốn xoá")
    await cast.an.presses("Xoá hẳn")
    await cast.an.presses("giữ lại")
    assert "Em giữ lại" in cast.an.text

    await cast.passes(minutes=20)

    assert cast.an.member.name == "Võ Thị An"
    assert requests(cast) == [("erase", "dropped")]
    await cast.an.presses("Thôi, giữ lại")
    assert "đã được giải quyết" in cast.an.text


async def test_who_holds_an_office_hands_it_over_first(cast: Cast) -> None:
    await cast.lan.says("xoá dữ liệu của tôi")
    assert "bàn giao" in cast.lan.text
    assert "Chi hội trưởng" in cast.hoa.text
    await cast.lan.says("xoá dữ liệu của tôi")
    assert requests(cast) == [("erase", "open")]
    with begin(cast.engine) as session:
        for role in session.exec(select(Role).where(Role.member_id == cast.lan.member.id)):
            session.delete(role)

    await cast.lan.says("xoá dữ liệu của tôi")

    assert "Tôi muốn xoá" in cast.lan.labels


async def test_a_shared_phone_asks_whose_data_is_meant(cast: Cast) -> None:
    share_phone(cast, cast.k8, "an", "Lý Thị Dung")
    await cast.an.says("dữ liệu của tôi")
    assert "dùng chung" in cast.an.text

    await cast.an.presses("Lý Thị Dung")

    assert "Họ và tên: Lý Thị Dung" in cast.an.text


async def test_nothing_of_it_is_said_in_a_group(cast: Cast) -> None:
    before = len(cast.k8.bot)
    for words in ("/dulieucuatoi", "/aidaxem", "/xoadulieu"):
        await cast.an.says(words, cast.k8)
    said = " ".join(cast.k8.texts[before:])

    assert "Võ Thị An" not in said
    assert "1980" not in said
    with reading(cast.engine) as session:
        assert session.exec(select(DataRequest)).all() == []
