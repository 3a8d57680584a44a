"""A member's card, and what a leader does with it: edits, leaving, coming back, moving, history."""

from __future__ import annotations

from sqlmodel import select

from handlers.privacy import exporting
from storage import histories
from storage.database import begin, reading
from storage.members import LeftReason, Member, MemberStatus, Role
from tests.cast import Cast, Player


def changed(cast: Cast, player: Player, **facts: object) -> None:
    """Write facts of somebody straight into the register."""
    with begin(cast.engine) as session:
        member = session.get(Member, player.member.id)
        assert member is not None
        for name, value in facts.items():
            setattr(member, name, value)
        session.add(member)


async def card(cast: Cast, player: Player, whose: Player) -> str:
    await player.says(f"/card {whose.member.id}")
    return player.text


async def test_a_leader_mends_a_phone_and_takes_it_back(cast: Cast) -> None:
    await card(cast, cast.lan, cast.binh)
    await cast.lan.presses("Sửa")
    await cast.lan.presses("Điện thoại")
    assert "đang ghi: chưa có" in cast.lan.text
    await cast.lan.says("số lạ")
    assert "ví dụ 0912 345 678" in cast.lan.text
    await cast.lan.says("+84 912 345 678")
    assert cast.lan.text == ("Đã ghi cho Đặng Thị Bình. Điện thoại: trống → 0912 345 678")
    assert cast.binh.member.phone == "0912345678"
    await cast.lan.presses("Hoàn tác")
    assert cast.binh.member.phone == ""
    await cast.lan.presses("Hoàn tác")
    assert "đã được sửa tiếp sau đó" in cast.lan.text


async def test_each_field_is_read_as_people_write_it(cast: Cast) -> None:
    id_ = cast.binh.member.id
    for said, field, value in (
        ("birth 19-5-1958", "birth", "1958-05-19"),
        ("name LÊ thị bình", "name", "Lê Thị Bình"),
        ("alias Bảy Lan", "alias", "Bảy Lan"),
        ("team số 3", "team", "Tổ 3"),
        ("joined 8/3/2015", "joined", "2015-03-08"),
        ("job Buôn bán", "job", "Buôn bán"),
        ("note xoá", "note", ""),
        ("address Hẻm 5", "address", "Hẻm 5"),
        ("address xoá", "address", ""),
    ):
        await cast.lan.says(f"/edit {id_} {said}")
        with reading(cast.engine) as session:
            member = session.get(Member, id_)
            assert member is not None
            assert getattr(member, field) == value, said
    with reading(cast.engine) as session:
        binh = session.get(Member, id_)
        assert binh is not None
        assert (binh.folded, binh.alias_folded) == ("le thi binh", "bay lan")
    for said in ("birth 12/12/2036", "birth 31/2/1958", "name Bình", "joined sang năm", "team ..."):
        await cast.lan.says(f"/edit {id_} {said}")
        assert "Em chưa hiểu" in cast.lan.text
        await cast.lan.says("thôi")
    await cast.lan.says(f"/edit {id_} job buôn bán")
    await cast.lan.says(f"/edit {id_} job buôn bán")
    assert "đã ghi đúng như vậy rồi" in cast.lan.text


async def test_the_history_tells_what_when_and_by_whom(cast: Cast) -> None:
    id_ = cast.binh.member.id
    await cast.lan.says(f"/edit {id_} birth 1959")
    await cast.lan.says(f"/leave {id_} away")
    await card(cast, cast.lan, cast.binh)
    await cast.lan.presses("Lịch sử")
    assert "Lịch sử của Đặng Thị Bình" in cast.lan.text
    assert "16/11/2026: sửa ngày sinh 1958 → 1959 (Nguyễn Thị Lan)" in cast.lan.text
    assert "ghi đi làm xa (Nguyễn Thị Lan)" in cast.lan.text
    assert "16/11/2026: vào sổ" in cast.lan.text


async def test_a_history_has_no_codes_and_leaves_addresses_as_they_are(cast: Cast) -> None:
    id_, now = cast.binh.member.id or 0, cast.clock.now()
    await cast.lan.says(f"/edit {id_} address Số 12-14")
    await cast.lan.says(f"/edit {id_} phone 0912345678")
    await cast.lan.says(f"/leave {id_} away")
    with begin(cast.engine) as session:
        changes = {"no_phone": [False, True]}
        histories.note(session, id_, histories.Happened.IMPORTED, now, changes=changes)

    await cast.lan.says(f"/history {id_}")
    assert "→ Số 12-14" in cast.lan.text
    assert "điện thoại trống → 0912 345 678" in cast.lan.text
    assert "cập nhật theo danh sách" in cast.lan.text
    with reading(cast.engine) as session:
        own = exporting.as_text(session, session.get_one(Member, id_), now)
    assert "điện thoại: trống → 0912 345 678" in own
    for code in ("active", "status", "no_phone", "True"):
        assert code not in cast.lan.text + own


