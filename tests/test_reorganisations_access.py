"""Who may see what after a reorganisation: scopes follow the people and the branches."""

from __future__ import annotations

import pytest

from handlers import access
from handlers.access import Actor, access_member, recognise
from handlers.errors import NotYoursError
from storage import members, units
from storage.database import begin, reading
from storage.members import RoleKind
from tests.cast import Cast
from tests.reorganising import reorganise
from tests.surveys_scenes import YES_NO, sends

SPLIT = "split,P5-K8,P5-K9,Chi hội Khóm 9,,,Tổ 2"


def actor(cast: Cast, key: str) -> Actor:
    """Somebody as the bot knows her today."""
    with reading(cast.engine) as session:
        return recognise(session, address=f"sandbox:{key}", name=key, now=cast.clock.now())


def sees(cast: Cast, key: str, whom: str) -> bool:
    """Whether somebody may see another's card."""
    who = actor(cast, key)
    with reading(cast.engine) as session:
        try:
            access_member(session, who, cast.players[whom].member.id or 0)
        except NotYoursError:
            return False
        return True


async def test_the_leader_of_the_old_unit_sees_nothing_of_what_went_elsewhere(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cast.lan.says("/diemdanh họp", cast.k8)
    await cast.binh.presses("Có mặt", cast.k8)
    await sends(cast.lan, YES_NO)
    assert sees(cast, "lan", "binh")
    reorganise(cast, SPLIT)
    await cast.tick()

    assert not sees(cast, "lan", "binh") and sees(cast, "lan", "an")
    await cast.lan.says("/tim Bình")
    assert "Em không thấy ai như Bình" in cast.lan.text
    await cast.lan.says("/ketquadiemdanh 1")
    await cast.lan.presses("Ai chưa trả lời")
    for name in ("Bình", "Cúc", "Dung"):
        assert name not in cast.lan.text
    await cast.lan.says("/ketquadiemdanh 2")  # the roll of the new branch
    assert "không tìm thấy" in cast.lan.text
    await cast.lan.says("khảo sát")
    await cast.lan.presses("Đi chợ phiên")
    await cast.lan.presses("Ai chưa trả lời")
    assert "Bình" not in cast.lan.text and "An" in cast.lan.text

    # the twin: with a door that only asks whether the tree was ever hers, all would be open
    monkeypatch.setattr(access, "leads", lambda *_: True)
    assert sees(cast, "lan", "binh")


async def test_a_merged_branch_with_all_its_past_is_open_to_who_leads_it_now(cast: Cast) -> None:
    await cast.sau.says("/diemdanh họp", cast.k1)
    await cast.sau.says("/chotdiemdanh")
    await cast.passes(minutes=1)
    reorganise(cast, "merge,P5-K1,P5-K8,,,,")

    await cast.lan.says("/ketquadiemdanh 1")
    assert "Chi hội Khóm 1" in cast.lan.text
    assert sees(cast, "lan", "tam") and sees(cast, "sau", "an")
    await cast.nga.says("/ketquadiemdanh 1")
    assert "không tìm thấy" in cast.nga.text


async def test_of_a_branch_that_went_two_ways_only_a_unit_above_both_sees_the_past(
    cast: Cast,
) -> None:
    await cast.lan.says("/diemdanh họp", cast.k8)
    await cast.lan.says("/chotdiemdanh")
    await cast.passes(minutes=1)
    reorganise(cast, "split,P5-K8,P6-K9,Chi hội Khóm 9,,P6,Tổ 2", "merge,P5-K8,P5-K1,,,,")
    await cast.tick()

    for key in ("lan", "sau", "hoa"):
        await cast.players[key].says("/ketquadiemdanh 1")
        assert "không tìm thấy" in cast.players[key].text, key
    await cast.mai.says("/ketquadiemdanh 1")
    assert "Chi hội Khóm 8" in cast.mai.text
    assert sees(cast, "hoa", "an") and not sees(cast, "hoa", "binh")


def test_an_officer_sees_a_branch_that_came_and_not_one_that_went(cast: Cast) -> None:
    reorganise(cast, "move,P6-K8,,,,P5,", "split,P5,P6,,,,P5-K1")

    assert sees(cast, "hoa", "nga") and not sees(cast, "hoa", "tam")


def test_two_leaders_become_a_leader_and_her_deputy(cast: Cast) -> None:
    reorganise(cast, "merge,P5-K1|P5-K8,P5-K18,Chi hội Khóm 18,,,")

    with reading(cast.engine) as session:
        unit = cast.unit("P5-K18")
        today = cast.clock.now().date()
        held = {
            kind: [m.name for m in members.holders(session, unit.id or 0, [kind], today)]
            for kind in (RoleKind.LEADER, RoleKind.DEPUTY)
        }
        below = units.children(session, unit.parent_id or 0)
    assert held == {RoleKind.LEADER: ["Cao Thị Sáu"], RoleKind.DEPUTY: ["Nguyễn Thị Lan"]}
    assert [u.code for u in below] == ["P5-K18"]


def test_teams_of_one_name_stay_two_teams(cast: Cast) -> None:
    with begin(cast.engine) as session:
        tam = members.get(session, cast.tam.member.id or 0)
        assert tam is not None
        tam.team = "Tổ 1"
        session.add(tam)
    reorganise(cast, "merge,P5-K1,P5-K8,,,,")

    assert cast.tam.member.team == "Tổ 1 (Khóm 1 cũ)"
    assert [s.team for s in actor(cast, "thu").standings] == ["Tổ 1"]
