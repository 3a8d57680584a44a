"""A leader types names where she marks for others: never taken for an answer of her own."""

from __future__ import annotations

import pytest

from bot.channels.sandbox import PLAIN, SANDBOX
from handlers.rolls import by_name, hands
from handlers.rolls.dictation import Said, read
from storage.rolls import Status
from tests.cast import Cast, Player
from tests.rollcall import add_members, evidence, picks, verdicts


@pytest.fixture(params=[SANDBOX, PLAIN])
async def lan(cast: Cast, request: pytest.FixtureRequest) -> Player:
    """The leader, asked whom to mark, in a talk with buttons or with numbers only."""
    cast.lan.channel = request.param
    await cast.lan.says("điểm danh")
    await picks(cast.lan, "Ghi giúp")
    return cast.lan


async def test_a_bare_name_is_asked_what_of_her(cast: Cast, lan: Player) -> None:
    await lan.says("Bình")

    assert evidence(cast) == []
    assert "Ghi cho Đặng Thị Bình (1958, Tổ 2) thế nào ạ?" in lan.text
    await picks(lan, "Vắng có phép")
    assert verdicts(cast) == {"Bình": "absent_excused"}
    await lan.says("binh")
    await lan.says("đi trễ")

    assert verdicts(cast) == {"Bình": "late"}
    assert {who for who, _, _ in evidence(cast)} == {"Bình"}
    await picks(lan, "Hoàn tác")
    assert verdicts(cast) == {"Bình": "absent_excused"}


async def test_without_the_question_a_bare_name_still_is_no_answer_of_hers(cast: Cast) -> None:
    await cast.lan.says("điểm danh")
    await cast.lan.presses("Ghi giúp")
    await cast.passes(minutes=11)

    await cast.lan.says("Bình")
    assert "Ghi cho Đặng Thị Bình" in cast.lan.text
    await cast.lan.says("vắng")

    assert verdicts(cast) == {"Bình": "absent"}


async def test_twin_unless_names_are_looked_up_the_leader_herself_is_marked(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_name, "called", lambda *_args, **_more: None)
    cast.lan.channel = PLAIN
    await cast.lan.says("điểm danh")
    await picks(cast.lan, "Ghi giúp")
    await cast.passes(minutes=11)

    await cast.lan.says("Bình")
    await cast.lan.says("1")

    assert verdicts(cast) == {"Lan": "present"}


async def test_name_and_status_are_recorded_with_a_way_back(cast: Cast, lan: Player) -> None:
    await lan.says("Bình có mặt")
    assert "Đã ghi: Đặng Thị Bình, có mặt." in lan.text
    await lan.says("chị Cúc vắng không phép")

    assert verdicts(cast) == {"Bình": "present", "Cúc": "absent_unexcused"}
    await picks(lan, "Hoàn tác")
    assert verdicts(cast)["Cúc"] == "unanswered"


async def test_words_that_may_be_her_own_answer_are_asked_about(cast: Cast) -> None:
    """A name that few bear may be a word of hers; "em" is a name in the Delta, and the speaker."""
    add_members(cast, ("Trần Thị Út Em", "Tổ 1"), ("Trần Thị Sậy", "Tổ 1"))
    await cast.lan.says("điểm danh")

    await cast.lan.says("sậy bận việc xin vắng")
    assert evidence(cast) == []
    await cast.lan.says("em bận việc xin vắng")
    assert verdicts(cast) == {"Lan": "absent_excused"}
    await cast.lan.says("sậy bận việc xin vắng")
    await cast.lan.presses("Trần Thị Sậy")
    await cast.lan.says("chị Út Em đi trễ")
    assert verdicts(cast) == {"Lan": "absent_excused", "Sậy": "absent_excused", "Em": "late"}
    await cast.lan.says("em tới rồi")

    assert "Ghi có mặt cho ai ạ?" in cast.lan.text
    await cast.lan.presses("Cho chính chị")
    assert verdicts(cast)["Lan"] == "present"


async def test_names_for_the_status_chosen_first(cast: Cast, lan: Player) -> None:
    await picks(lan, "Đi trễ")

    await lan.says("Bình, chị Cúc")
    assert "Đã ghi: Đặng Thị Bình, Huỳnh Kim Cúc, đi trễ." in lan.text
    await lan.says("Thu có mặt")
    await lan.says("Võ Thị An nha em")
    await picks(lan, "Có mặt")

    assert verdicts(cast) == {"Bình": "late", "Cúc": "late", "Thu": "present", "An": "present"}


async def test_after_a_tap_in_the_list_a_name_may_be_typed(cast: Cast, lan: Player) -> None:
    await picks(lan, "Có mặt")
    await picks(lan, "Đặng Thị Bình")

    await lan.says("Cúc")

    assert verdicts(cast) == {"Bình": "present", "Cúc": "present"}


