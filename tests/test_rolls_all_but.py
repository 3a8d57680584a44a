"""A leader tells of some by name and of all the others at once; she sees it before it counts."""

from __future__ import annotations

import pytest

from handlers.rolls.all_but import read
from storage import roll_lists
from storage.database import reading
from storage.rolls import Status
from tests.answering import roll_of, verdict
from tests.cast import Cast
from tests.rollcall import add_members

P, A = Status.PRESENT, Status.ABSENT


@pytest.mark.parametrize(
    ("said", "named", "rest"),
    [
        ("trừ bà Bình, chị Cúc còn lại có mặt", [("bà Bình", A), ("chị Cúc", A)], P),
        ("tru ba Binh va chi Cuc, con lai co mat het", [("ba Binh", A), ("chi Cuc", A)], P),
        ("Ngoại trừ: Bình, Cúc; tất cả còn lại đều có mặt ạ.", [("Bình", A), ("Cúc", A)], P),
        ("bà Bình vắng, chị Cúc đi trễ, còn lại có mặt đủ",
         [("bà Bình", A), ("chị Cúc", Status.LATE)], P),
        ("có mặt hết trừ chị Cúc", [("chị Cúc", A)], P),
        ("Có mặt đủ, trừ bà Bình", [("bà Bình", A)], P),
        ("đủ hết, chỉ trừ Cúc và Bình", [("Cúc", A), ("Bình", A)], P),
        ("chị Cúc có mặt, còn lại vắng", [("chị Cúc", P)], A),
        ("còn lại có mặt hết", [], P),
        ("tổ 2 đủ hết", [], P),
        ("mọi người đều có mặt đủ, trừ bà Bình", [("bà Bình", A)], P),
    ],
)  # fmt: skip
def test_what_she_says_is_understood(
    said: str, named: list[tuple[str, Status]], rest: Status
) -> None:
    found = read(said)
    assert found is not None
    assert (list(found.named), found.rest) == (named, rest)


@pytest.mark.parametrize(
    "said",
    [
        "có mặt",
        "bà Bình vắng",
        "còn lại bao nhiêu người",
        "trừ tiền điện",
        "còn lại tính sau",
        "",
        "tổ 2 có mặt",
        "mọi người có mặt chưa",
        "tổ 2 họp đủ thứ",
    ],
)
def test_other_talk_is_not_about_all_the_others(said: str) -> None:
    assert read(said) is None


async def test_she_sees_it_first_and_then_it_is_marked(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.thu.presses("Đi trễ", cast.k8)
    await cast.lan.says("trừ bà Bình, chị Cúc còn lại có mặt")

    assert "chưa ghi" in cast.lan.text
    assert "Vắng: Đặng Thị Bình" in cast.lan.text and "Huỳnh Kim Cúc" in cast.lan.text
    assert "Có mặt: 3 chị còn lại" in cast.lan.text
    assert "1 chị đã có câu trả lời, em giữ nguyên" in cast.lan.text
    assert verdict(cast, cast.binh) == ("", "")
    await cast.lan.presses("Đúng, ghi giúp")

    assert "Đã ghi 3 chị còn lại: có mặt" in cast.lan.text
    assert verdict(cast, cast.binh) == ("absent", "leader")
    assert verdict(cast, cast.dung) == ("present", "leader")
    assert verdict(cast, cast.thu) == ("late", "button")
    with reading(cast.engine) as session:
        assert roll_lists.silent(session, roll_of(cast)) == []


async def test_one_team_or_everybody_at_once(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.says("tổ 2 có mặt hết")
    assert "Có mặt: 3 chị Tổ 2" in cast.lan.text and "chưa ghi" in cast.lan.text
    add_members(cast, ("Lê Thị Cúc", "Tổ 1"))  # another one, in another tổ
    await cast.lan.says("to 2 co mat het, tru chi Cuc")
    assert "Vắng: Huỳnh Kim Cúc" in cast.lan.text
    assert "Có mặt: 2 chị còn lại của Tổ 2" in cast.lan.text
    await cast.lan.says("đúng")
    assert verdict(cast, cast.binh) == ("present", "leader")
    assert verdict(cast, cast.cuc) == ("absent", "leader")
    assert verdict(cast, cast.an) == ("", ""), "she is in another tổ"
    await cast.lan.says("mọi người có mặt đủ")
    assert "Có mặt: 4 chị còn lại" in cast.lan.text
    assert "Huỳnh Kim Cúc: vắng" in cast.lan.text
    await cast.lan.says("tổ 9 có mặt hết")
    assert "chưa ghi" not in cast.lan.text
    await cast.thu.says("tổ 1 có mặt hết")
    assert "Báo giúp: Chi hội Khóm 8" in cast.thu.text
    assert verdict(cast, cast.an) == ("", "")


async def test_her_yes_in_words_will_do_and_other_words_are_heard_anew(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.says("có mặt đủ, trừ bà Bình")
    await cast.lan.says("trừ bà Bình và chị Cúc, còn lại có mặt")
    assert "Huỳnh Kim Cúc" in cast.lan.text and "4 chị còn lại" in cast.lan.text
    await cast.lan.says("đúng rồi")
    assert verdict(cast, cast.cuc) == ("absent", "leader")
    assert verdict(cast, cast.an) == ("present", "leader")


async def test_who_has_excused_herself_is_not_overruled_by_all_the_others(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.binh.says("bận đám giỗ xin vắng", cast.k8)
    await cast.cuc.presses("Xin phép vắng", cast.k8)
    await cast.thu.presses("Có mặt", cast.k8)
    await cast.lan.says("trừ bà Bình và chị Thu, còn lại có mặt")

    assert "Vắng: Phạm Thị Thu" in cast.lan.text
    assert "2 chị đã có câu trả lời, em giữ nguyên:" in cast.lan.text
    assert "Đặng Thị Bình: vắng có phép" in cast.lan.text
    assert "Huỳnh Kim Cúc: vắng có phép" in cast.lan.text
    assert "Phạm Thị Thu trước đó: có mặt. Ghi xong, em hỏi lại chị" in cast.lan.text
    await cast.lan.presses("Đúng, ghi giúp")
    assert verdict(cast, cast.binh) == ("absent_excused", "words")
    assert verdict(cast, cast.cuc) == ("absent_excused", "button")
    assert verdict(cast, cast.thu) == ("present", "button")
    await cast.lan.presses("Giữ: có mặt")
    assert verdict(cast, cast.thu) == ("present", "leader")

    await cast.lan.says("bà Bình không phép, còn lại có mặt")
    assert "Đặng Thị Bình trước đó: vắng có phép" in cast.lan.text, "what she says is said"


async def test_no_name_is_guessed_and_nothing_is_marked_meanwhile(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.says("trừ bà Nở, còn lại có mặt")
    assert "Em chưa rõ “bà Nở” là ai nên chưa ghi gì" in cast.lan.text
    await cast.lan.says("trừ bà Bình, còn lại có mặt")
    await cast.lan.presses("Chưa đúng")
    await cast.lan.says(f"/hand_rest {roll_of(cast).id}")
    assert "chưa ghi gì" in cast.lan.text
    assert verdict(cast, cast.an) == ("", "")


async def test_with_two_lists_open_she_is_asked_which(cast: Cast) -> None:
    await cast.hoa.says("/diemdanh P5-K8")
    await cast.hoa.says("/diemdanh P5-K1")
    await cast.hoa.says("trừ bà Bình, còn lại có mặt")
    assert "Chị đang mở mấy điểm danh" in cast.hoa.text
    assert verdict(cast, cast.binh) == ("", "")
