"""Corrections: each officer's own until she sends it, true to whom they reach, gone with a recall."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from handlers.directives import changing
from handlers.directives.new_deadline import NewDeadline, read_new_deadline
from handlers.understanding.zone import ZONE
from storage import accounts, directives
from storage.blobs import Blob
from storage.database import begin
from storage.directives import CorrectionState, DirectiveCorrection
from storage.mail import Outbox
from storage.members import Member, Role, RoleKind
from storage.vietnamese import fold, name_key
from tests.cast import MONDAY_8AM, Cast, Player
from tests.directives_scenes import NIGHT, PDF, PLAN, broadcasts, directive
from tests.test_catching_up import nobody_leads
from tests.test_groups import come_in


def second_officer(cast: Cast) -> Player:
    """Hai, of the same ward as Hoa."""
    hai = cast.add_player("hai", "Hai")
    now, name, unit_id = cast.clock.now(), "Trần Thị Hai", cast.unit("P5").id
    assert unit_id is not None
    with begin(cast.engine) as session:
        account = accounts.ensure(session, address="sandbox:hai", name="Hai", now=now)
        account.private_chat = "sandbox:hai@sandbox"
        member = Member(
            unit_id=unit_id,
            name=name,
            folded=fold(name),
            name_key=name_key(name),
            created_at=now,
            changed_at=now,
            birth="1970",
        )
        session.add(member)
        session.flush()
        assert member.id is not None and account.id is not None
        session.add(Role(member_id=member.id, unit_id=unit_id, kind=RoleKind.OFFICER))
        accounts.link(session, account.id, member.id, by="test", now=now)
    return hai


async def writes(officer: Player, words: str) -> None:
    await officer.says("/tiendo")
    await officer.presses("Đính chính")
    await officer.says(words)


async def replaces(officer: Player) -> None:
    await officer.says("/tiendo")
    await officer.presses("Đính chính")
    await officer.sends_file("109-KH-BTV-sua.pdf", PLAN, mime=PDF)


async def test_two_officers_each_send_their_own_words(cast: Cast) -> None:
    hai = second_officer(cast)
    await broadcasts(cast.hoa)
    await writes(cast.hoa, "Nộp tại phòng 3")
    await writes(hai, "câu chưa soạn xong")
    await cast.hoa.presses("Gửi đính chính")
    assert "Nộp tại phòng 3" in cast.k8.text
    assert "chưa soạn xong" not in " ".join(cast.k8.texts)

    await hai.presses("Gửi đính chính")
    assert "chưa soạn xong" in cast.k8.text


async def test_nobody_sends_what_another_has_not_confirmed(cast: Cast) -> None:
    hai = second_officer(cast)
    await broadcasts(cast.hoa)
    await writes(cast.hoa, "câu chưa soạn xong")
    await hai.says("/correct_yes 1 1")
    assert "không còn chờ gửi" in hai.text
    await hai.says("/correct_no 1 1")
    assert "không còn chờ gửi" in hai.text

    assert len(cast.k8.bot) == 1
    await cast.hoa.presses("Gửi đính chính")
    assert "chưa soạn xong" in cast.k8.text


@pytest.mark.parametrize("dropped", [True, False], ids=["dropped", "the_harm"])
async def test_the_button_of_an_older_preview_sends_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, dropped: bool
) -> None:
    if not dropped:
        monkeypatch.setattr(directives, "drop_correction", lambda _session, _draft: None)
    await broadcasts(cast.hoa)
    await writes(cast.hoa, "bản một")
    message, _ = cast.hoa.private.button("Gửi đính chính")
    await writes(cast.hoa, "bản hai")
    await cast.channels["sandbox"].press("hoa", message, "📨 Gửi đính chính")
    await cast.settle()

    assert ("không còn chờ gửi" in cast.hoa.toast) is dropped
    assert ("bản một" in cast.k8.text) is not dropped


async def test_drafts_leave_no_file_when_written_anew_or_when_all_is_recalled(cast: Cast) -> None:
    hai = second_officer(cast)
    await broadcasts(cast.hoa)
    await replaces(cast.hoa)
    await replaces(hai)
    await writes(cast.hoa, "Nộp tại phòng 3")
    assert files(cast) == 2
    await cast.hoa.says("/recall 1 yes")

    assert files(cast) == 1
    with cast.session() as session:
        rows = session.exec(select(DirectiveCorrection)).all()
    assert {(row.words, row.state) for row in rows} == {("", CorrectionState.DROPPED)}
    await hai.presses("Gửi đính chính")
    assert "đã thu hồi" in hai.toast


async def test_a_draft_forgotten_for_a_week_leaves_no_file(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await replaces(cast.hoa)
    await cast.passes(days=6)
    assert files(cast) == 2
    await cast.passes(days=2)
    assert files(cast) == 1
    await cast.hoa.presses("Gửi đính chính")

    assert "không còn chờ gửi" in cast.hoa.toast


def files(cast: Cast) -> int:
    with cast.session() as session:
        return len(session.exec(select(Blob.id)).all())


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "the_harm"])
async def test_a_recall_takes_back_the_file_a_correction_brought(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    if not guarded:
        monkeypatch.setattr(changing, "_withdraw_corrections", lambda *_: [])
    await broadcasts(cast.mai)
    await replaces(cast.mai)
    await cast.mai.presses("Gửi đính chính")
    await cast.mai.says("/recall 1 yes")

    for room in (cast.k8, cast.nga.private):
        left = any(message.file_name.endswith("sua.pdf") for message in room.bot)
        assert left is not guarded
        assert "đã được thu hồi" in room.text


async def test_a_group_unbound_since_loses_the_new_file_too(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.lan.says("/huyketnoi", cast.k8)
    await cast.lan.presses("Đúng, bỏ kết nối", cast.k8)
    await replaces(cast.hoa)
    await cast.hoa.presses("Gửi đính chính")
    assert any(message.file_name.endswith("sua.pdf") for message in cast.k8.bot)
    with cast.session() as session:
        before = {row.id for row in session.exec(select(Outbox))}
    await cast.hoa.says("/recall 1 yes")

    assert not any(message.file_name.endswith("sua.pdf") for message in cast.k8.bot)
    with cast.session() as session:
        rows = [r for r in session.exec(select(Outbox)) if r.id not in before]
    ways = [r.how for r in rows if r.chat == cast.k8.address and ":correction:" in r.subject]
    assert ways == ["edit", "delete"]


async def test_a_correction_kept_for_the_morning_is_given_up_with_the_directive(
    cast: Cast,
) -> None:
    await broadcasts(cast.mai)
    await cast.until(NIGHT, every=timedelta(hours=1))
    await replaces(cast.mai)
    await cast.mai.presses("Gửi đính chính")
    await cast.mai.says("/recall 1 yes")
    await cast.until(NIGHT + timedelta(hours=9), every=timedelta(minutes=30))

    for room in (cast.k8, cast.k1, cast.nga.private):
        assert "đã được thu hồi" in room.text
        assert not any(message.file_name.endswith("sua.pdf") for message in room.bot)


async def test_a_moved_deadline_stands_everywhere(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.hoa.says("/tiendo")
    await cast.hoa.presses("Nhắc")
    assert "hạn thứ bảy 05/12/2026" in cast.lan.text
    await writes(cast.hoa, "Hạn báo cáo dời đến 30/11/2026")
    assert "Em sửa hạn thành thứ hai 30/11/2026 luôn nhé?" in cast.hoa.text
    assert "Hạn đang ghi: thứ bảy 05/12/2026" in cast.hoa.text
    await cast.hoa.presses("Gửi đính chính, sửa hạn")
    assert "Hạn từ nay: thứ hai 30/11/2026" in cast.hoa.text

    post, notice = cast.k8.bot
    assert "Hạn: <b>thứ hai 30/11/2026</b>" in post.text
    assert "Hạn mới: <b>thứ hai 30/11/2026</b>" in notice.text
    assert "hạn thứ hai 30/11/2026" in cast.lan.text
    await cast.passes(minutes=11)
    await cast.hoa.says("/tiendo")
    await cast.hoa.presses("Nhắc")
    assert "hạn thứ hai 30/11/2026" in cast.sau.text
    room = await come_in(cast, "moi", "Nhóm mới của Khóm 8")
    await cast.lan.says("/ketnoi P5-K8", room)
    await cast.lan.presses("Đưa vào nhóm này", room)
    assert any("Hạn: thứ hai 30/11/2026" in text for text in room.texts)


async def test_a_reminder_that_waits_for_the_morning_names_the_new_deadline(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.until(NIGHT, every=timedelta(hours=1))
    await cast.hoa.says("/tiendo")
    await cast.hoa.presses("Nhắc")
    await writes(cast.hoa, "Hạn báo cáo dời đến 30/11/2026")
    await cast.hoa.presses("Gửi đính chính, sửa hạn")
    await cast.until(NIGHT + timedelta(hours=9), every=timedelta(minutes=30))

    (reminder,) = (text for text in cast.lan.texts if "🔔" in text)
    assert "30/11/2026" in reminder


async def test_the_deadline_stays_when_she_only_tells(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    before = directive(cast).deadline
    await writes(cast.hoa, "Hạn báo cáo dời đến 30/11/2026")
    await cast.hoa.presses("Chỉ báo, giữ hạn cũ")

    assert directive(cast).deadline == before
    assert "Hạn mới" not in cast.k8.text
    assert "dời đến 30/11" in cast.k8.text


async def test_a_deadline_nobody_can_mean_is_said_so(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await writes(cast.hoa, "Hạn lùi đến 31/2")

    assert "chưa đọc được hạn mới" in cast.hoa.text


OLD = datetime(2026, 12, 5, 23, 59, tzinfo=ZONE)


def cases() -> Iterator[tuple[str, NewDeadline]]:
    def end(month: int, day: int) -> NewDeadline:
        return NewDeadline(datetime(2026, month, day, 23, 59, tzinfo=ZONE))

    yield "Hạn lùi từ 5/12 đến 10/12", end(12, 10)
    yield "gia han den het ngay 10/12", end(12, 10)
    yield "Báo cáo nộp chậm nhất 30/11", end(11, 30)
    yield "Hạn 17 giờ ngày 5/12", NewDeadline(datetime(2026, 12, 5, 17, tzinfo=ZONE))
    yield "Hạn vẫn là 5/12", NewDeadline()
    yield "Hạn nộp như cũ", NewDeadline()
    yield "Đổi phòng họp ngày 6/12 sang phòng 3", NewDeadline()
    yield "Hạn là 1/11", NewDeadline(doubtful=True)
    yield "Hạn 6/12 hoặc 7/12", NewDeadline(doubtful=True)


@pytest.mark.parametrize(("words", "found"), list(cases()))
def test_words_move_the_deadline_only_where_they_seem_to(words: str, found: NewDeadline) -> None:
    assert read_new_deadline(words, OLD, MONDAY_8AM) == found


async def test_the_preview_counts_only_those_who_can_be_told(cast: Cast) -> None:
    await nobody_leads(cast)
    await broadcasts(cast.mai)
    await writes(cast.mai, "Nộp tại phòng 3")
    assert "Gửi tới 2 đơn vị" in cast.mai.text
    assert "1 đơn vị chưa có nhóm" in cast.mai.text
    assert "Khóm 8 (Hội LHPN Phường 6)" in cast.mai.text
    await cast.mai.presses("Gửi đính chính")

    assert "1 đơn vị chưa có nhóm" in cast.mai.text
    assert "mọi nhóm" not in cast.mai.text


async def test_only_units_somebody_hears_for_count_as_reminded(cast: Cast) -> None:
    await nobody_leads(cast)
    await broadcasts(cast.mai)
    await cast.mai.says("/tiendo")
    await cast.mai.presses("Nhắc 3 đơn vị")
    assert "Em đã nhắc 2 đơn vị" in cast.mai.text
    assert "Khóm 8 (Hội LHPN Phường 6). Chị báo giúp bằng cách khác" in cast.mai.text
    await cast.mai.says("/tiendo")
    await cast.mai.presses("Nhắc 3 đơn vị")

    assert "Em đã nhắc" not in cast.mai.text
    assert "1 đơn vị chưa có nhóm" in cast.mai.text
