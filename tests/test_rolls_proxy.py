"""Reporting for others: who may, for whom, how many, and what becomes of all the rest."""

from __future__ import annotations

import pytest

from bot.channels.sandbox import PLAIN, SANDBOX
from handlers.rolls import proxy
from storage.rolls import Source
from tests.cast import Cast
from tests.rollcall import add_members, evidence, picks, share_phone, verdicts


@pytest.fixture
async def roll(cast: Cast) -> Cast:
    """Khóm 8 with an open roll."""
    await cast.lan.says("điểm danh họp")
    return cast


async def test_the_head_of_a_team_reports_for_her_own(roll: Cast) -> None:
    thu = roll.thu
    await thu.says("chị An con bệnh xin vắng")

    assert evidence(roll) == [("An", "absent_excused", "team_head")]
    assert "Đã ghi: Võ Thị An, vắng có phép." in thu.text
    await roll.lan.says("kết quả điểm danh")
    await roll.lan.presses("Ai đã trả lời")
    assert "Võ Thị An, Tổ 1 (con bệnh xin vắng), tổ trưởng ghi" in roll.lan.text
    await thu.presses("Bỏ")
    assert verdicts(roll) == {"An": "unanswered"}


async def test_who_is_of_another_team_is_handed_to_the_leader(roll: Cast) -> None:
    await roll.thu.says("chị An có mặt, bà Bình với chị Cúc vắng, em có mặt")

    assert set(evidence(roll)) == {("An", "present", "team_head"), ("Thu", "present", "words")}
    assert "Những chị còn lại em đã chuyển chi hội trưởng xem" in roll.thu.text
    assert "Phạm Thị Thu báo giúp (họp)" in roll.lan.text
    assert roll.lan.labels == ["Ghi: Đặng Thị Bình, vắng", "Ghi: Huỳnh Kim Cúc, vắng"]
    await roll.lan.presses("Ghi: Đặng Thị Bình")
    assert ("Bình", "absent", "leader") in evidence(roll)


async def test_a_neighbour_may_say_it_in_the_group_and_the_leader_decides(roll: Cast) -> None:
    await roll.an.says("chị Bình với bà Cúc vắng nha em", roll.k8)

    assert evidence(roll) == []
    assert "Võ Thị An báo giúp" in roll.lan.text
    assert not any("Bình" in text for text in roll.k8.texts)
    await roll.lan.presses("Ghi: Huỳnh Kim Cúc")
    assert verdicts(roll) == {"Cúc": "absent"}


async def test_a_household_reports_for_its_own_and_speaks_for_herself_too(cast: Cast) -> None:
    share_phone(cast, cast.k8, "an", "Lý Thị Dung")
    await cast.lan.says("điểm danh")
    await cast.an.says("em có mặt, bà Dung vắng", cast.k8)

    assert set(evidence(cast)) == {("An", "present", "words"), ("Dung", "absent", "helper")}


async def test_her_own_word_stands_against_a_helper(roll: Cast) -> None:
    await roll.an.says("có mặt")
    await roll.thu.says("chị An vắng")

    assert verdicts(roll)["An"] == "present"
    await roll.lan.says("kết quả điểm danh")
    await roll.lan.presses("Câu trả lời khác nhau (1)")
    assert "chị ấy tự trả lời có mặt, tổ trưởng báo vắng" in roll.lan.text


async def test_a_name_without_marks_is_asked_about(roll: Cast) -> None:
    add_members(roll, ("Ngô Thị Đào", "Tổ 1"))
    await roll.thu.says("chi Dao vang")
    assert evidence(roll) == []
    assert "muốn ghi cho ai" in roll.thu.text
    await roll.thu.presses("Ngô Thị Đào (Tổ 1)")
    assert verdicts(roll) == {"Đào": "absent"}


