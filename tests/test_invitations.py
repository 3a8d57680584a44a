"""Codes: issued, redeemed once, confirmed twice where that is wise, taken back."""

from __future__ import annotations

import random
import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from bot.channels.sandbox import PLAIN
from handlers import invitations
from handlers.access import recognise
from handlers.chat import Call, Incoming, Who
from handlers.invitations import actions, codes
from storage import accounts, consents, members, units
from storage import invitations as rows
from storage.database import begin
from storage.invitations import Invitation
from storage.mail import Inbox
from storage.members import Member, Role, RoleKind
from tests.cast import Cast, Player, Room

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


def issue(
    cast: Cast, unit: str, role: str, name: str = "", *, by: Player | None = None, seed: int = 1
) -> str:
    """A code, as the operator or a person would issue it."""
    with begin(cast.engine) as session:
        found = units.by_code(session, unit)
        assert found is not None and found.id is not None
        issuer = accounts.by_address(session, f"sandbox:{by.key}") if by else None
        return invitations.issue(
            session,
            found.id,
            role,
            cast.member(name).id if name else None,
            issued_by=issuer.id if issuer else None,
            now=cast.clock.now(),
            rng=random.Random(seed),
        ).code


def standing(cast: Cast, player: Player) -> Who:
    with cast.session() as session:
        return recognise(
            session, address=f"sandbox:{player.key}", name="", now=cast.clock.now()
        ).highest()


def drop_roles(cast: Cast, name: str) -> None:
    """She loses every role she holds."""
    with begin(cast.engine) as session:
        for role in session.exec(select(Role).where(Role.member_id == cast.member(name).id)):
            role.until = cast.clock.now().date()
            session.add(role)


def close_door(cast: Cast, address: str) -> None:
    """She blocks the bot."""
    with begin(cast.engine) as session:
        account = accounts.by_address(session, address)
        assert account is not None
        account.blocked = True
        session.add(account)


def code_in(player: Player) -> str:
    """The code in what the bot last sent for forwarding."""
    found = CODE.search(player.text)
    assert found is not None, player.text
    return found[0]


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
        ("2026-11", "sandbox", None)
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


# --- officers -----------------------------------------------------------------------------


async def test_an_officers_code_from_chat_waits_for_its_issuer(cast: Cast) -> None:
    await cast.mai.says("/moi")
    await cast.mai.presses("Cán bộ")
    await cast.mai.presses("Hội LHPN Phường 6")
    await cast.mai.presses("Chưa có trong danh sách")
    await cast.ty.says(f"/start {code_in(cast.mai)}")
    assert "họ và tên" in cast.ty.text
    await cast.ty.says("TRƯƠNG THỊ TÝ")
    assert "Trương Thị Tý" in cast.ty.text
    await cast.ty.presses("Đúng, xác nhận")

    assert "chờ người mời" in cast.ty.text
    assert standing(cast, cast.ty) is Who.OUTSIDER
    assert "Trương Thị Tý" in cast.mai.text

    await cast.mai.presses("Đúng người")

    assert standing(cast, cast.ty) is Who.OFFICER
    assert "cán bộ" in cast.ty.text
    assert cast.member("Trương Thị Tý").unit_id == cast.unit("P6").id


