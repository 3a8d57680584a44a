"""Being recognised without a code: the branch's link, the newcomer's word, the leader's list."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlmodel import select

from bot.channels.sandbox import PLAIN
from handlers.access import recognise
from handlers.chat import Call, Incoming
from handlers.joining import deciding
from handlers.understanding.people import read_name, read_person, read_year
from storage import accounts, consents
from storage import joining as rows
from storage.attempts import Attempt
from storage.database import begin
from storage.joining import JoinRequest, JoinState
from storage.members import Member, Role, RoleKind
from tests.cast import Cast, Player

LINK = re.compile(r"start=([0-9A-Z]{26})")


async def link_of_k8(cast: Cast) -> str:
    """The token of Khóm 8's join link, as Lan gets it."""
    await cast.lan.says("/linkthamgia")
    found = LINK.search(cast.lan.text)
    assert found is not None, cast.lan.text
    return found[1]


async def ask(cast: Cast, player: Player, words: str, token: str) -> None:
    """She follows the link and says who she is."""
    await player.says(f"/start {token}")
    await player.says(words)


def people(cast: Cast, player: Player, channel: str = "sandbox") -> list[str]:
    """Whom her account speaks for."""
    with cast.session() as session:
        actor = recognise(session, address=f"{channel}:{player.key}", name="", now=cast.clock.now())
        found = [session.get(Member, id_) for id_ in actor.member_ids]
        return [member.name for member in found if member]


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
    assert (row.text_version, row.channel, row.purpose) == ("2026-11", "sandbox", "membership")
    assert row.agreed_at == cast.clock.now()


async def test_several_wait_in_one_message_and_clear_ones_are_taken_at_once(cast: Cast) -> None:
    token = await link_of_k8(cast)
    before = len(cast.lan.private.bot)
    for key, words in (
        ("a", "Lý Thị Dung, 1949"),
        ("b", "vo thi an sinh nam 1980"),  # somebody speaks for her already
        ("c", "Người Hoàn Toàn Lạ 1990"),
        ("d", "Đặng Bình 1958"),  # a given name and the year
    ):
        await ask(cast, cast.add_player(key, f"Máy {key}"), words, token)

    assert len(cast.lan.private.bot) == before + 1
    assert "4 người chờ chị xác nhận" in cast.lan.text
    assert cast.lan.text.count("✅ khớp") == 1
    assert "có 1 người gần giống" in cast.lan.text
    assert "chưa thấy trong danh sách" in cast.lan.text
    await cast.lan.presses("Nhận 1 người")

    assert "Còn 3 người chờ chị" in cast.lan.text
    assert people(cast, cast.a) == ["Lý Thị Dung"]
    await cast.lan.presses("Xem 3 người")
    assert "3 người chờ" in cast.lan.text


async def test_the_list_comes_anew_when_the_last_has_grown_old(cast: Cast) -> None:
    token = await link_of_k8(cast)
    await ask(cast, cast.ty, "Lý Thị Dung 1949", token)
    before = len(cast.lan.private.bot)
    await cast.passes(minutes=31)
    await ask(cast, cast.add_player("b", "B"), "Người Rất Lạ 1990", token)

    assert len(cast.lan.private.bot) == before + 1
    assert "2 người chờ" in cast.lan.text


async def test_the_bot_never_tells_whether_the_register_has_such_a_name(cast: Cast) -> None:
    token = await link_of_k8(cast)
    known, unknown = cast.add_player("a", "A"), cast.add_player("b", "B")
    await ask(cast, known, "Lý Thị Dung 1949", token)
    await ask(cast, unknown, "Lê Thị Xa 1949", token)

    assert known.text.replace("Lý Thị Dung", "…") == unknown.text.replace("Lê Thị Xa", "…")


async def test_matching_stays_in_the_branch(cast: Cast) -> None:
    """Tám is in Khóm 1: Khóm 8's leader must not be able to take somebody for her."""
    await ask(cast, cast.ty, "Bùi Thị Tám 1985", await link_of_k8(cast))
    assert "chưa thấy trong danh sách" in cast.lan.text
    tam = cast.member("Bùi Thị Tám").id
    await cast.lan.says(f"/join 1 is {tam}")

    assert "không thuộc đơn vị" in cast.lan.text
    assert people(cast, cast.ty) == []


async def test_another_leader_decides_nothing_here(cast: Cast) -> None:
    await ask(cast, cast.ty, "Lý Thị Dung 1949", await link_of_k8(cast))
    for line in ("/join 1", "/join 1 no", "/joins P5-K8", "/joins P5-K8 all"):
        await cast.sau.says(line)
        assert "không thuộc đơn vị" in cast.sau.text
    await cast.an.says("/join 1 add")
    assert "không thuộc đơn vị" in cast.an.text
    await cast.hoa.says("duyệt")  # the ward above may
    assert "Lý Thị Dung" in cast.hoa.text


