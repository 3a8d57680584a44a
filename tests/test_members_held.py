"""Rows nobody can decide but a person wait for her, and she decides them side by side."""

from __future__ import annotations

from sqlmodel import select

from handlers.members import importing
from handlers.members.importing import Summary
from handlers.members.notes import Code
from handlers.members.sheets import read_workbook
from storage import units
from storage.database import begin, reading
from storage.held_rows import HeldRow
from storage.members import LeftReason, Member, MemberStatus
from tests.cast import Cast
from tests.spreadsheets import HEADER, Row, workbook


def bring_in(cast: Cast, *rows: Row, code: str = "P5-K8", header: Row = HEADER) -> Summary:
    """A list of a branch, as the operator brings it in."""
    now = cast.clock.now()
    sheets = read_workbook(workbook({"Danh sách": [header, *rows]}), now.date())
    with begin(cast.engine) as session:
        top = units.by_code(session, code)
        assert top is not None
        plan = importing.plan(session, sheets, "ds.xlsx", top, now)
        return importing.apply(session, plan, ground="membership", create_units=False, now=now)


def named(cast: Cast, name: str) -> list[Member]:
    with reading(cast.engine) as session:
        return list(session.exec(select(Member).where(Member.name == name).order_by("id")))


async def test_a_leader_sees_both_records_side_by_side_and_makes_them_one(cast: Cast) -> None:
    bring_in(cast, [1, "Đặng Thị Bình", "", "0912345678", "Hẻm 2"])
    await cast.lan.says("/choxem")
    assert "Còn 1 dòng chờ chị xem" in cast.lan.text
    assert "cùng tên, thiếu năm sinh" in cast.lan.text
    assert "Ngày sinh: – | 1958" in cast.lan.text
    assert "Điện thoại: 0912 345 678 | –" in cast.lan.text
    assert cast.lan.labels == ["Cùng một người", "Hai người", "Để sau"]
    await cast.lan.presses("Cùng một người")
    assert "Em đã gộp vào hồ sơ của Đặng Thị Bình" in cast.lan.texts[-2]
    assert cast.lan.text == "Không còn dòng nào chờ chị xem."
    known, shadow = named(cast, "Đặng Thị Bình")
    assert (known.phone, known.address, known.birth) == ("0912345678", "Hẻm 2", "1958")
    assert (shadow.status, shadow.left_reason) == (MemberStatus.LEFT, LeftReason.MERGED)


async def test_the_same_list_again_asks_nothing_once_it_is_decided(cast: Cast) -> None:
    row = [1, "Đặng Thị Bình", "", "0912345678"]
    assert bring_in(cast, row).plan.total("held") == 1
    assert bring_in(cast, row).plan.total("held") == 1
    with reading(cast.engine) as session:
        assert len(session.exec(select(HeldRow)).all()) == 1
    await cast.lan.says("/choxem")
    await cast.lan.presses("Cùng một người")
    again = bring_in(cast, row).plan
    assert (again.total("held"), again.total("same")) == (0, 1)


async def test_people_wrongly_made_one_are_separated_again(cast: Cast) -> None:
    bring_in(cast, [1, "Đặng Thị Bình", "", "0912345678"])
    await cast.lan.says("/choxem")
    await cast.lan.presses("Cùng một người")
    await cast.lan.presses("Tách ra lại")
    assert "thành hai người như trước" in cast.lan.text
    known, other = named(cast, "Đặng Thị Bình")
    assert (known.phone, known.birth) == ("", "1958")
    assert (other.phone, other.status) == ("0912345678", MemberStatus.ACTIVE)
    await cast.lan.presses("Tách ra lại")
    assert "đã được giải quyết rồi" in cast.lan.text


