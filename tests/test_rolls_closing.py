"""Closing a roll: the list, frozen figures, late answers, reopening."""

from __future__ import annotations

import io
from datetime import datetime

import python_calamine

from bot.channels.platform import Message
from bot.channels.sandbox import SANDBOX
from storage import roll_steps
from storage.database import begin
from storage.members import MemberStatus, Role, RoleKind
from tests.cast import Cast
from tests.rollcall import add_members, evidence, rolls, verdicts


def sheet(cast: Cast, message: Message) -> list[list[object]]:
    """The rows of a workbook the bot sent."""
    found = cast.platform.file(message.id)
    assert found is not None
    book = python_calamine.load_workbook(io.BytesIO(found[2]))
    return list(book.get_sheet_by_index(0).to_python())  # type: ignore[arg-type]


async def test_closing_makes_nobody_absent_and_sends_the_list(cast: Cast) -> None:
    await cast.lan.says("/diemdanh =họp", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    await cast.lan.says("bà Bình vắng không phép")
    await cast.passes(minutes=1)

    await cast.lan.presses("Chốt")

    assert "em không ghi vắng" in cast.lan.text
    assert verdicts(cast) == {
        "An": "present",
        "Bình": "absent_unexcused",
        "Cúc": "unanswered",
        "Dung": "unanswered",
        "Lan": "unanswered",
        "Thu": "unanswered",
    }
    assert "Đã chốt lúc 8 giờ 01, thứ hai 16/11/2026" in cast.k8.text
    assert cast.k8.last.labels == []
    listed = cast.lan.private.last
    assert listed.file_name == "diem-danh_P5-K8_2026-11-16.xlsx"
    rows = sheet(cast, listed)
    assert rows[0][0] == "Danh sách điểm danh – Chi hội Khóm 8: =họp"
    header, *people = rows[4:]
    assert header[:6] == ["STT", "Họ và tên", "Tổ", "Năm sinh", "Trạng thái", "Cách ghi nhận"]
    an = next(row for row in people if row[1] == "Võ Thị An")
    assert an[2:9] == [
        "Tổ 1", "1980", "có mặt", "tự bấm nút", datetime(2026, 11, 16, 8, 0), "", "",
    ]  # fmt: skip
    binh = next(row for row in people if row[1] == "Đặng Thị Bình")
    assert binh[4:6] == ["vắng không phép", "chi hội trưởng ghi"]
    assert binh[8] == "Nguyễn Thị Lan"
    assert len(people) == 6


async def test_a_closed_roll_is_frozen(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    prompt = cast.k8.last
    await cast.lan.says("/chotdiemdanh", cast.k8)
    before = verdicts(cast)

    await cast.lan.says(f"/roll_hand {rolls(cast)[0].id}")
    assert "Chị chọn Mở lại" in cast.lan.text
    add_members(cast, ("Người Mới", "Tổ 1"))
    with begin(cast.engine) as session:
        gone = cast.member("Huỳnh Kim Cúc")
        gone.status = MemberStatus.LEFT
        session.add(gone)
    await cast.channels[SANDBOX].press("binh", prompt, "✅ Có mặt")
    await cast.settle()

    assert verdicts(cast) == before
    assert "Em chuyển câu trả lời của chị cho chi hội trưởng ạ." in cast.binh.toast
    await cast.passes(minutes=10)
    assert "Sau khi chốt, có thêm câu trả lời" in cast.lan.text
    assert "Có mặt: Đặng Thị Bình" in cast.lan.text
    assert "Tổng số: 6" in cast.lan.text

    await cast.lan.presses("Mở lại")
    assert verdicts(cast) == {"An": "present", "Bình": "present"}
    assert "Chưa trả lời: 4" in cast.lan.text
    await cast.lan.presses("Chốt")
    assert verdicts(cast)["Mới"] == "unanswered"
    with cast.session() as session:
        steps = [step.what for step in roll_steps.steps(session, rolls(cast)[0].number)]
    assert steps == ["opened", "closed", "reopened", "closed"]


async def test_an_answer_days_after_the_close_is_refused(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    prompt = cast.k8.last
    await cast.lan.says("/chotdiemdanh", cast.k8)
    await cast.passes(days=2)

    await cast.channels[SANDBOX].press("binh", prompt, "✅ Có mặt")
    await cast.settle()

    assert "đã chốt lúc 8 giờ, thứ hai 16/11/2026" in cast.binh.toast
    assert evidence(cast) == []


async def test_two_leaders_closing_close_once(cast: Cast) -> None:
    with begin(cast.engine) as session:
        session.add(
            Role(
                member_id=cast.thu.member.id or 0,
                unit_id=cast.unit("P5-K8").id or 0,
                kind=RoleKind.DEPUTY,
            )
        )
    await cast.lan.says("/diemdanh", cast.k8)
    number = rolls(cast)[0].id
    await cast.lan.says("chốt điểm danh")

    await cast.thu.says(f"/roll_close {number}")
    assert "đã chốt rồi, lúc 8 giờ" in cast.thu.text
    await cast.thu.says("chốt điểm danh")
    assert "không có điểm danh nào đang mở" in cast.thu.text
    await cast.thu.presses("Xem lần gần nhất")
    await cast.thu.presses("Mở lại")
    await cast.lan.says(f"/roll_reopen {number}")

    assert "Đang mở từ" in cast.lan.text
    with cast.session() as session:
        assert len(roll_steps.steps(session, number or 0)) == 3


async def test_a_closed_roll_is_not_reopened_beside_another(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.says("chốt điểm danh")
    await cast.lan.says("điểm danh")

    await cast.lan.says(f"/roll_reopen {rolls(cast)[0].id}")

    assert "một điểm danh khác chưa chốt" in cast.lan.text
    assert [roll.state for roll in rolls(cast)] == ["closed", "open"]


async def test_the_second_close_tells_only_what_changed(cast: Cast) -> None:
    await cast.lan.says("/diemdanh họp", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    await cast.lan.says("bà Bình vắng")
    await cast.lan.says("chốt điểm danh")
    assert "So với lần chốt trước" not in cast.lan.text
    await cast.passes(minutes=30)
    await cast.lan.presses("Mở lại")
    number = rolls(cast)[0].id
    await cast.lan.says(f"/hand {number} {cast.binh.member.id} late yes")
    await cast.lan.says(f"/hand {number} {cast.an.member.id} present")
    add_members(cast, ("Người Mới", "Tổ 1"))

    await cast.lan.says("chốt điểm danh")

    told = cast.lan.text
    assert "Chốt lần 2, lúc 8 giờ 30" in told
    assert "So với lần chốt trước, lúc 8 giờ, thứ hai 16/11/2026:" in told
    assert "• Đặng Thị Bình: vắng → đi trễ" in told
    assert "Võ Thị An" not in told
    assert "Đi trễ: 0 → 1" in told and "Vắng: 1 → 0" in told and "Chưa trả lời: 4 → 5" in told
    assert "Có mặt:" not in told and "Tổng số: 7" in told
    notes = str(sheet(cast, cast.lan.private.last)[1:4])
    assert "Mở 8 giờ, thứ hai 16/11/2026; chốt 8 giờ" in notes and "; mở lại 8 giờ 30" in notes
    with cast.session() as session:
        frozen = [step.figures for step in roll_steps.closings(session, number or 0)]
    assert [one["counts"]["unanswered"] for one in frozen] == [4, 5]
    assert frozen[0]["counts"]["absent"] == frozen[1]["counts"]["late"] == 1


async def test_an_answer_after_the_close_is_told_at_the_next(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    prompt = cast.k8.last
    await cast.lan.says("chốt điểm danh")
    await cast.channels[SANDBOX].press("an", prompt, "✅ Có mặt")
    await cast.settle()
    await cast.passes(minutes=10)
    for told in ("Võ Thị An: chưa trả lời → có mặt", "Không có gì khác lần chốt trước"):
        await cast.lan.presses("Mở lại")
        await cast.passes(minutes=1)
        await cast.lan.says("chốt điểm danh")
        assert told in cast.lan.text
