"""Finding members: by what one remembers of them, and only by who answers for them."""

from __future__ import annotations

import pytest

from handlers.members.placing import key
from storage import members
from storage.database import begin
from storage.members import MemberStatus
from tests.cast import Cast


def change(cast: Cast, name: str, **values: object) -> None:
    with begin(cast.engine) as session:
        member = members.get(session, cast.member(name).id or 0)
        assert member is not None
        for field, value in values.items():
            setattr(member, field, value)
        session.add(member)


async def test_a_leader_finds_a_member_without_marks_and_sees_her_card(cast: Cast) -> None:
    change(cast, "Huỳnh Kim Cúc", phone="0912345678", address="12 Lý Bôn")
    await cast.lan.says("/tim cuc")
    assert cast.lan.text == (
        "Huỳnh Kim Cúc\nSinh: 02/01/1990\nChi hội Khóm 8, Tổ 2; Hội LHPN Phường 5\n"
        "Điện thoại: 0912 345 678\nNơi ở: 12 Lý Bôn\nĐã nối tài khoản với em."
    )


async def test_a_search_needs_no_slash_and_may_be_asked_for_in_words(cast: Cast) -> None:
    for words in ("tìm bà Dung", "tim giup em chi dung", "Tìm kiếm Lý Thị Dung"):
        await cast.lan.says(words)
        assert cast.lan.text.startswith("Lý Thị Dung\nSinh: 1949"), words
    await cast.lan.says("tìm")
    await cast.lan.says("tìm bà Mười")
    assert "Em không thấy ai như bà Mười" in cast.lan.text

    await cast.an.says("tìm bà Dung")
    assert "Lý Thị Dung" not in cast.an.text
    await cast.lan.says("tìm bà Dung", cast.k8)
    assert cast.k8.bot == []


async def test_several_are_offered_and_one_is_picked(cast: Cast) -> None:
    await cast.lan.says("/tim thi")
    assert [label.split(" · ")[0] for label in cast.lan.labels] == [
        "Võ Thị An",
        "Đặng Thị Bình",
        "Lý Thị Dung",
        "Nguyễn Thị Lan",
        "Phạm Thị Thu",
        "Tìm người khác",
    ]
    await cast.lan.presses("Thu")
    assert "Chức vụ: tổ trưởng Tổ 1" in cast.lan.text
    await cast.lan.says("tìm hội viên dung")
    assert "Chưa nối tài khoản với em." in cast.lan.text


async def test_asked_without_words_the_bot_asks_for_them(cast: Cast) -> None:
    await cast.lan.says("tìm")
    await cast.lan.says("binh")
    assert cast.lan.text.startswith("Đặng Thị Bình\nSinh: 1958")


@pytest.mark.parametrize("words", ["tổ 2", "to so 2", "thi tổ 2"])
async def test_a_team_can_be_looked_through(cast: Cast, words: str) -> None:
    await cast.lan.says(f"/tim {words}")
    assert {"Đặng Thị Bình · 1958 · Tổ 2", "Lý Thị Dung · 1949 · Tổ 2"} <= set(cast.lan.labels)
    assert not any("Tổ 1" in label for label in cast.lan.labels)


@pytest.mark.parametrize("words", ["0912 345 678", "+84 912345678", "345678", "345 678"])
async def test_a_phone_leads_to_its_owner(cast: Cast, words: str) -> None:
    change(cast, "Huỳnh Kim Cúc", phone="0912345678")
    await cast.lan.says(f"/tim {words}")
    assert cast.lan.text.startswith("Huỳnh Kim Cúc")


async def test_members_of_other_branches_are_not_found(cast: Cast) -> None:
    """Neither by name nor by the id that a button would carry; the twin shows they exist."""
    await cast.lan.says("/tim tam")
    assert cast.lan.text.startswith("Em không thấy ai như tam")
    await cast.lan.says(f"/card {cast.tam.member.id}")
    assert cast.lan.text == "Việc này em không tìm thấy, hoặc không thuộc đơn vị của chị."

    await cast.sau.says("/tim tam")
    assert cast.sau.text.startswith("Bùi Thị Tám")
    await cast.hoa.says("/tim tam")
    assert cast.hoa.text.startswith("Bùi Thị Tám")
    await cast.hoa.says("/tim nga")
    assert cast.hoa.text.startswith("Em không thấy ai")


