"""Codes that open an office are confirmed twice; people the register lacks tell their names."""

from __future__ import annotations

from sqlmodel import select

from bot.channels.sandbox import PLAIN
from handlers.chat import Who
from storage import members
from storage.database import begin
from storage.members import Member, Role, RoleKind
from tests.cast import Cast, Room
from tests.doors import close_door, code_in, drop_roles, issue, standing


async def test_an_officers_code_from_chat_waits_for_its_issuer(cast: Cast) -> None:
    await cast.mai.says("/moi")
    await cast.mai.presses("Cán bộ")
    await cast.mai.presses("Hội LHPN Phường 6")
    await cast.mai.presses("Chưa có trong danh sách")
    await cast.ty.says(f"/start {code_in(cast.mai)}")
    assert "họ và tên" in cast.ty.text
    await cast.ty.says("TRƯƠNG THỊ TÝ")
    assert "Trương Thị Tý" in cast.ty.text
    await cast.ty.presses("Đúng, xác nhận")

    assert "chờ người mời" in cast.ty.text
    assert standing(cast, cast.ty) is Who.OUTSIDER
    assert "Trương Thị Tý" in cast.mai.text

    await cast.mai.presses("Đúng người")

    assert standing(cast, cast.ty) is Who.OFFICER
    assert "cán bộ" in cast.ty.text
    assert cast.member("Trương Thị Tý").unit_id == cast.unit("P6").id


