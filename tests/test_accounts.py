"""Who is speaking: greeted, recognised, several behind one phone, kept until known, and let go."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from sqlmodel import select

from bot.channels.sandbox import PLAIN, SANDBOX
from bot.render import TEMPLATES
from handlers import linking
from handlers.access import recognise
from handlers.accounts import spoken_for, whom
from handlers.chat import Call, How, Incoming, Kind, Reply
from handlers.errors import NotYoursError, Refusal
from handlers.invitations.codes import make_token
from storage import accounts, consents
from storage.accounts import Account
from storage.database import Session, begin
from storage.joining import JoinLink
from storage.rolls import RollMark
from tests.cast import Cast, Player

TERMS = {"2026-11": "9031bbcaed2199bc", "2026-11-24": "df2e267bdeb0d143"}


async def test_first_words_of_a_stranger_are_greeted_by_a_machine(cast: Cast) -> None:
    await cast.ty.says("chào em, em ăn cơm chưa")

    assert "trợ lý tự động" in cast.ty.text
    assert "không phải người" in cast.ty.text
    assert "Em lưu gì" in cast.ty.text
    assert "Hội LHPN thành phố Cà Mau" in cast.ty.text
    for never in ("OTP", "mật khẩu", "tiền", "căn cước"):
        assert never in cast.ty.text

    await cast.ty.says("hả")
    assert "Em chưa hiểu" in cast.ty.text  # once is enough


async def test_start_alone_greets_every_time(cast: Cast) -> None:
    for _ in range(2):
        await cast.ty.says("/start")
        assert "trợ lý tự động" in cast.ty.text
    await cast.an.says("/start")
    assert "mã mời" not in cast.an.text  # she is known


async def test_start_in_a_group_says_little(cast: Cast) -> None:
    await cast.ty.says("/start", cast.k8)

    assert "trợ lý tự động" in cast.k8.text
    assert len(cast.k8.text) < 200


def test_a_new_wording_of_the_terms_has_a_new_version() -> None:
    """Who agreed to which text must stay provable: change both, and keep the old line here."""
    text = (TEMPLATES / "accounts/terms.j2").read_text()

    assert TERMS[linking.TERMS] == hashlib.sha256(text.encode()).hexdigest()[:16]


async def test_who_am_i_shows_people_roles_and_rights(cast: Cast) -> None:
    await cast.lan.says("tôi là ai")
    assert "Nguyễn Thị Lan, Chi hội Khóm 8, Tổ 1" in cast.lan.text
    assert "chi hội trưởng, Chi hội Khóm 8" in cast.lan.text
    assert "Quyền của chị" in cast.lan.text
    await cast.ty.says("/toilaai")
    assert "chưa nhận ra" in cast.ty.text


async def test_who_am_i_names_nobody_in_a_group(cast: Cast) -> None:
    await cast.an.says("/toilaai", cast.k8)

    assert "Võ Thị An" not in cast.k8.text
    assert "tin nhắn riêng" in cast.k8.text


async def test_she_lets_go_of_a_name_and_her_consent_ends(cast: Cast) -> None:
    an = cast.member("Võ Thị An").id
    assert an is not None
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:an")
        assert account is not None and account.id is not None
        consents.show(
            session, account.id, an, text_version="2026-11", channel="sandbox",
            now=cast.clock.now(), agreed=True,
        )  # fmt: skip
    await cast.an.says("tôi là ai")
    await cast.an.presses("Không phải tôi: Võ Thị An")
    await cast.an.presses("Thôi, giữ lại")
    await cast.an.says("tôi là ai")
    assert "Võ Thị An" in cast.an.text

    await cast.an.presses("Không phải tôi: Võ Thị An")
    await cast.an.presses("Đúng, bỏ tên này")

    assert "không còn gắn với tên Võ Thị An" in cast.an.text
    assert "không phải Võ Thị An" in cast.lan.text
    with cast.session() as session:
        (row,) = consents.of_member(session, an)
    assert (row.agreed_at, row.withdrawn_at) == (cast.clock.now(), cast.clock.now())


async def test_nobody_lets_go_of_anothers_name(cast: Cast) -> None:
    await cast.an.says(f"/notme {cast.member('Đặng Thị Bình').id} yes")

    assert "không thuộc đơn vị" in cast.an.text
    await cast.binh.says("tôi là ai")
    assert "Đặng Thị Bình" in cast.binh.text


async def test_a_leader_who_lets_go_is_reported_to_the_ward(cast: Cast) -> None:
    lan = cast.member("Nguyễn Thị Lan").id
    with begin(cast.engine) as session:
        other = accounts.by_address(session, "plain:lan")
        assert other is not None and other.id is not None and lan is not None
        accounts.unlink(session, other.id, lan)
    await cast.lan.says(f"/notme {lan} yes")

    assert "không phải Nguyễn Thị Lan" in cast.hoa.text


def share(cast: Cast, player: Player, *names: str) -> None:
    """Her account speaks for these people too."""
    with begin(cast.engine) as session:
        account = accounts.by_address(session, f"{player.channel}:{player.key}")
        assert account is not None and account.id is not None
        for name in names:
            member = cast.member(name).id
            assert member is not None
            accounts.link(session, account.id, member, by="test", now=cast.clock.now())


@pytest.mark.parametrize("channel", [SANDBOX, PLAIN])
async def test_a_household_is_asked_with_herself_first(cast: Cast, channel: str) -> None:
    room = cast.add_room("nha", "Nhóm", unit="P5-K8", channel=channel, main=False)
    cast.an.channel = cast.lan.channel = channel
    share(cast, cast.an, "Lý Thị Dung")  # sorted by name she would come last
    await cast.lan.says("@chihoi điểm danh", room)
    await cast.an.says("có mặt", room, reply_to=room.last)

    assert "của ai" in cast.an.text
    if channel == SANDBOX:
        assert cast.an.labels == ["Mình (Võ Thị An)", "Lý Thị Dung", "Cả hai"]
        return
    assert "1. Mình (Võ Thị An)\n2. Lý Thị Dung\n3. Cả hai" in cast.an.text
    await cast.an.says("3")
    assert verdicts(cast) == 2


def verdicts(cast: Cast) -> int:
    with cast.session() as session:
        return len(session.exec(select(RollMark)).all())


async def test_three_in_one_house_are_all(cast: Cast) -> None:
    share(cast, cast.an, "Lý Thị Dung", "Đặng Thị Bình")
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)

    assert cast.an.labels == ["Mình (Võ Thị An)", "Lý Thị Dung", "Đặng Thị Bình", "Tất cả"]


async def test_a_blocked_household_is_not_named_in_the_group(cast: Cast) -> None:
    share(cast, cast.an, "Lý Thị Dung")
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:an")
        assert account is not None
        account.blocked = True
        session.add(account)
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.says("có mặt", cast.k8)

    assert "Dung" not in "".join(cast.k8.texts)


async def test_an_answer_kept_for_a_stranger_counts_once_she_is_known(cast: Cast) -> None:
    """Through the whole way: she answers, then follows the link, and the leader says yes."""
    with begin(cast.engine) as session:
        unit = cast.unit("P5-K8").id
        assert unit is not None
        token = make_token(cast.app.rng)
        session.add(JoinLink(unit_id=unit, token=token, created_at=cast.clock.now()))
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.ty.presses("Có mặt", cast.k8)
    assert "giữ câu trả lời" in cast.ty.toast
    assert verdicts(cast) == 0

    await cast.ty.says(f"/start {token}")
    await cast.ty.says("Lý Thị Dung 1949")
    await cast.lan.presses("Nhận 1 người")

    assert verdicts(cast) == 1
    assert any("Em đã tính 1 câu" in text for text in cast.ty.texts)
    assert "Có mặt: 1" in cast.k8.text


async def test_an_account_speaks_only_for_its_own(cast: Cast) -> None:
    with cast.session() as session:
        call = call_of(cast, session, "an")
        an, binh = cast.member("Võ Thị An").id, cast.member("Đặng Thị Bình").id
        assert spoken_for(call, f"{an}") == [an]
        for ids in (f"{binh}", f"{an},{binh}", "", "x"):
            with pytest.raises(NotYoursError):
                spoken_for(call, ids)


def call_of(cast: Cast, session: Session, key: str) -> Call:
    """As if she had just written in a group."""
    now = cast.clock.now()
    actor = recognise(session, address=f"sandbox:{key}", name="", now=now)
    return Call(session, actor, now, Incoming("sandbox", "1", "sandbox:g8", f"sandbox:{key}", now))


async def test_who_cannot_be_asked_in_private_is_not_asked_in_the_group(cast: Cast) -> None:
    share(cast, cast.an, "Lý Thị Dung")
    await cast.happens(Kind.BLOCKED, cast.an, cast.an.private)
    k8 = cast.unit("P5-K8").id
    assert k8 is not None
    with cast.session() as session, pytest.raises(Refusal) as refusal:
        whom(call_of(cast, session, "an"), k8, "mark 1 present")

    assert refusal.value.template == "accounts/open_private.j2"
    assert refusal.value.choices == ()


async def test_kept_answers_are_answered_in_her_own_talk(cast: Cast) -> None:
    with begin(cast.engine) as session:
        call = call_of(cast, session, "lan")
        an = accounts.by_address(session, "sandbox:an")
        assert an is not None and an.id is not None
        accounts.keep_pending(session, an.id, subject="x", line="x", now=cast.clock.now())
        said = [
            Reply("accounts/whom.j2", how=How.ECHO),
            Reply("accounts/whom.j2", how=How.REACTION),
            Reply("accounts/whom.j2", to="sandbox:g8", how=How.TALLY),
        ]
        counted, replies = linking.work_pending(replace(call, run=lambda _c, _l: said), an)

    assert counted == 1
    assert [(r.to, r.how) for r in replies] == [
        ("sandbox:an@sandbox", How.MESSAGE),
        ("sandbox:g8", How.TALLY),
    ]


async def test_doors_close_and_open(cast: Cast) -> None:
    def blocked() -> bool:
        with cast.session() as session:
            account = accounts.by_address(session, "sandbox:an")
            assert account is not None
            return account.blocked

    await cast.happens(Kind.BLOCKED, cast.an, cast.an.private)
    assert blocked()
    await cast.happens(Kind.UNBLOCKED, cast.an, cast.an.private)
    assert not blocked()
    await cast.happens(Kind.BLOCKED, cast.an, cast.an.private)
    await cast.an.says("trợ giúp")  # writing opens it as well
    assert not blocked()


async def test_a_link_is_one_and_is_let_go_once(cast: Cast) -> None:
    with begin(cast.engine) as session:
        account = session.get(Account, 1)
        assert account is not None and account.id is not None
        (mine,) = accounts.members_of(session, account.id)
        assert not accounts.link(session, account.id, mine, by="x", now=cast.clock.now())
        assert accounts.unlink(session, account.id, mine)
        assert not accounts.unlink(session, account.id, mine)