async def test_members_strangers_and_made_up_ids_get_nothing(cast: Cast) -> None:
    for person in (cast.an, cast.ty, cast.thu):
        await person.says("/tim lan")
        assert "Nguyễn Thị Lan" not in person.text
        await person.says(f"/card {cast.lan.member.id}")
        assert "Nguyễn Thị Lan" not in person.text
    for made_up in ("", "0", "-1", "٣", "9" * 40, "x"):
        await cast.lan.says(f"/card {made_up}")
        assert cast.lan.text == "Việc này em không tìm thấy, hoặc không thuộc đơn vị của chị."


async def test_nobody_is_shown_in_a_group(cast: Cast) -> None:
    seen = len(cast.k8.bot)
    await cast.lan.says("/tim cuc", cast.k8)
    assert "Huỳnh" not in "".join(cast.k8.texts[seen:])


async def test_who_has_left_is_not_found_and_who_is_away_is_named_so(cast: Cast) -> None:
    change(cast, "Huỳnh Kim Cúc", status=MemberStatus.LEFT)
    change(cast, "Võ Thị An", status=MemberStatus.AWAY)
    await cast.lan.says("/tim cuc")
    assert cast.lan.text.startswith("Em không thấy ai")
    await cast.lan.says("/tim an")
    await cast.lan.presses("Võ Thị An")
    assert cast.lan.text.startswith("Võ Thị An (đi làm xa")


async def test_a_role_elsewhere_stands_on_the_card_with_its_unit(cast: Cast) -> None:
    ward = cast.unit("P5")
    with begin(cast.engine) as session:
        member = cast.tam.member
        assert member.id is not None and ward.id is not None
        today = cast.clock.now().date()
        members.grant(session, member.id, ward.id, "officer", on=today)
    await cast.sau.says("/tim tam")
    assert "Chức vụ: cán bộ, Hội LHPN Phường 5" in cast.sau.text


async def test_too_many_are_cut_and_said_so(cast: Cast) -> None:
    with begin(cast.engine) as session:
        for number in range(12):
            members.add(
                session,
                unit_id=cast.unit("P5-K8").id or 0,
                name=f"Ngô Thị Sen {number}",
                now=cast.clock.now(),
            )
    await cast.lan.says("/tim sen")
    assert len(cast.lan.labels) == 11
    assert cast.lan.text.startswith("Nhiều người quá")


async def test_help_offers_the_register_only_to_whom_it_is_for(cast: Cast) -> None:
    await cast.lan.says("trợ giúp")
    assert "/tim" in cast.lan.text
    await cast.lan.presses("Hội viên")
    assert "xuất danh sách" in cast.lan.text
    assert "nhập danh sách" not in cast.lan.text
    await cast.hoa.says("trợ giúp hội viên")
    assert "nhập danh sách" in cast.hoa.text
    await cast.an.says("trợ giúp")
    assert "/tim" not in cast.an.text


@pytest.mark.parametrize(
    "name",
    [
        "Khóm 1",
        "CH Khóm 1",
        "Chi hội Khóm 1",
        "CHI HỘI PHỤ NỮ KHÓM 1",
        "khóm 01",
        "K1",
        "ch. khom 1",
    ],
)
def test_a_branch_is_one_however_it_is_called(name: str) -> None:
    assert key(name) == "khom 1"


@pytest.mark.parametrize("name", ["Khóm 11", "Khóm 1A", "Ấp 1", "Chi hội Hoa Sen", "Chi hội"])
def test_other_names_are_other_branches(name: str) -> None:
    assert key(name) not in {"khom 1", ""}
