"""A newcomer tells who she is, and is recognised."""

from __future__ import annotations

import re

from sqlmodel import select

from bot.channels.sandbox import PLAIN
from storage import accounts, consents
from storage.attempts import Attempt
from storage.database import begin
from storage.joining import JoinRequest, JoinState
from tests.cast import Cast
from tests.doors import LINK, ask, link_of_k8, people


async def test_a_newcomer_is_recognised_by_her_leader(cast: Cast) -> None:
    dung = cast.add_player("dung", "Dung bán vải")
    token = await link_of_k8(cast)
    await dung.says(f"/start {token}")
    assert "trợ lý tự động" in dung.text
    assert "OTP" in dung.text
    assert "Hội LHPN Phường 5" in dung.text  # who answers for the data
    await dung.says("lý thị dung")
    assert "năm nào" in dung.text
    await dung.says("1949")
    assert "Em đã chuyển tên Lý Thị Dung" in dung.text
    assert people(cast, dung) == []

    assert "1 người chờ chị xác nhận" in cast.lan.text
    assert "✅ khớp với Lý Thị Dung, Tổ 2, sinh 1949" in cast.lan.text
    await cast.lan.presses("Lý Thị Dung (1949)")
    await cast.lan.presses("Là Lý Thị Dung")

    assert people(cast, dung) == ["Lý Thị Dung"]
    assert "chị là Lý Thị Dung" in dung.text
    assert "Em đã nhận: Lý Thị Dung" in cast.lan.text


async def test_consent_is_her_own_deed_and_named_once_she_is_recognised(cast: Cast) -> None:
    await ask(cast, cast.ty, "Lý Thị Dung 1949", await link_of_k8(cast))
    await cast.lan.presses("Nhận 1 người")
    dung = cast.member("Lý Thị Dung").id
    assert dung is not None
    with cast.session() as session:
        (row,) = consents.of_member(session, dung)
    assert (row.text_version, row.channel, row.purpose) == ("2026-11-24", "sandbox", "membership")
    assert row.agreed_at == cast.clock.now()


async def test_the_bot_never_tells_whether_the_register_has_such_a_name(cast: Cast) -> None:
    token = await link_of_k8(cast)
    known, unknown = cast.add_player("a", "A"), cast.add_player("b", "B")
    await ask(cast, known, "Lý Thị Dung 1949", token)
    await ask(cast, unknown, "Lê Thị Xa 1949", token)

    assert known.text.replace("Lý Thị Dung", "…") == unknown.text.replace("Lê Thị Xa", "…")


async def test_she_corrects_and_withdraws(cast: Cast) -> None:
    token = await link_of_k8(cast)
    await ask(cast, cast.ty, "Lý Thị Dng 1949", token)
    await cast.ty.presses("Sửa lại")
    await cast.lan.says("duyệt")
    assert "không có ai chờ" in cast.lan.text  # nothing is decided while she corrects it
    await cast.ty.says("Lý Thị Dung 1949")
    assert "Lý Thị Dung" in cast.lan.text
    await cast.ty.says(f"/start {token}")
    assert "đang chờ xác nhận" in cast.ty.text
    await cast.ty.presses("Rút lại")

    await cast.lan.says("duyệt")
    assert "không có ai chờ" in cast.lan.text
    with cast.session() as session:
        assert {row.name for row in session.exec(select(JoinRequest))} == {""}


async def test_bad_names_and_years_are_asked_again(cast: Cast) -> None:
    await cast.ty.says(f"/start {await link_of_k8(cast)}")
    for words in ("😀", "Dung", "x" * 5000, "a b c d e f g h i k", "123 456"):
        await cast.ty.says(words)
        assert "chưa đọc ra họ tên" in cast.ty.text
    await cast.ty.says("Lý Thị Dung")
    for words in ("hồi đó", "3000", "2025", "🎂"):
        await cast.ty.says(words)
        assert "chưa đọc ra năm sinh" in cast.ty.text
    await cast.ty.says("19/5/1949")

    assert "1949" in cast.ty.text
    assert "Lý Thị Dung" in cast.lan.text


async def test_she_may_stop_before_she_has_told_anything(cast: Cast) -> None:
    await cast.ty.says(f"/start {await link_of_k8(cast)}")
    await cast.ty.says("thôi")

    assert "bỏ qua" in cast.ty.text
    with cast.session() as session:
        assert {row.state for row in session.exec(select(JoinRequest))} == {JoinState.DRAFT}


async def test_five_requests_a_day_are_enough(cast: Cast) -> None:
    token = await link_of_k8(cast)
    await ask(cast, cast.ty, "Lê Thị Xa 1949", token)
    for number in range(4):
        await cast.ty.presses("Sửa lại")
        await cast.ty.says(f"Lê Thị Xa 195{number}")
    await cast.ty.presses("Sửa lại")
    await cast.ty.says("Lê Thị Xa 1960")

    assert "nhiều lần" in cast.ty.text


