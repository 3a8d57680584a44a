"""A directive on a page: read by all, received by who leads, fetched with its file."""

from __future__ import annotations

from storage import directives
from storage.database import reading
from storage.directives import DirectiveTarget
from tests.answering import Visitor, group_link, link_row, own_link
from tests.cast import Cast
from tests.directives_scenes import PLAN


async def sent(cast: Cast) -> None:
    """The city sends its plan to every branch."""
    await cast.mai.sends_file("109-KH-BTV.pdf", PLAN, mime="application/pdf")
    await cast.mai.presses("05/12/2026")
    await cast.mai.presses("Gửi ngay")
    await cast.passes(seconds=20)


def target(cast: Cast, code: str = "P5-K8") -> DirectiveTarget:
    with reading(cast.engine) as session:
        found = directives.target(session, 1, cast.unit(code).id or 0)
        assert found is not None
        return found


async def test_the_group_link_shows_it_with_its_file_and_asks_nobody_who_she_is(
    cast: Cast,
) -> None:
    await sent(cast)
    url = group_link(cast, "directive:1")
    async with Visitor(cast) as anyone:
        await anyone.opens(url)
        assert "109/KH-BTV" in anyone.text and "Hạn" in anyone.text
        assert "Chi hội trưởng xác nhận đã nhận" in anyone.text
        assert anyone.buttons == []
        file = await anyone.opens(f"{url}/tep")
    assert file.content == PLAN
    assert file.headers["content-type"] == "application/pdf"
    assert "109-KH-BTV.pdf" in file.headers["content-disposition"]


async def test_a_name_and_a_year_are_too_little_for_a_receipt(cast: Cast) -> None:
    await sent(cast)
    url = group_link(cast, "directive:1")
    async with Visitor(cast) as anyone:
        await anyone.sends(f"{url}/ai", ten="Nguyễn Thị Lan", so="1968")
        await anyone.sends(f"{url}/tra-loi")
    assert target(cast).received_at is None


async def test_a_leader_confirms_by_her_own_link_and_the_group_sees_it(cast: Cast) -> None:
    await sent(cast)
    url = own_link(cast, "directive:1", cast.lan)
    async with Visitor(cast) as lan:
        await lan.opens(url)
        await lan.presses("Xác nhận đã nhận")
        assert "Chi hội đã xác nhận đã nhận" in lan.text and "Nguyễn Thị Lan" in lan.text
        first = target(cast).received_at
        await lan.sends(f"{url}/tra-loi")
    await cast.settle()

    assert "Chi hội đã xác nhận đã nhận" in cast.k8.text
    assert target(cast).received_by == cast.lan.member.id
    assert target(cast).received_at == first


async def test_who_is_no_leader_reads_but_confirms_nothing(cast: Cast) -> None:
    await sent(cast)
    url = own_link(cast, "directive:1", cast.an)
    async with Visitor(cast) as an:
        await an.opens(url)
        assert "109/KH-BTV" in an.text and an.buttons == []
        await an.sends(f"{url}/tra-loi")
    assert target(cast).received_at is None


async def test_a_recalled_one_is_neither_shown_nor_handed_out(cast: Cast) -> None:
    await sent(cast)
    url = group_link(cast, "directive:1")
    await cast.mai.says("/recall 1 yes")
    async with Visitor(cast) as anyone:
        await anyone.opens(url)
        assert "đã được thu hồi" in anyone.text and "109/KH-BTV" not in anyone.text
        assert (await anyone.opens(f"{url}/tep")).status_code == 404


async def test_a_unit_without_a_group_gets_the_link_to_pass_on_and_its_picture(cast: Cast) -> None:
    await sent(cast)
    url = group_link(cast, "directive:1", "P6-K8")
    assert any(f"Xem và trả lời ở đây: {url}" in text for text in cast.nga.texts)
    await cast.nga.presses("Lấy mã QR")
    assert cast.nga.private.last.file_name == "ma-qr.png"
    assert url in cast.nga.text
    await cast.nga.presses("Đã gửi vào nhóm")
    assert "đã gửi vào nhóm" in cast.nga.toast
    assert link_row(cast, url).unit_id == cast.unit("P6-K8").id
