"""Consent: purpose by purpose, provable, taken back at any time with effect at once."""

from __future__ import annotations

import hashlib

import pytest

from bot.render import TEMPLATES
from handlers.chat import Where
from handlers.privacy import ROUTES, consenting
from storage import consents, privacy
from storage.consents import MEMBERSHIP, PAPER, PAPER_TERMS, Consent
from storage.database import begin, reading
from storage.members import Member
from tests import traces
from tests.cast import Cast, Player


def facts(cast: Cast, player: Player) -> dict[str, str]:
    with reading(cast.engine) as session:
        return privacy.facts_of(session, player.member.id or 0)


def given(cast: Cast, player: Player) -> list[Consent]:
    with reading(cast.engine) as session:
        return consents.of_member(session, player.member.id or 0)


async def test_a_sensitive_field_is_kept_by_her_word_and_gone_with_it(cast: Cast) -> None:
    await cast.an.says("dữ liệu của tôi")
    await cast.an.presses("Lời đồng ý")
    assert "Dân tộc: chưa đồng ý" in cast.an.text
    await cast.an.presses("Đồng ý: Dân tộc")
    assert "dữ liệu nhạy cảm" in cast.an.text
    await cast.an.says("Khmer")
    assert facts(cast, cast.an) == {"ethnicity": "Khmer"}
    row = given(cast, cast.an)[-1]
    assert (row.purpose, row.channel, row.text_version) == (
        "ethnicity", "sandbox", "nhay-cam-2026-11b",
    )  # fmt: skip
    assert row.agreed_at == cast.clock.now()
    await cast.an.says("dữ liệu của tôi")
    assert "Dân tộc: Khmer" in cast.an.text

    await cast.an.says("rút lại đồng ý")
    await cast.an.presses("Rút lại: Dân tộc")
    await cast.an.presses("Đúng, rút lại")

    assert facts(cast, cast.an) == {}
    assert given(cast, cast.an)[-1].withdrawn_at == cast.clock.now(), "that she had agreed stays"
    assert "xoá rồi" in cast.an.text


async def test_thinking_better_of_it_keeps_nothing(cast: Cast) -> None:
    await cast.an.says("rút đồng ý")
    await cast.an.presses("Đồng ý: Tôn giáo")
    await cast.an.says("thôi")

    assert facts(cast, cast.an) == {}
    assert given(cast, cast.an) == []


async def test_a_leader_records_a_paper_and_only_with_one(cast: Cast) -> None:
    await cast.lan.says("/dulieuhoivien Lý Thị Dung")
    await cast.lan.presses("Lời đồng ý")
    await cast.lan.presses("Đồng ý: Hoàn cảnh")
    await cast.lan.says("hộ cận nghèo")
    assert "đã ký giấy" in cast.lan.text
    assert facts(cast, cast.dung) == {}
    await cast.lan.says("phiếu ký ngày 20/11/2026 => hộ cận nghèo")

    assert facts(cast, cast.dung) == {"poverty": "hộ cận nghèo"}
    row = given(cast, cast.dung)[-1]
    assert (row.channel, row.account_id, row.paper) == (PAPER, None, "phiếu ký ngày 20/11/2026")
    assert row.recorded_by is not None


async def test_a_leader_is_asked_for_the_paper_and_then_for_the_words(cast: Cast) -> None:
    """No sign that an old phone's keyboard hides is needed."""
    await cast.lan.says("/dulieuhoivien Lý Thị Dung")
    await cast.lan.presses("Lời đồng ý")
    await cast.lan.presses("Đồng ý: Tôn giáo")
    assert "đã ký giấy đồng ý nào, ngày nào" in cast.lan.text
    await cast.lan.says("phiếu ngày 20/11/2026")
    assert "Theo giấy phiếu ngày 20/11/2026, em ghi Tôn giáo của Lý Thị Dung" in cast.lan.text
    assert facts(cast, cast.dung) == {}
    await cast.lan.says("Cao Đài")

    assert facts(cast, cast.dung) == {"religion": "Cao Đài"}
    row = given(cast, cast.dung)[-1]
    assert (row.paper, row.text_version) == ("phiếu ngày 20/11/2026", PAPER_TERMS)


async def test_withdrawing_membership_ends_the_talk_and_what_hung_on_it(cast: Cast) -> None:
    await cast.an.says("rút lại đồng ý")
    await cast.an.presses("Đồng ý: Sức khoẻ")
    await cast.an.says("cao huyết áp")
    with reading(cast.engine) as session:
        assert consents.active(session, cast.an.member.id or 0).keys() == {"health"}
    await cast.an.says("/toilaai")
    await cast.an.says(f"/data_withdraw {cast.an.member.id} membership")
    assert "ngắt tài khoản" in cast.an.text
    await cast.an.presses("Đúng, rút lại")

    assert "Em đã bỏ kết nối" in cast.lan.text
    await cast.an.says("/toilaai")
    assert "Em chưa nhận ra chị" in cast.an.text
    assert facts(cast, cast.an) == {}, "what she agreed to in chat is withdrawn with the chat"


async def test_a_field_that_is_none_is_nobodys(cast: Cast) -> None:
    for line in ("data_agree", "data_withdraw"):
        await cast.an.says(f"/{line} {cast.an.member.id} shoes")
        assert "Em không tìm thấy" in cast.an.text or "không" in cast.an.text
    assert given(cast, cast.an) == []


async def test_a_leader_records_a_paper_about_membership(cast: Cast) -> None:
    await cast.lan.says("/dulieuhoivien Lý Thị Dung")
    await cast.lan.presses("Lời đồng ý")
    await cast.lan.presses("Ghi giấy đồng ý")
    assert "đã ký giấy đồng ý nào" in cast.lan.text
    await cast.lan.says("phiếu ngày 20/11/2026")

    row = given(cast, cast.dung)[-1]
    assert (row.purpose, row.channel, row.paper) == (MEMBERSHIP, PAPER, "phiếu ngày 20/11/2026")
    await cast.an.says(f"/data_agree {cast.an.member.id} membership x")
    assert given(cast, cast.an) == [], "her own word is not a paper"


@pytest.mark.slow
@pytest.mark.sqlite
async def test_whoever_is_kept_by_consent_alone_goes_when_it_goes(cast: Cast) -> None:
    with begin(cast.engine) as session:
        an = session.get_one(Member, cast.an.member.id)
        an.ground = "consent"
        session.add(an)
    await cast.an.says(f"/data_withdraw {cast.an.member.id} membership yes")
    assert "em xoá hẳn" in cast.an.text

    await cast.passes(hours=25)

    assert traces.found(cast.engine, "Võ Thị An") == []


def test_everything_about_data_is_said_in_private() -> None:
    assert {route.where for route in ROUTES.values()} == {Where.PRIVATE}


def test_a_new_wording_about_sensitive_fields_has_a_new_version() -> None:
    """Who agreed to which text must stay provable: change both, and keep the old line here."""
    known = {"nhay-cam-2026-11": "eca6b5fe52a3135b", "nhay-cam-2026-11b": "9645141a731e4d30"}
    text = (TEMPLATES / "privacy/agree_sure.j2").read_bytes()

    assert known[consenting.TERMS] == hashlib.sha256(text).hexdigest()[:16]