async def test_two_people_of_one_name_are_two_and_what_waits_can_wait(cast: Cast) -> None:
    bring_in(cast, [1, "Đặng Thị Bình", ""], [2, "Mai Thị Đào, Mai Thị Mận", 1960, "0912345678"])
    await cast.lan.says("/choxem")
    await cast.lan.presses("Để sau")
    assert "Em để Đặng Thị Bình lại sau" in cast.lan.texts[-2]
    assert "hai người trong một ô" in cast.lan.text
    await cast.lan.presses("Thêm từng người")
    assert "Mai Thị Đào, Mai Thị Mận" in cast.lan.texts[-2]
    (dao,) = named(cast, "Mai Thị Đào")
    assert (dao.phone, dao.birth, dao.folded) == ("0912345678", "", "mai thi dao")
    await cast.lan.presses("Hai người")
    assert len(named(cast, "Đặng Thị Bình")) == 2
    await cast.lan.presses("Nhầm, là một người")
    assert "Em đã gộp vào hồ sơ của Đặng Thị Bình" in cast.lan.text
    await cast.lan.presses("Hai người")
    assert "đã được giải quyết rồi" in cast.lan.texts[-2]


async def test_a_doubtful_birth_is_taken_or_dropped(cast: Cast) -> None:
    bring_in(cast, [1, "Mai Thị Đào", "12/05/2036"], [2, "Mai Thị Mận", 2012])
    await cast.lan.says("/choxem")
    assert "ngày sinh ở tương lai: 12/05/2036" in cast.lan.text
    await cast.lan.presses("Nhận như tệp ghi")
    await cast.lan.presses("Bỏ qua")
    assert "sổ giữ nguyên" in cast.lan.texts[-2]
    assert named(cast, "Mai Thị Đào")[0].birth == ""
    assert not named(cast, "Mai Thị Mận")
    again = bring_in(cast, [1, "Mai Thị Đào", "12/05/2036"], [2, "Mai Thị Mận", 2012]).plan
    assert again.total("held") == 0
    assert {one.notes[0].code for one in again.decisions} == {Code.DECIDED}


async def test_who_had_left_and_stands_in_a_list_again_comes_back(cast: Cast) -> None:
    with begin(cast.engine) as session:
        binh = session.get(Member, cast.binh.member.id)
        assert binh is not None
        binh.status, binh.left_reason = MemberStatus.LEFT, LeftReason.ASKED
        session.add(binh)
    bring_in(cast, [1, "Đặng Thị Bình", 1958, "0912345678"])
    await cast.lan.says("/choxem")
    await cast.lan.presses("Chị ấy trở lại")
    assert "ghi chị ấy trở lại" in cast.lan.texts[-2]
    assert named(cast, "Đặng Thị Bình")[0].status == MemberStatus.ACTIVE


async def test_of_somebody_in_another_branch_a_leader_sees_name_and_branch_alone(
    cast: Cast,
) -> None:
    with begin(cast.engine) as session:
        tam = session.get(Member, cast.tam.member.id)
        assert tam is not None
        tam.birth, tam.phone = "1985-01-02", "0987654321"
        session.add(tam)
    header = [*HEADER, "Chi hội"]
    row = [1, "Bùi Thị Tám", "2/1/1985", "", "", "", "", "Khóm 8"]
    bring_in(cast, row, code="P5", header=header)
    await cast.lan.says("/choxem")
    assert "đã có ở chi hội khác" in cast.lan.text
    assert "Trong sổ: Bùi Thị Tám, Chi hội Khóm 1" in cast.lan.text
    assert "0987" not in cast.lan.text
    assert cast.lan.labels == ["Hai người", "Để sau"]
    await cast.hoa.says("/choxem")
    assert "0987 654 321" in cast.hoa.text
    await cast.hoa.presses("Cùng một người")
    assert "Em đã gộp" in cast.hoa.texts[-2]


async def test_officers_decide_for_all_below_them_and_nobody_for_others(cast: Cast) -> None:
    bring_in(cast, [1, "Đặng Thị Bình", ""])
    await cast.hoa.says("/choxem")
    assert "Đặng Thị Bình" in cast.hoa.text
    await cast.sau.says("/choxem")
    assert cast.sau.text == "Không còn dòng nào chờ chị xem."
    await cast.sau.says("/held_do 1 same")
    assert "Đặng" not in cast.sau.text
    await cast.lan.says("/held_do 1 nonsense")
    await cast.lan.says("/held_do 1 back")
    await cast.lan.says("/separate 77")
    assert len(named(cast, "Đặng Thị Bình")) == 1