async def test_several_names_without_a_status(cast: Cast, lan: Player) -> None:
    await lan.says("Bình và Cúc")
    await picks(lan, "Có mặt")

    assert verdicts(cast) == {"Bình": "present", "Cúc": "present"}
    await picks(lan, "Hoàn tác")
    assert verdicts(cast) == {"Bình": "unanswered", "Cúc": "unanswered"}


async def test_a_name_of_several_people(cast: Cast, lan: Player) -> None:
    add_members(cast, ("Ngô Thị Bình", "Tổ 1"))

    await lan.says("Bình")
    await picks(lan, "Ngô Thị Bình (Tổ 1)")
    assert "Ghi cho Ngô Thị Bình (Tổ 1) thế nào ạ?" in lan.text
    await picks(lan, "Vắng không phép")
    await lan.says("cuc, binh co mat")
    assert "Mấy tên này em chưa chắc, chị chọn giúp em:\n• “cuc” có mặt\n• “binh” có" in lan.text
    await lan.says("1 và 2")

    assert [(who, status) for who, status, _ in evidence(cast)] == [
        ("Bình", "absent_unexcused"),
        ("Cúc", "present"),
        ("Bình", "present"),
    ]
    assert "Đã ghi: Huỳnh Kim Cúc, Đặng Thị Bình, có mặt." in lan.text


async def test_names_run_together_are_guessed_and_asked(cast: Cast, lan: Player) -> None:
    await lan.says("Bình Cúc vắng")

    assert evidence(cast) == []
    await lan.says("1, 2")
    assert verdicts(cast) == {"Bình": "absent", "Cúc": "absent"}


async def test_numbers_pick_names_from_the_list(cast: Cast, lan: Player) -> None:
    await picks(lan, "Vắng có phép")

    await lan.says("2, 3")
    assert verdicts(cast) == {"Bình": "absent_excused", "Cúc": "absent_excused"}
    await lan.says("25")
    assert "không thấy số 25" in lan.text
    await lan.says("Dung")

    assert verdicts(cast)["Dung"] == "absent_excused"
    assert len(evidence(cast)) == 3


async def test_who_is_not_listed_is_not_found_wherever_else_she_is(cast: Cast, lan: Player) -> None:
    for name in ("Bùi Thị Tám", "Xuyến", "chợ đông quá", "bà Năm vắng"):
        await lan.says(name)
        assert "Em không tìm thấy" in lan.text
        assert "trong danh sách Chi hội Khóm 8" in lan.text
    assert evidence(cast) == []

    await lan.says("Tám, Bình có mặt")
    assert "không tìm thấy “Tám”" in lan.text
    await lan.says("Cúc đi trễ")

    assert verdicts(cast) == {"Bình": "present", "Cúc": "late"}


async def test_a_status_alone_shows_the_names_and_herself(cast: Cast, lan: Player) -> None:
    await lan.says("vắng không phép")
    assert "Ghi vắng không phép cho ai ạ?" in lan.text
    await lan.says("có mặt")

    assert evidence(cast) == []
    assert "Ghi có mặt cho ai ạ?" in lan.text
    await picks(lan, "Cho chính chị")
    assert [(who, status) for who, status, _ in evidence(cast)] == [("Lan", "present")]


async def test_ways_out(cast: Cast, lan: Player) -> None:
    await lan.says("thôi")
    assert "bỏ qua" in lan.text
    await lan.says("kết quả điểm danh")
    await picks(lan, "Ghi giúp")
    await lan.says("xong rồi")
    assert "Chưa trả lời: 6" in lan.text
    await picks(lan, "Ghi giúp")
    await lan.says("👍")
    assert "Em không tìm thấy" in lan.text
    await lan.says("Bình có mặt " * 400)
    assert "Chị nhắn giúp em tên" in lan.text
    await lan.says("chốt điểm danh")

    assert "Danh sách đã chốt" in lan.text
    assert evidence(cast) == []


async def test_marking_in_a_roll_closed_meanwhile_offers_to_reopen_it(
    cast: Cast, lan: Player
) -> None:
    await lan.says("/chotdiemdanh")
    await lan.says("kết quả điểm danh")
    await cast.lan.says("/hand_named 1 - Bình")

    assert evidence(cast) == []
    assert "đã chốt" in lan.text
    await picks(lan, "Mở lại")
    await lan.says("Bình có mặt")
    assert verdicts(cast) == {"Bình": "present"}


