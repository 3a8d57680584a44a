"""The leader's one list, and what she makes of each name."""

from __future__ import annotations

from sqlmodel import select

from handlers.access import recognise
from handlers.chat import Call, Incoming
from handlers.joining import deciding
from storage import accounts
from storage import joining as rows
from storage.database import begin
from storage.joining import JoinRequest, JoinState
from storage.members import Member, Role, RoleKind
from tests.cast import Cast
from tests.doors import LINK, ask, link_of_k8, people


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


async def test_without_a_leader_the_level_above_decides(cast: Cast) -> None:
    token = await link_of_k8(cast)
    with begin(cast.engine) as session:
        for role in session.exec(select(Role).where(Role.kind == RoleKind.LEADER)):
            session.delete(role)
    await ask(cast, cast.ty, "Lý Thị Dung 1949", token)

    assert "1 người chờ chị xác nhận" in cast.hoa.text
    await cast.hoa.presses("Nhận 1 người")
    assert people(cast, cast.ty) == ["Lý Thị Dung"]


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
