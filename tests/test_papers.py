"""Sheets on paper: printed by tổ, signed in the hall, typed in again by the numbers of rows."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from sqlmodel import select

from bot.channels.sandbox import PLAIN
from storage import accounts
from storage.blobs import Blob
from storage.database import begin
from storage.members import MemberStatus
from storage.rolls import RollStep
from tests.cast import Cast, Player
from tests.rollcall import add_members, evidence, verdicts


def printed(cast: Cast) -> list[list[str]]:
    """The words on each page of the PDF printed last."""
    with cast.session() as session:
        blob = session.exec(select(Blob).order_by(Blob.id.desc())).first()  # type: ignore[union-attr]
        assert blob is not None
        pages = pypdf.PdfReader(io.BytesIO(blob.content)).pages
        return [page.extract_text().splitlines() for page in pages]


@pytest.fixture
async def lan(cast: Cast) -> Player:
    """The leader of Khóm 8, with a roll open and its sheets printed."""
    await cast.lan.says("điểm danh họp tháng 11")
    await cast.lan.says("phiếu điểm danh")
    return cast.lan


async def test_one_sheet_for_each_team_sorted_by_given_name(cast: Cast, lan: Player) -> None:
    assert "Phiếu 1: Tổ 1, 3 chị" in lan.text and "Phiếu 2: Tổ 2, 3 chị" in lan.text
    assert "2 trang A4" in lan.text
    assert lan.private.last.file_name == "phieu-diem-danh_P5-K8_2026-11-16.pdf"

    first, second = (" ".join(words) for words in printed(cast))
    assert "PHIẾU ĐIỂM DANH Tổ 1 – họp tháng 11" in first
    assert "Hội LHPN Phường 5 Chi hội Khóm 8" in first
    assert "Ngày 16/11/2026" in first and "Phiếu 1" in first
    assert "1 Võ Thị An 1980 2 Nguyễn Thị Lan 1968 3 Phạm Thị Thu 1972" in first
    assert "1 Đặng Thị Bình 1958 2 Huỳnh Kim Cúc 1990 3 Lý Thị Dung 1949" in second
    assert "phiếu 2 vắng 3, 7, 12" in second


async def test_what_is_typed_is_shown_by_names_before_it_is_written(
    cast: Cast, lan: Player
) -> None:
    await lan.says("phiếu 2 vắng 3")

    assert evidence(cast) == []
    assert "chưa ghi" in lan.text
    assert "Có mặt (2)\n1. Đặng Thị Bình, 2. Huỳnh Kim Cúc" in lan.text
    assert "Vắng (1)\n3. Lý Thị Dung" in lan.text
    await lan.presses("Đúng, ghi giúp")

    assert verdicts(cast) == {"Bình": "present", "Cúc": "present", "Dung": "absent"}
    assert {source for _, _, source in evidence(cast)} == {"paper"}
    assert "Đã ghi từ phiếu 2: 3 chị." in lan.text and "Chưa trả lời: 3" in lan.text
    assert "✅ Có mặt: 2" in cast.k8.text and "Bình" not in "".join(cast.k8.texts)
    with cast.session() as session:
        assert "paper 2" in session.exec(select(RollStep.what)).all()


async def test_a_long_title_stands_there_whole(cast: Cast) -> None:
    title = "Họp chi hội tháng 11 về chuyển đổi số và vay vốn"
    await cast.lan.says(f"/diemdanh {title}", cast.k8)
    await cast.lan.says("phiếu điểm danh")
    assert f"Tổ 1 – {title}" in " ".join(printed(cast)[0])


async def test_the_same_sheet_twice_adds_nothing(cast: Cast, lan: Player) -> None:
    await lan.says("phiếu 2 có mặt trừ 3")
    await lan.presses("Đúng, ghi giúp")
    await lan.says("bà Bình vắng")
    await lan.presses("Ghi: vắng")
    marks = evidence(cast)

    await lan.says("phiếu 2 co mat 1 2")
    assert "3 chị đã ghi đúng vậy từ phiếu lần trước" in lan.text
    await lan.says("đúng")

    assert "Phiếu 2 đã ghi đúng vậy từ trước" in lan.text
    assert evidence(cast) == marks
    assert verdicts(cast)["Bình"] == "absent", "the leader's hand stays above the sheet"


async def test_a_slip_is_put_right_by_typing_the_sheet_again(cast: Cast, lan: Player) -> None:
    await lan.says("phiếu 2 vắng 3")
    await lan.says("đúng")
    await lan.says("phiếu 2 vắng 2")
    await lan.says("đúng rồi")

    assert verdicts(cast) == {"Bình": "present", "Cúc": "absent", "Dung": "present"}


async def test_rows_stay_whose_they_were_when_printed(cast: Cast, lan: Player) -> None:
    """Without the kept rows, number 1 would by now be somebody else."""
    add_members(cast, ("Ngô Thị Ánh", "Tổ 2"))
    with begin(cast.engine) as session:
        cuc = cast.cuc.member
        cuc.team = "Tổ 1"
        session.add(cuc)

    await lan.says("phiếu 2 vắng 1")

    assert "Vắng (1)\n1. Đặng Thị Bình" in lan.text
    assert "Ánh" not in lan.text


async def test_who_has_left_or_is_away_is_left_out(cast: Cast, lan: Player) -> None:
    with begin(cast.engine) as session:
        for player, status in ((cast.cuc, MemberStatus.LEFT), (cast.dung, MemberStatus.AWAY)):
            member = player.member
            member.status = status
            session.add(member)

    await lan.says("phiếu 2 vắng 2 3")
    assert "nay không còn trong danh sách: 2. Huỳnh Kim Cúc, 3. Lý Thị Dung" in lan.text
    await lan.presses("Đúng, ghi giúp")

    assert verdicts(cast) == {"Bình": "present"}


async def test_an_empty_row_never_speaks_against_her_own_word(cast: Cast, lan: Player) -> None:
    await cast.cuc.says("trực tuyến")
    await cast.binh.says("bận việc xin vắng")

    await lan.says("phiếu 2 có mặt 1, 3")
    assert "Huỳnh Kim Cúc: trực tuyến, tự nhắn chữ; trên phiếu vắng" in lan.text
    assert "Đặng Thị Bình: vắng có phép, tự nhắn chữ; trên phiếu có mặt" in lan.text
    await lan.presses("Đúng, ghi giúp")

    assert verdicts(cast)["Cúc"] == "present_online", "she is not in the hall, and not away"
    assert verdicts(cast)["Bình"] == "present", "she signed in the hall"
    await lan.says("kết quả điểm danh")
    assert "1 chị có câu trả lời khác nhau" in lan.text
    await lan.presses("Câu trả lời khác nhau")
    assert "Huỳnh Kim Cúc" in lan.text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("vắng 9", "Phiếu 2 chỉ có số 1 đến 3, không có số 9"),
        ("vắng 1, có mặt 1", "Số 1 chị nói hai cách khác nhau"),
        ("vắng 1, có mặt 2", "Còn số 3 chưa biết"),
        ("1 3", "Mấy số đó có mặt hay vắng"),
        ("chắc vậy", "Em chưa rõ câu ấy"),
    ],
)
async def test_what_is_unclear_is_asked_again(
    cast: Cast, lan: Player, words: str, said: str
) -> None:
    await lan.says(f"phiếu 2 {words}")
    assert said in lan.text

    await lan.says("vắng 3")
    assert "Vắng (1)\n3. Lý Thị Dung" in lan.text
    assert evidence(cast) == []


async def test_what_she_agrees_to_is_what_she_saw(cast: Cast, lan: Player) -> None:
    await lan.says("phiếu 2 vắng 3")
    seen = lan.private.last
    await lan.says("phiếu 2 vắng 1")
    label = next(label for label in seen.labels if "Đúng" in label)
    await cast.channels[lan.channel].press("lan", seen, label)
    await cast.settle()

    assert evidence(cast) == []
    assert "Vắng (1)\n1. Đặng Thị Bình" in lan.text


async def test_the_code_on_the_sheet_leads_to_its_rows(cast: Cast, lan: Player) -> None:
    await lan.says("/start phieu_2")
    assert "Phiếu 2, Chi hội Khóm 8, Tổ 2: 3 chị." in lan.text
    await lan.presses("Có mặt đủ")
    await lan.presses("Đúng, ghi giúp")
    assert set(verdicts(cast).values()) == {"present"}

    await cast.an.says("/start phieu_2")
    assert "không thuộc đơn vị của chị" in cast.an.text


async def test_the_head_of_a_team_prints_and_types_in_her_own(cast: Cast, lan: Player) -> None:
    await cast.thu.says("/phieu")
    assert "Tổ 1, 3 chị" in cast.thu.text and "Tổ 2" not in cast.thu.text
    await cast.thu.says("phiếu 1 vắng 1")
    await cast.thu.presses("Đúng, ghi giúp")
    assert verdicts(cast) == {"An": "absent", "Lan": "present", "Thu": "present"}

    await cast.thu.says("/phieu 2 vắng 1")
    assert "không thuộc đơn vị của chị" in cast.thu.text


async def test_only_one_team_or_none_of_that_name(cast: Cast) -> None:
    await cast.lan.says("phiếu điểm danh tổ 2")
    assert "Phiếu 1: Tổ 2" in cast.lan.text and "Tổ 1" not in cast.lan.text
    assert "Hiện chưa có điểm danh nào đang mở" in cast.lan.text
    await cast.lan.says("/phieu tổ 9")
    assert "không thấy tổ “tổ 9”" in cast.lan.text


async def test_who_is_in_no_team_yet_has_a_sheet_that_says_so(cast: Cast) -> None:
    add_members(cast, ("Trần Thị Sen", ""))
    await cast.lan.says("phiếu điểm danh")

    assert ": chưa rõ tổ, 1 chị" in cast.lan.text
    assert [" ".join(words) for words in printed(cast) if "Chưa rõ tổ" in words]


async def test_a_long_list_goes_on_with_its_numbers_on_the_next_page(cast: Cast) -> None:
    add_members(cast, *[(f"Trần Thị Hường {n:02}", "Tổ 10") for n in range(30)])
    await cast.lan.says("/phieu tổ 10")

    first, second = (" ".join(words) for words in printed(cast))
    assert "Phiếu 1 · tờ 1/2" in first and "Phiếu 1 · tờ 2/2" in second
    assert re.search(r"\b15 Trần Thị Hường 14\b", first)
    assert re.search(r"\b16 Trần Thị Hường 15\b", second) and "30 Trần Thị Hường 29" in second
    assert "Có mặt: …" in second and "/ 30" in second


async def test_without_an_open_roll_it_says_what_to_do(cast: Cast) -> None:
    await cast.lan.says("/phieu")
    await cast.lan.says("phiếu 1 vắng 1")
    assert "chưa có điểm danh nào đang mở" in cast.lan.text
    await cast.lan.presses("Mở điểm danh")
    await cast.lan.says("phiếu 1 vắng 1")
    await cast.lan.presses("Đúng, ghi giúp")
    assert verdicts(cast)["An"] == "absent"

    await cast.lan.says("chốt điểm danh")
    await cast.lan.says("phiếu 1 vắng 2")
    assert "Điểm danh của phiếu này đã chốt" in cast.lan.text
    assert cast.lan.labels == ["🔓 Mở lại"]
    await cast.thu.says("phiếu 1 vắng 2")
    assert "Chị nhờ chi hội trưởng chọn Mở lại" in cast.thu.text


async def test_names_never_come_into_a_group(cast: Cast, lan: Player) -> None:
    before = len(cast.k8.texts)
    await lan.says("/phieu", cast.k8)
    assert lan.private.last.file_name
    await lan.says("/phieu 2 vắng 1", cast.k8)
    assert "chỉ nhập ở chỗ nhắn riêng" in cast.k8.text
    await lan.says("phiếu 2 vắng 1", cast.k8)
    assert len(cast.k8.texts) == before + 1
    assert not any("Bình" in text for text in cast.k8.texts)

    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:sau")
        assert account is not None
        account.private_chat = ""
        session.add(account)
    await cast.sau.says("/phieu", cast.k1)
    assert "em chỉ gửi riêng" in cast.k1.text


async def test_where_there_are_no_people_there_is_no_sheet(cast: Cast) -> None:
    with begin(cast.engine) as session:
        for player in (cast.sau, cast.tam):
            member = player.member
            member.status = MemberStatus.AWAY
            session.add(member)
    await cast.sau.says("/phieu")
    assert "chưa có ai trong danh sách" in cast.sau.text


async def test_it_works_by_numbers_where_there_are_no_buttons(cast: Cast) -> None:
    cast.lan.channel = PLAIN
    await cast.lan.says("điểm danh")
    await cast.lan.says("phiếu điểm danh")
    await cast.lan.says("phiếu 2 vắng 3")
    await cast.lan.says("1")

    assert verdicts(cast)["Dung"] == "absent"


async def test_an_officer_is_asked_which_branch(cast: Cast) -> None:
    await cast.hoa.says("/phieu")
    assert cast.hoa.labels == ["Chi hội Khóm 1", "Chi hội Khóm 8"]
    await cast.hoa.presses("Khóm 8")
    assert "Phiếu 2: Tổ 2, 3 chị" in cast.hoa.text


async def test_where_a_channel_takes_no_files_there_is_the_page(cast: Cast) -> None:
    cast.lan.channel = PLAIN
    await cast.lan.says("/phieu")
    assert "/phieu/" in cast.lan.text and "chưa gửi được tệp" not in cast.lan.text

    cast.app.dispatcher.public_url = ""
    await cast.lan.says("/phieu")
    assert "chưa gửi được tệp" in cast.lan.text


async def test_rows_alone_are_of_the_sheet_she_has_and_never_her_own_answer(cast: Cast) -> None:
    await cast.lan.says("/diemdanh họp", cast.k8)
    await cast.lan.says("vắng 2")
    assert evidence(cast) == []
    await cast.lan.says("phiếu điểm danh")
    await cast.thu.says("vắng 1, 3")
    assert "Phiếu 1, Tổ 1: chị xem giúp em (chưa ghi)" in cast.thu.text
    await cast.lan.says("có mặt trừ 1 3.")
    assert "của phiếu nào ạ" in cast.lan.text
    await cast.lan.presses("Phiếu 2: Tổ 2")
    assert "Phiếu 2, Tổ 2" in cast.lan.text and "2. Huỳnh Kim Cúc" in cast.lan.text
    await cast.lan.presses("Đúng, ghi giúp")
    assert ("Cúc", "present", "paper") in evidence(cast)
    await cast.an.says("vắng 2")
    assert "An" not in {name for name, *_ in evidence(cast)}