async def test_who_works_elsewhere_is_no_longer_counted_until_she_is_back(cast: Cast) -> None:
    await card(cast, cast.lan, cast.binh)
    await cast.lan.presses("Nghỉ, rời Hội")
    await cast.lan.presses("Đi làm xa")
    assert cast.binh.member.status == MemberStatus.AWAY
    await card(cast, cast.lan, cast.binh)
    await cast.lan.presses("Trở lại")
    assert "trở lại, từ nay tính như trước" in cast.lan.text
    await cast.lan.says(f"/back {cast.binh.member.id}")
    assert "Em đang tính" in cast.lan.text
    assert cast.binh.member.status == MemberStatus.ACTIVE


async def test_a_death_is_asked_twice_ends_offices_and_is_spoken_of_gently(cast: Cast) -> None:
    await card(cast, cast.lan, cast.thu)
    await cast.lan.presses("Nghỉ, rời Hội")
    await cast.lan.presses("Đã mất")
    assert cast.lan.text.startswith("Chị xác nhận giúp em: Phạm Thị Thu đã mất?")
    assert cast.thu.member.status == MemberStatus.ACTIVE
    await cast.lan.presses("Đúng vậy")
    assert "Em xin chia buồn" in cast.lan.text
    assert "Đã thôi 1 chức vụ" in cast.lan.text
    thu = cast.thu.member
    assert (thu.status, thu.left_reason, thu.left_on) == ("left", "died", "2026-11-16")
    await cast.lan.says("/tim thu")
    assert "không thấy ai" in cast.lan.text
    await cast.lan.says("/tim thu đã mất")
    assert "Đã mất, 16/11/2026" in cast.lan.text
    await cast.lan.says(f"/leave {thu.id} moved")
    assert "từ trước" in cast.lan.text
    await cast.lan.presses("Nhầm, cho trở lại")
    assert cast.thu.member.status == MemberStatus.ACTIVE


async def test_nobody_writes_herself_or_an_officer_out_of_the_union(cast: Cast) -> None:
    await cast.lan.says(f"/leave {cast.lan.member.id} asked yes")
    assert "không tự ghi mình rời Hội" in cast.lan.text
    with begin(cast.engine) as session:
        ward = cast.unit("P5").id or 0
        session.add(Role(member_id=cast.binh.member.id or 0, unit_id=ward, kind="officer"))
    await cast.lan.says(f"/leave {cast.binh.member.id} asked yes")
    assert "nhờ cán bộ Hội cấp trên" in cast.lan.text
    await cast.lan.says(f"/move {cast.binh.member.id}")
    assert "nhờ cán bộ Hội cấp trên" in cast.lan.text


async def test_the_other_leader_takes_whom_a_leader_sends(cast: Cast) -> None:
    changed(cast, cast.thu, team="Tổ 1")
    await card(cast, cast.lan, cast.thu)
    await cast.lan.presses("Chuyển chi hội")
    await cast.lan.says("khóm 99")
    assert "không thấy chi hội nào" in cast.lan.text
    await cast.lan.says("ch khom 1")
    await cast.lan.presses("Chi hội Khóm 1")
    assert "Em đã hỏi Chi hội Khóm 1" in cast.lan.text
    assert cast.thu.member.unit_id == cast.unit("P5-K8").id
    assert "Chị có nhận không ạ?" in cast.sau.text
    await cast.sau.presses("Nhận")
    thu = cast.thu.member
    assert (thu.unit_id, thu.team) == (cast.unit("P5-K1").id, "")
    assert "Chi hội Khóm 1 đã nhận Phạm Thị Thu" in cast.lan.text
    await cast.sau.presses("Không nhận")
    assert "đã được giải quyết rồi" in cast.sau.text
    with reading(cast.engine) as session:
        event, *_ = histories.of_member(session, thu.id or 0, 1)
        assert event.changes == {"unit": ["Chi hội Khóm 8", "Chi hội Khóm 1"]}
        assert not [role for role in session.exec(select(Role).where(Role.member_id == thu.id)) if role.until is None]  # fmt: skip


async def test_a_no_leaves_her_where_she_is(cast: Cast) -> None:
    await cast.lan.says(f"/move {cast.binh.member.id} khóm 1")
    await cast.lan.presses("Chi hội Khóm 1")
    await cast.sau.presses("Không nhận")
    assert "chưa nhận Đặng Thị Bình. Chị ấy vẫn ở Chi hội Khóm 8" in cast.lan.text
    assert cast.binh.member.unit_id == cast.unit("P5-K8").id
    await cast.nga.says("/move_end 1 yes")
    assert "Đặng" not in cast.nga.text