async def test_who_waits_is_no_matter_for_the_group(cast: Cast) -> None:
    await ask(cast, cast.ty, "Lý Thị Dung 1949", await link_of_k8(cast))
    for line in ("/duyet", "/joins P5-K8", "/join 1", "/join 1 find dung"):
        await cast.lan.says(line, cast.k8)
        assert "tin nhắn riêng" in cast.k8.text
    await cast.ty.says("/joining 1 again", cast.k8)
    assert "Dung" not in "".join(cast.k8.texts)


async def test_a_leader_cannot_take_a_newcomer_for_an_officer(cast: Cast) -> None:
    with begin(cast.engine) as session:
        binh = session.exec(select(Member).where(Member.name == "Đặng Thị Bình")).one()
        ward = session.exec(select(Role.unit_id).where(Role.kind == RoleKind.OFFICER)).all()[-1]
        assert binh.id is not None
        session.add(Role(member_id=binh.id, unit_id=ward, kind=RoleKind.OFFICER))
    await ask(cast, cast.ty, "Đặng Thị Bình 1958", await link_of_k8(cast))
    assert "✅ khớp" not in cast.lan.text
    await cast.lan.presses("Đặng Thị Bình (1958)")
    await cast.lan.presses("Là Đặng Thị Bình")

    assert "cấp trên phải gửi mã" in cast.lan.toast
    assert people(cast, cast.ty) == []


async def test_a_rejected_newcomer_is_told_kindly_and_forgotten(cast: Cast) -> None:
    await ask(cast, cast.ty, "Người Rất Lạ 1990", await link_of_k8(cast))
    await cast.lan.presses("Người Rất Lạ")
    await cast.lan.presses("Không nhận")

    assert "chưa nhận ra" in cast.ty.text
    assert "gọi chi hội trưởng" in cast.ty.text
    with cast.session() as session:
        (row,) = session.exec(select(JoinRequest)).all()
    assert (row.state, row.name, row.birth) == (JoinState.REJECTED, "", "")


async def test_a_newcomer_missing_from_the_register_is_added(cast: Cast) -> None:
    await ask(cast, cast.ty, "kiều thị mới 1990", await link_of_k8(cast))
    await cast.lan.presses("Kiều Thị Mới")
    await cast.lan.presses("Chưa có trong danh sách")
    assert "là hội viên của Hội" in cast.lan.text
    await cast.lan.presses("Thêm vào danh sách")

    added = cast.member("Kiều Thị Mới")
    assert (added.birth, added.ground, added.unit_id) == (
        "1990", "membership", cast.unit("P5-K8").id,
    )  # fmt: skip
    assert people(cast, cast.ty) == ["Kiều Thị Mới"]


async def test_the_leader_finds_another_person(cast: Cast) -> None:
    await ask(cast, cast.ty, "Bé Dung 1950", await link_of_k8(cast))
    await cast.lan.presses("Bé Dung")
    await cast.lan.presses("Tìm người khác")
    await cast.lan.says("ly thi dung")
    await cast.lan.presses("Là Lý Thị Dung")

    assert people(cast, cast.ty) == ["Lý Thị Dung"]


async def test_what_was_decided_is_not_decided_again(cast: Cast) -> None:
    await ask(cast, cast.ty, "Người Rất Lạ 1990", await link_of_k8(cast))
    await cast.lan.says("/join 1 no")
    await cast.lan.says("/join 1 add")

    assert "xử lý xong" in cast.lan.text
    assert people(cast, cast.ty) == []


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


async def test_known_people_are_told_so(cast: Cast) -> None:
    await cast.an.says(f"/start {await link_of_k8(cast)}")

    assert "Em nhận ra chị rồi: Võ Thị An" in cast.an.text


async def test_without_a_leader_the_level_above_decides(cast: Cast) -> None:
    token = await link_of_k8(cast)
    with begin(cast.engine) as session:
        for role in session.exec(select(Role).where(Role.kind == RoleKind.LEADER)):
            session.delete(role)
    await ask(cast, cast.ty, "Lý Thị Dung 1949", token)

    assert "1 người chờ chị xác nhận" in cast.hoa.text
    await cast.hoa.presses("Nhận 1 người")
    assert people(cast, cast.ty) == ["Lý Thị Dung"]


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


async def test_an_officer_chooses_among_the_lists(cast: Cast) -> None:
    await ask(cast, cast.ty, "Lý Thị Dung 1949", await link_of_k8(cast))
    await cast.sau.says("/linkthamgia")
    found = LINK.search(cast.sau.text)
    assert found is not None
    await ask(cast, cast.add_player("b", "B"), "Người Rất Lạ 1990", found[1])
    await cast.hoa.says("duyệt")
    assert sorted(cast.hoa.labels) == ["Chi hội Khóm 1: 1 người", "Chi hội Khóm 8: 1 người"]
    await cast.hoa.presses("Khóm 1")
    assert "Người Rất Lạ" in cast.hoa.text
    await cast.hoa.says("/joins P5-K1 all")
    assert "xử lý xong" in cast.hoa.text  # nobody there is clear
    await cast.an.says("/duyet")
    assert "không thuộc đơn vị" in cast.an.text
    await cast.nga.says("/joins P6-K8")
    assert "không có ai chờ" in cast.nga.text