async def test_her_own_words_and_the_leaders_differ(cast: Cast, lan: Player) -> None:
    await cast.binh.says("vắng")

    await lan.says("Bình, Cúc có mặt")

    assert "Đặng Thị Bình đã tự trả lời: vắng" in lan.text
    assert verdicts(cast) == {"Bình": "absent", "Cúc": "present"}
    await picks(lan, "Ghi: có mặt")
    assert verdicts(cast) == {"Bình": "present", "Cúc": "present"}


async def test_telling_of_another_is_no_reason(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.says("Cúc vắng")
    await cast.lan.presses("Ghi lý do")
    await cast.lan.says("bà Dung có mặt")
    assert verdicts(cast) == {"Cúc": "absent", "Dung": "present"}

    await cast.lan.presses("Ghi lý do")
    await cast.lan.says("con ốm")
    assert "con ốm" in cast.lan.text


async def test_a_file_is_no_name(cast: Cast) -> None:
    await cast.lan.says("điểm danh")
    await cast.lan.presses("Ghi giúp")

    await cast.lan.sends_file("ds.xlsx", b"PK", caption="Bình")

    assert "Em đã xoá tệp" in cast.lan.text
    assert evidence(cast) == []


async def test_another_leader_types_the_line_in_vain(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)

    for line in ("hand_named 1 - Bình", "hand_what 1 6 vắng", "hand_whom 1 6", "hand_named 1 x B"):
        await cast.sau.says(f"/{line}")
        assert "không thuộc đơn vị của chị" in cast.sau.text
    await cast.lan.says("/hand_named 1 unanswered Bình")
    assert "không thuộc đơn vị của chị" in cast.lan.text
    await cast.lan.says("/hand_named 1 present Bình", cast.k8)

    assert evidence(cast) == []
    assert "chỉ làm ở chỗ nhắn riêng" in cast.k8.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bà Bình có mặt", [("bà Bình", Status.PRESENT)]),
        ("chị Cúc, bà Năm với An vắng", [("chị Cúc+bà Năm+An", Status.ABSENT)]),
        ("vắng: Bình; Cúc", [("Bình+Cúc", Status.ABSENT)]),
        ("Thị Thu đi trễ.", [("Thị Thu", Status.LATE)]),
        ("ba binh online", [("ba binh", Status.PRESENT_ONLINE)]),
        ("ba Binh vang", [("ba Binh", Status.ABSENT)]),
        ("Bình có mặt, Cúc vắng", [("Bình", Status.PRESENT), ("Cúc", Status.ABSENT)]),
        ("vắng Bình, có mặt Cúc", [("Bình", Status.ABSENT), ("Cúc", Status.PRESENT)]),
        ("1. Bình\n2. Cúc", [("Bình+Cúc", None)]),
        ("Bình đi trễ, Cúc", [("Bình", Status.LATE), ("Cúc", None)]),
        ("Cúc, vắng Bình", [("Cúc", None), ("Bình", Status.ABSENT)]),
        ("vắng có phép", [("", Status.ABSENT_EXCUSED)]),
        ("Bình vang khong phep", [("Bình", Status.ABSENT_UNEXCUSED)]),
        (", có mặt", [("", Status.PRESENT)]),
        ("một " * 15 + "có mặt", [("một " * 15 + "có mặt", None)]),
        (",,", []),
        ("", []),
    ],
)
def test_dictation_is_read(text: str, said: list[tuple[str, Status | None]]) -> None:
    assert [("+".join(part.names), part.status) for part in read(text)] == said
    assert all(isinstance(part, Said) for part in read(text))


async def test_a_long_list_is_marked_and_taken_back_in_parts(cast: Cast, lan: Player) -> None:
    names = [f"Trần Thị Hường {n:02}" for n in range(24)]
    add_members(cast, *[(name, "Tổ 3") for name in names])
    before = len(lan.texts)

    await lan.says("có mặt: " + "\n".join(names))
    assert len(verdicts(cast)) == 24
    told = lan.texts[before:]
    assert len(told) == 2
    assert "Hường 00" in told[0]
    assert "Hường 23" in told[1]
    await picks(lan, "Hoàn tác")

    assert verdicts(cast)["00"] == "present"
    assert verdicts(cast)["23"] == "unanswered"
    await picks(lan, "Ghi tiếp")
    await lan.says(", ".join([*names, *names[:7]]) + " vắng")
    assert "tối đa 30 tên" in lan.text
    assert "absent" not in verdicts(cast).values()


async def test_twin_where_no_names_are_awaited_a_status_is_her_own_answer(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hands, "expects", lambda *_args: "")
    await cast.lan.says("điểm danh")
    await cast.lan.presses("Ghi giúp")

    await cast.lan.says("vắng")

    assert verdicts(cast) == {"Lan": "absent"}
