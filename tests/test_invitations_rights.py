"""Who may invite whom, and whose codes are whose."""

from __future__ import annotations

from sqlmodel import select

from handlers.chat import Who
from storage import units
from storage.database import begin
from storage.invitations import Invitation
from storage.members import Member
from tests.cast import Cast
from tests.doors import issue, standing


async def test_a_member_cannot_issue_codes(cast: Cast) -> None:
    await cast.an.says("/moi Lý Thị Dung")
    assert "không thuộc đơn vị" in cast.an.text
    await cast.an.says("/invite member 4 #1")
    assert "không thuộc đơn vị" in cast.an.text
    with cast.session() as session:
        assert session.exec(select(Invitation)).all() == []


async def test_a_stranger_cannot_issue_codes(cast: Cast) -> None:
    await cast.ty.says("/moi")

    assert "không thuộc đơn vị" in cast.ty.text


async def test_a_leader_cannot_name_leaders_or_officers(cast: Cast) -> None:
    for role in ("leader", "officer", "deputy"):
        await cast.lan.says(f"/invite {role} {cast.unit('P5-K8').id} new")
        assert "không thuộc đơn vị" in cast.lan.text
    with cast.session() as session:
        assert session.exec(select(Invitation)).all() == []


async def test_a_leader_is_not_even_asked_where(cast: Cast) -> None:
    await cast.lan.says("/invite officer")

    assert "không thuộc đơn vị" in cast.lan.text


async def test_an_officer_may_call_up_a_member_from_below(cast: Cast) -> None:
    await cast.hoa.says("/invite officer")
    await cast.hoa.says("vo thi an")
    assert "Võ Thị An" in cast.hoa.text
    await cast.hoa.says(f"/invite member {cast.unit('P5-K1').id} #{cast.member('Võ Thị An').id}")
    assert "không thuộc đơn vị" in cast.hoa.text  # she is not of that branch


async def test_a_leader_cannot_invite_into_another_branch(cast: Cast) -> None:
    tam = cast.member("Bùi Thị Tám").id
    await cast.lan.says(f"/invite member {cast.unit('P5-K1').id} #{tam}")
    assert "không thuộc đơn vị" in cast.lan.text
    await cast.lan.says(f"/invite member {cast.unit('P5-K8').id} #{tam}")
    assert "không thuộc đơn vị" in cast.lan.text


async def test_an_officer_of_another_ward_cannot_invite_here(cast: Cast) -> None:
    await cast.hoa.says(f"/invite leader {cast.unit('P6-K8').id}")

    assert "không thuộc đơn vị" in cast.hoa.text


async def test_a_leader_cannot_open_an_officers_door_by_a_members_code(cast: Cast) -> None:
    """Hoa is on the roster of Khóm 8 and an officer of the ward: being taken for her is a key."""
    with begin(cast.engine) as session:
        hoa = session.exec(select(Member).where(Member.name == "Lê Thị Hoa")).one()
        k8 = units.by_code(session, "P5-K8")
        assert k8 is not None and k8.id is not None
        hoa.unit_id = k8.id
        session.add(hoa)
    await cast.lan.says(f"/invite member {cast.unit('P5-K8').id} #{hoa.id}")
    assert "không thuộc đơn vị" in cast.lan.text
    await cast.lan.says("/moi Lê Thị Hoa")
    assert "chưa tìm thấy" in cast.lan.text


async def test_a_leaders_code_opens_only_its_own_unit(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P6-K8', 'leader', 'Dương Thị Ngà', by=cast.mai)}")
    await cast.ty.says("/moi Lý Thị Dung")

    assert "chưa tìm thấy" in cast.ty.text  # she looks in her own branch


async def test_another_leader_cannot_take_a_code_back(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5-K8', 'member', 'Lý Thị Dung', by=cast.lan)}")
    await cast.nga.says("/uninvite 1")
    assert "không thuộc đơn vị" in cast.nga.text
    assert standing(cast, cast.ty) is Who.MEMBER
    await cast.hoa.says("/uninvite 1")  # the ward above may
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_a_holders_steps_are_hers_alone(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5', 'officer')}")
    await cast.an.says("/invited 1 name Võ Thị An")
    assert "không thuộc đơn vị" in cast.an.text
    await cast.an.says("/invited 1 yes")
    assert standing(cast, cast.an) is Who.MEMBER
