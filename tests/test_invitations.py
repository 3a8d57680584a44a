"""Codes: issued, redeemed once, taken back."""

from __future__ import annotations

import pytest
from sqlmodel import select

from bot.channels.sandbox import PLAIN
from handlers.access import recognise
from handlers.chat import Call, Incoming, Who
from handlers.invitations import actions, codes
from storage import accounts, consents
from storage import invitations as rows
from storage.database import begin
from storage.invitations import Invitation
from tests.cast import Cast
from tests.doors import CODE, close_door, code_in, drop_roles, issue, standing


async def test_an_officer_invites_a_leader_who_becomes_one_at_once(cast: Cast) -> None:
    new = cast.add_player("lan2", "Lan máy mới")
    await cast.hoa.says("mời")
    await cast.hoa.presses("Chi hội trưởng")
    assert "Chi hội Khóm 8" in cast.hoa.labels
    await cast.hoa.presses("Chi hội Khóm 8")

    assert "Nguyễn Thị Lan" in cast.hoa.text
    assert "https://sandbox.test/?start=" in cast.hoa.text
    await new.says(f"/start {code_in(cast.hoa)}")

    assert "trợ lý tự động" in new.text
    assert "chi hội trưởng" in new.text
    assert "OTP" in new.text
    assert standing(cast, new) is Who.LEADER
    assert "Mã mời đã được dùng" in cast.hoa.text
    assert "Lan máy mới" in cast.hoa.text