async def test_an_issuer_who_does_not_know_the_holder_voids_the_code(cast: Cast) -> None:
    code = issue(cast, "P5", "officer", "Lê Thị Hoa", by=cast.mai)
    await cast.ty.says(f"/start {code}")
    await cast.mai.presses("Không phải, huỷ mã")

    assert "đã huỷ" in cast.ty.text
    await cast.ty.says(f"/start {code}")
    assert "không còn hiệu lực" in cast.ty.text
    await cast.mai.presses("Đúng người")
    assert "xử lý xong" in cast.mai.text
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_an_operators_officer_code_asks_for_the_name_it_was_made_for(cast: Cast) -> None:
    code = issue(cast, "P5", "officer", "Lê Thị Hoa")
    await cast.ty.says(f"/start {code}")
    assert "Hoa" not in cast.ty.text
    assert standing(cast, cast.ty) is Who.OUTSIDER
    await cast.ty.says("le thi hoa")

    assert standing(cast, cast.ty) is Who.OFFICER
    assert "người trông máy" in cast.mai.text  # the level above learns of it
    await cast.mai.presses("Thu hồi")
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_five_wrong_names_void_an_officers_code(cast: Cast) -> None:
    code = issue(cast, "P5", "officer", "Lê Thị Hoa")
    await cast.ty.says(f"/start {code}")
    for _ in range(4):
        await cast.ty.says("Nguyễn Thị Sai")
        assert "chưa khớp" in cast.ty.text
    await cast.ty.says("Nguyễn Thị Sai")
    assert "không còn hiệu lực" in cast.ty.text
    await cast.ty.says(f"/start {code}")
    assert "không còn hiệu lực" in cast.ty.text
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_an_operators_nameless_officer_gives_her_name_and_confirms(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P6', 'officer')}")
    await cast.ty.says("😀😀")
    assert "Nguyễn Thị Lan" in cast.ty.text  # an example of a name
    await cast.ty.says("tôi tên là Trương Thị Tý")
    assert standing(cast, cast.ty) is Who.OUTSIDER
    await cast.ty.presses("Sửa tên")
    await cast.ty.says("Trương Thị Ty")
    await cast.ty.presses("Đúng, xác nhận")

    assert standing(cast, cast.ty) is Who.OFFICER
    assert cast.member("Trương Thị Ty")


async def test_a_code_that_names_an_officer_is_an_officers_code_whatever_its_role(
    cast: Cast,
) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5', 'member', 'Lê Thị Hoa', by=cast.mai)}")

    assert "chờ người mời" in cast.ty.text
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_while_the_issuer_is_asked_the_code_is_taken(cast: Cast) -> None:
    code = issue(cast, "P5", "officer", "Lê Thị Hoa", by=cast.mai)
    await cast.ty.says(f"/start {code}")
    await cast.an.says(f"/start {code}")
    assert "đã có người dùng" in cast.an.text
    await cast.ty.says(f"/start {code}")
    assert "chờ người mời" in cast.ty.text


async def test_an_issuer_who_lost_her_office_confirms_nobody(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5', 'officer', 'Lê Thị Hoa', by=cast.mai)}")
    drop_roles(cast, "Trần Thị Mai")
    await cast.mai.presses("Đúng người")

    assert "không thuộc đơn vị" in cast.mai.toast
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_where_the_issuer_cannot_be_asked_the_officers_are(cast: Cast) -> None:
    code = issue(cast, "P6", "officer", by=cast.mai)
    close_door(cast, "sandbox:mai")
    await cast.ty.says(f"/start {code}")
    await cast.ty.says("Trương Thị Tý")
    await cast.ty.presses("Đúng, xác nhận")

    assert "Trương Thị Tý" in Room(cast, "mai@plain", PLAIN).text  # her other door


async def test_an_officer_at_the_top_is_made_known_to_her_equals(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'TP', 'officer')}")
    await cast.ty.says("Trương Thị Tý")
    await cast.ty.presses("Đúng, xác nhận")

    assert "Trương Thị Tý" in cast.mai.text
    assert cast.mai.labels == []  # told, but equals do not put each other out
    await cast.mai.says("/uninvite 1")
    assert "không thuộc đơn vị" in cast.mai.text


async def test_a_step_too_late_is_told_so(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5', 'officer')}")
    await cast.passes(hours=25)
    await cast.ty.says("/invited 1 name Trương Thị Tý")

    assert "hết hạn" in cast.ty.text


async def test_a_name_gives_no_more_than_its_issuer_could(cast: Cast) -> None:
    """An of Khóm 8 also leads a branch of another ward: Hoa may not open that door."""
    an, other = cast.member("Võ Thị An").id, cast.unit("P6-K8").id
    assert an is not None and other is not None
    with begin(cast.engine) as session:
        members.grant(session, an, other, RoleKind.LEADER, on=cast.clock.now().date())
    await cast.ty.says(f"/start {issue(cast, 'P5-K8', 'deputy', by=cast.hoa)}")
    await cast.ty.says("Võ Thị An")
    await cast.ty.presses("Đúng, xác nhận")
    await cast.ty.presses("sinh 1980")

    assert "không thuộc đơn vị" in cast.ty.toast
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_a_leader_nobody_knows_is_written_down_under_her_accounts_name(cast: Cast) -> None:
    with begin(cast.engine) as session:
        for role in session.exec(select(Role).where(Role.kind == RoleKind.LEADER)):
            session.delete(role)
    new = cast.add_player("moi", "kiều thị mới")
    await new.says(f"/start {issue(cast, 'P6-K8', 'leader')}")
    assert standing(cast, new) is Who.OUTSIDER
    await new.presses("Kiều Thị Mới")

    assert standing(cast, new) is Who.LEADER
    assert cast.member("Kiều Thị Mới").unit_id == cast.unit("P6-K8").id


async def test_a_leader_the_register_knows_by_name_becomes_that_person(cast: Cast) -> None:
    new = cast.add_player("an3", "An")
    await new.says(f"/start {issue(cast, 'P5-K8', 'leader')}")
    await new.says("Võ Thị An")
    await new.presses("Đúng, xác nhận")
    assert any("sinh 1980" in label for label in new.labels)
    await new.presses("sinh 1980")

    assert standing(cast, new) is Who.LEADER
    with cast.session() as session:
        assert len(session.exec(select(Member).where(Member.name == "Võ Thị An")).all()) == 1


async def test_a_namesake_may_be_somebody_else(cast: Cast) -> None:
    new = cast.add_player("an3", "An")
    await new.says(f"/start {issue(cast, 'P5-K8', 'leader')}")
    await new.says("Võ Thị An")
    await new.presses("Đúng, xác nhận")
    await new.says(f"/invited 1 is {cast.member('Đặng Thị Bình').id}")
    assert "không thuộc đơn vị" in new.text  # only whom her own name names
    await new.presses("Tôi là người khác")

    assert standing(cast, new) is Who.LEADER
    with cast.session() as session:
        assert len(session.exec(select(Member).where(Member.name == "Võ Thị An")).all()) == 2


async def test_nobody_becomes_an_officer_by_sharing_her_name(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5', 'deputy', by=cast.mai)}")
    await cast.ty.says("Lê Thị Hoa")
    await cast.ty.presses("Đúng, xác nhận")

    assert standing(cast, cast.ty) is Who.LEADER  # a new person; the officer was not offered
    with cast.session() as session:
        assert len(session.exec(select(Member).where(Member.name == "Lê Thị Hoa")).all()) == 2


async def test_an_officer_found_by_name_still_needs_her_issuer(cast: Cast) -> None:
    with begin(cast.engine) as session:
        ward = cast.unit("P6").id
        assert ward is not None
        members.add(session, unit_id=ward, name="Trương Thị Tý", now=cast.clock.now())
    await cast.ty.says(f"/start {issue(cast, 'P6', 'officer', by=cast.mai)}")
    await cast.ty.says("trương thị tý")
    await cast.ty.presses("Đúng, xác nhận")
    await cast.ty.presses("✅ Trương Thị Tý")
    assert standing(cast, cast.ty) is Who.OUTSIDER
    await cast.mai.presses("Đúng người")

    assert standing(cast, cast.ty) is Who.OFFICER
    assert cast.member("Trương Thị Tý")  # one person, not two


async def test_an_account_without_a_name_must_type_one(cast: Cast) -> None:
    new = cast.add_player("sao", "⭐")
    await new.says(f"/start {issue(cast, 'P6-K8', 'leader')}")
    assert new.labels == []
    await new.says("/invited 1 yes")
    assert "họ và tên đầy đủ" in new.text