async def test_answers_given_before_count_once_she_is_recognised(cast: Cast) -> None:
    with begin(cast.engine) as session:
        account = accounts.ensure(session, address="sandbox:ty", name="Tý", now=cast.clock.now())
        assert account.id is not None
        accounts.keep_pending(
            session, account.id, subject="x:1", line="whoami", now=cast.clock.now()
        )
        accounts.keep_pending(
            session, account.id, subject="x:2", line="join 99", now=cast.clock.now()
        )
    await ask(cast, cast.ty, "Lý Thị Dung 1949", await link_of_k8(cast))
    await cast.lan.presses("Nhận 1 người")

    assert any("Em đã tính 1 câu" in text for text in cast.ty.texts)
    assert any("Em nhận ra chị (tài khoản" in text for text in cast.ty.texts)
    assert any("Việc này em không tìm thấy" in text for text in cast.ty.texts)
    with cast.session() as session:
        assert accounts.pending_of(session, account.id) == []


async def test_a_household_answers_for_another_member_once_the_leader_agrees(cast: Cast) -> None:
    await cast.an.says("thêm người nhà")
    assert "trả lời thay" in cast.an.text
    await cast.an.says("Lý Thị Dung 1949")
    assert "máy của Võ Thị An" in cast.lan.text
    await cast.lan.presses("Lý Thị Dung (1949)")
    await cast.lan.presses("Là Lý Thị Dung")

    assert people(cast, cast.an) == ["Võ Thị An", "Lý Thị Dung"]
    assert "trả lời thay được cho Lý Thị Dung" in cast.an.text


async def test_a_stranger_adds_no_relatives(cast: Cast) -> None:
    await cast.ty.says("/themnguoinha")

    assert "chưa nhận ra chị" in cast.ty.text


async def test_a_code_settles_what_was_still_asked(cast: Cast) -> None:
    await ask(cast, cast.ty, "Lý Thị Dung 1949", await link_of_k8(cast))
    await cast.lan.says("/moi Lý Thị Dung")
    found = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", cast.lan.text)
    assert found is not None
    await cast.ty.says(found[0])
    await cast.lan.says("duyệt")

    assert "không có ai chờ" in cast.lan.text
    await cast.ty.says("/joining 1 again")
    assert "xử lý xong" in cast.ty.text


async def test_a_request_is_its_own_askers(cast: Cast) -> None:
    await ask(cast, cast.ty, "Lý Thị Dung 1949", await link_of_k8(cast))
    for verb in ("drop", "name Lê Thị Xa", "again"):
        await cast.an.says(f"/joining 1 {verb}")
        assert "không thuộc đơn vị" in cast.an.text


async def test_a_household_of_two_branches_is_asked_which(cast: Cast) -> None:
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:an")
        tam = cast.member("Bùi Thị Tám").id
        assert account is not None and account.id is not None and tam is not None
        accounts.link(session, account.id, tam, by="test", now=cast.clock.now())
    await cast.an.says("/themnguoinha")
    assert cast.an.labels == ["Chi hội Khóm 8", "Chi hội Khóm 1"]
    await cast.an.presses("Khóm 1")
    await cast.an.says("Người Nhà Tám 1950")

    assert "Người Nhà Tám" in cast.sau.text


async def test_what_concerns_another_unit_is_kept_on(cast: Cast) -> None:
    await cast.sau.says("/diemdanh", cast.k1)
    await cast.ty.presses("Có mặt", cast.k1)
    await ask(cast, cast.ty, "Lý Thị Dung 1949", await link_of_k8(cast))
    await cast.lan.presses("Nhận 1 người")

    assert not any("Em đã tính" in text for text in cast.ty.texts)
    with cast.session() as session:
        account = accounts.by_address(session, "sandbox:ty")
        assert account is not None and account.id is not None
        assert len(accounts.pending_of(session, account.id)) == 1


async def test_the_newest_answer_to_the_same_thing_is_kept(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.ty.presses("Có mặt", cast.k8)
    await cast.ty.presses("Xin phép vắng", cast.k8)
    with cast.session() as session:
        account = accounts.by_address(session, "sandbox:ty")
        assert account is not None and account.id is not None
        (kept,) = accounts.pending_of(session, account.id)
    assert "absent" in kept.line


async def test_what_was_begun_and_never_sent_is_forgotten_after_a_week(cast: Cast) -> None:
    await cast.ty.says(f"/start {await link_of_k8(cast)}")
    await cast.ty.says("Lý Thị Dung")
    await cast.ty.says("/start nonsense")
    await cast.passes(days=8)

    with cast.session() as session:
        assert session.exec(select(JoinRequest)).all() == []
        assert session.exec(select(Attempt)).all() == []


async def test_the_whole_way_without_buttons(cast: Cast) -> None:
    cast.lan.channel = cast.ty.channel = PLAIN
    await cast.lan.says("/linkthamgia")
    found = LINK.search(cast.lan.text)
    assert found is not None
    await cast.ty.says(f"https://plain.test/?start={found[1]}")
    await cast.ty.says("Lý Thị Dung")
    await cast.ty.says("49")
    # Her leader is written to at her first door, on the other channel; here she asks herself.
    await cast.lan.says("duyet")
    assert "1. ✅ Nhận 1 người" in cast.lan.text
    await cast.lan.says("2")
    assert "1. ✅ Là Lý Thị Dung" in cast.lan.text
    await cast.lan.says("1")

    assert "Em đã nhận: Lý Thị Dung" in cast.lan.text
    assert people(cast, cast.ty, "plain") == ["Lý Thị Dung"]
