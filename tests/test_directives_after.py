"""After a directive went out: put right, marked, taken back, and seen by those in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlmodel import select

from bot.app import App
from bot.file_links import FileLinks
from bot.web.files import routes
from bot.web.site import site
from handlers.directives import changing
from storage.blobs import Blob
from storage.directives import Directive, DirectiveTarget, file_now
from tests.cast import PUBLIC_URL, Cast, Player
from tests.directives_scenes import PDF, PLAN, URGENT, broadcasts
from tests.test_groups import come_in

NIGHT = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)  # 22:00 in Vietnam


async def corrects(cast: Cast, words: str) -> None:
    await cast.hoa.says("/tiendo")
    await cast.hoa.presses("Đính chính")
    await cast.hoa.says(words)
    await cast.hoa.presses("Gửi đính chính")


async def test_a_second_correction_stands_beside_the_first(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await corrects(cast, "Hạn lùi đến 10/12")
    await corrects(cast, "Nộp tại phòng 3")

    post = cast.k8.bot[0].text
    assert post.index("Hạn lùi đến 10/12") < post.index("Nộp tại phòng 3")
    await cast.hoa.says("/tiendo")
    assert "Đã đính chính 2 lần" in cast.hoa.text


async def test_nobody_is_left_with_the_old_file(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    assert "đã cũ" not in cast.k8.bot[0].text
    await replaces_the_file(cast, cast.hoa)

    old, new = cast.k8.bot
    assert "Tệp ở tin này đã cũ" in old.text
    assert new.file_name == "109-KH-BTV-sua.pdf"
    assert "tệp gửi trước đã cũ" in new.text


async def replaces_the_file(cast: Cast, officer: Player) -> None:
    await officer.says("/tiendo")
    await officer.presses("Đính chính")
    await officer.sends_file("109-KH-BTV-sua.pdf", PLAN, mime=PDF)
    await officer.presses("Gửi đính chính")


async def test_the_words_to_pass_on_are_put_right_in_the_leaders_hand(cast: Cast) -> None:
    await broadcasts(cast.mai)
    place = len(cast.nga.private.bot) - 3
    assert cast.nga.private.bot[place].file_name == "109-KH-BTV.pdf"
    await replaces_the_file(cast, cast.mai)

    assert "Tệp ở tin này đã cũ" in cast.nga.private.bot[place].text
    assert "báo lại trong nhóm" in cast.nga.text
    assert cast.nga.private.last.file_name == "109-KH-BTV-sua.pdf"


async def test_a_group_that_came_after_the_new_file_hears_of_no_old_one(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await replaces_the_file(cast, cast.hoa)
    await cast.passes(hours=1)
    room = await come_in(cast, "moi", "Nhóm mới của Khóm 8")
    await cast.lan.says("/ketnoi P5-K8", room)
    await cast.lan.presses("Đưa vào nhóm này", room)
    await cast.lan.presses("xác nhận đã nhận", room)

    post = next(message for message in room.bot if message.file_name)
    assert post.file_name == "109-KH-BTV-sua.pdf"
    assert "Chi hội đã xác nhận" in post.text
    assert "đã cũ" not in post.text
    assert "đã cũ" in cast.k8.bot[0].text


async def opens(cast: Cast, address: str) -> httpx.Response:
    """Somebody follows a link to a file in her browser."""

    async def app_of(_request: object) -> App:
        return cast.app

    transport = httpx.ASGITransport(app=site(routes(app_of)))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC_URL) as client:
        return await client.get(address)


async def test_an_old_link_leads_to_the_new_file_and_after_a_recall_to_none(cast: Cast) -> None:
    cast.app.file_links = cast.app.file_links or FileLinks(PUBLIC_URL, "a secret of the union")
    links = cast.app.file_links
    await broadcasts(cast.hoa)
    with cast.session() as session:
        (old,) = session.exec(select(Directive.blob_id)).all()
        assert old is not None
        assert file_now(session, old) == old
    await replaces_the_file(cast, cast.hoa)
    with cast.session() as session:
        (new,) = session.exec(select(Directive.blob_id)).all()
        assert new is not None and new != old
        assert file_now(session, old) == file_now(session, new) == new
        assert file_now(session, 77) == 77
    address = links.link(old, cast.clock.now())
    got = await opens(cast, address)
    assert "109-KH-BTV-sua.pdf" in got.headers["content-disposition"]
    assert got.content == PLAN
    await cast.hoa.says("/recall 1 yes")
    assert (await opens(cast, address)).status_code == 404
    with cast.session() as session:
        assert file_now(session, old) is file_now(session, new) is None


async def test_a_correction_thought_over_leaves_no_file_behind(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    for _ in range(2):
        await cast.hoa.says("/correct 1")
        await cast.hoa.sends_file("109-KH-BTV-sua.pdf", PLAN, mime=PDF)
    with cast.session() as session:
        assert len(session.exec(select(Blob)).all()) == 2
    await cast.hoa.presses("Bỏ")
    with cast.session() as session:
        assert len(session.exec(select(Blob)).all()) == 1


async def test_a_mark_is_shown_as_the_officers_until_the_branch_itself_confirms(
    cast: Cast,
) -> None:
    await broadcasts(cast.hoa)
    await cast.hoa.says("tiến độ")
    await cast.hoa.presses("Đánh dấu hộ")
    await cast.hoa.presses("Khóm 8")
    await cast.hoa.says("chị Lan báo qua điện thoại")
    assert "Cán bộ ghi hộ" in cast.k8.bot[0].text
    assert "Chi hội đã xác nhận" not in cast.k8.bot[0].text
    assert "điện thoại" not in cast.k8.bot[0].text

    await cast.lan.presses("xác nhận đã nhận", cast.k8)
    assert "Đã ghi" in cast.lan.toast
    assert "Chi hội đã xác nhận đã nhận" in cast.k8.bot[0].text
    assert "ghi hộ" not in cast.k8.bot[0].text
    await cast.hoa.says("tiến độ")
    assert "1/2" in cast.hoa.text
    assert "điện thoại" not in cast.hoa.text
    with cast.session() as session:
        unit = cast.unit("P5-K8").id
        row = session.exec(select(DirectiveTarget).where(DirectiveTarget.unit_id == unit)).one()
    assert row.reason == "chị Lan báo qua điện thoại"
    assert row.marked_at is not None
    assert row.received_at is not None

    await cast.hoa.presses("Bỏ đánh dấu")
    assert "đã xác nhận lúc" in cast.hoa.toast
    await cast.hoa.says("tiến độ")
    assert "1/2" in cast.hoa.text


async def test_the_ward_between_sees_and_chases_its_own_part(cast: Cast) -> None:
    await broadcasts(cast.mai)
    await cast.hoa.says("tiến độ")
    assert "phần các đơn vị của chị" in cast.hoa.text
    assert "0/2" in cast.hoa.text
    assert "Phường 6" not in cast.hoa.text
    labels = cast.hoa.private.last.labels
    assert not any("Thu hồi" in label or "Đính chính" in label for label in labels)

    await cast.hoa.presses("Nhắc 2 đơn vị")
    assert "🔔" in cast.lan.text
    assert "🔔" not in cast.nga.text
    await cast.lan.presses("Xác nhận đã nhận")
    await cast.hoa.says("tiến độ")
    assert "1/2" in cast.hoa.text
    await cast.mai.says("tiến độ")
    assert "1/3" in cast.mai.text

    await cast.mai.presses("Nhắc 2 đơn vị")
    assert "🔔" in cast.nga.text


async def test_a_recall_takes_the_private_buttons_too(cast: Cast) -> None:
    """Ngà has no group: she has the words to paste, and what to press."""
    await broadcasts(cast.mai)
    await cast.mai.says("tiến độ")
    await cast.mai.presses("Nhắc")
    await cast.mai.says("tiến độ")
    await cast.mai.presses("Thu hồi")
    await cast.mai.presses("Thu hồi")

    assert [label for message in cast.nga.private.bot for label in message.labels] == []
    assert sum("đã được thu hồi" in text for text in cast.nga.private.texts) >= 3


@pytest.mark.parametrize("given_up", [True, False], ids=["given_up", "the_harm"])
async def test_a_reminder_kept_for_the_morning_is_given_up_with_the_directive(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, given_up: bool
) -> None:
    if not given_up:
        monkeypatch.setattr(changing, "_give_up", lambda _call, _directive: None)
    await broadcasts(cast.hoa)
    await cast.until(NIGHT, every=timedelta(hours=1))
    await cast.hoa.says("tiến độ")
    await cast.hoa.presses("Nhắc")
    await cast.hoa.says("/recall 1 yes")
    before = len(cast.lan.texts)
    await cast.until(NIGHT + timedelta(hours=9), every=timedelta(minutes=30))

    assert (len(cast.lan.texts) == before) is given_up
    assert "đã được thu hồi" in cast.k8.text


async def test_a_correction_of_an_urgent_one_rings_at_night_only_when_she_says_so(
    cast: Cast,
) -> None:
    await cast.hoa.sends_file("45-BTV-TG.pdf", URGENT, mime=PDF)
    while "Gửi ngay" not in str(cast.hoa.labels):
        await cast.hoa.presses("Không cần báo cáo")
    await cast.hoa.presses("Gửi ngay")
    await cast.until(NIGHT, every=timedelta(hours=1))
    await cast.hoa.says("/correct 1 Họp ở phòng 3")
    assert "chọn giúp em" in cast.hoa.text
    await cast.hoa.presses("báo lúc 06:30")
    assert "Họp ở phòng 3" in cast.k8.bot[0].text
    assert len(cast.k8.bot) == 1

    await cast.hoa.says("/correct 1 Họp ở phòng 4")
    await cast.hoa.presses("KHẨN")
    assert "Họp ở phòng 4" in cast.k8.text

    await cast.hoa.says("/recall 1")
    assert "chọn giúp em" in cast.hoa.text
    await cast.hoa.presses("KHẨN")
    assert "đã được thu hồi" in cast.k8.text
    said = len(cast.k8.texts)
    await cast.until(NIGHT + timedelta(hours=9), every=timedelta(minutes=30))
    assert len(cast.k8.texts) == said


async def test_the_notice_of_a_recall_waits_for_the_morning(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.until(NIGHT, every=timedelta(hours=1))
    await cast.hoa.says("tiến độ")
    await cast.hoa.presses("Thu hồi")
    await cast.hoa.presses("Thu hồi")
    assert [m.deleted for m in cast.platform.messages("g8") if m.sender == "bot"] == [True]

    await cast.passes(hours=8, minutes=31)
    assert "đã được thu hồi" in cast.k8.text


async def test_without_the_brake_it_would_ring_at_night(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "quiet_until", lambda _now: None)
    await broadcasts(cast.hoa)
    await cast.until(NIGHT, every=timedelta(hours=1))
    await cast.hoa.says("tiến độ")
    await cast.hoa.presses("Thu hồi")
    await cast.hoa.presses("Thu hồi")

    assert "đã được thu hồi" in cast.k8.text


async def test_a_group_unbound_since_still_hears_of_correction_and_recall(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.lan.says("/huyketnoi", cast.k8)
    await cast.lan.presses("Đúng, bỏ kết nối", cast.k8)
    await corrects(cast, "Hạn lùi đến 10/12")
    assert "Hạn lùi đến 10/12" in cast.k8.text
    assert "Hạn lùi đến 10/12" in cast.k8.bot[0].text
    await cast.hoa.says("/recall 1 yes")

    assert "đã được thu hồi" in cast.k8.text
    assert "Tập huấn" not in " ".join(cast.k8.texts)