async def test_her_other_phone_is_warned_when_somebody_becomes_her(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5-K8', 'member', 'Võ Thị An', by=cast.lan)}")

    assert "vừa được nhận là Võ Thị An" in cast.an.text


async def test_consent_is_shown_with_its_version_and_counts_only_once_pressed(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5-K8', 'member', 'Lý Thị Dung', by=cast.lan)}")
    dung = cast.member("Lý Thị Dung").id
    assert dung is not None
    with cast.session() as session:
        shown = consents.of_member(session, dung)
    assert [(row.text_version, row.channel, row.agreed_at) for row in shown] == [
        ("2026-11-24", "sandbox", None)
    ]

    await cast.ty.presses("Đồng ý")

    assert "cảm ơn" in cast.ty.text
    with cast.session() as session:
        assert consents.of_member(session, dung)[0].agreed_at == cast.clock.now()


async def test_a_code_works_once(cast: Cast) -> None:
    code = issue(cast, "P5-K8", "member", "Lý Thị Dung", by=cast.lan)
    other = cast.add_player("moi", "Người Khác")
    await cast.ty.says(f"/start {code}")
    await other.says(f"/start {code}")

    assert "đã có người dùng" in other.text
    assert standing(cast, other) is Who.OUTSIDER
    await cast.ty.says(f"/start {code}")
    assert "vẫn nhận ra chị" in cast.ty.text


async def test_a_code_dies_after_a_day(cast: Cast) -> None:
    code = issue(cast, "P5-K8", "member", "Lý Thị Dung", by=cast.lan)
    await cast.passes(hours=24)
    await cast.ty.says(f"/start {code}")

    assert "hết hạn" in cast.ty.text
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_a_code_a_minute_before_a_day_still_works(cast: Cast) -> None:
    code = issue(cast, "P5-K8", "member", "Lý Thị Dung", by=cast.lan)
    await cast.passes(hours=23, minutes=59)
    await cast.ty.says(f"/start {code}")

    assert standing(cast, cast.ty) is Who.MEMBER


@pytest.mark.parametrize(
    "spelling",
    [
        "{code}",
        "{lower}",
        "{bare}",
        "mã của em là {code} nha",
        "https://t.me/chihoi_bot?start={code}",
    ],
)
async def test_a_code_may_be_typed_in_many_ways(cast: Cast, spelling: str) -> None:
    code = issue(cast, "P5-K8", "member", "Lý Thị Dung", by=cast.lan)
    typed = spelling.format(code=code, lower=code.lower(), bare=code.replace("-", "").lower())
    await cast.ty.says(typed)

    assert standing(cast, cast.ty) is Who.MEMBER


async def test_guessing_ends_after_five_wrong_codes(cast: Cast) -> None:
    code = issue(cast, "P5-K8", "member", "Lý Thị Dung", by=cast.lan)
    for last in "12345":
        await cast.ty.says(f"/start AAAA-2222-333{last}")
        assert "không thấy mã này" in cast.ty.text
    await cast.ty.says(f"/start {code}")

    assert "nghỉ một giờ" in cast.ty.text
    assert standing(cast, cast.ty) is Who.OUTSIDER

    await cast.passes(hours=1, minutes=1)
    await cast.ty.says(f"/start {code}")
    assert standing(cast, cast.ty) is Who.MEMBER


async def test_a_code_shown_in_a_group_is_not_redeemed_there(cast: Cast) -> None:
    code = issue(cast, "P5-K8", "member", "Lý Thị Dung", by=cast.lan)
    await cast.ty.says(f"/start {code}", cast.k8)

    assert "tin nhắn riêng" in cast.k8.text
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_the_code_is_stored_only_as_a_digest(cast: Cast) -> None:
    code = issue(cast, "P5-K8", "member", "Lý Thị Dung", by=cast.lan)
    with cast.session() as session:
        row = session.exec(select(Invitation)).one()

    assert code.replace("-", "") not in repr(row)
    assert row.digest == codes.digest(code.replace("-", ""))


async def test_the_issuer_takes_a_redeemed_code_back(cast: Cast) -> None:
    code = issue(cast, "P5-K1", "leader", "Bùi Thị Tám", by=cast.hoa)
    await cast.ty.says(f"/start {code}")
    assert standing(cast, cast.ty) is Who.LEADER

    await cast.hoa.presses("Thu hồi")

    assert "Em đã thu hồi" in cast.hoa.text
    assert "đã được thu hồi" in cast.ty.text
    assert standing(cast, cast.ty) is Who.OUTSIDER
    assert standing(cast, cast.tam) is Who.MEMBER  # the role is gone from the person too
    await cast.hoa.presses("Thu hồi")
    assert "xử lý xong" in cast.hoa.text

    again = issue(cast, "P5-K1", "leader", "Bùi Thị Tám", by=cast.hoa, seed=2)
    await cast.ty.says(f"/start {again}")
    assert standing(cast, cast.ty) is Who.LEADER


async def test_the_issuer_takes_an_unused_code_back(cast: Cast) -> None:
    await cast.lan.says("/moi Lý Thị Dung")
    code = code_in(cast.lan)
    await cast.lan.presses("Thu hồi mã")
    await cast.ty.says(f"/start {code}")

    assert "không còn hiệu lực" in cast.ty.text
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_a_new_code_for_a_person_kills_her_older_one(cast: Cast) -> None:
    old = issue(cast, "P5-K8", "member", "Lý Thị Dung", by=cast.lan)
    issue(cast, "P5-K8", "member", "Lý Thị Dung", by=cast.lan, seed=2)
    await cast.ty.says(f"/start {old}")

    assert "không còn hiệu lực" in cast.ty.text


async def test_two_nameless_codes_stand_side_by_side(cast: Cast) -> None:
    first = issue(cast, "P5", "officer")
    issue(cast, "P5", "officer", seed=2)
    await cast.ty.says(f"/start {first}")

    assert "Mã đúng rồi" in cast.ty.text


async def test_who_has_lost_her_office_invites_nobody_any_more(cast: Cast) -> None:
    code = issue(cast, "P5-K8", "member", "Lý Thị Dung", by=cast.lan)
    drop_roles(cast, "Nguyễn Thị Lan")
    await cast.ty.says(f"/start {code}")

    assert "không còn hiệu lực" in cast.ty.text
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_not_me_undoes_the_link_and_tells_the_leader(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5-K8', 'member', 'Lý Thị Dung', by=cast.lan)}")
    await cast.ty.presses("Không phải tôi")
    assert "chắc chứ" in cast.ty.text
    await cast.ty.presses("Đúng, bỏ tên này")

    assert standing(cast, cast.ty) is Who.OUTSIDER
    assert "không phải Lý Thị Dung" in cast.lan.text


async def test_a_code_outlives_no_issuer(cast: Cast) -> None:
    code = issue(cast, "P5-K8", "member", "Lý Thị Dung", by=cast.lan)
    with begin(cast.engine) as session:
        row = session.exec(select(Invitation)).one()
        row.issued_by = None  # what erasing the issuer's account leaves
        session.add(row)
    await cast.ty.says(f"/start {code}")

    assert "không còn hiệu lực" in cast.ty.text


async def test_taking_back_reaches_a_closed_door_too(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5-K8', 'member', 'Lý Thị Dung', by=cast.lan)}")
    close_door(cast, "sandbox:ty")
    await cast.lan.presses("Thu hồi")

    assert standing(cast, cast.ty) is Who.OUTSIDER
    assert "thu hồi" not in cast.ty.text


async def test_taking_back_leaves_what_she_had_before(cast: Cast) -> None:
    """An already speaks for herself: a second code adds nothing, so there is nothing to undo."""
    await cast.an.says(f"/start {issue(cast, 'P5-K8', 'member', 'Võ Thị An', by=cast.lan)}")
    await cast.lan.presses("Thu hồi")

    assert standing(cast, cast.an) is Who.MEMBER


async def test_the_slower_of_two_workers_finds_the_code_used(cast: Cast) -> None:
    issue(cast, "P5-K8", "member", "Lý Thị Dung", by=cast.lan)
    with begin(cast.engine) as session:
        invitation, holder = rows.get(session, 1), accounts.by_address(session, "sandbox:an")
        assert invitation is not None and holder is not None
        assert rows.spend(session, 1, 2, cast.clock.now())
        actor = recognise(session, address="sandbox:an", name="", now=cast.clock.now())
        incoming = Incoming("sandbox", "1", holder.private_chat, holder.address, cast.clock.now())
        call = Call(session, actor, cast.clock.now(), incoming)
        (reply,) = actions.redeem(call, invitation, holder)

    assert reply.template == "invitations/used.j2"
    assert standing(cast, cast.an) is Who.MEMBER


async def test_two_workers_spend_a_code_once(cast: Cast) -> None:
    issue(cast, "P5-K8", "member", "Lý Thị Dung", by=cast.lan)
    with begin(cast.engine) as session:
        assert rows.spend(session, 1, 1, cast.clock.now())
        assert not rows.spend(session, 1, 2, cast.clock.now())
        assert rows.get(session, 1) is not None


async def test_who_is_named_by_the_operator_is_made_known_to_her_leader(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5-K8', 'team_head', 'Đặng Thị Bình')}")

    assert "tổ trưởng Tổ 2" in cast.lan.text
    assert standing(cast, cast.ty) is Who.TEAM_HEAD


async def test_the_whole_way_by_numbers_and_words(cast: Cast) -> None:
    cast.hoa.channel = cast.ty.channel = PLAIN
    await cast.hoa.says("moi")
    await cast.hoa.says("5")  # "Hội viên"
    assert "đơn vị nào" in cast.hoa.text
    await cast.hoa.says("khom 1")
    assert "họ và tên" in cast.hoa.text
    await cast.hoa.says("tam")
    assert "Bùi Thị Tám" in cast.hoa.text
    await cast.hoa.says("1")
    await cast.ty.says(code_in(cast.hoa))
    assert "Bùi Thị Tám" in cast.ty.text
    await cast.ty.says("1")
    assert "đồng ý" in cast.ty.text

    with cast.session() as session:
        actor = recognise(session, address="plain:ty", name="", now=cast.clock.now())
    assert actor.member_ids == (cast.member("Bùi Thị Tám").id,)


async def test_an_unknown_unit_or_name_is_asked_again(cast: Cast) -> None:
    await cast.hoa.says("mời")
    await cast.hoa.presses("Chi hội phó")
    await cast.hoa.says("khóm hai mươi")
    assert "chưa thấy đơn vị" in cast.hoa.text
    await cast.hoa.says("khóm 1")
    assert "Chi hội Khóm 1" in cast.hoa.text
    await cast.hoa.says("Không Có Ai")
    assert "chưa tìm thấy" in cast.hoa.text
    await cast.hoa.says("cao thi sau")
    assert "chi hội phó" in cast.hoa.text
    assert CODE.search(cast.hoa.text)


async def test_an_officer_names_the_person_and_the_register_knows_her_unit(cast: Cast) -> None:
    await cast.hoa.says("/moi cao thi sau")
    assert "Cao Thị Sáu" in cast.hoa.text and "Chi hội Khóm 1" in cast.hoa.text
    assert cast.hoa.labels == [
        "Chi hội trưởng",  # what the register says she is
        "Chi hội phó",
        "Tổ trưởng",
        "Hội viên",
        "Cán bộ Hội LHPN Phường 5",
    ]

    await cast.hoa.presses("Chi hội phó")
    assert "Cao Thị Sáu" in cast.hoa.text
    await cast.ty.says(f"/start {code_in(cast.hoa)}")
    assert "chi hội phó" in cast.ty.text


async def test_an_officer_chooses_among_people_of_a_name(cast: Cast) -> None:
    await cast.mai.says("/moi thi nga")  # one at P6, below her
    assert "Dương Thị Ngà" in cast.mai.text
    await cast.hoa.says("/moi thi")
    assert "Em tìm thấy 8 người tên thi" in cast.hoa.text
    await cast.hoa.presses("Võ Thị An, Tổ 1, sinh 1980 · Chi hội Khóm 8")
    assert cast.hoa.labels[0] == "Chi hội trưởng"

    await cast.hoa.says("/moi duong thi nga")  # another ward's
    assert "chưa thấy đơn vị hay người nào tên này" in cast.hoa.text
    nga = cast.member("Dương Thị Ngà").id
    await cast.hoa.says(f"/invite #{nga}")
    assert "Dương" not in cast.hoa.text and "Ngà" not in cast.hoa.text


async def test_an_officer_who_names_a_unit_means_the_unit(cast: Cast) -> None:
    await cast.hoa.says("/moi Khóm 1")
    assert "họ và tên" in cast.hoa.text and "Chi hội Khóm 1" in cast.hoa.text


async def test_asked_for_a_name_she_may_give_another_command(cast: Cast) -> None:
    await cast.hoa.says("/moi Không Có Ai")
    assert "hội viên của đơn vị nào" in cast.hoa.text
    await cast.hoa.says("tiến độ")

    assert "đơn vị nào ạ" not in cast.hoa.text
