"""The standing join link of a branch."""

from __future__ import annotations

from tests.cast import Cast
from tests.doors import LINK, link_of_k8


async def test_a_closed_link_opens_nothing_and_a_new_one_does(cast: Cast) -> None:
    old = await link_of_k8(cast)
    await cast.lan.presses("Đổi đường dẫn mới")
    found = LINK.search(cast.lan.text)
    assert found is not None and found[1] != old
    await cast.ty.says(f"/start {old}")
    assert "không còn dùng" in cast.ty.text
    await cast.ty.says(f"/start {found[1]}")
    assert "họ và tên" in cast.ty.text

    await cast.lan.presses("Ngừng nhận")
    assert "ngừng nhận" in cast.lan.text
    other = cast.add_player("b", "B")
    await other.says(f"/start {found[1]}")
    assert "không còn dùng" in other.text


async def test_the_link_stays_the_same_until_it_is_renewed(cast: Cast) -> None:
    assert await link_of_k8(cast) == await link_of_k8(cast)


async def test_the_link_hangs_in_the_group(cast: Cast) -> None:
    await cast.lan.says("/linkthamgia", cast.k8)
    assert LINK.search(cast.k8.text)
    await cast.sau.says("/linkthamgia")
    await cast.sau.presses("Đăng vào nhóm")
    assert LINK.search(cast.k1.text)
    assert "1 nhóm" in cast.sau.text
    await cast.an.says("/linkthamgia", cast.k8)
    assert "không thuộc đơn vị" in cast.k8.text


async def test_an_officer_chooses_the_branch(cast: Cast) -> None:
    await cast.hoa.says("/linkthamgia")
    assert cast.hoa.labels == ["Chi hội Khóm 1", "Chi hội Khóm 8"]
    await cast.hoa.presses("Chi hội Khóm 8")
    assert LINK.search(cast.hoa.text)
    await cast.hoa.says("/linkthamgia P6-K8")
    assert "không thuộc đơn vị" in cast.hoa.text


async def test_the_link_of_a_branch_without_a_group_is_passed_on_by_hand(cast: Cast) -> None:
    await cast.nga.says("/linkthamgia P6-K8 post")
    words, asked = cast.nga.private.bot

    assert LINK.search(words.text)
    assert "Nhờ chị chép" in asked.text


async def test_guessed_links_are_counted(cast: Cast) -> None:
    for last in "01234":
        await cast.ty.says(f"/start {'A' * 25}{last}")
        assert "không còn dùng" in cast.ty.text
    await cast.ty.says(f"/start {await link_of_k8(cast)}")
    assert "nghỉ một giờ" in cast.ty.text
    await cast.ty.says("/start nonsense")
    assert "nghỉ một giờ" in cast.ty.text


async def test_a_nonsense_start_is_a_wrong_code(cast: Cast) -> None:
    await cast.ty.says("/start nonsense")

    assert "không thấy mã" in cast.ty.text


async def test_a_stranger_gets_no_join_link(cast: Cast) -> None:
    await cast.ty.says("/linkthamgia")

    assert "không thuộc đơn vị" in cast.ty.text


async def test_known_people_are_told_so(cast: Cast) -> None:
    await cast.an.says(f"/start {await link_of_k8(cast)}")

    assert "Em nhận ra chị rồi: Võ Thị An" in cast.an.text