async def test_an_issuer_who_does_not_know_the_holder_voids_the_code(cast: Cast) -> None:
    code = issue(cast, "P5", "officer", "Lê Thị Hoa", by=cast.mai)
    await cast.ty.says(f"/start {code}")
    await cast.mai.presses("Không phải, huỷ mã")

    assert "đã huỷ" in cast.ty.text
    await cast.ty.says(f"/start {code}")
    assert "không còn hiệu lực" in cast.ty.text
    await cast.mai.presses("Đúng người")
    assert "xử lý xong" in cast.mai.text
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_an_operators_officer_code_asks_for_the_name_it_was_made_for(cast: Cast) -> None:
    code = issue(cast, "P5", "officer", "Lê Thị Hoa")
    await cast.ty.says(f"/start {code}")
    assert "Hoa" not in cast.ty.text
    assert standing(cast, cast.ty) is Who.OUTSIDER
    await cast.ty.says("le thi hoa")

    assert standing(cast, cast.ty) is Who.OFFICER
    assert "người quản trị máy chủ" in cast.mai.text  # the level above learns of it
    await cast.mai.presses("Thu hồi")
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_five_wrong_names_void_an_officers_code(cast: Cast) -> None:
    code = issue(cast, "P5", "officer", "Lê Thị Hoa")
    await cast.ty.says(f"/start {code}")
    for _ in range(4):
        await cast.ty.says("Nguyễn Thị Sai")
        assert "chưa khớp" in cast.ty.text
    await cast.ty.says("Nguyễn Thị Sai")
    assert "không còn hiệu lực" in cast.ty.text
    await cast.ty.says(f"/start {code}")
    assert "không còn hiệu lực" in cast.ty.text
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_an_operators_nameless_officer_gives_her_name_and_confirms(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P6', 'officer')}")
    await cast.ty.says("😀😀")
    assert "Nguyễn Thị Lan" in cast.ty.text  # an example of a name
    await cast.ty.says("tôi tên là Trương Thị Tý")
    assert standing(cast, cast.ty) is Who.OUTSIDER
    await cast.ty.presses("Sửa tên")
    await cast.ty.says("Trương Thị Ty")
    await cast.ty.presses("Đúng, xác nhận")

    assert standing(cast, cast.ty) is Who.OFFICER
    assert cast.member("Trương Thị Ty")


async def test_a_code_that_names_an_officer_is_an_officers_code_whatever_its_role(
    cast: Cast,
) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5', 'member', 'Lê Thị Hoa', by=cast.mai)}")

    assert "chờ người mời" in cast.ty.text
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_while_the_issuer_is_asked_the_code_is_taken(cast: Cast) -> None:
    code = issue(cast, "P5", "officer", "Lê Thị Hoa", by=cast.mai)
    await cast.ty.says(f"/start {code}")
    await cast.an.says(f"/start {code}")
    assert "đã có người dùng" in cast.an.text
    await cast.ty.says(f"/start {code}")
    assert "chờ người mời" in cast.ty.text


async def test_an_issuer_who_lost_her_office_confirms_nobody(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5', 'officer', 'Lê Thị Hoa', by=cast.mai)}")
    drop_roles(cast, "Trần Thị Mai")
    await cast.mai.presses("Đúng người")

    assert "không thuộc đơn vị" in cast.mai.toast
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_where_the_issuer_cannot_be_asked_the_officers_are(cast: Cast) -> None:
    code = issue(cast, "P6", "officer", by=cast.mai)
    close_door(cast, "sandbox:mai")
    await cast.ty.says(f"/start {code}")
    await cast.ty.says("Trương Thị Tý")
    await cast.ty.presses("Đúng, xác nhận")

    assert "Trương Thị Tý" in Room(cast, "mai@plain", PLAIN).text  # her other door


async def test_an_officer_at_the_top_is_made_known_to_her_equals(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'TP', 'officer')}")
    await cast.ty.says("Trương Thị Tý")
    await cast.ty.presses("Đúng, xác nhận")

    assert "Trương Thị Tý" in cast.mai.text
    assert cast.mai.labels == []  # told, but equals do not put each other out
    await cast.mai.says("/uninvite 1")
    assert "không thuộc đơn vị" in cast.mai.text


async def test_who_is_named_by_the_operator_is_made_known_to_her_leader(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5-K8', 'team_head', 'Đặng Thị Bình')}")

    assert "tổ trưởng Tổ 2" in cast.lan.text
    assert standing(cast, cast.ty) is Who.TEAM_HEAD


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


async def test_a_step_too_late_is_told_so(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5', 'officer')}")
    await cast.passes(hours=25)
    await cast.ty.says("/invited 1 name Trương Thị Tý")

    assert "hết hạn" in cast.ty.text


async def test_a_name_gives_no_more_than_its_issuer_could(cast: Cast) -> None:
    """An of Khóm 8 also leads a branch of another ward: Hoa may not open that door."""
    an, other = cast.member("Võ Thị An").id, cast.unit("P6-K8").id
    assert an is not None and other is not None
    with begin(cast.engine) as session:
        members.grant(session, an, other, RoleKind.LEADER, on=cast.clock.now().date())
    await cast.ty.says(f"/start {issue(cast, 'P5-K8', 'deputy', by=cast.hoa)}")
    await cast.ty.says("Võ Thị An")
    await cast.ty.presses("Đúng, xác nhận")
    await cast.ty.presses("sinh 1980")

    assert "không thuộc đơn vị" in cast.ty.toast
    assert standing(cast, cast.ty) is Who.OUTSIDER


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


# --- leaders whom the register does not know ------------------------------------------------


async def test_a_leader_nobody_knows_is_written_down_under_her_accounts_name(cast: Cast) -> None:
    with begin(cast.engine) as session:
        for role in session.exec(select(Role).where(Role.kind == RoleKind.LEADER)):
            session.delete(role)
    new = cast.add_player("moi", "kiều thị mới")
    await new.says(f"/start {issue(cast, 'P6-K8', 'leader')}")
    assert standing(cast, new) is Who.OUTSIDER
    await new.presses("Kiều Thị Mới")

    assert standing(cast, new) is Who.LEADER
    assert cast.member("Kiều Thị Mới").unit_id == cast.unit("P6-K8").id


async def test_a_leader_the_register_knows_by_name_becomes_that_person(cast: Cast) -> None:
    new = cast.add_player("an3", "An")
    await new.says(f"/start {issue(cast, 'P5-K8', 'leader')}")
    await new.says("Võ Thị An")
    await new.presses("Đúng, xác nhận")
    assert any("sinh 1980" in label for label in new.labels)
    await new.presses("sinh 1980")

    assert standing(cast, new) is Who.LEADER
    with cast.session() as session:
        assert len(session.exec(select(Member).where(Member.name == "Võ Thị An")).all()) == 1


async def test_a_namesake_may_be_somebody_else(cast: Cast) -> None:
    new = cast.add_player("an3", "An")
    await new.says(f"/start {issue(cast, 'P5-K8', 'leader')}")
    await new.says("Võ Thị An")
    await new.presses("Đúng, xác nhận")
    await new.says(f"/invited 1 is {cast.member('Đặng Thị Bình').id}")
    assert "không thuộc đơn vị" in new.text  # only whom her own name names
    await new.presses("Tôi là người khác")

    assert standing(cast, new) is Who.LEADER
    with cast.session() as session:
        assert len(session.exec(select(Member).where(Member.name == "Võ Thị An")).all()) == 2


async def test_nobody_becomes_an_officer_by_sharing_her_name(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5', 'deputy', by=cast.mai)}")
    await cast.ty.says("Lê Thị Hoa")
    await cast.ty.presses("Đúng, xác nhận")

    assert standing(cast, cast.ty) is Who.LEADER  # a new person; the officer was not offered
    with cast.session() as session:
        assert len(session.exec(select(Member).where(Member.name == "Lê Thị Hoa")).all()) == 2


async def test_an_officer_found_by_name_still_needs_her_issuer(cast: Cast) -> None:
    with begin(cast.engine) as session:
        ward = cast.unit("P6").id
        assert ward is not None
        members.add(session, unit_id=ward, name="Trương Thị Tý", now=cast.clock.now())
    await cast.ty.says(f"/start {issue(cast, 'P6', 'officer', by=cast.mai)}")
    await cast.ty.says("trương thị tý")
    await cast.ty.presses("Đúng, xác nhận")
    await cast.ty.presses("✅ Trương Thị Tý")
    assert standing(cast, cast.ty) is Who.OUTSIDER
    await cast.mai.presses("Đúng người")

    assert standing(cast, cast.ty) is Who.OFFICER
    assert cast.member("Trương Thị Tý")  # one person, not two


async def test_an_account_without_a_name_must_type_one(cast: Cast) -> None:
    new = cast.add_player("sao", "⭐")
    await new.says(f"/start {issue(cast, 'P6-K8', 'leader')}")
    assert new.labels == []
    await new.says("/invited 1 yes")
    assert "họ và tên đầy đủ" in new.text


# --- who may invite whom -------------------------------------------------------------------


async def test_a_member_cannot_issue_codes(cast: Cast) -> None:
    await cast.an.says("/moi Lý Thị Dung")
    assert "không thuộc đơn vị" in cast.an.text
    await cast.an.says("/invite member 4 #1")
    assert "không thuộc đơn vị" in cast.an.text
    with cast.session() as session:
        assert session.exec(select(Invitation)).all() == []


async def test_a_stranger_cannot_issue_codes(cast: Cast) -> None:
    await cast.ty.says("/moi")

    assert "không thuộc đơn vị" in cast.ty.text


async def test_a_leader_cannot_name_leaders_or_officers(cast: Cast) -> None:
    for role in ("leader", "officer", "deputy"):
        await cast.lan.says(f"/invite {role} {cast.unit('P5-K8').id} new")
        assert "không thuộc đơn vị" in cast.lan.text
    with cast.session() as session:
        assert session.exec(select(Invitation)).all() == []


async def test_a_leader_is_not_even_asked_where(cast: Cast) -> None:
    await cast.lan.says("/invite officer")

    assert "không thuộc đơn vị" in cast.lan.text


async def test_an_officer_may_call_up_a_member_from_below(cast: Cast) -> None:
    await cast.hoa.says("/invite officer")
    await cast.hoa.says("vo thi an")
    assert "Võ Thị An" in cast.hoa.text
    await cast.hoa.says(f"/invite member {cast.unit('P5-K1').id} #{cast.member('Võ Thị An').id}")
    assert "không thuộc đơn vị" in cast.hoa.text  # she is not of that branch


async def test_a_leader_cannot_invite_into_another_branch(cast: Cast) -> None:
    tam = cast.member("Bùi Thị Tám").id
    await cast.lan.says(f"/invite member {cast.unit('P5-K1').id} #{tam}")
    assert "không thuộc đơn vị" in cast.lan.text
    await cast.lan.says(f"/invite member {cast.unit('P5-K8').id} #{tam}")
    assert "không thuộc đơn vị" in cast.lan.text


async def test_an_officer_of_another_ward_cannot_invite_here(cast: Cast) -> None:
    await cast.hoa.says(f"/invite leader {cast.unit('P6-K8').id}")

    assert "không thuộc đơn vị" in cast.hoa.text


async def test_a_leader_cannot_open_an_officers_door_by_a_members_code(cast: Cast) -> None:
    """Hoa is on the roster of Khóm 8 and an officer of the ward: being taken for her is a key."""
    with begin(cast.engine) as session:
        hoa = session.exec(select(Member).where(Member.name == "Lê Thị Hoa")).one()
        k8 = units.by_code(session, "P5-K8")
        assert k8 is not None and k8.id is not None
        hoa.unit_id = k8.id
        session.add(hoa)
    await cast.lan.says(f"/invite member {cast.unit('P5-K8').id} #{hoa.id}")
    assert "không thuộc đơn vị" in cast.lan.text
    await cast.lan.says("/moi Lê Thị Hoa")
    assert "chưa tìm thấy" in cast.lan.text


async def test_a_leaders_code_opens_only_its_own_unit(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P6-K8', 'leader', 'Dương Thị Ngà', by=cast.mai)}")
    await cast.ty.says("/moi Lý Thị Dung")

    assert "chưa tìm thấy" in cast.ty.text  # she looks in her own branch


async def test_another_leader_cannot_take_a_code_back(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5-K8', 'member', 'Lý Thị Dung', by=cast.lan)}")
    await cast.nga.says("/uninvite 1")
    assert "không thuộc đơn vị" in cast.nga.text
    assert standing(cast, cast.ty) is Who.MEMBER
    await cast.hoa.says("/uninvite 1")  # the ward above may
    assert standing(cast, cast.ty) is Who.OUTSIDER


async def test_a_holders_steps_are_hers_alone(cast: Cast) -> None:
    await cast.ty.says(f"/start {issue(cast, 'P5', 'officer')}")
    await cast.an.says("/invited 1 name Võ Thị An")
    assert "không thuộc đơn vị" in cast.an.text
    await cast.an.says("/invited 1 yes")
    assert standing(cast, cast.an) is Who.MEMBER


# --- guided on a channel with nothing but words ------------------------------------------


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


# --- the codes themselves -------------------------------------------------------------------


@given(seed=st.integers())
def test_every_code_reads_back_however_it_is_copied(seed: int) -> None:
    code = codes.make_code(random.Random(seed))
    bare = code.replace("-", "")

    assert CODE.fullmatch(code)
    assert codes.read_code(code) == codes.read_code(f" {bare.lower()} ") == bare
    assert codes.read_code(bare.replace("0", "O").replace("1", "l")) == bare
    assert codes.find(f"em gửi mã {code} ạ") == code


@pytest.mark.parametrize(
    "text", ["079163012345", "phamthithanh", "0912 345 678", "có mặt", "", "👍"]
)
def test_phones_names_and_answers_are_no_codes(text: str) -> None:
    assert codes.find(text) == ""


async def test_typed_digits_of_an_identity_card_are_not_taken_for_a_code(cast: Cast) -> None:
    await cast.an.says("079163012345")

    assert "Em chưa hiểu" in cast.an.text
    with cast.session() as session:
        assert len(session.exec(select(Inbox)).all()) == 1


def test_codes_do_not_repeat() -> None:
    rng = random.Random(3)
    assert len({codes.make_code(rng) for _ in range(2000)}) == 2000
    assert timedelta(hours=24) == invitations.LIFE