async def test_two_who_name_the_same_person_are_not_both_taken(cast: Cast) -> None:
    token = await link_of_k8(cast)
    one, two = cast.add_player("a", "A"), cast.add_player("b", "B")
    await ask(cast, one, "Lý Thị Dung 1949", token)
    await ask(cast, two, "ly thi dung 1949", token)
    await cast.lan.presses("Nhận 2 người")

    assert people(cast, one) == ["Lý Thị Dung"]
    assert people(cast, two) == []
    assert "Còn 1 người" in cast.lan.text
    await cast.lan.presses("Xem 1 người")
    await cast.lan.presses("Ly Thi Dung")
    assert any("đã có máy khác" in label for label in cast.lan.labels)


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
        assert accounts.pending_about(session, kept.subject) == [kept]
    assert "absent" in kept.line


async def test_what_was_begun_and_never_sent_is_forgotten_after_a_week(cast: Cast) -> None:
    await cast.ty.says(f"/start {await link_of_k8(cast)}")
    await cast.ty.says("Lý Thị Dung")
    await cast.ty.says("/start nonsense")
    await cast.passes(days=8)

    with cast.session() as session:
        assert session.exec(select(JoinRequest)).all() == []
        assert session.exec(select(Attempt)).all() == []


async def test_a_newcomer_who_closed_her_door_is_linked_all_the_same(cast: Cast) -> None:
    await ask(cast, cast.ty, "Lý Thị Dung 1949", await link_of_k8(cast))
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:ty")
        assert account is not None
        account.blocked = True
        session.add(account)
    await cast.lan.presses("Nhận 1 người")

    assert people(cast, cast.ty) == ["Lý Thị Dung"]
    assert "Em đã chuyển tên" in cast.ty.text


async def test_a_request_is_decided_once(cast: Cast) -> None:
    """Two leaders press at the same moment, in two workers: the slower finds it settled."""
    await ask(cast, cast.ty, "Lý Thị Dung 1949", await link_of_k8(cast))
    now = cast.clock.now()
    with begin(cast.engine) as session:
        actor = recognise(session, address="sandbox:lan", name="", now=now)
        incoming = Incoming("sandbox", "1", "sandbox:lan@sandbox", "sandbox:lan", now, private=True)
        call = Call(session, actor, now, incoming)
        seen = rows.get(session, 1)
        assert seen is not None
        session.expunge(seen)
        assert rows.decide(session, 1, JoinState.REJECTED, by=None, now=now)
        session.add(seen)  # as the slower worker had read it
        replies = [deciding.join(call, f"1 is {cast.member('Lý Thị Dung').id}")]
        replies.append(deciding.join(call, "1 no"))

    assert [getattr(reply, "template", "") for reply in replies] == ["joining/settled.j2"] * 2
    assert people(cast, cast.ty) == []


async def test_a_stranger_gets_no_join_link(cast: Cast) -> None:
    await cast.ty.says("/linkthamgia")

    assert "không thuộc đơn vị" in cast.ty.text


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


TODAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("võ thị an", "Võ Thị An"),
        ("VÕ THỊ AN", "Võ Thị An"),
        ("Tôi tên là Võ Thị An", "Võ Thị An"),
        ("họ và tên: Hồ Thị La", "Hồ Thị La"),
        ("Thị Sen", "Thị Sen"),
        ("An", ""),
        ("Võ Thị An!!!", ""),
        ("https://lừa.đảo an", ""),
    ],
)
def test_names(text: str, name: str) -> None:
    assert read_name(text) == name


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("1968", "1968"),
        ("sinh năm 1968 nha", "1968"),
        ("20/10/1980", "1980"),
        ("68", "1968"),
        ("sn 05", "2005"),
        ("1899", ""),
        ("2020", ""),
        ("0912345678", ""),
        ("", ""),
    ],
)
def test_years(text: str, year: str) -> None:
    assert read_year(text, TODAY) == year


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Võ Thị An, 1980", ("Võ Thị An", "1980")),
        ("Võ Thị An sinh ngày 20-10-1980", ("Võ Thị An", "1980")),
        ("em là Võ Thị An sn 1980", ("Võ Thị An", "1980")),
        ("Võ Thị An", ("Võ Thị An", "")),
        ("1980", ("", "1980")),
    ],
)
def test_name_and_year_in_one(text: str, person: tuple[str, str]) -> None:
    assert read_person(text, TODAY) == person
