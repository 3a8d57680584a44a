"""Who may do what with a roll, and what a group never sees."""

from __future__ import annotations

import pytest

from storage import accounts
from storage.database import begin
from tests.cast import Cast
from tests.rollcall import evidence, rolls, share_phone


async def test_unexcused_only_by_a_leaders_hand(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)

    await cast.an.says(f"/mark {rolls(cast)[0].id} absent_unexcused")

    assert evidence(cast) == []


async def test_a_leader_without_a_private_talk_is_told_how_to_open_one(cast: Cast) -> None:
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:lan")
        assert account is not None
        account.private_chat = ""
        session.add(account)

    await cast.lan.says("/diemdanh", cast.k8)
    assert "nhắn riêng cho em chữ kết quả điểm danh" in cast.k8.text
    await cast.lan.says(f"/roll_silent {rolls(cast)[0].id}", cast.k8)
    await cast.lan.says("/chotdiemdanh", cast.k8)
    assert "Em đã chốt" in cast.k8.text

    assert not any(m.file_name for m in cast.k8.bot)
    assert "Bình" not in "".join(cast.k8.texts)


async def test_names_never_reach_the_group(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    number = rolls(cast)[0].id
    for line in (
        "rolls", "roll_silent", "roll_names", "roll_sheet", "roll_hand", "roll_differs",
        "roll_pick {} present", "roll_close",
    ):  # fmt: skip
        text = line.format(number) if "{}" in line else f"{line} {number}"
        await cast.lan.says(f"/{text}", cast.k8)

    said = "".join(cast.k8.texts) + "".join(str(m.labels) for m in cast.k8.bot)
    assert not any(name in said for name in ("Bình", "Dung", "Thị An", "1958"))
    assert not any(m.file_name for m in cast.k8.bot)


LEADERS_LINES = (
    "rolls {}", "roll_close {}", "roll_reopen {}", "roll_again {}", "roll_sheet {}",
    "roll_names {}", "roll_silent {}", "roll_hand {}", "roll_pick {} present",
    "roll_pick {} present all 0", "roll_differs {}", "hand {} {m} present", "hand {} {m} late yes",
    "hand_undo {} {m}", "hand_reason {} {m} bệnh", "roll_new {}",
)  # fmt: skip


async def test_nobody_below_or_beside_may(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    shown, before = cast.k8.text, evidence(cast)

    for line in LEADERS_LINES:
        text = line.format(rolls(cast)[0].id, m=cast.binh.member.id)
        for outsider in (cast.an, cast.thu, cast.sau, cast.nga, cast.tam, cast.ty):
            await outsider.says(f"/{text}")
            assert "không thuộc đơn vị của chị" in outsider.text, (outsider.name, line)

    assert (cast.k8.text, evidence(cast)) == (shown, before)
    assert rolls(cast)[0].state == "open"


@pytest.mark.parametrize("key", ["lan", "hoa", "mai"])
async def test_who_leads_or_governs_the_branch_may(cast: Cast, key: str) -> None:
    player = cast.players[key]
    await cast.lan.says("/diemdanh", cast.k8)

    for line in LEADERS_LINES:
        text = line.format(rolls(cast)[0].id, m=cast.binh.member.id)
        await player.says(f"/{text}")
        assert "không thuộc đơn vị" not in player.text, line

    assert len(rolls(cast)) == 2, "roll_new opened another"


async def test_who_governs_several_branches_is_asked_which_roll(cast: Cast) -> None:
    await cast.lan.says("/diemdanh họp", cast.k8)
    await cast.sau.says("/diemdanh", cast.k1)

    await cast.hoa.says("kết quả điểm danh")
    assert cast.hoa.labels == ["Chi hội Khóm 1", "Chi hội Khóm 8: họp"]
    await cast.hoa.presses("Khóm 1")
    assert "Tổng số: 2" in cast.hoa.text
    for nobody in (cast.an, cast.ty):
        await nobody.says("/roll_close")
        assert "không thuộc đơn vị" in nobody.text


async def test_a_household_over_two_branches_answers_for_each_apart(cast: Cast) -> None:
    share_phone(cast, cast.k8, "an", "Bùi Thị Tám")
    await cast.lan.says("/diemdanh", cast.k8)

    await cast.an.says(f"/mark {rolls(cast)[0].id} present {cast.tam.member.id}")
    assert evidence(cast) == []
    await cast.an.presses("Có mặt", cast.k8)

    assert evidence(cast) == [("An", "present", "button")]


async def test_in_a_group_not_bound_nobody_answers(cast: Cast) -> None:
    stray = cast.add_room("g9", "Nhóm lạ")
    await cast.lan.says("/diemdanh", cast.k8)

    await cast.an.says("có mặt", stray)

    assert evidence(cast) == []


async def test_nobody_touches_anothers_answer(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.binh.presses("Có mặt", cast.k8)

    for line in ("unmark {} {m}", "roll_mine {} {m}", "roll_reason {} {m} bệnh"):
        text = line.format(rolls(cast)[0].id, m=cast.binh.member.id)
        for other in (cast.an, cast.lan, cast.sau, cast.hoa, cast.ty):
            await other.says(f"/{text}")
            assert "không thuộc đơn vị của chị" in other.text, (other.name, line)
    await cast.an.says(f"/mark {rolls(cast)[0].id} late {cast.binh.member.id}")

    assert evidence(cast) == [("Bình", "present", "button")]


NO_BUTTONS = (
    "mark", "mark x y", "mark 1", "mark 999999999999999999999 present", "mark {} dancing",
    "unmark {}", "unmark {} x", "roll_mine", "roll_reason {}", "roll_kept", "roll_kept {} x y z",
    "roll_kept {} present leader 1", "roll_kept {} present button 99999999999",
    "hand", "hand {} 1", "hand {} {m} dancing", "hand {} {m} unanswered", "hand_undo {} 0",
    "roll_pick {} dancing", "roll_pick {} present 99 99", "roll_pick {} present x y",
    "roll_close 999", "roll_hand", "roll_sheet ²",
)  # fmt: skip


async def test_lines_no_button_carries_change_nothing(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)

    for line in NO_BUTTONS:
        text = line.format(rolls(cast)[0].id, m=cast.binh.member.id)
        for player in (cast.lan, cast.an, cast.ty):
            await player.says(f"/{text}")
            assert "trục trặc" not in player.text, (player.name, line)

    assert evidence(cast) == []
    assert rolls(cast)[0].state == "open"


async def test_rolls_of_two_branches_with_one_name_are_told_apart_by_their_wards(
    cast: Cast,
) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.nga.says("/diemdanh")
    await cast.mai.says("kết quả điểm danh")

    assert set(cast.mai.labels) == {
        "Chi hội Khóm 8 · Hội LHPN Phường 5",
        "Chi hội Khóm 8 · Hội LHPN Phường 6",
    }
