"""What came of a survey: counts by unit, pictures, the workbook, and who may see how much."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlmodel import select

from bot.channels.sandbox import PLAIN
from handlers.surveys.figures import FEWEST, Results, Tree
from handlers.surveys.forms import Question, QuestionKind, SurveyForm
from storage.blobs import Blob
from storage.survey_answers import SurveyCount
from storage.surveys import Survey
from storage.units import Unit
from tests.cast import Cast, Player
from tests.surveys_scenes import THREE, YES_NO, sends

START = "Trả lời riêng"


async def answers(player: Player, first: str, *more: str) -> None:
    """In private: the first by press, the others in words."""
    await player.says("/start s-1")
    await player.presses(first)
    for words in more:
        await player.says(words)


async def asks_ward(cast: Cast, form: str, *, secret: bool = False) -> None:
    """Hoa asks both branches of her ward."""
    await cast.hoa.says(form)
    await cast.hoa.presses("Không có hạn")
    await cast.hoa.presses("Kín:" if secret else "Có tên:")
    await cast.hoa.presses("Tất cả")
    await cast.hoa.presses("📨 Gửi")
    await cast.passes(seconds=20)


def sheets(cast: Cast) -> dict[str, list[list[Any]]]:
    """The newest workbook the bot made."""
    with cast.session() as session:
        blobs = session.exec(select(Blob).where(Blob.name.endswith(".xlsx"))).all()
    book = CalamineWorkbook.from_filelike(io.BytesIO(blobs[-1].content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


async def test_a_leader_sees_counts_pictures_and_a_workbook_with_names(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    await answers(cast.an, "Có", "1, 3", "=1+1")
    await answers(cast.binh, "Không", "bỏ qua")
    await cast.lan.says("kết quả")

    assert "2/6" in cast.lan.text
    assert "• Có: 1" in cast.lan.text
    assert "• Mua bán: 1" in cast.lan.text
    assert "– =1+1" in cast.lan.text
    pictures = [m.file_name for m in cast.lan.private.bot if m.file_name]
    assert pictures == ["ket-qua.png", "ket-qua.png"]

    await cast.lan.presses("Tải bảng")
    book = sheets(cast)
    assert list(book) == ["Tổng hợp", "Ý kiến ghi", "Từng người"]
    people = {row[0]: row[4:] for row in book["Từng người"] if len(row) > 4}
    assert people["Võ Thị An"] == ["Có", "Dịch vụ công; Mua bán", "=1+1"]
    assert people["Đặng Thị Bình"] == ["Không", "", "(bỏ qua)"]
    assert people["Lý Thị Dung"] == ["", "", ""]
    assert "chuyển vào nhóm" in cast.lan.text


async def test_who_has_not_answered_is_told_to_her_leader_alone(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.an.presses("Có", cast.k8)
    await cast.lan.says("khảo sát")
    await cast.lan.presses("Đi chợ phiên")
    await cast.lan.presses("Ai chưa trả lời")
    assert "Lý Thị Dung (Tổ 2)" in cast.lan.text
    assert "Võ Thị An" not in cast.lan.text

    await cast.hoa.says("/survey_silent 1")
    assert "không cho xem tên" in cast.hoa.text
    await cast.sau.says("/survey_silent 1")
    assert "không tìm thấy" in cast.sau.text


async def test_an_officer_sees_units_and_a_leader_her_own(cast: Cast) -> None:
    await asks_ward(cast, YES_NO)
    for key in ("an", "binh", "cuc"):
        await cast.players[key].presses("Có", cast.k8)
    await cast.tam.presses("Không", cast.k1)

    await cast.hoa.says("kết quả")
    assert "4/8" in cast.hoa.text
    assert "Có: 3" in cast.hoa.text
    await cast.hoa.presses("Câu 1")
    assert "Chi hội Khóm 8: Có 3; Không 0" in cast.hoa.text
    assert "Chi hội Khóm 1: Có 0; Không 1" in cast.hoa.text

    await cast.sau.says("kết quả")
    assert "Chi hội Khóm 1" in cast.sau.text
    assert "1/2" in cast.sau.text
    assert "Không: 1" in cast.sau.text
    await cast.sau.says("/survey_result 1 2 0")
    assert "không tìm thấy" in cast.sau.text
    await cast.sau.says("/survey_sheet 1")
    assert list(sheets(cast)) == ["Tổng hợp"]
    await cast.hoa.presses("Tải bảng")
    rows = [row for row in sheets(cast)["Theo đơn vị"] if "Có" in row]
    assert [row[:3] for row in rows] == [["Chi hội Khóm 1", 2.0, 1.0], ["Chi hội Khóm 8", 6.0, 3.0]]

    await cast.mai.says("kết quả")
    assert "4/8" in cast.mai.text
    await cast.mai.says("/survey_sheet 1")
    assert "Từng người" not in sheets(cast)
    await cast.nga.says("/ketqua 1")
    assert "không tìm thấy" in cast.nga.text


async def test_ballots_of_a_small_unit_are_added_to_the_others(cast: Cast) -> None:
    await asks_ward(cast, YES_NO, secret=True)
    for key in ("an", "binh", "cuc", "thu", "lan"):
        await cast.players[key].presses("Có", cast.k8)
    await cast.tam.presses("Không", cast.k1)
    await cast.hoa.says("/survey_close 1 yes")

    await cast.hoa.says("kết quả")
    assert "Có: 5" in cast.hoa.text
    await cast.hoa.presses("Câu 1")
    assert "Khóm 8" not in cast.hoa.text
    assert "gộp" in cast.hoa.text
    await cast.sau.says("kết quả")
    assert "chưa đủ 5 phiếu" in cast.sau.text
    await cast.lan.says("kết quả")
    assert "chưa đủ 5 phiếu" in cast.lan.text


async def test_results_go_to_the_groups_as_counts_when_the_leader_says_so(cast: Cast) -> None:
    plain = cast.add_room("p8", "CH Khóm 8 B", unit="P5-K8", channel=PLAIN)
    await sends(cast.lan, THREE)
    await answers(cast.an, "Có", "1", "riêng tư")
    await cast.lan.says("kết quả")
    await cast.lan.presses("Đăng vào nhóm")

    for room in (cast.k8, plain):
        assert "Kết quả khảo sát" in room.text
        assert "Có: 1" in room.text
        assert "riêng tư" not in room.text


async def test_in_a_group_results_show_no_words(cast: Cast) -> None:
    await sends(cast.lan, THREE)
    await answers(cast.an, "Không", "riêng tư")
    await cast.lan.says("/ketqua", cast.k8)

    assert "1 câu trả lời" in cast.k8.text
    assert "riêng tư" not in cast.k8.text


async def test_without_a_survey_there_is_nothing_to_see(cast: Cast) -> None:
    await cast.lan.says("kết quả")
    assert "Chưa có khảo sát nào" in cast.lan.text
    await cast.an.says("/ketqua")
    assert "Chưa có khảo sát nào" in cast.an.text


async def test_several_surveys_are_chosen_from(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await sends(cast.lan, THREE)
    await cast.lan.says("kết quả")
    await cast.lan.presses("Đi chợ phiên")

    assert "0/6" in cast.lan.text
    assert cast.lan.private.last.file_name == "ket-qua.png"


async def test_one_picture_is_kept_once_for_all_groups(cast: Cast) -> None:
    await asks_ward(cast, YES_NO)
    await cast.hoa.says("kết quả")
    await cast.hoa.presses("Đăng vào nhóm")

    assert cast.k8.last.file_name == cast.k1.last.file_name == "ket-qua.png"
    with cast.session() as session:
        assert len(session.exec(select(Blob)).all()) == 1


async def test_a_members_own_page_lists_her_surveys(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await sends(cast.lan, THREE, secret=True)
    await cast.an.says("/cuatoi")
    assert "Đi chợ phiên: chưa trả lời" in cast.an.text
    await cast.an.presses("Trả lời: Đi chợ phiên")
    await cast.an.presses("Có")
    await cast.an.says("khảo sát")
    await cast.an.presses("Nhu cầu học")
    await cast.an.presses("Không")
    await cast.an.says("/cuatoi")
    assert "Đi chợ phiên: đã trả lời" in cast.an.text
    assert "đang trả lời dở" in cast.an.text
    await cast.an.presses("Trả lời tiếp")
    await cast.an.says("x1")
    await cast.an.presses("Gửi phiếu kín")
    await cast.an.says("/cuatoi")
    assert "đã gửi phiếu kín" in cast.an.text
    assert not any("Nhu cầu" in label for label in cast.an.labels)


ballots = st.lists(st.integers(0, 9), min_size=3, max_size=3)


@settings(max_examples=40)
@given(ballots)
def test_every_view_of_ballots_rests_on_five(numbers: list[int]) -> None:
    """Down a tree of two levels, whatever can be seen or subtracted rests on five or on none."""
    results = Results.__new__(Results)
    tree = {1: [2, 3], 2: [4, 5], 3: [6]}
    leaves = dict(zip((4, 5, 6), numbers, strict=True))
    fake_results(results, tree, leaves)

    total = results.of(1, 0)
    assert (total is not None) == (sum(numbers) >= FEWEST)
    if total is None:
        return
    for unit in (1, 2, 3):
        if results.of(unit, 0) is None:
            continue
        parts = [part.figures.answered for part in results.parts(unit, 0)]
        rest = sum(leaves[leaf] for leaf in results.inside(unit) if leaf in leaves) - sum(parts)
        assert all(size >= FEWEST for size in parts)
        assert rest == 0 or rest >= FEWEST or not parts


def fake_results(results: Results, tree: dict[int, list[int]], leaves: dict[int, int]) -> None:
    """Results of one yes-or-no question, without a database."""
    results.at_least = FEWEST
    results.form = SurveyForm("x", (Question("x?", QuestionKind.YES_NO),), anonymous=True)
    results._counts = {(leaf, 0): Counter({"1": size}) for leaf, size in leaves.items()}
    results.tree = Tree(
        1,
        {
            above: [Unit(id=child, code=f"U{child}", name=f"U{child}", kind="x") for child in below]
            for above, below in tree.items()
        },
    )


async def test_counters_hold_exactly_what_was_cast(cast: Cast) -> None:
    await asks_ward(cast, YES_NO, secret=True)
    for key, label in (("an", "Có"), ("binh", "Không"), ("cuc", "Có")):
        await cast.players[key].presses(label, cast.k8)
    await cast.tam.presses("Có", cast.k1)
    with cast.session() as session:
        survey = session.exec(select(Survey)).one()
        found = session.exec(select(SurveyCount).where(SurveyCount.survey_id == survey.id)).all()
        k1 = cast.unit("P5-K1").id

    assert sum(row.number for row in found) == 4
    assert {row.value: row.number for row in found if row.unit_id == k1} == {"1": 1, "0": 0}


@pytest.mark.slow
@pytest.mark.sqlite
async def test_the_city_goes_down_ward_by_ward(cast: Cast) -> None:
    await cast.mai.says(YES_NO)
    await cast.mai.presses("Không có hạn")
    await cast.mai.presses("Có tên:")
    await cast.mai.presses("Tất cả: Hội LHPN thành phố")
    await cast.mai.presses("📨 Gửi")
    await cast.passes(seconds=20)
    await cast.an.presses("Có", cast.k8)
    await cast.tam.presses("Không", cast.k1)

    await cast.mai.says("kết quả")
    await cast.mai.presses("Câu 1")
    assert "Hội LHPN Phường 5: Có 1; Không 1" in cast.mai.text
    await cast.mai.presses("▸ Hội LHPN Phường 5")
    assert "Chi hội Khóm 1: Có 0; Không 1" in cast.mai.text
    await cast.mai.says("/survey_manage 1")
    assert "Chi hội Khóm 1: 1/2" in cast.mai.text

    await cast.hoa.says("kết quả")
    assert "Hội LHPN Phường 5" in cast.hoa.text
    assert "2/8" in cast.hoa.text
    await cast.mai.says("/survey_sheet 1")
    names = [row[0] for row in sheets(cast)["Theo đơn vị"] if "Có" in row]
    assert names == ["Hội LHPN Phường 5", "    Chi hội Khóm 1", "    Chi hội Khóm 8"]


async def test_the_workbook_of_ballots_says_what_it_leaves_out(cast: Cast) -> None:
    form = "Khảo sát: Góp ý\n1. Chị hài lòng không? (có/không) *\n2. Vì sao?"
    await cast.lan.says(form)
    await cast.lan.says("17 giờ ngày 17/11/2026")
    await cast.lan.presses("Kín:")
    await cast.lan.presses("📨 Gửi")
    for number, key in enumerate(("an", "binh", "cuc", "thu", "lan")):
        await answers(cast.players[key], "Có", f"ý {number}" if number else "bỏ qua")
        await cast.players[key].presses("Gửi phiếu kín")
    await cast.passes(days=1, hours=9)
    await cast.lan.says("/survey_sheet 1")

    book = sheets(cast)
    assert list(book) == ["Tổng hợp"]
    rows = [row[2:4] for row in book["Tổng hợp"] if row[0] in {1.0, 2.0}]
    assert rows == [["Có", 5.0], ["Không", 0.0], ["chưa đủ 5 phiếu", ""]]
    assert any("Khảo sát kín" in str(row[0]) for row in book["Tổng hợp"])
    await cast.lan.says("/survey_result 1 4 1")
    assert "không để lộ" in cast.lan.text or "để không lộ" in cast.lan.text


async def test_words_alone_are_nothing_for_the_groups(cast: Cast) -> None:
    await sends(cast.lan, "Khảo sát: Góp ý\n1. Chị góp ý gì?")
    await answers(cast.an, "Bỏ qua")
    await cast.binh.says("/start s-1")
    await cast.binh.says("mở lớp may")
    await cast.lan.says("kết quả")
    assert "– mở lớp may" in cast.lan.text
    await cast.lan.presses("Đăng vào nhóm")
    assert "Chưa có con số nào" in cast.lan.toast


async def test_lines_a_leader_might_forge_are_refused(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.lan.says(THREE)
    for line in (
        "survey_result 1 4 9",
        "survey_result 1 999 0",
        "survey_result 1",
        "results x",
        "survey_put 2 nothing - x",
        "survey_put 2 kind 9 yes_no",
        "survey_put 2 options 3 a;b",
        "survey_put 2 required 3 yes",
        "survey_put 2 scope 1 1",
        "survey_edit 2 nothing -",
        "survey_edit 2 text 9",
        "survey_within 2 1 999",
        "survey_question 2 9",
        "survey_skip 2 0 1 0",
        "survey_remove 2 -1",
        "survey_manage 2",
    ):
        await cast.lan.says(f"/{line}")
        assert "không tìm thấy" in cast.lan.text, line