async def test_she_tells_why_they_do_not_answer_themselves(roll: Cast) -> None:
    await roll.thu.says("chị An có mặt")
    await roll.thu.presses("Vì sao báo giúp")
    await roll.thu.presses("Không có máy")
    assert "Đã ghi lý do của Võ Thị An: không có máy" in (roll.thu.toast or roll.thu.text)
    await roll.thu.says("chị An có mặt")
    await roll.thu.presses("Vì sao báo giúp")
    await roll.thu.says("máy rớt xuống ao")
    await roll.lan.says("kết quả điểm danh")
    await roll.lan.presses("Ai đã trả lời")
    assert "(máy rớt xuống ao)" in roll.lan.text


async def test_beyond_the_cap_nothing_is_recorded(
    roll: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twin: without a cap one account could fill a whole roll."""
    add_members(roll, *[(f"Ngô Thị {name}", "Tổ 1") for name in ("Đào", "Mận", "Lựu")])
    caps = dict(proxy.CAPS)
    monkeypatch.setattr(proxy, "CAPS", {**caps, Source.TEAM_HEAD: 2})
    await roll.thu.says("chị Đào, chị Mận có mặt")
    await roll.thu.says("chị Lựu có mặt")
    assert "tối đa 2 chị" in roll.thu.text
    assert set(verdicts(roll)) == {"Đào", "Mận"}
    await roll.thu.says("chị Đào vắng")
    assert verdicts(roll)["Đào"] == "absent", "whom she has reported for she may correct"

    monkeypatch.setattr(proxy, "CAPS", caps)
    await roll.thu.says("chị Lựu có mặt")
    assert "Lựu" in verdicts(roll)


async def test_it_is_nobody_elses_to_report(roll: Cast) -> None:
    an, binh = roll.an.member.id, roll.binh.member.id
    for person, ids in ((roll.an, binh), (roll.thu, binh), (roll.tam, an), (roll.ty, an)):
        await person.says(f"/proxy 1 {ids} present")
        assert "không thuộc đơn vị" in person.text, person.key
    await roll.thu.says(f"/proxy 1 {an} absent_unexcused")
    await roll.thu.says("/proxy 99 1 present")
    await roll.thu.says(f"/proxy_why 1 {an}", roll.k8)
    assert not any("Võ Thị An" in text for text in roll.k8.texts)
    assert evidence(roll) == []
    await roll.lan.says("chốt điểm danh")
    await roll.thu.says(f"/proxy 1 {an} present")
    assert "đã chốt" in roll.thu.text


@pytest.mark.parametrize(
    "words", ["chị Xuyến vắng", "con em nó có mặt ở trường", "ai vắng thì báo em", "An ơi"]
)
async def test_what_names_nobody_of_the_list_is_no_report(roll: Cast, words: str) -> None:
    await roll.thu.says(words)
    told = [text for text in roll.lan.texts if "báo giúp" in text]
    assert evidence(roll) == [] and told == []


async def test_the_leader_is_asked_to_confirm_a_sample(roll: Cast) -> None:
    add_members(roll, *[(f"Ngô Thị {name}", "Tổ 1") for name in ("Đào", "Mận", "Lựu", "Mai")])
    await roll.thu.says("chị Đào, chị Mận, chị Lựu, chị Mai có mặt")
    await roll.lan.says("bà Bình có mặt")
    await roll.lan.says("kết quả điểm danh")

    assert "Trong đó báo hộ: 5 (chi hội trưởng ghi 1, tổ trưởng ghi 4)" in roll.lan.text
    assert "xem lại giúp em 3 chị được báo hộ" in roll.lan.text
    await roll.lan.presses("Xem lại báo hộ (3)")
    first = [label for label in roll.lan.labels if label.startswith("✅")]
    assert len(first) == 3 and "tổ trưởng ghi" in roll.lan.text
    for _ in first[:2]:
        await roll.lan.says("kết quả điểm danh")
        await roll.lan.presses("Xem lại báo hộ")
        await roll.lan.presses(roll.lan.labels[0])
    await roll.lan.says("kết quả điểm danh")
    await roll.lan.presses("Xem lại báo hộ (1)")
    await roll.lan.presses("Chưa đúng")
    await roll.lan.presses("Vắng có phép")
    await roll.lan.presses("Ghi: vắng có phép")
    await roll.lan.says("kết quả điểm danh")

    assert "Trong đó báo hộ: 5 (chi hội trưởng ghi 4, tổ trưởng ghi 1)" in roll.lan.text
    assert not any("Xem lại báo hộ" in label for label in roll.lan.labels)
    assert len(evidence(roll)) == 8
    await roll.lan.says(f"/roll_sample {1}")
    assert "xem đủ" in roll.lan.text
    await roll.lan.says("chốt điểm danh")
    assert "Trong đó báo hộ: 5" in roll.lan.text


async def test_a_reason_said_with_one_name_is_kept(cast: Cast) -> None:
    await cast.lan.says("điểm danh")
    await cast.lan.says("bà Bình con bệnh xin vắng")
    assert "Đã ghi: Đặng Thị Bình, vắng có phép (con bệnh xin vắng)." in cast.lan.text
    await cast.lan.says("chị Cúc, chị Thu con bệnh xin vắng")
    assert "con bệnh" not in cast.lan.text


@pytest.mark.parametrize("channel", [SANDBOX, PLAIN])
async def test_names_may_be_tapped_instead_of_typed(roll: Cast, channel: str) -> None:
    thu = roll.thu
    thu.channel = channel
    add_members(roll, *[(f"Ngô Thị Hường {n}", "Tổ 1") for n in range(9)])
    await thu.says("báo hộ")
    assert "Còn 11 người chưa trả lời" in thu.text
    await picks(thu, "Đi trễ")
    assert "trang 1/2" in thu.text and "Phạm Thị Thu" not in thu.text
    await picks(thu, "Trang sau")
    await picks(thu, "Võ Thị An")
    assert verdicts(roll) == {"An": "late"}
    await picks(thu, "Câu khác")
    await picks(thu, "Vắng có phép")
    await picks(thu, "Trang sau")
    await picks(thu, "Trang trước")
    await picks(thu, "Hường 3")
    assert verdicts(roll) == {"An": "late", "3": "absent_excused"}
    if channel == SANDBOX:
        assert not any("Hường 3" in label for label in thu.labels[1:])
        await thu.presses("Bỏ: Ngô Thị Hường 3")
        assert verdicts(roll)["3"] == "unanswered"
        await thu.says("chị Hường 3 vắng")
    await thu.says("báo giúp")
    assert "Còn 9 người" in thu.text


async def test_whoever_answers_for_nobody_is_told_how_to(roll: Cast) -> None:
    await roll.an.says("/baoho")
    assert "/themnguoinha" in roll.an.text
    await roll.lan.says("chốt điểm danh")
    await roll.an.says("/baoho")
    assert "không có điểm danh nào đang mở" in roll.an.text
    await roll.thu.says("/proxy_list 1 present")
    assert "không thuộc đơn vị" in roll.thu.text


async def test_a_neighbour_names_no_more_than_the_cap(roll: Cast) -> None:
    names = [
        f"Ngô Thị {name}"
        for name in ["Đào", "Mận", "Lựu", "Cam", "Quýt", "Ổi", "Xoài", "Mít", "Bưởi"]
    ]
    add_members(roll, *[(name, "Tổ 3") for name in names])
    await roll.an.says(f"{', '.join(names)} vắng")
    assert "tối đa 8 chị" in roll.an.text
    assert not any("báo giúp" in text for text in roll.lan.texts)


async def test_what_the_leader_says_in_the_group_she_records_with_one_tap(roll: Cast) -> None:
    await roll.lan.says("chị Bình với bà Cúc vắng nha", roll.k8)
    assert evidence(roll) == []
    assert "Em nghe chị nói (họp)" in roll.lan.text
    await roll.lan.presses("Ghi: Đặng Thị Bình, vắng")
    assert evidence(roll) == [("Bình", "absent", "leader")]
