"""Clubs, cooperative groups, digital teams and categories: memberships across the tree."""

from __future__ import annotations

from storage import clubs
from storage.clubs import Club, ClubKind
from storage.database import begin, reading
from tests.cast import Cast


def founded(cast: Cast, code: str, name: str, kind: ClubKind = ClubKind.CLUB) -> Club:
    with begin(cast.engine) as session:
        unit = cast.unit(code).id or 0
        club = clubs.found(session, unit, kind, name, cast.clock.now())
        session.expunge(club)
        return club


async def test_a_leader_founds_a_club_and_names_who_belongs(cast: Cast) -> None:
    await cast.lan.says("/clb")
    assert "Chưa có CLB, tổ nhóm nào" in cast.lan.text
    await cast.lan.presses("Lập mới")
    await cast.lan.presses("Câu lạc bộ")
    await cast.lan.says("CLB Dưỡng sinh")
    assert cast.lan.text == "Đã lập CLB Dưỡng sinh. Chị thêm người được rồi."
    await cast.lan.presses("Thêm người")
    await cast.lan.says("an, kim cúc và Trần Thị Lạ")
    assert "Đã thêm vào CLB Dưỡng sinh: Võ Thị An, Huỳnh Kim Cúc." in cast.lan.text
    assert "Em không thấy trong danh sách: Trần Thị Lạ." in cast.lan.text
    await cast.lan.presses("Xem")
    assert "2 người trong danh sách của chị" in cast.lan.text
    await cast.lan.presses("Bớt người")
    await cast.lan.says("cúc, bình")
    assert "Đã ghi thôi tham gia CLB Dưỡng sinh: Huỳnh Kim Cúc." in cast.lan.text
    assert "Vốn không ở CLB Dưỡng sinh: Đặng Thị Bình." in cast.lan.text
    await cast.lan.says("/clb")
    assert "1 người, 1 lượt tham gia" in cast.lan.text


async def test_the_same_name_is_the_same_club(cast: Cast) -> None:
    await cast.lan.says("/club_new P5-K8 cooperative Tổ hợp tác Đan lát")
    await cast.lan.says("/club_new P5-K8 cooperative tổ hợp tác đan lát")
    assert cast.lan.text.startswith("Đã có sẵn Tổ hợp tác Đan lát")


async def test_a_category_is_picked_from_those_the_union_knows(cast: Cast) -> None:
    await cast.hoa.says("/club_new P5 category")
    assert cast.hoa.labels == ["Nòng cốt", "Danh dự", "Ưu tú"]
    await cast.hoa.presses("Nòng cốt")
    assert "Đã lập Nòng cốt" in cast.hoa.text


async def test_a_club_of_the_ward_takes_people_of_all_its_branches(cast: Cast) -> None:
    club = founded(cast, "P5", "Tổ công nghệ số", ClubKind.DIGITAL)
    mine = founded(cast, "P5-K8", "CLB Hoa sen")
    await cast.lan.says(f"/club_add {club.id} an, lan")
    await cast.lan.says(f"/club_add {mine.id} an")
    await cast.sau.says(f"/club_add {club.id} tám")
    await cast.lan.says("/clb")
    assert "2 người, 3 lượt tham gia" in cast.lan.text
    assert "Tổ công nghệ số (Tổ công nghệ số): 2" in cast.lan.text
    await cast.hoa.says(f"/club {club.id}")
    assert "3 người trong danh sách của chị" in cast.hoa.text
    assert "Giải thể" in cast.hoa.labels
    await cast.lan.says(f"/club {club.id}")
    assert "Bùi Thị Tám" not in cast.lan.text
    assert "Giải thể" not in cast.lan.labels
    await cast.nga.says(f"/club {club.id}")
    assert "Tổ công nghệ số" not in cast.nga.text


async def test_from_a_card_one_press_adds_and_takes_away(cast: Cast) -> None:
    founded(cast, "P5-K8", "CLB Hoa sen")
    await cast.lan.says(f"/card {cast.an.member.id}")
    await cast.lan.presses("CLB, tổ nhóm")
    await cast.lan.presses("+ CLB Hoa sen")
    await cast.lan.presses("Xem thẻ")
    assert "Tham gia: CLB Hoa sen" in cast.lan.text
    await cast.lan.presses("CLB, tổ nhóm")
    await cast.lan.presses("✓ CLB Hoa sen")
    await cast.lan.says(f"/club_join 1 {cast.an.member.id}")  # left and back on one day
    await cast.lan.says(f"/club_join 1 {cast.an.member.id}")
    assert "Đã có sẵn trong CLB Hoa sen: Võ Thị An." in cast.lan.text


async def test_of_two_people_of_one_name_one_is_picked(cast: Cast) -> None:
    club = founded(cast, "P5-K8", "CLB Hoa sen")
    await cast.lan.says(f"/club_add {club.id} thị")
    assert "Có mấy người cùng tên" in cast.lan.text
    await cast.lan.presses("Võ Thị An")
    assert "Đã thêm vào CLB Hoa sen: Võ Thị An." in cast.lan.text


async def test_a_closed_club_is_gone_from_lists_but_not_from_the_record(cast: Cast) -> None:
    club = founded(cast, "P5-K8", "CLB Hoa sen")
    await cast.lan.says(f"/club_add {club.id} an")
    await cast.lan.presses("Xem")
    await cast.lan.presses("Giải thể")
    await cast.lan.presses("Đúng, giải thể")
    await cast.lan.says("/clb")
    assert "Chưa có CLB" in cast.lan.text
    await cast.lan.says(f"/clubs_of {cast.an.member.id}")
    assert "chưa có CLB, tổ nhóm nào để ghi" in cast.lan.text
    with reading(cast.engine) as session:
        assert clubs.people(session, club.id or 0, [cast.unit("P5-K8").id or 0])