async def test_an_officer_of_both_moves_at_once(cast: Cast) -> None:
    await cast.hoa.says(f"/move {cast.binh.member.id} P5-K1")
    await cast.hoa.presses("Chi hội Khóm 1")
    assert cast.hoa.text.startswith("Đã chuyển Đặng Thị Bình từ Chi hội Khóm 8")
    await cast.hoa.says(f"/move {cast.binh.member.id} to {cast.unit('P5').id}")
    assert cast.binh.member.unit_id == cast.unit("P5-K1").id


async def test_a_branch_nobody_answers_for_takes_nobody(cast: Cast) -> None:
    with begin(cast.engine) as session:
        for role in session.exec(select(Role)).all():
            if role.kind == "officer" or role.member_id == cast.nga.member.id:
                session.delete(role)
    await cast.lan.says(f"/move {cast.binh.member.id} P6-K8")
    await cast.lan.presses("Chi hội Khóm 8")
    assert "chưa có ai dùng em để nhận" in cast.lan.text + cast.lan.toast


async def test_two_records_of_one_person_are_compared_and_merged_from_a_card(cast: Cast) -> None:
    changed(cast, cast.dung, name="Đặng Thị Bính", folded="dang thi binh", phone="0912345678")
    await card(cast, cast.lan, cast.binh)
    await cast.lan.presses("Gộp hồ sơ trùng")
    await cast.lan.says("xyz")
    assert "không thấy ai" in cast.lan.text
    await cast.lan.says("bính")
    await cast.lan.presses("Đặng Thị Bính · 1949")
    assert "Ngày sinh: 1958 | 1949" in cast.lan.text
    await cast.lan.presses("Cùng một người")
    assert "Chỗ hai bên khác nhau em giữ theo sổ: họ tên, ngày sinh" in cast.lan.text
    assert cast.binh.member.phone == "0912345678"
    await card(cast, cast.lan, cast.binh)
    assert "Tách: Đặng Thị Bính" in cast.lan.labels
    await cast.lan.presses("Tách: Đặng Thị Bính")
    assert cast.binh.member.phone == ""
    await cast.lan.says(f"/merge {cast.binh.member.id} {cast.binh.member.id} yes")
    assert "hai hồ sơ" not in cast.lan.text.lower()


async def test_a_merged_record_is_neither_brought_back_nor_merged_again(cast: Cast) -> None:
    one, two = cast.binh.member.id, cast.an.member.id
    await cast.lan.says(f"/merge {one} {two} yes")
    await cast.lan.says(f"/back {two}")
    assert cast.an.member.left_reason == LeftReason.MERGED
    await cast.lan.says(f"/merge {one} {two} yes")
    assert "đã được giải quyết rồi" in cast.lan.text
    await cast.lan.says(f"/card {two}")
    assert "Đã gộp vào hồ sơ khác" in cast.lan.text


# --- Search -----------------------------------------------------------------------------------------


async def test_a_nickname_and_the_order_of_birth_lead_to_her(cast: Cast) -> None:
    changed(cast, cast.binh, alias="Bảy Lành", alias_folded="bay lanh", name="Đặng Thị Lan", folded="dang thi lan")  # fmt: skip
    for words in ("chị Bảy Lan", "bay lanh", "Bảy Lành", "dang bay"):
        await cast.lan.says(f"/tim {words}")
        assert cast.lan.text.startswith("Đặng Thị Lan (Bảy Lành)"), words
    await cast.lan.says("/tim chị Tư Bình")
    assert "không thấy ai" in cast.lan.text
    await cast.lan.says("/tim chị Tư An")
    assert "Em không thấy ai tên gọi đúng như “chị Tư An”" in cast.lan.text
    assert any("Võ Thị An" in label for label in cast.lan.labels)


async def test_who_is_spelt_as_typed_comes_first_and_the_others_are_candidates(cast: Cast) -> None:
    changed(cast, cast.an, name="Lê Thị Thúy", folded="le thi thuy")
    changed(cast, cast.binh, name="Lê Thị Thùy", folded="le thi thuy")
    await cast.lan.says("/tim thuý")
    assert [label.split(" · ")[0] for label in cast.lan.labels] == [
        "Lê Thị Thúy",
        "Cả tên gần giống (1)",
        "Tìm người khác",
    ]
    await cast.lan.presses("Cả tên gần giống")
    assert len(cast.lan.labels) == 3
