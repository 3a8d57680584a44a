"""Links: made, printed, passed on, given to one person, run out, called back."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import segno
from sqlmodel import select

from bot.channels.sandbox import PLAIN
from handlers.answer_links.minting import GROUP_BYTES, OWN_BYTES
from handlers.answer_links.pictures import qr_png
from storage.answer_links import AnswerLink
from storage.blobs import Blob
from storage.database import reading
from tests.answering import Visitor, group_link, link_row, own_link, roll_of, verdict
from tests.cast import Cast
from tests.surveys_scenes import YES_NO, sends

ADDRESS = re.compile(r"https://chihoi\.test/t/([\w-]+)")


def address(text: str) -> str:
    """The link in some words."""
    found = ADDRESS.search(text)
    assert found, text
    return found[0]


async def test_a_group_without_buttons_reads_where_else_to_answer(cast: Cast) -> None:
    plain = cast.add_room("p8", "CH Khóm 8 B", unit="P5-K8", channel=PLAIN)
    await cast.lan.says("/diemdanh")
    assert "Không trả lời được ở đây? Bấm: " in plain.text
    url = address(plain.text)
    async with Visitor(cast) as an:
        await an.opens(url)
        await an.is_called("Võ Thị An", "1980")
        await an.presses("Có mặt")
    assert verdict(cast, cast.an) == ("present", "link")
    await cast.passes(minutes=11)
    assert "Có mặt: 1" in plain.text
    assert address(plain.text) == url


async def test_a_group_with_buttons_is_told_nothing_of_it(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    assert ADDRESS.search(cast.k8.text) is None


async def test_without_an_address_of_our_own_no_link_is_made(cast: Cast) -> None:
    cast.app.dispatcher.public_url = ""
    plain = cast.add_room("p8", "CH Khóm 8 B", unit="P5-K8", channel=PLAIN)
    await cast.lan.says("/diemdanh")
    await cast.nga.says("/diemdanh")
    await cast.lan.says("link")
    assert "chưa mở trang web" in cast.lan.text
    assert "/t/" not in plain.text and not any("QR" in label for label in cast.nga.labels)
    with reading(cast.engine) as session:
        assert session.exec(select(AnswerLink)).all() == []


async def test_a_leader_gets_the_links_of_all_that_is_open(cast: Cast) -> None:
    await cast.lan.says("link")
    assert "không có điểm danh" in cast.lan.text
    await cast.lan.says("/diemdanh", cast.k8)
    await sends(cast.lan, YES_NO)
    await cast.lan.says("link")
    assert "1. Điểm danh" in cast.lan.text and "2. Khảo sát: Đi chợ phiên" in cast.lan.text
    assert group_link(cast, "roll:1") in cast.lan.text
    await cast.lan.presses("Mã QR 2")
    assert group_link(cast, "survey:1") in cast.lan.text
    with reading(cast.engine) as session:
        (picture,) = session.exec(select(Blob).where(Blob.mime == "image/png")).all()
    assert picture.content == qr_png(group_link(cast, "survey:1"))


async def test_she_sends_one_member_a_link_of_her_own_and_calls_it_back(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.says("link")
    await cast.lan.presses("Link riêng 1")
    await cast.lan.says("bà Nở")
    assert "không thấy ai tên “bà Nở”" in cast.lan.text
    await cast.lan.says("thị")
    assert "Có mấy người tên “thị”" in cast.lan.text
    await cast.lan.presses("Lý Thị Dung")
    assert "Link riêng của Lý Thị Dung, dùng đến" in cast.lan.text
    url = address(cast.lan.text)
    async with Visitor(cast) as dung:
        await dung.opens(url)
        assert "Lý Thị Dung" in dung.text
        await cast.lan.presses("Thu hồi")
        assert "đã thu hồi" in cast.lan.text
        assert (await dung.opens(url)).status_code == 410
        assert "Link đã được thu hồi" in dung.text and "không làm gì sai" in dung.text
        await dung.sends(f"{url}/tra-loi", tra_loi="present")
    assert verdict(cast, cast.dung) == ("", "")


async def test_a_new_link_of_hers_ends_the_one_before(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    first, second = (own_link(cast, "roll:1", cast.an) for _ in range(2))
    async with Visitor(cast) as an:
        assert (await an.opens(first)).status_code == 410
        assert (await an.opens(second)).status_code == 200


async def test_a_member_opens_her_own_questions_herself(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await sends(cast.lan, YES_NO, secret=True)
    await cast.an.says("link")
    assert "Link riêng của chị" in cast.an.text
    assert cast.an.labels == ["Điểm danh", "Khảo sát: Đi chợ phiên"]
    url = cast.an.private.last.choices[0][0].url
    async with Visitor(cast) as an:
        await an.opens(url)
        assert "Chị đang trả lời cho Võ Thị An" in an.text
    await cast.ty.says("/link")
    assert "chưa biết chị là ai" in cast.ty.text
    await cast.tam.says("link")
    assert "không có việc nào chờ" in cast.tam.text


async def test_of_a_secret_survey_a_leader_gets_no_link_for_another(cast: Cast) -> None:
    await sends(cast.lan, YES_NO, secret=True)
    await cast.lan.says("link")
    await cast.lan.presses("Link riêng 1")
    assert "chỉ đưa link riêng cho chính người đó" in cast.lan.toast


async def test_a_leader_gets_no_link_for_an_officer_among_her_members(cast: Cast) -> None:
    """It would confirm what only the officer may."""
    from storage import members  # noqa: PLC0415
    from storage.database import begin  # noqa: PLC0415

    await cast.lan.says("/diemdanh", cast.k8)
    row = link_row(cast, group_link(cast, "roll:1"))
    with begin(cast.engine) as session:
        members.grant(
            session, cast.an.member.id or 0, cast.unit("P5").id or 0, "officer",
            on=cast.clock.now().date(),
        )  # fmt: skip
    await cast.lan.says(f"/link_for {row.id} #{cast.an.member.id}")
    assert "không thấy ai" in cast.lan.text
    await cast.lan.says(f"/link_for {row.id} Võ Thị An")
    assert "không thấy ai" in cast.lan.text


@pytest.mark.parametrize(("days", "own"), [(15, True), (91, False)])
async def test_an_old_link_says_so_and_is_forgotten_in_time(
    cast: Cast, days: int, own: bool
) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    url = own_link(cast, "roll:1", cast.an) if own else group_link(cast, "roll:1")
    cast.clock.advance(timedelta(days=days))
    async with Visitor(cast) as an:
        assert (await an.opens(url)).status_code == 410
        assert "Link đã hết hạn" in an.text
        await cast.passes(days=9)
        assert (await an.opens(url)).status_code == 404


async def test_a_wrong_link_says_so_kindly(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    url = group_link(cast, "roll:1")
    async with Visitor(cast) as an:
        for wrong in (f"{url}x", url[:-1], f"{url[:-3]}~1.2.3", "https://chihoi.test/t/~"):
            assert (await an.opens(wrong)).status_code == 404, wrong
            assert "Có thể link bị chép thiếu" in an.text


async def test_a_link_typed_from_paper_or_copied_with_its_full_stop_opens(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    url, own = group_link(cast, "roll:1"), own_link(cast, "roll:1", cast.an)
    place, _, token = url.rpartition("/")
    misread = token.upper().replace("O", "0").replace("L", "1").replace("B", "8")
    async with Visitor(cast) as an:
        for typed in (f"{place}/{misread}", f"{url}.", f"{url})", f"{own},"):
            assert (await an.opens(typed)).status_code == 200, typed
        await an.opens(f"{place}/{misread}")
        await an.is_called("Võ Thị An", "1980")
        await an.presses("Có mặt")
    assert verdict(cast, cast.an) == ("present", "link")


async def test_a_telephone_that_opens_anew_what_it_had_sent_gets_the_question(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    url = group_link(cast, "roll:1")
    async with Visitor(cast) as an:
        for place in ("ai", "tra-loi"):
            await an.opens(f"{url}/{place}")
            assert an.page.status_code == 200 and "Họ tên của chị" in an.text


async def test_a_group_link_that_was_called_back_gives_way_to_a_new_one(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    url = group_link(cast, "roll:1")
    await cast.lan.says(f"/link_revoke {link_row(cast, url).id}")
    async with Visitor(cast) as an:
        assert (await an.opens(url)).status_code == 410
        fresh = group_link(cast, "roll:1")
        assert fresh != url
        assert (await an.opens(fresh)).status_code == 200


async def test_a_poster_shows_the_code_and_the_address(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    url = group_link(cast, "roll:1")
    async with Visitor(cast) as an:
        await an.opens(f"{url}/in")
        assert "Quét mã" in an.text and url in an.text
        drawn = await an.opens(f"{url}/qr.svg")
        assert drawn.headers["content-type"] == "image/svg+xml" and b"<svg" in drawn.content
        own = own_link(cast, "roll:1", cast.an)
        for place in ("in", "qr.svg"):
            assert (await an.opens(f"{own}/{place}")).status_code == 404


def test_the_picture_is_the_code_of_the_address() -> None:
    url = "https://chihoi.test/t/abcdefghij"
    plain = io.BytesIO()
    segno.make_qr(url, error="m").save(plain, kind="png", scale=12, border=4)
    assert qr_png(url) == plain.getvalue()
    assert qr_png(url)[:4] == b"\x89PNG"


async def test_nobody_guesses_a_link(cast: Cast) -> None:
    """A link of one person has 144 random bits, that of a group 80. At a thousand tries a second
    it takes 10^32 years to hit a certain one of the first kind, and ten thousand million years to
    hit any of a thousand of the second, behind which one still has to say who one is. Of a
    person's link only a digest is stored.
    """
    await cast.lan.says("/diemdanh", cast.k8)
    own, common = own_link(cast, "roll:1", cast.an), group_link(cast, "roll:1")
    token = own.rpartition("/")[2]
    assert (OWN_BYTES * 8, GROUP_BYTES * 8) == (144, 80)
    assert (len(token), len(common.rpartition("/")[2])) == (24, 16)
    with reading(cast.engine) as session:
        rows = [repr(row.model_dump()) for row in session.exec(select(AnswerLink))]
    assert not any(token in row for row in rows)
    assert len({own_link(cast, "roll:1", cast.an) for _ in range(50)}) == 50


async def test_a_leader_elsewhere_has_no_way_to_a_units_links(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    row = link_row(cast, group_link(cast, f"roll:{roll_of(cast).id}"))
    for line in (f"link_qr {row.id}", f"link_for {row.id} An", f"link_revoke {row.id}"):
        await cast.sau.says(f"/{line}")
        assert "không tìm thấy" in cast.sau.text
    await cast.lan.says(f"/link_qr {link_row(cast, own_link(cast, 'roll:1', cast.an)).id}")
    assert "không tìm thấy" in cast.lan.text


async def test_a_reminder_to_be_passed_on_leads_to_the_invitations_page(cast: Cast) -> None:
    await cast.nga.says("/hop chi hội 19g30 thứ bảy tuần sau tại nhà văn hóa")
    await cast.nga.presses("mời họp")
    url = group_link(cast, "roll:1", "P6-K8")
    before = len(cast.nga.texts)
    await cast.passes(days=11, hours=12)  # a day before
    assert any(url in text for text in cast.nga.texts[before:])


async def test_the_last_word_of_a_closed_roll_sends_nobody_to_its_page(cast: Cast) -> None:
    zalo = cast.add_room("z8", "Khóm 8", unit="P5-K8", channel=PLAIN, main=False)
    await cast.lan.says("điểm danh", cast.k8)
    assert "Không trả lời được ở đây?" in zalo.text
    await cast.lan.says("chốt điểm danh")
    assert "Đã chốt" in zalo.text
    assert "Không trả lời được ở đây?" not in zalo.text


@pytest.mark.parametrize("outside", ["https", "http"])
async def test_a_telephone_keeps_who_it_is_for_https_alone_where_people_come_by_it(
    cast: Cast, outside: str
) -> None:
    """Behind a reverse proxy each request comes by http; what people see is in our own address."""
    await cast.lan.says("/diemdanh", cast.k8)
    url = group_link(cast, "roll:1").replace("https:", "http:")
    cast.app.dispatcher.public_url = f"{outside}://chihoi.test"
    async with Visitor(cast) as an:
        said = await an.client.post(
            f"{url}/ai", data={"ten": "Võ Thị An", "so": "1980"}, follow_redirects=False
        )
    assert ("Secure" in said.headers["set-cookie"]) is (outside == "https")
